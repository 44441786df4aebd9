"""What a signed-in account does with its sign-ins: end, lock, unlock, prove itself again."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import run_transaction

from . import attempts, endings, factors, passwords, rules
from .factors import Proof, ProofKind
from .models import Account, KeptForm, Recovery, SignIn
from .rules import EndReason, Stage
from .service_sign_in import check_factor, end_of_tries, succeed_factor, used_before
from .sign_ins import (
    SignInFailed,
    Token,
    as_account,
    blocked,
    failed,
    lock_live,
    rotate,
    too_many,
)


def note_seen(sign_in_id: UUID) -> None:
    """Write that the browser is still there; the caller does so at most once a minute."""
    now = clock.now()
    run_transaction(
        lambda: get_session().execute(
            update(SignIn)
            .where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None), SignIn.seen_at < now)
            .values(seen_at=now)
            .execution_options(synchronize_session=False)
        )
    )


@command("accounts.end_expired_sign_in")
def end_expired_sign_in(*, actor: Actor, sign_in_id: UUID) -> UUID:
    """Mark a sign-in that has run out as ended, so that no clock ever revives it."""
    row = get_session().get(SignIn, sign_in_id, with_for_update=True)
    if row is None:
        raise NotFound
    reason = rules.find_end(Stage(row.stage), row.started_at, row.seen_at, clock.now())
    if row.ended_at is None and reason is not None:
        account = get_session().get(Account, row.account_id)
        endings.end_one(as_account(actor, account, row.id) if account else actor, row, reason)
    else:  # another request was quicker
        record(
            Action.SIGN_IN_ENDED, actor=actor, subject=("sign_in", row.id), reason="already_ended"
        )
    return row.id


@command("accounts.sign_out")
def sign_out(*, actor: Actor, sign_in_id: UUID) -> UUID:
    """End this browser's sign-in, whatever its stage."""
    row = get_session().get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NotFound
    endings.end_one(actor, row, EndReason.SIGNED_OUT)
    return row.id


