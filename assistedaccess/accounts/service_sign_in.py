"""Signing in: password, second factor, role. Each step gives the browser a new token.

The slow part of a check (argon2id) runs between two short transactions: the first counts the try
under a lock, before anybody knows whether it is right; the second writes what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.rules import AccountMail

from . import alarms, attempts, endings, factors, hats, mails, passwords, rules
from .factors import Proof
from .models import Account, SignIn
from .queries import fingerprint_email, fold_email
from .rules import EndReason, Stage
from .rules_alarms import Alarm
from .sign_ins import (
    SignInFailed,
    Token,
    as_account,
    blocked,
    failed,
    let_in,
    lock_live,
    put_on,
    rotate,
    start,
    too_many,
)


@dataclass(frozen=True)
class _Try:
    """What a counted try is compared with; ``wait`` seconds where it may not be made."""

    wait: int = 0
    account_id: UUID | None = None
    password_hash: str | None = None
    expected: factors.Expected = field(default_factory=factors.Expected)


# -- the password


def sign_in_with_password(
    *,
    actor: Actor,
    email: str,
    password: str,
    device: str,
    address: str,
    return_path: str | None = None,
    replaces: UUID | None = None,
) -> Token:
    """The first step. Returns the token of a sign-in that only reaches the second factor.

    ``address`` is attempts.network_of the browser. ``replaces`` is this browser's earlier sign-in,
    which ends. Raises SignInFailed with the same words, after the same time, whether the account
    exists or not; TooManyAttempts after too many wrong tries for this address from here.
    """
    pair = f"{fold_email(email)}|{address}"
    attempt = run_transaction(lambda: _begin_password(actor, email, pair, address))
    if attempt.wait:
        raise too_many(attempt.wait)
    right = passwords.is_password(attempt.password_hash, password)
    if not right or attempt.account_id is None or attempt.password_hash is None:
        reason = "wrong_password" if attempt.account_id else "unknown_account"
        run_transaction(lambda: failed(actor, attempt.account_id, reason))
        raise SignInFailed(_("The email address or the password is wrong"), field="password")
    renewed = (
        passwords.hash_password(password) if passwords.is_outdated(attempt.password_hash) else None
    )
    result = accept_password(
        actor=actor,
        account_id=attempt.account_id,
        verified_hash=attempt.password_hash,
        renewed_hash=renewed,
        pair=pair,
        address=address,
        device=device,
        return_path=return_path,
        replaces=replaces,
    )
    if result is None:
        raise SignInFailed(
            _("This account cannot sign in now. Ask your manager for help to sign in"),
            field="password",
        )
    return result


def _begin_password(actor: Actor, email: str, pair: str, address: str) -> _Try:
    account = (
        get_session()
        .execute(
            select(Account.id, Account.password_hash).where(
                Account.email_fingerprint == fingerprint_email(email)
            )
        )
        .first()
    )
    account_id = account.id if account else None
    wait = attempts.take_turn("password", pair, rules.PAIR_LIMIT)
    if not wait and not attempts.is_known("password", pair):
        wait = attempts.take_turn("address", address, rules.ADDRESS_LIMIT)
        if wait and account_id is not None:
            alarms.suspect(actor, account_id, Alarm.FROM_ONE_ADDRESS)
    if wait:
        blocked(actor, wait, "password", account_id)
        return _Try(wait=wait)
    return _Try(account_id=account_id, password_hash=account.password_hash if account else None)


@command("accounts.accept_password")
def accept_password(
    *,
    actor: Actor,
    account_id: UUID,
    verified_hash: str,
    renewed_hash: str | None,
    pair: str,
    address: str,
    device: str,
    return_path: str | None,
    replaces: UUID | None,
) -> Token | None:
    """Begin a sign-in after the right password; None where the account has no way on."""
    session = get_session()
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.password_hash != verified_hash:
        failed(actor, account_id, "password_changed_meanwhile")
        return None
    if account.disabled_at is not None:
        failed(actor, account_id, "account_disabled")
        return None
    if not factors.is_set_up(account_id):
        failed(actor, account_id, "not_set_up")
        return None
    if renewed_hash is not None:
        account.password_hash = renewed_hash
    if not attempts.succeed("password", pair):
        attempts.give_back("address", address)
    if replaces is not None:
        earlier = session.get(SignIn, replaces, with_for_update=True)
        if earlier is not None and earlier.ended_at is None:
            endings.end_one(actor, earlier, EndReason.REPLACED)
    token = start(account_id, Stage.FACTOR, device, return_path, address)
    record(
        Action.PASSWORD_ACCEPTED,
        actor=as_account(actor, account, token.sign_in_id),
        subject=("account", account_id),
        details={"device": device},
    )
    return token


# -- the second factor


def confirm_second_factor(*, actor: Actor, sign_in_id: UUID, typed: str, address: str) -> Token:
    """The second step: a code of the app, of the printed sheet, or a recovery code.

    The same code never works twice. After five wrong ones the sign-in begins again. Raises
    SignInFailed and TooManyAttempts.
    """
    proof = check_factor(actor, sign_in_id, typed, address, Stage.FACTOR)
    token = open_sign_in(
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


def check_factor(actor: Actor, sign_in_id: UUID, typed: str, address: str, stage: Stage) -> Proof:
    """A proof, not spent yet. Raises SignInFailed or TooManyAttempts."""
    code = factors.read_typed(typed)
    attempt = run_transaction(lambda: _begin_factor(actor, sign_in_id, code, address, stage))
    if attempt.wait:
        raise too_many(attempt.wait)
    if attempt.account_id is None:
        raise SignInFailed(_("Begin again with your password"), is_over=True)
    proof = factors.match(attempt.expected, code)
    if proof is None:
        raise wrong_code(actor, sign_in_id, attempt.account_id, "wrong_code")
    return proof


def _begin_factor(actor: Actor, sign_in_id: UUID, code: str, address: str, stage: Stage) -> _Try:
    row, wait = begin_try(actor, sign_in_id, address, stage)
    if row is None:
        return _Try()
    account_id = row.account_id
    if wait:
        return _Try(wait=wait, account_id=account_id)
    return _Try(account_id=account_id, expected=factors.load_expected(account_id, code))


def begin_try(
    actor: Actor, sign_in_id: UUID, address: str, stage: Stage
) -> tuple[SignIn | None, int]:
    """Count a try for the second factor before anybody looks whether it is right.

    Returns the sign-in, locked, and the seconds to wait; None where it is over.
    """
    row = lock_live(sign_in_id, stage)
    if row is None:
        return None, 0
    account_id = row.account_id
    pair = f"{account_id}|{address}"
    wait = attempts.take_turn("factor", pair, rules.PAIR_LIMIT)
    if not wait and not attempts.is_known("factor", pair):
        wait = attempts.take_turn("factor_anywhere", str(account_id), rules.FACTOR_LIMIT)
    if wait:
        blocked(actor, wait, "factor", account_id)
        _warn(actor, account_id)
    else:
        row.tries += 1
    return row, wait


def _warn(actor: Actor, account_id: UUID) -> None:
    # Whoever guesses codes knows the password: its holder is told, once a day.
    if attempts.take_turn("warning", str(account_id), rules.WARNING_LIMIT) == 0:
        account = get_session().get_one(Account, account_id)
        mails.tell(actor, account, AccountMail.LOCKED)


def wrong_code(actor: Actor, sign_in_id: UUID, account_id: UUID, reason: str) -> SignInFailed:
    """Record a wrong code; after the fifth the sign-in is over. Returns what to raise."""
    run_transaction(lambda: failed(actor, account_id, reason))
    return end_of_tries(actor, sign_in_id) or SignInFailed(
        _("The code is wrong. Check it and enter it again")
    )


def used_before() -> SignInFailed:
    """What to raise where a code was right, but not for the first time."""
    return SignInFailed(_("This code has been used already. Wait for the next one"))


def end_of_tries(actor: Actor, sign_in_id: UUID) -> SignInFailed | None:
    """End a sign-in whose tries are used up; returns what to raise, or None while some are left."""

    def end() -> bool:
        row = get_session().get(SignIn, sign_in_id, with_for_update=True)
        if row is None or row.ended_at is not None:
            return True
        if row.tries < rules.CODE_TRIES:
            return False
        endings.end_one(actor, row, EndReason.TRIES_USED_UP)
        return True

    if not run_transaction(end):
        return None
    return SignInFailed(
        _("The code was wrong too often. Begin again with your password"), is_over=True
    )


def succeed_factor(account_id: UUID, address: str) -> bool:
    """The tries for the second factor begin anew; returns whether it was from a new place."""
    if attempts.succeed("factor", f"{account_id}|{address}"):
        return False
    attempts.give_back("factor_anywhere", str(account_id))
    return True


@command("accounts.open_sign_in")
def open_sign_in(
    *,
    actor: Actor,
    sign_in_id: UUID,
    proof_kind: str,
    proof_id: UUID,
    proof_step: int,
    address: str,
) -> Token | None:
    """Spend the proof and let the browser in; None where the proof was spent before."""
    row = lock_live(sign_in_id, Stage.FACTOR)
    if row is None:
        raise NotFound
    if not factors.spend(Proof(factors.ProofKind(proof_kind), proof_id, proof_step)):
        failed(actor, row.account_id, "code_used_before")
        return None
    is_new_place = succeed_factor(row.account_id, address)
    token = let_in(actor, row, proof_kind)
    alarms.note_entry(actor, row.account_id, is_new_place=is_new_place)
    if is_new_place:
        account = get_session().get_one(Account, row.account_id)
        mails.tell(actor, account, AccountMail.NEW_SIGN_IN, facts={"device": row.device})
    return token


@command("accounts.choose_hat")
def choose_hat(*, actor: Actor, sign_in_id: UUID, hat_key: str) -> Token:
    """Put on one of the hats that are live now (hats.Hat.key). Raises NotFound for any other."""
    row = lock_live(sign_in_id, Stage.OPEN)
    account = get_session().get(Account, row.account_id) if row else None
    if row is None or account is None or actor.account_id != account.id:
        raise NotFound
    hat = next((hat for hat in hats.list_hats(account.id) if hat.key == hat_key), None)
    if hat is None:
        raise NotFound
    put_on(row, hat)
    record(
        Action.SIGN_IN_ROLE_CHOSEN,
        actor=as_account(actor, account, row.id, hat),
        subject=("sign_in", row.id),
    )
    return rotate(row)
