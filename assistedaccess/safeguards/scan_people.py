"""What the scan sees of looks, reviews, roles, settings and deaths: what else happened lately.

Each is one statement a batch, on an index of the journal or of its own table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from assistedaccess.applications.rules_emergency import OverCap
from assistedaccess.approvals.models import PendingAct, PendingActDraw
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.clock import start_of_day
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import first_id_at
from assistedaccess.organisations.models import Membership, RoleGrant
from assistedaccess.people.models import Person

from . import acts
from .scan_rules import NO_AUTHORITY
from .signals_seen import NEVER, Seen, SeenLook

WORK = (
    Action.APPLICATION_SUBMITTED,
    Action.CHANGE_SUBMITTED,
    Action.PAYMENT_DETAILS_CHANGED,
    Action.PAYMENT_TAKEN,
    Action.REFUND_PAID,
    Action.HELP_GIVEN,
    Action.RECORD_OF_HELP_MADE,
    Action.CONSENT_RECORDED,
    Action.CONSENT_CONFIRMED,
    Action.CONTACT_POINT_ADDED,
    Action.CONTACT_POINT_CHANGED,
    Action.DELEGATION_CHECKED_IN,
)
"""What nobody can have asked for who was dead; and see_deaths: what waits for a second human."""
REACHING = (
    Action.SAFE_CONTACT_CHANGED,
    Action.CONTACT_POINT_ADDED,
    Action.CONTACT_POINT_CHANGED,
    Action.CONTACT_POINT_ENDED,
)
PAIR = timedelta(days=60)
SLIPS = timedelta(days=60)
TOUCHED = timedelta(days=3)
QUICK_SECONDS = 120
DAY = timedelta(days=1)
UNUSED = timedelta(days=60)
SOON = timedelta(minutes=30)
USES = (Action.PERSON_OPENED, Action.PERSON_REGISTERED)
MOST_LOOKS = 20_000
OVER_CAP = OverCap.reason_code
MOST_ASKED = 500


def see_searches(events: Sequence[Any]) -> dict[UUID, SeenLook]:
    """How many names the same account searched for in a day, and how many records it opened; and,
    of whoever searched for more than they opened, of how many searches in weeks nothing came."""
    first, last = (pick(event.occurred_at for event in events) for pick in (min, max))
    accounts = {event.account_id for event in events if event.account_id}
    rows = _list_looks(accounts, first - DAY)
    made, odd = {}, set()
    for event in events:
        since, until = event.occurred_at - DAY, event.occurred_at + SOON
        near = [action for action, at in rows[event.account_id] if since < at <= until]
        seen = SeenLook(
            kind="search",
            searches_in_a_day=near.count(Action.PERSON_SEARCHED),
            searches_opened=near.count(Action.PERSON_OPENED),
        )
        made[event.id] = seen
        if seen.searches_in_a_day > seen.searches_opened:
            odd.add(event.account_id)
    over_weeks = _list_looks(odd, last - UNUSED) if odd else {}
    for event in events:
        counts = _count_unused(over_weeks.get(event.account_id, ()))
        made[event.id].searches_unused_in_60_days, made[event.id].searches_unused_share = counts
    return made


def _list_looks(accounts: set[UUID], since: Any) -> dict[UUID | None, list[tuple[str, Any]]]:
    """By account, its searches and what else it opened and registered, the newest first. A search
    for whom a record of its own work names (a case of its desk, say) is a use."""
    query = (
        select(
            AuditEvent.account_id,
            case(
                (AuditEvent.authority_id.is_not(None), str(Action.PERSON_OPENED)),
                else_=AuditEvent.action,
            ),
            AuditEvent.occurred_at,
        )
        .where(
            AuditEvent.account_id.in_(accounts),
            AuditEvent.id >= first_id_at(since),
            AuditEvent.action.in_([str(action) for action in (Action.PERSON_SEARCHED, *USES)]),
        )
        .order_by(AuditEvent.id.desc())
        .limit(MOST_LOOKS)
    )
    rows: dict[UUID | None, list[tuple[str, Any]]] = defaultdict(list)
    for account_id, action, at in get_session().execute(query):
        rows[account_id].append((action, at))
    return rows


def _count_unused(rows: Sequence[tuple[str, Any]]) -> tuple[int, float]:
    """After how many searches nobody was opened or registered soon, and their share of all."""
    used, unused, every = None, 0, 0
    for action, at in rows:
        if action != Action.PERSON_SEARCHED:
            used = at
            continue
        every += 1
        unused += used is None or used > at + SOON
    return unused, unused / every if every else 0.0


def see_surges(events: Sequence[Any]) -> dict[UUID, SeenLook]:
    """How many accounts looked at the same person within two days, and nothing explained it."""
    since = min(event.occurred_at for event in events) - timedelta(days=2)
    query = (
        select(AuditEvent.person_id, func.count(AuditEvent.account_id.distinct()))
        .where(
            AuditEvent.person_id.in_({event.person_id for event in events}),
            AuditEvent.id >= first_id_at(since),
            AuditEvent.reason_code.like("stated.%") | AuditEvent.reason_code.like("break_glass.%"),
        )
        .group_by(AuditEvent.person_id)
    )
    lookers = {row[0]: row[1] for row in get_session().execute(query)}
    return {
        event.id: SeenLook(
            is_explained=False, unexplained_of_person_in_2_days=lookers.get(event.person_id, 0)
        )
        for event in events
    }


def see_slips(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For how many people the same account was refused, for want of authority, in 60 days."""
    since = min(event.occurred_at for event in events) - SLIPS
    query = (
        select(AuditEvent.account_id, func.count(AuditEvent.person_id.distinct()))
        .where(
            AuditEvent.account_id.in_({event.account_id for event in events}),
            AuditEvent.id >= first_id_at(since),
            AuditEvent.action == str(Action.ACT_REFUSED),
            AuditEvent.reason_code.in_(NO_AUTHORITY),
        )
        .group_by(AuditEvent.account_id)
    )
    slips = {row[0]: row[1] for row in get_session().execute(query)}
    return {
        event.id: Seen(
            kind="apply",
            consent_state=NO_AUTHORITY[event.reason_code],
            slips=slips.get(event.account_id, 0),
        )
        for event in events
    }


