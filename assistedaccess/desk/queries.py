"""What the pages of the desk gather. Each is called by a command that has recorded the look."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, Select, bindparam, cast, literal, null, select, union_all
from sqlalchemy import case as sql_case

from assistedaccess.access import Role
from assistedaccess.applications.queries import ApplicationRow, list_open_for
from assistedaccess.applications.queries_changes import open_told
from assistedaccess.applications.queries_outcomes import AwaitedRow, list_for_today
from assistedaccess.approvals import describe
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.approvals.rules import State as PendingState
from assistedaccess.casework import queries as cases
from assistedaccess.casework import queries_entries as case_entries
from assistedaccess.casework import today as elsewhere
from assistedaccess.casework.models_handover import HandOver
from assistedaccess.casework.models_referrals import Referral
from assistedaccess.casework.queries import CaseDetails, CaseRow, open_text
from assistedaccess.casework.queries_entries import TaskRow, WaitingRow
from assistedaccess.casework.queries_referrals import is_named_to_others, open_facts
from assistedaccess.casework.rules import NoteKind, NoteReader, may_read_note
from assistedaccess.casework.rules_handover import HandOverState
from assistedaccess.casework.rules_referrals import ReferralState
from assistedaccess.delegation.queries import EndingRow, list_ending
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Moment, get_session
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import State as NoticeState
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .queries_meetings import MeetingRow, list_meetings
from .queries_recent import RECENT_FOR, RecentRow, list_recent, read_recent
from .story import Entry

SHOWN = 8
"""How many of each kind Today shows; more stand on pages of their own."""
TASKS_AHEAD = timedelta(days=7)
UNTOLD_FOR = timedelta(days=30)


@dataclass(frozen=True)
class PendingRow:
    """An act of one's own that waits for a second human."""

    reference: str
    title: object
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class UntoldRow:
    """Somebody whom a notice could not reach."""

    person_reference: str
    initials: str
    queued_at: datetime


@dataclass(frozen=True)
class OfferRow:
    """A case that another organisation offers to this one."""

    id: UUID
    initials: str
    from_name: str
    offered_at: datetime


@dataclass(frozen=True)
class ReferredRow:
    """Somebody whom another organisation refers to this one."""

    id: UUID
    initials: str
    from_name: str
    made_at: datetime


@dataclass(frozen=True)
class Today:
    """Everything on the helper's home. Lists hold one more than SHOWN where there are more."""

    day: date
    waiting: list[WaitingRow]
    meetings: list[MeetingRow]
    claims: list[CaseRow]
    tasks: list[TaskRow]
    cases: list[CaseRow]
    drafts: list[ApplicationRow]
    pending: list[PendingRow]
    untold: list[UntoldRow]
    recent: list[RecentRow]
    ending: list[EndingRow]
    offers: list[OfferRow]
    referred: list[ReferredRow]
    deadlines: list[AwaitedRow]
    unheard: list[AwaitedRow]
    words: frozenset[str]
    """What packages beside the desk have to say (casework.today)."""


def gather_today(actor: Actor) -> Today:
    """What the day holds for one helper, in at most eight statements."""
    today = clock.today()
    pending, untold, recent, meetings, offers, referred, said = _list_what_waits(actor)
    deadlines, unheard = list_for_today(actor, SHOWN + 1)
    claims, own = cases.list_for_today(actor, SHOWN + 1, SHOWN)
    # Tasks first: they fetch the organisation's key too, which the queue needs.
    tasks = case_entries.list_tasks_due(actor, until=today + TASKS_AHEAD, limit=SHOWN + 1)
    return Today(
        day=today,
        waiting=case_entries.list_waiting_people(actor, SHOWN + 1),
        meetings=meetings,
        claims=claims,
        tasks=tasks,
        cases=own,
        drafts=list_open_for(actor, limit=SHOWN + 1),
        pending=pending,
        untold=untold,
        recent=recent,
        ending=list_ending(actor, limit=SHOWN + 1),
        offers=offers,
        referred=referred,
        deadlines=deadlines,
        unheard=unheard,
        words=said,
    )


