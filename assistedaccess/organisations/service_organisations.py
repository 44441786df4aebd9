"""Commands about organisations, their sites, and whom their auditors may audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, Role, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.replacing import settle_values
from assistedaccess.kernel.text import fold_text

from .events import OrganisationStopped
from .inputs import read_name, read_text
from .models import AuditRemit, Organisation, Site
from .queries import may_see
from .rules import CheckLevel, Course, Nation, OrganisationKind, RegulatedHelp
from .rules_hours import pack_week, unpack_week

MOST_MONTHS = 120


def lock_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """The organisation, locked. Raises NotFound, also for another one than the actor's own."""
    concerns(organisation_id=organisation_id, subject=("organisation", organisation_id))
    row = get_session().get(Organisation, organisation_id, with_for_update=True)
    if row is None or not may_see(actor, organisation_id):
        raise NotFound
    return row


def check_version(version: int | None, current: int) -> None:
    """Raises StaleVersion when the page was opened before the last change."""
    if version is not None and version != current:
        raise StaleVersion(
            _("Somebody else changed this since you opened the page."),
            next_step=_("Load the page again, look at what has changed, and enter yours again."),
        )


@command("organisations.create_organisation")
def create_organisation(
    *,
    actor: Actor,
    name: str,
    kind: str,
    nation: str,
    required_courses: Sequence[str] = (),
    training_valid_months: int = 12,
    required_check: str | None = None,
    check_valid_months: int = 36,
    is_pool: bool = False,
    regulated_help: Sequence[str] = (),
    request_key: str | None = None,
) -> UUID:
    """Add an organisation with what it asks of its helpers. Validity in months.

    Two requests with one ``request_key`` add one.
    """
    require(actor, Permission.ORGANISATION_CREATE)
    once = Once(actor, "organisations.create_organisation", request_key or None, name)
    made = once.find("organisation")
    if made is not None:
        return made
    row = Organisation(id=new_id(), reference=new_reference("O"), created_at=clock.now(), version=1)
    _describe(row, name=name, kind=kind, nation=nation)
    _ask(
        row,
        required_courses,
        training_valid_months,
        required_check,
        check_valid_months,
        is_pool=is_pool,
        regulated_help=regulated_help,
    )
    get_session().add(row)
    record(
        Action.ORGANISATION_CREATED,
        actor=actor,
        organisation_id=row.id,
        subject=("organisation", row.id),
        details=_facts(row),
    )
    return once.keep(row.id)


@command("organisations.change_organisation")
def change_organisation(
    *,
    actor: Actor,
    organisation_id: UUID,
    name: str,
    kind: str,
    nation: str,
    required_courses: Sequence[str],
    training_valid_months: int,
    required_check: str | None,
    check_valid_months: int,
    is_pool: bool,
    regulated_help: Sequence[str] | None = None,
    version: int | None = None,
    replaces: dict[str, Any] | None = None,
) -> UUID:
    """Change an organisation. What it asks of its helpers is changed by two humans, not by one.

    Only an administrator says whether it shares its reviewers, and which regulated help it is
    registered to give (None: as before). ``replaces``: kernel.replacing.
    """
    require(actor, Permission.ORGANISATION_CHANGE)
    row = lock_organisation(actor, organisation_id)
    check_version(version, row.version)
    before = _facts(row)
    _describe(row, name=name, kind=kind, nation=nation)
    may_share = actor.role == Role.ADMINISTRATOR or actor.kind is ActorKind.SYSTEM
    _ask(
        row,
        required_courses,
        training_valid_months,
        required_check,
        check_valid_months,
        is_pool=is_pool if may_share else row.is_pool,
        regulated_help=(
            row.regulated_help if regulated_help is None or not may_share else regulated_help
        ),
    )
    after = settle_values(before, _facts(row), replaces)
    for field, value in after.items():
        setattr(row, field, value)
    row.name_key = fold_text(row.name)[:400]
    if any(before[what] != after[what] for what in _RULES):
        controls.decide(
            Act("organisation.requirements", actor, organisation_id=row.id, facts=after)
        )
    row.version += 1
    record(
        Action.ORGANISATION_CHANGED,
        actor=actor,
        organisation_id=row.id,
        subject=("organisation", row.id),
        details={"before": before, "after": after},
    )
    return row.id


_RULES = (
    "required_courses",
    "training_valid_months",
    "required_check",
    "check_valid_months",
    "is_pool",
    "regulated_help",
)


def _describe(row: Organisation, *, name: str, kind: str, nation: str) -> None:
    row.name = read_name("name", name, _("Enter the organisation's name"))
    row.name_key = fold_text(row.name)[:400]
    row.kind = read_word("kind", kind, OrganisationKind, _("Select what kind it is"))
    row.nation = read_word("nation", nation, Nation, _("Select the nation"))


def _ask(
    row: Organisation,
    courses: Sequence[str],
    training_months: int,
    check: str | None,
    check_months: int,
    *,
    is_pool: bool,
    regulated_help: Sequence[str],
) -> None:
    wanted = {
        read_word("required_courses", course, Course, _("Select training from the list"))
        for course in courses
    }
    for field, months in (
        ("training_valid_months", training_months),
        ("check_valid_months", check_months),
    ):
        if not 1 <= months <= MOST_MONTHS:
            raise InvalidInput(field, _("Enter a number of months from 1 to 120"))
    row.required_courses = [str(course) for course in Course if course in wanted]
    row.training_valid_months = training_months
    row.required_check = (
        read_word("required_check", check, CheckLevel, _("Select a check from the list"))
        if check
        else None
    )
    row.check_valid_months = check_months
    row.is_pool = is_pool
    given = {
        read_word("regulated_help", kind, RegulatedHelp, _("Select help from the list"))
        for kind in regulated_help
    }
    row.regulated_help = [str(kind) for kind in RegulatedHelp if kind in given]


