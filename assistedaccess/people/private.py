"""The silent sign as it is met inside others' transactions: in an answer, or in a card's number.

Plain functions, not commands, and nothing of them is recorded here: whoever takes the yes goes on
as with any other, and asks ``was_given`` at its end.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Exists, exists, select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import get_transaction
from assistedaccess.organisations.models import Organisation

from . import rules_private
from .models_private import PrivateMoment, SilentSign
from .queries_merging import records_of
from .rules_private import SignKind

GIVEN = "people.silent_sign"
"""Where the transaction notes whose card was answered with the sign."""


def list_signs(person_id: UUID) -> list[SilentSign]:
    """The signs that count for this person, under whichever of their records each was agreed.
    Whoever agreed one goes on to be heard."""
    return list(
        get_session().scalars(
            select(SilentSign).where(
                SilentSign.person_id.in_(records_of(person_id)), SilentSign.ended_at.is_(None)
            )
        )
    )


def find_sign(person_id: UUID) -> SilentSign | None:
    """The sign that was agreed under this very record, if any."""
    return (
        get_session()
        .scalars(
            select(SilentSign).where(
                SilentSign.person_id == person_id, SilentSign.ended_at.is_(None)
            )
        )
        .one_or_none()
    )


def find_organisation(person_id: UUID) -> UUID | None:
    """The organisation at which the sign was agreed, while it is open: its leads know of it."""
    return get_session().scalar(
        select(PrivateMoment.organisation_id)
        .join(SilentSign, SilentSign.private_moment_id == PrivateMoment.id)
        .join(Organisation, Organisation.id == PrivateMoment.organisation_id)
        .where(
            SilentSign.person_id.in_(records_of(person_id)),
            SilentSign.ended_at.is_(None),
            Organisation.closed_on.is_(None),
        )
        .order_by(SilentSign.person_id != person_id, SilentSign.id)
        .limit(1)
    )


def hash_word(person_id: UUID, word: str) -> bytes:
    """A word as it is stored: keyed, and another for each person."""
    return encryption.fingerprint("silent_sign", f"{person_id}:{word}")


def was_given(person_id: UUID, answers: Iterable[str]) -> bool:
    """Whether the sign was given: in one of the answers, or by the card in this transaction.

    As many statements and comparisons either way: the time that it takes says nothing.
    """
    words = rules_private.list_all_words(answers)
    found = person_id in get_transaction().notes.get(GIVEN, ())
    for sign in list_signs(person_id) if words else ():
        for word in words:
            found |= hmac.compare_digest(sign.word or b"", hash_word(sign.person_id, word))
    return found


def means_sign(person_id: UUID) -> bool:
    """Whether a number from the place below is this person's sign."""
    return any(sign.kind == SignKind.CARD for sign in list_signs(person_id))


def note_given(person_id: UUID) -> None:
    """The card was answered with the sign; ``was_given`` says so in this transaction."""
    get_transaction().notes.setdefault(GIVEN, set()).add(person_id)


def has_private_moment(person_id: UUID, *, since: datetime, but_humans: Iterable[UUID]) -> Exists:
    """Whether somebody other than these humans has spoken with the person alone since then.

    A part of a statement, for who asks more by it.
    """
    return exists().where(
        PrivateMoment.person_id == person_id,
        PrivateMoment.held_at >= since,
        PrivateMoment.human_id.not_in(list(but_humans)),
    )
