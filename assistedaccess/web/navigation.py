"""What the navigation shows: the entries that features registered, for whom each is."""

from __future__ import annotations

from flask import current_app, g, request, url_for

from assistedaccess.access import Permission, get_actor, is_allowed
from assistedaccess.kernel import navigation, signed_in
from assistedaccess.kernel.navigation import Item
from assistedaccess.kernel.signed_in import SignedIn


def list_navigation() -> list[dict[str, object]]:
    """The entries for the actor, as the service navigation component takes them."""
    actor = get_actor()
    if not actor.is_account or g.get("plain_page"):
        return []
    who = find_signed_in()
    waiting = {*(who.waiting if who else ()), request.endpoint}
    items = [
        item
        for item in navigation.list_items(current_app.view_functions.__contains__)
        if (item.permission is None or is_allowed(actor, Permission(str(item.permission))))
        and (item.waits is None or item.endpoint in waiting)
    ]
    addresses = {item.endpoint: url_for(item.endpoint) for item in items}
    section = _find_section(items, addresses)
    return [
        {
            "text": item.label,
            "href": addresses[item.endpoint],
            "current": item.endpoint == request.endpoint,
            "active": item.endpoint == section,
        }
        for item in items
    ]


def _find_section(items: list[Item], addresses: dict[str, str]) -> str | None:
    """The one entry that this page belongs to: itself, else the one whose address begins this
    page's for the longest (of the same feature, if there is one), else the feature's first that
    stands for all of it."""
    endpoints = [item.endpoint for item in items]
    if request.endpoint in endpoints:
        return request.endpoint
    feature = f"{request.blueprint}." if request.blueprint else None
    same = [item for item in items if feature and item.endpoint.startswith(feature)]
    near = [item.endpoint for item in same]
    near.sort(key=lambda endpoint: len(addresses[endpoint]), reverse=True)
    above = [e for e in [*near, *endpoints] if request.path.startswith(f"{addresses[e]}/")]
    return next(iter([*above, *(item.endpoint for item in same if not item.alone)]), None)


def find_signed_in() -> SignedIn | None:
    """Who is signed in; nobody on a page that must not ask the database (errors.py)."""
    return None if g.get("plain_page") else signed_in.find_signed_in()
