"""A card's numbers asked for and checked, inside the transaction of whoever needs a confirmation.

Plain functions, not commands: a wrong number has to be counted and kept, so the caller answers it
in words and goes on. What else a number that was said could mean is decided in ``_is_sign`` alone.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, func, literal, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import read_reference
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice

from . import private, rules_cards
from .models import AccessCard, AccessCardHandling, AccessCardNumber
from .routes import choose_routes, list_letter_routes
from .rules_cards import CardEnd, Delivery, NumberFacts, NumberState
from .rules_private import place_below

REFERENCE = "Y"
"""What the reference of a card begins with."""


@dataclass(frozen=True)
class CardView:
    """A card that works. ``handled``: the human who asks printed it or handed it over."""

    id: UUID
    reference: str
    delivery: Delivery
    issued_at: datetime
    issued_by_human_id: UUID
    left: int
    handled: bool


@dataclass(frozen=True)
class AskedNumber:
    """Which number the person is asked for: the one at ``position`` of their card."""

    card_id: UUID
    card_reference: str
    position: int


@dataclass(frozen=True)
class CheckedNumber:
    """What came of a number that was said; ``words`` where it was not right.

    ``card`` is the card as it was then, for whoever weighs what it proves.
    """

    state: NumberState
    card: CardView | None = None
    words: str = ""

    @property
    def is_right(self) -> bool:
        return self.state is NumberState.RIGHT


def find_card(person_id: UUID, human_id: UUID | None) -> CardView | None:
    """The person's card that works, as ``human_id`` stands to it; one statement."""
    left = (
        select(func.count())
        .select_from(AccessCardNumber)
        .where(
            AccessCardNumber.card_id == AccessCard.id,
            AccessCardNumber.used_at.is_(None),
            AccessCardNumber.voided_at.is_(None),
        )
        .scalar_subquery()
    )
    handled = exists().where(
        AccessCardHandling.card_id == AccessCard.id, AccessCardHandling.human_id == human_id
    )
    row = (
        get_session()
        .execute(
            select(AccessCard, left.label("left"), handled.label("handled")).where(
                AccessCard.person_id == person_id, AccessCard.ended_at.is_(None)
            )
        )
        .one_or_none()
    )
    if row is None:
        return None
    card = row.AccessCard
    return CardView(
        id=card.id,
        reference=card.reference,
        delivery=Delivery(card.delivery),
        issued_at=card.issued_at,
        issued_by_human_id=card.issued_by_human_id,
        left=row.left,
        handled=bool(row.handled),
    )


def has_handled(card_id: UUID, human_id: UUID) -> bool:
    """Whether that human printed the card or handed it over."""
    return get_session().get(AccessCardHandling, (card_id, human_id)) is not None


def find_person_by_card(text: str) -> UUID | None:
    """Whose card that reference is on, however it was typed; None where it works no more."""
    reference = read_reference(REFERENCE, text)
    if reference is None:
        return None
    return get_session().scalar(
        select(AccessCard.person_id).where(
            AccessCard.reference == reference, AccessCard.ended_at.is_(None)
        )
    )


def find_asked(person_id: UUID, asked_for: UUID) -> AskedNumber | None:
    """The number that is being asked for, for that very thing; what a page shows."""
    row = (
        get_session()
        .execute(
            select(AccessCard.id, AccessCard.reference, AccessCardNumber)
            .join(AccessCardNumber, AccessCardNumber.card_id == AccessCard.id)
            .where(
                AccessCard.person_id == person_id,
                AccessCard.ended_at.is_(None),
                AccessCardNumber.asked_for == asked_for,
                AccessCardNumber.used_at.is_(None),
                AccessCardNumber.voided_at.is_(None),
            )
        )
        .first()
    )
    if row is None or not rules_cards.is_open(_facts(row.AccessCardNumber), clock.now()):
        return None
    return AskedNumber(row.id, row.reference, row.AccessCardNumber.position)


