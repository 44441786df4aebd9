"""How what organisations hold for a second human reads, and who may not decide on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.accounts.hats import ROLE_NAMES
from assistedaccess.accounts.models import Account
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations import words
from assistedaccess.organisations.models import Membership, Organisation

from .describe import Row

GRANT_ROLE = "organisations.grant_role"
CHANGE_ORGANISATION = "organisations.change_organisation"


def describe_role_grant(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """Who is to get which role, where, and as what."""
    found = (
        get_session()
        .execute(
            select(Account.name, Organisation.name, Membership.kind, Membership.reference)
            .join(Membership, Membership.account_id == Account.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(Membership.id == arguments.get("membership_id"))
        )
        .one_or_none()
    )
    if found is None:
        return [(_("Member"), _("No longer there"))]
    name, organisation, kind, reference = found
    return [
        (_("Role"), ROLE_NAMES.get(str(arguments.get("role")), "")),
        (_("For"), name),
        (_("Membership"), reference),
        (_("Kind"), words.MEMBERSHIP_KINDS[kind]),
        (_("At"), organisation),
    ]


def exclude_grantee(
    command: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Whoever is to get a role does not decide on it, by any account of theirs."""
    if command != GRANT_ROLE or "membership_id" not in arguments:
        return set()
    found = get_session().scalar(
        select(Membership.human_id).where(Membership.id == arguments["membership_id"])
    )
    return {found} if found is not None else set()


def describe_requirements(arguments: Mapping[str, Any]) -> Sequence[Row]:
    """What the organisation asks now, and what it would ask."""
    row = get_session().get(Organisation, arguments.get("organisation_id"))
    if row is None:
        return [(_("Organisation"), _("No longer there"))]
    changed = arguments.get("replaces")
    if changed is not None:  # what others changed beside it meanwhile stays as they left it
        beside = [field for field in arguments.keys() - changed.keys() if hasattr(row, field)]
        arguments = {**arguments, **{field: getattr(row, field) for field in beside}}
    pairs = [
        (_("Name"), row.name, arguments["name"]),
        (_("Kind"), words.KINDS[row.kind], words.KINDS[arguments["kind"]]),
        (_("Nation"), words.NATIONS[row.nation], words.NATIONS[arguments["nation"]]),
        (
            _("Training"),
            _name_courses(row.required_courses),
            _name_courses(arguments["required_courses"]),
        ),
        (
            _("Months that training counts"),
            row.training_valid_months,
            arguments["training_valid_months"],
        ),
        (
            _("Background check"),
            _name_check(row.nation, row.required_check),
            _name_check(arguments["nation"], arguments["required_check"]),
        ),
        (_("Months that a check counts"), row.check_valid_months, arguments["check_valid_months"]),
        (
            _("Regulated advice"),
            _name_advice(row.regulated_help),
            # None, or kept from before there was such a question: as it is.
            _name_advice(
                row.regulated_help
                if arguments.get("regulated_help") is None
                else arguments["regulated_help"]
            ),
        ),
        (_("Shares its reviewers"), _yes_no(row.is_pool), _yes_no(arguments["is_pool"])),
    ]
    rows: list[Row] = [(_("Organisation"), f"{row.name} ({row.reference})")]
    for label, before, after in pairs:
        if str(before) != str(after):
            rows.append((label, _("%(before)s, to become: %(after)s", before=before, after=after)))
    return rows


def _name_courses(courses: Sequence[str]) -> str:
    return ", ".join(str(words.COURSES[course]) for course in courses) or _("None")


def _name_advice(kinds: Sequence[str]) -> str:
    return ", ".join(str(words.REGULATED_HELP[kind]) for kind in kinds) or _("None")


def _name_check(nation: str, level: str | None) -> object:
    return words.check_words(nation)[level] if level else _("None")


def _yes_no(value: bool) -> str:
    return _("Yes") if value else _("No")
