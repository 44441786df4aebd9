"""Commands about a person's access card: given, printed once, put into their hand, stopped.

Who prints a card or hands it over could keep its numbers. So whoever did confirms nothing by it
(cards.find_card), and one that comes by post is printed by somebody who did not ask for it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import insert, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.service import queue_notice
from assistedaccess.notices.service_letters import LetterOpened
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.organisations.service import require_may_act

from . import rules_cards
from .cards import REFERENCE, end_card, hash_number, lock_card, tell_of_card
from .models import AccessCard, AccessCardHandling, AccessCardNumber, Person
from .reach import check_open_record, reach_person
from .routes import list_letter_routes
from .rules_cards import CARD_NUMBERS, CardEnd, Delivery, Handling

ISSUE = "people.issue_card"
SHEET = "access_card.sheet"


class CardNotYours(Refused):
    """Cards are given at a desk, not within a family; a lost one in front of staff."""

    reason_code = "card_not_yours"


@command(ISSUE)
def issue_card(
    *,
    actor: Actor,
    person_id: UUID,
    request_key: str,
    contact_point_id: UUID | None = None,
    replaces: str | None = None,
) -> UUID:
    """Give the person a card; returns its id. Their old one, if they have one, stops at once.

    ``contact_point_id``: where it is posted to; without it, it is handed over now. ``replaces``:
    why the old card is replaced (lost, used_up). A lost one is replaced in front of staff, and
    the person is told by letter where a letter may be sent.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    once = Once(actor, ISSUE, request_key, person_id)
    made = once.find("access_card")
    if made is not None:
        return made
    old = lock_card(person_id)
    _check_giver(actor, old, replaces)
    route = None
    if contact_point_id is not None:
        route = _find_route(actor, person_id, contact_point_id)
    if old is not None:
        end_card(actor, old, CardEnd(replaces or CardEnd.USED_UP), kind=None)
    card = _make(actor, person, old, route)
    return once.keep(card.id)


def _check_giver(actor: Actor, old: AccessCard | None, replaces: str | None) -> None:
    kind = get_session().scalar(select(Membership.kind).where(Membership.id == actor.membership_id))
    if kind in (None, MembershipKind.FAMILY):
        raise CardNotYours(
            _("A card is given at a desk, by somebody who works or volunteers there."),
            next_step=_("Go to any desk together, or ask them to send the card by post."),
        )
    if old is None:
        return
    if replaces not in (CardEnd.LOST, CardEnd.USED_UP):
        raise InvalidInput("replaces", _("Select why the person needs another card"))
    if replaces == CardEnd.LOST and kind != MembershipKind.STAFF:
        raise CardNotYours(
            _("A lost card is replaced in front of a member of staff."),
            next_step=_("Stop the old card now. Then ask a colleague who is staff."),
        )


def _find_route(actor: Actor, person_id: UUID, contact_point_id: UUID) -> Route:
    for route in list_letter_routes(person_id, actor):
        if route.contact_point_id == contact_point_id:
            return route
    raise InvalidInput("delivery", _("Select how the person gets the card"))


def _make(actor: Actor, person: Person, old: AccessCard | None, route: Route | None) -> AccessCard:
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.human_id is not None  # noqa: S101
    assert actor.organisation_id is not None  # noqa: S101
    numbers = [_draw_number() for _place in range(CARD_NUMBERS)]
    now = clock.now()
    card = AccessCard(
        id=new_id(),
        reference=new_reference(REFERENCE),
        person_id=person.id,
        delivery=str(Delivery.POSTED if route else Delivery.HANDED_OVER),
        issued_at=now,
        issued_by_account_id=actor.account_id,
        issued_by_human_id=actor.human_id,
        issued_by_organisation_id=actor.organisation_id,
        replaces_id=old.id if old else None,
    )
    get_session().add(card)
    get_session().flush()
    _insert_numbers(card, numbers)
    if route is None:
        card.sheet = encryption.seal(person.id, SHEET, json.dumps(numbers))
        add_handling(card.id, actor.human_id, Handling.HANDED_OVER)
    else:
        card.notice_id = _post(actor, card, route, numbers)
    get_session().flush()
    record(
        Action.CARD_ISSUED,
        actor=actor,
        person_id=person.id,
        subject=("access_card", card.id),
        reason=card.delivery,
        details={"replaces": str(old.id) if old else None},
    )
    tell_of_card(actor, card, NoticeKind.CARD_REPLACED if old else NoticeKind.CARD_ISSUED)
    return card


