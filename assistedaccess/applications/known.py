"""What the person's record already knows, as answers: offered, marked, never filled in silently.

A definition says in ``metadata.known`` which question asks for which fact of the record.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from assistedaccess.kernel import encryption
from assistedaccess.people.models import Person
from assistedaccess.people.queries import birth_date, find_address, list_contact_points
from assistedaccess.people.rules_routes import PointKind
from assistedaccess.services.definition import Definition, Page

_POINTS = {"phone", "mobile", "email"}


def find_known_facts(definition: Definition, page: Page) -> dict[str, str]:
    """Which questions of ``page`` ask for what the record may know: fact by key."""
    given = definition.metadata.get("known")
    known = given if isinstance(given, Mapping) else {}
    return {
        question.key: str(known[question.key])
        for question in page.questions
        if question.key in known
    }


def load_known_answers(person: Person, facts: Mapping[str, str]) -> dict[str, Any]:
    """The canonical answers that the record gives, by key, of those that ``facts`` ask for.

    At most two statements. An address that is hidden, and a number or address where nobody may
    reach the person, are not offered: they would leave this service.
    """
    values = _list_values(person, set(facts.values()))
    return {key: values[fact] for key, fact in facts.items() if values.get(fact)}


def _list_values(person: Person, wanted: Collection[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"name": person.name}
    born = birth_date(person)
    if born.year and born.month and born.day:
        values["birth_date"] = f"{born.year:04}-{born.month:02}-{born.day:02}"
    nino = person.national_insurance_number
    if "nino" in wanted and nino is not None:
        values["nino"] = encryption.unseal(person.id, "person.national_insurance_number", nino)
    if "address" in wanted and not person.hides_address:
        values["address"] = _read_address(person)
    if _POINTS & set(wanted) and not person.contact_is_unsafe:
        values |= _list_points(person)
    return values


def _read_address(person: Person) -> dict[str, str]:
    address = find_address(person)
    if address is None:
        return {}
    lines = {
        "addressLine1": address.line_1,
        "addressLine2": address.line_2,
        "town": address.town,
        "county": address.county,
        "postcode": address.postcode,
    }
    return {part: line for part, line in lines.items() if line}


def _list_points(person: Person) -> dict[str, str]:
    """The newest number and address of each kind that are the person's own and safe."""
    values: dict[str, str] = {}
    for point in list_contact_points(person.id):
        if point.whose != "own" or not point.is_safe:
            continue
        if point.kind == PointKind.EMAIL:
            values["email"] = point.shown
        elif point.kind == PointKind.MOBILE:
            values["mobile"] = point.shown
            values.setdefault("phone", point.shown)
        elif point.kind == PointKind.LANDLINE:
            values["phone"] = point.shown
    return values
