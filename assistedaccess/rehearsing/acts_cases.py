"""Cases: opened, closed, looked into; notes and concerns."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from assistedaccess.casework import queries, service_concerns, service_entries
from assistedaccess.casework import service as casework
from assistedaccess.casework.models import Case
from assistedaccess.casework.rules import CloseReason, WhyHelp
from assistedaccess.casework.rules_concerns import ConcernKind
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from .kinds import ByAccount, Day, OfPerson, Text, Yes, choice, many
from .language_world import THING
from .register import act
from .stage import Stage
from .world import reference_of

CASES = "Cases"
OfCase = Annotated[str | None, THING["case"]]


@act(CASES, makes="case")
def open_case(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    need: Text = "Help with a form",
    service: Text | None = None,
    why_help: Annotated[list[str], many(choice(WhyHelp))] = ["no_skill"],  # noqa: B006
    first_contact: Day | None = None,
    first_contact_basis: Text = "the call book",
) -> Any:
    """Open a case for one thing that a person needs done."""
    return open_a_case(
        stage,
        stage.actor(by, "helper"),
        person,
        need=need,
        service=service,
        why_help=why_help,
        first_contact_on=stage.day(first_contact),
        first_contact_basis=first_contact_basis,
    )


def open_a_case(stage: Stage, actor: Actor, person: str, **given: Any) -> UUID:
    """Open it, on today's first contact unless an earlier one is given."""
    today = clock.today()
    first = given.pop("first_contact_on", None) or today
    basis = given.pop("first_contact_basis", None)
    made = casework.open_case(
        actor=actor,
        person_id=stage.person(person),
        first_contact_on=first,
        first_contact_basis=basis if first < today else None,
        request_key=new_request_key(),
        **{"need": "Help with a form", "why_help": ["no_skill"], **given},
    )
    stage.keep("case", made, person)
    stage.keep_case(actor, person, made)
    return made


def _version(actor: Actor, case_id: UUID) -> int:
    with reading():
        return queries.get_case(actor, case_id).version


@act(CASES)
def close_case(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Annotated[str, choice(CloseReason)] = "done",
    case: OfCase = None,
) -> None:
    """Close a case."""
    actor = stage.actor(by, "helper")
    case_id = stage.find("case", case, person)
    casework.close_case(
        actor=actor, case_id=case_id, version=_version(actor, case_id), reason=reason
    )


@act(CASES)
def reopen_case(stage: Stage, by: ByAccount, person: OfPerson, case: OfCase = None) -> None:
    """Open a closed case again."""
    actor = stage.actor(by, "helper")
    case_id = stage.find("case", case, person)
    casework.reopen_case(actor=actor, case_id=case_id, version=_version(actor, case_id))


@act(CASES)
def open_case_record(stage: Stage, by: ByAccount, person: OfPerson, case: OfCase = None) -> None:
    """Look into a case."""
    case_id = stage.find("case", case, person)
    actor = stage.actor(by, "helper")
    with reading() as session:
        reference = session.get_one(Case, case_id).reference
    casework.view_case(actor=actor, reference=reference)


@act(CASES)
def add_note(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    text: Text,
    is_sensitive: Yes = False,
    case: OfCase = None,
) -> None:
    """Write a note into a case."""
    service_entries.add_note(
        actor=stage.actor(by, "helper"),
        case_id=stage.find("case", case, person),
        text=text,
        is_sensitive=is_sensitive,
        request_key=new_request_key(),
    )


@act(CASES)
def raise_concern(
    stage: Stage,
    by: ByAccount,
    kinds: Annotated[list[str], many(choice(ConcernKind))],
    seen: Text,
    person: OfPerson | None = None,
    is_urgent: Yes = False,
) -> None:
    """Raise a concern about somebody's safety, to the safeguarding lead alone."""
    service_concerns.raise_concern(
        actor=stage.actor(by, "helper"),
        kinds=kinds,
        seen=seen,
        is_urgent=is_urgent,
        about=reference_of(stage.person(person)) if person else "",
        request_key=new_request_key(),
    )
