"""Cases, notes, tasks and queues for tests: one by one through the commands, in bulk as rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from assistedaccess.casework import queries, service, service_entries
from assistedaccess.casework.models import Case, Note, Task, WaitingPerson
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.transactions import reading, run_transaction


def make_case(actor: Actor, person_id: UUID, **fields: Any) -> CaseDetails:
    """An open case; ``fields`` are arguments of the command. Earlier first contacts are known."""
    first = fields.setdefault("first_contact_on", clock.today())
    if first < clock.today():
        fields.setdefault("first_contact_basis", "the call book")
    fields = {"need": "Renew the Blue Badge", "why_help": ["no_skill"], **fields}
    case_id = service.open_case(actor=actor, person_id=person_id, **fields)
    return get_case(actor, case_id)


def get_case(actor: Actor, case_id: UUID) -> CaseDetails:
    """The case as it stands."""
    with reading():
        return queries.get_case(actor, case_id)


def close_case(actor: Actor, case: CaseDetails, reason: str = "done") -> CaseDetails:
    """The case, closed."""
    service.close_case(actor=actor, case_id=case.id, version=case.version, reason=reason)
    return get_case(actor, case.id)


def add_task(
    actor: Actor, case: CaseDetails, what: str = "Ring the council", due_on: date | None = None
) -> UUID:
    """Something to do, tomorrow unless said otherwise."""
    return service_entries.add_task(
        actor=actor,
        case_id=case.id,
        what=what,
        due_on=due_on or clock.today() + timedelta(days=1),
    )


def fill(actor: Actor, person_ids: list[UUID], cases: int) -> None:
    """Many open cases at the actor's organisation, each with a claim date, a task and a note, and
    as many people in the queue: rows as the commands would write them, without their events."""

    def write() -> None:
        session = get_session()
        now, today = clock.now(), clock.today()
        assert actor.organisation_id is not None
        assert actor.account_id is not None
        called = encryption.seal(actor.organisation_id, "waiting_person.called", "Mo")
        for number in range(cases):
            person_id = person_ids[number % len(person_ids)]
            case_id = new_id()
            session.add(
                Case(
                    id=case_id,
                    reference=new_reference("C"),
                    organisation_id=actor.organisation_id,
                    site_id=actor.site_id,
                    person_id=person_id,
                    need=encryption.seal(person_id, "case.need", f"Need {number}"),
                    service="attendance-allowance",
                    why_help="trust",
                    first_contact_on=today,
                    keep_date_by=today + timedelta(days=number % 40),
                    state="open",
                    opened_at=now,
                    opened_by=actor.account_id,
                    assigned_to=actor.account_id,
                    version=1,
                )
            )
            session.flush()
            session.add(
                Task(
                    id=new_id(),
                    organisation_id=actor.organisation_id,
                    case_id=case_id,
                    person_id=person_id,
                    what=encryption.seal(person_id, "task.what", f"Task {number}"),
                    due_on=today + timedelta(days=number % 5),
                    assigned_to=actor.account_id,
                    added_at=now,
                    added_by=actor.account_id,
                )
            )
            session.add(_note(actor, case_id, person_id, f"Note {number}"))
            session.add(
                WaitingPerson(
                    id=new_id(),
                    organisation_id=actor.organisation_id,
                    site_id=actor.site_id,
                    called=called,
                    arrived_at=now,
                    added_by=actor.account_id,
                )
            )

    run_transaction(write)


def fill_story(actor: Actor, case: CaseDetails, notes: int) -> None:
    """Many notes in one case, as rows."""

    def write() -> None:
        for number in range(notes):
            get_session().add(_note(actor, case.id, case.person_id, f"Note {number}"))

    run_transaction(write)


def _note(actor: Actor, case_id: UUID, person_id: UUID, text: str) -> Note:
    return Note(
        id=new_id(),
        organisation_id=actor.organisation_id,
        case_id=case_id,
        sealed_for=person_id,
        text=encryption.seal(person_id, "note.text", text),
        kind="ordinary",
        author_id=actor.account_id,
        author_human_id=actor.human_id,
        written_at=clock.now(),
    )
