"""Pages of the till: open it, see what went through it, count it, have it counted again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import read_key

from . import queries_till, service_till, words_payments
from .forms_payments import CheckTillForm, CountForm, OpenTillForm
from .rules_till import NoTillOpen, TillState

bp = Blueprint("till", __name__)


def to_tills(refusal: NoTillOpen) -> ResponseReturnValue:
    """To where the till of the desk is opened, and say why."""
    flash(f"{refusal.words} {refusal.next_step}", "message")
    return redirect(url_for("till.list_tills"), code=303)


def _get_teller() -> Actor:
    """Who sits at a desk that has a till. Raises NotAtADesk."""
    actor = get_actor()
    service_till.check_at_desk(actor)
    return actor


@bp.route("/tills", methods=["GET", "POST"])
@requires(Permission.TILL_COUNT)
def list_tills() -> ResponseReturnValue:
    """The till of this desk, and those that wait for a second human."""
    actor = _get_teller()
    form = OpenTillForm()
    may_open = is_allowed(actor, Permission.PAYMENT_TAKE)
    if may_open and form.validate_on_submit():
        try:
            till_id = service_till.open_till(actor=actor, float_pence=form.float.data)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The till is open."), "success")
            reference = queries_till.get_till_reference(till_id)
            return redirect(url_for(".view_till", reference=reference), code=303)
    before = read_key(request.args.get("before"))
    rows, older = queries_till.list_tills(actor, before=before)
    return (
        render_template(
            "applications/list_tills.html",
            form=form,
            rows=rows,
            older=older,
            is_first=before is None,
            own=queries_till.find_open_reference(actor) if may_open else None,
            may_open=may_open,
            is_own_count=lambda row: actor.is_same_human(row.counted_by_human),
        ),
        form.status,
    )


@bp.get("/tills/<reference>")
@requires(Permission.TILL_COUNT)
def view_till(reference: str) -> ResponseReturnValue:
    """What went through a till; once it was checked, what was found in it, and by whom."""
    actor = _get_teller()
    till = queries_till.load_till(actor, reference)
    return render_template(
        "applications/view_till.html",
        till=till,
        may_check=till.may_be_checked_by(actor),
        may_open_payments=is_allowed(actor, Permission.APPLICATION_VIEW),
        words=words_payments,
        states=TillState,
    )


@bp.route("/tills/<reference>/count", methods=["GET", "POST"])
@requires(Permission.TILL_COUNT)
def count_till(reference: str) -> ResponseReturnValue:
    """The first count, which closes the till. What should be there is not shown."""
    actor = _get_teller()
    form = CountForm()
    till = queries_till.load_till(actor, reference)
    if form.validate_on_submit():
        service_till.count_till(
            actor=actor,
            till_id=till.id,
            cash_pence=form.cash.data,
            cheques_pence=form.cheques.data,
        )
        flash(_("The till is counted. Now somebody else counts it again."), "success")
        return redirect(url_for(".view_till", reference=till.reference), code=303)
    if till.state is not TillState.OPEN and not form.errors:
        return redirect(url_for(".view_till", reference=till.reference), code=303)
    return (
        render_template("applications/count_till.html", form=form, till=till),
        form.status,
    )


@bp.route("/tills/<reference>/check", methods=["GET", "POST"])
@requires(Permission.TILL_COUNT)
def check_till(reference: str) -> ResponseReturnValue:
    """The second count, by another human. Why it differs is asked where it does."""
    actor = _get_teller()
    form = CheckTillForm()
    till = queries_till.load_till(actor, reference)
    asks_why = "reason" in request.form
    if form.validate_on_submit():
        try:
            service_till.check_till(
                actor=actor,
                till_id=till.id,
                cash_pence=form.cash.data,
                cheques_pence=form.cheques.data,
                reason=form.reason.data,
            )
        except InvalidInput as error:
            asks_why = error.field == "reason"
            form.add_error(error.field, error.words)
        else:
            flash(_("Two people have counted the till."), "success")
            return redirect(url_for(".view_till", reference=till.reference), code=303)
    if till.state is not TillState.COUNTED and not form.errors:
        return redirect(url_for(".view_till", reference=till.reference), code=303)
    return (
        render_template(
            "applications/check_till.html",
            form=form,
            till=till,
            asks_why=asks_why,
            is_own=actor.is_same_human(till.counted_by_human),
        ),
        form.status,
    )
