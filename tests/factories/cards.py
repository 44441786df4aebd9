"""Access cards, given at a desk by the command; a test reads the numbers from the sheet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people import cards, service_cards
from assistedaccess.people.models import AccessCard


@dataclass(frozen=True)
class MadeCard:
    """A card in the person's hand: ``numbers`` in their order."""

    id: UUID
    reference: str
    numbers: tuple[str, ...]

    def number(self, position: int) -> str:
        """What stands at that place of the card."""
        return self.numbers[position - 1]


def give_card(actor: Actor, person_id: UUID, **how: Any) -> MadeCard:
    """A card, printed and handed over by ``actor``."""
    card_id = service_cards.issue_card(
        actor=actor, person_id=person_id, request_key=new_request_key(), **how
    )
    return read_card(card_id)


def read_card(card_id: UUID) -> MadeCard:
    """The card as it is on paper, while its sheet is there."""
    with reading() as session:
        row = session.get_one(AccessCard, card_id)
        assert row.sheet is not None
        numbers = json.loads(encryption.unseal(row.person_id, service_cards.SHEET, row.sheet))
        return MadeCard(row.id, row.reference, tuple(numbers))


def ask(actor: Actor, person_id: UUID, asked_for: UUID) -> cards.AskedNumber | None:
    """A number is asked for, in a transaction of its own."""
    return run_transaction(
        lambda: cards.ask_number(actor=actor, person_id=person_id, asked_for=asked_for)
    )


def check(actor: Actor, person_id: UUID, asked_for: UUID, typed: str) -> cards.CheckedNumber:
    """A number is checked, in a transaction of its own."""
    return run_transaction(
        lambda: cards.check_number(
            actor=actor, person_id=person_id, asked_for=asked_for, typed=typed
        )
    )
