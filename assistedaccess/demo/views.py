"""One page: the demonstration's accounts, and the code that is good right now."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from assistedaccess.access import public

from .accounts import read_accounts

bp = Blueprint("demo", __name__)


@bp.get("/demonstration")
@public("there are only invented people here, and this page is there in demo mode alone")
def show_demonstration() -> ResponseReturnValue:
    """Who can sign in, with what."""
    accounts = read_accounts(current_app.config["SETTINGS"].data_dir)
    return render_template("demo/show_demonstration.html", accounts=accounts)
