"""Commands that take a fee at the desk, and that waive one.

A fee never holds up what it is for: a claim is sent whether its fee is paid or not (design, section
4, rule 10). Money may be held, by any control; what is held has no effect.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.approvals.describe import Row
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.consent.queries import list_open_visits
from assistedaccess.consent.rules import Power
from assistedaccess.consent.service import get_person_for_act, tell_person
from assistedaccess.delegation.authority import Reserved, reserve, use_reserve
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.money import spell_money
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.models import Person
from assistedaccess.services.journey import find_journey
from assistedaccess.services.models import FormDefinition
from assistedaccess.services.queries import NATION_CODES, get_definition, get_service

from . import queries_payments, rules_payments
from .answers import load_pages, merge
from .models import Application
from .models_payments import Payment
from .receipts_payments import store_code
from .rules_payments import (
    AT_THE_DESK,
    FeeAccount,
    PaymentState,
    WaiveReason,
    Way,
    Whose,
    find_fee,
)
from .service import lock_application
from .service_till import check_at_desk, lock_open_till
from .words_payments import PAID_BY, WAIVE_REASONS, WAYS

SLIP_WANTED = {Way.CARD_TERMINAL: "terminal_slip", Way.CHEQUE: "cheque_number"}


def lock_fee(actor: Actor, application_id: UUID) -> tuple[Application, Person, FeeAccount]:
    """The application and its person, locked, and the account of its fee as it stands."""
    row = lock_application(actor, application_id)
    person = get_person_for_act(actor, row.person_id)
    concerns(subject=("application", row.id))
    payments = queries_payments.list_payments(row.id)
    return row, person, queries_payments.add_up(_find_fee(row, person), payments)


def _find_fee(row: Application, person: Person) -> int:
    if queries_payments.costs_nothing(row):
        return 0
    form_hash = get_session().get_one(FormDefinition, row.form_definition_id).hash
    definition = get_definition(form_hash)
    now = clock.local(row.submitted_at or clock.now())
    answers: Mapping[str, Any] = {}
    if definition.fees:
        answers = find_journey(definition, merge(load_pages(row.id, row.person_id)), now).answers
    entry = get_service(row.service).entry
    return find_fee(definition, entry, answers, now, NATION_CODES.get(person.nation or ""))


@command(rules_payments.TAKE)
def take_payment(
    *,
    actor: Actor,
    application_id: UUID,
    amount_pence: int,
    way: str,
    whose: str,
    terminal_slip: str | None = None,
    cheque_number: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Take a fee at the desk, all of what is due; returns the payment's id.

    ``way``: card terminal (``terminal_slip``: the number on its slip), cash or cheque
    (``cheque_number``). ``whose`` own: the person pays with their own money, here; the helper only
    takes it, so that no delegation is asked for. Delegated: the helper pays out of the person's
    money, on a delegation with the power ``pay``, whose limit it is taken from. ``amount_pence`` is
    what the page showed.

    Raises NothingDue, AmountChanged, PaymentOpen, NoTillOpen, InvalidInput, Held, what reserve()
    raises.
    """
    require(actor, Permission.PAYMENT_TAKE)
    require_may_act(actor)
    check_at_desk(actor)
    once = Once(actor, rules_payments.TAKE, request_key, application_id, amount_pence, way, whose)
    repeated = once.find("payment")
    if repeated is not None:
        return repeated
    by = read_word("way", way, Way, _("Select how it is paid"))
    if by not in AT_THE_DESK:
        raise InvalidInput("way", _("Select how it is paid"))
    hand = read_word("whose", whose, Whose, _("Select whose money it is"))
    slip = _read_slip(by, {"terminal_slip": terminal_slip, "cheque_number": cheque_number})
    row, person, account = lock_fee(actor, application_id)
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
            facts={"application": row.id, "way": str(by), "whose": str(hand)},
        )
    )
    payment_id = new_id()
    taken = reserve_for(actor, row, amount_pence, payment_id) if hand is Whose.DELEGATED else None
    till_id = lock_open_till(actor).id if by.is_in_till else None
    payment = add_payment(actor, row, payment_id, amount_pence, by, hand, slip, taken)
    payment.till_id = till_id
    if taken is not None:
        use_reserve(actor=actor, reserve_id=taken.reserve_id)
    settle_paid(actor, payment, row, person)
    return once.keep(payment.id)


def reserve_for(actor: Actor, row: Application, amount_pence: int, payment_id: UUID) -> Reserved:
    """Take the fee from the limit of a delegation to this helper, under its lock."""
    try:
        return reserve(
            actor=actor,
            person_id=row.person_id,
            service=row.service,
            amount_pence=amount_pence,
            subject=("payment", payment_id),
        )
    finally:
        concerns(subject=("application", row.id))


def _read_slip(way: Way, given: Mapping[str, str | None]) -> str | None:
    field = SLIP_WANTED.get(way)
    if field is None:
        return None
    missing = {
        Way.CARD_TERMINAL: _("Enter the number on the terminal’s slip"),
        Way.CHEQUE: _("Enter the number of the cheque"),
    }[way]
    return read_text(field, given[field], rules_payments.LONGEST_SLIP, missing)


