"""Two records of one human are merged, and taken apart again, with nothing lost.

Nothing moves: the record of the one leads to that of the other, and what stands under either stays
where it was made (docs/adr/0043). A helper who has looked at both asks, a second human
who sees them side by side agrees, and the person is told by the ways of both records: where they
are two people after all, each of them hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, Role, require
from assistedaccess.approvals import reserved
from assistedaccess.approvals.describe import Row
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import ReasonNeeded, find_explanation
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.kernel.transactions import get_transaction
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.service import require_may_act

from . import inputs, queries, queries_merging, rules_merging, words_merging
from .events import MergeUndone, RecordsMerged
from .models import Person
from .models_merge import RecordMerge
from .reach import check_may_begin, load_reached
from .reviewing import exclude_concerned
from .routes import choose_routes
from .rules_merging import BY_TWO, MERGE, UNDO, Against, CannotMerge, Compared, Side

SUBJECT = "record_merge"


@dataclass(frozen=True)
class Comparison:
    """The two records side by side, as whoever asks may see them. ``refusal``: why they cannot be
    merged, whoever agrees; None where they can."""

    merged_reference: str
    kept_reference: str
    facts: list[Compared]
    against: list[Against]
    refusal: CannotMerge | None


@command("people.compare_records")
def compare_records(*, actor: Actor, person_id: UUID, kept_person_id: UUID) -> Comparison:
    """Look at two records side by side; both looks are recorded, each with its reason.

    Raises ReasonNeeded for the one that nothing explains, OwnRecord, RelativesRecord, NotFound.
    """
    require(actor, Permission.PERSON_MERGE)
    is_full = True
    people = []
    for one in (person_id, kept_person_id):
        person, found = load_reached(actor, one, lock=False)
        look = record_look(
            Action.PERSON_COMPARED,
            actor=actor,
            person_id=person.id,
            subject=("person", person.id),
            stated_reason=found.stated,
        )
        is_full = is_full and look.is_full
        people.append(person)
    concerns(person_id=person_id, subject=("person", person_id))
    merged, kept = queries_merging.load_sides(*people)
    refusal = None
    try:
        _check_pair(merged, kept, people)
    except CannotMerge as error:
        refusal = error
    return Comparison(
        merged_reference=merged.reference,
        kept_reference=kept.reference,
        facts=rules_merging.compare(merged, kept, with_details=is_full),
        against=rules_merging.list_against(merged, kept),
        refusal=refusal,
    )


def _check_pair(merged: Side, kept: Side, people: Sequence[Person]) -> None:
    waits = queries_merging.something_waits(*(person.id for person in people))
    rules_merging.check_pair(merged, kept, something_waits=waits)


@command(MERGE)
def merge_records(*, actor: Actor, person_id: UUID, kept_person_id: UUID, why: str) -> UUID:
    """Have the record of ``person_id`` lead to that of ``kept_person_id``; returns the merge's id.

    Held for a second human: a safeguarding lead where either record asks for care. Everything is
    checked anew at the release. Raises CannotMerge, ReasonNeeded, InvalidInput, Held.
    """
    require(actor, Permission.PERSON_MERGE)
    require_may_act(actor)
    people = _lock_both(actor, person_id, kept_person_id)
    person, kept = people[person_id], people[kept_person_id]
    concerns(person_id=person.id, subject=("person", person.id))
    words = read_text("why", why, most=inputs.LONGEST_SHORT_NOTE)
    if not words:
        raise InvalidInput("why", _("Enter how you know that they are one person"))
    sides = queries_merging.load_sides(person, kept)
    _check_pair(sides[0], sides[1], (person, kept))
    check_may_begin(person)
    check_may_begin(kept)
    _decide(MERGE, actor, person, kept, sides)
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    assert actor.human_id is not None  # noqa: S101
    row = RecordMerge(
        id=new_id(),
        person_id=person.id,
        kept_person_id=kept.id,
        organisation_id=actor.organisation_id,
        why=encryption.seal(person.id, "record_merge.why", words),
        merged_at=clock.now(),
        merged_by=actor.account_id,
        merged_by_human=actor.human_id,
    )
    _tell(actor, (person, kept), NoticeKind.RECORDS_MERGED)  # while each has its own ways still
    person.merged_into_id = kept.id
    get_session().add(row)
    get_session().flush()
    _record(Action.PERSON_MERGED, actor, row, {"why": words})
    publish(RecordsMerged(person.id, kept.id, actor))
    return row.id


@command(UNDO)
def undo_merge(*, actor: Actor, person_id: UUID, reason: str) -> UUID:
    """Take a record apart again from the one it leads to; returns the merge's id.

    By two humans, or by a safeguarding lead with a reason. Everything is as it was; what was added
    meanwhile stays with the record that was kept. Raises NotFound where it leads nowhere.
    """
    require(actor, Permission.MERGE_UNDO)
    require_may_act(actor)
    row = get_session().scalar(
        select(RecordMerge).where(
            RecordMerge.person_id == person_id, RecordMerge.ended_at.is_(None)
        )
    )
    if row is None:
        raise NotFound
    people = _lock_both(actor, person_id, row.kept_person_id)
    get_session().refresh(row, with_for_update=True)
    person, kept = people[row.person_id], people[row.kept_person_id]
    concerns(person_id=person.id, subject=(SUBJECT, row.id))
    words = read_text("reason", reason, most=inputs.LONGEST_SHORT_NOTE)
    if not words:
        raise InvalidInput("reason", _("Enter how you know that they are two people"))
    if row.ended_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, person_id=person.id, subject=(SUBJECT, row.id))
        return row.id
    _decide(UNDO, actor, person, kept, queries_merging.load_sides(person, kept))
    row.ended_at = clock.now()
    row.ended_by = actor.account_id
    row.end_reason = encryption.seal(person.id, "record_merge.end_reason", words)
    person.merged_into_id = None
    get_session().flush()
    _record(Action.PERSON_MERGE_UNDONE, actor, row, {"reason": words})
    _tell(actor, (person, kept), NoticeKind.MERGE_UNDONE)
    publish(MergeUndone(person.id, kept.id, row.merged_at, actor))
    return row.id


def _lock_both(actor: Actor, one: UUID, other: UUID) -> dict[UUID, Person]:
    """Both rows, locked in the order of their keys, so that two merges never wait for each other.

    Whoever writes about one of them has locked it before, or waits for this.
    """
    if one == other:
        raise InvalidInput("reference", _("This is the same record. Enter the other one"))
    released = bool(set(BY_TWO.values()) & get_transaction().answered_reasons)
    people = {}
    for person_id in sorted((one, other)):
        person, found = load_reached(actor, person_id, lock=True)
        # Who asks has both open for a reason. At the release it is who decides that has looked.
        if not released and found.stated is None and not find_explanation(actor, person_id):
            raise ReasonNeeded(person_id)
        people[person_id] = person
    return people


def _decide(name: str, actor: Actor, person: Person, kept: Person, sides: Sequence[Side]) -> None:
    needs_lead = any(side.is_sensitive or side.is_unsafe or side.no_paper for side in sides)
    # What a call for help reserves for the leads is theirs here too, on whichever record it stands.
    needs_lead = needs_lead or any(
        reserved.find_role(name, one.id, actor.organisation_id) == Role.SAFEGUARDING_LEAD
        for one in (person, kept)
    )
    controls.decide(
        Act(
            name,
            actor,
            person_id=person.id,
            organisation_id=actor.organisation_id,
            facts={"kept": kept.id, "needs_lead": needs_lead},
        )
    )


def _tell(actor: Actor, people: Sequence[Person], kind: NoticeKind) -> None:
    assert actor.organisation_id is not None  # noqa: S101
    for person in people:
        route, seconds = choose_routes(person.id, actor)
        queue_notice(
            actor=actor,
            person_id=person.id,
            kind=kind,
            route=route,
            organisation_id=actor.organisation_id,
            second_routes=seconds,
        )


def _record(action: Action, actor: Actor, row: RecordMerge, details: dict[str, str]) -> None:
    """The fact for both: each side of it is told to whoever reads that record."""
    for person_id, side in ((row.person_id, "merged"), (row.kept_person_id, "kept")):
        record(
            action,
            actor=actor,
            person_id=person_id,
            subject=(SUBJECT, row.id),
            reason=side,
            details=details if side == "merged" else None,
        )


def list_shown(arguments: Mapping[str, Any]) -> list[UUID]:
    """Whose records a reviewer sees beside the one whom the act is about."""
    return [kept] if (kept := _find_kept(arguments)) is not None else []


def _find_kept(arguments: Mapping[str, Any]) -> UUID | None:
    if "kept_person_id" in arguments:
        kept: UUID = arguments["kept_person_id"]
        return kept
    person = get_session().get(Person, arguments["person_id"])
    return person.merged_into_id if person is not None else None


def describe_merge(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Both records side by side for the second human: what agrees, what differs, what speaks
    against one person."""
    return _describe(arguments, _("What speaks against it"), words_merging.HOW_TO_MERGE)


def describe_undoing(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """The same for who decides on taking them apart: what spoke against the merge speaks for it,
    and doubt too is on the side of two records."""
    return _describe(arguments, _("What speaks for two people"), words_merging.HOW_TO_UNDO)


def _describe(arguments: Mapping[str, Any], against: str, how: object) -> Sequence[Row]:
    kept_id = _find_kept(arguments)
    if kept_id is None:
        return ()
    people = queries.get_person(arguments["person_id"]), queries.get_person(kept_id)
    merged, kept = queries_merging.load_sides(*people)
    return [
        (_("The record that leads to the other"), merged.reference),
        (_("The record that is kept"), kept.reference),
        *words_merging.list_rows(rules_merging.compare(merged, kept, with_details=True)),
        *(
            (against, words_merging.AGAINST[one])
            for one in rules_merging.list_against(merged, kept)
        ),
        (_("Why"), arguments.get("why") or arguments.get("reason", "")),
        (_("What to do"), how),
    ]


def exclude_concerned_by_merge(
    command_name: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Neither side's own human, nor a relative of either, decides."""
    if command_name not in BY_TWO:
        return set()
    kept_id = _find_kept(arguments)
    return exclude_concerned(command_name, arguments, kept_id)
