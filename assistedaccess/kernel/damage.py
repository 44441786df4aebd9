"""A damaged SQLite file: it is noticed, nothing more is written to it, and everybody is told.

Only a check of every page sees it (``PRAGMA quick_check``): at each start of the server, once a day
(``assistedaccess expire``), and wherever SQLite itself stumbles over it. What was found stands in a
file beside the data, so that all processes know, until somebody restores a backup. PostgreSQL looks
after its own pages.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from . import clock
from .transactions import get_database

DAY = 24 * 60 * 60
CHECKED, DAMAGED = "database.checked", "DAMAGED"
_CODES = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def mark_of(data_dir: Path) -> Path:
    """The file that says that the database is damaged."""
    return data_dir / DAMAGED


def check_file(file: Path) -> str | None:
    """What is wrong with an SQLite file; None where nothing is."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.DatabaseError as error:
        return str(error) if is_damage(error) else None
    return None if said == ["ok"] else said[0]


def look(database_url: str, data_dir: Path, *, at_most_daily: bool = False) -> str | None:
    """Check the database, and set or remove the mark; what is wrong. Does nothing on PostgreSQL."""
    url = make_url(database_url)
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not file.exists():
        return None
    checked = data_dir / CHECKED
    now = clock.now().timestamp()
    if at_most_daily and checked.exists() and now - checked.stat().st_mtime < DAY:
        return None
    found = check_file(file.resolve())
    if found is None:
        mark_of(data_dir).unlink(missing_ok=True)
        checked.touch()
        os.utime(checked, (now, now))
    else:
        mark_of(data_dir).write_text(f"{found}\n", "utf-8")
    return found


def is_damage(error: BaseException | None) -> bool:
    """Whether SQLite says that its file is damaged."""
    return getattr(error, "sqlite_errorname", "").startswith(_CODES)


def note_damage(error: DBAPIError) -> bool:
    """Where a statement stumbled over damage, let all processes know; whether it did."""
    mark = get_database().damage_mark
    if not is_damage(error.orig):
        return False
    if mark is not None:
        mark.write_text(f"{error.orig}\n", "utf-8")
    return True
