"""Whether the person has said no to whoever would write down a yes of theirs: a port.

What was stopped, and what the person objected to, is known above; a yes is taken here.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from assistedaccess.kernel.actor import Actor

Check = Callable[[Actor, UUID], None]
"""Takes who would take the yes, and the person's id; raises the refusal where a no stands."""

_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Have ``check`` asked before each yes, once, however often this is said."""
    if check not in _checks:
        _checks.append(check)


def check_may_take_yes(actor: Actor, person_id: UUID) -> None:
    """Raise what the checks raise: whom the person has stopped takes no yes, of any mode.

    Stop is instant, and lifted before any other helper (design, section 4, rule 6): a yes that the
    one who was stopped writes down would lift it by their own hand.
    """
    for check in _checks:
        check(actor, person_id)