def _facts(row: Organisation) -> dict[str, Any]:
    return {
        "name": row.name,
        "kind": row.kind,
        "nation": row.nation,
        "required_courses": list(row.required_courses),
        "training_valid_months": row.training_valid_months,
        "required_check": row.required_check,
        "check_valid_months": row.check_valid_months,
        "is_pool": row.is_pool,
        "regulated_help": list(row.regulated_help),
    }


@command("organisations.close_organisation")
def close_organisation(*, actor: Actor, organisation_id: UUID, reason: str) -> UUID:
    """Close an organisation at once: its members' roles and whatever rests on them end with it."""
    require(actor, Permission.ORGANISATION_CREATE)
    row = lock_organisation(actor, organisation_id)
    if row.closed_on is not None:
        raise InvalidInput("reason", _("This organisation is closed already"))
    if actor.organisation_id == row.id:
        raise InvalidInput("reason", _("You cannot close your own organisation"))
    why = read_text("reason", reason, _("Enter why it is closed"), most=500)
    row.closed_on = clock.today()
    row.version += 1
    record(
        Action.ORGANISATION_CLOSED,
        actor=actor,
        organisation_id=row.id,
        subject=("organisation", row.id),
        details={"reason": why},
    )
    publish(OrganisationStopped(row.id))
    return row.id


@command("organisations.add_site")
def add_site(
    *,
    actor: Actor,
    organisation_id: UUID,
    name: str,
    address: str,
    phone: str | None = None,
    hours: dict[str, Any] | None = None,
    ward: str | None = None,
) -> UUID:
    """Add a site. ``hours`` as rules_hours.pack_week writes them."""
    require(actor, Permission.ORGANISATION_CHANGE)
    organisation = lock_organisation(actor, organisation_id)
    row = Site(
        id=new_id(),
        reference=new_reference("S"),
        organisation_id=organisation.id,
        created_at=clock.now(),
        version=1,
    )
    _place(row, name, address, phone, hours or {}, ward)
    get_session().add(row)
    record(
        Action.SITE_CREATED,
        actor=actor,
        organisation_id=organisation.id,
        subject=("site", row.id),
        details={"name": row.name},
    )
    return row.id


@command("organisations.change_site")
def change_site(
    *,
    actor: Actor,
    site_id: UUID,
    name: str,
    address: str,
    phone: str | None,
    hours: dict[str, Any],
    is_closed: bool = False,
    version: int | None = None,
    ward: str | None = None,
) -> UUID:
    """Change a site, or close it: nobody sits there from then on."""
    require(actor, Permission.ORGANISATION_CHANGE)
    row = get_session().get(Site, site_id, with_for_update=True)
    if row is None or not may_see(actor, row.organisation_id):
        raise NotFound
    concerns(organisation_id=row.organisation_id, subject=("site", row.id))
    check_version(version, row.version)
    _place(row, name, address, phone, hours, ward)
    row.closed_on = (row.closed_on or clock.today()) if is_closed else None
    row.version += 1
    record(
        Action.SITE_CHANGED,
        actor=actor,
        organisation_id=row.organisation_id,
        subject=("site", row.id),
        details={"name": row.name, "closed": "yes" if is_closed else "no"},
    )
    return row.id


def _place(
    row: Site,
    name: str,
    address: str,
    phone: str | None,
    hours: dict[str, Any],
    ward: str | None,
) -> None:
    row.name = read_name("name", name, _("Enter the site's name"))
    row.address = read_text("address", address, _("Enter the site's address"), most=500)
    row.phone = read_name("phone", phone, "", most=40) if phone else None
    row.ward = read_name("ward", ward, "", most=100) if ward else None
    try:
        row.hours = pack_week(unpack_week(hours))
    except (TypeError, ValueError, AttributeError):
        raise InvalidInput("hours", _("Enter the opening hours as times")) from None


@command("organisations.add_audit_remit")
def add_audit_remit(
    *, actor: Actor, auditing_organisation_id: UUID, audited_organisation_id: UUID
) -> UUID:
    """Let one organisation's auditors read another's journal; never their own."""
    require(actor, Permission.ORGANISATION_CREATE)
    if auditing_organisation_id == audited_organisation_id:
        raise InvalidInput("audited", _("No organisation can audit itself"))
    lock_organisation(actor, audited_organisation_id)
    lock_organisation(actor, auditing_organisation_id)
    session = get_session()
    live = select(AuditRemit.id).filter_by(
        auditing_organisation_id=auditing_organisation_id,
        audited_organisation_id=audited_organisation_id,
        ended_at=None,
    )
    if session.scalar(live) is not None:
        raise InvalidInput("audited", _("These auditors may read that journal already"))
    row = AuditRemit(
        id=new_id(),
        auditing_organisation_id=auditing_organisation_id,
        audited_organisation_id=audited_organisation_id,
        granted_at=clock.now(),
        granted_by=actor.account_id,
    )
    session.add(row)
    record(
        Action.AUDIT_REMIT_GRANTED,
        actor=actor,
        organisation_id=audited_organisation_id,
        subject=("audit_remit", row.id),
    )
    return row.id


@command("organisations.end_audit_remit")
def end_audit_remit(*, actor: Actor, audit_remit_id: UUID) -> UUID:
    """End a remit; what was read stays recorded."""
    require(actor, Permission.ORGANISATION_CREATE)
    row = get_session().get(AuditRemit, audit_remit_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound
    row.ended_at = clock.now()
    record(
        Action.AUDIT_REMIT_ENDED,
        actor=actor,
        organisation_id=row.audited_organisation_id,
        subject=("audit_remit", row.id),
    )
    return row.id
