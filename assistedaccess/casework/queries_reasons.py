"""Why a look at a person is explained by the work on their cases: the explain port's statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    Uuid,
    and_,
    bindparam,
    exists,
    not_,
    or_,
)

from assistedaccess.access import Role
from assistedaccess.audit import Action
from assistedaccess.audit.explain import BY_THIS_ACCOUNT, Reasons, reasons
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.models import Consent
from assistedaccess.kernel.actor import Actor
from assistedaccess.people.queries import IS_WATCHED

from .models import Case, Task, WaitingPerson
from .rules import CaseState


def explain_by_case(actor: Actor) -> Reasons | None:
    """Why a look is explained: an open case that is the helper's, or their team's.

    The team are those who help at the case's site: a colleague may be ill, or somebody else at the
    counter. At another site of the organisation it explains nothing: there it is a place in the
    queue, an appointment, a task, or the case when it is given to them. Those who help at no site
    are a team of their own, whose cases are those of no site (ADR 0008). Of somebody whom many
    would like to look at, the case is a reason to whose it is alone, and one that they made or took
    themself once the person has said yes to them. Answers explain.
    """
    return _OPEN_CASE if actor.role == Role.HELPER else None


def explain_by_place(actor: Actor) -> Reasons | None:
    """... a place in the queue of one's site today; one that one gave oneself explains nothing. Of
    somebody whom many would like to look at, to who calls them."""
    return _PLACE if actor.role == Role.HELPER else None


def explain_by_task(_actor: Actor) -> Reasons:
    """... a task that a colleague gave them and that is not done, in whichever role.

    One that somebody gave themself explains nothing: whoever has a case to work on needs none.
    """
    return _TASK


def at_site_of(row: Any) -> ColumnElement[bool]:
    """Whether a case, or a place in the queue, is of the site at which the helper helps now.

    No site counts as one: of a helper's parameter site_id.
    """
    here: ColumnElement[bool] = row.site_id.is_not_distinct_from(_SITE)
    return here


def is_for_all(theirs: Any) -> ColumnElement[bool]:
    """Whether what stands at a site is a reason for all who help there; of somebody whom many would
    like to look at it is for the account ``theirs`` alone."""
    return or_(not_(IS_WATCHED), theirs == BY_THIS_ACCOUNT)


_SITE: BindParameter[UUID | None] = bindparam("site_id", type_=Uuid())
_IS_OPEN_HERE = and_(
    Case.person_id == bindparam("person_id"),
    Case.organisation_id == bindparam("organisation_id"),
    Case.state != CaseState.CLOSED,
)
def has_taken(case_id: Any) -> Exists:
    """Whether the helper took a case themself."""
    return exists().where(
        AuditEvent.subject_id == case_id,
        AuditEvent.action == str(Action.CASE_CHANGED),
        AuditEvent.reason_code == "assigned",
        AuditEvent.account_id == BY_THIS_ACCOUNT,
    )


_IS_NOT_OWN_MAKING = or_(
    and_(Case.opened_by != BY_THIS_ACCOUNT, not_(has_taken(Case.id))),
    exists().where(
        Consent.person_id == Case.person_id,
        Consent.account_id == BY_THIS_ACCOUNT,
        Consent.recorded_at >= Case.opened_at,
    ),
)
"""Whether somebody else gave the case to the helper, or the person has said yes to them since."""
_OPEN_CASE = reasons("open_case", "case", Case.id).where(
    _IS_OPEN_HERE,
    or_(
        and_(not_(IS_WATCHED), or_(Case.assigned_to == BY_THIS_ACCOUNT, at_site_of(Case))),
        and_(
            or_(Case.assigned_to == BY_THIS_ACCOUNT, Case.opened_by == BY_THIS_ACCOUNT),
            _IS_NOT_OWN_MAKING,
        ),
    ),
)
WAITS_HERE = and_(
    WaitingPerson.person_id == bindparam("person_id"),
    WaitingPerson.organisation_id == bindparam("organisation_id"),
    at_site_of(WaitingPerson),
    WaitingPerson.arrived_at >= bindparam("this_morning"),
    WaitingPerson.left_at.is_(None),
    WaitingPerson.added_by != bindparam("account_id"),
)
"""A place in the queue of the helper's site today, given by a colleague."""
_PLACE = reasons("queue", "waiting_person", WaitingPerson.id).where(
    WAITS_HERE, is_for_all(WaitingPerson.taken_by)
)
TASK_FROM_COLLEAGUE = and_(
    Task.assigned_to == bindparam("account_id"),
    Task.added_by != bindparam("account_id"),
    Task.done_at.is_(None),
)
"""A task that a colleague gave the helper, and that is not done."""
_TASK = (
    reasons("task", "task", Task.id)
    .join(Case, Case.id == Task.case_id)
    .where(_IS_OPEN_HERE, TASK_FROM_COLLEAGUE)
)
