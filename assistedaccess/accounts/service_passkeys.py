"""Passkeys and hardware keys: added, removed, and used after the password or to be fresh again.

A key stands beside the account's app or printed codes, never in their place: whoever loses it, or
sits at a computer that takes none, has another proof already.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assistedaccess.audit import Action, Outcome, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.rules import AccountMail

from . import alarms, mails, passkeys, rules_passkeys
from .factors import Proof, ProofKind
from .models import Account, Passkey
from .rules import Stage
from .rules_alarms import Alarm
from .rules_passkeys import RelyingParty
from .service_sessions import freshen
from .service_setup import lock_both, lock_fresh
from .service_sign_in import begin_try, end_of_tries, open_sign_in
from .sign_ins import SignInFailed, Token, failed, too_many


@dataclass(frozen=True)
class _Asked:
    """What an answer is compared with, read under the lock that counted the try."""

    wait: int = 0
    account_id: UUID | None = None
    challenge: bytes | None = None
    passkey_id: UUID | None = None
    public_key: bytes = b""
    sign_count: int = 0


# -- adding and removing


def ask_for_new_passkey(*, sign_in_id: UUID, site: RelyingParty) -> str:
    """What the browser passes on to make a key, as JSON. Raises NotFresh."""

    def ask() -> str:
        row, account = lock_fresh(sign_in_id)
        known = passkeys.list_credential_ids(account.id, working=False)
        return passkeys.write_creation(site, passkeys.set_challenge(row), account, known)

    return run_transaction(ask)


def add_passkey(
    *, actor: Actor, sign_in_id: UUID, name: str, answer: str, site: RelyingParty
) -> UUID:
    """Take a new key into use, by its answer to what was asked; returns its id.

    Raises NotFresh, and InvalidInput("passkey_token") for an answer that is wrong, late, or of a
    key that is registered already, with whatever account.
    """
    challenge = run_transaction(lambda: passkeys.take_challenge(lock_fresh(sign_in_id)[0]))
    made = passkeys.read_creation(answer, challenge, site) if challenge else None
    if made is None:
        raise InvalidInput(
            "passkey_token", _("The passkey or security key could not be added. Try again")
        )
    return _add_passkey(
        actor=actor,
        sign_in_id=sign_in_id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
    )


@command("accounts.add_passkey")
def _add_passkey(
    *,
    actor: Actor,
    sign_in_id: UUID,
    name: str,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
) -> UUID:
    _row, account = lock_fresh(sign_in_id)
    if len(passkeys.list_passkeys(account.id)) >= rules_passkeys.MOST_PASSKEYS:
        raise InvalidInput("passkey_token", _("You have the most passkeys that there can be"))
    session = get_session()
    passkey_id = new_id()
    new = Passkey(
        id=passkey_id,
        account_id=account.id,
        name=name,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(new)
            session.flush()
    except IntegrityError:
        raise InvalidInput(
            "passkey_token", _("This passkey or security key is registered already")
        ) from None
    record(
        Action.PASSKEY_ADDED,
        actor=actor,
        subject=("passkey", passkey_id),
        details={"name": name},
    )
    mails.tell(actor, account, AccountMail.PASSKEY_ADDED, facts={"passkey": name})
    return passkey_id


@command("accounts.remove_passkey")
def remove_passkey(*, actor: Actor, sign_in_id: UUID, passkey_id: UUID) -> UUID:
    """A key of the account opens nothing any more. Raises NotFresh, NotFound."""
    _row, account = lock_fresh(sign_in_id)
    session = get_session()
    key = session.get(Passkey, passkey_id, with_for_update=True)
    if key is None or key.account_id != account.id:
        raise NotFound
    record(
        Action.PASSKEY_REMOVED,
        actor=actor,
        subject=("passkey", key.id),
        details={"name": key.name},
    )
    mails.tell(actor, account, AccountMail.PASSKEY_REMOVED, facts={"passkey": key.name})
    session.delete(key)
    return passkey_id


# -- using


def ask_for_passkey(*, sign_in_id: UUID, site: RelyingParty) -> str:
    """What the browser passes on to the account's keys, as JSON. Raises NotFound without one.

    Who is signed in already is asked for PIN or finger too: the key then stands for password and
    second factor both.
    """

    def ask() -> str:
        row, account = lock_both(sign_in_id, Stage.FACTOR, Stage.OPEN)
        ids = passkeys.list_credential_ids(account.id)
        if not ids:
            raise NotFound
        challenge = passkeys.set_challenge(row)
        return passkeys.write_request(site, challenge, ids, is_verifying=row.stage == Stage.OPEN)

    return run_transaction(ask)


def sign_in_with_passkey(
    *, actor: Actor, sign_in_id: UUID, answer: str, site: RelyingParty, address: str
) -> Token:
    """The second step by a key in place of a code. Raises SignInFailed and TooManyAttempts."""
    proof = _check(actor, sign_in_id, answer, site, address, Stage.FACTOR)
    token = open_sign_in(
        actor=actor,
        sign_in_id=sign_in_id,
        proof_kind=proof.kind,
        proof_id=proof.id,
        proof_step=proof.step,
        address=address,
    )
    if token is None:  # removed, or used elsewhere, in this very moment
        raise end_of_tries(actor, sign_in_id) or _wrong()
    return token


def confirm_with_passkey(
    *, actor: Actor, sign_in_id: UUID, answer: str, site: RelyingParty, address: str
) -> Token:
    """Who is signed in proves it again by a key that makes sure who holds it, and nothing else.

    The key is what they have, its PIN or finger what they know or are (NIST SP 800-63B, 5.1.9:
    a multi-factor authenticator). Raises SignInFailed and TooManyAttempts.
    """
    proof = _check(actor, sign_in_id, answer, site, address, Stage.OPEN)
    token = freshen(
        actor=actor,
        sign_in_id=sign_in_id,
        proof_kind=proof.kind,
        proof_id=proof.id,
        proof_step=proof.step,
        address=address,
    )
    if token is None:
        raise end_of_tries(actor, sign_in_id) or _wrong()
    return token


def _wrong() -> SignInFailed:
    return SignInFailed(_("The passkey or security key was not accepted. Try again, or use a code"))


def _check(
    actor: Actor, sign_in_id: UUID, answer: str, site: RelyingParty, address: str, stage: Stage
) -> Proof:
    """The proof that an answer is, not spent yet."""
    asked = run_transaction(lambda: _begin(actor, sign_in_id, answer, address, stage))
    if asked.wait:
        raise too_many(asked.wait)
    account_id = asked.account_id
    if account_id is None:
        raise SignInFailed(_("Begin again with your password"), is_over=True)
    shown = None
    if asked.challenge is not None and asked.passkey_id is not None:
        shown = passkeys.read_answer(answer, asked.challenge, site, asked.public_key)
    is_enough = shown is not None and (stage is Stage.FACTOR or shown.is_verified)
    if shown is None or asked.passkey_id is None or not is_enough:
        run_transaction(lambda: failed(actor, account_id, "wrong_passkey"))
        raise end_of_tries(actor, sign_in_id) or _wrong()
    if rules_passkeys.has_gone_back(asked.sign_count, shown.sign_count):
        doubt_passkey(actor=actor, passkey_id=asked.passkey_id)
        raise end_of_tries(actor, sign_in_id) or SignInFailed(
            _("There may be a copy of this key, so it is not accepted any more. Use a code")
        )
    return Proof(ProofKind.PASSKEY, asked.passkey_id, shown.sign_count)


def _begin(actor: Actor, sign_in_id: UUID, answer: str, address: str, stage: Stage) -> _Asked:
    row, wait = begin_try(actor, sign_in_id, address, stage)
    if row is None:
        return _Asked()
    if wait:
        return _Asked(wait=wait, account_id=row.account_id)
    key = (
        get_session()
        .scalars(
            select(Passkey).where(
                Passkey.account_id == row.account_id,
                Passkey.credential_id == passkeys.read_credential_id(answer),
                Passkey.doubted_at.is_(None),
            )
        )
        .first()
    )
    challenge = passkeys.take_challenge(row)
    if key is None:
        return _Asked(account_id=row.account_id)
    return _Asked(
        account_id=row.account_id,
        challenge=challenge,
        passkey_id=key.id,
        public_key=key.public_key,
        sign_count=key.sign_count,
    )


@command("accounts.doubt_passkey")
def doubt_passkey(*, actor: Actor, passkey_id: UUID) -> UUID:
    """A key's count went back: somebody has a copy. Neither is accepted again, and its holder
    is told. They remove it and add another."""
    session = get_session()
    key = session.get(Passkey, passkey_id, with_for_update=True)
    if key is None:
        raise NotFound
    account = session.get_one(Account, key.account_id)
    if key.doubted_at is None:
        key.doubted_at = clock.now()
        mails.tell(actor, account, AccountMail.PASSKEY_DOUBTED, facts={"passkey": key.name})
        alarms.suspect(actor, account.id, Alarm.COPIED_KEY)
    record(
        Action.PASSKEY_DOUBTED,
        actor=actor,
        outcome=Outcome.REFUSED,
        subject=("passkey", key.id),
    )
    return key.id
