"""Setting up how one signs in: the invitation, the password, the second factor, the codes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pyotp
from flask_babel import gettext as _
from sqlalchemy import delete, select

from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.rules import AccountMail

from . import (
    endings,
    factors,
    hats,
    mails,
    passkeys,
    passwords,
    rules,
    rules_passwords,
    shown_once,
    tokens,
)
from .models import Account, Factor, Invitation, OneTimeCode, SignIn
from .queries import unseal_email
from .rules import CodeKind, EndReason, FactorKind, Stage
from .service_sessions import check_password
from .sign_ins import SignInFailed, Token, as_account, failed, let_in, lock_live, rotate, start

RECOVERY_SHEET = "recovery"
PRINTED_SHEET = "printed"
SETTING_UP = (Stage.SETUP, Stage.NEW_FACTOR, Stage.OPEN)


class NotFresh(Refused):
    """What changes the sign-in itself needs password and second factor of a moment ago."""

    reason_code = "fresh_sign_in_needed"


# -- passwords


def check_new_password(account_id: UUID | None, password: str, field: str = "new_password") -> None:
    """Raises InvalidInput(field) where the password is too short, common, or a name of theirs."""
    about: list[str] = []
    with reading() as session:
        account = session.get(Account, account_id) if account_id is not None else None
        if account is not None:
            email = unseal_email(account.id, account.email)
            about = [account.name, *account.name.split(), email, *email.split("@")]
            about += [hat.organisation_name for hat in hats.list_hats(account.id)]
    fault = rules_passwords.find_fault(password, about, passwords.is_common)
    if fault is not None:
        raise InvalidInput(field, fault)


def set_password(account: Account, password_hash: str) -> None:
    """Write the new hash into a locked row."""
    account.password_hash = password_hash
    account.password_changed_at = clock.now()


def change_password(
    *, actor: Actor, sign_in_id: UUID, current: str, new: str, address: str
) -> Token:
    """A new password, for whoever knows the one in use; every other sign-in ends.

    Raises SignInFailed for a wrong current password, InvalidInput("new_password").
    """
    account_id = check_password(actor, sign_in_id, current, address)
    check_new_password(account_id, new)
    return _change_password(
        actor=actor, sign_in_id=sign_in_id, password_hash=passwords.hash_password(new)
    )


@command("accounts.change_password")
def _change_password(*, actor: Actor, sign_in_id: UUID, password_hash: str) -> Token:
    row, account = lock_both(sign_in_id, Stage.OPEN)
    set_password(account, password_hash)
    record(Action.PASSWORD_CHANGED, actor=actor, subject=("account", account.id))
    mails.tell(actor, account, AccountMail.PASSWORD_CHANGED)
    endings.end_all(actor, account.id, EndReason.PASSWORD_CHANGED, but=row.id)
    return rotate(row)


# -- the invitation


def accept_invitation(
    *, actor: Actor, token: str, password: str, device: str, replaces: UUID | None = None
) -> Token:
    """Use an invitation up, once, by setting the password; the second factor comes next.

    ``replaces`` is this browser's earlier sign-in, perhaps of whoever invited, which ends.

    Raises NotFound for a link that is used, withdrawn, expired or was never one, and
    InvalidInput("new_password").
    """
    token_hash = tokens.hash_token(token)
    with reading() as session:
        account_id = session.scalar(
            select(Invitation.account_id).where(Invitation.token_hash == token_hash)
        )
    if account_id is None:
        run_transaction(lambda: failed(actor, None, "wrong_invitation"))
        raise NotFound
    check_new_password(account_id, password)
    return _accept_invitation(
        actor=actor,
        token_hash=token_hash,
        password_hash=passwords.hash_password(password),
        device=device,
        replaces=replaces,
    )


@command("accounts.accept_invitation")
def _accept_invitation(
    *,
    actor: Actor,
    token_hash: bytes,
    password_hash: str,
    device: str,
    replaces: UUID | None,
) -> Token:
    session = get_session()
    now = clock.now()
    invitation = session.scalars(
        select(Invitation).where(Invitation.token_hash == token_hash).with_for_update()
    ).one_or_none()
    account = (
        session.get(Account, invitation.account_id, with_for_update=True) if invitation else None
    )
    if (
        invitation is None
        or account is None
        or invitation.used_at is not None
        or invitation.withdrawn_at is not None
        or invitation.expires_at <= now
        or account.disabled_at is not None
    ):
        raise NotFound
    invitation.used_at = now
    set_password(account, password_hash)
    endings.end_all(actor, account.id, EndReason.REPLACED)
    earlier = session.get(SignIn, replaces, with_for_update=True) if replaces else None
    if earlier is not None and earlier.ended_at is None:
        endings.end_one(actor, earlier, EndReason.REPLACED)
    token = start(account.id, Stage.SETUP, device, None)
    record(
        Action.INVITATION_ACCEPTED,
        actor=as_account(actor, account, token.sign_in_id),
        subject=("account", account.id),
        details={"device": device},
    )
    return token


# -- the second factor


def lock_both(sign_in_id: UUID, *stages: Stage) -> tuple[SignIn, Account]:
    """A live sign-in at one of these stages and its account, both locked. Raises NotFound."""
    row = next((row for stage in stages if (row := lock_live(sign_in_id, stage))), None)
    if row is None:
        raise NotFound
    account = get_session().get(Account, row.account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise NotFound
    return row, account


def lock_fresh(sign_in_id: UUID) -> tuple[SignIn, Account]:
    """As lock_both, for what changes the sign-in itself. Raises NotFresh."""
    row, account = lock_both(sign_in_id, *SETTING_UP)
    if row.stage == Stage.OPEN and not rules.is_fresh(row.fresh_at, clock.now()):
        raise NotFresh(
            _("Your password and second factor are needed again."),
            next_step=_("Go back and confirm that it is you."),
        )
    return row, account


@command("accounts.begin_app")
def begin_app(*, actor: Actor, sign_in_id: UUID) -> UUID:
    """Make a key for an authenticator app. It opens nothing until a code of it was given."""
    row, account = lock_fresh(sign_in_id)
    factors.remove(account.id, confirmed=False)
    factor_id = new_id()
    secret = encryption.seal(account.id, "factor.secret", pyotp.random_base32())
    get_session().add(
        Factor(
            id=factor_id,
            account_id=account.id,
            kind=FactorKind.APP,
            secret=secret,
            created_at=clock.now(),
            last_used_step=0,
        )
    )
    row.shown_once = None
    row.tries = 0
    record(Action.FACTOR_BEGUN, actor=as_account(actor, account, row.id), reason=FactorKind.APP)
    return factor_id


def begin_printed_codes(*, actor: Actor, sign_in_id: UUID) -> UUID:
    """Make a sheet of one-time codes. It opens nothing until its first code was given."""
    codes = [tokens.new_code() for _position in range(rules.PRINTED_CODES)]
    hashes = [tokens.hash_code(code) for code in codes]
    return _begin_printed_codes(actor=actor, sign_in_id=sign_in_id, codes=codes, code_hashes=hashes)


@command("accounts.begin_printed_codes")
def _begin_printed_codes(
    *, actor: Actor, sign_in_id: UUID, codes: list[str], code_hashes: list[str]
) -> UUID:
    row, account = lock_fresh(sign_in_id)
    factors.remove(account.id, confirmed=False)
    factor_id = new_id()
    session = get_session()
    session.add(
        Factor(
            id=factor_id,
            account_id=account.id,
            kind=FactorKind.PRINTED_CODES,
            created_at=clock.now(),
            last_used_step=0,
        )
    )
    session.flush()
    add_codes(account.id, factor_id, CodeKind.PRINTED, code_hashes)
    shown_once.keep(row, PRINTED_SHEET, factor_id, codes)
    row.tries = 0
    record(
        Action.FACTOR_BEGUN,
        actor=as_account(actor, account, row.id),
        reason=FactorKind.PRINTED_CODES,
    )
    return factor_id


def add_codes(account_id: UUID, sheet_id: UUID, kind: CodeKind, code_hashes: Sequence[str]) -> None:
    """Write the codes of a sheet, from position 1."""
    get_session().add_all(
        OneTimeCode(
            id=new_id(),
            account_id=account_id,
            sheet_id=sheet_id,
            kind=kind,
            position=position,
            code_hash=code_hash,
        )
        for position, code_hash in enumerate(code_hashes, start=1)
    )


def confirm_factor(*, actor: Actor, sign_in_id: UUID, typed: str) -> bool:
    """Take the new factor into use, once a code of it was given; the old one is gone.

    Somebody new, and somebody who lost theirs, gets recovery codes in the same step; True says
    that there are some to show. Raises SignInFailed.
    """
    code = factors.read_typed(typed)
    expected, stage = run_transaction(lambda: _begin_confirming(sign_in_id, code))
    proof = factors.match(expected, code)
    if proof is None:
        run_transaction(lambda: _note_wrong(actor, sign_in_id))
        raise SignInFailed(_("The code is wrong. Check it and enter it again"))
    codes, hashes = ([], []) if stage is Stage.OPEN else _new_recovery_codes()
    result = _confirm_factor(
        actor=actor,
        sign_in_id=sign_in_id,
        proof_kind=proof.kind,
        proof_id=proof.id,
        proof_step=proof.step,
        codes=codes,
        code_hashes=hashes,
    )
    if result is None:
        raise SignInFailed(_("This code has been used already. Wait for the next one"))
    return result


def _begin_confirming(sign_in_id: UUID, code: str) -> tuple[factors.Expected, Stage]:
    row, account = lock_fresh(sign_in_id)
    row.tries += 1
    # Whoever sits here has the key on the screen; the cap only keeps a page from trying for ever.
    too_often = row.tries > 10 * rules.CODE_TRIES
    expected = factors.load_expected(account.id, code, confirmed=False)
    return factors.Expected() if too_often else expected, Stage(row.stage)


def _note_wrong(actor: Actor, sign_in_id: UUID) -> None:
    _row, account = lock_both(sign_in_id, *SETTING_UP)
    failed(actor, account.id, "wrong_new_code")


@command("accounts.confirm_factor")
def _confirm_factor(
    *,
    actor: Actor,
    sign_in_id: UUID,
    proof_kind: str,
    proof_id: UUID,
    proof_step: int,
    codes: list[str],
    code_hashes: list[str],
) -> bool | None:
    row, account = lock_fresh(sign_in_id)
    who = as_account(actor, account, row.id)
    candidate = factors.find_candidate(account.id)
    proof = factors.Proof(factors.ProofKind(proof_kind), proof_id, proof_step)
    if candidate is None or not factors.spend(proof):
        failed(actor, account.id, "code_used_before")
        return None
    if factors.remove(account.id, confirmed=True):
        record(Action.FACTOR_REMOVED, actor=who, subject=("account", account.id))
        mails.tell(who, account, AccountMail.FACTOR_CHANGED)
    if row.stage == Stage.NEW_FACTOR:
        # Who had to be vouched for has none of their keys at hand: whoever does is somebody else.
        for passkey_id in passkeys.remove_all(account.id):
            record(Action.PASSKEY_REMOVED, actor=who, subject=("passkey", passkey_id))
    candidate.confirmed_at = clock.now()
    row.shown_once = None
    row.tries = 0
    record(Action.FACTOR_ADDED, actor=who, subject=("factor", candidate.id), reason=candidate.kind)
    endings.end_all(who, account.id, EndReason.FACTOR_CHANGED, but=row.id)
    if not codes:
        return False
    _issue_recovery_codes(who, row, codes, code_hashes)
    return True


# -- recovery codes


def _new_recovery_codes() -> tuple[list[str], list[str]]:
    codes = [tokens.new_code() for _position in range(rules.RECOVERY_CODES)]
    shown = [tokens.number_code(position, code) for position, code in enumerate(codes, start=1)]
    return shown, [tokens.hash_code(code) for code in codes]


def issue_recovery_codes(*, actor: Actor, sign_in_id: UUID) -> int:
    """Ten new recovery codes, to be shown once; the old ones are void. Raises NotFresh."""
    codes, hashes = _new_recovery_codes()
    return _reissue(actor=actor, sign_in_id=sign_in_id, codes=codes, code_hashes=hashes)


@command("accounts.issue_recovery_codes")
def _reissue(*, actor: Actor, sign_in_id: UUID, codes: list[str], code_hashes: list[str]) -> int:
    row, account = lock_fresh(sign_in_id)
    _issue_recovery_codes(as_account(actor, account, row.id), row, codes, code_hashes)
    return len(codes)


def _issue_recovery_codes(
    actor: Actor, row: SignIn, codes: list[str], code_hashes: list[str]
) -> None:
    get_session().execute(
        delete(OneTimeCode).where(
            OneTimeCode.account_id == row.account_id, OneTimeCode.kind == CodeKind.RECOVERY
        )
    )
    sheet_id = new_id()
    add_codes(row.account_id, sheet_id, CodeKind.RECOVERY, code_hashes)
    shown_once.keep(row, RECOVERY_SHEET, sheet_id, codes)
    record(Action.CODES_ISSUED, actor=actor, subject=("account", row.account_id))


@command("accounts.put_codes_away")
def put_codes_away(*, actor: Actor, sign_in_id: UUID) -> Token:
    """The codes are written down: never shown again. Ends the set-up: the browser is let in."""
    row, account = lock_both(sign_in_id, *SETTING_UP)
    row.shown_once = None
    who = as_account(actor, account, row.id)
    record(Action.CODES_PUT_AWAY, actor=who, subject=("account", account.id))
    if row.stage == Stage.OPEN:
        return rotate(row)
    if not factors.is_set_up(account.id):
        raise NotFound
    return let_in(actor, row, "set_up")
