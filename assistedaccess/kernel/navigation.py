"""The port by which a feature puts itself into the navigation; ``web`` shows what was put there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement

Waits = Callable[[ColumnElement[UUID]], ColumnElement[bool]]
"""Whether something waits for the account of that id: asked in the one statement that finds who is
signed in, so that no page costs a statement more for it."""


@dataclass(frozen=True)
class Item:
    """One entry: shown to whom holds ``permission`` (to every signed-in account without one).

    ``alone``: it stands for the pages below its own address, and not for the rest of its feature.
    ``waits``: it is shown where something waits for the account, of which the condition in SQL says
    whether, and on its own page.
    """

    label: object  # a lazy translation, read when it is shown
    endpoint: str
    permission: object | None
    order: int
    alone: bool = False
    waits: Waits | None = None


_items: dict[str, Item] = {}


def add(
    label: object,
    endpoint: str,
    permission: object | None = None,
    order: int = 50,
    *,
    alone: bool = False,
    waits: Waits | None = None,
) -> None:
    """Put a page into the navigation; lower ``order`` stands further left. Said twice: once."""
    _items[endpoint] = Item(label, endpoint, permission, order, alone, waits)


def list_items(is_there: Callable[[str], bool]) -> list[Item]:
    """The entries in their order, of those endpoints of which ``is_there`` says that they exist."""
    items = [item for item in _items.values() if is_there(item.endpoint)]
    return sorted(items, key=lambda item: item.order)


def list_waits() -> tuple[tuple[str, Waits], ...]:
    """By their endpoints, the conditions of the entries that are shown where something waits."""
    return tuple((one.endpoint, one.waits) for one in _items.values() if one.waits is not None)
