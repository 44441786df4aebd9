"""How much may be sent in one request, and that it is text at all.

More is answered with 413, quickly and with a way back; bytes that are no text with 400.
"""

from __future__ import annotations

import io
from typing import IO
from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

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
    if length is None:
        _measure(limit)
    elif length > limit:
        _drain(request.environ["wsgi.input"], min(length, DRAINED_AT_MOST))
        raise RequestEntityTooLarge


def check_text() -> None:
    """Refuse a form whose bytes are no UTF-8, such as half a surrogate pair.

    Werkzeug would hand on their escapes (``%ED%A0%80``) as if somebody had typed those.
    """
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    try:
        unquote_to_bytes(request.get_data()).decode()
    except UnicodeDecodeError as error:
        raise BadRequest from error


def _measure(limit: int) -> None:
    # A body sent in chunks has no length; Werkzeug would cut it off at the limit without a word,
    # and a half of what was typed would be saved.
    environ = request.environ
    if not environ.get("wsgi.input_terminated"):
        return
    body = bytearray()
    while piece := environ["wsgi.input"].read(_PIECE):
        body += piece
        if len(body) > limit:
            _drain(environ["wsgi.input"], DRAINED_AT_MOST)
            raise RequestEntityTooLarge
    environ["wsgi.input"] = io.BytesIO(bytes(body))
    environ["CONTENT_LENGTH"] = str(len(body))


def _limit_of_view() -> int:
    view = current_app.view_functions.get(request.endpoint or "")
    usual: int = current_app.config["MAX_CONTENT_LENGTH"]
    own: int = getattr(view, "max_content_length", usual)
    # More than that are files, which come in parts; nobody types it.
    return own if request.mimetype == "multipart/form-data" else min(own, usual)


def _drain(stream: IO[bytes], length: int) -> None:
    while length > 0:
        piece = stream.read(min(_PIECE, length))
        if not piece:
            return
        length -= len(piece)


def register(app: Flask) -> None:
    """Set the caps. A view with uploads sets its own: ``view.max_content_length = …``."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_CONTENT_LENGTH
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_CONTENT_LENGTH
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS
    # Before everything else, even who is asking: nothing may touch the body earlier.
    app.before_request_funcs.setdefault(None, [])[:0] = [check_length, check_text]
