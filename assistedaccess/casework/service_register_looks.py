"""Looks at group sessions: a list of them, one with its register, one line of it.

A register shows people by initials and reference, as lists do, and is recorded as one look; whoever
goes on to a record makes a look of its own there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from . import queries_groups
from .models_groups import RegisterEntry
from .queries_groups import EntryRow, GroupRow, get_session_row, list_entries
from .service_groups import not_yours

SUBJECT = "group_session"


@dataclass(frozen=True)
class ListedSessions:
    """Sessions of some weeks, and those of which this helper has still to close the register."""

    rows: list[GroupRow]
    to_close: list[GroupRow]


@command("casework.list_group_sessions")
def list_group_sessions(*, actor: Actor, day: date, site_id: UUID | None = None) -> ListedSessions:
    """The sessions of the four weeks from ``day``; nobody who comes stands there."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="group_sessions")
    return ListedSessions(
        queries_groups.list_sessions(actor, day, site_id=site_id),
        queries_groups.list_to_close(actor),
    )


@dataclass(frozen=True)
class OpenedSession:
    """A session, and its register where this reader may open it."""

    row: GroupRow
    entries: list[EntryRow] | None


@command("casework.open_group_session")
def open_group_session(
    *, actor: Actor, session_id: UUID, for_print: bool = False, to_change: bool = False
) -> OpenedSession:
    """One session, the look at its register recorded first.

    Without the register for whoever may not open it; RegisterNotYours where it is asked for to be
    printed or changed. Raises NotFound.
    """
    require(actor, Permission.TODAY_VIEW)
    row = get_session_row(actor, session_id)
    concerns(subject=(SUBJECT, row.id))
    if not row.may_open:
        if for_print or to_change:
            raise not_yours()
        record(Action.TODAY_VIEWED, actor=actor, reason="group_sessions")
        return OpenedSession(row, None)
    record(
        Action.REGISTER_PRINTED if for_print else Action.REGISTER_OPENED,
        actor=actor,
        subject=(SUBJECT, row.id),
        reason="private" if row.is_private else None,
    )
    assert actor.organisation_id is not None  # noqa: S101  (the session is its)
    return OpenedSession(row, list_entries(actor.organisation_id, row.id))


@dataclass(frozen=True)
class OpenedEntry:
    """One line, and the session on whose register it stands."""

    row: GroupRow
    entry: EntryRow


@command("casework.open_register_entry")
def open_register_entry(*, actor: Actor, entry_id: UUID) -> OpenedEntry:
    """One line of a register that this helper may open. Raises NotFound, RegisterNotYours."""
    found = get_session().get(RegisterEntry, entry_id)
    if found is None or found.organisation_id != actor.organisation_id:
        raise NotFound
    opened = open_group_session(actor=actor, session_id=found.session_id, to_change=True)
    for entry in opened.entries or ():
        if entry.id == entry_id:
            return OpenedEntry(opened.row, entry)
    raise NotFound
