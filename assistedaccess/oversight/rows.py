"""An event of the journal as a line of a file."""

from __future__ import annotations

import json
from typing import Any

from flask_babel import gettext as _

from assistedaccess.audit.checkpoints import Checkpoint

from . import words
from .queries import Entry

COLUMNS = (
    "event",
    "time (UTC)",
    "what was done",
    "action",
    "how it ended",
    "reason",
    "why",
    "kind of actor",
    "account",
    "name",
    "role",
    "organisation",
    "for person",
    "service",
    "name of the service",
    "on",
    "on id",
    "authority",
    "authority id",
    "command",
)


def cells(entry: Entry) -> list[Any]:
    """The event's cells, in the order of COLUMNS."""
    return [
        entry.id,
        entry.occurred_at.isoformat(),
        words.say_action(entry.action),
        entry.action,
        entry.outcome,
        entry.reason_code,
        entry.reason_code and words.say_reason(entry.reason_code),
        entry.actor_kind,
        entry.account_id,
        entry.account_name,
        entry.role,
        entry.organisation_name,
        entry.person_reference,
        entry.service,
        entry.service and words.name_service(entry.service),
        entry.subject_kind,
        entry.subject_id,
        entry.authority_kind,
        entry.authority_id,
        entry.command,
    ]


def json_line(value: Any) -> str:
    """One line of JSON lines. Text alone leaves: ids and times as they are written."""
    return json.dumps(value, ensure_ascii=False, default=str) + "\n"


def say_checkpoint(checkpoint: Checkpoint | None) -> str:
    """On which state of the journal a file stands, in words that can be checked."""
    if checkpoint is None:
        return _("No checkpoint had been made when this was taken.")
    return _(
        "Stands on checkpoint of %(size)s events, root %(root)s",
        size=checkpoint.size,
        root=checkpoint.root.hex(),
    )
