"""Humans, their accounts, how they sign in, and who is signed in now.

Whatever lets somebody in is stored so that reading the table lets nobody in: passwords and codes
as argon2id, tokens as SHA-256 of 256 random bits, the secret of an authenticator app sealed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel.database import Base, Fingerprint, Sealed, one_of

from .rules import CodeKind, FactorKind, RecoveryKind, Stage


class Human(Base):
    """One natural being, whatever hats: ties their accounts and their own person record."""

    __tablename__ = "human"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Account(Base):
    """One way to sign in. No password until the invitation is accepted.

    ``email`` is sealed with the account's key; ``email_fingerprint`` is of its case-folded form.
    ``is_first``: made by ``assistedaccess users add``, of which there are two at most.
    """

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    human_id: Mapped[UUID] = mapped_column(ForeignKey("human.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[bytes] = mapped_column(Sealed)
    email_fingerprint: Mapped[bytes] = mapped_column(Fingerprint, unique=True)
    language: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None]
    is_first: Mapped[bool]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("language IN ('en', 'cy')", name="language"),)


class Factor(Base):
    """A second factor. One that is not confirmed yet opens nothing.

    ``secret`` is the app's key, sealed; ``last_used_step`` the newest time step (of 30 seconds,
    since 1970) whose code was used: neither that step nor an older one is accepted again.
    """

    __tablename__ = "factor"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    secret: Mapped[bytes | None] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_step: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(one_of("kind", FactorKind), name="kind"),
        CheckConstraint(f"kind <> '{FactorKind.APP}' OR secret IS NOT NULL", name="secret"),
    )


class Passkey(Base):
    """A passkey or hardware key, beside the account's factor: a public key, no secret.

    ``sign_count`` is how often it had signed when it was last used (0: it does not count).
    ``doubted_at``: it showed a count that had gone back, so there are two of it; it opens nothing
    any more.
    """

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    doubted_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """One code of a sheet, from position 1. ``sheet_id`` is the factor's id for printed codes."""

    __tablename__ = "one_time_code"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    sheet_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    code_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("sheet_id", "position"),
        CheckConstraint(one_of("kind", CodeKind), name="kind"),
        Index("ix_one_time_code_account_id_kind", "account_id", "kind"),
    )


class SignIn(Base):
    """One browser's sign-in: the server-side session. The browser holds the token alone.

    ``seen_at`` is written at most once a minute. ``fresh_at`` is when password and second factor
    were last given. ``shown_once`` holds, sealed, what this browser may still show and nobody can
    be shown again: codes that were just issued. ``challenge`` is what a passkey was asked here.
    ``network`` is the keyed hash of where the password came from: equality with others, no place.
    """

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    stage: Mapped[str] = mapped_column(String(20))
    device: Mapped[str] = mapped_column(String(80))
    network: Mapped[bytes | None] = mapped_column(Fingerprint)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    fresh_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    tries: Mapped[int]
    role_grant_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    return_path: Mapped[str | None] = mapped_column(String(500))
    shown_once: Mapped[bytes | None] = mapped_column(Sealed)
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    challenged_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("stage", Stage), name="stage"),
        CheckConstraint(
            f"stage <> '{Stage.OPEN}' OR second_factor_at IS NOT NULL", name="second_factor"
        ),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end"),
        Index("ix_sign_in_account_id_ended_at", "account_id", "ended_at"),
        Index("ix_sign_in_seen_at", "seen_at"),
    )


class Invitation(Base):
    """A link that lets somebody set up their account, once, for seven days."""

    __tablename__ = "invitation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Recovery(Base):
    """Somebody asks to be let in again; another human, who knows them, vouches with a code.

    The code is single-use, dies after ten minutes and after five wrong tries.
    """

    __tablename__ = "recovery"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    vouched_at: Mapped[datetime | None]
    vouched_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    vouched_how: Mapped[str | None] = mapped_column(String(20))
    code_hash: Mapped[str | None] = mapped_column(String(200))
    code_expires_at: Mapped[datetime | None]
    tries: Mapped[int]
    closed_at: Mapped[datetime | None]  # used, turned down, expired or replaced

    __table_args__ = (
        CheckConstraint(one_of("kind", RecoveryKind), name="kind"),
        Index("ix_recovery_closed_at_id", "closed_at", "id"),
    )


class Attempt(Base):
    """How often something was tried. ``key`` is a keyed hash of who and where."""

    __tablename__ = "attempt"

    purpose: Mapped[str] = mapped_column(String(30), primary_key=True)
    key: Mapped[bytes] = mapped_column(Fingerprint, primary_key=True)
    count: Mapped[int]
    window_started_at: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]


class KeptForm(Base):
    """What somebody typed into a page after their sign-in had run out, sealed for them alone."""

    __tablename__ = "kept_form"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[bytes] = mapped_column(Sealed)
    kept_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
