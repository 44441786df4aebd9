"""Every URL of the application, with real references in it: what all the probes walk along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

_ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

FIXED = {
    "filename": "js/application.mjs",
    "link": "7K3M9QTR2V00",  # of a consent asked for online; a link that is none answers alike
    "path": "relatives",  # of what a helper declares
    "what": "objection",  # of what a person wants no more
    "way": "witness",  # of confirming a consent
    "heard": "refused",  # of an application
    "key": "attendance-allowance",  # of a service
    "version": "1",  # of its form
    "page": "where-you-live",  # of that form
    "reader": "interpreters",  # of a privacy notice
}
"""Arguments that are words of a closed list."""


@dataclass(frozen=True)
class Route:
    """One rule of the URL map."""

    endpoint: str
    rule: str
    methods: frozenset[str]

    @property
    def arguments(self) -> list[str]:
        """The names under which a world keeps what stands in this URL, in their order.

        A ``<reference>`` is called after what it is a reference of: the word before it.
        """
        return [self._called(found) for found in _ARGUMENT.finditer(self.rule)]

    def _called(self, found: re.Match[str]) -> str:
        name = found[1]
        before = self.rule[: found.start()].strip("/").rpartition("/")[2]
        return before if name.endswith("reference") else name

    def path(self, values: Mapping[str, str]) -> str:
        """The URL with ``values`` in it; what is said of this very endpoint goes first.

        Raises LookupError when the world has no example.
        """

        def fill(found: re.Match[str]) -> str:
            own, name = f"{self.endpoint}:{found[1]}", self._called(found)
            for key in (own, name):
                if key in values:
                    return values[key]
            if name in FIXED:
                return FIXED[name]
            raise LookupError(f"the world has no {name!r}, which {self.rule} asks for")

        return _ARGUMENT.sub(fill, self.rule)


def list_routes(app: Flask) -> list[Route]:
    """All of them, by endpoint."""
    found = {
        Route(rule.endpoint, rule.rule, frozenset((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        for rule in app.url_map.iter_rules()
    }
    return sorted(found, key=lambda route: (route.endpoint, route.rule))


def list_requests(app: Flask) -> Iterator[tuple[Route, str]]:
    """Each route with each of its methods."""
    for route in list_routes(app):
        for method in sorted(route.methods):
            yield route, method
