"""Secrets of people, encrypted in the application.

The installation's master key wraps one key per subject (a person, an account); a value is sealed
with its subject's key by AES-256-GCM (NIST SP 800-38D), bound to its subject and its field, so
that it opens nowhere else. Forgetting a subject's key erases all that was sealed with it, in every
backup too. Equal secrets are found by a keyed hash under a key of its own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from . import clock
from .database import Base, Sealed, get_session
from .master_keys import KEY_BYTES, MasterKeys, decrypt, encrypt
from .transactions import get_database

_CACHE = "data_keys"
_READ_ANEW = "subject keys read anew"


class DataKey(Base):
    """The wrapped key of one subject; no row, or an empty one, once it is forgotten.

    It opens to one key or several, each of 32 bytes, the newest first: that one seals, all of them
    open (docs/adr/0047). ``created_at`` is when the newest was made.
    """

    __tablename__ = "data_key"

    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(Sealed)
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]


class InstallationKey(Base):
    """A key of the whole installation, wrapped by the master key."""

    __tablename__ = "installation_key"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(Sealed)
    created_at: Mapped[datetime]


class KeyForgotten(Exception):
    """What was sealed for this subject has been erased."""


_master: MasterKeys | None = None


def use_master_key(
    master_key: bytes,
    *older: bytes,
    file: Path | None = None,
    read: Callable[[Path], tuple[bytes, ...]] | None = None,
) -> None:
    """Set the master key of this process, and ``older`` ones that still open (32 bytes each).

    Where they stand in ``file``, ``read`` reads it anew when it has changed.
    """
    global _master
    _master = MasterKeys((master_key, *older), file, read)


def get_master_keys() -> MasterKeys:
    """The master keys of this process."""
    if _master is None:
        raise RuntimeError("no master key is set")
    return _master


def get_installation_key(purpose: str) -> bytes:
    """The installation's key for ``purpose``, made on first use inside a transaction.

    Raises WrongMasterKey when the stored one cannot be opened.
    """
    known: dict[str, bytes] = get_database().remembered.setdefault("installation_keys", {})
    if purpose in known:
        return known[purpose]
    session = get_session()
    row = session.get(InstallationKey, purpose)
    if row is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        wrapped = get_master_keys().wrap(secrets.token_bytes(KEY_BYTES), f"purpose|{purpose}")
        session.execute(
            insert(InstallationKey)
            .values(purpose=purpose, wrapped=wrapped, created_at=clock.now())
            .on_conflict_do_nothing()
        )
        row = session.scalars(select(InstallationKey).filter_by(purpose=purpose)).one()
        # Not kept in memory yet: this transaction may still roll back and take the key with it.
        return get_master_keys().unwrap(row.wrapped, f"purpose|{purpose}")
    known[purpose] = get_master_keys().unwrap(row.wrapped, f"purpose|{purpose}")
    return known[purpose]


def opens_installation(master_key: bytes) -> bool:
    """Whether this key alone opens the installation's own keys. Needs a unit of work."""
    alone = MasterKeys((master_key,))
    rows = get_session().scalars(select(InstallationKey)).all()
    return bool(rows) and all(
        alone.is_newest(row.wrapped, f"purpose|{row.purpose}") for row in rows
    )


def fingerprint(field: str, value: str) -> bytes:
    """A keyed hash by which equal values of one field are found (HMAC-SHA-256, 32 bytes)."""
    key = get_installation_key("fingerprint")
    return hmac.digest(key, f"{field}\x00{value}".encode(), "sha256")


Ciphers = tuple[AESGCM, ...]
"""Of one subject's keys, the newest first."""


def _cache() -> dict[UUID, Ciphers]:
    cache: dict[UUID, Ciphers] = get_session().info.setdefault(_CACHE, {})
    return cache


_KEYS = select(DataKey).where(DataKey.subject_id.in_(bindparam("wanted", expanding=True)))