def add_payment(
    actor: Actor,
    row: Application,
    payment_id: UUID,
    amount_pence: int,
    way: Way | None,
    whose: Whose | None,
    slip: str | None,
    taken: Reserved | None,
) -> Payment:
    """The payment as a new row, still open. Not flushed."""
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.human_id is not None  # noqa: S101
    payment = Payment(
        id=payment_id,
        reference=new_reference("B"),
        organisation_id=row.organisation_id,
        site_id=actor.site_id,
        application_id=row.id,
        person_id=row.person_id,
        amount_pence=amount_pence,
        way=str(way) if way else None,
        whose=str(whose) if whose else None,
        state=str(PaymentState.OPEN),
        authority_kind=taken.authority.kind if taken else None,
        authority_id=taken.authority.id if taken else None,
        reserve_id=taken.reserve_id if taken else None,
        slip=_seal_slip(row.person_id, payment_id, slip),
        begun_at=clock.now(),
        begun_by=actor.account_id,
        begun_by_human=actor.human_id,
    )
    get_session().add(payment)
    return payment


def _seal_slip(person_id: UUID, payment_id: UUID, slip: str | None) -> bytes | None:
    if slip is None:
        return None
    field = queries_payments.slip_field(payment_id)
    return encryption.seal(person_id, field, json.dumps(slip, ensure_ascii=False))


def settle_paid(actor: Actor, payment: Payment, row: Application, person: Person) -> None:
    """The money is in: the receipt has its code, the journal says so, and the person is told.

    At once where somebody else paid for them; else in the digest of the visit.
    """
    payment.state = str(PaymentState.PAID)
    payment.settled_at = clock.now()
    store_code(payment)
    get_session().flush()
    is_delegated = payment.whose == Whose.DELEGATED
    record(
        Action.PAYMENT_TAKEN,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("payment", payment.id),
        authority=("delegation", payment.authority_id) if payment.authority_id else None,
        service=row.service,
        reason=f"{payment.way}.{payment.whose}",
        details={"amount_pence": payment.amount_pence, "application": str(row.id)},
    )
    kind = NoticeKind.PAYMENT_MADE_FOR_YOU if is_delegated else NoticeKind.PAYMENT_TAKEN
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=kind,
        organisation_id=row.organisation_id,
        visit_id=None if is_delegated else find_visit_of_day(actor, row.person_id),
        facts={
            "helper": _name_payer(payment) if is_delegated else "",
            "service": get_service(row.service).name(person.language),
            "amount": spell_money(payment.amount_pence),
            "their_reference": payment.reference,
        },
    )


def _name_payer(payment: Payment) -> str:
    """Whoever began it: that it is paid may be found by no helper, but by the system."""
    return get_session().get_one(Account, payment.begun_by).name


def find_visit_of_day(actor: Actor, person_id: UUID) -> UUID | None:
    """The visit of today of this person with this helper, whose digest tells of it."""
    if not actor.is_account:
        return None
    visits = list_open_visits(actor, person_id)
    return visits[-1][0] if visits else None


@command(rules_payments.WAIVE)
def waive_fee(
    *,
    actor: Actor,
    application_id: UUID,
    amount_pence: int,
    reason: str,
    words: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Ask for no fee, or for no more of it; returns the id of what stands in a payment's place.

    ``words`` say why, where the reason is *other*. Raises Held where a control wants a second human
    (rules_payments.check_waiving): the application goes on meanwhile.
    """
    require(actor, Permission.PAYMENT_TAKE)
    require_may_act(actor)
    check_at_desk(actor)
    once = Once(actor, rules_payments.WAIVE, request_key, application_id, amount_pence, reason)
    repeated = once.find("payment")
    if repeated is not None:
        return repeated
    why = read_word("reason", reason, WaiveReason, _("Select why the fee is waived"))
    said = None
    if why is WaiveReason.OTHER or (words and words.strip()):
        said = read_text(
            "words", words, rules_payments.LONGEST_WHY, _("Enter why the fee is waived")
        )
    row, person, account = lock_fee(actor, application_id)
    rules_payments.check_due(account, amount_pence)
    controls.decide(
        Act(
            rules_payments.WAIVE,
            actor,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            service=row.service,
            amount_pence=amount_pence,
            facts={
                "application": row.id,
                "reason": str(why),
                "waived_before": queries_payments.count_waived(
                    actor.human_id, rules_payments.WAIVED_WITHIN
                ),
            },
        )
    )
    payment = add_payment(actor, row, new_id(), amount_pence, None, None, said, None)
    payment.state = str(PaymentState.WAIVED)
    payment.waive_reason = str(why)
    payment.settled_at = clock.now()
    get_session().flush()
    record(
        Action.FEE_WAIVED,
        actor=actor,
        person_id=row.person_id,
        subject=("payment", payment.id),
        service=row.service,
        reason=str(why),
        details={"amount_pence": amount_pence, "application": str(row.id)},
    )
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.FEE_WAIVED,
        organisation_id=row.organisation_id,
        visit_id=find_visit_of_day(actor, row.person_id),
        facts={
            "service": get_service(row.service).name(person.language),
            "amount": spell_money(amount_pence),
        },
    )
    return once.keep(payment.id)


def describe_payment(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer decides on: how much, for what, how, by whose hand."""
    row = get_session().get_one(Application, arguments["application_id"])
    return [
        (_("Application"), row.reference),
        (_("Service"), get_service(row.service).name("en")),
        (_("Fee"), spell_money(arguments["amount_pence"])),
        (_("How"), WAYS[arguments["way"]]),
        (_("Paid by"), PAID_BY[arguments["whose"]]),
    ]


def describe_waiving(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer decides on: how much, for what, why."""
    row = get_session().get_one(Application, arguments["application_id"])
    rows: list[Row] = [
        (_("Application"), row.reference),
        (_("Service"), get_service(row.service).name("en")),
        (_("Fee that is waived"), spell_money(arguments["amount_pence"])),
        (_("Why"), WAIVE_REASONS[WaiveReason(arguments["reason"])]),
    ]
    if arguments.get("words"):
        rows.append((_("In words"), arguments["words"]))
    return rows
