"""Letters that no sender carries: printed here, posted here, ticked off here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.events import publish

from . import queries, rules
from .models import Notice, NoticeEntry
from .rules import FOR_ONE_READER, Channel, State
from .service import seal_facts
from .words import write_letter


@dataclass(frozen=True)
class LetterOpened:
    """Somebody has opened a letter to print it, and could read what is in it."""

    notice_id: UUID
    actor: Actor


@command("notices.open_letter")
def open_letter(*, actor: Actor, notice_id: UUID) -> queries.PrintedLetter:
    """Open a letter to print it: a recorded look (design, section 4, rule 4).

    Raises NotFound for another organisation's, OwnWork for a letter about the actor's own act.
    """
    require(actor, Permission.NOTICE_PRINT)
    row = _get_letter(actor, notice_id)
    telling, address = queries.load_telling(row)
    record(
        Action.NOTICE_PRINTED,
        actor=actor,
        person_id=row.person_id,
        subject=("notice", row.id),
        reason="letter_to_print",
    )
    publish(LetterOpened(row.id, actor))
    return queries.PrintedLetter(
        id=row.id,
        state=row.state,
        letter=write_letter(telling),
        name=telling.name,
        address_lines=tuple(address.splitlines()),
        is_large_print=row.is_large_print,
    )


@command("notices.mark_letter_posted")
def mark_letter_posted(*, actor: Actor, notice_id: UUID) -> UUID:
    """Say that a letter has been printed and put into the post."""
    require(actor, Permission.NOTICE_PRINT)
    row = _get_letter(actor, notice_id, lock=True)
    if row.state == State.TO_PRINT:
        row.state = str(State.POSTED)
        row.posted_at = clock.now()
        row.posted_by_account_id = actor.account_id
        row.posted_by_human_id = actor.human_id
        _close(row)
    record(
        Action.NOTICE_SENT,
        actor=actor,
        person_id=row.person_id,
        subject=("notice", row.id),
        reason="posted",
    )
    return row.id


def _close(row: Notice) -> None:
    """Take out of a posted letter what only its reader may know: it is on the paper alone."""
    if row.person_id is None or row.kind not in FOR_ONE_READER:
        return
    for entry in get_session().scalars(
        select(NoticeEntry).where(NoticeEntry.notice_id == row.id).with_for_update()
    ):
        facts = queries.unseal_json(row.person_id, "facts", entry.facts)
        gone = dict.fromkeys({"code", "codes"} & facts.keys(), "")
        entry.facts = seal_facts(row.person_id, facts | gone)


def _get_letter(actor: Actor, notice_id: UUID, *, lock: bool = False) -> Notice:
    row = get_session().get(Notice, notice_id, with_for_update=True if lock else None)
    if (
        row is None
        or row.organisation_id != actor.organisation_id
        or row.complaint_id is not None  # its owner's alone
        or row.channel != Channel.LETTER
        or row.state not in (State.TO_PRINT, State.POSTED)
    ):
        raise NotFound
    concerns(person_id=row.person_id, subject=("notice", row.id))
    rules.check_not_own_work(actor.human_id, queries.list_humans_behind(row.id))
    return row
