"""What the scan sees of the words of claims: for whom else the same ones, or nearly, were sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from assistedaccess.applications.copied import SubmittedText
from assistedaccess.applications.models import Application, Submission
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person

from .models import Establishment
from .scan_money import MOST, Held
from .signals_identity import landlord_by_one_hand, same_words
from .signals_seen import Seen

LATELY = timedelta(days=7)
"""As the measure counts (signals_memory)."""
OF_LANDLORD = timedelta(days=30)
"""Tenants of one landlord come to one helper over the years: only who come close together count (a
starting value; the measure counts them all)."""


def see_texts(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For how many unrelated people the same human sent the same words, or nearly the same, within
    seven days, or named the same landlord within thirty, and which share of all for whom they ever
    were sent. One statement.

    Who lives in a registered establishment needs what its others need, in the same words (L02).
    """
    own, other, theirs = aliased(SubmittedText), aliased(SubmittedText), aliased(Application)
    in_establishment = exists().where(
        Establishment.place == Person.postcode_fingerprint, Establishment.ended_at.is_(None)
    )
    query = (
        select(
            own.application_id.label("of"),
            own.fingerprint,
            own.is_landlord,
            Submission.submitted_by_human.label("human_id"),
            Submission.submitted_at,
            theirs.person_id,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .join(other, other.fingerprint == own.fingerprint)
        .join(theirs, theirs.id == other.application_id)
        .join(Submission, Submission.application_id == theirs.id)
        .join(Person, Person.id == theirs.person_id)
        .where(own.application_id.in_({event.subject_id for event in events}), ~in_establishment)
        .order_by(Submission.submitted_at.desc())  # where there are more, the oldest say least
        .limit(MOST)
    )
    rows: dict[UUID, dict[bytes | None, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in get_session().execute(query):
        rows[row.of][row.fingerprint].append(row)
        if not row.is_landlord:  # A word more here, another there: all of them together.
            rows[row.of][None].append(row)
    found: dict[UUID, Seen] = {}
    for event in events:
        for same in rows[event.subject_id].values():
            seen = _see(event, same)
            before = found.get(event.id)
            if before is None or _weigh(before) < _weigh(seen):
                found[event.id] = seen
    return found


def _see(event: Any, same: Sequence[Any]) -> Seen:
    ever, lately = Held(), Held()
    is_landlord = same[0].is_landlord
    since = event.occurred_at - (OF_LANDLORD if is_landlord else LATELY)
    for row in same:
        ever.add(row, False)
        if row.submitted_at >= since and row.human_id == event.human_id:
            lately.add(row, False)
    if is_landlord:
        return Seen(
            kind="apply",
            people_on_landlord=lately.people - 1,
            landlord_by_hand=ever.by_hand(event.human_id),
        )
    return Seen(
        kind="apply",
        text_in_7_days=lately.people,
        text_by_hand=ever.by_hand(event.human_id),
    )


def _weigh(seen: Seen) -> tuple[float, int]:
    """What tells most: words of one helper alone before those of a whole desk."""
    return max(same_words(seen), landlord_by_one_hand(seen)), seen.text_in_7_days
