"""The person's proven *no* to where their money goes, once it has taken effect.

No money goes there from that moment on, and a second human who had no part in it decides whether
the account before counts again. Nobody's claim is stopped: it goes on, and so does its date.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access.policy import require_person
from assistedaccess.accounts.models import Account as HelperAccount
from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.approvals.store import fail, put_before_second_human
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor, ActorKind
from assistedaccess.kernel.commands import Call, command, concerns, get_command
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.models import DeclaredInterest
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import choose_routes
from assistedaccess.services.queries import get_service

from . import words_payee
from .delivery import Standing
from .models import Application, Delivery
from .models_payee import PaymentConfirmation, PaymentDetails
from .name_check import NameCheck
from .rules_payee import RESTORE, Account, Payee, Settled, Whose
from .service_payee import list_declarers


def stop_at_the_persons_word(
    actor: Actor, person_id: UUID, application_ids: Collection[UUID]
) -> int:
    """Let no money go where these applications have told, in the caller's transaction, and offer
    the account before to a second human; returns how many ways of money rest from now on, for the
    caller to tell the person.

    What the person has said no to already, or what is no longer in force, changes nothing more.
    """
    rows = _lock(person_id, application_ids) if application_ids else []
    # Held on to, so that nobody below asks for them again.
    held = [get_person(person_id), *(_claim_of(row) for row in rows)] if rows else []
    fresh = [row for row in rows if row.stopped_at is None and row.ended_at is None]
    for row in fresh:
        row.stopped_at = clock.now()
        _record(Action.PAYMENT_DETAILS_STOPPED, actor, row)
    get_session().flush()
    for claim_id in dict.fromkeys(row.claim_id for row in rows):
        now = find_in_force(claim_id)
        if now is not None and now.stopped_at is not None and _find_pending(now) is None:
            _offer_back(actor, now)
    del held
    return len(fresh)


def let_go(actor: Actor, person_id: UUID, application_ids: Collection[UUID]) -> None:
    """Somebody from elsewhere found that the person had agreed: money goes there again."""
    for row in _lock(person_id, application_ids):
        if row.stopped_at is None or row.ended_at is not None:
            continue
        pending = _find_pending(row)
        if pending is not None:
            words = _("Somebody from elsewhere found that the person had agreed.")
            fail(pending, actor, words, words)
        _lift(actor, row)


def _lock(person_id: UUID, application_ids: Collection[UUID]) -> list[PaymentDetails]:
    return list(
        get_session().scalars(
            select(PaymentDetails)
            .where(
                PaymentDetails.person_id == person_id,
                PaymentDetails.application_id.in_(application_ids),
            )
            .order_by(PaymentDetails.application_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _claim_of(row: PaymentDetails) -> Application:
    return get_session().get_one(Application, row.claim_id)


def _find_before(row: PaymentDetails) -> PaymentDetails | None:
    """Where it went before ``row``, and the person has not said no to."""
    return find_in_force(
        row.claim_id,
        PaymentDetails.application_id != row.application_id,
        PaymentDetails.told_at <= row.told_at,
        PaymentDetails.stopped_at.is_(None),
    )


def find_in_force(claim_id: UUID, *more: Any) -> PaymentDetails | None:
    """Where the money of a claim goes, or rests: the newest that was not put aside; of those that
    ``more`` asks for."""
    return (
        get_session()
        .scalars(
            select(PaymentDetails)
            .where(PaymentDetails.claim_id == claim_id, PaymentDetails.ended_at.is_(None), *more)
            .order_by(PaymentDetails.told_at.desc(), PaymentDetails.application_id.desc())
            .limit(1)
        )
        .one_or_none()
    )


def _find_pending(row: PaymentDetails) -> PendingAct | None:
    """What waits about putting back the account before ``row``."""
    waiting = get_session().scalars(
        select(PendingAct).where(
            PendingAct.person_id == row.person_id,
            PendingAct.command == RESTORE,
            PendingAct.state == PendingState.WAITING,
        )
    )
    wanted = row.application_id
    return next(
        (each for each in waiting if (open_arguments(each) or {}).get("application_id") == wanted),
        None,
    )


def _offer_back(actor: Actor, row: PaymentDetails) -> None:
    person = Actor(ActorKind.PERSON, person_id=row.person_id, request_id=actor.request_id)
    heard_by = actor.human_id
    call = Call(
        RESTORE,
        get_command(RESTORE).version,
        person,
        {"application_id": row.application_id, "heard_by": heard_by},
    )
    words = _("The person has said no to where their money goes. Nothing goes there meanwhile.")
    held = controls.hold([Finding(Verdict.HOLD, "payee_disowned", words)])
    put_before_second_human(call, row.person_id, row.organisation_id, held)


@command(RESTORE)
def restore_payment_details(
    *, actor: Actor, application_id: UUID, heard_by: UUID | None = None
) -> UUID:
    """Put aside where an application had the money go, so that the account before counts again.

    What a release runs, at the person's word: the controls are asked anew about that account.
    Where there was none before, or the person has said no to that too, none counts until they give
    one. Put aside already: nothing more. ``heard_by`` is the human who heard the person's no, who
    does not decide. Raises NotFound, Refused or Held.
    """
    person_id = require_person(actor)
    found = _lock(person_id, [application_id])
    if not found:
        raise NotFound
    (row,) = found
    concerns(person_id=person_id, subject=("application", row.application_id))
    if row.ended_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("application", row.application_id))
        return row.application_id
    before = _find_before(row)
    if before is not None:
        controls.decide(_ask(actor, row, before))
    row.stopped_at = row.stopped_at or clock.now()
    row.ended_at = clock.now()
    get_session().flush()
    _record(
        Action.PAYMENT_DETAILS_RESTORED,
        actor,
        row,
        {"counts": str(before.application_id) if before else ""},
    )
    settled = Settled.BEFORE if before and before.account else Settled.NONE
    _tell(actor, row, settled)
    return row.application_id


def _ask(actor: Actor, row: PaymentDetails, before: PaymentDetails) -> Act:
    """The account that is to count again, as the controls are told of any."""
    account = open_account(before)
    declared = list_declarers(account)
    payee = Payee(
        account=account,
        before=open_account(row),
        whose=Whose(before.whose) if before.whose else None,
        name_check=NameCheck(before.name_check),
        name_check_before=NameCheck(row.name_check),
        is_anothers=bool(declared - {get_person(row.person_id).human_id}),
        person_is_here=True,
    )
    return Act(
        RESTORE,
        actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        service=_claim_of(row).service,
        facts={**payee.facts(), "application": row.application_id},
    )


def open_account(row: PaymentDetails) -> Account | None:
    """The account as it was told; None where the person is paid without one."""
    if row.account is None:
        return None
    field = f"payment_details.account.{row.application_id}"
    written = json.loads(encryption.unseal(row.person_id, field, row.account))
    return Account(written["holder"], written["sort_code"], written["number"], written["roll"])


def settle_decided(event: PendingActDecided) -> None:
    """A second human did not agree: money goes where it went. Whatever else ends the pending act
    lifts nothing: an answer from elsewhere does, or a second look."""
    if event.command != RESTORE or event.released:
        return
    act = get_session().get_one(PendingAct, event.pending_act_id)
    arguments = open_arguments(act)
    if act.state != PendingState.REFUSED or arguments is None or act.person_id is None:
        return
    let_go(SYSTEM, act.person_id, [arguments["application_id"]])


def _lift(actor: Actor, row: PaymentDetails) -> None:
    row.stopped_at = None
    get_session().flush()
    _record(Action.PAYMENT_DETAILS_LIFTED, actor, row)
    _tell(actor, row, Settled.STAYS)


def _record(
    action: Action, actor: Actor, row: PaymentDetails, details: Mapping[str, str] | None = None
) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("application", row.application_id),
        service=_claim_of(row).service,
        details={"claim": str(row.claim_id), **(details or {})},
    )


def _tell(actor: Actor, row: PaymentDetails, settled: Settled) -> None:
    claim = _claim_of(row)
    # Out of the reach of whoever told the account, where no other account acts.
    teller = actor if actor.is_account else replace(actor, human_id=row.told_by_human)
    route, seconds = choose_routes(row.person_id, teller)
    queue_notice(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.PAYMENT_DETAILS_SETTLED,
        route=route,
        organisation_id=row.organisation_id,
        facts={
            "service": get_service(claim.service).name(get_person(row.person_id).language),
            "their_reference": claim.reference,
            "kind": str(settled),
        },
        second_routes=seconds,
    )


# -- for whoever decides


def describe_restoring(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What whoever decides reads: where the money went, where it would go, and what was told on."""
    row = get_session().get(PaymentDetails, arguments["application_id"])
    if row is None:
        return ()
    claim = _claim_of(row)
    before = _find_before(row)
    now, then = open_account(row), open_account(before) if before else None
    delivery = get_session().get(Delivery, row.application_id)
    is_out = delivery is not None and delivery.standing == Standing.DONE
    none = _("No account")
    return (
        (_("Application"), claim.reference),
        (_("Service"), get_service(claim.service).name(words_payee.shown_language())),
        (_("Where money goes no more for now"), now.masked if now else none),
        (
            _("Name on that account"),
            words_payee.name_holder(now, NameCheck(row.name_check)),
        ),
        (_("Where it would go again"), then.masked if then else none),
        (
            _("Name on the account before"),
            words_payee.name_holder(then, NameCheck(before.name_check)) if before else "–",
        ),
        (
            _("Whoever pays has been told"),
            _("Yes: tell them today that nothing is to be paid there") if is_out else _("No"),
        ),
        (
            _("What to do"),
            _("Ask the person, without the helper, where their money should go."),
        ),
    )


def exclude_those_before(
    command: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who must not decide: whoever told, asked for, heard, agreed to or declared either account,
    and whoever heard the person's no."""
    if command != RESTORE:
        return set()
    session = get_session()
    row = session.get(PaymentDetails, arguments["application_id"])
    if row is None:
        return set()
    before = _find_before(row)
    accounts = [each.fingerprint for each in (row, before) if each is not None and each.fingerprint]
    told = select(Application).where(Application.id == row.application_id).subquery()
    found = session.scalars(
        select(told.c.started_by_human).union(
            select(HelperAccount.human_id).join(told, told.c.changed_by == HelperAccount.id),
            select(PaymentConfirmation.confirmed_by_human).where(
                PaymentConfirmation.application_id == row.application_id
            ),
            select(PendingAct.drawn_human_id).join(told, told.c.waits_as == PendingAct.reference),
            select(DeclaredInterest.human_id).where(DeclaredInterest.fingerprint.in_(accounts)),
        )
    )
    humans = {arguments.get("heard_by"), row.told_by_human, *found}
    return {human for human in humans if human is not None}
