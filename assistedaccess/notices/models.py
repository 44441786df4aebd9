"""Tables of what people and accounts are told.

A notice is queued in the transaction of the act that it tells of, and sent after it. Nothing here
refers upwards by foreign key: people, organisations and visits belong to higher packages.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Sealed, one_of

from .rules_reading import ReadHow

OPEN_DIGEST = text("state = 'queued' AND digest_key IS NOT NULL")


class Notice(Base):
    """One message to one address: a risky act, the digest of a visit, mail to an account, or what
    becomes of a complaint.

    ``address`` (to whom and where) and ``facts`` (where it was done) are sealed with the person's
    key, else the account's; of a complaint (``complaint_id``) with the key of ``sealed_for``, and
    such a message names no person and no organisation: it stands in no list but its owner's.
    ``independent`` says that the helper whose act it tells of neither made nor changed the address.
    ``read_at``, ``read_how``: the first sign that it was read (rules_reading.ReadHow); nothing
    there means that nobody knows.
    """

    __tablename__ = "notice"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    person_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    complaint_id: Mapped[UUID | None] = mapped_column(index=True)
    sealed_for: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(40))
    is_risky: Mapped[bool]
    # One digest of a person, helper, site, day and visit takes entries until it is due.
    digest_key: Mapped[str | None] = mapped_column(String(64))
    visit_id: Mapped[UUID | None] = mapped_column(index=True)
    second_of: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"), index=True)
    organisation_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]

    channel: Mapped[str] = mapped_column(String(10))
    contact_point_id: Mapped[UUID | None]
    independent: Mapped[bool]
    language: Mapped[str] = mapped_column(String(2))
    is_brief: Mapped[bool]
    is_large_print: Mapped[bool]
    address: Mapped[bytes | None] = mapped_column(Sealed)
    facts: Mapped[bytes] = mapped_column(Sealed)

    queued_at: Mapped[datetime]
    queued_by_account_id: Mapped[UUID | None]
    queued_by_human_id: Mapped[UUID | None]

    state: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    is_rerouted: Mapped[bool]
    claim_token: Mapped[UUID | None]
    claimed_until: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(60))
    provider_reference: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    posted_by_account_id: Mapped[UUID | None]
    posted_by_human_id: Mapped[UUID | None]
    read_at: Mapped[datetime | None]
    read_how: Mapped[str | None] = mapped_column(String(10))

    __table_args__ = (
        CheckConstraint(
            "(person_id IS NULL) <> (account_id IS NULL) OR "
            "complaint_id IS NOT NULL AND person_id IS NULL AND account_id IS NULL",
            name="one_addressee",
        ),
        CheckConstraint("(complaint_id IS NULL) = (sealed_for IS NULL)", name="complaint"),
        CheckConstraint("(read_at IS NULL) = (read_how IS NULL)", name="read"),
        CheckConstraint(f"read_how IS NULL OR {one_of('read_how', ReadHow)}", name="read_how"),
        Index("ix_notice_state_due_at", "state", "due_at"),
        Index("ix_notice_person_id_id", "person_id", "id"),
        Index("ix_notice_organisation_id_state_id", "organisation_id", "state", "id"),
        Index(
            "uq_notice_open_digest",
            "digest_key",
            unique=True,
            sqlite_where=OPEN_DIGEST,
            postgresql_where=OPEN_DIGEST,
        ),
    )

    @property
    def subject_id(self) -> UUID:
        """Whose key seals it."""
        found = self.person_id or self.account_id or self.sealed_for
        assert found is not None  # noqa: S101  (constraints of the table)
        return found


class NoticeEntry(Base):
    """One act that a notice tells of. ``facts`` are sealed as the notice's are.

    ``event_id`` is that act in the journal: what a *no* to this notice is about.
    """

    __tablename__ = "notice_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    is_sensitive: Mapped[bool]
    facts: Mapped[bytes] = mapped_column(Sealed)
    happened_at: Mapped[datetime]
    human_id: Mapped[UUID | None]
    event_id: Mapped[UUID | None]
