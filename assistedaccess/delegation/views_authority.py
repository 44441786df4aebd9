"""Pages of what the other side accepts: printed, filled in, and noted once it has been sent."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent.queries import list_all_services
from assistedaccess.consent.views import check_address, shown_language
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice

from . import service_authority, service_viewing
from .forms_authority import SentForm
from .views import bp, render


@bp.route("/delegations/<reference>/authority", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def show_authority(reference: str) -> ResponseReturnValue:
    """What each service accepts, its form to print, and what has been sent."""
    actor = get_actor()
    opened = service_viewing.open_delegation(actor=actor, reference=reference)
    row, services = opened.row, list_all_services()
    entries = [services[key].entry for key in row.services if key in services]
    last_on = {one.slug: service_authority.find_last_on(row, one) for one in entries}
    form = SentForm()
    if not form.is_submitted() and last_on:
        only = entries[0].slug if len(entries) == 1 else None
        form = SentForm(data={"service": only, "runs_out_on": min(last_on.values())})
    form.service.choices = [
        Choice(entry.slug, entry.name.in_language(shown_language())) for entry in entries
    ]
    if form.validate_on_submit():
        try:
            service_authority.note_sent_authority(
                actor=actor,
                reference=reference,
                service=form.service.data or "",
                how=form.how.data or "",
                runs_out_on=form.runs_out_on.data,
                request_key=form.request_key.data or None,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is noted. The person is told that it was sent."), "success")
            return redirect(url_for(".show_authority", reference=reference), code=303)
    return render(
        "show_authority",
        form=form,
        row=row,
        person=opened.person,
        entries=entries,
        language=shown_language(),
        last_on=last_on,
        sent=service_authority.list_sent(row.id),
        names={one.slug: one.name.in_language(shown_language()) for one in entries},
    ), form.status


@bp.get("/delegations/<reference>/authority/<key>")
@requires(Permission.DELEGATION_GRANT)
def print_authority(reference: str, key: str) -> ResponseReturnValue:
    """The form for one service, filled in, in the person's language: they sign it."""
    filled = service_authority.print_authority(actor=get_actor(), reference=reference, service=key)
    with force_locale(filled.person_language):
        return render("print_authority", filled=filled, check_address=check_address())
