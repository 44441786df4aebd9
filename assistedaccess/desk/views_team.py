"""The manager's view of the team."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, requires

from . import service_team
from .views import bp


@bp.get("/team")
@requires(Permission.TEAM_VIEW)
def view_team() -> ResponseReturnValue:
    """How long people wait, who carries what, what is late, what lapses soon."""
    return render_template("desk/view_team.html", team=service_team.view_team(actor=get_actor()))
