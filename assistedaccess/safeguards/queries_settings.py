"""The settings that count now, and those that will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session

from .models import SafeguardSettings
from .settings import STARTING, Settings, read_numbers

_COUNTING = (
    select(SafeguardSettings.version, SafeguardSettings.numbers)
    .where(SafeguardSettings.counts_from <= bindparam("now"))
    .order_by(SafeguardSettings.version.desc())
    .limit(1)
)


def get_settings() -> Settings:
    """The newest version that counts already; what an installation begins with, where none does.

    One statement.
    """
    row = get_session().execute(_COUNTING, {"now": clock.now()}).one_or_none()
    return Settings(row.version, read_numbers(row.numbers)) if row is not None else STARTING


@dataclass(frozen=True)
class Edition:
    """One version, for the page: who reads it sees from when it counts, and why it was made."""

    settings: Settings
    reason: str
    counts_from: datetime | None


def list_editions(most: int = 10) -> list[Edition]:
    """The newest versions first, at most so many."""
    rows = get_session().scalars(
        select(SafeguardSettings).order_by(SafeguardSettings.version.desc()).limit(most)
    )
    return [
        Edition(Settings(row.version, read_numbers(row.numbers)), row.reason, row.counts_from)
        for row in rows
    ]


def find_newest_version() -> int:
    """The highest version there is, whether it counts yet or not."""
    found = get_session().scalar(
        select(SafeguardSettings.version).order_by(SafeguardSettings.version.desc()).limit(1)
    )
    return found or STARTING.version
