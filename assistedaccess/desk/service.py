"""The recorded looks with which the pages of the desk begin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.applications.queries import ApplicationRow, list_for_case
from assistedaccess.applications.rules import State as ApplicationState
from assistedaccess.audit import Action, record
from assistedaccess.casework import queries as cases
from assistedaccess.casework import queries_entries as case_entries
from assistedaccess.casework.queries import CaseDetails, CasePage, CaseRow
from assistedaccess.casework.queries_entries import TaskRow, WaitingRow
from assistedaccess.casework.service import view_case as look_at_case
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.people.queries import PersonView
from assistedaccess.people.queries_merging import MergeRow, list_merges
from assistedaccess.people.service import open_person

from . import queries, queries_held, queries_losses, sources, story
from .queries import StoryEntry, Today
from .queries_case import LookedRow, NextRow, list_beside
from .queries_held import HeldRow
from .queries_losses import Waits
from .rules_losses import LossRow
from .story import Entry, Scope


@command("desk.view_today")
def view_today(*, actor: Actor) -> Today:
    """The helper's home; people stand there by initials and reference alone."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor)
    return queries.gather_today(actor)


@dataclass(frozen=True)
class TeamDay:
    """Who waits at a site, or at all of them, and what is lost first; ``waiting`` holds one more
    than MOST_WAITING where there are more."""

    waiting: list[WaitingRow]
    losses: list[LossRow]
    waits: Waits


MOST_WAITING = 30


@command("desk.view_losses")
def view_losses(*, actor: Actor, at_site: bool) -> TeamDay:
    """The day of a site, or of the organisation. People stand there by initials alone, and in the
    queue as they are called."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="team")
    return TeamDay(
        case_entries.list_waiting_people(actor, MOST_WAITING + 1, at_site=at_site),
        queries_losses.list_losses(actor, at_site=at_site),
        queries_losses.count_waits(actor, at_site=at_site),
    )


@command("desk.list_cases")
def list_cases(*, actor: Actor, only_own: bool, before: UUID | None = None) -> CasePage:
    """A page of the cases that are not closed, one's own or the organisation's.

    The organisation's are for whoever works there: a relative is shown their own.
    """
    require(actor, Permission.CASE_VIEW)
    only_own = only_own or actor.is_family
    record(Action.TODAY_VIEWED, actor=actor, reason="cases")
    return cases.list_open_cases(actor, only_own=only_own, before=before)


@command("desk.list_held")
def list_held(*, actor: Actor) -> list[HeldRow]:
    """Who lets this helper of the family act for them."""
    require(actor, Permission.DELEGATION_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="held")
    return queries_held.list_held(actor)


@command("desk.list_tasks")
def list_tasks(*, actor: Actor, after: tuple[date, UUID] | None = None) -> list[TaskRow]:
    """A page of what one has to do, and one more where there are more."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="tasks")
    return case_entries.list_tasks_due(actor, after=after, limit=cases.PAGE + 1)


@command("desk.list_claims")
def list_claims(
    *, actor: Actor, lost: bool, after: tuple[date, UUID] | None = None
) -> list[CaseRow]:
    """A page of the claim dates at risk, or of those that are lost, and one more if there are."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="claims")
    listed = cases.list_claims_lost if lost else cases.list_claims_at_risk
    return listed(actor, after=after, limit=cases.PAGE + 1)


@dataclass(frozen=True)
class PersonPage:
    """The person in clear; what is open, who may act for them, what was agreed today; the story.

    A list that has one more than story.PAGE has more than are shown.
    """

    person: PersonView
    cases: list[StoryEntry]
    delegations: list[Entry]
    consents: list[Entry]
    entries: list[StoryEntry]
    older: UUID | None


@command("desk.view_person")
def view_person(*, actor: Actor, person_id: UUID, merged: tuple[UUID, ...] = ()) -> PersonPage:
    """The person's page. Raises what people.open_person raises.

    ``merged``: the records that lead to this one (people.queries_merging), told with it.
    While the details are covered, nothing of what was done or agreed is read either.
    """
    person = open_person(actor=actor, person_id=person_id)
    if person.is_covered:
        return PersonPage(person, [], [], [], [], None)
    _look_at_merged(actor, person_id, merged)
    found = story.read_entries(Scope(actor, person_id, merged=merged), sources.PERSON_PAGE)
    if actor.is_family:
        # A relative sees what they did themself, and what was given to them. By which way the
        # person was told of it says what is safe for them.
        found = [e for e in found if e.account_id == actor.account_id and e.kind != "notice"]
    kinds: dict[str, list[Entry]] = defaultdict(list)
    for entry in found:
        kinds[entry.kind].append(entry)
    told = story.cut_story([entry for entry in found if entry.kind not in ("case", "delegation")])
    this_morning = clock.start_of_day(clock.today())
    return PersonPage(
        person=person,
        cases=queries.open_entries(actor, person_id, kinds["case"]),
        delegations=kinds["delegation"],
        consents=[
            entry for entry in kinds["consent"] if entry.at >= this_morning and entry.until is None
        ],
        entries=queries.open_entries(actor, person_id, told.entries),
        older=None if actor.is_family else told.older,
    )


@dataclass(frozen=True)
class HistoryPage:
    """One page of everything that was done for a person at this organisation."""

    person: PersonView
    entries: list[StoryEntry]
    older: UUID | None


@command("desk.view_person_history")
def view_person_history(
    *,
    actor: Actor,
    person_id: UUID,
    merged: tuple[UUID, ...] = (),
    before: UUID | None = None,
) -> HistoryPage:
    """A page of the person's story, ``merged`` as for view_person. Raises what it raises."""
    person = open_person(actor=actor, person_id=person_id, needs_details=True)
    _look_at_merged(actor, person_id, merged)
    scope = Scope(actor, person_id, merged=merged)
    told = story.read_story(scope, sources.PERSON_STORY, before=before)
    entries = queries.open_entries(actor, person_id, told.entries)
    return HistoryPage(person, entries, told.older)


