"""Why a look at a person is explained by the work on their cases: the explain port's statements."""

from __future__ import annotations

from sqlalchemy import Uuid, and_, bindparam, func, or_

from assistedaccess.access import Role
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel.actor import Actor

from .models import Case, Task, WaitingPerson
from .rules import CaseState


def explain_by_case(actor: Actor) -> Reasons | None:
    """Why a look is explained: an open case that is the helper's, or their team's.

    The team are those who help at the case's site: a colleague may be ill, or somebody else at the
    counter. At another site of the organisation it explains nothing: there it is a place in the
    queue, an appointment, a task, or the case when it is given to them. A case of no site is the
    whole organisation's, and a helper of no site helps at all of them. Answers explain.
    """
    return _OPEN_CASE if actor.role == Role.HELPER else None


def explain_by_place(actor: Actor) -> Reasons | None:
    """... a place in the organisation's queue today; one that one gave oneself explains nothing."""
    return _PLACE if actor.role == Role.HELPER else None


def explain_by_task(_actor: Actor) -> Reasons:
    """... a task that is not done, to whoever has to do it, in whichever role."""
    return _TASK


_IS_OPEN_HERE = and_(
    Case.person_id == bindparam("person_id"),
    Case.organisation_id == bindparam("organisation_id"),
    Case.state != CaseState.CLOSED,
)
_OPEN_CASE = reasons("open_case", "case", Case.id).where(
    _IS_OPEN_HERE,
    or_(
        Case.assigned_to == bindparam("account_id"),
        Case.site_id.is_(None),
        func.coalesce(bindparam("site_id", type_=Uuid()), Case.site_id) == Case.site_id,
    ),
)
_PLACE = reasons("queue", "waiting_person", WaitingPerson.id).where(
    WaitingPerson.person_id == bindparam("person_id"),
    WaitingPerson.organisation_id == bindparam("organisation_id"),
    WaitingPerson.arrived_at >= bindparam("this_morning"),
    WaitingPerson.left_at.is_(None),
    WaitingPerson.added_by != bindparam("account_id"),
)
_TASK = (
    reasons("task", "task", Task.id)
    .join(Case, Case.id == Task.case_id)
    .where(
        _IS_OPEN_HERE,
        Task.assigned_to == bindparam("account_id"),
        Task.done_at.is_(None),
    )
)
