"""Nobody else's page may act here: a token in every form, and the browser's own word on origin."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}

_protect = CSRFProtect()


def is_from_elsewhere() -> bool:
    """Whether the browser says that another site's page sent this."""
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITES:
        return True
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_from_here() -> bool:
    """Whether the browser says that a page of ours sent this; old browsers say nothing."""
    said = {"Origin", "Sec-Fetch-Site"}.intersection(request.headers.keys())
    return bool(said) and not is_from_elsewhere()


def check_origin() -> None:
    """Refuse what another site sent, whatever token it carries.

    Raises CSRFError (400). Programs that send neither header are held by the token alone.
    """
    if request.method not in SAFE_METHODS and is_from_elsewhere():
        raise CSRFError("sent by another site")


def register(app: Flask) -> None:
    """Check both on every unsafe method."""
    # The token lives as long as the session: a form that was open for long must still be saved.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.before_request(check_origin)
    if "csrf" not in app.extensions:
        _protect.init_app(app)
    for view in app.view_functions.values():
        if getattr(view, "__by_machine__", False):  # a provider's callback, with its own token
            _protect.exempt(view)
