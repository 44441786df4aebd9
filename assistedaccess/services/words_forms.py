"""The words for what is different between two versions of a form, and where."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .difference import Kind, Trail

KINDS: dict[str, tuple[object, str]] = {
    Kind.ADDED: (_l("Added"), "green"),
    Kind.REMOVED: (_l("Removed"), "red"),
    Kind.CHANGED: (_l("Changed"), "blue"),
    Kind.MOVED: (_l("Other order"), "grey"),
}


def name_place(trail: Trail) -> str:
    """Where a difference is: "Page /about-you, component birthDate: title.en"."""
    rest = list(trail)
    places = []
    while len(rest) >= 2 and rest[0] in _NAMED:
        places.append(_name_one(rest[0], rest[1]))
        rest = rest[2:]
    place = ", ".join(places)
    inner = ".".join(rest)
    if not place:
        return inner or _("The whole form")
    return f"{place}: {inner}" if inner else place


_NAMED = {"pages", "components", "lists", "items", "conditions", "sections", "next", "children"}


def _name_one(kind: str, name: str) -> str:
    match kind:
        case "pages":
            return _("Page %(name)s", name=name)
        case "components" | "children":
            return _("component %(name)s", name=name)
        case "lists":
            return _("List %(name)s", name=name)
        case "items":
            return _("choice %(name)s", name=name)
        case "conditions":
            return _("Condition %(name)s", name=name)
        case "sections":
            return _("Section %(name)s", name=name)
        case _:
            return _("way on to %(name)s", name=name)
