"""The life of one delegation as a story in parts: agreed, used, changed, stopped, ended. Pure.

The events of one authority stand in the journal each by itself, and each alike. A reader wants to
know what became of it: so what follows each other and is of one kind is one part, and what one
hand did many times in a row is one deed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from .rules import LOOKS


class Happened(Protocol):
    """What a story needs to know of an event; queries.Entry is one."""

    @property
    def id(self) -> UUID: ...
    @property
    def action(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def reason_code(self) -> str | None: ...
    @property
    def account_id(self) -> UUID | None: ...
    @property
    def authority_id(self) -> UUID | None: ...
    @property
    def service(self) -> str | None: ...
    @property
    def occurred_at(self) -> datetime: ...


E = TypeVar("E", bound=Happened)


class PartKind(StrEnum):
    """What a part of the story tells."""

    ASKED = "asked"
    BEGUN = "begun"
    CHANGED = "changed"
    WAITED = "waited"
    USED = "used"
    LOOKED = "looked"
    WARNED = "warned"
    RESTED = "rested"
    STOPPED = "stopped"
    LIFTED = "lifted"
    OBJECTED = "objected"
    ENDED = "ended"


_KINDS = {
    "delegation.granted": PartKind.BEGUN,
    "delegation.widened": PartKind.BEGUN,
    "delegation.frozen": PartKind.STOPPED,
    "delegation.lifted": PartKind.LIFTED,
    "delegation.suspended": PartKind.RESTED,
    "delegation.revived": PartKind.LIFTED,
    "delegation.warned": PartKind.WARNED,
    "delegation.check_in_asked": PartKind.WARNED,
    "delegation.checked_in": PartKind.WARNED,
    "delegation.ended": PartKind.ENDED,
    "delegation.expired": PartKind.ENDED,
    "consent.withdrawn": PartKind.ENDED,
    "consent.lapsed": PartKind.ENDED,
    "consent.viewed": PartKind.LOOKED,
    "consent_picture.opened": PartKind.LOOKED,
    "legal_authority.recorded": PartKind.BEGUN,
}
_BEGINNINGS = (
    ("consent", PartKind.ASKED),
    ("statement", PartKind.ASKED),
    ("capacity", PartKind.ASKED),
    ("objection", PartKind.OBJECTED),
    ("pending_act.", PartKind.WAITED),
    ("act.held", PartKind.WAITED),
)
_AGREEING = frozenset({PartKind.ASKED, PartKind.BEGUN, PartKind.CHANGED})
_TELLING = (
    "delegation.granted",
    "delegation.ended",
    "application.submitted",
    "change_report.submitted",
    "payment_details.changed",
    "payment.taken",
    "record_of_help.made",
)
"""The events that tell most of their part, whichever comes last."""


def kind_of(event: Happened) -> PartKind:
    """Which part an event belongs to. What an edition gives way to is part of the change."""
    if event.action == "delegation.ended" and event.reason_code == "superseded":
        return PartKind.CHANGED
    if event.action in _KINDS:
        return _KINDS[event.action]
    for beginning, kind in _BEGINNINGS:
        if event.action.startswith(beginning):
            return kind
    return PartKind.LOOKED if event.action in LOOKS else PartKind.USED


@dataclass
class Deed(Generic[E]):
    """What one hand did once, or many times in a row."""

    first: E
    again: list[E] = field(default_factory=list)


@dataclass
class Part(Generic[E]):
    """What happened one after the other and is of one kind."""

    kind: PartKind
    deeds: list[Deed[E]]

    @property
    def key(self) -> E:
        """The event that tells most of it."""
        told = [deed.first for deed in self.deeds if deed.first.action in _TELLING]
        return told[-1] if told else self.deeds[0].first

    @property
    def firsts(self) -> list[E]:
        return [deed.first for deed in self.deeds]

    @property
    def again(self) -> dict[UUID, list[E]]:
        """By the first of them, what the same hand did again at once."""
        return {deed.first.id: deed.again for deed in self.deeds}


def tell_life(events: Iterable[E]) -> list[Part[E]]:
    """The parts of a life, from its events, oldest first."""
    parts: list[Part[E]] = []
    for event in events:
        kind = kind_of(event)
        last = parts[-1] if parts else None
        if last is None or not _goes_on(last, kind, event):
            parts.append(Part(kind, [Deed(event)]))
            continue
        if last.kind in _AGREEING:
            last.kind = max(last.kind, kind, key=[*PartKind].index)
        if _is_same(last.deeds[-1].first, event):
            last.deeds[-1].again.append(event)
        else:
            last.deeds.append(Deed(event))
    return parts


def _goes_on(last: Part[Any], kind: PartKind, event: Happened) -> bool:
    if kind is last.kind or (kind in _AGREEING and last.kind in _AGREEING):
        return True
    if kind is not PartKind.LOOKED or last.kind not in {*_AGREEING, PartKind.USED}:
        return False
    # Whoever is at work looks at what they work on.
    before = last.deeds[-1].first
    same_day = before.occurred_at.date() == event.occurred_at.date()
    return same_day and before.account_id == event.account_id


def _is_same(one: Happened, other: Happened) -> bool:
    def spell(event: Happened) -> tuple[object, ...]:
        who = (event.account_id, event.authority_id, event.service)
        return (event.action, event.outcome, event.reason_code, *who)

    return spell(one) == spell(other)
