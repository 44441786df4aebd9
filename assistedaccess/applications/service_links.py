"""Commands of payments on the provider's own page: begin, stop, settle; and its callback.

A callback is signed, and yet taken for no more than it must be: money that came in is taken from it
at once, everything else has the provider asked, whose own answer counts. So callbacks may come
twice, late, in any order, or before the answer to what they are about.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import or_, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.consent.rules import Power
from assistedaccess.delegation.authority import give_back, use_after_all, use_reserve
from assistedaccess.delegation.rules import AlreadySettled
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_word
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person

from . import rules_links, rules_payments
from .models import Application
from .models_payments import PayLink, Payment
from .queries_links import may_use_link, url_field
from .rules_links import LinkStanding, Said
from .rules_payments import PaymentState, Way, Whose
from .service_payments import add_payment, lock_fee, reserve_for, settle_paid

BEGIN = "applications.begin_link"


class NoPaymentPage(Refused):
    """There is no payment page for this organisation."""

    reason_code = "no_payment_page"


@command(BEGIN)
def begin_link(
    *,
    actor: Actor,
    application_id: UUID,
    amount_pence: int,
    whose: str,
    request_key: str | None = None,
) -> UUID:
    """Want a link by which the fee is paid on the provider's page; returns the payment's id.

    Nothing is sent before this is committed. ``whose`` own: the person pays with their own card;
    delegated: the helper pays for them, and the fee is reserved until it is known to be paid or
    not. Raises what take_payment raises, and NoPaymentPage.
    """
    require(actor, Permission.PAYMENT_TAKE)
    require_may_act(actor)
    once = Once(actor, BEGIN, request_key, application_id, amount_pence, whose)
    repeated = once.find("payment")
    if repeated is not None:
        return repeated
    hand = read_word("whose", whose, Whose, _("Select who pays it"))
    if not may_use_link(actor):
        raise NoPaymentPage(
            _("There is no payment page here."), next_step=_("Choose another way to pay.")
        )
    row, _person, account = lock_fee(actor, application_id)
    rules_payments.check_due(account, amount_pence)
    controls.decide(
        Act(
            rules_payments.TAKE,
            actor,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            service=row.service,
            power=Power.PAY,
            amount_pence=amount_pence,
            facts={"application": row.id, "way": str(Way.CARD_LINK), "whose": str(hand)},
        )
    )
    payment_id = new_id()
    taken = reserve_for(actor, row, amount_pence, payment_id) if hand is Whose.DELEGATED else None
    payment = add_payment(actor, row, payment_id, amount_pence, Way.CARD_LINK, hand, None, taken)
    get_session().flush()
    get_session().add(
        PayLink(
            payment_id=payment.id,
            standing=str(LinkStanding.WANTED),
            attempts=0,
            due_at=clock.now(),
        )
    )
    get_session().flush()
    record(
        Action.PAY_LINK_BEGUN,
        actor=actor,
        person_id=row.person_id,
        subject=("payment", payment.id),
        authority=taken.authority.pair if taken else None,
        service=row.service,
        reason=str(hand),
        details={"amount_pence": amount_pence, "application": str(row.id)},
    )
    return once.keep(payment.id)


def _lock_link(payment_id: UUID) -> tuple[Payment, PayLink]:
    """Both locked, the payment first: whoever settles and whoever stops wait for each other."""
    session = get_session()
    payment = session.get(Payment, payment_id, with_for_update=True, populate_existing=True)
    link = session.get(PayLink, payment_id, with_for_update=True, populate_existing=True)
    if payment is None or link is None:
        raise NotFound
    concerns(
        person_id=payment.person_id,
        organisation_id=payment.organisation_id,
        subject=("payment", payment.id),
    )
    return payment, link


@command("applications.stop_link")
def stop_link(*, actor: Actor, payment_id: UUID) -> UUID:
    """Want a payment stopped that is not finished: what became of it, the provider says.

    Stopping needs no authority. Said again, or too late: nothing happens.
    """
    require(actor, Permission.PAYMENT_TAKE)
    payment, link = _lock_link(payment_id)
    if payment.organisation_id != actor.organisation_id:
        raise NotFound
    check_theirs(actor, ("payment", payment.id))
    is_over = payment.state != PaymentState.OPEN or link.stop_wanted_at is not None
    if not is_over:
        link.stop_wanted_at = clock.now()
        link.due_at = clock.now()
        get_session().flush()
    record(
        Action.REQUEST_REPEATED if is_over else Action.PAY_LINK_STOPPED,
        actor=actor,
        person_id=payment.person_id,
        subject=("payment", payment.id),
    )
    return payment.id


@command("applications.settle_link")
def settle_link(
    *,
    actor: Actor,
    payment_id: UUID,
    token: UUID,
    provider_id: str | None,
    said: str | None,
    code: str,
    amount_pence: int | None,
    next_url: str,
    failure: str,
    next_at: datetime | None,
) -> UUID:
    """Note what came of asking the provider. A claim that another has taken over settles nothing.

    ``said`` None: nothing is known but ``failure``; without ``next_at`` it is given up.
    """
    payment, link = _lock_link(payment_id)
    if link.claim_token != token or link.standing == LinkStanding.OVER:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("payment", payment_id))
        return payment_id
    link.claim_token = link.claimed_until = None
    link.last_failure = failure[:60] or None
    if next_at is not None:
        link.due_at = next_at
    if said is None:
        if next_at is None:
            _give_up(actor, payment, link, failure)
        else:
            get_session().flush()
            record(
                Action.PAY_LINK_NOTED,
                actor=actor,
                person_id=payment.person_id,
                organisation_id=payment.organisation_id,
                subject=("payment", payment.id),
                reason=failure[:60],
            )
        return payment.id
    link.provider_id = link.provider_id or provider_id
    link.standing = str(LinkStanding.OPEN)
    link.attempts = 0
    link.next_url = _seal_url(payment, next_url)
    _note(actor, payment, link, Said(said), code, amount_pence)
    return payment.id


def _seal_url(payment: Payment, next_url: str) -> bytes | None:
    if not next_url:
        return None
    try:
        return encryption.seal(payment.person_id, url_field(payment.id), next_url)
    except encryption.KeyForgotten:  # the person was erased meanwhile
        return None


def _give_up(actor: Actor, payment: Payment, link: PayLink, failure: str) -> None:
    link.standing = str(LinkStanding.OVER)
    link.next_url = None
    if payment.state == PaymentState.OPEN:
        _fail(actor, payment, failure)
    else:
        get_session().flush()
        record(Action.REQUEST_REPEATED, actor=actor, subject=("payment", payment.id))


def _note(
    actor: Actor,
    payment: Payment,
    link: PayLink,
    said: Said,
    code: str,
    amount_pence: int | None,
) -> None:
    """Let what the provider says take effect, where it changes anything."""
    link.said, link.code = str(said), code or None
    after = rules_links.settle(payment.state, said)
    if after is not None and amount_pence != payment.amount_pence:
        link.last_failure = "other_amount"  # not ours, or not as we asked: a human has to look
        after = None
    elif said.is_final:
        link.standing = str(LinkStanding.OVER)
        link.next_url = None
    if after is PaymentState.PAID:
        _take(actor, payment)
        return
    if after is PaymentState.FAILED:
        _fail(actor, payment, code or str(said))
        return
    get_session().flush()
    record(
        Action.PAY_LINK_NOTED,
        actor=actor,
        person_id=payment.person_id,
        organisation_id=payment.organisation_id,
        subject=("payment", payment.id),
        reason=link.last_failure or str(said),
    )


def _take(actor: Actor, payment: Payment) -> None:
    if payment.reserve_id is not None:
        try:
            use_reserve(actor=actor, reserve_id=payment.reserve_id)
        except AlreadySettled:
            # It had counted as not paid: the money is gone all the same, so the ledger says so.
            payment.reserve_id = use_after_all(actor=actor, reserve_id=payment.reserve_id)
    row = get_session().get_one(Application, payment.application_id)
    settle_paid(actor, payment, row, get_person(payment.person_id))


def _fail(actor: Actor, payment: Payment, reason: str) -> None:
    payment.state = str(PaymentState.FAILED)
    payment.settled_at = clock.now()
    get_session().flush()
    if payment.reserve_id is not None:
        give_back(actor=actor, reserve_id=payment.reserve_id)
    record(
        Action.PAYMENT_FAILED,
        actor=actor,
        person_id=payment.person_id,
        organisation_id=payment.organisation_id,
        subject=("payment", payment.id),
        reason=reason[:60],
    )


@command("applications.note_callback")
def note_callback(
    *, actor: Actor, reference: str, provider_id: str, status: str, amount_pence: int
) -> str:
    """Note a callback of the provider, whose signature was checked; returns the payment's state.

    It may come before the answer to our own request: then it is known by our reference. Money that
    came in is taken at once; anything else makes the provider be asked at the next run.
    """
    payment_id = get_session().scalar(
        select(PayLink.payment_id)
        .join(Payment, Payment.id == PayLink.payment_id)
        .where(or_(PayLink.provider_id == provider_id, Payment.reference == reference))
        .order_by((PayLink.provider_id == provider_id).desc())
        .limit(1)
    )
    if payment_id is None:
        record(Action.PAY_LINK_NOTED, actor=actor, reason="ignored")
        return ""
    payment, link = _lock_link(payment_id)
    is_ours = payment.reference == reference and link.provider_id in (None, provider_id)
    if payment.state == PaymentState.PAID or not is_ours:
        record(
            Action.PAY_LINK_NOTED,
            actor=actor,
            person_id=payment.person_id,
            organisation_id=payment.organisation_id,
            subject=("payment", payment.id),
            reason="already_known" if is_ours else "other_payment",
        )
        return payment.state
    link.provider_id = provider_id
    if status == Said.SUCCESS:
        _note(actor, payment, link, Said.SUCCESS, "", amount_pence)
        return payment.state
    link.due_at = clock.now()
    get_session().flush()
    record(
        Action.PAY_LINK_NOTED,
        actor=actor,
        person_id=payment.person_id,
        organisation_id=payment.organisation_id,
        subject=("payment", payment.id),
        reason="to_be_asked",
    )
    return payment.state
