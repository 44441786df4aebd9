"""What a backup holds: a tar archive within the envelope, in the order in which it is restored.

``manifest.json`` first: when, of what, the newest checkpoint, the keys' fingerprints. Then the
database: on SQLite its file, on PostgreSQL the rows of each table as COPY writes them, in parts of
a megabyte. Then the files of DATA_DIR. ``end.json`` last: how many rows and files there must be.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from assistedaccess.kernel.damage import CHECKED, DAMAGED

from .envelope import CHUNK, MAGIC, Damaged, Reader, Writer

MANIFEST, END = "manifest.json", "end.json"
SQLITE_FILE = "database.sqlite3"
ROWS, FILES = "rows/", "files/"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. It was encrypted with the rest, so it is as true as that."""

    made_at: str
    kind: str
    revision: str
    tables: dict[str, list[str]] = field(default_factory=dict)
    """PostgreSQL: each table with its columns, those that others refer to first."""
    checkpoint: str | None = None
    """The newest checkpoint's note."""
    sealed: int = 0
    events: int = 0
    journal_keys: list[str] = field(default_factory=list)
    """The verifiers of the journal, the first first."""
    master_key: str = ""
    secret_key: str = ""


@dataclass
class End:
    """What must have arrived when all has."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


class Archive:
    """Writes the contents of one backup into an envelope."""

    def __init__(self, out: Writer) -> None:
        self._tar = tarfile.open(  # type: ignore[call-overload]  # noqa: SIM115  (close() ends it)
            mode="w|", fileobj=out, bufsize=CHUNK
        )
        self.end = End()

    def add(self, name: str, data: bytes) -> None:
        """A member with ``data``."""
        member = tarfile.TarInfo(name)
        member.size = len(data)
        member.mode = 0o600
        self._tar.addfile(member, io.BytesIO(data))

    def add_manifest(self, manifest: Manifest) -> None:
        self.add(MANIFEST, json.dumps(asdict(manifest)).encode())

    def add_database_file(self, file: Path) -> None:
        """The whole of an SQLite file that nobody writes to."""
        member = tarfile.TarInfo(SQLITE_FILE)
        member.size = file.stat().st_size
        with file.open("rb") as content:
            self._tar.addfile(member, content)

    def add_rows(self, table: str, blocks: Iterable[bytes]) -> None:
        """The rows of a table; ``blocks`` are of any size."""
        waiting = bytearray()
        for block in blocks:
            waiting += block
            if len(waiting) >= CHUNK:
                self.add(ROWS + table, bytes(waiting))
                waiting.clear()
        if waiting:
            self.add(ROWS + table, bytes(waiting))

    def add_files(self, folder: Path, leave_out: set[Path]) -> None:
        """The plain files under ``folder`` (nothing through a link), but those to leave out.

        While an installation is in use a file may go away; then it is none of this moment.
        """
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder)
            if is_not_carried(name.parts[0]) or file in leave_out or file.is_symlink():
                continue
            try:
                data = file.read_bytes() if file.is_file() else None
            except FileNotFoundError:
                continue
            if data is not None and not data.startswith(MAGIC):  # no backup within a backup
                self.add(FILES + name.as_posix(), data)
                self.end.files += 1

    def close(self) -> None:
        """Say what must have arrived, and end the archive."""
        self.add(END, json.dumps(asdict(self.end)).encode())
        self._tar.close()


KEYS = "keys"
STAGING = ".restoring"
BACKING_UP = ".backup-"


def is_not_carried(name: str) -> bool:
    """What of DATA_DIR is in no backup: the keys, since what it is encrypted with does not travel
    in it, and what another backup or restore is working on."""
    return name in (KEYS, STAGING, CHECKED, DAMAGED) or name.startswith(BACKING_UP)


@dataclass(frozen=True)
class Member:
    """One member on its way in; to be read before the next is asked for."""

    name: str
    content: Any

    def blocks(self) -> Iterator[bytes]:
        """Its content, a block at a time."""
        while block := self.content.read(CHUNK):
            yield block


def list_members(reader: Reader) -> Iterator[Member]:
    """The members one after the other, to the authenticated end of the file. Raises Damaged."""
    try:
        with tarfile.open(mode="r|", fileobj=reader, bufsize=CHUNK) as tar:  # type: ignore[call-overload]
            for member in tar:
                content = tar.extractfile(member)
                if content is None:
                    raise Damaged(f"{member.name} is no plain file")
                yield Member(member.name, content)
    except tarfile.TarError as error:
        raise Damaged("its contents are no archive") from error
    reader.read_to_end()


def read_manifest(member: Member) -> Manifest:
    """The manifest, which is the first member. Raises Damaged."""
    if member.name != MANIFEST:
        raise Damaged("it does not say what it is")
    try:
        return Manifest(**json.loads(member.content.read()))
    except (ValueError, TypeError):
        raise Damaged("what it says of itself cannot be read") from None


def read_end(member: Member) -> End:
    """What must have arrived. Raises Damaged."""
    try:
        return End(**json.loads(member.content.read()))
    except (ValueError, TypeError):
        raise Damaged("its end cannot be read") from None


def check_whole(file: BinaryIO, master_keys: Iterable[bytes]) -> Manifest:
    """Open every part of the backup, and keep nothing but its manifest.

    Raises Damaged where anything was altered or is missing, and OtherKey.
    """
    manifest, last = None, ""
    for member in list_members(Reader(file, master_keys)):
        if manifest is None:
            manifest = read_manifest(member)
        last = member.name
    if manifest is None or last != END:
        raise Damaged("it ends too early")
    return manifest
