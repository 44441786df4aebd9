"""The catalogue in the database, and every form that was ever in force."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base


class FormDefinition(Base):
    """A form as it came in: its very bytes, which never change again.

    ``hash`` is the SHA-256 of ``body`` in hex. ``version`` counts from 1 within a service; an
    application keeps the one that it was begun under. ``uploaded_by`` and ``uploaded_by_human``
    say who brought it; they are empty where it came with the program. Which one is in force,
    Service says.
    """

    __tablename__ = "form_definition"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes]
    published_at: Mapped[datetime]
    uploaded_by: Mapped[UUID | None]
    uploaded_by_human: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("service_key", "version"),
        UniqueConstraint("service_key", "hash"),
    )


class Service(Base):
    """Something that can be applied for. ``facts`` is its catalogue file, decoded.

    ``form_definition_id`` is the form in force; None where only help given elsewhere is recorded.
    """

    __tablename__ = "service"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    form_definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("form_definition.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_hash: Mapped[str] = mapped_column(String(64))
    risk: Mapped[str] = mapped_column(String(10))
    published_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("risk IN ('ordinary', 'risky')", name="risk"),)


append_only(FormDefinition.__table__)  # type: ignore[arg-type]
