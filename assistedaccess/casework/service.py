"""Commands about cases: open, assign, let wait, close, reopen. Notes and tasks: service_entries."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.explain import check_theirs
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_may_begin, load_reached, reach_person, tell

from . import queries, queries_handover, rules
from .events import CaseClosed
from .models import Case, Task
from .rules import CaseState, CloseReason
from .service_closings import count_help


def lock_case(actor: Actor, case_id: UUID | ScalarSelect[UUID], *, is_beside: bool = False) -> Case:
    """The case, locked, where it is the actor's organisation's; by its id, or what finds it.

    ``is_beside``: for what is done on something in it, which the caller knows to be theirs.
    Raises NotFound.
    """
    row = get_session().scalar(
        select(Case)
        .where(Case.id == case_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)  # nobody works on their own case, or on a relative's
    if not is_beside:
        check_theirs(actor, ("case", row.id))
    concerns(subject=("case", row.id))
    return row


def _lock_shown(actor: Actor, case_id: UUID, version: int) -> Case:
    """As lock_case; StaleVersion when the case is no longer as the page showed it."""
    row = lock_case(actor, case_id)
    if row.version != version:
        raise StaleVersion(
            _("Somebody else changed this case after you opened the page."),
            next_step=_("Open the case again, see what is new, and decide then."),
        )
    return row


def lock_open_case(actor: Actor, case_id: UUID) -> Case:
    """As lock_case. Raises StaleVersion where it is closed."""
    row = lock_case(actor, case_id)
    if row.state == CaseState.CLOSED:
        raise StaleVersion(_("This case is closed."), next_step=_("Reopen the case first."))
    return row


def check_colleague(actor: Actor, account_id: UUID, field: str = "assigned_to") -> None:
    """Raise InvalidInput unless that account helps at the actor's organisation now."""
    if account_id not in {colleague.account_id for colleague in queries.list_colleagues(actor)}:
        raise InvalidInput(field, _("Select a colleague who helps here now"))


@command("casework.open_case")
def open_case(
    *,
    actor: Actor,
    person_id: UUID,
    need: str,
    why_help: list[str],
    first_contact_on: date,
    first_contact_basis: str | None = None,
    service: str | None = None,
    first_task: str | None = None,
    first_task_due_on: date | None = None,
    request_key: str | None = None,
) -> UUID:
    """Open a case for a person at the actor's organisation; returns its id.

    ``first_contact_on`` is the day on which the person first asked: it protects a claim's date,
    so a day before today needs ``first_contact_basis``, how that is known.
    """
    require(actor, Permission.CASE_OPEN)
    require_may_act(actor)
    once = Once(actor, "casework.open_case", request_key, person_id, need)
    repeated = once.find("case")
    if repeated is not None:
        return repeated
    check_may_begin(reach_person(actor, person_id, lock=True))
    need = read_text("need", need, rules.LONGEST_NEED, _("Enter what needs to be done"))
    basis = _check_first_contact(first_contact_on, first_contact_basis)
    try:
        reasons = rules.join_reasons(why_help)
    except ValueError as error:
        raise InvalidInput("why_help", _("Select why the person needs help")) from error
    sealed_basis = (
        encryption.seal(person_id, "case.first_contact_basis", basis) if basis is not None else None
    )
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    row = Case(
        id=new_id(),
        reference=new_reference("C"),
        organisation_id=actor.organisation_id,
        site_id=actor.site_id,
        person_id=person_id,
        need=encryption.seal(person_id, "case.need", need),
        why_help=reasons,
        first_contact_on=first_contact_on,
        first_contact_basis=sealed_basis,
        state=CaseState.OPEN,
        opened_at=clock.now(),
        opened_by=actor.account_id,
        assigned_to=actor.account_id,
        version=1,
    )
    set_service(row, service)
    get_session().add(row)
    get_session().flush()
    record(
        Action.CASE_OPENED,
        actor=actor,
        person_id=person_id,
        subject=("case", row.id),
        service=row.service,
        details={"first_contact_on": first_contact_on.isoformat(), "how_known": basis or ""},
    )
    tell(actor, person_id, NoticeKind.CASE_OPENED, _facts(row))
    if first_task:
        store_task(actor, row, "first_task", first_task, first_task_due_on, actor.account_id)
    return once.keep(row.id)


