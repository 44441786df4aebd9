"""What is said about a definition while it is parsed, and how its raw JSON is taken apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST = 500  # a definition that is wrong all over is not listed without end


@dataclass
class Remarks:
    """Collects errors, warnings and what is unsupported, each said once."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)

    def error(self, words: str) -> None:
        """The definition cannot be used with this in it."""
        self._add(self.errors, words)

    def warn(self, words: str) -> None:
        """The rest still works."""
        self._add(self.warnings, words)

    def cannot(self, words: str) -> None:
        """The definition asks for something that we do not honour."""
        self._add(self.unsupported, words)

    def warn_of_keys(
        self, given: Mapping[str, Any], known: set[str], where: str, what: str = "key"
    ) -> None:
        """Warn of each key of ``given`` that is not among ``known``."""
        for key in sorted(set(map(str, given)) - known):
            self.warn(f"{where}: the {what} “{key}” is not known and has no effect")

    @staticmethod
    def _add(said: list[str], words: str) -> None:
        words = words[:500]
        if words not in said and len(said) < _MOST:
            said.append(words)


def as_text(raw: object) -> str:
    """``raw`` where it is a text, else nothing."""
    return raw if isinstance(raw, str) else ""


def as_name(raw: object) -> str:
    """``raw`` as a name: a text, or as the oldest definitions have it, an object with one."""
    return as_text(raw) or as_text(as_object(raw).get("name"))


def as_object(raw: object) -> Mapping[str, Any]:
    """``raw`` where it is an object, else an empty one."""
    return raw if isinstance(raw, Mapping) else {}


def as_list(raw: object) -> list[Any]:
    """``raw`` where it is a list, else an empty one."""
    return raw if isinstance(raw, list) else []
