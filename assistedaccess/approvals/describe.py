"""The port by which a feature says in plain words what one of its commands would do.

A reviewer decides on facts, so each command that can be held registers how its arguments read.
``people`` registers who a person is; a person is shown to the drawn reviewer alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Row = tuple[object, object]
Describer = Callable[[Mapping[str, Any]], Sequence[Row]]
Missing = Callable[[Mapping[str, Any]], str]
Shown = Callable[[Mapping[str, Any]], Sequence[UUID]]
PersonSource = Callable[[UUID], tuple[str, str] | None]


@dataclass(frozen=True)
class Description:
    """What is asked: ``title`` in a few words, ``rows`` of label and value."""

    title: object
    rows: Sequence[Row]


_describers: dict[str, tuple[object, Describer]] = {}
_missing: dict[str, Missing] = {}
_shown: dict[str, Shown] = {}
_person_source: PersonSource | None = None


def register(
    command: str,
    describer: Describer,
    *,
    title: object,
    missing: Missing | None = None,
    shown: Shown | None = None,
) -> None:
    """Have ``describer`` put the arguments of ``command`` into rows; said twice: once.

    ``title`` is a lazy translation such as "Give a role". The describer may query; it gets the
    arguments as the command would. ``missing`` says in words what has to be done before anybody
    can release it, or nothing. ``shown``: who else than the person it is about is described, so
    that the look is recorded for them too.
    """
    _describers[command] = (title, describer)
    if shown is not None:
        _shown[command] = shown
    if missing is not None:
        _missing[command] = missing


def register_person(source: PersonSource) -> None:
    """Register who knows name and reference of a person's id."""
    global _person_source
    _person_source = source


def find_title(command: str) -> object:
    """What the command does, in a few words; its own name where nobody has said."""
    title, _describer = _describers.get(command, (command, None))
    return title


def describe(command: str, arguments: Mapping[str, Any] | None) -> Description:
    """What is asked, in plain words.

    A command that nobody describes shows its title alone, and so does one whose arguments have
    been erased (None).
    """
    if command not in _describers or arguments is None:
        return Description(find_title(command), ())
    title, describer = _describers[command]
    return Description(title, describer(arguments))


def list_shown(command: str, arguments: Mapping[str, Any] | None) -> Sequence[UUID]:
    """Whom a description shows beside the person whom the act is about."""
    if command not in _shown or arguments is None:
        return ()
    return _shown[command](arguments)


def find_missing(command: str, arguments: Mapping[str, Any] | None) -> str:
    """What has to be done before this can be released, in words; empty where nothing has."""
    if command not in _missing or arguments is None:
        return ""
    return _missing[command](arguments)


def find_person(person_id: UUID) -> tuple[str, str] | None:
    """Name and reference of a person, for who may see them."""
    return _person_source(person_id) if _person_source is not None else None
