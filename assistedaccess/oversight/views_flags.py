"""What waits for an auditor, and the public door by which a tip comes in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, public, requires
from assistedaccess.accounts.browser import get_address
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.ids import read_reference

from . import queries_flags, service_flags, words
from .asking import read_id
from .forms import DecideForm, MessageForm, TipForm
from .rules_flags import LOOKS, FlagKind
from .views import bp
from .views_public import bp as public_bp


@bp.get("/queue")
@requires(Permission.JOURNAL_VIEW)
def list_flags() -> ResponseReturnValue:
    """Looks that nothing explains, broken glass, tips, what the scan found: oldest first."""
    kind = request.args.get("kind") or None
    if kind is not None and kind not in set(FlagKind):
        raise NotFound
    form = MessageForm(request.args)
    if number := form.number.data:
        reference = read_reference("T", number)
        found = queries_flags.find_message(get_actor(), reference) if reference else None
        if found is not None:
            return redirect(url_for("oversight.view_flag", flag_id=found), 303)
        form.add_error(
            "number",
            _("No message has this number, or not in an organisation that you may audit."),
        )
    after = read_id(request.args.get("after"))
    page = service_flags.list_flags(actor=get_actor(), kind=kind, after=after)
    return render_template(
        "oversight/list_flags.html",
        page=page,
        kind=kind,
        kinds=list(FlagKind),
        looks=LOOKS,
        now=clock.now(),
        is_first=after is None,
        form=form,
        words=words,
    ), form.status


@bp.route("/queue/<uuid:flag_id>", methods=["GET", "POST"])
@requires(Permission.JOURNAL_VIEW)
def view_flag(flag_id: UUID) -> ResponseReturnValue:
    """One of them, with what helps to decide, and the decision."""
    actor = get_actor()
    form = DecideForm()
    if form.validate_on_submit():
        try:
            service_flags.decide_flag(
                actor=actor,
                flag_id=flag_id,
                decision=form.decision.data,
                words=form.words.data or "",
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Decided."), "success")
            return redirect(url_for("oversight.list_flags"), 303)
    view = service_flags.open_flag(actor=actor, flag_id=flag_id)
    return render_template(
        "oversight/view_flag.html",
        view=view,
        form=form,
        looks=LOOKS,
        words=words,
        may_write=is_allowed(actor, Permission.FINDING_WRITE),
    ), form.status


@public_bp.route("/something-is-wrong", methods=["GET", "POST"])
@public("who knows that something is wrong may have no account, and may be afraid")
def tell_something_is_wrong() -> ResponseReturnValue:
    """Anybody tells what is wrong, without their name if they wish.

    Whoever is signed in here is not named either: the tip comes from the public.
    """
    form = TipForm()
    form.organisation.choices = [
        Choice(place.reference, place.name) for place in service_flags.list_places()
    ]
    if form.validate_on_submit():
        try:
            reference = service_flags.tell_something_is_wrong(
                actor=PUBLIC,
                words=form.words.data or "",
                organisation_reference=form.organisation.data,
                teller=form.teller.data,
                network=get_address(),
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for("tips.show_thanks", number=reference), 303)
    return render_template("oversight/tell_something_is_wrong.html", form=form), form.status


@public_bp.get("/something-is-wrong/sent")
@public("it says that something was sent, and shows nothing of it")
def show_thanks() -> ResponseReturnValue:
    """What happens now, and the number to ask by. It looks nothing up."""
    number = read_reference("T", request.args.get("number", ""))
    return render_template("oversight/show_thanks.html", number=number)