def _draw_number() -> str:
    return f"{secrets.randbelow(10**rules_cards.NUMBER_DIGITS):0{rules_cards.NUMBER_DIGITS}}"


def _insert_numbers(card: AccessCard, numbers: Sequence[str]) -> None:
    get_session().execute(
        insert(AccessCardNumber),
        [
            {
                "card_id": card.id,
                "position": position,
                "number": hash_number(card.id, position, number),
                "tries": 0,
            }
            for position, number in enumerate(numbers, 1)
        ],
    )


def _post(actor: Actor, card: AccessCard, route: Route, numbers: Sequence[str]) -> UUID:
    """The card itself is a letter: it waits in the print queue, for somebody else to print."""
    return queue_notice(
        actor=actor,
        person_id=card.person_id,
        kind=NoticeKind.ACCESS_CARD,
        route=route,
        organisation_id=card.issued_by_organisation_id,
        facts={
            "card": card.reference,
            "codes": ",".join(rules_cards.spell_number(number) for number in numbers),
        },
    )


def add_handling(card_id: UUID, human_id: UUID, how: Handling) -> None:
    """Note that this human has had the card's paper in their hand; said twice: once."""
    known = get_session().get(AccessCardHandling, (card_id, human_id))
    if known is None:
        get_session().add(
            AccessCardHandling(
                card_id=card_id, human_id=human_id, how=str(how), handled_at=clock.now()
            )
        )


def note_opened_letter(event: LetterOpened) -> None:
    """Whoever opens the letter that is a card has seen its numbers."""
    card_id = get_session().scalar(
        select(AccessCard.id).where(AccessCard.notice_id == event.notice_id)
    )
    if card_id is not None and event.actor.human_id is not None:
        add_handling(card_id, event.actor.human_id, Handling.PRINTED)


@dataclass(frozen=True)
class PrintedCard:
    """A card as it is printed, for a few minutes."""

    id: UUID
    reference: str
    person_name: str
    numbers: tuple[str, ...]
    language: str


@command("people.print_card")
def print_card(*, actor: Actor, person_id: UUID) -> PrintedCard:
    """The card that this account has just given, to be printed. Raises NotFound once it is over."""
    require(actor, Permission.PERSON_CHANGE)
    person = reach_person(actor, person_id)
    card = lock_card(person_id)
    if card is None or card.sheet is None or not _is_printable(actor, card, clock.now()):
        raise NotFound
    record(
        Action.CARD_PRINTED,
        actor=actor,
        person_id=person_id,
        subject=("access_card", card.id),
    )
    numbers = json.loads(encryption.unseal(person_id, SHEET, card.sheet))
    return PrintedCard(
        card.id,
        card.reference,
        person.name,
        tuple(rules_cards.spell_number(number) for number in numbers),
        person.language,
    )


def _is_printable(actor: Actor, card: AccessCard, now: datetime) -> bool:
    is_theirs = card.issued_by_account_id == actor.account_id
    return is_theirs and now < card.issued_at + rules_cards.SHEET_LIFETIME


@command("people.put_card_away")
def put_card_away(*, actor: Actor, person_id: UUID) -> UUID:
    """The person has the card in their hand: from now on nobody can read its numbers here."""
    require(actor, Permission.PERSON_CHANGE)
    reach_person(actor, person_id)
    card = lock_card(person_id)
    if card is None or card.issued_by_account_id != actor.account_id:
        raise NotFound
    card.sheet = None
    record(Action.CARD_PUT_AWAY, actor=actor, person_id=person_id, subject=("access_card", card.id))
    return card.id


@command("people.stop_card")
def stop_card(*, actor: Actor, person_id: UUID) -> UUID:
    """Stop the person's card at their word: any desk can, and nothing else is asked.

    Raises NotFound where no card works.
    """
    require(actor, Permission.DELEGATION_END)
    concerns(person_id=person_id)
    card = lock_card(person_id)
    if card is None:
        raise NotFound
    end_card(actor, card, CardEnd.STOPPED)
    return card.id


def erase_sheets() -> int:
    """Erase the numbers of cards that were printed and never said to be in the person's hand.

    In a transaction; returns how many.
    """
    rows = list(
        get_session().scalars(
            select(AccessCard)
            .where(
                AccessCard.sheet.is_not(None),
                AccessCard.issued_at <= clock.now() - rules_cards.SHEET_LIFETIME,
            )
            .with_for_update(skip_locked=True)
        )
    )
    for row in rows:
        row.sheet = None
        record(
            Action.CARD_SHEETS_ERASED,
            actor=SYSTEM,
            person_id=row.person_id,
            subject=("access_card", row.id),
        )
    return len(rows)
