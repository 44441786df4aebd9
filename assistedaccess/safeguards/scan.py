"""The scan: what only shows over time, looked for in the live journal, batch by batch.

It reads the journal in the order of its sealed leaves. An event that commits late is sealed late
and gets a higher leaf (audit.sealing), so that nothing is lost by reading on from the last one. A
batch's flags and the cursor commit together, so that each event is judged exactly once, whenever
the scan is stopped. One scan at a time: the cursor's row is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.transactions import run_transaction

from . import (
    queries_settings,
    scan_branches,
    scan_ghosts,
    scan_money,
    scan_own_making,
    scan_people,
    scan_rules,
    scan_signatures,
    scan_silence,
    scan_texts,
)
from .events import OwnMakingLooked, Suspected
from .models_scan import ScanCursor
from .reasons import Reason
from .scan_rules import Suspicion
from .signals_seen import Seen, SeenLook

BATCH = 500
"""Events in one transaction: on SQLite nobody else writes meanwhile."""

MONEY = {
    Action.APPLICATION_SUBMITTED,
    Action.CHANGE_SUBMITTED,
    Action.PAYMENT_DETAILS_CONFIRMED,
    Action.PAYMENT_DETAILS_CHANGED,
}
NAMES_ACCOUNT = {
    Action.APPLICATION_SUBMITTED,
    Action.PAYMENT_DETAILS_CHANGED,
    Action.PAYMENT_DETAILS_KEPT,
}
PAYS = {Action.APPLICATION_SUBMITTED, Action.PAYMENT_DETAILS_KEPT, Action.HELP_GIVEN}
CONTACTS = {Action.PERSON_REGISTERED, Action.CONTACT_POINT_ADDED, Action.CONTACT_POINT_CHANGED}
SETTINGS = {Action.POLICY_CHANGED, Action.SAFEGUARD_SETTINGS_CHANGED}

Look = Callable[[Sequence[Any]], dict[Any, Any]]
BY_ACTION: tuple[tuple[set[Action], Look], ...] = (
    (MONEY, scan_money.see_accounts),
    (NAMES_ACCOUNT, scan_branches.see_branches),
    (PAYS, scan_ghosts.see_unseen),
    (CONTACTS, scan_money.see_contacts),
    ({Action.PERSON_REGISTERED}, scan_money.see_newcomers),
    ({Action.EVIDENCE_ADDED}, scan_money.see_papers),
    ({Action.APPLICATION_SUBMITTED}, scan_texts.see_texts),
    ({Action.CONSENT_PICTURE_KEPT}, scan_signatures.see_signatures),
    ({Action.PERSON_SEARCHED}, scan_people.see_searches),
    ({Action.PENDING_ACT_RELEASED}, scan_people.see_reviews),
    ({Action.ROLE_ENDED}, scan_people.see_roles),
    (scan_silence.GAINS, scan_silence.see_silenced),
    (SETTINGS, scan_people.see_settings),
)
"""Of which events each family asks, once a batch."""


@dataclass(frozen=True)
class Scanned:
    """What one scan did."""

    events: int
    flags: int


@dataclass
class _Batch:
    events: int
    found: Sequence[Suspected | OwnMakingLooked]


def scan_everything(size: int = BATCH) -> Scanned:
    """Judge every sealed event that has not been judged; the same again does nothing.

    Raises Busy where the database could not be had in time: what was done until then is done.
    """
    events = flags = 0
    while True:
        batch = run_transaction(lambda: _scan_batch(size))
        events += batch.events
        flags += len(batch.found)
        if not batch.events:
            return Scanned(events, flags)


def _scan_batch(size: int) -> _Batch:
    cursor = _lock_cursor()
    query = (
        select(AuditEvent, AuditLeaf.leaf_index)
        .join(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
        .where(AuditLeaf.leaf_index >= cursor.next_leaf)
        .order_by(AuditLeaf.leaf_index)
        .limit(size)
    )
    rows = get_session().execute(query).all()
    events = [row[0] for row in rows]
    found = [*(judge(events) if events else ()), *_judge_own_making(events, cursor)]
    for each in found:
        publish(each)
    if rows:
        cursor.next_leaf = rows[-1].leaf_index + 1
    return _Batch(len(rows), found)


def _judge_own_making(events: Sequence[Any], cursor: ScanCursor) -> list[OwnMakingLooked]:
    """Looks that only their looker's making explains: of cases that are closed, and of yeses that
    have settled since the cursor moved last, each once."""
    closed = [event for event in events if event.action == Action.CASE_CLOSED]
    looks = scan_own_making.find_own_cases(closed)
    before, now = cursor.moved_at, clock.now()
    if now > before:
        wait = scan_own_making.SETTLES_IN
        looks += scan_own_making.find_own_yeses(before - wait, now - wait)
        cursor.moved_at = now
    fields = ("organisation_id", "account_id", "human_id", "person_id")
    return [
        OwnMakingLooked(look.id, **{key: getattr(look, key) for key in fields}) for look in looks
    ]


def _lock_cursor() -> ScanCursor:
    """The cursor, locked; made by the very first scan, or by the other one that is first too."""
    session = get_session()
    cursor = session.get(ScanCursor, 1, with_for_update=True)
    if cursor is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        first = insert(ScanCursor).values(id=1, next_leaf=0, moved_at=clock.now())
        session.execute(first.on_conflict_do_nothing())
        cursor = session.get_one(ScanCursor, 1, with_for_update=True)
    return cursor


def judge(events: Sequence[AuditEvent]) -> list[Suspected]:
    """What the signals make of a batch; at most 28 statements, however many events."""
    found: list[Suspected] = []
    for actions, look in BY_ACTION:
        asked = [event for event in events if event.action in actions]
        if asked:
            found.extend(_flags(asked, look(asked)))
    found.extend(_judge_looks(events))
    found.extend(_judge_deaths(events))
    found.extend(_judge_tried(events))
    looked_at = scan_silence.find_not_in_order(events)
    found.extend(_suspect(Suspicion.SILENCED, event, who) for event, who in looked_at)
    silent = scan_silence.find_told_nothing(events)
    found.extend(_suspect(Suspicion.TOLD_NOTHING, event, who) for event, who in silent)
    once = {(each.kind, each.is_about): each for each in reversed(found)}
    return list(reversed(once.values()))


def _flags(events: Sequence[AuditEvent], seen: dict[Any, Seen | SeenLook]) -> list[Suspected]:
    return [
        _suspect(kind, event)
        for event in events
        if event.id in seen
        for kind in sorted(scan_rules.find_kinds(seen[event.id]))
    ]


def _suspect(kind: Suspicion, event: Any, account: Any = None) -> Suspected:
    who = account or event
    return Suspected(
        kind=str(kind),
        event_id=event.id,
        organisation_id=who.organisation_id,
        account_id=who.account_id,
        human_id=who.human_id,
        person_id=event.person_id,
    )


def _judge_looks(events: Sequence[AuditEvent]) -> list[Suspected]:
    looks = [
        event
        for event in events
        if event.person_id and (event.reason_code or "").startswith(("stated.", "break_glass."))
    ]
    return _flags(looks, dict(scan_people.see_surges(looks))) if looks else []


def _judge_deaths(events: Sequence[AuditEvent]) -> list[Suspected]:
    deaths = [event for event in events if event.action == Action.DEATH_RECORDED]
    if not deaths:
        return []
    return [
        _suspect(kind, last)
        for seen, last in scan_people.see_deaths(deaths).values()
        for kind in scan_rules.find_kinds(seen)
    ]


def _judge_tried(events: Sequence[AuditEvent]) -> list[Suspected]:
    found: list[Suspected] = []
    refused = [event for event in events if event.action == Action.ACT_REFUSED]
    for event in refused:
        code = event.reason_code or ""
        found.extend(_suspect(kind, event) for kind in scan_rules.find_tried(code))
    slips = [event for event in refused if event.reason_code in scan_rules.NO_AUTHORITY]
    slips = [event for event in slips if event.account_id is not None]
    if slips:
        found.extend(_flags(slips, dict(scan_people.see_slips(slips))))
    found.extend(_judge_asked_again(refused))
    stored = [event for event in events if event.action == Action.PENDING_ACT_STORED]
    reasons = scan_people.list_reasons(stored) if stored else {}
    unseen = [event for event in stored if Reason.IDENTITY_UNCONFIRMED in reasons[event.id]]
    if unseen:
        found.extend(_flags(unseen, dict(scan_money.see_unconfirmed(unseen))))
    for event in stored:  # ``act.held`` names the first reason alone; what is stored has them all
        kinds = {kind for code in reasons[event.id] for kind in scan_rules.find_tried(code)}
        found.extend(_suspect(kind, event) for kind in sorted(kinds))
    return found


def _judge_asked_again(refused: Sequence[AuditEvent]) -> list[Suspected]:
    """Money that a fund refused to give three times: parts of one sum, it may be (A06)."""
    over = [e for e in refused if e.reason_code == scan_people.OVER_CAP and e.person_id]
    if not over:
        return []
    days = queries_settings.get_newest()["money_days"]
    again = scan_people.find_asked_again(over, days, scan_rules.ASKED_AGAIN)
    return [_suspect(Suspicion.SPLIT_MONEY, event) for event in again]