def ask_number(*, actor: Actor, person_id: UUID, asked_for: UUID) -> AskedNumber | None:
    """Choose the number to ask the person for, inside the caller's transaction.

    ``asked_for`` is what it will confirm: it confirms nothing else. One number of a card is asked
    for at a time; asked for something else meanwhile, it is the same number, and what was asked
    first is off. None where no card works or no number is left; that is recorded and kept too.
    """
    card = lock_card(person_id)
    if card is None:
        _record_failed(actor, person_id, None, "no_card")
        return None
    now = clock.now()
    numbers = _lock_numbers(card.id)
    _void_overdue(actor, card, numbers, now)
    position = rules_cards.choose_position([_facts(row) for row in numbers], now, secrets.randbelow)
    if card.ended_at is not None or position is None:
        get_session().flush()
        _record_failed(actor, person_id, card, "no_number_left")
        return None
    row = next(row for row in numbers if row.position == position)
    row.asked_at, row.asked_for = now, asked_for
    get_session().flush()
    record(
        Action.CARD_NUMBER_ASKED,
        actor=actor,
        person_id=person_id,
        subject=("access_card", card.id),
        details={"position": position, "asked_for": str(asked_for)},
    )
    return AskedNumber(card.id, card.reference, position)


def check_number(*, actor: Actor, person_id: UUID, asked_for: UUID, typed: str) -> CheckedNumber:
    """Check the number that the person said, inside the caller's transaction; it works once.

    A wrong one is counted: the caller answers ``words`` and does not raise, or the count is lost.
    ``typed`` is what rules_cards.read_number gave.
    """
    card = lock_card(person_id)
    now = clock.now()
    numbers = _lock_numbers(card.id) if card else []
    asked = [row for row in numbers if row.asked_for == asked_for and _facts(row).is_left]
    if card is None or not asked:
        return _answer(actor, person_id, card, NumberState.VOID)
    row = asked[0]
    if not rules_cards.is_open(_facts(row), now):
        return _answer(actor, person_id, card, NumberState.EXPIRED)
    is_sign = _is_sign(card, numbers, row, typed)  # asked of every number: it takes its time
    if _matches(card, row, typed) or is_sign:
        row.used_at = now
        view = find_card(person_id, actor.human_id)
        get_session().flush()
        record(
            Action.CARD_NUMBER_USED,
            actor=actor,
            person_id=person_id,
            subject=("access_card", card.id),
            details={"position": row.position, "asked_for": str(asked_for)},
        )
        return CheckedNumber(NumberState.RIGHT, view)
    row.tries += 1
    left = rules_cards.NUMBER_TRIES - row.tries
    if left:
        return _answer(actor, person_id, card, NumberState.WRONG, left)
    row.voided_at = now
    _stop_if_wasted(actor, card, numbers)
    return _answer(actor, person_id, card, NumberState.VOID)


def _matches(card: AccessCard, row: AccessCardNumber, typed: str) -> bool:
    return hmac.compare_digest(row.number, hash_number(card.id, row.position, typed))


def _is_sign(
    card: AccessCard, numbers: list[AccessCardNumber], row: AccessCardNumber, typed: str
) -> bool:
    """Whether the number below was said by somebody who agreed that as their silent sign.

    It then counts as right in every way. It was heard, so it is not asked for any more: a statement
    that is sent of whichever number, and changes nothing where it was another.
    """
    place = place_below(row.position, len(numbers))
    below = next(number for number in numbers if number.position == place)
    is_below = _matches(card, below, typed) and not _matches(card, row, typed)
    is_sign = private.means_sign(card.person_id) and is_below
    get_session().execute(
        update(AccessCardNumber)
        .where(
            AccessCardNumber.card_id == card.id,
            AccessCardNumber.position == below.position,
            AccessCardNumber.asked_at.is_(None),
            literal(is_sign),
        )
        .values(asked_at=clock.now() - rules_cards.NUMBER_LIFETIME)
        .execution_options(synchronize_session=False)
    )
    if is_sign:
        private.note_given(card.person_id)
    return is_sign


def hear_sign(person_id: UUID, asked_for: UUID, answers: Iterable[str]) -> None:
    """Note the silent sign where a number was too late, or came with something that was refused.

    Counts nothing: for what check_number was not asked, or did not get to.
    """
    said = {number for answer in answers if (number := rules_cards.read_number(answer))}
    if not said:
        return
    card = lock_card(person_id)
    numbers = _lock_numbers(card.id) if card else []
    for row in [row for row in numbers if row.asked_for == asked_for]:
        for typed in said:
            assert card is not None  # noqa: S101  (there are no numbers without one)
            _is_sign(card, numbers, row, typed)