def _look_at_merged(actor: Actor, person_id: UUID, merged: tuple[UUID, ...]) -> None:
    """Record a look at each record that leads to this one; one statement, for their keys.

    The look at this one has been recorded with its reason, and asks for no less care than theirs
    (people.rules_merging): that it is the same human is the reason to see them.
    """
    if not merged:
        return
    encryption.load_keys([person_id, *merged])
    for merged_id in merged:
        record(
            Action.PERSON_OPENED,
            actor=actor,
            person_id=merged_id,
            subject=("person", merged_id),
            reason="explained.merged",
        )


@dataclass(frozen=True)
class MergePage:
    """The merges of a record, the latest first; for each that has ended, what was added to this
    record while it stood, where this one was kept."""

    person: PersonView
    merges: list[tuple[MergeRow, list[StoryEntry]]]


MOST_MERGES = 3
"""Merges that have ended of which the page lists what was added; of more, a link to the history."""


@command("desk.view_merges")
def view_merges(*, actor: Actor, person_id: UUID) -> MergePage:
    """The merges of a record, and what is to be sorted out after one. Raises what open_person does.

    What was added belongs to this record; whose it is, the person says.
    """
    person = open_person(actor=actor, person_id=person_id, needs_details=True)
    listed = []
    told = 0
    for row in list_merges(person_id):
        entries: list[StoryEntry] = []
        if row.ended_at is not None and row.kept_id == person_id and told < MOST_MERGES:
            told += 1
            found = story.read_entries(
                Scope(actor, person_id), sources.PERSON_STORY, before=first_id_at(row.ended_at)
            )
            since = [entry for entry in found if entry.at >= row.merged_at]
            entries = queries.open_entries(actor, person_id, since)
        listed.append((row, entries))
    return MergePage(person, listed)


@dataclass(frozen=True)
class CaseStory:
    """The case, what is to do and what comes, a page of what happened, and who looked."""

    case: CaseDetails
    tasks: list[TaskRow]
    comes: list[NextRow]
    drafts: list[ApplicationRow]
    entries: list[StoryEntry]
    older: UUID | None
    looks: list[LookedRow]


@command("desk.view_case")
def view_case(*, actor: Actor, reference: str, before: UUID | None = None) -> CaseStory:
    """The case's story. Raises what casework.view_case raises."""
    case = look_at_case(actor=actor, reference=reference)
    # A relative is not shown how the person is told, nor who else looks.
    kinds = sources.CASE_OF_A_RELATIVE if actor.is_family else sources.CASE_STORY
    told = story.read_story(Scope(actor, case.person_id, case.id), kinds, before=before)
    comes, looks = list_beside(case.id)
    return CaseStory(
        case=case,
        tasks=case_entries.list_open_tasks(case),
        comes=[] if case.is_closed else comes,
        drafts=[
            row for row in list_for_case(actor, case.id) if row.state == ApplicationState.DRAFT
        ],
        entries=queries.open_entries(actor, case.person_id, told.entries, case),
        older=told.older,
        looks=[] if actor.is_family else looks,
    )
