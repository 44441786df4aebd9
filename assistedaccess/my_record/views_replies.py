"""Where a *no* comes in: a text, the page for it, and the number of a message at a desk."""

from __future__ import annotations

import hmac

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.accounts.browser import get_address
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.views_callbacks import by_machine

from . import service_replies
from .forms_online import SayNoForm
from .views import bp

WHY = "the provider of messages brings in texts; each call must carry the token that it was given"
WHY_NO = "a no needs no account and no card: a message's number stops, shows nothing, is counted"
LONGEST = {"source_number": 40, "message": 4000}


@bp.post("/callbacks/reply")
@public(WHY)
@by_machine
def hear_text() -> ResponseReturnValue:
    """A text that came in: JSON with ``source_number`` and ``message``, as GOV.UK Notify sends it.

    The answer says nothing of what it did, or whether it did anything.
    """
    token = current_app.config["SETTINGS"].reply_token
    given = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise Forbidden
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        raise BadRequest
    for name, longest in LONGEST.items():
        if not isinstance(said.get(name), str) or len(said[name]) > longest:
            raise BadRequest
    service_replies.hear_text(
        actor=get_actor(), number=said["source_number"], message=said["message"]
    )
    return {}, 200


@bp.route("/no", methods=["GET", "POST"])
@public(WHY_NO)
def say_no() -> ResponseReturnValue:
    """“Was this you?” – no: the number of the message is enough. What is unknown answers alike."""
    form = SayNoForm()
    if form.validate_on_submit():
        try:
            service_replies.say_no(
                actor=PUBLIC, reference=form.reference.data or "", address=get_address()
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".show_no_heard"), code=303)
    return render_template("my_record/say_no.html", form=form), form.status


@bp.get("/no/heard")
@public("it says what happens now, and looks nothing up")
def show_no_heard() -> ResponseReturnValue:
    """What happens now."""
    return render_template("my_record/show_no_heard.html")


@bp.get("/notices/<reference>")
@requires(Permission.MY_RECORD_PRINT)
def find_told(reference: str) -> ResponseReturnValue:
    """From the number of a message that somebody brings to the record of whoever it was sent to.

    The person is here or on the telephone; that page records the look.
    """
    found = service_replies.find_told(reference)
    return redirect(url_for(".choose_reading", reference=found), code=303)
