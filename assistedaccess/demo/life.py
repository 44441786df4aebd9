"""What has happened in the town: cases in every state, a delegation, and who waits today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.casework import service as casework
from assistedaccess.casework import (
    service_appointments,
    service_entries,
    service_groups,
    service_queue,
    service_register,
)
from assistedaccess.casework.models import Case
from assistedaccess.consent import service as consent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.models import Person

from .changes import report_changes
from .help import fill_in, record_help
from .law import record_what_the_law_gives
from .money import move_money
from .online import say_yes_online
from .people import PEOPLE
from .town import Town
from .unsafe import call_for_help
from .walking import WalkingClock
from .yeses import agree, ask, confirm


@dataclass(frozen=True)
class Matter:
    """One case to be opened: ``days_ago``, and what came of it."""

    need: str
    service: str | None
    why: tuple[str, ...]
    then: str
    task: str = ""
    task_in_days: int = 7


MATTERS = (
    Matter(
        "Help with the Attendance Allowance form",
        "attendance-allowance",
        ("disability",),
        "half",
        "Ask the surgery for the list of medicines",
        3,
    ),
    Matter(
        "Blue Badge runs out, needs a new one", "blue-badge", ("no_device", "no_skill"), "submitted"
    ),
    Matter(
        "Cannot pay the council tax since hours were cut",
        "council-tax-reduction",
        ("no_connection",),
        "started",
        "Bring the last two payslips",
        5,
    ),
    Matter("Bus pass for older people", None, ("no_device",), "helped_and_closed"),
    Matter("Letter from the council, does not understand it", None, ("language",), "note"),
    Matter(
        "Wants to vote, has no photo ID",
        None,
        ("trust", "no_skill"),
        "waiting",
        "Ring the elections office",
        -2,
    ),
    Matter("Asked for a Blue Badge, then moved away", "blue-badge", ("other",), "closed"),
    Matter(
        "Attendance Allowance for her night care",
        "attendance-allowance",
        ("disability", "no_device"),
        "only_opened",
        "Ring the claim line for the form",
        1,
    ),
)

DELEGATIONS = (
    # who, by which place in PEOPLE; the witness; a money limit in pence, or None
    (0, "Marjorie Bell", "neighbour", None),
    (9, "Peter Hall", "caretaker at the church hall", 20_000),
    (19, "Peter Hall", "caretaker at the church hall", 80_000),
)
"""The last one is over the sum that a second human looks at: it waits."""


ONLINE = 3
"""Who is online, by their place in PEOPLE: registered by another helper than the one who asks."""


def live(
    town: Town, people: dict[int, UUID], walking: WalkingClock, tick: Callable[[], None]
) -> None:
    """Open a case for most of the people, day by day, and do what they asked for."""
    count = len(people)
    for number, person_id in people.items():
        walking.go_to_day((number * 55) // count)
        if number % 6 != 5:
            matter = MATTERS[number % len(MATTERS)]
            due_on = clock.local(walking.ends).date() + timedelta(days=matter.task_in_days)
            _work_on(town.actor(PEOPLE[number].at), person_id, matter, number, due_on)
        tick()
    agree(town, people, walking)
    for place, witness, role, limit in DELEGATIONS:
        _delegate(town.actor(PEOPLE[place].at), people[place], witness, role, limit)
    say_yes_online(town.actor("priya@example.org"), people[ONLINE])
    record_what_the_law_gives(town, people)
    report_changes(town, people)
    leila = next(number for number, each in enumerate(PEOPLE) if each.name == "Leila Haddad")
    call_for_help(town.actor(PEOPLE[leila].at), town.actor("priya@example.org"), people[leila])
    move_money(town.actor("priya@example.org"), town.actor("grace@example.org", Role.MANAGER))
    walking.go_to_end()
    for email, called in (("priya@example.org", "Number 14"), ("tom@example.org", "Doreen")):
        service_queue.add_waiting_person(actor=town.actor(email), called=called)
    _book_times(town.actor("priya@example.org"))
    _plan_groups(town.actor("priya@example.org"), town.actor("tom@example.org"))


def _book_times(actor: Actor) -> None:
    """Tomorrow's appointments of one helper: at the desk, and by telephone with an interpreter."""
    with reading() as session:
        cases = session.scalars(
            select(Case.id)
            .where(Case.assigned_to == actor.account_id, Case.state == "open")
            .order_by(Case.id)
            .limit(2)
        ).all()
    tomorrow = clock.today() + timedelta(days=1)
    for case_id, at, kind, interpreter in zip(
        cases, (time(10, 30), time(14)), ("desk", "telephone"), (None, "spoken"), strict=False
    ):
        service_appointments.book_appointment(
            actor=actor,
            case_id=case_id,
            kind=kind,
            day=tomorrow,
            at=at,
            minutes=30,
            interpreter=interpreter,
            note="Bring the last letter from the council.",
            request_key=new_request_key(),
        )


