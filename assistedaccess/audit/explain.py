"""Reads are acts: a look at a record is recorded with its reason before the data are shown.

The explain port: packages that know why somebody may be looking (an open case, a delegation)
register; the first reason found is stored with the look. Where none is found, the reason is asked
of the one who looks, and stands in the auditors' queue as *stated*, not *explained*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import DomainError

from .actions import Action
from .journal import record


@dataclass(frozen=True)
class Explanation:
    """Why a look is explained: a code such as ``open_case``, and the record that shows it."""

    code: str
    subject: tuple[str, UUID]


Explainer = Callable[[Actor, UUID], Explanation | None]

_explainers: list[Explainer] = []


class ReasonNeeded(DomainError):
    """Nothing explains this look: ask the reason first."""

    def __init__(self, person_id: UUID) -> None:
        super().__init__("")
        self.person_id = person_id


def register_explainer(explainer: Explainer, *, first: bool = False) -> None:
    """Have ``explainer`` asked about each look, once, however often this is said.

    ``first``: before the others, for what explains most looks; each that is asked in vain costs
    every page about a person a statement.
    """
    if explainer not in _explainers:
        _explainers.insert(0 if first else len(_explainers), explainer)


def find_explanation(actor: Actor, person_id: UUID) -> Explanation | None:
    """The first reason that the records themselves give for this actor to look."""
    for explainer in _explainers:
        explanation = explainer(actor, person_id)
        if explanation is not None:
            return explanation
    return None


def record_look(
    action: Action,
    *,
    actor: Actor,
    person_id: UUID,
    subject: tuple[str, UUID] | None = None,
    stated_reason: str | None = None,
    details: dict[str, str] | None = None,
) -> UUID:
    """Record a look at what concerns a person, with why. Returns the event's id.

    The reason code is ``explained.<code>`` or ``stated.<code>``. Raises ReasonNeeded when the
    records explain nothing and ``stated_reason`` is not given.
    """
    explanation = find_explanation(actor, person_id)
    if explanation is not None:
        reason, authority = f"explained.{explanation.code}", explanation.subject
    elif stated_reason:
        reason, authority = f"stated.{stated_reason}", None
    else:
        raise ReasonNeeded(person_id)
    return record(
        action,
        actor=actor,
        person_id=person_id,
        subject=subject,
        authority=authority,
        reason=reason,
        details=details,
    )
