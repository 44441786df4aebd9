"""Reading notices: the letters to print, a person's notices, and the words of one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from .models import Notice, NoticeEntry
from .rules import Channel, State
from .words import Letter, Line, Telling

PAGE = 50


@dataclass(frozen=True)
class LetterRow:
    """A letter in the queue; nothing of whom it is for."""

    id: UUID
    reference: str
    state: str
    is_risky: bool
    is_large_print: bool
    language: str
    queued_at: datetime
    posted_at: datetime | None
    is_own_work: bool


@dataclass(frozen=True)
class PrintedLetter:
    """A letter with its address, ready for paper."""

    id: UUID
    state: str
    letter: Letter
    name: str
    address_lines: tuple[str, ...]
    is_large_print: bool


def list_letters(
    actor: Actor, *, state: State = State.TO_PRINT, after: UUID | None = None, limit: int = PAGE
) -> list[LetterRow]:
    """The organisation's letters in that state, oldest first, paged by key; one statement."""
    own = (
        select(func.count())
        .select_from(NoticeEntry)
        .where(NoticeEntry.notice_id == Notice.id, NoticeEntry.human_id == actor.human_id)
        .scalar_subquery()
    )
    query = (
        select(
            Notice.id,
            Notice.reference,
            Notice.state,
            Notice.is_risky,
            Notice.is_large_print,
            Notice.language,
            Notice.queued_at,
            Notice.posted_at,
            own.label("own"),
        )
        .where(
            Notice.organisation_id == actor.organisation_id,
            Notice.complaint_id.is_(None),
            Notice.state == state,
            Notice.channel == Channel.LETTER,
        )
        .order_by(Notice.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Notice.id > after)
    rows = get_session().execute(query)
    return [
        LetterRow(
            id=row.id,
            reference=row.reference,
            state=row.state,
            is_risky=row.is_risky,
            is_large_print=row.is_large_print,
            language=row.language,
            queued_at=row.queued_at,
            posted_at=row.posted_at,
            is_own_work=bool(row.own),
        )
        for row in rows
    ]


def find_letter_id(actor: Actor, reference: str) -> UUID | None:
    """The id of the organisation's letter with that reference."""
    return get_session().scalar(
        select(Notice.id).where(
            Notice.reference == reference,
            Notice.organisation_id == actor.organisation_id,
            Notice.complaint_id.is_(None),
        )
    )


def list_humans_behind(notice_id: UUID) -> set[UUID | None]:
    """The humans whose acts a notice tells of."""
    return set(
        get_session().scalars(
            select(NoticeEntry.human_id).where(NoticeEntry.notice_id == notice_id)
        )
    )


def get_notice(notice_id: UUID) -> Notice:
    """The notice. Raises NotFound."""
    row = get_session().get(Notice, notice_id)
    if row is None:
        raise NotFound
    return row


def load_telling(row: Notice) -> tuple[Telling, str]:
    """What the words of a notice depend on, and the address; raises KeyForgotten."""
    subject_id = row.subject_id
    address = unseal_json(subject_id, "address", row.address)
    facts = unseal_json(subject_id, "facts", row.facts)
    entries = get_session().scalars(
        select(NoticeEntry).where(NoticeEntry.notice_id == row.id).order_by(NoticeEntry.id)
    )
    lines = [
        Line(entry.kind, unseal_json(subject_id, "facts", entry.facts), entry.is_sensitive)
        for entry in entries
    ]
    settings = current_app.config["SETTINGS"] if current_app else None
    telling = Telling(
        reference=row.reference,
        language=row.language,
        queued_at=row.queued_at,
        is_risky=row.is_risky,
        is_brief=row.is_brief,
        lines=lines,
        name=address.get("name", ""),
        copy_of=address.get("copy_of", ""),
        place=facts.get("place", ""),
        telephone=facts.get("telephone", ""),
        takes_replies=bool(settings and settings.reply_token),
        say_no_at=f"{settings.public_url}/no" if settings and settings.public_url else "",
    )
    return telling, address.get("to", "")


def unseal_json(subject_id: UUID, column: str, sealed: bytes | None) -> dict[str, str]:
    """What the service sealed into ``address`` or ``facts``."""
    if sealed is None:
        return {}
    opened: dict[str, str] = json.loads(encryption.unseal(subject_id, f"notice.{column}", sealed))
    return opened
