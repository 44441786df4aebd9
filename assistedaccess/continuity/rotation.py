"""Another master key in the place of the one there is, while the installation is in use.

Where the key stands in a file: a new one is put in front of the old one in that file, every
subject's key is wrapped anew, a few hundred at a time, and the old one is taken out (``retire``)
when nothing is left under it. Where it stands elsewhere (the environment, a key service), whoever
keeps it gives both, the new one first. It may be stopped at any point and begun again: what is done
stays done. Backups of before open under the old key alone.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import DataKey, InstallationKey
from assistedaccess.kernel.master_keys import KEY_BYTES, key_id
from assistedaccess.kernel.transactions import run_transaction

from .service import record_master_key

if TYPE_CHECKING:
    from config import Settings

BATCH = 200
MOST_PASSES = 5


class CannotRotate(Exception):
    """It cannot be begun; the message says what to do."""


@dataclass(frozen=True)
class Rotation:
    """What was done: how many keys were wrapped anew, and under which master key all are now."""

    wrapped: int
    key_id: str


def rotate_master_key(settings: Settings, read: Callable[[Path], tuple[bytes, ...]]) -> Rotation:
    """Put a new key in front, unless there are two already, and wrap everything under it."""
    keys = (settings.master_key, *settings.older_master_keys)
    if len(keys) == 1:
        if settings.master_key_file is None:
            raise CannotRotate(
                "The master key stands in no file of this machine. Give the new one in front of "
                "the old one where it stands, restart, and run this again."
            )
        keys = (secrets.token_bytes(KEY_BYTES), *keys)
        write_keys(settings.master_key_file, keys)
    record_master_key(outcome="begun", key=key_id(keys[0]))
    encryption.use_master_key(*keys, file=settings.master_key_file, read=read)
    wrapped = wrap_all()
    record_master_key(outcome="done", key=key_id(keys[0]))
    return Rotation(wrapped, key_id(keys[0]))


def retire_older_keys(settings: Settings) -> Rotation:
    """Wrap what is left under the newest key, and take the older ones out of their file."""
    if not settings.older_master_keys:
        raise CannotRotate("There is one master key alone: nothing is to be retired.")
    wrapped = wrap_all()
    newest = key_id(settings.master_key)
    record_master_key(outcome="retired", key=newest)
    if settings.master_key_file is not None:
        write_keys(settings.master_key_file, (settings.master_key,))
    return Rotation(wrapped, newest)


def write_keys(file: Path, keys: tuple[bytes, ...]) -> None:
    """One key a line, the newest first: all of them or, were this stopped, what was there."""
    text = "".join(f"{base64.b64encode(key).decode()}\n" for key in keys)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o600
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    if file.exists() and os.geteuid() == 0:  # whoever serves the pages must still read it
        os.chown(partial, file.stat().st_uid, file.stat().st_gid)
    partial.replace(file)


def wrap_all() -> int:
    """Wrap every key that an older master key has wrapped under the newest; how many there were.

    Looks again until a whole pass finds none: meanwhile others may have written.
    """
    wrapped = 0
    for _ in range(MOST_PASSES):
        found = _pass_over(InstallationKey, InstallationKey.purpose, "purpose")
        found += _pass_over(DataKey, DataKey.subject_id, "subject")
        wrapped += found
        if not found:
            return wrapped
    raise CannotRotate(
        "Others go on to write under the old key: their processes do not see the new one. Give it "
        "to them, restart them, and run this again."
    )


def _pass_over(table: Any, key: Any, kind: str) -> int:
    """One look at every row, in transactions of a few hundred rows."""
    place: Any = None
    wrapped = 0
    while True:
        last, count = run_transaction(lambda at=place: _wrap_batch(table, key, kind, at))  # type: ignore[misc]
        wrapped += count
        if last is None:
            return wrapped
        place = last


def _wrap_batch(table: Any, key: Any, kind: str, place: Any) -> tuple[Any, int]:
    query = select(table).where(table.wrapped.is_not(None)).order_by(key).limit(BATCH)
    if place is not None:
        query = query.where(key > place)
    master = encryption.get_master_keys()
    last, count = None, 0
    for row in get_session().scalars(query.with_for_update()).all():
        last = getattr(row, key.key)
        bound_to = f"{kind}|{last}"
        if not master.is_newest(row.wrapped, bound_to):
            row.wrapped = master.wrap(master.unwrap(row.wrapped, bound_to), bound_to)
            count += 1
    return last, count
