"""Commands: everything that changes something, registered by name.

The register lets ``approvals`` run later what a hold has parked, by name and arguments, without
knowing any feature. So a command takes keyword arguments of plain kinds alone, and returns an id
or a small frozen dataclass, never a row.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from . import undo
from .actor import SYSTEM, Actor
from .errors import Held, Refused
from .transactions import get_transaction, run_transaction

P = ParamSpec("P")
R = TypeVar("R")


class UnrecordedCommand(RuntimeError):
    """A command ended without an audit event: a fault of the program, so nothing is committed."""


@dataclass
class Call:
    """One run of a command, and what it turned out to be about, for the journal of refusals.

    ``outer`` is the command that called this one, if one did.
    """

    name: str
    version: int
    actor: Actor
    arguments: dict[str, Any]
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    subject: tuple[str, UUID] | None = None
    authority: tuple[str, UUID] | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    outer: Call | None = None


@dataclass(frozen=True)
class Command:
    """A registered command. ``version`` rises when its arguments change their meaning."""

    name: str
    version: int
    run: Callable[..., Any]


_register: dict[str, Command] = {}
_call: ContextVar[Call | None] = ContextVar("call", default=None)


def command(name: str, *, version: int = 1) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as the command ``name`` (``package.verb_noun``).

    Each call runs in run_transaction (or joins the one that is running), must record at least one
    audit event, and leaves its name and arguments with a refusal or a hold. The arguments are
    keyword-only, ``actor`` among them.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name} takes keyword arguments alone")
            return run_transaction(lambda: _run(name, version, function, kwargs))

        if name in _register and _register[name].run.__module__ != function.__module__:
            raise ValueError(f"two commands are named {name}")
        _register[name] = Command(name, version, wrapper)
        return wrapper

    return decorate


def _run(name: str, version: int, function: Callable[..., R], kwargs: dict[str, Any]) -> R:
    arguments = {key: value for key, value in kwargs.items() if key != "actor"}
    call = Call(name, version, kwargs.get("actor", SYSTEM), arguments, outer=_call.get())
    for key in ("person_id", "organisation_id"):
        if isinstance(arguments.get(key), UUID):
            setattr(call, key, arguments[key])
    transaction = get_transaction()
    before = transaction.recorded
    token = _call.set(call)
    try:
        with undo.watching(name, call.actor):
            result = function(**kwargs)
    except (Refused, Held) as fact:
        if fact.call is None:
            fact.call = call
        raise
    finally:
        _call.reset(token)
    if transaction.recorded == before:
        raise UnrecordedCommand(name)
    return result


def get_command(name: str) -> Command:
    """The command of that name. Raises KeyError."""
    return _register[name]


def list_commands() -> list[Command]:
    """All registered commands, by name."""
    return [_register[name] for name in sorted(_register)]


def concerns(
    *,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
    subject: tuple[str, UUID] | None = None,
    authority: tuple[str, UUID] | None = None,
) -> None:
    """Say what the running command is about, as soon as it is known: a refusal then says so too.

    ``subject`` is (kind, id), for instance ("delegation", id); ``authority`` likewise.
    """
    call = _call.get()
    if call is None:
        return
    call.person_id = person_id or call.person_id
    call.organisation_id = organisation_id or call.organisation_id
    call.subject = subject or call.subject
    call.authority = authority or call.authority


def find_call() -> Call | None:
    """The innermost command that is running."""
    return _call.get()
