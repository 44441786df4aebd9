"""Group sessions for tests, by the commands."""

from __future__ import annotations

from datetime import time
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.casework import queries_groups, service_groups, service_register
from assistedaccess.casework.models_groups import GroupSession, RegisterEntry
from assistedaccess.casework.queries_groups import EntryRow, GroupRow
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading

from .appointments import tomorrow


def plan(actor: Actor, **fields: Any) -> UUID:
    """A session of two hours tomorrow at ten, led by who plans it, unless said otherwise."""
    given = {
        "topic": "Help with forms",
        "is_private": False,
        "kind": "room",
        "day": tomorrow(),
        "begins": time(10),
        "ends": time(12),
        "places": 3,
        "leaders": [actor.account_id],
        **fields,
    }
    return service_groups.plan_group_session(actor=actor, **given)


def change(actor: Actor, session_id: UUID, **fields: Any) -> UUID:
    """The session, changed; what is not said is as plan() has it."""
    given = {
        "version": get(actor, session_id).version,
        "topic": "Help with forms",
        "is_private": False,
        "kind": "room",
        "day": tomorrow(),
        "begins": time(10),
        "ends": time(12),
        "places": 3,
        "leaders": [actor.account_id],
        **fields,
    }
    return service_groups.change_group_session(actor=actor, session_id=session_id, **given)


def cancel(actor: Actor, session_id: UUID, **fields: Any) -> list[UUID]:
    """It does not take place."""
    version = get(actor, session_id).version
    return service_groups.cancel_group_session(
        actor=actor, session_id=session_id, version=version, **fields
    )


def get(actor: Actor, session_id: UUID) -> GroupRow:
    """The session as this actor sees it."""
    with reading():
        return queries_groups.get_session_row(actor, session_id)


def list_series(session_id: UUID) -> list[UUID]:
    """The sessions that were planned with that one, in order."""
    with reading() as session:
        series = session.get_one(GroupSession, session_id).series_id
        query = select(GroupSession.id).where(GroupSession.series_id == series)
        return list(session.scalars(query.order_by(GroupSession.starts_at)))


def put_on(actor: Actor, session_id: UUID, reference: str | None = None, **fields: Any) -> UUID:
    """Somebody on the register; returns the line's id."""
    return service_register.put_on_register(
        actor=actor, session_id=session_id, person_reference=reference, **fields
    )


def walk_in(actor: Actor, session_id: UUID, **fields: Any) -> UUID:
    """Somebody who is here; returns the line's id."""
    return service_register.add_walk_in(actor=actor, session_id=session_id, **fields)


def settle(actor: Actor, entry_id: UUID, state: str, version: int | None = None) -> UUID:
    """What became of a line, as it stands now."""
    with reading() as session:
        entry = session.get_one(RegisterEntry, entry_id)
        known = entry.version if version is None else version
    return service_register.settle_register_entry(
        actor=actor, entry_id=entry_id, version=known, state=state
    )


def close(actor: Actor, session_id: UUID) -> UUID:
    """The leader's word that it is so."""
    version = get(actor, session_id).version
    return service_register.close_register(actor=actor, session_id=session_id, version=version)


def list_register(actor: Actor, session_id: UUID) -> list[EntryRow]:
    """The lines of the register."""
    assert actor.organisation_id is not None
    with reading():
        return queries_groups.list_entries(actor.organisation_id, session_id)
