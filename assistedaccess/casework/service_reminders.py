"""A task that follows from what another organisation, or time, has done to a case."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id

from .models import Case, Task


def remind(
    actor: Actor, case: Case, words: str, *, due_on: date | None = None, added_by: UUID
) -> UUID:
    """A task for who looks after the case, in its organisation, whoever acts; due today, unless
    said otherwise. ``added_by`` is named where no account acts. Returns the task."""
    task = Task(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=case.person_id,
        what=encryption.seal(case.person_id, "task.what", words),
        due_on=due_on or clock.today(),
        assigned_to=case.assigned_to,
        added_at=clock.now(),
        added_by=actor.account_id or added_by,
    )
    get_session().add(task)
    record(
        Action.TASK_ADDED,
        actor=actor,
        person_id=case.person_id,
        organisation_id=case.organisation_id,
        subject=("case", case.id),
        details={"task": str(task.id), "due_on": task.due_on.isoformat()},
    )
    return task.id
