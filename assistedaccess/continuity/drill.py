"""A drill: back up, lose everything, restore; and two backups that must be refused.

A backup that nobody has restored is a hope. The drill takes a real one of this installation, and
restores it in a scratch place that has nothing in common with it but the keys. A backup with one
altered bit, one that was cut off, and one that is older than the newest checkpoint must be refused
and change nothing. What came of it is signed by the journal's key, with its date.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from assistedaccess.audit import sealing
from assistedaccess.audit.checkpoints import find_checkpoint
from assistedaccess.audit.keys import current_signer, list_verifiers
from assistedaccess.audit.notes import open_note, sign_note
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading

from .contents import Manifest
from .restoring import CannotRestore, IsDamaged, IsOlder, NotEmptyPlace, check_empty, restore
from .service import record_drill
from .taking import back_up

if TYPE_CHECKING:
    from config import Settings

TITLE = "assistedaccess drill 1"
HELD, FAILED = "held", "failed"


class NoScratch(Exception):
    """There is no place to drill in; the message says what to do."""


@dataclass(frozen=True)
class Step:
    """One thing that was tried. ``words`` say what came of it."""

    name: str
    held: bool
    seconds: float
    words: str


@dataclass
class Drill:
    """What a drill found."""

    begun_at: str
    database: str
    size: int = 0
    events: int = 0
    steps: list[Step] = field(default_factory=list)

    @property
    def held(self) -> bool:
        return bool(self.steps) and all(step.held for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``drill --json``."""
        return {
            "ok": self.held,
            "begun_at": self.begun_at,
            "database": self.database,
            "size": self.size,
            "events": self.events,
            "steps": [vars(step) for step in self.steps],
        }

    def words(self) -> str:
        """The report, a line for each thing, without an empty one: it becomes a signed note."""
        lines = [
            TITLE,
            f"begun {self.begun_at}",
            f"outcome {HELD if self.held else FAILED}",
            f"database {self.database}, {self.events} events, backup of {self.size} bytes",
        ]
        for step in self.steps:
            said = HELD if step.held else FAILED
            lines.append(f"{said} in {step.seconds:.2f} s: {step.name}: {step.words}")
        return "".join(f"{line}\n" for line in lines)


def hold_drill(settings: Settings, *, scratch_url: str = "") -> Drill:
    """Do it all; the installation goes on meanwhile, and gets two events of its journal.

    ``scratch_url`` is a PostgreSQL on which a database may be made, where the installation's own
    role that owns the tables may not. Raises NoScratch.
    """
    drill = Drill(clock.now().isoformat(timespec="seconds"), _kind(settings))
    with _make_scratch(settings, scratch_url) as (scratch, folder):
        file = folder / "backup"
        manifest = _time(drill, "a backup is made", lambda: _take(settings, file, drill))
        if manifest is None:
            return _end(drill)
        record_drill(outcome="begun")
        _time(drill, "an altered backup is refused", lambda: _refuse_altered(scratch, file))
        _time(drill, "a backup that was cut off is refused", lambda: _refuse_cut(scratch, file))
        _time(drill, "an older backup is refused", lambda: _refuse_older(scratch, file))
        _time(drill, "the backup is restored", lambda: _bring_back(scratch, file, manifest))
    return _end(drill)


def sign_report(drill: Drill) -> str:
    """The report as a note that the journal's key has signed."""
    with reading():
        signer = current_signer()
    return sign_note(drill.words(), signer.name, signer.key)


def check_report(note: str) -> str:
    """The text of a report that a key of this journal has signed. Raises BadNote."""
    with reading():
        text, _ = open_note(note, list_verifiers())
    return text


def _kind(settings: Settings) -> str:
    return "SQLite" if settings.is_sqlite else "PostgreSQL"


def _end(drill: Drill) -> Drill:
    record_drill(outcome=HELD if drill.held else FAILED)
    return drill


