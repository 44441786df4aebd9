"""The pages of the footer, the language switch, and the answer for the machine that watches."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from assistedaccess.access import public
from assistedaccess.casework import rules_complaints
from assistedaccess.kernel import logs
from assistedaccess.kernel.database import get_session

from .languages import keep_language

blueprint = Blueprint("web", __name__)
log = logs.get_logger(__name__)


@blueprint.get("/accessibility")
@public("a statement that the law wants to be public")
def show_accessibility_statement() -> ResponseReturnValue:
    """The accessibility statement (Public Sector Bodies Accessibility Regulations 2018)."""
    return render_template("web/show_accessibility_statement.html")


@blueprint.get("/privacy")
@public("people must be able to read it before anything is recorded about them")
def show_privacy_notice() -> ResponseReturnValue:
    """The privacy notice, for people, witnesses, vouchers and helpers."""
    return render_template("web/show_privacy_notice.html")


@blueprint.get("/complain")
@public("who wants to complain may have no account")
def show_how_to_complain() -> ResponseReturnValue:
    """How to complain, and how to stop what somebody does in one's name."""
    return render_template(
        "web/show_how_to_complain.html",
        outside=rules_complaints.PUBLIC_SERVICES.values(),
        information=rules_complaints.INFORMATION,
    )


@blueprint.post("/language")
@public("the language of a page is anybody's choice")
def choose_language() -> ResponseReturnValue:
    """Keep the chosen language and go back."""
    return keep_language()


@blueprint.get("/healthz")
@public("a load balancer asks; the answer says nothing but yes or no")
def show_health() -> ResponseReturnValue:
    """200 when the database answers, else 503; no versions, names or counts (V13.4.5)."""
    try:
        get_session().execute(text("SELECT 1"))
    except Exception:
        log.exception("the database does not answer")
        return Response("unavailable\n", status=503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")


def register(app: Flask) -> None:
    """Add the pages."""
    app.register_blueprint(blueprint)
