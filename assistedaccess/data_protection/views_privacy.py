"""The privacy notices, one for each kind of reader."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assistedaccess.access import public
from assistedaccess.kernel.errors import NotFound

from .privacy import Reader, make_notice
from .views import bp


@bp.get("/privacy/<reader>")
@public("people must be able to read it before anything is recorded about them")
def show_privacy_notice(reader: str) -> ResponseReturnValue:
    """The notice for people, witnesses, vouchers, interpreters or helpers."""
    if reader not in set(Reader):
        raise NotFound
    return render_template(
        "data_protection/show_privacy_notice.html", notice=make_notice(Reader(reader))
    )
