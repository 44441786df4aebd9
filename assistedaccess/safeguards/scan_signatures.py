"""What the scan sees of signatures: for whom else nearly the same was drawn, and who took them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.consent.models_evidence import ConsentPicture, SignatureTrace
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import Person

from .scan_money import MOST, Held
from .signals_seen import Seen

LATELY = timedelta(days=90)
ALIKE = 3
"""So many unrelated people whose signatures have a trace in common: two may sign alike by chance
(consent.rules_traces). A starting value."""


def see_signatures(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For how many unrelated people nearly the same signature was kept in ninety days, and which
    share of those the same human took. One statement; families that sign alike are one."""
    own, other = aliased(SignatureTrace), aliased(SignatureTrace)
    mine, theirs = aliased(ConsentPicture), aliased(ConsentPicture)
    query = (
        select(
            mine.consent_id.label("of"),
            theirs.person_id,
            theirs.added_at,
            Account.human_id,
            Person.name_key,
            Person.postcode_fingerprint.label("place"),
        )
        .join(own, own.picture_id == mine.id)
        .join(other, other.fingerprint == own.fingerprint)
        .join(theirs, theirs.id == other.picture_id)
        .join(Account, Account.id == theirs.added_by_account_id)
        .join(Person, Person.id == theirs.person_id)
        .where(mine.consent_id.in_({event.subject_id for event in events}))
        .limit(MOST)
    )
    rows = defaultdict(list)
    for row in get_session().execute(query):
        rows[row.of].append(row)
    found = {}
    for event in events:
        alike = Held()
        for row in rows[event.subject_id]:
            if event.occurred_at - LATELY <= row.added_at <= event.occurred_at:
                alike.add(row, False)
        if alike.people >= ALIKE:
            found[event.id] = Seen(
                kind="consent",
                people_near_signature=alike.people - 1,
                near_by_hand=alike.by_hand(event.human_id),
            )
    return found
