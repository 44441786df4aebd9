"""What can be done from a page of the desk: the features that are there, for this role.

Each action is a link to another feature's page. A feature that is not installed, or whose page is
not for this role, has no button: nobody is led to a page that refuses them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from assistedaccess.access import get_actor, is_allowed
from assistedaccess.access.guards import find_guard


@dataclass(frozen=True)
class Action:
    """A button. ``person``, ``case`` and ``service`` are the names by which its address takes the
    references, and the key of the case's service."""

    label: Any
    endpoint: str
    kind: str = "secondary"
    person: str | None = None
    case: str | None = None
    service: str | None = None
    begins: bool = False  # something new, which has no place on a merged record


@dataclass(frozen=True)
class Button:
    """An action as the page shows it."""

    text: Any
    href: str
    kind: str


PERSON_ACTIONS = (
    Action(
        _l("Open a case"),
        "casework.open_case",
        "",
        person="reference",
        begins=True,
    ),
    Action(
        _l("Record help on another website"),
        "applications.make_record_of_help",
        person="person_reference",
        begins=True,
    ),
    Action(
        _l("Record a yes to help today"),
        "consent.assist_person",
        person="reference",
    ),
    Action(
        _l("Let somebody act for them"),
        "delegation.ask_person",
        person="reference",
        begins=True,
    ),
    Action(
        _l("Give them their record"),
        "my_record.choose_reading",
        person="reference",
    ),
    Action(
        _l("Stop"),
        "delegation.stop_for_person",
        "warning",
        person="reference",
    ),
)
CASE_ACTIONS = (
    Action(
        _l("Start an application"),
        "applications.start_application",
        "",
        case="reference",
        begins=True,
    ),
    Action(
        _l("What does this person need?"),
        "applications.find_service",
        case="reference",
        begins=True,
    ),
    Action(
        _l("Record help on another website"),
        "applications.make_record_of_help_in_case",
        case="case_reference",
        begins=True,
    ),
    Action(
        _l("Give emergency help"),
        "applications.give_emergency_help",
        case="reference",
        begins=True,
    ),
    Action(
        _l("Documents and letters"),
        "documents.list_documents",
        case="reference",
    ),
    Action(
        _l("Book an appointment"),
        "casework.book_appointment",
        case="reference",
    ),
    Action(
        _l("Group sessions"),
        "casework.choose_group_session",
        case="reference",
    ),
    Action(
        _l("Refer to another place"),
        "casework.make_referral",
        case="reference",
        begins=True,
    ),
    Action(
        _l("How they came here"),
        "casework.record_referral_in",
        case="reference",
    ),
    Action(
        _l("Benefits calculators"),
        "casework.record_benefits_check",
        case="reference",
    ),
    Action(
        _l("Hand it over"),
        "casework.offer_hand_over",
        case="reference",
    ),
    Action(
        _l("Record a yes to help today"),
        "consent.assist_person",
        person="reference",
        case="case",
        service="service",
    ),
)


def list_buttons(
    actions: Iterable[Action],
    person_reference: str,
    case_reference: str = "",
    service: str | None = None,
    *,
    nothing_begins: bool = False,
) -> list[Button]:
    """The buttons for a person's page, or for the page of one of their cases; without those that
    begin something where nothing begins (a merged record, one that is kept and not used)."""
    actor = get_actor()
    buttons = []
    for action in actions:
        if action.endpoint not in current_app.view_functions or (nothing_begins and action.begins):
            continue
        guard = find_guard(current_app, action.endpoint)
        if guard is None or guard.permission is None or not is_allowed(actor, guard.permission):
            continue
        arguments: dict[str, Any] = {}
        if action.person:
            arguments[action.person] = person_reference
        if action.case:
            arguments[action.case] = case_reference
        if action.service and service:
            arguments[action.service] = service
        address = url_for(action.endpoint, **arguments)
        buttons.append(Button(action.label, address, action.kind))
    return buttons
