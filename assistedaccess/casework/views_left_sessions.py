"""The manager's page on which a group session that nobody leads any more gets a leader."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxField,
    Choice,
    RadiosField,
    SelectField,
    SubmitField,
)

from . import queries, service_left_sessions
from .service_engagements import spell_time
from .views import bp


class GiveSessionForm(BaseForm):
    """Which session, and to whom. The value of a choice is its id and version."""

    session = RadiosField(_l("Which session?"), required=_l("Select a session"), small=True)
    account_id = SelectField(
        _l("Who leads it from now on?"),
        name_in_errors=_l("Who leads it"),
        empty=_l("Select a colleague"),
        required=_l("Select a colleague"),
    )
    with_later = CheckboxField(_l("The later sessions of its series too"))
    save = SubmitField(_l("Give it over"))


@bp.route("/team/group-sessions", methods=["GET", "POST"])
@requires(Permission.CASE_REASSIGN)
def give_left_session() -> ResponseReturnValue:
    """When and where; what it is about and who comes does not stand here."""
    actor = get_actor()
    rows = service_left_sessions.list_left_sessions(actor=actor)
    form = GiveSessionForm()
    form.session.choices = [
        Choice(
            f"{row.id}.{row.version}",
            _(
                "%(begins)s to %(ends)s, %(site)s",
                begins=spell_time(row.starts_at),
                ends=spell_time(row.ends_at, "h:mma"),
                site=row.site_name,
            ),
        )
        for row in rows
    ]
    form.account_id.choices = [
        Choice(str(colleague.account_id), colleague.name)
        for colleague in queries.list_colleagues(actor)
    ]
    if form.validate_on_submit():
        session_id, _dot, version = form.session.data.partition(".")
        try:
            given = service_left_sessions.give_left_session(
                actor=actor,
                session_id=UUID(session_id),
                version=int(version),
                account_id=UUID(form.account_id.data),
                with_later=bool(form.with_later.data),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            words = ngettext(
                "%(num)s session has a leader now.",
                "%(num)s sessions have a leader now.",
                len(given),
            )
            flash(words, "success")
            return redirect(url_for(".give_left_session"), code=303)
    return render_template("casework/give_left_session.html", form=form, rows=rows), form.status
