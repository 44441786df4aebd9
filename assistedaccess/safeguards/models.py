"""Tables of the controls: the numbers they count with, and establishments verified once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Fingerprint, one_of


class EstablishmentKind(StrEnum):
    """What was verified: who lives there, who is reached there, or who is paid for many by law."""

    CARE_HOME = "care_home"
    HOSTEL = "hostel"
    DAY_CENTRE = "day_centre"
    CORPORATE_APPOINTEE = "corporate_appointee"


class SafeguardSettings(Base):
    """One version of the numbers (settings.NUMBERS). Only grows; the highest counts."""

    __tablename__ = "safeguard_settings"

    version: Mapped[int] = mapped_column(primary_key=True)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    agreed_at: Mapped[datetime]


class Establishment(Base):
    """A care home, a hostel, a day centre or a corporate appointee, looked at once by two humans.

    ``place`` is the keyed hash of its postcode, ``account`` and ``contact`` those of its account
    and its telephone, spelt as everywhere else (kernel.canonical); ``account_ends`` are the last
    digits, so that two can be told apart.
    """

    __tablename__ = "establishment"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[bytes | None] = mapped_column(Fingerprint)
    account: Mapped[bytes | None] = mapped_column(Fingerprint)
    account_ends: Mapped[str | None] = mapped_column(String(3))
    contact: Mapped[bytes | None] = mapped_column(Fingerprint)
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("kind", EstablishmentKind), name="kind"),
        CheckConstraint("(account IS NULL) = (account_ends IS NULL)", name="account"),
        Index("ix_establishment_account", "account"),
        Index("ix_establishment_contact", "contact"),
        Index("ix_establishment_place", "place"),
    )


append_only(SafeguardSettings.__table__, key="version")  # type: ignore[arg-type]
