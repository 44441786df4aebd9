"""The tree over the events, and the keys that sign it.

The place of an event in the tree, each checkpoint and each key are written once and never change;
their keys are unique, so that two sealers can never make two trees out of one. Tiles only hold
what can be computed again from the events: the newest of each level grows in place.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.append_only import append_only
from assistedaccess.kernel.database import Base


class AuditLeaf(Base):
    """Which event is leaf ``leaf_index`` of the tree, from 0."""

    __tablename__ = "audit_leaf"

    leaf_index: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)


class AuditTile(Base):
    """Up to 256 hashes of one level, 32 bytes each (C2SP tlog-tiles)."""

    __tablename__ = "audit_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class AuditCheckpoint(Base):
    """What the journal's key said about the tree when it had ``size`` leaves.

    ``note`` is the signed note. ``cluster`` and ``low_water`` say how far the sealer had looked:
    see audit.sealing.
    """

    __tablename__ = "audit_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime]
    cluster: Mapped[str] = mapped_column(String(40))
    low_water: Mapped[int] = mapped_column(BigInteger)


class AuditKey(Base):
    """A public key of the journal. ``endorsement`` is the note by which the key before it let it
    in; the first has none. ``name`` is the journal's origin, and the name in its notes."""

    __tablename__ = "audit_key"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    endorsement: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime]


class AuditAnchor(Base):
    """A checkpoint, of ``size`` leaves, that has left by one way. ``receipt`` is what came back: a
    timestamp's answer (RFC 3161)."""

    __tablename__ = "audit_anchor"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    size: Mapped[int] = mapped_column(BigInteger)
    sent_at: Mapped[datetime]
    receipt: Mapped[bytes | None]

    __table_args__ = (Index("ix_audit_anchor_kind_sent_at", "kind", "sent_at"),)


append_only(AuditAnchor.__table__)  # type: ignore[arg-type]
append_only(AuditLeaf.__table__, key="leaf_index")  # type: ignore[arg-type]
append_only(AuditCheckpoint.__table__, key="size")  # type: ignore[arg-type]
append_only(AuditKey.__table__, key="number")  # type: ignore[arg-type]