def _facts(row: Case) -> dict[str, str]:
    # The person's own words may say what nobody else should read: the service's name alone.
    entry = queries.find_service_entry(row.service) if row.service else None
    if entry is None:
        return {}
    return {"need": entry.name.in_language(get_person(row.person_id).language)}


def _check_first_contact(first_contact_on: date, basis: str | None) -> str | None:
    today = clock.today()
    if first_contact_on > today:
        raise InvalidInput(
            "first_contact_on", _("Date of first contact must be today or in the past")
        )
    if first_contact_on.year < today.year - rules.OLDEST_FIRST_CONTACT_YEARS:
        raise InvalidInput("first_contact_on", _("Check the year of the first contact"))
    if first_contact_on == today:
        return None
    return read_text(
        "first_contact_basis",
        basis,
        rules.LONGEST_BASIS,
        _("Enter how you know the date of first contact"),
    )


def set_service(row: Case, service: str | None) -> None:
    """Say which service the case is about, and until when its claim keeps its date.

    For commands that have the case locked. A case is about one service: once said, it stays.
    """
    if row.service is not None or service is None:
        return
    entry = queries.find_service_entry(service)
    if entry is None:
        raise InvalidInput("service", _("Select a service from the list"))
    row.service = service
    days = entry.claim_date.days if entry.claim_date.protected else None
    row.keep_date_by = rules.keep_date_by(row.first_contact_on, days)


def mark_claim_sent(row: Case, sent_on: date) -> None:
    """Note that the claim has gone: its date is at risk no longer. The first day counts.

    For commands that have the case locked, such as the submitting of an application.
    """
    if row.claim_sent_on is None:
        row.claim_sent_on = sent_on


def store_task(
    actor: Actor, row: Case, field: str, what: str, due_on: date | None, assigned_to: UUID
) -> UUID:
    """Add a task to a locked case, and record it; ``field`` is where an error is shown."""
    text = read_text(field, what, rules.LONGEST_TASK, _("Enter what has to be done"))
    today = clock.today()
    if due_on is None or due_on < today:
        raise InvalidInput(f"{field}_due_on", _("Date of the task must be today or in the future"))
    if due_on.year > today.year + rules.FURTHEST_TASK_YEARS:
        raise InvalidInput(f"{field}_due_on", _("Check the year of the task"))
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    task = Task(
        id=new_id(),
        organisation_id=row.organisation_id,
        case_id=row.id,
        person_id=row.person_id,
        what=encryption.seal(row.person_id, "task.what", text),
        due_on=due_on,
        assigned_to=assigned_to,
        added_at=clock.now(),
        added_by=actor.account_id,
    )
    get_session().add(task)
    record(
        Action.TASK_ADDED,
        actor=actor,
        person_id=row.person_id,
        subject=("case", row.id),
        details={"task": str(task.id), "due_on": due_on.isoformat()},
    )
    return task.id


