"""Fills a journal: through audit.record for the usual size, in bulk for a very large one.

Both leave a journal that ``assistedaccess audit verify`` finds whole: chained, signed, every copied
column true. In bulk, an event has no sealed details, and all stand in one lane.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from assistedaccess.audit import Action, record
from assistedaccess.audit.journal import VERSION, plain
from assistedaccess.audit.lanes import Lane, leaf_hash, move_head, take_lane
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_database, get_transaction, run_transaction

from .cast import Cast
from .filling import DAYS

BATCH = 500
MANY = 5_000
"""Events written at once in bulk; also how often progress is told."""
BUSY_EVERY = 200
"""Every so manieth event is about the first person, who so has several pages of them."""
STORY: tuple[tuple[Action, str | None, str | None], ...] = (
    # what was done, the command that did it, why
    (Action.PERSON_REGISTERED, "people.register_person", None),
    (Action.CASE_OPENED, "casework.open_case", None),
    (Action.PERSON_OPENED, "people.open_person", "explained.open_case"),
    (Action.VISIT_STARTED, "consent.record_assisting_consent", "in_person"),
    (Action.CONSENT_RECORDED, "consent.record_assisting_consent", "assisting"),
    (Action.NOTICE_QUEUED, "consent.record_assisting_consent", "consent_recorded"),
    (Action.CASE_VIEWED, "desk.view_case", "explained.open_case"),
    (Action.APPLICATION_STARTED, "applications.start_application", None),
    (Action.ANSWERS_SAVED, "applications.save_page", None),
    (Action.ANSWERS_SAVED, "applications.save_page", None),
    (Action.PERSON_OPENED, "people.open_person", "explained.open_case"),
    (Action.CONSENT_STARTED, "consent.begin_request", None),
    (Action.STATEMENT_SHOWN, "consent.show_statement", None),
    (Action.CONSENT_CONFIRMED, "consent.confirm_request", "witness"),
    (Action.DELEGATION_GRANTED, "delegation.grant_delegation", "witness"),
    (Action.NOTE_ADDED, "casework.add_note", None),
    (Action.PERSON_OPENED, "people.open_person", "explained.delegation"),
    (Action.CASE_VIEWED, "desk.view_case", "explained.open_case"),
    (Action.ACT_REFUSED, "delegation.grant_delegation", "out_of_scope"),
    (Action.PERSON_SEARCHED, "people.search_people", "person_is_here"),
)
"""What happens around one person, again and again."""


def count_events() -> int:
    """How many events there are. Needs a unit of work."""
    return get_session().scalar(select(func.count()).select_from(AuditEvent)) or 0


def fill_journal(cast: Cast, missing: int, progress: Callable[[int, int], None]) -> None:
    """``missing`` events over the last sixty days, recorded as every command records them."""
    began = clock.now() - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / max(1, missing)
    for first in range(0, missing, BATCH):
        batch = range(first, min(first + BATCH, missing))
        run_transaction(partial(_record, cast, batch, began, step))
        progress(batch.stop, missing)


def _record(cast: Cast, batch: range, began: datetime, step: timedelta) -> None:
    for number in batch:
        action, command, reason = STORY[number // len(cast.people) % len(STORY)]
        actor, person_id = _who(cast, number)
        with clock.set_clock(began + number * step):
            record(
                action,
                actor=actor,
                person_id=person_id,
                subject=("person", person_id),
                command=command,
                reason=reason,
                details={"number": number} if number % 3 == 0 else None,
            )


def _who(cast: Cast, number: int) -> tuple[Actor, UUID]:
    if number % BUSY_EVERY == 0:
        person = cast.people[0]
    else:
        person = cast.people[number % len(cast.people)]
    return cast.helpers[person.helper], person.id


# -- very many


def enlarge_journal(cast: Cast, missing: int, progress: Callable[[int, int], None]) -> None:
    """``missing`` events among the others, signed and chained, written in bulk."""
    run_transaction(lambda: _enlarge(cast, missing, progress))


def _enlarge(cast: Cast, missing: int, progress: Callable[[int, int], None]) -> None:
    lane = take_lane(get_session())
    head = _Head(lane)
    # Over the days of the others: a page that shows some weeks has so many more to show.
    began = clock.now() - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / max(1, missing)
    events = (head.chain(_fields(cast, number, began + number * step)) for number in range(missing))
    writing = _copy if not get_database().is_sqlite else _insert
    writing(events, lambda done: progress(done, missing))
    move_head(get_session(), lane, head.seq, head.hash)
    get_transaction().notes |= {"lane": lane, "lane_head": (head.seq, head.hash)}


def _fields(cast: Cast, number: int, moment: datetime) -> dict[str, Any]:
    action, command, reason = STORY[number // len(cast.people) % len(STORY)]
    actor, person_id = _who(cast, number)
    with clock.set_clock(moment):
        event_id = new_id()
    return {
        "id": event_id,
        "occurred_at": moment,
        "action": str(action),
        "command": command,
        "outcome": "refused" if action is Action.ACT_REFUSED else "done",
        "reason_code": reason,
        "actor_kind": str(actor.kind),
        "account_id": actor.account_id,
        "human_id": actor.human_id,
        "role": actor.role,
        "organisation_id": actor.organisation_id,
        "site_id": actor.site_id,
        "person_id": person_id,
        "subject_kind": "person",
        "subject_id": person_id,
    }


class _Head:
    """The end of a lane while events are hung onto it."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.seq, self.hash = lane.seq, lane.head

    def chain(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The whole row of the next event."""
        self.seq += 1
        row = {
            **fields,
            "lane_id": self.lane.id,
            "lane_seq": self.seq,
            "previous_hash": self.hash,
        }
        row["body"] = quick_canonical({"v": VERSION, **row})
        row["signature"] = self.lane.key.sign(row["body"])
        self.hash = leaf_hash(row["body"])
        return row


def quick_canonical(event: dict[str, Any]) -> bytes:
    """What audit.journal.canonical gives, ten times as fast, where every text is ASCII.

    RFC 8785 then asks nothing beyond sorted keys and no spaces.
    """
    said = {key: plain(value) for key, value in event.items() if value is not None}
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _batches(events: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    walking = iter(events)
    while batch := list(islice(walking, MANY)):
        yield batch


def _insert(events: Iterable[dict[str, Any]], told: Callable[[int], None]) -> None:
    done = 0
    for batch in _batches(events):
        get_session().execute(insert(AuditEvent), batch)
        done += len(batch)
        told(done)


def _copy(events: Iterable[dict[str, Any]], told: Callable[[int], None]) -> None:
    """PostgreSQL's COPY, on the connection of the running transaction."""
    connection = get_session().connection().connection.driver_connection
    if connection is None:
        raise RuntimeError("the transaction has no connection")
    done = 0
    columns: list[str] = []
    with connection.cursor() as cursor:
        for batch in _batches(events):
            columns = columns or list(batch[0])
            # Our own column names, not anything that was typed.
            statement = f"COPY audit_event ({', '.join(columns)}) FROM STDIN"
            with cursor.copy(statement) as copy:
                for row in batch:
                    copy.write_row([row[column] for column in columns])
            done += len(batch)
            told(done)
