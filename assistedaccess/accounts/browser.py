"""The browser's side of a sign-in: its cookie, where it is, what it calls itself."""

from __future__ import annotations

from flask import Response, current_app, request

from . import attempts
from .rules_passkeys import RelyingParty, find_relying_party

COOKIE = "sign-in"

ROLE = "role"
"""In the session cookie: a hash of the role in which the open pages were made."""
ROLE_CHANGED = "role_changed"
"""In the session cookie: that pages of another role may still be open."""


def get_address() -> str:
    """Where the request comes from, as attempts are counted."""
    return attempts.network_of(request.remote_addr)


def find_site() -> RelyingParty | None:
    """The site that passkeys here are for; None where they cannot work at its address."""
    settings = current_app.config["SETTINGS"]
    return find_relying_party(
        settings.public_url, is_production=settings.is_production, host=request.host
    )


def cookie_name() -> str:
    """Over https the name binds the cookie to this host, this path and https itself."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def set_cookie(response: Response, token: str) -> Response:
    """Give the browser its token: until it closes, out of reach of scripts and other sites."""
    response.set_cookie(
        cookie_name(),
        token,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


def drop_cookie(response: Response) -> Response:
    """Take the token away from the browser."""
    response.delete_cookie(
        cookie_name(),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return response


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "Chromebook"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def describe_device() -> str:
    """The browser and the kind of machine, as its owner would call them: ``Firefox, Windows``."""
    agent = request.user_agent.string
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part)
