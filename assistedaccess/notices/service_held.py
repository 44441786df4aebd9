"""What waited when a backup was made, and may have left since: held until somebody decides.

A restored database does not know what came after the backup. Whatever it has as waiting may have
been sent in the meantime, and a code, an address or a warning that comes a second time, days late,
can frighten or betray somebody. So nothing of it leaves by itself: whoever restored looks at each
(the provider has a list by our reference) and sends it or puts it away. Callbacks that come late
find out by themselves what was delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, or_, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from .models import Notice
from .rules import State
from .sending import publish_settled

MAY_HAVE_LEFT = (State.QUEUED, State.SENDING, State.RETRYING, State.TO_PRINT)
BATCH = 500


class PutAwayAs(StrEnum):
    """Why a held message is not sent."""

    SENT = "sent"  # the provider, or whoever posts letters, knows that it left
    STALE = "stale"  # it comes too late to be of use


@dataclass(frozen=True)
class HeldMessage:
    """What is known of a held message: nothing of whom it is for, nor what it says."""

    reference: str
    kind: str
    channel: str
    queued_at: datetime
    due_at: datetime
    attempts: int
    last_failure: str | None


def hold_what_may_have_left(actor: Actor) -> int:
    """Hold what the restored database has as waiting; how many. Inside the restore's transaction.

    Letters to be printed too: they may have been posted. What is not due yet has not left, but for
    a digest, which leaves when its visit ends.
    """
    session = get_session()
    is_there = (
        Notice.state.in_(MAY_HAVE_LEFT),
        or_(
            Notice.due_at <= clock.now(),
            Notice.digest_key.is_not(None),
            Notice.state == State.TO_PRINT,
        ),
    )
    held = 0
    while rows := session.execute(
        select(Notice.id, Notice.person_id, Notice.organisation_id, Notice.state)
        .where(*is_there)
        .order_by(Notice.id)
        .limit(BATCH)
        .with_for_update()
    ).all():
        session.execute(
            update(Notice)
            .where(Notice.id.in_([row.id for row in rows]))
            .values(
                state=str(State.HELD),
                digest_key=None,  # what is done from now on is told by a message of its own
                claim_token=None,
                claimed_until=None,
            )
            .execution_options(synchronize_session=False)
        )
        for row in rows:
            record(
                Action.NOTICE_HELD,
                actor=actor,
                person_id=row.person_id,
                organisation_id=row.organisation_id,
                subject=("notice", row.id),
                reason=f"was_{row.state}",
            )
        held += len(rows)
    return held


def is_any_held() -> bool:
    """Whether a message waits for somebody's decision; one statement."""
    return bool(get_session().scalar(select(exists().where(Notice.state == State.HELD))))


def list_held() -> list[HeldMessage]:
    """All of them, the oldest first; one statement."""
    rows = get_session().execute(
        select(
            Notice.reference,
            Notice.kind,
            Notice.channel,
            Notice.queued_at,
            Notice.due_at,
            Notice.attempts,
            Notice.last_failure,
        )
        .where(Notice.state == State.HELD)
        .order_by(Notice.id)
    )
    return [HeldMessage(*row) for row in rows]


@command("notices.release_held")
def release_held(*, actor: Actor, references: Sequence[str]) -> int:
    """Have held messages sent by the next run, by the way that each has now; how many.

    The sender is told that each may be a repeat: GOV.UK Notify is asked for its reference before
    it is sent once more. Raises NotFound where one of them is not held; then none is sent.
    """
    for row in _load(references):
        row.state = str(State.QUEUED)
        row.due_at = clock.now()
        row.attempts = max(row.attempts, 1)
        _record(Action.NOTICE_QUEUED, actor, row, "released")
    return len(references)


@command("notices.put_held_away")
def put_held_away(*, actor: Actor, references: Sequence[str], put_away_as: PutAwayAs) -> int:
    """Send held messages never: they have left already, or come too late; how many.

    What comes too late is shown to whoever queued it among what could not be sent, so that the
    person is told in another way. Raises NotFound where one of them is not held.
    """
    for row in _load(references):
        was_sent = put_away_as is PutAwayAs.SENT
        row.state = str(State.SENT if was_sent else State.NOT_SENT)
        _record(Action.NOTICE_WITHDRAWN, actor, row, f"put_away_as_{put_away_as}")
        publish_settled(row)
    return len(references)


def _load(references: Sequence[str]) -> list[Notice]:
    rows = list(
        get_session().scalars(
            select(Notice)
            .where(Notice.reference.in_(references), Notice.state == State.HELD)
            .order_by(Notice.id)
            .with_for_update()
        )
    )
    if not rows or len(rows) != len(set(references)):
        raise NotFound
    return rows


def _record(action: Action, actor: Actor, row: Notice, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("notice", row.id),
        reason=reason,
    )
