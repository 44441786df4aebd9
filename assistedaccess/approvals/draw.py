"""The draw: the system chooses who decides, at random, never the same human."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.organisations.queries import list_role_holders

from . import rules
from .models import PendingAct, PendingActDraw
from .rules import Candidate, EndOfDraw, State
from .sealing import open_arguments

ASKED_ANEW = timedelta(days=90)
"""For so long the same question goes to whoever had it before (a starting value)."""

Exclusion = Callable[[str, Mapping[str, Any], UUID | None], set[UUID]]

_exclusions: list[Exclusion] = []


def register_exclusion(exclusion: Exclusion) -> None:
    """Have ``exclusion(command, arguments, person_id)`` name humans who must never decide.

    Such as the human whom it is about. Said twice: once.
    """
    if exclusion not in _exclusions:
        _exclusions.append(exclusion)


def list_excluded_humans(row: PendingAct, arguments: Mapping[str, Any] | None) -> set[UUID]:
    """Who must never decide on this act: who asked, and who is concerned.

    Without arguments, once they are erased, there is nothing left to be concerned by.
    """
    excluded = {row.human_id} if row.human_id is not None else set()
    refused = find_refusal(row)
    if refused is not None and refused.drawn_human_id is not None:
        excluded.add(refused.drawn_human_id)
    if arguments is None:
        return excluded
    for exclusion in _exclusions:
        excluded |= exclusion(row.command, arguments, row.person_id)
    return excluded


def find_refusal(row: PendingAct) -> PendingAct | None:
    """The refusal that ``row`` is to look at again; None where it is no second look.

    What was held anew at its release follows one that failed.
    """
    if row.follows_id is None:
        return None
    before = get_session().get_one(PendingAct, row.follows_id)
    return before if before.state == State.REFUSED else None


def may_be_looked_at_again(row: PendingAct) -> bool:
    """Whether another human may look at it: at a refusal, once. What follows it, others check."""
    return row.state == State.REFUSED and find_refusal(row) is None


def list_candidates(
    command: str, organisation_id: UUID | None, deciding_role: str | None = None
) -> list[Candidate]:
    """Everybody who could decide on ``command`` for that organisation now.

    ``deciding_role``: of these nobody but who holds that role.
    """
    roles = frozenset({deciding_role}) if deciding_role else rules.roles_that_decide(command)
    if rules.is_drawn_from_all(command):
        organisation_id = None
    holders = list_role_holders(
        roles - {"administrator"}, organisation_id=organisation_id, with_pool=True
    )
    if "administrator" in roles:
        holders += list_role_holders({"administrator"})
    return [
        Candidate(holder.account_id, holder.human_id, holder.organisation_id, holder.role)
        for holder in holders
    ]


def draw_reviewer(row: PendingAct, arguments: Mapping[str, Any] | None) -> bool:
    """Draw who decides on ``row``, and set the clock. False when nobody is eligible.

    Who handed it back is never asked again; who let a deadline pass, only when nobody else is
    left.
    """
    never = list_excluded_humans(row, arguments)
    drawn = _list_drawn(row)
    never |= {each.human_id for each in drawn if each.end_reason == EndOfDraw.HANDED_BACK}
    late = {each.human_id for each in drawn if each.end_reason == EndOfDraw.ESCALATED}
    before = [each.human_id for each in drawn if each.end_reason == EndOfDraw.WITHDRAWN][-1:]
    candidates = list_candidates(row.command, row.organisation_id, row.deciding_role)
    known = [each for each in candidates if each.human_id in before]
    chosen = (
        _draw(known, never | late) or _draw(candidates, never | late) or _draw(candidates, never)
    )
    now = clock.now()
    row.due_at = now + timedelta(hours=rules.review_hours(row.command))
    if chosen is None:
        return False
    row.drawn_account_id = chosen.account_id
    row.drawn_human_id = chosen.human_id
    row.drawn_organisation_id = chosen.organisation_id
    row.drawn_role = chosen.role
    row.drawn_at = now
    get_session().add(
        PendingActDraw(
            id=new_id(),
            pending_act_id=row.id,
            account_id=chosen.account_id,
            human_id=chosen.human_id,
            organisation_id=chosen.organisation_id,
            drawn_at=now,
        )
    )
    record(
        Action.PENDING_ACT_DRAWN,
        actor=SYSTEM,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
        details={"reviewer": str(chosen.account_id), "human": str(chosen.human_id)},
    )
    return True


def _list_drawn(row: PendingAct) -> Sequence[PendingActDraw]:
    """Who was drawn for it, oldest first; and who was when the same was asked for this person, and
    taken back, within ASKED_ANEW.

    They are drawn again: else one asks and takes back until the draw falls on a friend (A42).
    """
    asked_before = and_(
        PendingAct.person_id.is_not(None),  # two acts about nobody have nothing in common
        PendingAct.person_id == row.person_id,
        PendingAct.command == row.command,
        PendingActDraw.end_reason == EndOfDraw.WITHDRAWN,
        PendingActDraw.ended_at > clock.now() - ASKED_ANEW,
    )
    return (
        get_session()
        .scalars(
            select(PendingActDraw)
            .join(PendingAct, PendingAct.id == PendingActDraw.pending_act_id)
            .where(or_(PendingAct.id == row.id, asked_before))
            .order_by(PendingActDraw.id)
        )
        .all()
    )


def seems_drawn(row: PendingAct) -> bool:
    """Whether, to who asked and their manager, somebody is there to decide on ``row``.

    Where one role alone decides, they are told what they would be told of any other act: whether
    that role is held by anybody would give it away, and so would a page that asks for less.
    """
    never = list_excluded_humans(row, open_arguments(row))
    could_be = any(
        candidate.human_id not in never
        for candidate in list_candidates(row.command, row.organisation_id)
    )
    return row.drawn_account_id is not None if row.deciding_role is None else could_be


def _draw(candidates: list[Candidate], excluded: set[UUID]) -> Candidate | None:
    return rules.draw(candidates, excluded_humans=excluded, pick=secrets.randbelow)


def find_draw(row: PendingAct) -> PendingActDraw | None:
    """The draw by which somebody is asked now."""
    return (
        get_session()
        .scalars(
            select(PendingActDraw)
            .where(PendingActDraw.pending_act_id == row.id, PendingActDraw.ended_at.is_(None))
            .order_by(PendingActDraw.id.desc())
            .limit(1)
        )
        .one_or_none()
    )


def end_draw(row: PendingAct, why: EndOfDraw, words: bytes | None = None) -> None:
    """Ask whoever was drawn no longer. ``words`` are sealed like the act's own."""
    drawn = find_draw(row)
    if drawn is not None:
        drawn.ended_at = clock.now()
        drawn.end_reason = why
        drawn.words = words
        get_session().flush()


def undraw(row: PendingAct) -> None:
    """Nobody is asked any more."""
    row.drawn_account_id = row.drawn_human_id = row.drawn_organisation_id = None
    row.drawn_role = row.drawn_at = None
