"""What the person did not agree to, as their record tells it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session

from . import words
from .models import Objection
from .rules import Telling

MOST_OBJECTIONS = 20


@dataclass(frozen=True)
class ObjectionLine:
    """What the person did not agree to: since when it is open, or what was found, and the answer.

    ``about``: what it names, as far as this telling and this page tell of it. The answer in full is
    told to the person alone; what was found, to whoever may hear the record.
    """

    reference: str
    about: str
    raised_at: datetime
    closed_at: datetime | None
    outcome: str
    answer: str


def list_told(
    person_id: UUID, telling: Telling, named: Mapping[tuple[str, UUID], str]
) -> list[ObjectionLine]:
    """The newest first; one statement. ``named``: in words, by kind and key, what is told here."""
    rows = get_session().scalars(
        select(Objection)
        .where(Objection.person_id == person_id)
        .order_by(Objection.id.desc())
        .limit(MOST_OBJECTIONS)
    )
    return [
        ObjectionLine(
            reference=row.reference,
            about=_name_all(row.names, named),
            raised_at=row.raised_at,
            closed_at=row.closed_at,
            outcome=str(words.OUTCOMES[row.outcome] if row.outcome else words.STILL_OPEN),
            answer=(
                encryption.unseal(person_id, "objection.answer", row.answer)
                if row.answer and telling.tells_sensitive
                else ""
            ),
        )
        for row in rows
    ]


def _name_all(names: Iterable[Mapping[str, str]], named: Mapping[tuple[str, UUID], str]) -> str:
    """What an objection names, each once; nothing of what is not told here."""
    known = (named.get((each["kind"], UUID(each["id"])), "") for each in names)
    return "; ".join(dict.fromkeys(filter(None, known)))