def _plan_groups(leader: Actor, colleague: Actor) -> None:
    """Two series: one for anybody, with somebody on its register, and one that hides its topic."""
    assert leader.account_id is not None  # noqa: S101
    assert colleague.account_id is not None  # noqa: S101
    with reading() as session:
        person = session.scalars(
            select(Person.reference)
            .join(Case, Case.person_id == Person.id)
            .where(Case.assigned_to == leader.account_id, Case.state == "open")
            .order_by(Case.id.desc())
            .limit(1)
        ).one()
    for topic, is_private, at, leaders in (
        ("Help with forms", False, 15, [leader.account_id, colleague.account_id]),
        ("Out of debt, step by step", True, 17, [leader.account_id]),
    ):
        made = service_groups.plan_group_session(
            actor=leader,
            topic=topic,
            is_private=is_private,
            kind="room",
            room="Upstairs",
            day=clock.today() + timedelta(days=1),
            begins=time(at),
            ends=time(at + 1, 30),
            places=8,
            leaders=leaders,
            weeks=4,
            request_key=new_request_key(),
        )
        service_register.put_on_register(
            actor=colleague if not is_private else leader,
            session_id=made,
            person_reference=person,
            request_key=new_request_key(),
        )


def _work_on(actor: Actor, person_id: UUID, matter: Matter, number: int, due_on: date) -> None:
    today = clock.today()
    earlier = number % 4 == 0
    case_id = casework.open_case(
        actor=actor,
        person_id=person_id,
        need=matter.need,
        why_help=list(matter.why),
        first_contact_on=today - timedelta(days=2) if earlier else today,
        first_contact_basis="Rang the desk; it is in the call book." if earlier else None,
        service=matter.service,
        first_task=matter.task or None,
        # Tasks are due around the day on which the demonstration is looked at.
        first_task_due_on=max(today, due_on) if matter.task else None,
        request_key=new_request_key(),
    )
    if matter.then in ("half", "submitted", "started") and matter.service:
        _assist(actor, person_id, case_id, matter.service, matter.need)
        fill_in(actor, case_id, matter.service, matter.then, PEOPLE[number])
    elif matter.then == "helped_and_closed":
        _assist(actor, person_id, case_id, None, matter.need)
        record_help(actor, person_id, case_id, matter.need)
        _close(actor, case_id, "done")
    elif matter.then == "note":
        service_entries.add_note(
            actor=actor,
            case_id=case_id,
            text="Read the letter out. It is a reminder about bins. Nothing is owed.",
            request_key=new_request_key(),
        )
    elif matter.then == "waiting":
        casework.set_waiting(actor=actor, case_id=case_id, version=_version(case_id), waits=True)
    elif matter.then == "closed":
        _close(actor, case_id, "not_wanted")


def _version(case_id: UUID) -> int:
    with reading() as session:
        return session.scalars(select(Case.version).where(Case.id == case_id)).one()


def _close(actor: Actor, case_id: UUID, reason: str) -> None:
    casework.close_case(actor=actor, case_id=case_id, version=_version(case_id), reason=reason)


def _assist(
    actor: Actor, person_id: UUID, case_id: UUID, service: str | None, purpose: str
) -> UUID:
    return consent.record_assisting_consent(
        actor=actor,
        person_id=person_id,
        case_id=case_id,
        service=service,
        purpose=purpose,
        request_key=new_request_key(),
    )


def _delegate(
    actor: Actor, person_id: UUID, witness: str, role: str, limit_pence: int | None
) -> None:
    """Representing, step by step as the pages do it: read aloud, said back, before a witness."""
    powers = ["fill_in", "submit", "report_change"] + (["pay"] if limit_pence else [])
    request_id = ask(
        actor,
        person_id,
        powers=powers,
        purpose="Help with my council tax while I am in and out of hospital",
        limit_pence=limit_pence,
    )
    given = {
        "witness_name": witness,
        "witness_role": role,
        "witness_family": "no",
        "witness_lives": "elsewhere",
        "witness_paid": "no",
    }
    confirm(actor, request_id, "witness", given)
