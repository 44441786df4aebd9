"""What keeps this installation from saving, said on every page while it lasts.

Read-only is what a statement ran into within the last minute (a standby that took no writes, a disk
that somebody mounted so); damage is marked in DATA_DIR (kernel.damage) until a backup is restored.
"""

from __future__ import annotations

import time

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from assistedaccess.kernel.transactions import get_database

READ_ONLY = "25006"  # PostgreSQL's read_only_sql_transaction
LASTS = 60.0
_SEEN = "read-only seen"


def is_read_only(error: DBAPIError) -> bool:
    """Whether the database takes no writes at all."""
    if getattr(error.orig, "sqlstate", None) == READ_ONLY:
        return True
    return getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_READONLY")


def note_read_only() -> None:
    """Let the pages of the next minute say so."""
    get_database().remembered[_SEEN] = time.monotonic()


def find_trouble() -> str | None:
    """One sentence for the top of the page, or None."""
    if get_database().is_damaged:
        return _(
            "Nothing can be saved: the database is damaged. What is shown may be incomplete. "
            "Whoever runs this service restores a backup. Use the paper forms until then."
        )
    seen = get_database().remembered.get(_SEEN)
    if seen is not None and time.monotonic() - seen < LASTS:
        return _(
            "Nothing can be saved at the moment: the database can only be read. Use the paper "
            "forms until it is back."
        )
    return None
