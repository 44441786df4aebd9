"""Being let in again: a forgotten password, a lost second factor, and the manager who vouches.

The password and the factor are vouched for separately, so that one never opens the other. Whoever
vouches is another human, of the same organisation or an administrator, and says how they made sure.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, Outcome, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.rules import AccountMail

from . import alarms, attempts, endings, mails, passwords, rules, shown_once, tokens
from .models import Account, Recovery, SignIn
from .queries import check_reach, fingerprint_email, fold_email
from .rules import EndReason, RecoveryKind, Stage, Vouching
from .rules_alarms import Alarm
from .service_setup import check_new_password, set_password
from .sign_ins import SignInFailed, Token, as_account, blocked, failed, lock_live, rotate, too_many

VOUCHED = "vouched"


class OwnRecovery(Refused):
    """Nobody vouches for themself, through whichever account."""

    reason_code = "own_recovery"


class SecondVoucherNeeded(Refused):
    """Who vouched for the one way in does not vouch for the other: both are the account."""

    reason_code = "second_voucher_needed"


def wrong_recovery_code() -> SignInFailed:
    """The one answer to a code that is wrong, expired, used up, or of nobody."""
    return SignInFailed(_("The code is wrong or too old. Check it, or ask for a new one"))


# -- asking


def ask_for_password(*, actor: Actor, email: str, address: str) -> None:
    """Put a request before the managers, where the account exists; nobody is told whether.

    Raises TooManyAttempts after too many from one address.
    """
    wait = run_transaction(lambda: _begin_asking(actor, address))
    if wait:
        raise too_many(wait)
    ask_for_recovery(actor=actor, email=email)


def _begin_asking(actor: Actor, address: str) -> int:
    wait = attempts.take_turn("asking", address, rules.ASKING_LIMIT)
    if wait:
        blocked(actor, wait, "asking", None)
    return wait


@command("accounts.ask_for_recovery")
def ask_for_recovery(*, actor: Actor, email: str) -> None:
    """Open a request for a new password; one at a time."""
    account = (
        get_session()
        .execute(
            select(Account.id, Account.disabled_at).where(
                Account.email_fingerprint == fingerprint_email(email)
            )
        )
        .first()
    )
    if account is None or account.disabled_at is not None:
        record(
            Action.RECOVERY_REQUESTED,
            actor=actor,
            outcome=Outcome.REFUSED,
            reason="unknown_account" if account is None else "account_disabled",
        )
        return
    _ask(actor, account.id, RecoveryKind.PASSWORD)


@command("accounts.ask_for_factor")
def ask_for_factor(*, actor: Actor, sign_in_id: UUID) -> None:
    """Ask for a new second factor: only who has just given the password can."""
    row = lock_live(sign_in_id, Stage.FACTOR)
    if row is None:
        raise NotFound
    _ask(actor, row.account_id, RecoveryKind.FACTOR)


def _ask(actor: Actor, account_id: UUID, kind: RecoveryKind) -> None:
    session = get_session()
    account = session.get_one(Account, account_id, with_for_update=True)
    now = clock.now()
    open_already = session.scalars(
        select(Recovery).where(
            Recovery.account_id == account_id,
            Recovery.kind == kind,
            Recovery.closed_at.is_(None),
            Recovery.expires_at > now,
        )
    ).first()
    if open_already is None:
        session.add(
            Recovery(
                id=new_id(),
                account_id=account_id,
                kind=kind,
                asked_at=now,
                expires_at=now + rules.RECOVERY_LIMIT,
                tries=0,
            )
        )
        mails.tell(actor, account, AccountMail.RECOVERY)
    record(Action.RECOVERY_REQUESTED, actor=actor, subject=("account", account_id), reason=kind)


# -- vouching


def vouch_for_recovery(*, actor: Actor, recovery_id: UUID, how: Vouching) -> None:
    """Say that it is really them, and get a code to speak to them: shown once to this manager.

    It lives ten minutes and five tries. Vouching again makes a new one and voids the last. Raises
    OwnRecovery, NotFound.
    """
    code = tokens.new_code()
    _vouch(
        actor=actor,
        recovery_id=recovery_id,
        how=how,
        code=code,
        code_hash=tokens.hash_code(code),
    )


@command("accounts.vouch_for_recovery")
def _vouch(*, actor: Actor, recovery_id: UUID, how: Vouching, code: str, code_hash: str) -> UUID:
    row, account = lock_recovery(actor, recovery_id)
    _check_second_voucher(actor, row)
    now = clock.now()
    row.vouched_at, row.vouched_by, row.vouched_how = now, actor.account_id, how
    row.code_hash, row.code_expires_at, row.tries = code_hash, now + rules.CODE_LIMIT, 0
    own = (
        get_session().get(SignIn, actor.sign_in_id, with_for_update=True)
        if actor.sign_in_id
        else None
    )
    if own is not None:
        shown_once.keep(own, VOUCHED, row.id, [code])
    record(
        Action.RECOVERY_VOUCHED,
        actor=actor,
        subject=("account", account.id),
        reason=row.kind,
        details={"how": str(how)},
    )
    if row.kind == RecoveryKind.FACTOR:
        alarms.suspect(actor, account.id, Alarm.FACTOR_VOUCHED)
    return row.id


def _check_second_voucher(actor: Actor, row: Recovery) -> None:
    """One human never hands out both the password and the second factor of somebody else."""
    session = get_session()
    session.get(Account, row.account_id, with_for_update=True)  # two tabs, one for each
    since = clock.now() - rules.ONE_WAY_IN_FOR
    other = session.scalar(
        select(Recovery.id)
        .join(Account, Account.id == Recovery.vouched_by)
        .where(
            Recovery.account_id == row.account_id,
            Recovery.kind != row.kind,
            Recovery.vouched_at > since,
            Account.human_id == actor.human_id,
        )
        .limit(1)
    )
    if other is not None:
        raise SecondVoucherNeeded(
            _("You have vouched for their other way in, so somebody else vouches for this one."),
            next_step=_("Ask another manager or an administrator."),
        )


@command("accounts.turn_down_recovery")
def turn_down_recovery(*, actor: Actor, recovery_id: UUID) -> UUID:
    """Close a request that nobody can vouch for, or that the holder did not make."""
    row, account = lock_recovery(actor, recovery_id)
    row.closed_at = clock.now()
    record(
        Action.RECOVERY_TURNED_DOWN,
        actor=actor,
        subject=("account", account.id),
        reason=row.kind,
    )
    return row.id


def lock_recovery(actor: Actor, recovery_id: UUID) -> tuple[Recovery, Account]:
    """An open request that this manager may decide on, locked."""
    require(actor, Permission.ACCOUNT_VOUCH)
    session = get_session()
    row = session.get(Recovery, recovery_id, with_for_update=True)
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None:
        raise NotFound
    check_reach(actor, account.id)
    concerns(subject=("account", account.id))
    if row.closed_at is not None or row.expires_at <= clock.now():
        raise NotFound
    if actor.is_same_human(account.human_id):
        raise OwnRecovery(
            _("You cannot vouch for yourself."),
            next_step=_("Ask another manager or an administrator."),
        )
    return row, account


# -- using the code


def use_password_code(
    *, actor: Actor, email: str, code: str, new_password: str, address: str
) -> UUID:
    """Set a new password with the code that a manager gave. Every sign-in ends.

    The second factor stays: signing in asks for it as ever. Raises SignInFailed with one answer
    for whatever is wrong with the code, InvalidInput("new_password"), TooManyAttempts.
    """
    with reading() as session:
        account_id = session.scalar(
            select(Account.id).where(Account.email_fingerprint == fingerprint_email(email))
        )
    check_new_password(account_id, new_password)  # for nobody's account too: one answer
    who = f"{fold_email(email)}|{address}"
    recovery_id = _check_code(actor, account_id, RecoveryKind.PASSWORD, tokens.read_code(code), who)
    return _use_password_code(
        actor=actor,
        recovery_id=recovery_id,
        password_hash=passwords.hash_password(new_password),
    )


def _check_code(
    actor: Actor, account_id: UUID | None, kind: RecoveryKind, code: str, who: str
) -> UUID:
    found = run_transaction(lambda: _begin_code(actor, account_id, kind, who))
    if isinstance(found, int):
        raise too_many(found)
    recovery_id, code_hash = found
    right = tokens.is_code(code_hash or _nobodys_code(), code)
    if not right or recovery_id is None or code_hash is None:
        run_transaction(lambda: failed(actor, account_id, "wrong_recovery_code"))
        raise wrong_recovery_code()
    return recovery_id


def _begin_code(
    actor: Actor, account_id: UUID | None, kind: RecoveryKind, who: str
) -> tuple[UUID | None, str | None] | int:
    wait = attempts.take_turn("recovery_code", who, rules.PAIR_LIMIT)
    if wait:
        blocked(actor, wait, "recovery_code", account_id)
        return wait
    now = clock.now()
    row = (
        get_session()
        .scalars(
            select(Recovery)
            .where(
                Recovery.account_id == account_id,
                Recovery.kind == kind,
                Recovery.closed_at.is_(None),
                Recovery.code_expires_at > now,
            )
            .order_by(Recovery.id.desc())
            .with_for_update()
        )
        .first()
    )
    if row is None:
        return None, None
    row.tries += 1
    if row.tries > rules.CODE_TRIES:
        row.code_expires_at = now
        return None, None
    return row.id, row.code_hash


_nobodys: list[str] = []


def _nobodys_code() -> str:
    # So that an unknown account takes as long as a known one.
    if not _nobodys:
        _nobodys.append(tokens.hash_code(tokens.new_code()))
    return _nobodys[0]


@command("accounts.use_password_code")
def _use_password_code(*, actor: Actor, recovery_id: UUID, password_hash: str) -> UUID:
    row, account = _lock_used(recovery_id)
    set_password(account, password_hash)
    _close(actor, row, account)
    record(Action.PASSWORD_CHANGED, actor=actor, subject=("account", account.id))
    mails.tell(actor, account, AccountMail.PASSWORD_CHANGED)
    endings.end_all(actor, account.id, EndReason.RECOVERY)
    return account.id


def use_factor_code(*, actor: Actor, sign_in_id: UUID, code: str, address: str) -> Token:
    """Go on to set up a new second factor, with the password given and a manager's code.

    The lost one works until the new one is in use. Raises SignInFailed, TooManyAttempts.
    """
    with reading() as session:
        account_id = session.scalar(select(SignIn.account_id).where(SignIn.id == sign_in_id))
    recovery_id = _check_code(
        actor, account_id, RecoveryKind.FACTOR, tokens.read_code(code), f"{account_id}|{address}"
    )
    return _use_factor_code(actor=actor, recovery_id=recovery_id, sign_in_id=sign_in_id)


@command("accounts.use_factor_code")
def _use_factor_code(*, actor: Actor, recovery_id: UUID, sign_in_id: UUID) -> Token:
    row, account = _lock_used(recovery_id)
    sign_in = lock_live(sign_in_id, Stage.FACTOR)
    if sign_in is None or sign_in.account_id != account.id:
        raise NotFound
    who = as_account(actor, account, sign_in.id)
    _close(who, row, account)
    endings.end_all(who, account.id, EndReason.RECOVERY, but=sign_in.id)
    sign_in.stage = Stage.NEW_FACTOR
    sign_in.started_at = clock.now()
    sign_in.tries = 0
    return rotate(sign_in)


def _lock_used(recovery_id: UUID) -> tuple[Recovery, Account]:
    session = get_session()
    row = session.get(Recovery, recovery_id, with_for_update=True)
    if row is None or row.closed_at is not None or row.code_hash is None:
        raise wrong_recovery_code()  # another request was quicker
    account = session.get(Account, row.account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise wrong_recovery_code()
    return row, account


def _close(actor: Actor, row: Recovery, account: Account) -> None:
    row.closed_at = clock.now()
    row.code_hash = None
    record(Action.RECOVERY_USED, actor=actor, subject=("account", account.id), reason=row.kind)
    alarms.suspect(actor, account.id, Alarm.RECOVERY_USED)
    get_session().execute(
        update(Recovery)
        .where(
            Recovery.account_id == account.id,
            Recovery.kind == row.kind,
            Recovery.closed_at.is_(None),
            Recovery.id != row.id,
        )
        .values(closed_at=clock.now())
    )
