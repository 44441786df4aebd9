"""Events: how a lower package is heard by higher ones, inside the caller's transaction.

A handler that fails fails the command. Events are frozen dataclasses, defined by the package that
publishes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from .errors import Held, Refused

E = TypeVar("E")

_handlers: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[E], handler: Callable[[E], None]) -> None:
    """Have ``handler`` called for each event of ``kind``, once, however often this is said."""
    if handler not in _handlers[kind]:
        _handlers[kind].append(handler)


def publish(event: object) -> None:
    """Tell the subscribers, in the order in which they subscribed."""
    for handler in _handlers[type(event)]:
        handler(event)


@dataclass(frozen=True)
class ActRefused:
    """A rule said no. Published alone, in a second transaction, after the rollback."""

    refusal: Refused


@dataclass(frozen=True)
class ActHeld:
    """An act waits for a second human. Published alone, after the rollback."""

    held: Held
