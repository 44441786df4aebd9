"""The port by which packages beside the desk put a word on a helper's *Today*.

What each of them looks for goes into the one statement that finds what waits (desk.queries), so
that the home page costs no statement more for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, Uuid, cast, literal, null, select

from assistedaccess.kernel.database import Moment

Found = Callable[[], ColumnElement[bool]]

_found: dict[str, Found] = {}


def add(name: str, found: Found) -> None:
    """Register what makes ``name`` stand on *Today*: a condition in SQL, in which
    ``bindparam("account_id")`` is whoever looks; registered twice: once."""
    _found[name] = found


def list_parts() -> list[Select[*tuple[Any, ...]]]:
    """A row each where its condition holds: ``list`` is its name, and the rest is empty."""
    return [
        select(
            literal(name).label("list"),
            cast(null(), Uuid()).label("id"),
            literal("").label("reference"),
            literal("").label("said"),
            cast(null(), Moment()).label("at"),
            cast(null(), Moment()).label("due_at"),
        ).where(found())
        for name, found in sorted(_found.items())
    ]


def list_names() -> list[str]:
    """What may stand there."""
    return sorted(_found)