def find_asked_again(events: Sequence[Any], days: int, times: int) -> list[Any]:
    """Which refusals of money over a fund's cap are the third for one person in so many days (A06:
    a sum in slices). One statement."""
    since = min(event.occurred_at for event in events) - timedelta(days=days)
    query = (
        select(AuditEvent.person_id, AuditEvent.id, AuditEvent.occurred_at)
        .where(
            AuditEvent.person_id.in_({event.person_id for event in events}),
            AuditEvent.id >= first_id_at(since),
            AuditEvent.action == str(Action.ACT_REFUSED),
            AuditEvent.reason_code == OVER_CAP,
        )
        .order_by(AuditEvent.id)
        .limit(MOST_ASKED)
    )
    asked = get_session().execute(query).all()
    return [
        event
        for event in events
        if times
        <= sum(
            1
            for row in asked
            if row.person_id == event.person_id
            and row.id <= event.id
            and row.occurred_at > event.occurred_at - timedelta(days=days)
        )
    ]


def see_deaths(events: Sequence[Any]) -> dict[UUID, tuple[Seen, Any]]:
    """What was done in the name of somebody between their death and now: how much, and the last."""
    query = (
        select(
            AuditEvent.person_id,
            AuditEvent.id,
            AuditEvent.occurred_at,
            AuditEvent.account_id,
            AuditEvent.human_id,
            AuditEvent.organisation_id,
            Person.died_on,
        )
        .join(Person, Person.id == AuditEvent.person_id)
        .where(
            Person.id.in_({event.person_id for event in events}),
            Person.died_on.is_not(None),
            or_(
                AuditEvent.action.in_([str(action) for action in WORK]),
                and_(
                    AuditEvent.action == Action.PENDING_ACT_STORED,
                    AuditEvent.command.in_([acts.SUBMIT, acts.CHANGE_ADDRESS, *acts.POWER]),
                ),
            ),
        )
        .order_by(AuditEvent.id)
    )
    after: dict[UUID, list[Any]] = defaultdict(list)
    for row in get_session().execute(query):
        if row.occurred_at >= start_of_day(row.died_on + timedelta(days=1)):
            after[row.person_id].append(row)
    return {
        event.id: (Seen(kind="apply", acts_after_death=len(rows)), rows[-1])
        for event in events
        if (rows := after.get(event.person_id))
    }


def see_reviews(events: Sequence[Any]) -> dict[UUID, Seen]:
    """How often this reviewer decided for this helper in 60 days, how fast, and who else did."""
    since = min(event.occurred_at for event in events) - PAIR
    decided = select(PendingAct.human_id).where(
        PendingAct.id.in_({event.subject_id for event in events})
    )
    query = (
        select(
            PendingAct.id,
            PendingAct.human_id.label("asker"),
            PendingAct.state,
            PendingAct.decided_at,
            PendingActDraw.human_id.label("reviewer"),
            PendingActDraw.opened_at,
        )
        .join(PendingActDraw, PendingActDraw.pending_act_id == PendingAct.id)
        .where(
            PendingAct.human_id.in_(decided),
            PendingAct.decided_at >= since,
            PendingActDraw.account_id == PendingAct.decided_by,
        )
    )
    rows = {row.id: row for row in get_session().execute(query)}
    touched, drawn = _find_touched(events), _list_drawn(events, since)
    found = {}
    for event in events:
        own = rows.get(event.subject_id)
        if own is None or own.asker is None:
            continue
        of_asker = [row for row in rows.values() if row.asker == own.asker]
        pair = [row for row in of_asker if row.reviewer == own.reviewer]
        seconds = [_seconds(row) for row in pair]
        found[event.id] = Seen(
            kind="review",
            pair_reviews=len(pair),
            reviewers_drawn=len(drawn[event.organisation_id]),
            pair_share=len(pair) / len(of_asker),
            pair_quick=sum(1 for each in seconds if each < QUICK_SECONDS),
            review_seconds=_seconds(own),
            pair_refused=sum(1 for row in pair if row.state == "refused"),
            slips=sum(1 for each in seconds if each < 20),
            reviewer_touched_person=(event.account_id, event.person_id) in touched,
        )
    return found


