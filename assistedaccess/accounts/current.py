"""Whose request this is: from the cookie to the sign-in, the live hats and the actor.

Two statements a request: the sign-in with its account, and the hats. Everything is read anew each
time, so that what is ended, disabled or withdrawn anywhere is so in every process with the next
request. The cookie holds a random token and nothing else; Flask's own session cookie holds no
identity, only the form token and messages.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from flask import Flask, Request, g, request
from flask_login import LoginManager
from sqlalchemy import Row, Select, bindparam, select

from assistedaccess.access import set_actor
from assistedaccess.kernel import clock, navigation
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.navigation import Waits

from . import hats, rules, tokens
from .browser import cookie_name
from .hats import Hat
from .models import Account, SignIn
from .rules import EndReason, Stage
from .service_sessions import end_expired_sign_in, note_seen

HAVING_RUN_OUT = (EndReason.IDLE, EndReason.ABSOLUTE)
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class State(Enum):
    """What stands behind the cookie."""

    NOBODY = "nobody"
    ENDED = "ended"  # signed out, ended elsewhere, disabled
    RUN_OUT = "run_out"  # idle, or twelve hours
    LOCKED = "locked"
    ON_THE_WAY = "on_the_way"  # a stage before OPEN
    OPEN = "open"


@dataclass(frozen=True)
class CurrentSignIn:
    """The sign-in behind this request, as it was when the request began."""

    state: State
    id: UUID
    account_id: UUID
    human_id: UUID
    name: str
    stage: Stage
    fresh_at: datetime | None
    return_path: str | None
    hats: Sequence[Hat] = ()
    hat: Hat | None = None
    waiting: frozenset[str] = frozenset()  # the pages on which something waits for this account

    @property
    def is_fresh(self) -> bool:
        return rules.is_fresh(self.fresh_at, clock.now())

    # What Flask-Login asks of its current_user.
    is_authenticated = is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.account_id)


def find_sign_in() -> CurrentSignIn | None:
    """The sign-in behind this request, whatever its state; None for a browser nobody knows."""
    found: CurrentSignIn | None = g.get("sign_in")
    return found


def get_state() -> State:
    """What stands behind this request's cookie."""
    found = find_sign_in()
    return found.state if found else State.NOBODY


def register_login(app: Flask) -> None:
    """Let Flask-Login's current_user be who is fully signed in, read anew with each request.

    It has no session of its own here: the row in sign_in is the only one, and can be ended.
    """
    manager = LoginManager()
    manager.session_protection = None
    manager.request_loader(_find_signed_in)
    manager.init_app(app, add_context_processor=False)


def _find_signed_in(_request: Request) -> CurrentSignIn | None:
    found = find_sign_in()
    return found if found is not None and found.state is State.OPEN else None


def identify() -> None:
    """Before each request, ahead of the guards: find the sign-in and set the actor."""
    if request.endpoint == "static":
        return
    request_id = secrets.token_hex(8)
    g.sign_in = found = _load(request_id)
    if found is None or found.state is State.LOCKED or found.state is State.RUN_OUT:
        set_actor(Actor(kind=ActorKind.PUBLIC, request_id=request_id))
    elif found.state is not State.OPEN:
        sign_in_id = found.id if found.state is State.ON_THE_WAY else None
        set_actor(Actor(kind=ActorKind.PUBLIC, sign_in_id=sign_in_id, request_id=request_id))
    else:
        set_actor(_actor(found, request_id))


def _actor(found: CurrentSignIn, request_id: str) -> Actor:
    return hats.wear(
        found.hat, found.account_id, found.human_id, sign_in_id=found.id, request_id=request_id
    )


def _load(request_id: str) -> CurrentSignIn | None:
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    waits = navigation.list_waits()
    row = get_session().execute(_sign_in(waits), {"token_hash": tokens.hash_token(token)}).first()
    if row is None:
        return None
    state = _judge(row)
    live = hats.list_hats(row.account_id) if state is State.OPEN else []
    _write_down(row, state, request_id)
    return CurrentSignIn(
        state=state,
        id=row.id,
        account_id=row.account_id,
        human_id=row.human_id,
        name=row.name,
        stage=Stage(row.stage),
        fresh_at=row.fresh_at,
        return_path=row.return_path,
        hats=tuple(live),
        hat=hats.find_hat(live, row.role_grant_id, row.site_id),
        waiting=frozenset(endpoint for endpoint, _ in waits if row._mapping[endpoint]),
    )


@cache
def _sign_in(waits: tuple[tuple[str, Waits], ...]) -> Select[*tuple[Any, ...]]:
    """The statement of every request, built once a process."""
    return (
        select(
            SignIn.id,
            SignIn.account_id,
            SignIn.stage,
            SignIn.started_at,
            SignIn.seen_at,
            SignIn.fresh_at,
            SignIn.locked_at,
            SignIn.ended_at,
            SignIn.end_reason,
            SignIn.role_grant_id,
            SignIn.site_id,
            SignIn.return_path,
            Account.human_id,
            Account.name,
            Account.disabled_at,
            *(
                is_there(SignIn.account_id.expression).label(endpoint)
                for endpoint, is_there in waits
            ),
        )
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == bindparam("token_hash"))
    )


def _write_down(row: Row[*tuple[Any, ...]], state: State, request_id: str) -> None:
    runs_out_now = state is State.RUN_OUT and row.ended_at is None
    is_due = state is State.OPEN and clock.now() - row.seen_at >= rules.SEEN_EVERY
    if runs_out_now or is_due or request.method not in _SAFE_METHODS:
        # What writes opens a connection of its own: not a second one while this one is open.
        get_session().commit()
    if runs_out_now:
        public = Actor(kind=ActorKind.PUBLIC, request_id=request_id)
        end_expired_sign_in(actor=public, sign_in_id=row.id)
    elif is_due:
        note_seen(row.id)


def _judge(row: Row[*tuple[Any, ...]]) -> State:
    if row.disabled_at is not None:
        return State.ENDED
    if row.ended_at is not None:
        return State.RUN_OUT if row.end_reason in HAVING_RUN_OUT else State.ENDED
    stage = Stage(row.stage)
    if rules.find_end(stage, row.started_at, row.seen_at, clock.now()) is not None:
        return State.RUN_OUT
    if stage is not Stage.OPEN:
        return State.ON_THE_WAY
    return State.LOCKED if row.locked_at is not None else State.OPEN