class _Failed(Exception):
    """A step did not hold; the message says how."""


Outcome = tuple[Any, str]
"""What a step has made, and what to say of it."""


def _time(drill: Drill, name: str, work: Callable[[], Outcome]) -> Any:
    began = time.monotonic()
    made, held = None, True
    try:
        made, words = work()
    except (_Failed, CannotRestore, NotEmptyPlace, OSError, SQLAlchemyError) as error:
        words, held = " ".join(str(error).split()), False
    drill.steps.append(Step(name, held, round(time.monotonic() - began, 3), words))
    return made


def _take(settings: Settings, file: Path, drill: Drill) -> Outcome:
    manifest = back_up(settings, file)
    drill.size, drill.events = file.stat().st_size, manifest.events
    if manifest.checkpoint is None:
        raise _Failed("nothing is sealed yet: run assistedaccess audit seal")
    return manifest, f"with a checkpoint of {manifest.sealed} events"


def _refuse(scratch: Settings, file: Path, note: str | None, rule: type[CannotRestore]) -> Outcome:
    try:
        restore(scratch, file, checkpoint=note)
    except rule as error:
        check_empty(scratch)
        return None, " ".join(str(error).split())
    raise _Failed("it was restored as if nothing were wrong")


def _refuse_altered(scratch: Settings, file: Path) -> Outcome:
    altered = file.with_name("altered")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    altered.write_bytes(data)
    return _refuse(scratch, altered, None, IsDamaged)


def _refuse_cut(scratch: Settings, file: Path) -> Outcome:
    cut = file.with_name("cut")
    cut.write_bytes(file.read_bytes()[:-1])
    return _refuse(scratch, cut, None, IsDamaged)


def _refuse_older(scratch: Settings, file: Path) -> Outcome:
    sealing.seal_all()  # the drill's own event came after the backup
    with reading():
        newest = find_checkpoint()
    return _refuse(scratch, file, newest.note if newest else None, IsOlder)


def _bring_back(scratch: Settings, file: Path, manifest: Manifest) -> Outcome:
    done = restore(scratch, file, checkpoint=manifest.checkpoint)
    return done, (
        f"{done.events} events, which hold and go on from the checkpoint of {manifest.sealed}, "
        f"and {done.files} files"
    )


# -- where


@contextmanager
def _make_scratch(settings: Settings, scratch_url: str) -> Iterator[tuple[Settings, Path]]:
    """Settings of an empty place with the same keys, and a folder beside it; both go away."""
    try:
        holder = tempfile.TemporaryDirectory(prefix="assistedaccess-drill-")
    except OSError as error:
        raise NoScratch(f"There is no folder to drill in: {error}.") from error
    with holder as name:
        folder = Path(name)
        place = replace(settings, data_dir=folder / "data")
        if settings.is_sqlite:
            url = f"sqlite:///{folder / 'data' / 'drill.sqlite3'}"
            yield replace(place, database_url=url, migration_database_url=url), folder
            return
        with _make_database(scratch_url or settings.migration_database_url) as url:
            yield replace(place, database_url=url, migration_database_url=url), folder


@contextmanager
def _make_database(server_url: str) -> Iterator[str]:
    server = make_url(server_url).set(drivername="postgresql+psycopg")
    name = f"assistedaccess_drill_{secrets.token_hex(4)}"

    def administer(words: str) -> None:
        plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(words).format(sql.Identifier(name)))  # type: ignore[arg-type]

    try:
        administer("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
    except psycopg.errors.InsufficientPrivilege as error:
        raise NoScratch(
            "The role that owns the tables may not make a database to drill in: let it "
            "(ALTER ROLE … CREATEDB), or give --scratch-database the URL of a role that may."
        ) from error
    except psycopg.OperationalError as error:
        raise NoScratch(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from error
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def write_report(note: str, file: Path) -> None:
    """Keep a signed report; an earlier one stays what it is. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(note)
