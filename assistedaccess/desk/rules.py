"""The rules of the desk: whose home is which page, and what a reference leads to."""

from __future__ import annotations

from assistedaccess.access import Role

HOMES: dict[str, str] = {
    Role.HELPER: "desk.today",
    Role.SAFEGUARDING_LEAD: "desk.today",
    Role.REVIEWER: "approvals.list_reviews",
    Role.MANAGER: "organisations.view_own_organisation",
    Role.AUDITOR: "oversight.list_events",
    Role.ADMINISTRATOR: "organisations.list_organisations",
}

REFERENCES: dict[str, str] = {
    "P": "desk.view_person",
    "C": "desk.view_case",
    "D": "delegation.view_delegation",
    "A": "applications.view_application",
    "K": "consent.view_consent",
}
"""What the first letter of a reference belongs to, and the page that shows it."""


def list_homes(role: str | None) -> list[str]:
    """The endpoints to try, the role's own first; choosing a role comes last."""
    own = [HOMES[role]] if role in HOMES else []
    return [*own, "accounts.choose_role", "accounts.show_account"]
