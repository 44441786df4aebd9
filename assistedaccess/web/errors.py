"""Error pages: what happened, what was kept, what to do now, a number to quote, a way back.

Nothing of the program shows: no trace, no path, no SQL. The log has it, beside the same number.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from assistedaccess.accounts.browser import ROLE_CHANGED
from assistedaccess.kernel import ids, logs
from assistedaccess.kernel.damage import is_damage, note_damage
from assistedaccess.kernel.errors import (
    Held,
    InvalidInput,
    NotFound,
    Refused,
    StaleVersion,
    TooManyAttempts,
)
from assistedaccess.kernel.return_path import find_safe_path
from assistedaccess.kernel.transactions import Busy

from . import metrics
from .csrf import is_from_here
from .error_words import (
    Words,
    words_for_hold,
    words_for_old_page,
    words_for_other_role,
    words_for_refusal,
    words_for_status,
)
from .trouble import is_read_only, note_read_only

log = logs.get_logger(__name__)

RETRY_AFTER = 10  # seconds; a database that restarts is back by then

# A body that is too long was never read; one that is held is kept already.
NOTHING_TYPED = {202, 413}
TICKED = {"yes", "no"}  # buttons and boxes
SECRET_NAMES = re.compile(
    r"password|passcode|token|(?<!post)code|secret|(?:^|[_-])pin(?:$|[_-])|factor", re.IGNORECASE
)
NOT_TYPED = re.compile(r"^(?:return_to|next|version)$|_(?:id|key|version)$")

# When not even a template can be rendered: both languages, no style, nothing that can fail.
LAST_RESORT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>There is a problem with the service – Assisted Access</title></head>
<body><main><h1>Sorry, there is a problem with the service</h1>
<p>What you just sent was not saved. Use your browser’s back button: what you typed should still
be there. Try again in a few minutes.</p>
<p lang="cy">Mae problem gyda’r gwasanaeth. Rhowch gynnig arall arni ymhen ychydig funudau.</p>
<p>Reference: {reference}</p><p><a href="/">Go to the start page</a></p></main></body></html>
"""


def show_error(
    words: Words,
    status: int,
    *,
    template: str = "errors/error.html",
    may_resend: bool = False,
    **more: object,
) -> Response:
    """The page for an error, with a new number that the log has too.

    ``may_resend`` offers to send the same again, where nothing was wrong with what was sent.
    """
    reference = ids.new_reference("E")
    fields = {"reference": reference, "status": status, "endpoint": request.endpoint}
    if status >= 500:
        log.error("an error page was shown", **fields)
    else:
        log.info("an error page was shown", **fields)
    try:
        body = render_template(
            template,
            words=words,
            reference=reference,
            way_back=find_way_back(),
            typed=list_typed(status),
            resend=list_sent() if may_resend else [],
            **more,
        )
    except Exception:
        log.exception("the error page itself failed", reference=reference)
        body = LAST_RESORT.format(reference=reference)
    response = make_response(body, status)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    return response


def find_way_back() -> str:
    """The page the reader came from, where it is one of ours and not this very one."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host:
        path = referrer.path + (f"?{referrer.query}" if referrer.query else "")
        if find_safe_path(path) and (request.method != "GET" or path != request.path):
            return path
    return "/"


def list_typed(status: int) -> list[tuple[str, str]]:
    """The text that was sent and could not be saved, as (name of the field, text), to be copied.

    Only where this site's own page sent it, and never a secret.
    """
    if request.method != "POST" or status in NOTHING_TYPED or not is_from_here():
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, value in request.form.items(multi=True)
        if value.strip() and value not in TICKED
        if not SECRET_NAMES.search(name) and not NOT_TYPED.search(name)
    ]


def list_sent() -> list[tuple[str, str]]:
    """All that a page of this site sent, to be sent again by a button; nothing where a secret or
    a file was among it, which no page carries."""
    if request.method != "POST" or not is_from_here():
        return []
    fields = [(n, v) for n, v in request.form.items(multi=True) if n != "csrf_token"]
    has_secret = any(value and SECRET_NAMES.search(name) for name, value in fields)
    has_file = any(file.filename for file in request.files.values())
    return [] if has_secret or has_file else fields


def handle_http(error: HTTPException) -> Response:
    """Every error that Flask or a view raises by its status."""
    if error.code is None or error.code < 400:
        return make_response(error.get_response())  # a redirect, raised
    if error.code >= 500:
        g.plain_page = True
    response = show_error(words_for_status(error.code), error.code, may_resend=error.code == 503)
    given = error.get_response()
    for header in ("Allow", "Retry-After", "WWW-Authenticate"):
        if header in given.headers:
            response.headers[header] = given.headers[header]
    return response


def handle_csrf(error: CSRFError) -> Response:
    """A form without its token: mostly a browser that was closed in between."""
    if session.get(ROLE_CHANGED):  # sent again, it would be saved for the other organisation
        return show_error(words_for_other_role(), 400)
    return show_error(words_for_old_page(), 400, may_resend=True)


def handle_not_found(error: NotFound) -> Response:
    """A record that is not there, or that this actor may not know of."""
    return show_error(words_for_status(404, error.words), 404)


def handle_invalid(error: InvalidInput) -> Response:
    """A value that no form caught: a tampered page, mostly."""
    return show_error(words_for_status(400, error.words), 400)


def handle_refused(error: Refused) -> Response:
    """A rule said no: its words and the lawful next step."""
    return show_error(words_for_refusal(error.words, error.next_step), 403)


def handle_stale(error: StaleVersion) -> Response:
    """Two people changed the same thing."""
    return show_error(words_for_status(409, error.words, error.next_step), 409)


def handle_too_many(error: TooManyAttempts) -> Response:
    """A counter is full."""
    response = show_error(words_for_status(429, error.words, error.next_step), 429)
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def handle_held(error: Held) -> Response:
    """Nothing is wrong: somebody else has to look at it first."""
    words = words_for_hold(error.words)
    return show_error(
        words, 202, template="errors/held.html", pending_reference=error.pending_reference
    )


def handle_unavailable(error: Exception) -> Response:
    """The database is away, full or busy: nothing was saved, and it may work soon."""
    log.warning("the database is away, full or busy", exc_info=error)
    metrics.note_unavailable(error)
    if isinstance(error, DBAPIError) and not note_damage(error) and is_read_only(error):
        note_read_only()
    g.plain_page = True
    response = show_error(words_for_status(503), 503, may_resend=True)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def handle_database(error: DBAPIError) -> Response:
    """Whatever else a database says: a fault of the program, unless it can do no better now."""
    if is_damage(error.orig) or is_read_only(error):
        return handle_unavailable(error)
    raise error


def handle_fault(error: InternalServerError) -> Response:
    """A fault of the program. The log has its trace (web.request_log)."""
    g.plain_page = True
    return show_error(words_for_status(500), 500)


def register(app: Flask) -> None:
    """Answer every error of ``app`` with a page."""
    app.register_error_handler(HTTPException, handle_http)
    app.register_error_handler(CSRFError, handle_csrf)
    app.register_error_handler(NotFound, handle_not_found)
    app.register_error_handler(InvalidInput, handle_invalid)
    app.register_error_handler(Refused, handle_refused)
    app.register_error_handler(StaleVersion, handle_stale)
    app.register_error_handler(TooManyAttempts, handle_too_many)
    app.register_error_handler(Held, handle_held)
    for kind in (Busy, OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(kind, handle_unavailable)
    app.register_error_handler(DBAPIError, handle_database)
    app.register_error_handler(InternalServerError, handle_fault)
