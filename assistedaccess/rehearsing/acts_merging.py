"""Two records of one human: merged, and taken apart again."""

from __future__ import annotations

from typing import Any

from assistedaccess.people import service_merging

from .acts_people import PEOPLE
from .kinds import ByAccount, OfPerson, Text
from .register import act
from .stage import Stage


@act(PEOPLE)
def compare_records(stage: Stage, by: ByAccount, person: OfPerson, kept: OfPerson) -> None:
    """Look at two records side by side: both looks need a reason."""
    service_merging.compare_records(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kept_person_id=stage.person(kept),
    )


@act(PEOPLE)
def merge_records(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    kept: OfPerson,
    why: Text = "They brought both letters, and it is one birth certificate",
) -> Any:
    """Have the record of `person` lead to that of `kept`, as of one human: it waits for a second
    one, and both records were opened for a reason before."""
    return service_merging.merge_records(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        kept_person_id=stage.person(kept),
        why=why,
    )


@act(PEOPLE)
def undo_merge(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    reason: Text = "They are two people: both were here today",
) -> Any:
    """Take the record of `person` apart again from the one to which it leads."""
    return service_merging.undo_merge(
        actor=stage.actor(by, "helper", "safeguarding_lead"),
        person_id=stage.person(person),
        reason=reason,
    )
