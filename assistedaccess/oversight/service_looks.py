"""Who saw what between two moments, as a page and as a file: each is in the journal too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import Checkpoint, find_checkpoint
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.errors import InvalidInput

from . import queries_looks
from .queries_looks import Between, Sights
from .service import limit_exports
from .service_flags import sample_own_look


@command("oversight.list_looks")
def list_looks(
    *,
    actor: Actor,
    since: datetime,
    until: datetime,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Sights:
    """Who saw whom from ``since`` until before ``until``. InvalidInput for no time at all."""
    require(actor, Permission.JOURNAL_VIEW)
    between = _read(since, until, organisation_id, person_id)
    _record(actor, Action.JOURNAL_SEARCHED, between)
    return queries_looks.list_sights(actor, between)


@command("oversight.export_looks")
def export_looks(
    *,
    actor: Actor,
    since: datetime,
    until: datetime,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
) -> Checkpoint | None:
    """Record that every single look of that time leaves the system, before it does."""
    require(actor, Permission.JOURNAL_EXPORT)
    limit_exports(actor)
    _record(actor, Action.JOURNAL_EXPORTED, _read(since, until, organisation_id, person_id))
    return find_checkpoint()


def _read(
    since: datetime, until: datetime, organisation_id: UUID | None, person_id: UUID | None
) -> Between:
    if until <= since:
        raise InvalidInput("until_on", _("The second moment must be after the first"))
    return Between(since, until, organisation_id, person_id)


def _record(actor: Actor, action: Action, between: Between) -> None:
    details = {"since": between.since.isoformat(), "until": between.until.isoformat()}
    if between.organisation_id is not None:
        details["organisation_id"] = str(between.organisation_id)
    event_id = record(
        action, actor=actor, person_id=between.person_id, reason="who_saw_what", details=details
    )
    sample_own_look(actor, event_id, between.person_id)
