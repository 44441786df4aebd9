"""Pictures where they tell more than rows, each beside its table."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import drawing

from . import service_pictures, words
from .views import bp


@bp.get("/pictures")
@requires(Permission.JOURNAL_VIEW)
def view_pictures() -> ResponseReturnValue:
    """Acts and looks by day and site, hand-overs, shared payees, and how long releases take."""
    found = service_pictures.view_pictures(actor=get_actor())
    return render_template(
        "oversight/view_pictures.html", found=found, drawing=drawing, words=words
    )