def hash_number(card_id: UUID, position: int, number: str) -> bytes:
    """A number as it is stored: keyed, and different on each card and at each place."""
    return encryption.fingerprint("access_card_number", f"{card_id}:{position}:{number}")


def _answer(
    actor: Actor, person_id: UUID, card: AccessCard | None, state: NumberState, left: int = 0
) -> CheckedNumber:
    _record_failed(actor, person_id, card, f"number_{state}")
    get_session().flush()
    if card is None or card.ended_at is not None:
        words = _("This card does not work any more. Give the person a new one")
    elif state is NumberState.WRONG:
        words = ngettext(
            "That is not the number. There is %(num)s try left",
            "That is not the number. There are %(num)s tries left",
            left,
        )
    elif state is NumberState.EXPIRED:
        words = _("It is more than 10 minutes since this number was asked for. Ask for another")
    else:
        words = _("This number does not work any more. Ask for another")
    return CheckedNumber(state, words=words)


def _record_failed(actor: Actor, person_id: UUID, card: AccessCard | None, why: str) -> None:
    record(
        Action.CARD_NUMBER_FAILED,
        actor=actor,
        person_id=person_id,
        subject=("access_card", card.id) if card else ("person", person_id),
        reason=why,
    )


def lock_card(person_id: UUID) -> AccessCard | None:
    """The person's card that works, locked: all that is done with its numbers has an order."""
    return (
        get_session()
        .scalars(
            select(AccessCard)
            .where(AccessCard.person_id == person_id, AccessCard.ended_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )


def _lock_numbers(card_id: UUID) -> list[AccessCardNumber]:
    return list(
        get_session().scalars(
            select(AccessCardNumber)
            .where(AccessCardNumber.card_id == card_id)
            .order_by(AccessCardNumber.position)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _facts(row: AccessCardNumber) -> NumberFacts:
    return NumberFacts(row.position, row.asked_at, row.tries, row.used_at, row.voided_at)


def _void_overdue(
    actor: Actor, card: AccessCard, numbers: list[AccessCardNumber], now: datetime
) -> None:
    overdue = rules_cards.list_overdue([_facts(row) for row in numbers], now)
    for row in numbers:
        if row.position in overdue:
            row.voided_at = now
    if overdue:
        _stop_if_wasted(actor, card, numbers)


def _stop_if_wasted(actor: Actor, card: AccessCard, numbers: list[AccessCardNumber]) -> None:
    if rules_cards.count_wasted([_facts(row) for row in numbers]) < rules_cards.MOST_WASTED:
        return
    end_card(actor, card, CardEnd.WASTED)


def end_card(
    actor: Actor, card: AccessCard, why: CardEnd, kind: NoticeKind | None = NoticeKind.CARD_ENDED
) -> None:
    """Let a locked card work no longer, and tell the person, with whatever telling ``kind`` is."""
    card.ended_at = max(clock.now(), card.issued_at)  # a clock may have been set back
    card.end_reason = str(why)
    card.ended_by_account_id = actor.account_id
    card.sheet = None
    get_session().flush()
    record(
        Action.CARD_ENDED,
        actor=actor,
        person_id=card.person_id,
        subject=("access_card", card.id),
        reason=str(why),
    )
    if kind is not None:
        tell_of_card(actor, card, kind)


def tell_of_card(actor: Actor, card: AccessCard, kind: NoticeKind) -> None:
    """Tell the person what happened to their card: by their route, and by letter where one may."""
    route, seconds = choose_routes(card.person_id, actor)
    queue_notice(
        actor=actor,
        person_id=card.person_id,
        kind=kind,
        route=route,
        organisation_id=actor.organisation_id or card.issued_by_organisation_id,
        second_routes=(
            *list_letter_routes(card.person_id, actor)[:1],
            *seconds,
        ),
        facts={"card": card.reference},
    )
