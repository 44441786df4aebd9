"""What the scan sees of bank branches: whose people are paid into accounts at one, of late.

A sort code is compared by keyed hash. A bank on the internet has one for all, and a town may have
one branch: so it counts only where hardly anybody else’s people are paid there, and most of this
helper’s are, and where some of their forms share words (scenario A36: sameness of text and payee,
not count; its twin L01: a variety of both).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from assistedaccess.applications.copied import SubmittedText
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person

from .models import Establishment
from .scan_money import MOST, Held
from .scan_texts import LATELY
from .signals_seen import Seen

KNOWN_FOR = timedelta(days=90)
"""Over so long it is asked who else’s people are paid at a branch."""


def see_branches(events: Sequence[Any]) -> dict[UUID, Seen]:
    """How many unrelated people’s accounts at one branch the same human told within seven days,
    which share of all that were told there of late, and which share of that human’s own.

    Three statements. Who lives in a registered establishment is not counted (L02).
    """
    since = min(event.occurred_at for event in events) - KNOWN_FOR
    own, other = aliased(PaymentDetails), aliased(PaymentDetails)
    there = get_session().execute(
        _who_is_paid(other)
        .join(own, own.branch == other.branch)
        .where(
            own.person_id.in_({event.person_id for event in events}),
            own.told_by_human.in_({event.human_id for event in events}),
            other.told_at >= since,
        )
        .distinct()
        .limit(MOST)
    )
    mine = get_session().execute(
        _who_is_paid(other)
        .where(
            other.told_by_human.in_({event.human_id for event in events}),
            other.told_at >= since,
            other.branch.is_not(None),
        )
        .limit(MOST)
    )
    by_branch: dict[bytes, list[Any]] = defaultdict(list)
    for row in there:
        by_branch[row.branch].append(row)
    by_human: dict[UUID, list[Any]] = defaultdict(list)
    for row in mine:
        by_human[row.human_id].append(row)
    said = _list_words({row.application_id for rows in by_human.values() for row in rows})
    found = {}
    for event in events:
        theirs = [row for row in by_human[event.human_id] if _is_late(row, event)]
        branch = next((row.branch for row in theirs if row.person_id == event.person_id), None)
        if branch is not None:
            found[event.id] = _see(event, branch, by_branch[branch], theirs, said)
    return found


def _list_words(application_ids: set[UUID]) -> dict[UUID, set[bytes]]:
    rows = get_session().execute(
        select(SubmittedText.application_id, SubmittedText.fingerprint)
        .where(SubmittedText.application_id.in_(application_ids), ~SubmittedText.is_landlord)
        .limit(MOST)
    )
    said: dict[UUID, set[bytes]] = defaultdict(set)
    for application_id, fingerprint in rows:
        said[application_id].add(fingerprint)
    return said


def _who_is_paid(told: Any) -> Any:
    at_home = exists().where(
        Establishment.place == Person.postcode_fingerprint, Establishment.ended_at.is_(None)
    )
    return (
        select(
            told.application_id,
            told.branch,
            told.person_id,
            told.told_by_human.label("human_id"),
            told.told_at,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .select_from(told)
        .join(Person, Person.id == told.person_id)
        .where(~at_home)
        .order_by(told.told_at.desc())
    )


def _is_late(row: Any, event: Any) -> bool:
    return bool(event.occurred_at - LATELY <= row.told_at <= event.occurred_at)


def _see(
    event: Any,
    branch: bytes,
    there: Sequence[Any],
    theirs: Sequence[Any],
    said: Mapping[UUID, set[bytes]],
) -> Seen:
    words: dict[bytes, set[UUID]] = defaultdict(set)
    everybody, lately, at_all = Held(), Held(), Held()
    for row in there:
        everybody.add(row, False)
    for row in theirs:
        at_all.add(row, False)
        if row.branch == branch:
            lately.add(row, False)
            for each in said.get(row.application_id, ()):
                words[each].add(row.person_id)
    return Seen(
        kind="change_payee",
        branch_in_7_days=lately.people,
        branch_by_hand=everybody.by_hand(event.human_id),
        branch_share=lately.people / max(1, at_all.people),
        branch_same_words=any(len(people) > 1 for people in words.values()),
    )
