"""The recorded look with which the manager's view begins."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.errors import NotFound

from . import queries_team
from .queries_team import Team


@command("desk.view_team")
def view_team(*, actor: Actor, site_id: UUID | None = None) -> Team:
    """How the manager's own organisation stands, or one site of it; nobody who is helped stands
    in it. Raises what gather_team raises."""
    require(actor, Permission.TEAM_VIEW)
    if actor.organisation_id is None:
        raise NotFound
    record(Action.TEAM_VIEWED, actor=actor)
    return queries_team.gather_team(actor, site_id)
