"""A number from the person's access card (C06)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.people import cards
from assistedaccess.people.models import IdentityEvidence, Person
from assistedaccess.people.rules import IdentityLevel
from assistedaccess.people.rules_cards import read_number

from ..rules_strength import Evidence
from .base import Asking, Confirmed, NotConfirmed, Way
from .bystanders import find_holders_human


class CardWay(Way):
    """The number at one place of the person's card, which the application chooses.

    Given: number.
    """

    key = "card"

    def find_obstacle(self, asking: Asking) -> str:
        return find_card_obstacle(asking)

    def confirm(self, asking: Asking, given: Mapping[str, str]) -> Confirmed | NotConfirmed:
        used = check_card(asking, given.get("number", ""))
        if isinstance(used, NotConfirmed):
            return used
        is_medium, by_other = weigh_identity(asking.actor, asking.person)
        return Confirmed(
            Evidence(way=self.key, identity_is_medium=is_medium, identity_by_other=by_other),
            {"card": used.reference, "card_came": str(used.delivery)},
        )


def find_card_obstacle(asking: Asking) -> str:
    """Why no card can confirm this helper's act now; empty where one can."""
    card = cards.find_card(asking.person.id, asking.actor.human_id)
    if card is None:
        return _("The person has no access card.")
    holder = find_holders_human(asking.request.holder_account_id)
    if holder is not None and cards.has_handled(card.id, holder):
        return _("Who is to act printed the person’s card or handed it over.")
    if card.handled:
        return _("You printed the person’s card or handed it over. A colleague can use it.")
    return ""


def check_card(asking: Asking, typed: str) -> cards.CardView | NotConfirmed:
    """The card whose number was right; a wrong one is counted and answered in words.

    Raises InvalidInput for what can be no number, and where this helper had the card in hand.
    """
    obstacle = find_card_obstacle(asking)
    if obstacle:
        raise InvalidInput("number", obstacle)
    number = read_number(typed)
    if number is None:
        raise InvalidInput("number", _("Enter the number, which has 6 figures"))
    checked = cards.check_number(
        actor=asking.actor,
        person_id=asking.person.id,
        asked_for=asking.request.id,
        typed=number,
    )
    if checked.card is None:
        return NotConfirmed("number", checked.words)
    return checked.card


def weigh_identity(actor: Actor, person: Person) -> tuple[bool, bool]:
    """Whether who the person is is known to medium or better, and by somebody else's eyes."""
    rows = get_session().execute(
        select(IdentityEvidence.seen_by_human_id).where(
            IdentityEvidence.person_id == person.id,
            IdentityEvidence.ended_at.is_(None),
            IdentityEvidence.level >= IdentityLevel.MEDIUM.rank,
        )
    )
    seen_by = {row.seen_by_human_id for row in rows}
    return bool(seen_by), bool(seen_by - {actor.human_id})