def _list_what_waits(
    actor: Actor,
) -> tuple[
    list[PendingRow],
    list[UntoldRow],
    list[RecentRow],
    list[MeetingRow],
    list[OfferRow],
    list[ReferredRow],
    frozenset[str],
]:
    """One's own acts that wait for a second human, the people whom no notice reached, those whom
    one helped lately, and one's appointments of today; and what waits to be taken here."""
    today = clock.today()
    given = {
        "human_id": actor.human_id,
        "account_id": actor.account_id,
        "organisation_id": actor.organisation_id,
        "since": clock.now() - UNTOLD_FOR,
        "since_day": today - RECENT_FOR,
        "morning": clock.start_of_day(today),
        "night": clock.end_of_day(today),
    }
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in get_session().execute(_what_waits(), given):
        found[row.list].append(row)
    pending = [
        PendingRow(row.reference, describe.find_title(row.said), row.at, row.due_at)
        for row in found["pending"]
    ]
    untold = [UntoldRow(row.reference, initials_of(row.said), row.at) for row in found["untold"]]
    meetings = [
        MeetingRow(row.id, initials_of(row.said), row.reference, row.at, row.due_at)
        for row in (*found["meeting"], *found["group"])
    ]
    return (
        sorted(pending, key=lambda row: row.due_at),
        untold[::-1],
        read_recent(found["recent"], SHOWN),
        sorted(meetings, key=lambda row: row.starts_at),
        [OfferRow(row.id, initials_of(row.said), row.reference, row.at) for row in found["offer"]],
        [
            ReferredRow(row.id, initials_of(row.said), row.reference, row.at)
            for row in found["referred"]
        ],
        frozenset(name for name in elsewhere.list_names() if found[name]),
    )


@cache
def _what_waits() -> Select[*tuple[Any, ...]]:
    """One statement for all short lists, built once a process; ``list`` says which."""
    pending = (
        select(
            literal("pending").label("list"),
            PendingAct.id.label("id"),
            PendingAct.reference.label("reference"),
            PendingAct.command.label("said"),
            PendingAct.asked_at.label("at"),
            PendingAct.due_at.label("due_at"),
        )
        .where(
            PendingAct.human_id == bindparam("human_id"),
            PendingAct.organisation_id == bindparam("organisation_id"),
            PendingAct.state == PendingState.WAITING,
            PendingAct.command.not_in(SECOND_LOOKS),
        )
        .order_by(PendingAct.due_at, PendingAct.id)
        .limit(SHOWN + 1)
    )
    untold = (
        select(
            literal("untold").label("list"),
            Notice.id.label("id"),
            Person.reference.label("reference"),
            name_in_lists().label("said"),
            Notice.queued_at.label("at"),
            cast(null(), Moment()).label("due_at"),
        )
        .join(Person, Person.id == Notice.person_id)
        .where(
            Notice.organisation_id == bindparam("organisation_id"),
            Notice.state.in_([NoticeState.FAILED, NoticeState.NOT_SENT]),
            Notice.queued_by_account_id == bindparam("account_id"),
            Notice.queued_at >= bindparam("since"),
        )
        .order_by(Notice.id.desc())
        .limit(SHOWN + 1)
    )
    offers = (
        select(
            literal("offer").label("list"),
            HandOver.id.label("id"),
            Organisation.name.label("reference"),
            # Cold, it is nobody's name until it is taken (rules_handover.may_see_person).
            sql_case((HandOver.is_warm, name_in_lists()), else_="").label("said"),
            HandOver.offered_at.label("at"),
            cast(null(), Moment()).label("due_at"),
        )
        .join(Person, Person.id == HandOver.person_id)
        .join(Organisation, Organisation.id == HandOver.from_organisation_id)
        .where(
            HandOver.to_organisation_id == bindparam("organisation_id"),
            HandOver.state == HandOverState.OFFERED,
        )
        .order_by(HandOver.id)
        .limit(SHOWN + 1)
    )
    referred = (
        select(
            literal("referred").label("list"),
            Referral.id.label("id"),
            Organisation.name.label("reference"),
            sql_case((is_named_to_others(), name_in_lists()), else_="").label("said"),
            Referral.made_at.label("at"),
            cast(null(), Moment()).label("due_at"),
        )
        .join(Person, Person.id == Referral.person_id)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(
            Referral.to_organisation_id == bindparam("organisation_id"),
            Referral.state == ReferralState.MADE,
        )
        .order_by(Referral.id)
        .limit(SHOWN + 1)
    )
    lists = (
        pending,
        untold,
        list_recent(2 * SHOWN),
        *list_meetings(SHOWN + 1),
        offers,
        referred,
        *elsewhere.list_parts(),
    )
    parts = [select(part.subquery()) for part in lists]
    all_of_it = union_all(*parts).subquery()
    return select(all_of_it).order_by(all_of_it.c.id)


