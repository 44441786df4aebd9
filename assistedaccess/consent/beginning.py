"""Whether what a yes allows has begun: a port, because delegations know it and consents do not.

A yes to being represented may wait for a second human. Until then its receipt must not say that
somebody may act: the person would go home with a paper that is not true.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from .rules import Mode

_askers: list[Callable[[UUID], bool]] = []


def register_beginning(has_begun: Callable[[UUID], bool]) -> None:
    """``has_begun`` takes a consent's id: has anything ever rested on that yes."""
    if has_begun not in _askers:
        _askers.append(has_begun)


def has_begun(consent_id: UUID, mode: Mode) -> bool:
    """Help in one's presence begins with the yes itself."""
    return mode == Mode.ASSISTING or any(asker(consent_id) for asker in _askers)
