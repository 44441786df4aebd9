"""What one request of a page makes is made once; that it was sent again is recorded."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.kernel import idempotency
from assistedaccess.kernel.actor import Actor

from .actions import Action
from .journal import record


class Once:
    """What one request of a page makes, made once (kernel.idempotency).

    The key is bound to what was typed: a page that is gone back to, changed and sent again makes
    another thing, and what was typed there is not lost. Without a key (a test, another command)
    nothing is ever a repeat.
    """

    def __init__(self, actor: Actor, purpose: str, key: str | None, *typed: object) -> None:
        self.actor, self.key = actor, key
        self.purpose = f"{purpose}|{'|'.join(map(str, typed))}"

    def find(self, kind: str, person_id: UUID | None = None) -> UUID | None:
        """What this very request has made already, its repeat recorded; None: make, then keep.

        ``person_id``: in whose story the repeat is to stand.
        """
        if self.key is None:
            return None
        made = idempotency.claim(self.actor, self.purpose, self.key)
        if made is not None:
            record(
                Action.REQUEST_REPEATED,
                actor=self.actor,
                person_id=made if kind == "person" else person_id,
                subject=(kind, made),
            )
        return made

    def keep(self, made: UUID) -> UUID:
        """Keep what the request has made, for its repeats; returns it."""
        if self.key is not None:
            idempotency.settle(self.actor, self.purpose, self.key, made)
        return made
