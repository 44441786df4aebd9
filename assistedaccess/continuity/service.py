"""What is done for continuity is in the journal too."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.accounts import endings
from assistedaccess.accounts.models import SignIn
from assistedaccess.accounts.rules import EndReason
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.service_held import hold_what_may_have_left


@command("continuity.record_backup")
def record_backup(*, actor: Actor = SYSTEM) -> None:
    """All that the installation holds leaves it, encrypted: said before it does."""
    record(Action.BACKUP_MADE, actor=actor)


@command("continuity.record_restore")
def record_restore(
    *, actor: Actor = SYSTEM, made_at: str, sealed: int, kept_sealed: int | None, is_older: bool
) -> int:
    """The database is from now on that of a backup of ``made_at``, with ``sealed`` events.

    ``kept_sealed`` is the size of the checkpoint that was kept outside, None where nobody had one.
    ``is_older`` says that somebody knew, and accepted, that what came after it is lost. Sign-ins
    that may have been ended since then, by their holder or a manager, do not live again: all end.
    Messages that may have left since then are held; it returns how many.
    """
    record(
        Action.BACKUP_RESTORED,
        actor=actor,
        reason="accepted_older" if is_older else None,
        details={
            "made_at": made_at,
            "sealed": sealed,
            "kept_sealed": "unknown" if kept_sealed is None else kept_sealed,
        },
    )
    for row in get_session().scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all():
        endings.end_one(actor, row, EndReason.RESTORED)
    return hold_what_may_have_left(actor)


@command("continuity.record_drill")
def record_drill(*, actor: Actor = SYSTEM, outcome: str) -> None:
    """A drill was begun, or ended with ``held`` or ``failed``."""
    record(Action.DRILL_DONE, actor=actor, reason=outcome)


@command("continuity.record_master_key")
def record_master_key(*, actor: Actor = SYSTEM, outcome: str, key: str) -> None:
    """Another master key takes over (``begun``, ``done``), or older ones are ``retired``. ``key``
    is what the newest is called (master_keys.key_id)."""
    record(Action.MASTER_KEY_ROTATED, actor=actor, reason=outcome, details={"key": key})


@command("continuity.record_renewal")
def record_renewal(*, actor: Actor = SYSTEM, outcome: str) -> None:
    """New keys for what is sealed from now on are being made (``begun``), or all are (``done``)."""
    record(Action.DATA_KEYS_RENEWED, actor=actor, reason=outcome)


@command("continuity.record_escrow")
def record_escrow(*, actor: Actor = SYSTEM, outcome: str, key: str) -> None:
    """An escrow copy was ``made``, or tried: it ``held``, or ``failed``."""
    record(Action.ESCROW_COPY_HANDLED, actor=actor, reason=outcome, details={"key": key})
