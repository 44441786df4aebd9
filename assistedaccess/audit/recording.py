"""What is done with the journal itself is in the journal too."""

from __future__ import annotations

from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command

from .actions import Action
from .journal import record
from .keys import rotate_key


@command("audit.record_export")
def record_export(*, actor: Actor = SYSTEM) -> None:
    """The whole journal, or a part of it, leaves the system."""
    record(Action.JOURNAL_EXPORTED, actor=actor)


@command("audit.rotate_journal_key")
def rotate_journal_key(*, actor: Actor = SYSTEM) -> str:
    """Have a new key sign the journal from now on, let in by the old one; its verifier key.

    Processes that are running take it up by themselves, with the next lane or checkpoint.
    """
    signer = rotate_key()
    record(Action.JOURNAL_KEY_ROTATED, actor=actor, details={"number": signer.number})
    return str(signer.verifier)