@dataclass(frozen=True)
class StoryEntry:
    """An entry in clear. ``words`` is None where there are none, or none for this reader.

    ``differences``, of a change report: question, before and after, in words.
    """

    entry: Entry
    words: str | None
    is_hidden: bool = False
    differences: Sequence[Mapping[str, Any]] = ()


_SEALED_AS = {
    "note": "note.text",
    "task": "task.what",
    "case": "case.need",
    "closed_case": "case.need",
}


# Sealed JSON, and what of it the story says.
_FACTS = {
    "referral": ("place",),
    "referral_in": ("place", "words"),
    "benefits_check": ("weekly", "may_claim"),
}


def _read_facts(person_id: UUID, entry: Entry) -> str | None:
    if entry.sealed is None:  # private
        return None
    facts = open_facts(person_id, entry.sealed, column=f"{entry.kind}.facts")
    if "weekly" in facts:
        facts["weekly"] = _("%(amount)s a week", amount=facts["weekly"])
    return "\n".join(facts[name] for name in _FACTS[entry.kind] if name in facts)


def open_entries(
    actor: Actor, person_id: UUID, entries: Iterable[Entry], case: CaseDetails | None = None
) -> list[StoryEntry]:
    """The words of entries, as far as this reader may read them (casework.rules.may_read_note)."""
    return [_open_entry(actor, entry.person_id or person_id, entry, case) for entry in entries]


def _open_entry(
    actor: Actor, person_id: UUID, entry: Entry, case: CaseDetails | None
) -> StoryEntry:
    if entry.kind == "note" and not _may_read(actor, entry, case):
        return StoryEntry(entry, None, is_hidden=True)
    if entry.kind == "help":
        return StoryEntry(entry, _read_help(person_id, entry))
    if entry.kind == "outcome":
        return StoryEntry(
            entry, open_text(person_id, f"outcome.words.{entry.id}", entry.sealed) or None
        )
    if entry.kind == "application":
        told = open_told(person_id, entry.id, entry.sealed)
        return StoryEntry(entry, told.get("what") or None, differences=told.get("differences", ()))
    if entry.kind == "document":
        return StoryEntry(
            entry, open_text(person_id, f"document.title.{entry.id}", entry.sealed) or None
        )
    if entry.kind in _FACTS:
        return StoryEntry(entry, _read_facts(person_id, entry))
    sealed_as = _SEALED_AS.get(entry.kind)
    words = open_text(person_id, sealed_as, entry.sealed) if sealed_as else ""
    return StoryEntry(entry, words or None)


def _read_help(person_id: UUID, entry: Entry) -> str | None:
    # Sealed JSON (applications.models.RecordOfHelp): the service, where the catalogue has it not,
    # and what was asked.
    facts = open_text(person_id, f"record_of_help.facts.{entry.id}", entry.sealed)
    try:
        opened = json.loads(facts)
    except ValueError:  # erased
        return facts or None
    said = [opened.get("asked", "")]
    if not entry.services:
        said.insert(0, opened.get("service", ""))
    return ": ".join(filter(None, said)) or None


def _may_read(actor: Actor, entry: Entry, case: CaseDetails | None) -> bool:
    if case is None or entry.account_id is None:
        return False
    return may_read_note(
        NoteKind(entry.state or NoteKind.SENSITIVE),
        reader=NoteReader(actor.account_id, actor.human_id, actor.role == Role.SAFEGUARDING_LEAD),
        author_id=entry.account_id,
        author_human_id=entry.human_id,
        assigned_to=case.assigned_to,
    )
