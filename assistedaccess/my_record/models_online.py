"""Tables of the person online: a short session, and the codes that were sent for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, one_of

from .rules_online import Proof


class RecordSession(Base):
    """Somebody who says online whose record they want to see; theirs once it is proven.

    Apart from the sign-ins of accounts: no account, no role, ten idle minutes. ``person_id`` is
    empty where there is nobody of that number, which the pages never tell. ``position`` is the
    number of the card that is asked for. The cookie holds a random token, stored as its hash.
    ``ask_id``: the link with which it was opened, the only one that it answers.
    """

    __tablename__ = "record_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    proof: Mapped[str] = mapped_column(String(10))
    position: Mapped[int | None]
    ask_id: Mapped[UUID | None]
    tries: Mapped[int]
    started_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("proof", Proof), name="proof"),
        CheckConstraint("proven_at IS NULL OR person_id IS NOT NULL", name="proven"),
        Index("ix_record_session_started_at", "started_at"),
    )


class RecordCode(Base):
    """A code by text or by post that opens a person's own record. ``code`` is a keyed hash."""

    __tablename__ = "record_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    proof: Mapped[str] = mapped_column(String(10))
    code: Mapped[bytes] = mapped_column(Fingerprint)
    sent_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("proof", Proof), name="proof"),
        Index("ix_record_code_person_id_proof_sent_at", "person_id", "proof", "sent_at"),
    )


class OnlineAsk(Base):
    """A link and a code by which a person reads at home what they are asked, and says yes or no.

    ``link`` and ``code`` are keyed hashes. The three flags are what a code to this point proves
    less by, as it was when it was sent (consent.rules.Evidence).
    """

    __tablename__ = "online_ask"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("consent_request.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    contact_point_id: Mapped[UUID]
    by_helper: Mapped[bool]
    is_new: Mapped[bool]
    is_shared: Mapped[bool]
    link: Mapped[bytes] = mapped_column(Fingerprint, unique=True)
    code: Mapped[bytes] = mapped_column(Fingerprint)
    sent_at: Mapped[datetime]
    tries: Mapped[int]
    opened_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name="answer"),
        CheckConstraint("used_at IS NULL OR accepted_at IS NOT NULL", name="used"),
        Index("ix_online_ask_person_id_sent_at", "person_id", "sent_at"),
    )
