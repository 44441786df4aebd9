"""The demonstration's accounts, the code that is good right now, and what would have been sent."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import public
from assistedaccess.consent.silent import tell_calls
from assistedaccess.notices.service import send_due_notices

from .accounts import read_accounts
from .messages import list_messages

bp = Blueprint("demo", __name__)

_WHY = "there are only invented people here, and this page is there in demo mode alone"
AT_ONCE = 50
"""How many messages one press of the button sends: a page has to come back."""


@bp.get("/demonstration")
@public(_WHY)
def show_demonstration() -> ResponseReturnValue:
    """Who can sign in, with what."""
    accounts = read_accounts(current_app.config["SETTINGS"].data_dir)
    return render_template("demo/show_demonstration.html", accounts=accounts)


@bp.get("/demonstration/messages")
@public(_WHY)
def show_messages() -> ResponseReturnValue:
    """What people would have got: texts and e-mails, the newest first."""
    messages = list_messages(current_app.config["SETTINGS"].data_dir)
    return render_template("demo/show_messages.html", messages=messages)


@bp.post("/demonstration/messages")
@public(_WHY)
def send_messages() -> ResponseReturnValue:
    """What a timer does elsewhere with ``assistedaccess notices send``."""
    tell_calls()
    send_due_notices(limit=AT_ONCE)
    flash(_("What was due is sent."), "success")
    return redirect(url_for(".show_messages"), code=303)
