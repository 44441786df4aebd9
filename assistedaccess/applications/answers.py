"""The answers of an application, page by page: sealed as they are stored, merged as they are read.

Two statements for all of them, whatever their number: the pages, and the person's key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten

from .models import AnswerPage


@dataclass(frozen=True)
class SavedPage:
    """One page as it was last saved. ``from_record``: keys taken from the person's record;
    ``heard``: hearing.sum_of_page() of what the person heard and said yes to."""

    path: str
    answers: Mapping[str, Any]
    from_record: frozenset[str]
    version: int
    saved_at: datetime
    saved_by: UUID
    saved_by_name: str
    heard: bytes | None = None


Saved = Mapping[str, SavedPage]


@cache
def _pages() -> Select[*tuple[Any, ...]]:
    # Columns, not rows of a class: a long form has many pages, and nothing here changes them.
    return (
        select(
            AnswerPage.path,
            AnswerPage.answers,
            AnswerPage.version,
            AnswerPage.saved_at,
            AnswerPage.saved_by,
            AnswerPage.heard,
            Account.name.label("saved_by_name"),
        )
        .join(Account, Account.id == AnswerPage.saved_by)
        .where(AnswerPage.application_id == bindparam("application_id"))
        .order_by(AnswerPage.saved_at, AnswerPage.path)
    )


def load_pages(application_id: UUID, person_id: UUID) -> dict[str, SavedPage]:
    """All saved pages by path, the oldest save first."""
    rows = get_session().execute(_pages(), {"application_id": application_id})
    return {row.path: _open(row, application_id, person_id) for row in rows}


def _open(row: Row[Any], application_id: UUID, person_id: UUID) -> SavedPage:
    try:
        text = encryption.unseal(person_id, _field(application_id, row.path), row.answers)
        opened = json.loads(text)
    except KeyForgotten:  # the person was erased: that the page was saved stands, no more
        opened = {"answers": {}, "from_record": ()}
    return SavedPage(
        path=row.path,
        answers=opened["answers"],
        from_record=frozenset(opened["from_record"]),
        version=row.version,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        saved_by_name=row.saved_by_name,
        heard=row.heard,
    )


def _field(application_id: UUID, path: str) -> str:
    # Bound to its page, so that a row that was moved to another opens nowhere.
    return f"answer_page.answers.{application_id}{path}"


def seal_page(
    person_id: UUID,
    application_id: UUID,
    path: str,
    answers: Mapping[str, Any],
    from_record: Iterable[str],
) -> bytes:
    """One page's answers for the column of AnswerPage."""
    text = json.dumps(
        {"answers": dict(answers), "from_record": sorted(from_record)},
        ensure_ascii=False,
        sort_keys=True,
    )
    return encryption.seal(person_id, _field(application_id, path), text)


def merge(pages: Saved) -> dict[str, Any]:
    """All answers by key; where two pages share a key, what was saved last."""
    return {key: answer for page in pages.values() for key, answer in page.answers.items()}


def list_from_record(pages: Saved) -> set[str]:
    """The keys whose answers were taken from the record and confirmed."""
    return {key for page in pages.values() for key in page.from_record}
