"""The form of authority of the other side: each that was sent, and when it runs out there."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, one_of

from .rules_authority import HowSent


class SentAuthority(Base):
    """That the other side was shown that somebody may deal with it for the person. Only grows.

    ``runs_out_on``: the last day on which it counts there; the delegation itself may go on.
    """

    __tablename__ = "sent_authority"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    delegation_id: Mapped[UUID] = mapped_column(ForeignKey("delegation.id"))
    service: Mapped[str] = mapped_column(String(80))
    how: Mapped[str] = mapped_column(String(20))
    runs_out_on: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by: Mapped[UUID] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        CheckConstraint(one_of("how", HowSent), name="how"),
        Index("ix_sent_authority_delegation_id_id", "delegation_id", "id"),
    )


append_only(SentAuthority.__table__)  # type: ignore[arg-type]
