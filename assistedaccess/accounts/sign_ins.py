"""What the steps of signing in share: rows of sign-ins, their tokens, and how tries are recorded.

Everything here runs inside a transaction of the command that calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.audit import Action, Outcome, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import DomainError, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id

from . import alarms, hats, rules, tokens
from .attempts import UNKNOWN
from .hats import Hat
from .models import Account, SignIn
from .rules import Stage


class SignInFailed(DomainError):
    """Something that was given is wrong. It is recorded already, so this is no Refused.

    ``field`` is what was wrong: password or code. ``is_over``: the sign-in has ended, and begins
    again with the password.
    """

    def __init__(self, words: str, *, field: str = "code", is_over: bool = False) -> None:
        super().__init__(words)
        self.field = field
        self.is_over = is_over


@dataclass(frozen=True)
class Token:
    """What the browser holds from now on."""

    token: str
    sign_in_id: UUID
    account_id: UUID


def as_account(actor: Actor, account: Account, sign_in_id: UUID, hat: Hat | None = None) -> Actor:
    """The actor of an account that is signing in."""
    return hats.wear(
        hat, account.id, account.human_id, sign_in_id=sign_in_id, request_id=actor.request_id
    )


def too_many(wait: int) -> TooManyAttempts:
    """The answer to a try that has to wait ``wait`` seconds."""
    minutes = -(-wait // 60)
    words = (
        _("There were too many tries that were wrong. Wait %(count)s seconds.", count=wait)
        if wait <= 60
        else _("There were too many tries that were wrong. Wait %(count)s minutes.", count=minutes)
    )
    return TooManyAttempts(
        words,
        retry_after=wait,
        next_step=_("If you have forgotten something, ask for help to sign in."),
    )


def blocked(actor: Actor, wait: int, purpose: str, account_id: UUID | None) -> None:
    """Record that a try had to wait."""
    record(
        Action.SIGN_IN_BLOCKED,
        actor=actor,
        outcome=Outcome.REFUSED,
        reason=purpose,
        subject=("account", account_id) if account_id else None,
        details={"wait": wait},
    )


def failed(actor: Actor, account_id: UUID | None, reason: str) -> None:
    """Record a wrong try. What was typed is kept nowhere: it may be another password."""
    record(
        Action.SIGN_IN_FAILED,
        actor=actor,
        outcome=Outcome.REFUSED,
        reason=reason,
        subject=("account", account_id) if account_id else None,
    )
    alarms.note_failure(actor, account_id)


NETWORK = "sign_in_network"


def start(
    account_id: UUID, stage: Stage, device: str, return_path: str | None, address: str = UNKNOWN
) -> Token:
    """A new row for a browser that is on its way in. ``address``: attempts.network_of it."""
    token = tokens.new_token()
    sign_in_id = new_id()
    now = clock.now()
    get_session().add(
        SignIn(
            id=sign_in_id,
            account_id=account_id,
            token_hash=tokens.hash_token(token),
            stage=stage,
            device=device,
            network=None if address == UNKNOWN else encryption.fingerprint(NETWORK, address),
            started_at=now,
            seen_at=now,
            tries=0,
            return_path=return_path,
        )
    )
    return Token(token, sign_in_id, account_id)


def rotate(row: SignIn) -> Token:
    """A new token for the same sign-in: what the old one opened is shut."""
    token = tokens.new_token()
    row.token_hash = tokens.hash_token(token)
    return Token(token, row.id, row.account_id)


def let_in(actor: Actor, row: SignIn, how: str) -> Token:
    """Open a sign-in whose row is locked: everything was proved. One hat is put on at once."""
    account = get_session().get(Account, row.account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise NotFound
    now = clock.now()
    row.stage = Stage.OPEN
    row.started_at = row.seen_at = row.second_factor_at = row.fresh_at = now
    row.tries = 0
    account.last_sign_in_at = now
    live = hats.list_hats(account.id)
    hat = live[0] if len(live) == 1 else None
    put_on(row, hat)
    record(
        Action.SIGN_IN_SUCCEEDED,
        actor=as_account(actor, account, row.id, hat),
        subject=("sign_in", row.id),
        reason=how,
        details={"device": row.device},
    )
    return rotate(row)


def put_on(row: SignIn, hat: Hat | None) -> None:
    row.role_grant_id = hat.role_grant_id if hat else None
    row.site_id = hat.site_id if hat else None


def lock_live(sign_in_id: UUID, stage: Stage) -> SignIn | None:
    """The row of a sign-in at that stage, locked, or None where it is over."""
    row = get_session().get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.stage != stage:
        return None
    if rules.find_end(Stage(row.stage), row.started_at, row.seen_at, clock.now()) is not None:
        return None
    return row
