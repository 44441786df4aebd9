"""What is done with the journal itself is in the journal too."""

from __future__ import annotations

from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command

from .actions import Action
from .journal import record


@command("audit.record_export")
def record_export(*, actor: Actor = SYSTEM) -> None:
    """The whole journal, or a part of it, leaves the system."""
    record(Action.JOURNAL_EXPORTED, actor=actor)