@command("accounts.end_own_sign_in")
def end_own_sign_in(*, actor: Actor, sign_in_id: UUID) -> UUID:
    """End one of the account's own sign-ins, on whatever device. Raises NotFound."""
    row = get_session().get(SignIn, sign_in_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.account_id != actor.account_id:
        raise NotFound
    endings.end_one(actor, row, EndReason.ENDED_ELSEWHERE)
    return row.id


@command("accounts.end_other_sign_ins")
def end_other_sign_ins(*, actor: Actor) -> int:
    """End all of the account's sign-ins but this one; returns how many."""
    if actor.account_id is None:
        raise NotFound
    ended = endings.end_all(
        actor, actor.account_id, EndReason.ENDED_ELSEWHERE, but=actor.sign_in_id
    )
    if not ended:
        record(
            Action.SIGN_IN_ENDED,
            actor=actor,
            subject=("account", actor.account_id),
            reason="none",
        )
    return ended


# -- a shared computer


@command("accounts.lock_sign_in")
def lock_sign_in(*, actor: Actor, sign_in_id: UUID, return_path: str | None) -> Token:
    """Shut the screen: the next page asks for the password, then shows ``return_path`` again."""
    row = lock_live(sign_in_id, Stage.OPEN)
    if row is None or row.account_id != actor.account_id:
        raise NotFound
    row.locked_at = row.locked_at or clock.now()
    row.return_path = return_path
    row.tries = 0
    record(Action.SIGN_IN_LOCKED, actor=actor, subject=("sign_in", row.id))
    return rotate(row)


def unlock_sign_in(*, actor: Actor, sign_in_id: UUID, password: str, address: str) -> Token:
    """Open the screen again with the account's password.

    Raises SignInFailed; after five wrong tries the sign-in is over.
    """
    account_id = check_password(actor, sign_in_id, password, address)
    return _unlock(actor=actor, sign_in_id=sign_in_id, account_id=account_id)


@command("accounts.unlock_sign_in")
def _unlock(*, actor: Actor, sign_in_id: UUID, account_id: UUID) -> Token:
    row = lock_live(sign_in_id, Stage.OPEN)
    account = get_session().get(Account, account_id)
    if row is None or account is None or row.account_id != account_id:
        raise NotFound
    row.locked_at = None
    row.tries = 0
    row.seen_at = clock.now()
    record(
        Action.SIGN_IN_UNLOCKED,
        actor=as_account(actor, account, row.id),
        subject=("sign_in", row.id),
    )
    return rotate(row)


def check_password(actor: Actor, sign_in_id: UUID, password: str, address: str) -> UUID:
    """Whether this is the password of the account behind an open sign-in; returns the account.

    Raises SignInFailed, also to say that the sign-in is over, and TooManyAttempts.
    """
    found = run_transaction(lambda: _begin_check(actor, sign_in_id, address))
    if isinstance(found, int):
        raise too_many(found)
    if found is None:
        raise SignInFailed(_("Begin again with your password"), is_over=True)
    account_id, password_hash = found
    if passwords.is_password(password_hash, password):
        run_transaction(lambda: _end_check(sign_in_id, account_id, address))
        return account_id
    run_transaction(lambda: failed(actor, account_id, "wrong_password"))
    raise end_of_tries(actor, sign_in_id) or SignInFailed(
        _("The password is wrong"), field="password"
    )


def _begin_check(
    actor: Actor, sign_in_id: UUID, address: str
) -> tuple[UUID, str | None] | int | None:
    row = lock_live(sign_in_id, Stage.OPEN)
    account = get_session().get(Account, row.account_id) if row else None
    if row is None or account is None or account.disabled_at is not None:
        return None
    wait = attempts.take_turn("check", f"{account.id}|{address}", rules.PAIR_LIMIT)
    if wait:
        blocked(actor, wait, "check", account.id)
        return wait
    row.tries += 1
    return account.id, account.password_hash


def _end_check(sign_in_id: UUID, account_id: UUID, address: str) -> None:
    attempts.succeed("check", f"{account_id}|{address}")
    row = get_session().get(SignIn, sign_in_id, with_for_update=True)
    if row is not None:
        row.tries = max(0, row.tries - 1)


# -- proving oneself again


def confirm_again(
    *, actor: Actor, sign_in_id: UUID, password: str, typed: str, address: str
) -> Token:
    """Password and second factor once more, before the sign-in itself is changed (ASVS 7.5.1)."""
    check_password(actor, sign_in_id, password, address)
    proof = check_factor(actor, sign_in_id, typed, address, Stage.OPEN)
    token = freshen(
        actor=actor,
        sign_in_id=sign_in_id,
        proof_kind=proof.kind,
        proof_id=proof.id,
        proof_step=proof.step,
        address=address,
    )
    if token is None:
        raise end_of_tries(actor, sign_in_id) or used_before()
    return token


@command("accounts.confirm_again")
def freshen(
    *,
    actor: Actor,
    sign_in_id: UUID,
    proof_kind: str,
    proof_id: UUID,
    proof_step: int,
    address: str,
) -> Token | None:
    """Spend the proof: the sign-in is fresh; None where the proof was spent before."""
    row = lock_live(sign_in_id, Stage.OPEN)
    if row is None:
        raise NotFound
    if not factors.spend(Proof(ProofKind(proof_kind), proof_id, proof_step)):
        failed(actor, row.account_id, "code_used_before")
        return None
    succeed_factor(row.account_id, address)
    row.fresh_at = clock.now()
    row.tries = 0
    record(Action.SIGN_IN_RENEWED, actor=actor, subject=("sign_in", row.id), reason=proof_kind)
    return rotate(row)


# -- what time asks for


@command("accounts.expire_sign_ins")
def expire_sign_ins(*, actor: Actor) -> int:
    """End what has run out and delete what says nothing any more; returns how many ended."""
    session = get_session()
    now = clock.now()
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.ended_at.is_(None), SignIn.started_at < now - rules.STEP_LIMIT)
        .order_by(SignIn.id)
        .with_for_update()
    ).all()
    ended = 0
    for row in rows:
        reason = rules.find_end(Stage(row.stage), row.started_at, row.seen_at, now)
        if reason is not None:
            endings.end_one(actor, row, reason)
            ended += 1
    session.execute(delete(SignIn).where(SignIn.ended_at < now - rules.KEEP_ENDED_FOR))
    session.execute(delete(KeptForm).where(KeptForm.expires_at < now))
    session.execute(delete(Recovery).where(Recovery.expires_at < now - rules.KEEP_ENDED_FOR))
    attempts.forget_old()
    record(Action.SIGN_INS_EXPIRED, actor=actor, details={"ended": ended})
    return ended
