"""Every URL declares its guard; one that does not is refused, and fails the build.

``@requires(permission)`` for pages of a role, ``@signed_in`` for pages of any account, and
``@public("why")`` for the short list that anybody may open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

from assistedaccess.audit import Action, Outcome, record
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.transactions import run_transaction

from .permissions import Permission
from .policy import PermissionMissing, is_allowed

V = TypeVar("V", bound=Callable[..., Any])


@dataclass(frozen=True)
class Guard:
    """What a URL asks of who opens it. ``why`` is given for public ones alone."""

    kind: str
    permission: Permission | None = None
    why: str = ""


class SignInNeeded(Exception):
    """Nobody is signed in: accounts answers with the sign-in page and the way back."""


def requires(permission: Permission) -> Callable[[V], V]:
    """Only an account whose present role holds ``permission``."""
    return _declare(Guard("requires", permission))


def signed_in(view: V) -> V:
    """Any account that is fully signed in, whatever its role."""
    return _declare(Guard("signed_in"))(view)


def public(why: str) -> Callable[[V], V]:
    """Anybody; ``why`` says what makes that right."""
    return _declare(Guard("public", why=why))


def _declare(guard: Guard) -> Callable[[V], V]:
    def decorate(view: V) -> V:
        view.__guard__ = guard  # type: ignore[attr-defined]
        return view

    return decorate


def find_guard(app: Flask, endpoint: str) -> Guard | None:
    """The guard that the view behind ``endpoint`` declares. Flask's own static files are public."""
    if endpoint == "static":
        return Guard("public", why="style sheets and scripts, the same for everybody")
    guard: Guard | None = getattr(app.view_functions[endpoint], "__guard__", None)
    return guard


def get_actor() -> Actor:
    """Who is behind this request."""
    actor: Actor = g.get("actor", PUBLIC)
    return actor


def set_actor(actor: Actor) -> None:
    """Set by accounts, once, as the request begins."""
    g.actor = actor


def check_guard() -> ResponseReturnValue | None:
    """Before each request: deny by default."""
    if request.endpoint is None:
        return None  # no such page: the router's 404 or 405 follows
    guard = find_guard(current_app, request.endpoint)
    if guard is not None and guard.kind == "public":
        return None
    actor = get_actor()
    if not actor.is_account:
        raise SignInNeeded
    if guard is not None and (guard.permission is None or is_allowed(actor, guard.permission)):
        return None
    run_transaction(
        lambda: record(
            Action.ACCESS_REFUSED,
            actor=actor,
            outcome=Outcome.REFUSED,
            reason=f"{request.endpoint}"[:60],
        )
    )
    raise PermissionMissing(
        "Your role cannot open this page.",
        next_step="Choose another of your roles, or ask a colleague whose role allows it.",
    )


def register(app: Flask) -> None:
    """Check the guard of every request. After accounts, which says who is asking."""
    app.before_request(check_guard)
