"""Addresses of static files that change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

VERSION_CHARACTERS = 12
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, no-cache"


@cache
def _version(folder: str, filename: str, _changed_at: int) -> str:
    return hashlib.sha256(Path(folder, filename).read_bytes()).hexdigest()[:VERSION_CHARACTERS]


def static_address(filename: str) -> str:
    """The address of a file in ``static/``, with its version.

    A file that is not there (set-up has not run) has no version, and is a 404 of its own.
    """
    folder = current_app.static_folder or ""
    try:
        changed_at = Path(folder, filename).stat().st_mtime_ns
    except OSError:
        return url_for("static", filename=filename)
    return url_for("static", filename=filename, v=_version(folder, filename, changed_at))


def _say_how_long(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = KEPT if "v" in request.args else ASKED_AGAIN
    elif request.endpoint == "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Offer ``static_address`` to templates and say how long static files may be kept."""
    # Python's table comes from the machine's; a module with another type is not run.
    mimetypes.add_type("text/javascript", ".mjs")
    mimetypes.add_type("text/javascript", ".js")
    app.jinja_env.globals["static_address"] = static_address
    app.after_request(_say_how_long)
