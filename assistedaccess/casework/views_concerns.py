"""Pages about safeguarding concerns: for everybody to raise one, for the leads to deal with it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_key, read_reference

from . import queries_concerns, service_concerns
from .forms_concerns import ANSWERS, ENTRIES, KINDS, ConcernEntryForm, RaiseConcernForm
from .views import bp


def concern_address() -> str:
    """Where a signed-in account says that it is worried; empty for who is not signed in.

    A page about a person hands on their reference, so that it has not to be typed.
    """
    actor = get_actor()
    if not actor.is_account or not is_allowed(actor, Permission.CONCERN_RAISE):
        return ""
    shown = (request.view_args or {}).get("reference")
    about = read_reference("P", shown) if isinstance(shown, str) else None
    return url_for("casework.raise_concern", about=about)


@bp.route("/concerns/new", methods=["GET", "POST"])
@requires(Permission.CONCERN_RAISE)
def raise_concern() -> ResponseReturnValue:
    """Tell the safeguarding lead what one saw. It is not shown again, to anybody but the leads."""
    form = RaiseConcernForm(about=read_reference("P", request.args.get("about", "")) or "")
    if form.validate_on_submit():
        try:
            service_concerns.raise_concern(
                actor=get_actor(),
                kinds=form.kinds.data,
                is_urgent=form.is_urgent.data,
                seen=form.seen.data,
                said=form.said.data or "",
                wishes=form.wishes.data or "",
                capacity=form.capacity.data or "",
                home_is_safe=form.home_is_safe.data or "",
                about=form.about.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".show_concern_raised"), code=303)
    return render_template("casework/raise_concern.html", form=form), form.status


@bp.get("/concerns/told")
@requires(Permission.CONCERN_RAISE)
def show_concern_raised() -> ResponseReturnValue:
    """That it has been passed on, and to whom one turns when it cannot wait."""
    actor = get_actor()
    has_lead = actor.organisation_id is not None and service_concerns.has_lead(
        actor.organisation_id
    )
    return render_template("casework/show_concern_raised.html", has_lead=has_lead)


@bp.get("/concerns")
@requires(Permission.CONCERN_VIEW)
def list_concerns() -> ResponseReturnValue:
    """The organisation's concerns, open or closed, the newest first."""
    closed = request.args.get("state") == "closed"
    page = queries_concerns.list_concerns(
        get_actor(), closed=closed, before=read_key(request.args.get("before"))
    )
    return render_template("casework/list_concerns.html", page=page, closed=closed, kinds=KINDS)


@bp.route("/concerns/<reference>", methods=["GET", "POST"])
@requires(Permission.CONCERN_VIEW)
def view_concern(reference: str) -> ResponseReturnValue:
    """All of one concern, and what the lead writes to it."""
    actor = get_actor()
    form = ConcernEntryForm()
    if form.validate_on_submit():
        try:
            service_concerns.add_concern_entry(
                actor=actor,
                reference=reference,
                kind=form.kind.data,
                text=form.text.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is saved."), "success")
            return redirect(url_for(".view_concern", reference=reference), code=303)
    concern = service_concerns.open_concern(actor=actor, reference=reference)
    page = render_template(
        "casework/view_concern.html",
        concern=concern,
        form=form,
        kinds=KINDS,
        answers=ANSWERS,
        entries=ENTRIES,
    )
    return page, form.status
