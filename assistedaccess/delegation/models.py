"""Delegations, and the ledger of their money limits."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    exists,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.consent.rules import HolderKind, HowSaid, Period
from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, one_of
from assistedaccess.people.models_death import Death

from .rules import EndedHow, SuspendedHow


class EntryKind(StrEnum):
    """What a line of the ledger does: take, take for good, or give back."""

    RESERVE = "reserve"
    USE = "use"
    GIVE_BACK = "give_back"


class Delegation(Base):
    """Who may act for a person, in what, from and until: made of one consent, never edited.

    Or of one legal authority, which the law gives where the person cannot.

    Ending, freezing, lifting, suspending and checking in are all that is noted on it; other terms
    are another edition, which ends this one: ``replaces_id`` is the one before it, ``chain_id`` the
    first, and the ledger of a money limit is that of the whole chain. ``frozen_until`` empty: until
    the person lifts it. ``organisation_id`` vouches for the holder, or is the holder.
    ``check_in_on``: the day until which the person says that it may go on; ``warned_days``: the
    last warning of its end that was given (see rules.find_warning).
    """

    __tablename__ = "delegation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    consent_id: Mapped[UUID | None] = mapped_column(ForeignKey("consent.id"), unique=True)
    legal_authority_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("legal_authority.id"), unique=True
    )
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    holder_kind: Mapped[str] = mapped_column(String(20))
    holder_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    holder_human_id: Mapped[UUID | None] = mapped_column(ForeignKey("human.id"), index=True)
    services: Mapped[list[str]] = mapped_column(JSON)
    powers: Mapped[list[str]] = mapped_column(JSON)
    chain_id: Mapped[UUID]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegation.id"), unique=True)
    edition: Mapped[int]
    is_one_task: Mapped[bool]
    money_limit_pence: Mapped[int | None]
    money_period: Mapped[str | None] = mapped_column(String(10))
    act_limit_pence: Mapped[int | None]
    starts_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    granted_at: Mapped[datetime]
    granted_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None] = mapped_column(String(20))
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    death_id: Mapped[UUID | None] = mapped_column(ForeignKey("death.id"), index=True)
    frozen_at: Mapped[datetime | None]
    frozen_until: Mapped[datetime | None]
    frozen_how: Mapped[str | None] = mapped_column(String(20))
    frozen_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    suspended_at: Mapped[datetime | None]
    suspended_how: Mapped[str | None] = mapped_column(String(20))
    suspension_told_at: Mapped[datetime | None]
    check_in_on: Mapped[date | None]
    check_in_asked_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    warned_days: Mapped[int | None]
    version: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("holder_kind", HolderKind), name="holder_kind"),
        CheckConstraint(
            f"(holder_kind = '{HolderKind.ACCOUNT}') = (holder_account_id IS NOT NULL)",
            name="holder",
        ),
        CheckConstraint("(money_limit_pence IS NULL) = (money_period IS NULL)", name="money"),
        CheckConstraint(
            f"money_period IS NULL OR {one_of('money_period', Period)}", name="money_period"
        ),
        CheckConstraint("money_limit_pence IS NULL OR money_limit_pence > 0", name="limit"),
        CheckConstraint("expires_at > starts_at", name="term"),
        CheckConstraint("(ended_at IS NULL) = (ended_how IS NULL)", name="ending"),
        CheckConstraint(f"ended_how IS NULL OR {one_of('ended_how', EndedHow)}", name="ended_how"),
        CheckConstraint(
            f"frozen_how IS NULL OR {one_of('frozen_how', HowSaid)}", name="frozen_how"
        ),
        CheckConstraint("(frozen_at IS NULL) = (frozen_how IS NULL)", name="freeze"),
        CheckConstraint(
            f"suspended_how IS NULL OR {one_of('suspended_how', SuspendedHow)}",
            name="suspended_how",
        ),
        CheckConstraint("(suspended_at IS NULL) = (suspended_how IS NULL)", name="suspension"),
        CheckConstraint("(consent_id IS NULL) <> (legal_authority_id IS NULL)", name="rests_on"),
        CheckConstraint("(edition = 1) = (replaces_id IS NULL)", name="edition"),
        Index("ix_delegation_person_id_id", "person_id", "id"),
        Index("ix_delegation_organisation_id_id", "organisation_id", "id"),
        Index("ix_delegation_chain_id", "chain_id"),
        Index("ix_delegation_ended_at_expires_at", "ended_at", "expires_at"),
    )


def lasts() -> ColumnElement[bool]:
    """Whether a delegation has not ended, or but for a death that may still turn out a mistake.

    Whatever lets it rest, stops or ends it reaches it there too, or undoing the death would undo
    that as well.
    """
    may_be_undone = exists().where(Death.id == Delegation.death_id, Death.undone_at.is_(None))
    return or_(
        Delegation.ended_at.is_(None), and_(Delegation.ended_how == EndedHow.DIED, may_be_undone)
    )


class LimitEntry(Base):
    """A line of the ledger of a money limit, in whole pence. Only grows.

    ``period`` is the calendar month, or "term". ``reserve_id`` names the reserve that a line
    settles; each reserve is used once, or given back once. ``subject`` is what is paid for.
    """

    __tablename__ = "limit_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegation.id"))
    kind: Mapped[str] = mapped_column(String(10))
    amount_pence: Mapped[int]
    period: Mapped[str] = mapped_column(String(10))
    reserve_id: Mapped[UUID | None] = mapped_column(ForeignKey("limit_entry.id"))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("reserve_id", "kind"),
        CheckConstraint(one_of("kind", EntryKind), name="kind"),
        CheckConstraint("amount_pence > 0", name="amount"),
        CheckConstraint(f"(kind = '{EntryKind.RESERVE}') = (reserve_id IS NULL)", name="settles"),
        Index("ix_limit_entry_delegation_id_period", "delegation_id", "period"),
        Index("ix_limit_entry_subject_id", "subject_id"),
    )


append_only(LimitEntry.__table__)  # type: ignore[arg-type]