def load_keys(subject_ids: Iterable[UUID]) -> None:
    """Fetch the keys of many subjects in one statement, before a list is unsealed."""
    cache = _cache()
    wanted = {subject_id for subject_id in subject_ids if subject_id not in cache}
    if not wanted:
        return
    for row in get_session().scalars(_KEYS, {"wanted": list(wanted)}):
        keep_key(row)


def keep_key(row: DataKey | None) -> None:
    """Keep a key that was fetched beside its subject, by the statement of a page that is hot."""
    if row is not None and row.wrapped is not None:
        plain = get_master_keys().unwrap(row.wrapped, f"subject|{row.subject_id}")
        _cache()[row.subject_id] = tuple(
            AESGCM(plain[at : at + KEY_BYTES]) for at in range(0, len(plain), KEY_BYTES)
        )


def _key_for_writing(subject_id: UUID) -> AESGCM:
    load_keys([subject_id])
    cache = _cache()
    if subject_id not in cache:
        session = get_session()
        existing = session.get(DataKey, subject_id)
        if existing is not None and existing.wrapped is None:
            raise KeyForgotten
        key = secrets.token_bytes(KEY_BYTES)
        wrapped = get_master_keys().wrap(key, f"subject|{subject_id}")
        session.add(DataKey(subject_id=subject_id, wrapped=wrapped, created_at=clock.now()))
        session.flush()
        cache[subject_id] = (AESGCM(key),)
    return cache[subject_id][0]


def renew_key(row: DataKey) -> None:
    """Put a new key in front of a subject's: what is sealed from now on opens under it alone.

    ``row`` is locked, and its key not forgotten. Older keys stay, for what they have sealed.
    """
    assert row.wrapped is not None  # noqa: S101
    bound_to, master = f"subject|{row.subject_id}", get_master_keys()
    older = master.unwrap(row.wrapped, bound_to)
    row.wrapped = master.wrap(secrets.token_bytes(KEY_BYTES) + older, bound_to)
    row.created_at = clock.now()
    _cache().pop(row.subject_id, None)


def seal(subject_id: UUID, field: str, value: str | bytes) -> bytes:
    """``value`` sealed for one subject and one field (``table.column``)."""
    plain = value.encode() if isinstance(value, str) else value
    return encrypt(_key_for_writing(subject_id), plain, f"{field}|{subject_id}")


def unseal_bytes(subject_id: UUID, field: str, sealed: bytes) -> bytes:
    """What seal was given. Raises KeyForgotten when the subject's key is gone."""
    cache = _cache()
    if subject_id not in cache:
        load_keys([subject_id])
    known = cache.get(subject_id)
    if known is None:
        raise KeyForgotten
    try:
        return _open(known, sealed, f"{field}|{subject_id}")
    except InvalidTag:
        read_anew: set[UUID] = get_session().info.setdefault(_READ_ANEW, set())
        if subject_id in read_anew:  # once is enough: whoever tries what may fail would ask on
            raise
        read_anew.add(subject_id)
        newer = _read_anew(subject_id)
        if len(newer) == len(known):
            raise
        return _open(newer, sealed, f"{field}|{subject_id}")


def _open(ciphers: Ciphers, sealed: bytes, bound_to: str) -> bytes:
    for cipher in ciphers[:-1]:
        try:
            return decrypt(cipher, sealed, bound_to)
        except InvalidTag:
            continue
    return decrypt(ciphers[-1], sealed, bound_to)


def _read_anew(subject_id: UUID) -> Ciphers:
    """A subject's keys of now: somebody may have been given a new one since this unit of work
    looked, and something been sealed with it."""
    keep_key(get_session().get(DataKey, subject_id, populate_existing=True))
    return _cache()[subject_id]


def unseal(subject_id: UUID, field: str, sealed: bytes) -> str:
    """As unseal_bytes, for text."""
    return unseal_bytes(subject_id, field, sealed).decode()


def forget(subject_id: UUID) -> None:
    """Forget a subject's key: nothing that was sealed for them can be opened again."""
    session = get_session()
    row = session.get(DataKey, subject_id, with_for_update=True)
    if row is not None:
        row.wrapped = None
        row.forgotten_at = clock.now()
    _cache().pop(subject_id, None)
