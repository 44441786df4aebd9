"""The table of secret links: what is shown without a sign-in, to whoever holds the link."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, one_of

from .rules_links import LinkPurpose

_LIVE = text("ended_at IS NULL")


class SecretLink(Base):
    """A link that somebody made, of which the hash alone is kept. Made anew, the old one ends.

    ``account_id`` is whose calendar it is, or who made the screen's. ``window_at`` and ``fetches``
    count how often it was asked of late.
    """

    __tablename__ = "secret_link"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(15))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    site_id: Mapped[UUID | None] = mapped_column(ForeignKey("site.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    window_at: Mapped[datetime]
    fetches: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("purpose", LinkPurpose), name="purpose"),
        Index(
            "ix_secret_link_live",
            "organisation_id",
            "purpose",
            "account_id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )
