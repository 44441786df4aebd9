"""Who answers an objection: drawn from elsewhere, and drawn anew in time; or an auditor."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.approvals import rules as approvals_rules
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import Candidate
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.queries import list_audited_organisations, list_role_holders
from assistedaccess.people.reviewing import exclude_concerned

from . import rules_objections as rules
from .models import Objection
from .rules_objections import Concerned

RAISE_COMMAND = "my_record.raise_objection"


def find_concerned(row: Objection) -> Concerned:
    """The organisations and the humans that an objection is about; one statement."""
    event_ids, delegation_ids, pending_ids = (
        rules.list_ids(row.names, kind) for kind in ("event", "delegation", rules.PENDING)
    )
    humans = set(
        get_session().scalars(
            select(AuditEvent.human_id)
            .where(AuditEvent.id.in_(event_ids))
            .union(
                select(Delegation.holder_human_id).where(Delegation.id.in_(delegation_ids)),
                select(PendingAct.human_id).where(PendingAct.id.in_(pending_ids)),
            )
        )
    )
    return Concerned(
        frozenset(UUID(each) for each in row.organisation_ids),
        frozenset(human for human in humans if human is not None),
    )


def _list_memberships(human_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    rows = get_session().execute(
        select(Membership.human_id, Membership.organisation_id).where(
            Membership.human_id.in_(set(human_ids)), Membership.ended_at.is_(None)
        )
    )
    for human_id, organisation_id in rows:
        found.setdefault(human_id, set()).add(organisation_id)
    return found


def draw_reviewer(row: Objection, *, but: Collection[UUID] = ()) -> bool:
    """Draw who answers, at random among the reviewers elsewhere; False where there is none."""
    concerned = find_concerned(row)
    holders = list_role_holders({Role.REVIEWER})
    memberships = _list_memberships(holder.human_id for holder in holders)
    candidates = [
        Candidate(each.account_id, each.human_id, each.organisation_id, each.role)
        for each in holders
        if rules.is_from_elsewhere(
            concerned, human_id=each.human_id, memberships=memberships.get(each.human_id, ())
        )
    ]
    never = exclude_concerned(RAISE_COMMAND, {}, row.person_id) | set(concerned.human_ids)
    if row.raised_by_human_id is not None:
        never.add(row.raised_by_human_id)
    chosen = _pick(candidates, never | set(but)) or _pick(candidates, never)
    row.drawn_account_id = chosen.account_id if chosen else None
    row.drawn_human_id = chosen.human_id if chosen else None
    row.drawn_at = clock.now() if chosen else None
    get_session().flush()
    record(
        Action.OBJECTION_DRAWN,
        actor=SYSTEM,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("objection", row.id),
        reason="drawn" if chosen else "nobody_from_elsewhere",
        details={"reviewer": str(chosen.account_id)} if chosen else None,
    )
    return chosen is not None


def _pick(candidates: list[Candidate], excluded: Collection[UUID]) -> Candidate | None:
    return approvals_rules.draw(candidates, excluded_humans=excluded, pick=secrets.randbelow)


def redraw_objections(*, limit: int = 500) -> int:
    """Draw anew where nobody was to be had, or whoever was has let the time pass; how many.

    Inside the caller's transaction (``assistedaccess expire``). Time closes nothing.
    """
    now = clock.now()
    rows = get_session().scalars(
        select(Objection)
        .where(
            Objection.closed_at.is_(None),
            (Objection.due_at <= now) | Objection.drawn_account_id.is_(None),
        )
        .order_by(Objection.due_at, Objection.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    moved = 0
    for row in list(rows):
        moved += _draw_anew(row, now)
    return moved


def _draw_anew(row: Objection, now: datetime) -> bool:
    is_late = row.due_at <= now
    drawn = draw_reviewer(row, but=(row.drawn_human_id,) if row.drawn_human_id else ())
    if is_late:
        row.escalated_at = now
        row.due_at = now + rules.ANSWER_WITHIN
        record(
            Action.OBJECTION_ESCALATED,
            actor=SYSTEM,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            subject=("objection", row.id),
        )
    return drawn or is_late


def check_may_answer(actor: Actor, row: Objection) -> None:
    """Let on the reviewer who was drawn, and auditors of all that it concerns, from elsewhere.

    Raises NotFound for anybody else, NotFromElsewhere where it concerns them.
    """
    if actor.role == Role.AUDITOR:
        own = actor.organisation_id
        remit = set(list_audited_organisations(own)) if own is not None else set()
        concerned = {UUID(each) for each in row.organisation_ids} or {row.organisation_id}
        if not concerned & remit:
            raise NotFound
    elif actor.account_id is None or actor.account_id != row.drawn_account_id:
        raise NotFound
    human_id = actor.human_id
    memberships = _list_memberships([human_id])[human_id] if human_id is not None else set()
    if not rules.is_from_elsewhere(
        find_concerned(row), human_id=human_id, memberships=memberships
    ) or actor.is_same_human(row.raised_by_human_id):
        raise rules.NotFromElsewhere(
            _("This is about your own organisation or your own work."),
            next_step=_("Somebody from elsewhere answers it."),
        )
