"""What the navigation shows: the entries that features registered, for whom each is."""

from __future__ import annotations

from flask import current_app, g, request, url_for

from assistedaccess.access import Permission, get_actor, is_allowed
from assistedaccess.kernel import navigation, signed_in
from assistedaccess.kernel.signed_in import SignedIn


def list_navigation() -> list[dict[str, object]]:
    """The entries for the actor, as the service navigation component takes them."""
    actor = get_actor()
    if not actor.is_account or g.get("plain_page"):
        return []
    return [
        {
            "text": item.label,
            "href": url_for(item.endpoint),
            "current": request.endpoint == item.endpoint,
            "active": _is_inside(item.endpoint),
        }
        for item in navigation.list_items(current_app.view_functions.__contains__)
        if item.permission is None or is_allowed(actor, Permission(item.permission))
    ]


def _is_inside(endpoint: str) -> bool:
    package, _, _ = endpoint.rpartition(".")
    return bool(package) and package == (request.blueprint or "")


def find_signed_in() -> SignedIn | None:
    """Who is signed in; nobody on a page that must not ask the database (errors.py)."""
    return None if g.get("plain_page") else signed_in.find_signed_in()
