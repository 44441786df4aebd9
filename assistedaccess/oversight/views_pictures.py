"""Pictures where they tell more than rows, each beside its table."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import drawing

from . import service_pictures, words
from .rules import Explained, Kind
from .views import bp

COUNTED = (
    ("explained", {"kind": Kind.LOOKS, "explained": Explained.BY_RECORDS}, _l("Looks, explained")),
    ("unexplained", {"kind": Kind.LOOKS, "explained": Explained.NOT}, _l("Looks, not explained")),
    (
        "not_asked",
        {"kind": Kind.LOOKS, "explained": Explained.NOT_ASKED},
        _l("Looks, no reason asked"),
    ),
    ("acts", {"kind": Kind.ACTS}, _l("Acts")),
)
"""The columns of looks and acts: the figure, how the journal is asked for its rows, the heading."""


@bp.get("/pictures")
@requires(Permission.JOURNAL_VIEW)
def view_pictures() -> ResponseReturnValue:
    """Acts and looks by day and site, hand-overs, shared payees, and how long releases take."""
    found = service_pictures.view_pictures(actor=get_actor())
    return render_template(
        "oversight/view_pictures.html",
        found=found,
        counted=COUNTED,
        drawing=drawing,
        words=words,
    )
