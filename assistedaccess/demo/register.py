"""The people of the town are registered, each at a desk, and what was seen of them is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.people import service_identity, service_register

from .people import LEVELS, PEOPLE, DemoPerson
from .town import Town


def register_people(town: Town, tick: Callable[[], None]) -> dict[int, UUID]:
    """The ids of the people, by their place in PEOPLE."""
    made = {}
    for number, person in enumerate(PEOPLE):
        made[number] = _register(town, person)
        tick()
    return made


def _register(town: Town, person: DemoPerson) -> UUID:
    actor = town.actor(person.at)
    values: dict[str, Any] = {"nation": "england", **person.more}
    if person.street:
        values |= {
            "housing": "address",
            "address": {
                "line_1": person.street,
                "town": "Millbrook",
                # MB is no postcode area: nobody lives there.
                "postcode": f"MB{len(person.street) % 9 + 1} 4QX",
            },
            "letters_are_safe": not values.get("no_paper_at_home", False),
        }
    values["contact_points"] = [
        {"kind": kind, "value": value, "whose": "own", "is_safe": True}
        for kind, value in (
            ("mobile", person.mobile),
            ("landline", person.landline),
            ("email", person.email),
        )
        if value
    ]
    if person.nino:
        values["national_insurance_number"] = person.nino
    arguments: dict[str, Any] = {
        "actor": actor,
        "request_key": new_request_key(),
        "name": person.name,
        "birth_date": person.birth,
        **values,
    }
    registration = service_register.register_person(**arguments)
    if registration.person_id is None:
        # The desk asked: it is somebody else, though the name and the birth date are the same.
        others = [duplicate.reference for duplicate in registration.duplicates]
        registration = service_register.register_person(**arguments, somebody_else=others)
    if registration.person_id is None:
        raise RuntimeError(f"not registered: {person.name}")
    if person.seen:
        service_identity.add_identity_evidence(
            actor=actor,
            person_id=registration.person_id,
            kind=person.seen,
            level=LEVELS[person.seen],
        )
    return registration.person_id
