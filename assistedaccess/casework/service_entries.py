"""Commands about what hangs on a case: notes, which only grow, and tasks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_may_go_on, reach_person

from . import rules
from .models import Note, Task
from .rules import NoteKind
from .service import check_colleague, lock_case, store_task


class TaskDone(StaleVersion):
    """Somebody has done the task already."""

    reason_code = "task_done"


@command("casework.add_note")
def add_note(
    *,
    actor: Actor,
    case_id: UUID,
    text: str,
    is_sensitive: bool = False,
    request_key: str | None = None,
) -> UUID:
    """Add a note to a case, open or closed. It is never changed; who was wrong adds another."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    once = Once(actor, "casework.add_note", request_key, case_id, text)
    repeated = once.find("note")
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    check_may_go_on(get_person(case.person_id))
    words = read_text("text", text, rules.LONGEST_NOTE, _("Enter the note"))
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    kind = NoteKind.SENSITIVE if is_sensitive else NoteKind.ORDINARY
    note = Note(
        id=new_id(),
        organisation_id=case.organisation_id,
        case_id=case.id,
        sealed_for=case.person_id,
        text=encryption.seal(case.person_id, "note.text", words),
        kind=kind,
        author_id=actor.account_id,
        author_human_id=actor.human_id,
        written_at=clock.now(),
    )
    get_session().add(note)
    record(
        Action.NOTE_ADDED,
        actor=actor,
        person_id=case.person_id,
        subject=("case", case.id),
        reason=str(kind),
        details={"note": str(note.id)},
    )
    return once.keep(note.id)


@command("casework.add_task")
def add_task(
    *,
    actor: Actor,
    case_id: UUID,
    what: str,
    due_on: date,
    assigned_to: UUID | None = None,
    request_key: str | None = None,
) -> UUID:
    """Add a task to a case, for oneself or for a colleague who helps here now."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    once = Once(actor, "casework.add_task", request_key, case_id, what, due_on)
    repeated = once.find("task")
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    check_may_go_on(get_person(case.person_id))
    if case.state == rules.CaseState.CLOSED:
        raise StaleVersion(
            _("This case is closed."), next_step=_("Reopen it before you add a task.")
        )
    if assigned_to is not None and assigned_to != actor.account_id:
        check_colleague(actor, assigned_to)
    owner = assigned_to or actor.account_id
    assert owner is not None  # noqa: S101  (require_may_act refused it)
    return once.keep(store_task(actor, case, "what", what, due_on, owner))


@command("casework.finish_task")
def finish_task(*, actor: Actor, task_id: UUID) -> UUID:
    """Mark a task as done; returns its case. Anybody of the organisation may: it is team work.

    Raises TaskDone when somebody was quicker.
    """
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    task = get_session().get(Task, task_id, with_for_update=True, populate_existing=True)
    if task is None or task.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, task.person_id)
    check_theirs(actor, ("case", task.case_id))
    concerns(subject=("case", task.case_id))
    if task.done_at is not None:
        raise TaskDone(_("This task is done already."))
    _mark_done(actor, task)
    return task.case_id


def finish_if_left(actor: Actor, task_id: UUID | None) -> None:
    """The task is done with what it was for, where there is one that is not done already."""
    if task_id is None:
        return
    task = get_session().get(Task, task_id, with_for_update=True, populate_existing=True)
    if task is not None and task.done_at is None:
        _mark_done(actor, task)


def _mark_done(actor: Actor, task: Task) -> None:
    task.done_at = clock.now()
    task.done_by = actor.account_id
    record(
        Action.TASK_DONE,
        actor=actor,
        person_id=task.person_id,
        subject=("case", task.case_id),
        details={"task": str(task.id)},
    )
