"""What can be done from a page of the desk: the features that are there, for this role.

Each action is a link to another feature's page. A feature that is not installed, or not for this
role, has no button: nobody is led to a page that refuses them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, get_actor, is_allowed


@dataclass(frozen=True)
class Action:
    """A button. ``more`` are arguments of the address beside the person's reference."""

    label: Any
    endpoint: str
    permission: Permission
    kind: str = "secondary"
    takes_case: bool = False


@dataclass(frozen=True)
class Button:
    """An action as the page shows it."""

    text: Any
    href: str
    kind: str


PERSON_ACTIONS = (
    Action(_l("Open a case"), "casework.open_case", Permission.CASE_OPEN, ""),
    Action(_l("Record a yes to help today"), "consent.assist_person", Permission.CONSENT_RECORD),
    Action(_l("Let somebody act for them"), "delegation.ask_person", Permission.DELEGATION_GRANT),
    Action(_l("Stop"), "delegation.stop_for_person", Permission.DELEGATION_END, "warning"),
)
CASE_ACTIONS = (
    Action(
        _l("Record a yes to help today"),
        "consent.assist_person",
        Permission.CONSENT_RECORD,
        "",
        takes_case=True,
    ),
)


def list_buttons(
    actions: Iterable[Action], reference: str, case_reference: str | None = None
) -> list[Button]:
    """The buttons for a person's page, or for the page of one of their cases."""
    actor = get_actor()
    return [
        Button(
            action.label,
            url_for(
                action.endpoint,
                reference=reference,
                case=case_reference if action.takes_case else None,
            ),
            action.kind,
        )
        for action in actions
        if action.endpoint in current_app.view_functions and is_allowed(actor, action.permission)
    ]
