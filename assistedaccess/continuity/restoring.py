"""Restoring a backup into an empty place: whole, checked and sealed, or not at all.

The backup is opened to its end before anything is touched, so a damaged one changes nothing. What
is restored is checked where nobody can see it yet: on SQLite in a file beside the real one, on
PostgreSQL inside one transaction. Only then does it appear. A restore that is killed leaves the
place as it was.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from assistedaccess.audit import sealing
from assistedaccess.audit.checkpoints import find_checkpoint
from assistedaccess.audit.notes import BadNote, open_note, read_checkpoint, read_verifier
from assistedaccess.audit.verify import verify_journal
from assistedaccess.kernel import migrations
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.kernel.master_keys import WrongMasterKey
from assistedaccess.kernel.schema import grant_to_application
from assistedaccess.kernel.transactions import reading, use_database

from .contents import (
    END,
    FILES,
    KEYS,
    MANIFEST,
    POSTGRESQL,
    SQLITE,
    STAGING,
    End,
    Manifest,
    Member,
    check_whole,
    list_members,
    read_end,
)
from .envelope import Damaged, OtherKey, Reader
from .growing import in_postgresql, in_sqlite
from .service import record_restore
from .taking import database_file, fingerprint_of_secret

if TYPE_CHECKING:
    from config import Settings


class NotEmptyPlace(Exception):
    """Something is there that a restore would overwrite; the message says what."""


class CannotRestore(Exception):
    """The backup is refused, and nothing was changed; the message says why, in sentences."""


class IsDamaged(CannotRestore):
    """Something of it was altered, or is missing."""


class IsOlder(CannotRestore):
    """The checkpoint that was kept outside is of a longer journal."""


@dataclass(frozen=True)
class Age:
    """How the backup stands to the checkpoint that was kept outside."""

    kept_sealed: int | None = None
    is_older: bool = False


@dataclass
class Restored:
    """What a restore did."""

    manifest: Manifest
    events: int = 0
    sealed: int = 0
    files: int = 0
    held: int = 0
    warnings: list[str] = field(default_factory=list)


def restore(
    settings: Settings, file: Path, *, checkpoint: str | None = None, accept_older: bool = False
) -> Restored:
    """Restore ``file`` into the empty place that ``settings`` name.

    ``checkpoint`` is a note that was kept outside: without it nobody can tell that the backup is
    the newest, which is a warning. A backup that is older is refused, unless ``accept_older``.

    Raises NotEmptyPlace and CannotRestore; nothing is changed then.
    """
    check_empty(settings)
    manifest = _open_to_the_end(file, settings)
    _check_fits(manifest, settings)
    age = _compare(manifest, checkpoint, accept_older)
    done = Restored(manifest, warnings=_warn(manifest, settings, checkpoint, age))
    staging = settings.data_dir / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700, parents=True)
    try:
        place = in_sqlite if manifest.kind == SQLITE else in_postgresql
        with place(settings, manifest) as (database, take):
            end = _bring_in(file, settings, staging / "files", take)
            database.upgrade(end)
            with use_database(database.units):
                _check(manifest, None if age.is_older else checkpoint)
                held = record_restore(
                    made_at=manifest.made_at,
                    sealed=manifest.sealed,
                    kept_sealed=age.kept_sealed,
                    is_older=age.is_older,
                )
        done.events, done.files, done.held = manifest.events, end.files, held
        if held:
            done.warnings.append(
                f"{held} messages waited when the backup was made, and may have been sent since: "
                "they are held. Look at them: assistedaccess notices held."
            )
        for path in (staging / "files").glob("*"):
            path.rename(settings.data_dir / path.name)
    except Damaged as error:
        raise IsDamaged(f"The backup is damaged: {error}.") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    grant_to_application(settings)
    # Now, not before: a sealer does not see the events of the very transaction that it runs in.
    done.sealed = _seal_the_rest(settings)
    return done


# -- before anything is touched


def check_empty(settings: Settings) -> None:
    """Raise NotEmptyPlace unless there is no table, and nothing in DATA_DIR but ``keys``."""
    there = settings.data_dir.glob("*") if settings.data_dir.exists() else []
    found = {path for path in there if path.name not in (KEYS, STAGING)}
    if settings.is_sqlite:
        database = database_file(settings)
        if database.exists() and database.stat().st_size:
            raise NotEmptyPlace(f"there is a database, {database}")
        found -= {settings.data_dir / database.name} if database.exists() else set()
    elif tables := _list_tables(settings):
        raise NotEmptyPlace(f"the database has {len(tables)} tables, such as {tables[0]}")
    if found:
        raise NotEmptyPlace(f"DATA_DIR, {settings.data_dir}, holds {min(found).name}")


def _list_tables(settings: Settings) -> list[str]:
    database = Database(settings.migration_database_url)
    try:
        return sorted(inspect(database.engine).get_table_names())
    finally:
        database.dispose()


def _open_to_the_end(file: Path, settings: Settings) -> Manifest:
    try:
        with file.open("rb") as content:
            return check_whole(content, _master_keys(settings))
    except Damaged as error:
        raise IsDamaged(f"The backup is damaged: {error}.") from error
    except OtherKey as error:
        raise CannotRestore(
            f"The backup was made under another master key, {error.key_id}. Give that one in "
            "ASSISTEDACCESS_MASTER_KEY_FILE; where it is lost, open its escrow copy."
        ) from error


def _master_keys(settings: Settings) -> list[bytes]:
    return [settings.master_key, *settings.older_master_keys]


def _check_fits(manifest: Manifest, settings: Settings) -> None:
    if (manifest.kind == SQLITE) != settings.is_sqlite:
        here, there = (POSTGRESQL, SQLITE) if manifest.kind == SQLITE else (SQLITE, POSTGRESQL)
        raise CannotRestore(
            f"The backup is of {there}, and ASSISTEDACCESS_DATABASE_URL names {here}: restore it "
            "into the kind of database that it was made of."
        )
    if not migrations.is_known(manifest.revision):
        raise CannotRestore(
            f"The backup has the tables of a newer version ({manifest.revision}): install that one."
        )


def _compare(manifest: Manifest, checkpoint: str | None, accept_older: bool) -> Age:
    if checkpoint is None:
        return Age()
    verifiers = [read_verifier(text) for text in manifest.journal_keys]
    try:
        text, signers = open_note(checkpoint, verifiers)
        size, _ = read_checkpoint(text, origin=signers[0].name)
    except BadNote as error:
        raise CannotRestore(
            f"The checkpoint does not count: {error}. It is of another journal, or the backup is "
            "older than the key that signed it."
        ) from error
    if size <= manifest.sealed:
        return Age(size)
    if not accept_older:
        raise IsOlder(
            f"The backup is older than the checkpoint: it has {manifest.sealed} sealed events, the "
            f"checkpoint {size}. Look for a newer backup. Where there is none, --accept-older says "
            "that the loss is known; the journal then says so too."
        )
    return Age(size, is_older=True)


def _warn(manifest: Manifest, settings: Settings, checkpoint: str | None, age: Age) -> list[str]:
    warnings = []
    if checkpoint is None:
        warnings.append(
            "Without a checkpoint from outside nobody can tell whether this is the newest backup: "
            "give --checkpoint FILE where you have one."
        )
    if age.is_older:
        warnings.append(
            f"What came after {manifest.made_at} is lost: at least "
            f"{(age.kept_sealed or 0) - manifest.sealed} events. The journal says so."
        )
    if manifest.secret_key != fingerprint_of_secret(settings.secret_key):
        warnings.append(
            "ASSISTEDACCESS_SECRET_KEY is another one than before: forms that are open in a "
            "browser must be loaded again. Nothing is lost by it."
        )
    warnings.append("Everybody signs in again: what was ended since the backup stays ended.")
    return warnings


# -- bringing in


def _bring_in(file: Path, settings: Settings, files: Path, take: Callable[[Member], None]) -> End:
    """Give each part of the database to ``take``, and write the files into ``files``."""
    end, written = None, 0
    files.mkdir(mode=0o700)
    with file.open("rb") as content:
        for member in list_members(Reader(content, _master_keys(settings))):
            if member.name == END:
                end = read_end(member)
            elif member.name.startswith(FILES):
                _write_file(files, member)
                written += 1
            elif member.name != MANIFEST:
                take(member)
    if end is None or end.files != written:
        raise Damaged("not all of its files arrived")
    return end


def _write_file(folder: Path, member: Member) -> None:
    parts = PurePosixPath(member.name.removeprefix(FILES)).parts
    if not parts or ".." in parts or parts[0] in ("/", KEYS):
        raise Damaged(f"{member.name} would lie outside of DATA_DIR")
    target = folder.joinpath(*parts)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for block in member.blocks():
            out.write(block)


def _check(manifest: Manifest, checkpoint: str | None) -> None:
    """The right master key, every event of the journal, and that it goes on from ``checkpoint``."""
    with reading():
        try:
            get_installation_key("fingerprint")
        except WrongMasterKey as error:
            raise CannotRestore(
                "The master key is not the one that the data in the backup are encrypted with."
            ) from error
        report = verify_journal(since=[checkpoint] if checkpoint else [])
    if not report.ok:
        raise CannotRestore(f"The journal in the backup does not hold.\n{report.words()}")
    if report.events != manifest.events:
        raise Damaged(f"it has {report.events} events, and should have {manifest.events}")


def _seal_the_rest(settings: Settings) -> int:
    database = Database(settings.database_url)
    try:
        with use_database(database):
            sealing.seal_all()
            with reading():
                newest = find_checkpoint()
    finally:
        database.dispose()
    return newest.size if newest else 0
