"""Authority that the law gives, not the person; and a doubt whether a person can decide today."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_legal import InstrumentKind, Outcome, SeenAs


class LegalAuthority(Base):
    """An instrument that lets somebody act for a person: seen by one human, checked by another.

    ``scope`` says in words what it covers. It begins to count as the second human releases it;
    who that was stands in ``checked_by``.
    """

    __tablename__ = "legal_authority"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[bytes] = mapped_column(Sealed)
    named: Mapped[bytes] = mapped_column(Sealed)
    scope: Mapped[bytes] = mapped_column(Sealed)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    seen_as: Mapped[str] = mapped_column(String(20))
    seen_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    seen_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint(one_of("kind", InstrumentKind), name="kind"),
        CheckConstraint(one_of("seen_as", SeenAs), name="seen_as"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),
    )


class CapacityConcern(Base):
    """A doubt whether a person can make one decision today, however it came out. Only grows.

    Capacity is presumed (Mental Capacity Act 2005, section 1), so there is a row only where
    somebody doubts it, about the one thing that is asked of the person now. The newest counts.
    """

    __tablename__ = "capacity_concern"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("consent_request.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    decision: Mapped[bytes] = mapped_column(Sealed)
    signs: Mapped[bytes] = mapped_column(Sealed)
    support: Mapped[bytes] = mapped_column(Sealed)
    assessor: Mapped[bytes] = mapped_column(Sealed)
    assessed_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(20))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    recorded_by_human: Mapped[UUID] = mapped_column(ForeignKey("human.id"))

    __table_args__ = (
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        Index("ix_capacity_concern_request_id_id", "request_id", "id"),
    )


append_only(CapacityConcern.__table__)  # type: ignore[arg-type]
