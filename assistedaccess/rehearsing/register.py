"""The register of acts: a small function each, whose parameters are the fields of the act.

``@act`` reads the kinds from the annotations, what must be given from the defaults, and the words
of the reference from the docstring, so that none of the three can part from the others.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from assistedaccess.consent.rules import Power

from .kinds import Kind, fold

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class ActField:
    """One field of an act."""

    kind: Kind
    is_needed: bool
    default: object
    parameter: str


@dataclass(frozen=True)
class ActWords:
    """One act of the language. ``makes``: the sort of thing that ``as`` may name afterwards;
    ``roles``: in which of these its account acts, the first that it holds; ``needs``: the powers
    that the person has given."""

    name: str
    play: Callable[..., Any]
    fields: dict[str, ActField]
    words: str
    group: str
    makes: str
    roles: tuple[str, ...] = ()
    needs: tuple[Power, ...] = ()


_ROLES = re.compile(r"stage\.actor\(\s*by,\s*(?:\*(\w+)|(\"\w+\"(?:,\s*\"\w+\")*))")

ACTS: dict[str, ActWords] = {}


def act(group: str, *, makes: str = "", needs: Iterable[Power] = ()) -> Callable[[F], F]:
    """Register a function as an act, by its own name. Its first parameter is the stage."""

    def decorate(function: F) -> F:
        name = function.__name__.strip("_")
        hints = get_type_hints(function, include_extras=True)
        fields: dict[str, ActField] = {}
        for parameter in list(inspect.signature(function).parameters.values())[1:]:
            needed = parameter.default is inspect.Parameter.empty
            default = None if needed else parameter.default
            kind = _find_kind(name, parameter.name, hints[parameter.name])
            written = parameter.name.strip("_")
            fields[written] = ActField(kind, needed, default, parameter.name)
        words = inspect.getdoc(function) or ""
        roles = _find_roles(function)
        ACTS[name] = ActWords(name, function, fields, words, group, makes, roles, tuple(needs))
        return function

    return decorate


def _find_roles(function: Callable[..., Any]) -> tuple[str, ...]:
    found = _ROLES.search(inspect.getsource(function))
    if found is None:
        return ()
    several: tuple[str, ...] = function.__globals__[found[1]] if found[1] else ()
    return several or tuple(re.findall(r"\w+", found[2]))


def _find_kind(act_name: str, field: str, hint: Any) -> Kind:
    for each in (hint, *get_args(hint)):
        if get_origin(each) is Annotated:
            for extra in each.__metadata__:
                if isinstance(extra, Kind):
                    return extra
    raise TypeError(f"{act_name}.{field} has no kind")


def find_act(name: object) -> ActWords | None:
    """The act of that name, written with spaces, hyphens or underscores."""
    return ACTS.get(fold(name))