@command("casework.assign_case")
def assign_case(*, actor: Actor, case_id: UUID, version: int, account_id: UUID) -> UUID:
    """Give a case to a colleague, and with it what its present owner still has to do for it."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = _lock_shown(actor, case_id, version)
    check_colleague(actor, account_id)
    former = row.assigned_to
    row.assigned_to = account_id
    row.version += 1
    left = select(Task).where(
        Task.case_id == row.id, Task.done_at.is_(None), Task.assigned_to == former
    )
    for task in get_session().scalars(left.with_for_update()):
        task.assigned_to = account_id
    record(
        Action.CASE_CHANGED,
        actor=actor,
        person_id=row.person_id,
        subject=("case", row.id),
        reason="assigned",
        details={"from": str(former), "to": str(account_id)},
    )
    return row.id


@command("casework.set_waiting")
def set_waiting(*, actor: Actor, case_id: UUID, version: int, waits: bool) -> UUID:
    """Say that a case waits for somebody outside, or that there is something to do here again."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = _lock_shown(actor, case_id, version)
    if row.state == CaseState.CLOSED:
        raise StaleVersion(
            _("This case is closed."), next_step=_("Reopen it before you change it.")
        )
    row.state = CaseState.WAITING if waits else CaseState.OPEN
    row.version += 1
    record(
        Action.CASE_CHANGED,
        actor=actor,
        person_id=row.person_id,
        subject=("case", row.id),
        reason=str(row.state),
    )
    return row.id


@command("casework.close_case")
def close_case(
    *,
    actor: Actor,
    case_id: UUID,
    version: int,
    reason: str,
    counted: dict[str, str] | None = None,
) -> UUID:
    """Close a case. Tasks that are not done rest with it, and come back when it is reopened; times
    that are booked for it are cancelled, and the person is told.

    ``counted``: what the helper said of the help that it took (service_closings); never required.

    Of two people who close it at once one wins; the other sees StaleVersion.
    """
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = _lock_shown(actor, case_id, version)
    if row.state == CaseState.CLOSED:
        raise StaleVersion(_("This case is closed already."))
    if queries_handover.find_offer(row.id) is not None:
        raise StaleVersion(
            _("This case is offered to another organisation."),
            next_step=_("Take the offer back first, or wait for the answer."),
        )
    row.close_reason = read_word("reason", reason, CloseReason, _("Select why the case is closed"))
    row.state = CaseState.CLOSED
    row.closed_at = clock.now()
    row.closed_by = actor.account_id
    row.version += 1
    count_help(actor, row, counted or {})
    record(
        Action.CASE_CLOSED,
        actor=actor,
        person_id=row.person_id,
        subject=("case", row.id),
        reason=row.close_reason,
    )
    tell(actor, row.person_id, NoticeKind.CASE_CLOSED, _facts(row))
    publish(CaseClosed(row.id, actor))
    return row.id


@command("casework.reopen_case")
def reopen_case(*, actor: Actor, case_id: UUID, version: int) -> UUID:
    """Open a closed case again; its date of first contact stands."""
    require(actor, Permission.CASE_CHANGE)
    require_may_act(actor)
    row = _lock_shown(actor, case_id, version)
    if row.state != CaseState.CLOSED:
        raise StaleVersion(_("This case is open already."))
    wake_case(actor, row)
    return row.id


def wake_case(actor: Actor, row: Case) -> None:
    """Open a locked case again where it is closed: something has come up that must be done."""
    if row.state != CaseState.CLOSED:
        return
    row.state = CaseState.OPEN
    row.closed_at = row.closed_by = row.close_reason = None
    row.version += 1
    record(
        Action.CASE_REOPENED,
        actor=actor,
        person_id=row.person_id,
        subject=("case", row.id),
    )


@command("casework.view_case")
def view_case(
    *, actor: Actor, reference: str, stated_reason: str | None = None
) -> queries.CaseDetails:
    """The organisation's case with that reference, the look recorded first.

    The reason is what the records say, else ``stated_reason``, else what this account said within
    the last hour. Raises NotFound, OwnRecord, RelativesRecord, ReasonNeeded.
    """
    require(actor, Permission.CASE_VIEW)
    case = queries.get_case_by_reference(actor, reference)
    _person, found = load_reached(actor, case.person_id, lock=False)
    concerns(subject=("case", case.id))
    record_look(
        Action.CASE_VIEWED,
        actor=actor,
        person_id=case.person_id,
        subject=("case", case.id),
        stated_reason=stated_reason or found.stated,
        needs_details=True,
    )
    return case
