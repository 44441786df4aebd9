"""Organisations, their sites, and what ties a human to them.

Everything here carries its organisation. What is written about a helper in free text, and what
they declare, is sealed with their account's or their human's key; equal bank accounts and contact
points are found by fingerprint alone.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules import CheckLevel, MembershipKind, Nation, OrganisationKind


class Organisation(Base):
    """A body that vouches for helpers, and what it asks of them.

    ``name_key`` is the folded name, to sort and search by. ``is_pool``: its reviewers also decide
    for organisations that have none of their own. ``regulated_help``: the kinds of RegulatedHelp
    that it is registered to give.
    """

    __tablename__ = "organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(400))
    kind: Mapped[str] = mapped_column(String(20))
    nation: Mapped[str] = mapped_column(String(20))
    required_courses: Mapped[list[str]] = mapped_column(JSON)
    training_valid_months: Mapped[int]
    required_check: Mapped[str | None] = mapped_column(String(30))
    check_valid_months: Mapped[int]
    hourly_cost_pence: Mapped[int | None]
    is_pool: Mapped[bool]
    regulated_help: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    created_at: Mapped[datetime]
    closed_on: Mapped[date | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", OrganisationKind), name="kind"),
        CheckConstraint(one_of("nation", Nation), name="nation"),
        CheckConstraint(
            f"required_check IS NULL OR {one_of('required_check', CheckLevel)}", name="check"
        ),
        Index("ix_organisation_name_key_id", "name_key", "id"),
    )


class Site(Base):
    """A place where the organisation's helpers sit. ``hours``: see rules_hours.pack_week.

    ``ward``: the ward in which it stands, for the report to funders.
    """

    __tablename__ = "site"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500))
    ward: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    closed_on: Mapped[date | None]
    version: Mapped[int]


class Membership(Base):
    """One account at one organisation, from and until. Both days count; ``ended_at`` ends at once.

    ``human_id`` repeats the account's, so that one human's two accounts are seen as one.
    """

    __tablename__ = "membership"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    suspended_at: Mapped[datetime | None]
    suspended_by: Mapped[UUID | None]
    suspension_reason: Mapped[bytes | None] = mapped_column(Sealed)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", MembershipKind), name="kind"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
        Index("ix_membership_organisation_id_id", "organisation_id", "id"),
        # One membership at a time: the next begins when this one is ended.
        Index(
            "uq_membership_open",
            "account_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class MembershipSite(Base):
    """A site at which a member helps. A member without any helps from the organisation at large."""

    __tablename__ = "membership_site"

    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("site.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))

    __table_args__ = (PrimaryKeyConstraint("membership_id", "site_id"),)


class RoleGrant(Base):
    """A role that a member holds. Ended, never deleted. ``granted_by`` None: by the system."""

    __tablename__ = "role_grant"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    role: Mapped[str] = mapped_column(String(30))
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]

    __table_args__ = (
        Index("ix_role_grant_organisation_id_role", "organisation_id", "role"),
        Index("ix_role_grant_membership_id", "membership_id"),
        Index(
            "uq_role_grant_live",
            "membership_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class Training(Base):
    """A course that a member has completed. It counts up to and including ``expires_on``."""

    __tablename__ = "training"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    course: Mapped[str] = mapped_column(String(40))
    completed_on: Mapped[date]
    expires_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]

    __table_args__ = (CheckConstraint("expires_on >= completed_on", name="dates"),)


class BackgroundCheck(Base):
    """A criminal record check that somebody has seen. It counts up to and including ``expires_on``.

    What stood on it is not kept (DBS code of practice; Part V of the Police Act 1997), only that
    it was seen and by whom. ``certificate`` may hold its number, sealed with the account's key.
    """

    __tablename__ = "background_check"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    level: Mapped[str] = mapped_column(String(30))
    certificate: Mapped[bytes | None] = mapped_column(Sealed)
    checked_on: Mapped[date]
    expires_on: Mapped[date]
    seen_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("level", CheckLevel), name="level"),
        CheckConstraint("expires_on >= checked_on", name="dates"),
    )


class DeclaredInterest(Base):
    """What a human declares so that they are never on both sides: relatives, own accounts.

    ``kind`` is relative, bank_account or contact_point. ``value`` is sealed with the human's key:
    the relative's name, or the account or contact point as it was typed. ``fingerprint`` finds the
    same account or contact point elsewhere (kernel.canonical says how they are spelt for it).
    """

    __tablename__ = "declared_interest"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[bytes] = mapped_column(Sealed)
    fingerprint: Mapped[bytes | None] = mapped_column(Fingerprint, index=True)
    relation: Mapped[str | None] = mapped_column(String(20))
    person_reference: Mapped[str | None] = mapped_column(String(12), index=True)
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('relative', 'bank_account', 'contact_point')", name="kind"),
        CheckConstraint("kind = 'relative' OR fingerprint IS NOT NULL", name="fingerprint"),
    )


class AuditRemit(Base):
    """Whose journal an organisation's auditors may read: never their own organisation's."""

    __tablename__ = "audit_remit"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    auditing_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    audited_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("auditing_organisation_id <> audited_organisation_id", name="not_own"),
        Index(
            "uq_audit_remit_live",
            "auditing_organisation_id",
            "audited_organisation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
