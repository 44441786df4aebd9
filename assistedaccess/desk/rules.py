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
    "R": "applications.view_record_of_help",
    "B": "applications.view_payment",
    "Z": "till.view_till",
    "V": "applications.view_emergency_help",
    "L": "documents.view_letter",
    "N": "my_record.find_told",
}
"""What the first letter of a reference belongs to, and the page that shows it."""


def find_home(role: str | None, *, is_family: bool = False) -> str:
    """The endpoint at which a role begins; without a role, the choice of one.

    A helper of the family has no desk, and no Today: they begin with whom they help.
    """
    if is_family:
        return "desk.list_cases"
    return HOMES.get(role, "accounts.show_account") if role else "accounts.choose_role"
