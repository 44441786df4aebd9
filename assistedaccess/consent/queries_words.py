"""What somebody is asked about the yeses in which they are named, and whether one said no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from .models import Consent, ConsentRequest
from .models_evidence import ConsentWord
from .rules_words import Answer, Called

PAGE = 50
OWN: ColumnElement[UUID] = bindparam("account_id")


@dataclass(frozen=True)
class WordRow:
    """Something that waits for one's own word. ``helper_name``: who asks."""

    id: UUID
    reference: str
    called: Called
    helper_name: str
    asked_at: datetime


def list_own_words(actor: Actor) -> list[WordRow]:
    """What this account is asked, the oldest first; one statement."""
    rows = get_session().execute(
        select(
            ConsentWord.id,
            ConsentRequest.reference,
            ConsentWord.called,
            Account.name,
            ConsentWord.asked_at,
        )
        .join(ConsentRequest, ConsentRequest.id == ConsentWord.request_id)
        .join(Account, Account.id == ConsentRequest.account_id)
        .where(ConsentWord.account_id == OWN, ConsentWord.answer.is_(None), _is_still_asked())
        .order_by(ConsentWord.id)
        .limit(PAGE),
        {"account_id": actor.account_id},
    )
    return [
        WordRow(row.id, row.reference, Called(row.called), row.name, row.asked_at) for row in rows
    ]


def is_asked(account_id: ColumnElement[UUID] = OWN) -> ColumnElement[bool]:
    """Whether somebody asks this account for their word: for *Today* (casework.today), and for the
    navigation of every page."""
    return exists().where(
        ConsentWord.account_id == account_id,
        ConsentWord.answer.is_(None),
        ConsentRequest.id == ConsentWord.request_id,
        _is_still_asked(),
    )


def _is_still_asked() -> ColumnElement[bool]:
    """A colleague is asked for these very words, before the yes; whoever heard it, after it."""
    is_said = exists().where(Consent.id == ConsentRequest.id)
    before = (ConsentWord.called == str(Called.SECOND)) & ~is_said
    return ((ConsentWord.called != str(Called.SECOND)) | before) & (
        ConsentWord.terms_hash == ConsentRequest.terms_hash
    )


def is_denied(request: ConsentRequest) -> ColumnElement[bool]:
    """Whether somebody who was named says that it was not so, of these very words: a part of a
    statement."""
    return exists().where(
        ConsentWord.request_id == request.id,
        ConsentWord.terms_hash == request.terms_hash,
        ConsentWord.answer == str(Answer.NO),
    )
