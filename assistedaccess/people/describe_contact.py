"""How what is asked about people reads to the human who decides: a way to reach them, where they
live, a registration, a look for a concern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.approvals.describe import Describer, Row
from assistedaccess.kernel.database import get_session

from . import queries
from .forms_contact import WHOSE, WHY_ENDED, kind_names, list_housing
from .models import ContactPoint, Person
from .rules_routes import PointKind


def describe_point(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What stands in the record, what is asked, and what the person is said to have said alone."""
    point = None
    if "contact_point_id" in arguments:
        point = get_session().get(ContactPoint, arguments["contact_point_id"])
    person = get_session().get(Person, point.person_id if point else arguments.get("person_id"))
    kind = point.kind if point else str(arguments.get("kind"))
    keeps = person is not None and person.hides_address and kind == PointKind.POSTAL
    rows: list[Row] = [(_("Kind"), kind_names().get(kind, ""))]
    if point is not None:
        rows.append((_("Now"), _kept() if keeps else queries.point_view(point).shown))
    if "value" in arguments:
        asked = ", ".join(str(arguments["value"]).splitlines())
        rows.append((_("New"), _kept() if keeps else asked))
        rows.append((_("Whose is it?"), _label(WHOSE, arguments.get("whose", "own"))))
        rows.append((_("Safe to use"), _yes_no(arguments.get("is_safe", True))))
    if "reason" in arguments:
        rows.append((_("Why it is no longer used"), _label(WHY_ENDED, arguments["reason"])))
    if point is not None:
        alone = arguments.get("old_is_unsafe") or arguments.get("person_was_alone")
        rows.append((_("Asked alone: not safe to tell the old one"), _yes_no(alone)))
    return rows


def describe_address(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Where they live by the record, and where they would by this. What is kept out of every list
    is kept out of this too."""
    person = get_session().get(Person, arguments["person_id"])
    old = queries.find_address(person) if person is not None else None
    new = arguments.get("address") or {}
    lines = ", ".join(str(line) for line in new.values() if line)
    keeps = bool(arguments.get("hides_address") or (person is not None and person.hides_address))
    lives = _label(list_housing(), arguments.get("housing", ""))
    return [
        (_("Now"), "" if old is None else _kept() if keeps else ", ".join(old.lines)),
        (_("New"), _kept() if keeps and lines else lines or lives),
        (_("Keep where they live out of every list"), _yes_no(arguments.get("hides_address"))),
        (
            _("Asked alone: not safe to write to the old address"),
            _yes_no(arguments.get("old_is_unsafe")),
        ),
    ]


def describe_registration(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Who is to be registered, and how they would be reached."""
    return [
        (_("Name"), arguments["name"]),
        (_("Date of birth"), arguments.get("birth_date", "")),
        *(
            (kind_names().get(point["kind"], ""), point["value"])
            for point in arguments.get("contact_points") or ()
        ),
    ]


def describe_concern(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Why somebody wants to see everything."""
    return [(_("Why"), arguments.get("words") or "")]


def _kept() -> str:
    return _("Kept out of every list")


def _yes_no(value: object) -> str:
    return _("Yes") if value else _("No")


def _label(choices: Sequence[Any], value: object) -> str:
    return next((str(choice.label) for choice in choices if choice.value == value), "")


READS: dict[str, tuple[Describer, Any]] = {
    "people.register_person": (describe_registration, _l("Register a person")),
    "people.add_contact_point": (describe_point, _l("Add a way to reach the person")),
    "people.change_contact_point": (describe_point, _l("Change a way to reach the person")),
    "people.mark_contact_point_unsafe": (
        describe_point,
        _l("Say that a way to reach the person is not safe"),
    ),
    "people.end_contact_point": (describe_point, _l("Stop using a way to reach the person")),
    "people.change_address": (describe_address, _l("Change where the person lives")),
    "people.state_reason": (describe_concern, _l("Look at everything for a safeguarding concern")),
}
"""By command: its describer, and what it does in a few words."""
