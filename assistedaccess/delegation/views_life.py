"""Pages on which a delegation goes on: another edition, a renewal, a check-in, its task done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_asking
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import run_transaction

from . import queries, service_life, service_viewing
from .forms import CheckInForm, RenewForm, TermsForm
from .queries import DelegationRow
from .views import bp, render
from .views_asking import find_earlier_step, get_asked, shown, to_step
from .views_terms import offer, read_terms, show_objection


def _get_row(reference: str) -> DelegationRow:
    row = queries.find_delegation(reference)
    if row is None:
        raise NotFound
    return row


# -- another edition


@bp.route("/delegations/<reference>/change", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def change_delegation(reference: str) -> ResponseReturnValue:
    """Ask the person for other terms, or whether somebody else may go on: the list as it is now."""
    actor = get_actor()
    row, form = _get_row(reference), TermsForm()
    is_here = row.organisation_id == actor.organisation_id
    is_own = is_here and row.holder_account_id in (None, actor.account_id)
    opened = None
    if not form.is_submitted():
        opened = service_viewing.open_delegation(actor=actor, reference=reference)
        form = TermsForm(data=_entered(row, is_own=is_own))
    offer(form, None, "" if is_own or not is_here else row.holder_name)
    if form.validate_on_submit():
        try:
            request_id = service_life.begin_edition(
                actor=actor,
                delegation_id=row.id,
                request_key=form.request_key.data or "",
                channel=form.channel.data or "",
                **read_terms(form, (row.holder_kind, row.holder_account_id)),
            )
        except InvalidInput as error:
            show_objection(form, error)
        else:
            return to_step("read_statement", consents.get_request_reference(request_id))
    opened = opened or service_viewing.open_delegation(actor=actor, reference=reference)
    return render("change_delegation", form=form, row=row, person=opened.person), form.status


def _entered(row: DelegationRow, *, is_own: bool) -> dict[str, object]:
    """The page as the delegation stands; only what for and who is told are asked anew."""
    return {
        "holder": row.holder_kind if is_own else "",
        "services": list(row.services),
        "powers": list(row.powers),
        "until": "day",
        "until_on": max(clock.local(row.expires_at - timedelta(seconds=1)).date(), clock.today()),
        "money_limit": row.money_limit_pence,
        "money_period": row.money_period,
        "act_limit": row.act_limit_pence,
        "request_key": new_request_key(),
        "channel": "in_person",
    }


# -- renewal


@bp.post("/delegations/<reference>/renew")
@requires(Permission.DELEGATION_GRANT)
def renew_delegation(reference: str) -> ResponseReturnValue:
    """Begin a renewal: the same again, if the person says yes."""
    row = _get_row(reference)
    request_id = service_life.begin_renewal(
        actor=get_actor(),
        delegation_id=row.id,
        request_key=request.form.get("request_key", ""),
    )
    return to_step("ask_again", consents.get_request_reference(request_id))


@bp.route("/asking/<reference>/again", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def ask_again(reference: str) -> ResponseReturnValue:
    """One page of a renewal: the words and the list are read, the person says it back."""
    row, person = get_asked(reference)
    if row.replaces_id is None or row.read_began_at is None:
        return to_step(find_earlier_step(row, needs="said") or "choose_way", reference)
    form = RenewForm(data={"terms_hash": row.terms_hash})
    if form.validate_on_submit():
        try:
            run_transaction(lambda: _keep(row.id, form))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return to_step("choose_way", reference)
    form.terms_hash.data = row.terms_hash
    statement = consents.get_statement_text(row.statement_id)
    return render("ask_again", form=form, statement=statement, **shown(row, person)), form.status


def _keep(request_id: UUID, form: RenewForm) -> None:
    actor, terms_hash = get_actor(), form.terms_hash.data or ""
    service_asking.end_reading(actor=actor, request_id=request_id, terms_hash=terms_hash)
    get_session().flush()  # the next command reads the row anew
    service_asking.keep_said(
        actor=actor,
        request_id=request_id,
        terms_hash=terms_hash,
        what=form.what.data or "",
        until=form.until.data or "",
        stop=form.stop.data or "",
        own_words=form.own_words.data or "",
        present=form.present.data or "",
    )


# -- check-in, task


@bp.route("/delegations/<reference>/check-in", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def check_in(reference: str) -> ResponseReturnValue:
    """The person, asked half-way, says that it may go on. If they want it no more, they stop it."""
    actor = get_actor()
    form = CheckInForm()
    if form.validate_on_submit():
        row = _get_row(reference)
        service_life.check_in(actor=actor, delegation_id=row.id, how=form.how.data or "")
        flash(_("It may go on. The person is told that they said so."), "success")
        return redirect(url_for(".view_delegation", reference=reference), code=303)
    opened = service_viewing.open_delegation(actor=actor, reference=reference)
    return render("check_in", form=form, row=opened.row, person=opened.person), form.status


@bp.post("/delegations/<reference>/done")
@requires(Permission.DELEGATION_GRANT)
def finish_task(reference: str) -> ResponseReturnValue:
    """The one thing is done: it ends."""
    service_life.finish_task(actor=get_actor(), delegation_id=_get_row(reference).id)
    flash(_("It has ended. Nothing more can be done on it."), "success")
    return redirect(url_for(".view_delegation", reference=reference), code=303)
