"""Today for a whole site, or organisation."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import clock

from . import rules_losses, service, words
from .views import bp


@bp.get("/today/team")
@requires(Permission.TODAY_VIEW)
def view_losses() -> ResponseReturnValue:
    """What is lost first if nobody acts, and what somebody who is not here today left."""
    actor = get_actor()
    at_site = request.args.get("where") == "site" and actor.site_id is not None
    day = service.view_losses(actor=actor, at_site=at_site)
    rows = day.losses
    today = clock.today()
    dates = [row for row in rows if row.kind in rules_losses.DATES]
    due = [row for row in rows if row not in dates]
    left = [row for row in due if rules_losses.is_left(row, today)]
    return render_template(
        "desk/view_losses.html",
        waiting=day.waiting,
        most_waiting=service.MOST_WAITING,
        may_call=is_allowed(actor, Permission.CASE_CHANGE),
        site_id=actor.site_id,
        dates=dates,
        left=left,
        rows=[row for row in due if row not in left],
        waits=day.waits,
        at_site=at_site,
        has_site=actor.site_id is not None,
        today=today,
        words=words,
    )
