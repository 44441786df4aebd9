"""The journal's tables.

``body`` of an event is the truth: its canonical bytes (RFC 8785). The columns beside it are copies
to search by. What is private stands in audit_detail, sealed, and in the body only as a salted
commitment: deleting the detail erases the person and leaves every event valid. Nothing here
refers to another table by foreign key, because the journal outlives what it describes.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DDL, BigInteger, Index, LargeBinary, String, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base, Sealed

UNEXPLAINED = text("(reason_code LIKE 'stated.%' OR reason_code LIKE 'break_glass.%')")
"""Looks that the records do not explain (audit.explain), spelt as their index has it."""
MOVED = text("(action = 'person.changed' AND reason_code = 'address')")
"""Somebody's address changed, spelt as its index has it: few of what is written about them."""


class AuditEvent(Base):
    """One fact. ``id`` sorts by time; (``lane_id``, ``lane_seq``) is its place in its lane.

    ``xid`` is the number of the transaction that wrote it, set by PostgreSQL, for the sealer alone
    (audit.sealing); it is no part of the fact.
    """

    __tablename__ = "audit_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lane_id: Mapped[UUID]
    lane_seq: Mapped[int] = mapped_column(BigInteger)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[bytes]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    commitment: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    occurred_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    command: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(10))
    reason_code: Mapped[str | None] = mapped_column(String(60))
    actor_kind: Mapped[str] = mapped_column(String(10))
    account_id: Mapped[UUID | None]
    human_id: Mapped[UUID | None]
    role: Mapped[str | None] = mapped_column(String(30))
    organisation_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    sign_in_id: Mapped[UUID | None]
    request_id: Mapped[str | None] = mapped_column(String(40))
    person_id: Mapped[UUID | None]
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[UUID | None]
    authority_kind: Mapped[str | None] = mapped_column(String(40))
    authority_id: Mapped[UUID | None]
    service: Mapped[str | None] = mapped_column(String(60))

    xid: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        UniqueConstraint("lane_id", "lane_seq"),
        Index("ix_audit_event_organisation_id_id", "organisation_id", "id"),
        Index("ix_audit_event_person_id_id", "person_id", "id"),
        Index("ix_audit_event_account_id_id", "account_id", "id"),
        Index("ix_audit_event_action_id", "action", "id"),
        Index("ix_audit_event_subject_id_id", "subject_id", "id"),
        # Few among many: what an auditor asks for first. Written for those looks alone.
        Index(
            "ix_audit_event_unexplained",
            "id",
            sqlite_where=UNEXPLAINED,
            postgresql_where=UNEXPLAINED,
        ),
        Index(
            "ix_audit_event_moved", "person_id", "id", sqlite_where=MOVED, postgresql_where=MOVED
        ),
        Index("ix_audit_event_xid", "xid").ddl_if(dialect="postgresql"),
    )


class AuditDetail(Base):
    """The private part of an event, with its commitment's salt; deletable, to erase a person."""

    __tablename__ = "audit_detail"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    sealed_for: Mapped[UUID] = mapped_column(index=True)
    salt: Mapped[bytes] = mapped_column(Sealed)
    details: Mapped[bytes] = mapped_column(Sealed)


class AuditLane(Base):
    """One writer's chain: its public key, vouched for by the journal's key, and its head."""

    __tablename__ = "audit_lane"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    endorsement: Mapped[bytes] = mapped_column(LargeBinary(64))
    started_at: Mapped[datetime]
    last_seq: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[bytes] = mapped_column(LargeBinary(32))


SET_XID = (
    "ALTER TABLE audit_event ALTER COLUMN xid SET DEFAULT (pg_current_xact_id()::text::bigint)"
)
event.listen(
    AuditEvent.__table__,
    "after_create",
    DDL(SET_XID).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
append_only(AuditEvent.__table__)  # type: ignore[arg-type]
