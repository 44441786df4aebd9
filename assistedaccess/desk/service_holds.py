"""The summary of an organisation's holds: a recorded look of its manager."""

from __future__ import annotations

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.errors import NotFound

from .queries_holds import summarise_holds
from .rules_holds import Summary


@command("desk.view_holds")
def view_holds(*, actor: Actor) -> Summary:
    """How what waited for a second human ended at the manager's own organisation."""
    require(actor, Permission.APPROVAL_VIEW)
    if actor.organisation_id is None:
        raise NotFound
    record(Action.TEAM_VIEWED, actor=actor, reason="holds")
    return summarise_holds(actor.organisation_id)
