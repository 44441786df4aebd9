"""Emergency help: capped under the person's lock, at once where it may, looked at the next day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import exists, func, insert, or_, select

from assistedaccess.access import Permission, require
from assistedaccess.approvals.describe import Row
from assistedaccess.approvals.second_look import open_second_look
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.once import Once
from assistedaccess.casework.rules import CaseState
from assistedaccess.casework.service import lock_case
from assistedaccess.consent.rules import Power
from assistedaccess.consent.service import get_person_for_act, name_helper, tell_person
from assistedaccess.delegation.authority import authorise
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.money import spell_money
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.people.queries_merging import records_of
from assistedaccess.people.reach import check_not_merged, load_reached
from assistedaccess.services.catalogue import EmergencyHelp
from assistedaccess.services.queries import list_services

from . import rules_emergency, rules_till
from .models_emergency import EmergencyGift
from .models_payee import PaymentDetails
from .queries_emergency import GiftView, load_gift, need_field, serial_field
from .queries_till import load_contents
from .rules import CaseIsClosed
from .rules_emergency import HelpKind
from .service_till import check_at_desk, lock_open_till
from .words_payments import HELP_KINDS


def find_fund() -> tuple[str, EmergencyHelp]:
    """The service that gives emergency help, and its terms. Raises NotFound where none does."""
    for view in list_services():
        if view.entry.emergency_help is not None:
            return view.key, view.entry.emergency_help
    raise NotFound


def sum_given(person_id: UUID, organisation_id: UUID | None, terms: EmergencyHelp) -> int:
    """What the organisation gave this person within the fund's period, in pence: under all of
    their records, where some were merged."""
    total = get_session().scalar(
        select(func.sum(EmergencyGift.amount_pence)).where(
            EmergencyGift.person_id.in_(records_of(person_id)),
            EmergencyGift.organisation_id == organisation_id,
            EmergencyGift.given_at > clock.now() - timedelta(days=terms.within_days),
        )
    )
    return int(total or 0)


@command(rules_emergency.GIVE)
def give_emergency_help(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    amount_pence: int,
    need: str,
    serial: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Give a voucher, goods, money to where the person is paid already, or cash; returns its id.

    On the person's yes to help with the fund's service. What one person gets in the fund's period
    is capped under the lock of their row. What goes at once is looked at by a second human within a
    day; cash, or more, is held for one first. Raises OverCap, Held, NoTillOpen, NotEnoughCash,
    CaseIsClosed, InvalidInput, what authorise() raises.
    """
    require(actor, Permission.HELP_GIVE)
    check_at_desk(actor)
    once = Once(actor, rules_emergency.GIVE, request_key, case_id, kind, amount_pence, need)
    repeated = once.find("emergency_gift")
    if repeated is not None:
        return repeated
    what = read_word("kind", kind, HelpKind, _("Select what is given"))
    if amount_pence <= 0:
        raise InvalidInput("amount", _("Enter how much it is worth"))
    words = read_text(
        "need", need, rules_emergency.LONGEST_NEED, _("Enter what the person needs it for")
    )
    number = None
    if what.has_serial:
        number = read_text(
            "serial",
            serial,
            rules_emergency.LONGEST_SERIAL,
            _("Enter the number on the voucher"),
        )
    key, terms = find_fund()
    case = lock_case(actor, case_id)
    if case.state == CaseState.CLOSED:
        raise CaseIsClosed(_("This case is closed."), next_step=_("Reopen the case first."))
    # Locked: what they had is counted under it, by whichever of their records.
    check_not_merged(get_person_for_act(actor, case.person_id))
    authority = authorise(actor=actor, person_id=case.person_id, service=key, power=Power.SUBMIT)
    rules_emergency.check_cap(
        terms, sum_given(case.person_id, actor.organisation_id, terms), amount_pence
    )
    payee_is_new = what is HelpKind.STANDING_PAYEE and _is_payee_new(actor, case.person_id)
    controls.decide(
        Act(
            rules_emergency.GIVE,
            actor,
            person_id=case.person_id,
            organisation_id=case.organisation_id,
            service=key,
            amount_pence=amount_pence,
            facts={
                "kind": str(what),
                "at_once_pence": terms.at_once_pence,
                "payee_is_new": payee_is_new,
                "case": case.id,
            },
        )
    )
    till_id = None
    if what is HelpKind.CASH:
        till = lock_open_till(actor)
        rules_till.check_cash(load_contents(till), amount_pence)
        till_id = till.id
    gift_id = new_id()
    seal = encryption.seal
    values: Mapping[str, Any] = {
        "id": gift_id,
        "reference": new_reference("V"),
        "organisation_id": case.organisation_id,
        "site_id": actor.site_id,
        "case_id": case.id,
        "person_id": case.person_id,
        "service": key,
        "kind": str(what),
        "amount_pence": amount_pence,
        "serial": seal(case.person_id, serial_field(gift_id), number) if number else None,
        "need": seal(case.person_id, need_field(gift_id), words),
        "till_id": till_id,
        "authority_kind": authority.kind,
        "authority_id": authority.id,
        "given_at": clock.now(),
        "given_by": actor.account_id,
        "given_by_human": actor.human_id,
    }
    get_session().execute(insert(EmergencyGift), [values])
    record(
        Action.HELP_GIVEN,
        actor=actor,
        person_id=case.person_id,
        organisation_id=case.organisation_id,
        subject=("emergency_gift", gift_id),
        authority=authority.pair,
        service=key,
        reason=str(what),
        details={"amount_pence": amount_pence},
    )
    if rules_emergency.goes_at_once(
        what, amount_pence, terms.at_once_pence, payee_is_new=payee_is_new
    ):
        _have_it_reviewed(actor, case.person_id, gift_id)
    tell_person(
        actor=actor,
        person_id=case.person_id,
        kind=NoticeKind.HELP_GIVEN,
        organisation_id=case.organisation_id,
        facts={
            "helper": name_helper(actor),
            "amount": spell_money(amount_pence),
            "kind": str(what),
            "their_reference": str(values["reference"]),
        },
    )
    return once.keep(gift_id)