def _list_drawn(events: Sequence[Any], since: Any) -> dict[UUID | None, set[UUID]]:
    """By organisation, the humans who were drawn to decide in those days."""
    query = (
        select(PendingActDraw.organisation_id, PendingActDraw.human_id)
        .where(
            PendingActDraw.id >= first_id_at(since),
            PendingActDraw.organisation_id.in_({event.organisation_id for event in events}),
        )
        .distinct()
    )
    drawn: dict[UUID | None, set[UUID]] = defaultdict(set)
    for row in get_session().execute(query):
        drawn[row.organisation_id].add(row.human_id)
    return drawn


def _seconds(row: Any) -> int:
    """How long the reviewer looked; for ever where it is not known."""
    if row.opened_at is None or row.decided_at is None:
        return 10_000
    return int((row.decided_at - row.opened_at).total_seconds())


def _find_touched(events: Sequence[Any]) -> set[tuple[UUID | None, UUID | None]]:
    since = min(event.occurred_at for event in events) - TOUCHED
    query = select(AuditEvent.account_id, AuditEvent.person_id).where(
        AuditEvent.account_id.in_({event.account_id for event in events}),
        AuditEvent.person_id.in_({event.person_id for event in events if event.person_id}),
        AuditEvent.id >= first_id_at(since),
        AuditEvent.action.in_([str(action) for action in REACHING]),
    )
    return {(row[0], row[1]) for row in get_session().execute(query)}


def see_roles(events: Sequence[Any]) -> dict[UUID, Seen]:
    """For how long a role that has ended was held, and how often something was decided with it."""
    grants = (
        select(RoleGrant, Membership.account_id)
        .join(Membership, Membership.id == RoleGrant.membership_id)
        .where(RoleGrant.id.in_({event.subject_id for event in events}))
    )
    found: dict[UUID, tuple[Any, UUID]] = {
        row[0].id: (row[0], row[1]) for row in get_session().execute(grants)
    }
    if not found:
        return {}
    used: dict[UUID, list[tuple[Any, UUID]]] = defaultdict(list)
    decided = (
        select(AuditEvent.account_id, AuditEvent.occurred_at, PendingAct.human_id)
        .outerjoin(PendingAct, PendingAct.id == AuditEvent.subject_id)
        .where(
            AuditEvent.account_id.in_({account_id for _grant, account_id in found.values()}),
            AuditEvent.id >= first_id_at(min(grant.granted_at for grant, _ in found.values())),
            AuditEvent.action == str(Action.PENDING_ACT_RELEASED),
        )
    )
    for row in get_session().execute(decided):
        used[row.account_id].append((row.occurred_at, row.human_id))
    made = {}
    for event in events:
        grant, account_id = found.get(event.subject_id, (None, None))
        if grant is not None and grant.ended_at is not None and account_id is not None:
            askers = [who for at, who in used[account_id] if grant.granted_at <= at]
            made[event.id] = Seen(
                kind="grant_role",
                grant_hours=(grant.ended_at - grant.granted_at).total_seconds() / 3600,
                grant_uses=len(askers),
                grant_askers=len(set(askers)),
            )
    return made


def see_settings(events: Sequence[Any]) -> dict[UUID, Seen]:
    """That settings are other ones now, and how long ago the same were changed before."""
    query = (
        select(AuditEvent.id, AuditEvent.action, AuditEvent.occurred_at)
        .where(AuditEvent.action.in_({event.action for event in events}))
        .order_by(AuditEvent.id.desc())
        .limit(2 * len(events) + 2)
    )
    times: dict[str, list[Any]] = defaultdict(list)
    for row in get_session().execute(query):
        times[row.action].append(row.occurred_at)
    found = {}
    for event in events:
        before = [at for at in times[event.action] if at < event.occurred_at]
        hours = NEVER * 24
        if before:
            hours = (event.occurred_at - max(before)).total_seconds() / 3600
        found[event.id] = Seen(kind="change_setting", setting_is_new=True, setting_hours=hours)
    return found


def list_reasons(events: Sequence[Any]) -> dict[UUID, Any]:
    """By event, every reason why the act that it stored waits."""
    query = select(PendingAct.id, PendingAct.reasons).where(
        PendingAct.id.in_({event.subject_id for event in events})
    )
    reasons = {row.id: row.reasons for row in get_session().execute(query)}
    return {event.id: reasons.get(event.subject_id, []) for event in events}
