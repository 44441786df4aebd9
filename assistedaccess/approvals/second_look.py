"""A second look afterwards: nothing is held, and yet a second human looks at what was done.

It waits in the same queue as what is held, is drawn by the same rules, and its release runs a
command that says so in the journal. ``assistedaccess expire`` draws who looks, so that the desk
does not wait for the draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.arguments import encode_arguments
from assistedaccess.kernel.commands import Call, get_command
from assistedaccess.kernel.database import get_session, metadata

from . import rules
from .models import PendingAct
from .store import fingerprint_arguments, make_pending_act


def open_second_look(
    *,
    actor: Actor,
    person_id: UUID,
    command: str,
    arguments: Mapping[str, Any],
    reason: str,
    words: str,
) -> None:
    """Have a second human look at what ``actor`` did; in the caller's transaction.

    ``command`` runs when they find it in order; it has no other effect. The same thing of the same
    human is looked at once, not at each visit. Two statements.
    """
    encoded = encode_arguments(dict(arguments))
    key = fingerprint_arguments(actor, encoded)
    known = select(PendingAct.id).where(
        PendingAct.person_id == person_id,
        PendingAct.command == command,
        PendingAct.arguments_fingerprint == key,
    )
    if get_session().scalar(known.limit(1)) is not None:
        return
    call = Call(command, get_command(command).version, actor, dict(arguments))
    row = make_pending_act(call, encoded, key, person_id)
    row.organisation_id = actor.organisation_id
    row.reasons = [reason]
    row.words = words
    row.due_at = clock.now() + timedelta(hours=rules.review_hours(command))
    if not _insert_once(row):
        return
    record(
        Action.PENDING_ACT_STORED,
        actor=actor,
        person_id=person_id,
        subject=("pending_act", row.id),
        command=command,
        reason=reason,
        details={"reference": row.reference, "reasons": row.reasons},
    )


def _insert_once(row: PendingAct) -> bool:
    """Add the row, unless the other half of a double click was quicker; whether it was added."""
    session = get_session()
    table = metadata.tables[PendingAct.__tablename__]
    values = {column.name: getattr(row, column.name) for column in table.columns}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)
    # Not by its count of rows: of an insert, PostgreSQL's driver is not asked for one.
    return session.connection().execute(statement, values).one_or_none() is not None