def _is_payee_new(actor: Actor, person_id: UUID) -> bool:
    """Whether it was told here, a short while ago, where this person is paid, or the person has
    said no to it."""
    return bool(
        get_session().scalar(
            select(
                exists().where(
                    PaymentDetails.person_id == person_id,
                    PaymentDetails.organisation_id == actor.organisation_id,
                    PaymentDetails.ended_at.is_(None),
                    or_(
                        PaymentDetails.told_at > clock.now() - rules_emergency.NEW_PAYEE,
                        PaymentDetails.stopped_at.is_not(None),
                    ),
                )
            )
        )
    )


def _have_it_reviewed(actor: Actor, person_id: UUID, gift_id: UUID) -> None:
    open_second_look(
        actor=actor,
        person_id=person_id,
        command=rules_emergency.REVIEW,
        arguments={"person_id": person_id, "gift_id": gift_id},
        reason=rules_emergency.AFTERWARDS,
        words=_("Emergency help went out at once. Somebody else looks at it the next day."),
    )


@command(rules_emergency.REVIEW)
def note_help_reviewed(*, actor: Actor, person_id: UUID, gift_id: UUID) -> UUID:
    """A second human looked at help that had gone out, and found it in order.

    ``actor`` is whose act it was; who looked stands in the review's own events.
    """
    require(actor, Permission.HELP_GIVE)
    record(
        Action.HELP_REVIEWED,
        actor=actor,
        person_id=person_id,
        subject=("emergency_gift", gift_id),
    )
    return gift_id


def describe_giving(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer decides on before it is given."""
    rows: list[Row] = [
        (_("What"), HELP_KINDS[HelpKind(arguments["kind"])]),
        (_("Amount"), spell_money(arguments["amount_pence"])),
        (_("What for"), arguments["need"]),
    ]
    return rows


def describe_review(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What a reviewer looks at the day after."""
    gift = get_session().get_one(EmergencyGift, arguments["gift_id"])
    _key, terms = find_fund()
    had = sum_given(gift.person_id, gift.organisation_id, terms)
    need = encryption.unseal(gift.person_id, need_field(gift.id), gift.need)
    rows: list[Row] = [
        (_("Number"), gift.reference),
        (_("What"), HELP_KINDS[HelpKind(gift.kind)]),
        (_("Amount"), spell_money(gift.amount_pence)),
        (_("What for"), need),
        (_("All that this person had of the fund"), spell_money(had)),
        (
            _("What to do"),
            _("Ask the person, without the helper, whether they got it. If so, release this."),
        ),
    ]
    return rows


@command("applications.open_emergency_help")
def open_emergency_help(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> GiftView:
    """The organisation's voucher with that reference, the look recorded first."""
    return _open(actor, reference, Action.HELP_OPENED, stated_reason)


@command("applications.print_emergency_help")
def print_emergency_help(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> GiftView:
    """As open_emergency_help, on paper for the person."""
    return _open(actor, reference, Action.PAYMENT_RECEIPT_PRINTED, stated_reason)


def _open(actor: Actor, reference: str, action: Action, stated: str | None) -> GiftView:
    require(actor, Permission.APPLICATION_VIEW)
    gift = load_gift(actor, reference)
    _person, found = load_reached(actor, gift.person_id, lock=False)
    subject = ("emergency_gift", gift.id)
    concerns(subject=subject)
    record_look(
        action,
        actor=actor,
        person_id=gift.person_id,
        subject=subject,
        stated_reason=stated or found.stated,
        needs_details=True,
    )
    return gift
