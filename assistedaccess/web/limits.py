"""How much may be sent in one request: more is answered with 413, quickly and with a way back."""

from __future__ import annotations

from typing import IO

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

# Werkzeug's own form cap covers multipart alone; this one covers every body (assurance, V5.2.1).
MAX_CONTENT_LENGTH = 1_000_000
MAX_FORM_PARTS = 1_000

# A server that closes with bytes unread resets the connection, and the browser shows its own error
# page instead of ours. So up to this much is read and thrown away first.
DRAINED_AT_MOST = 20_000_000
_PIECE = 65_536


def check_length() -> None:
    """Refuse a body that says of itself that it is too long, before any of it is kept."""
    limit = _limit_of_view()
    request.max_content_length = limit
    length = request.content_length
    if limit is None or length is None or length <= limit:
        return
    _drain(request.environ["wsgi.input"], min(length, DRAINED_AT_MOST))
    raise RequestEntityTooLarge


def _limit_of_view() -> int | None:
    view = current_app.view_functions.get(request.endpoint or "")
    own: int | None = getattr(view, "max_content_length", None)
    return own if own is not None else current_app.config["MAX_CONTENT_LENGTH"]


def _drain(stream: IO[bytes], length: int) -> None:
    while length > 0:
        piece = stream.read(min(_PIECE, length))
        if not piece:
            return
        length -= len(piece)


def register(app: Flask) -> None:
    """Set the caps. A view with uploads sets its own: ``view.max_content_length = …``."""
    app.config.setdefault("MAX_CONTENT_LENGTH", None)
    if app.config["MAX_CONTENT_LENGTH"] is None:
        app.config["MAX_CONTENT_LENGTH"] = MAX_CONTENT_LENGTH
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    app.config["MAX_FORM_MEMORY_SIZE"] = app.config["MAX_CONTENT_LENGTH"]
    # Before everything else, even who is asking: nothing may touch the body earlier.
    app.before_request_funcs.setdefault(None, []).insert(0, check_length)
