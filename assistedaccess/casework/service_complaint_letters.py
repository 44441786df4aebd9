"""The letters about a complaint, which its owner alone prints and posts; the end of messages."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.notices.rules import State
from assistedaccess.notices.rules_complaints import ComplaintMessage
from assistedaccess.notices.service_complaints import (
    load_complaint_letter,
    mark_complaint_letter_posted,
)
from assistedaccess.notices.words_complaints import write_paragraphs

from . import queries_complaints
from .complaint_ways import end_way, find_way
from .models_complaints import Complaint, ComplaintEntry
from .rules_complaints import EntryKind
from .service_complaints import SUBJECT


@dataclass(frozen=True)
class PrintedComplaintLetter:
    """A letter ready for paper; ``answer`` and ``learned`` where it tells of the answer."""

    number: str
    reference: str
    is_posted: bool
    name: str
    address_lines: tuple[str, ...]
    place: str
    paragraphs: list[str]
    answer: str
    learned: str
    is_large_print: bool


@command("casework.print_complaint_notice")
def print_complaint_notice(
    *, actor: Actor, reference: str, notice_reference: str
) -> PrintedComplaintLetter:
    """A letter that waits to be posted, with the whole answer where it is about one: a look that is
    recorded first. Raises NotFound, also for whoever may deal with it and does not own it.
    """
    row = _get_own(actor, reference, lock=False)
    _record(Action.COMPLAINT_LETTER_PRINTED, actor, row)
    letter = load_complaint_letter(row.id, read_reference("N", notice_reference) or "")
    facts = letter.telling.lines[0].facts
    is_answer = letter.kind is ComplaintMessage.ANSWERED
    entry = _find_answer(row.id, int(facts["stage"])) if is_answer else None
    return PrintedComplaintLetter(
        number=row.reference,
        reference=letter.telling.reference,
        is_posted=letter.state is State.POSTED,
        name=letter.telling.name,
        address_lines=letter.address_lines,
        place=letter.telling.place,
        paragraphs=write_paragraphs(letter.telling, has_answer=entry is not None),
        answer=queries_complaints.open_entry(entry, "text") if entry else "",
        learned=queries_complaints.open_entry(entry, "learned") if entry else "",
        is_large_print=letter.is_large_print,
    )


@command("casework.post_complaint_notice")
def post_complaint_notice(*, actor: Actor, reference: str, notice_reference: str) -> UUID:
    """Say that a letter about a complaint has been printed and put into the post."""
    row = _get_own(actor, reference, lock=True)
    _record(Action.COMPLAINT_LETTER_POSTED, actor, row)
    mark_complaint_letter_posted(actor, row.id, read_reference("N", notice_reference) or "")
    return row.id


@command("casework.end_complaint_messages")
def end_complaint_messages(*, actor: Actor, number: str) -> UUID:
    """Whoever complained, or whose number was given by somebody else, wants no more messages.

    At their word, by anybody at a desk whom the complaint is not about; at once, and not undone:
    the address is forgotten. Said again, nothing changes. Raises NotFound.
    """
    require(actor, Permission.COMPLAINT_TAKE)
    row = queries_complaints.lock_by_number(actor, number)
    if row is None:
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    way = find_way(row.id)
    if way is not None:
        end_way(way, actor.account_id)
    _record(Action.COMPLAINT_WAY_ENDED, actor, row, None if way else "none")
    return row.id


def _find_answer(complaint_id: UUID, stage: int) -> ComplaintEntry | None:
    return get_session().scalar(
        select(ComplaintEntry).where(
            ComplaintEntry.complaint_id == complaint_id,
            ComplaintEntry.stage == stage,
            ComplaintEntry.kind == EntryKind.ANSWERED,
        )
    )


def _get_own(actor: Actor, reference: str, *, lock: bool) -> Complaint:
    require(actor, Permission.COMPLAINT_ANSWER)
    row = queries_complaints.lock_complaint(actor, reference, lock=lock)
    if row is None or not actor.is_same_human(row.owner_human_id):
        raise NotFound
    concerns(subject=(SUBJECT, row.id))
    return row


def _record(action: Action, actor: Actor, row: Complaint, reason: str | None = None) -> None:
    record(
        action,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=(SUBJECT, row.id),
        reason=reason,
    )
