"""Pages of secret links: make and end them; the calendar and the screen that they show."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.downloads import attach
from assistedaccess.kernel.errors import InvalidInput

from . import service_links as service
from .calendar_feed import write_calendar
from .rules_links import LinkPurpose
from .views import bp

COOKIE = "waiting-room"


@bp.get("/appointments/links")
@requires(Permission.TODAY_VIEW)
def list_links() -> ResponseReturnValue:
    """Which links there are: of one's calendar, and of the screen at one's site."""
    return _show("", "")


@bp.post("/appointments/links/make")
@requires(Permission.TODAY_VIEW)
def make_link() -> ResponseReturnValue:
    """Make a link, or make it anew. It is shown on this very page, and never again."""
    purpose = request.form.get("purpose", "")
    try:
        made = service.make_link(actor=get_actor(), purpose=purpose)
    except InvalidInput as error:
        flash(error.words)
        return redirect(url_for(".list_links"), code=303)
    endpoint = ".show_calendar" if purpose == LinkPurpose.CALENDAR else ".enter_waiting_room"
    return _show(purpose, url_for(endpoint, feed_token=made.token, _external=True))


@bp.post("/appointments/links/end")
@requires(Permission.TODAY_VIEW)
def end_link() -> ResponseReturnValue:
    """End a link: whoever holds it sees nothing from now on."""
    service.end_link(actor=get_actor(), purpose=request.form.get("purpose", ""))
    flash(_("The link has ended."), "success")
    return redirect(url_for(".list_links"), code=303)


def _show(purpose: str, address: str) -> ResponseReturnValue:
    return render_template(
        "casework/list_links.html",
        live=service.list_live(get_actor()),
        made=purpose,
        address=address,
        has_site=get_actor().site_id is not None,
    )


@bp.get("/calendars/<feed_token>")
@public("a calendar's client cannot sign in: the link is the secret, and shows nobody's name")
def show_calendar(feed_token: str) -> ResponseReturnValue:
    """The times of one helper."""
    slots = service.read_calendar(feed_token)
    return attach(write_calendar(slots, clock.now()), "text/calendar", "appointments.ics")


@bp.get("/waiting-rooms/<feed_token>")
@public("the link of a screen: exchanged at once for a cookie, so that no address shows it")
def enter_waiting_room(feed_token: str) -> ResponseReturnValue:
    """Take the link of a screen, and go on to what it shows."""
    service.read_screen(feed_token)
    answer = redirect(url_for(".show_waiting_room"), code=303)
    answer.set_cookie(
        _cookie_name(),
        feed_token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer


@bp.get("/waiting-room")
@public("a screen on a wall cannot sign in: it shows what people are called by, nothing else")
def show_waiting_room() -> ResponseReturnValue:
    """Who waits, first come first; asked anew every fifteen seconds."""
    screen = service.read_screen(request.cookies.get(_cookie_name(), ""))
    page = render_template("casework/show_waiting_room.html", screen=screen, now=clock.now())
    answer = Response(page)
    # What it shows is what happens now (WCAG 2.2.1, real-time exception); nobody reads or types.
    answer.headers["Refresh"] = "15"
    return answer


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE
