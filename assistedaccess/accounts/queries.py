"""What pages and other features ask about accounts and sign-ins. Rows of columns, never models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound

from . import factors, hats
from .models import Account, Factor, Invitation, KeptForm, OneTimeCode, Passkey, Recovery, SignIn
from .rules import CodeKind, FactorKind, RecoveryKind, Stage

ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class AccountView:
    """An account as pages show it."""

    id: UUID
    human_id: UUID
    name: str
    email: str
    language: str
    created_at: datetime
    disabled_at: datetime | None
    last_sign_in_at: datetime | None
    is_set_up: bool


@dataclass(frozen=True)
class FactorView:
    """How an account proves itself after its password, and how many codes it has left."""

    kind: FactorKind | None
    confirmed_at: datetime | None
    printed_left: int
    recovery_left: int
    passkeys: int


def fold_email(email: str) -> str:
    """An e-mail address as it is compared."""
    return email.strip().casefold()


def fingerprint_email(email: str) -> bytes:
    """What finds the account of an e-mail address."""
    return encryption.fingerprint("account.email", fold_email(email))


def unseal_email(account_id: UUID, sealed: bytes) -> str:
    """The address that is stored sealed in ``account.email``."""
    return encryption.unseal(account_id, "account.email", sealed)


def get_account(account_id: UUID) -> AccountView:
    """Raises NotFound."""
    account = get_session().get(Account, account_id)
    if account is None:
        raise NotFound
    return AccountView(
        id=account.id,
        human_id=account.human_id,
        name=account.name,
        email=unseal_email(account.id, account.email),
        language=account.language,
        created_at=account.created_at,
        disabled_at=account.disabled_at,
        last_sign_in_at=account.last_sign_in_at,
        is_set_up=factors.is_set_up(account_id),
    )


def check_reach(actor: Actor, account_id: UUID) -> None:
    """A manager reaches the members of their own organisation; administrators and the system all.

    Raises NotFound: accounts elsewhere answer as if they did not exist.
    """
    if actor.kind is ActorKind.SYSTEM or actor.role == ADMINISTRATOR:
        return
    if actor.organisation_id is None or account_id not in hats.list_members(actor.organisation_id):
        raise NotFound


def find_account_id(email: str) -> UUID | None:
    """The account with this e-mail address, or None."""
    return get_session().scalar(
        select(Account.id).where(Account.email_fingerprint == fingerprint_email(email))
    )


def list_names(account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of account holders, in one statement."""
    wanted = set(account_ids)
    if not wanted:
        return {}
    rows = get_session().execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def list_live_sign_ins(account_id: UUID) -> Sequence[Row[UUID, str, datetime, datetime]]:
    """Where this account is signed in: id, device, started_at, seen_at; the newest first."""
    return (
        get_session()
        .execute(
            select(SignIn.id, SignIn.device, SignIn.started_at, SignIn.seen_at)
            .where(
                SignIn.account_id == account_id,
                SignIn.ended_at.is_(None),
                SignIn.stage == Stage.OPEN,
            )
            .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
            .limit(50)
        )
        .all()
    )


def get_factor(account_id: UUID) -> FactorView:
    """The confirmed second factor and the codes that are left."""
    session = get_session()
    factor = session.execute(
        select(Factor.id, Factor.kind, Factor.confirmed_at).where(
            Factor.account_id == account_id, Factor.confirmed_at.is_not(None)
        )
    ).first()
    sheets = {factor.id} if factor else set()
    rows = session.execute(
        select(OneTimeCode.kind, func.count().label("count"))
        .where(
            OneTimeCode.account_id == account_id,
            OneTimeCode.used_at.is_(None),
            (OneTimeCode.kind == CodeKind.RECOVERY) | OneTimeCode.sheet_id.in_(sheets),
        )
        .group_by(OneTimeCode.kind)
    )
    left = {kind: int(count) for kind, count in rows}
    return FactorView(
        kind=FactorKind(factor.kind) if factor else None,
        confirmed_at=factor.confirmed_at if factor else None,
        printed_left=left.get(CodeKind.PRINTED, 0),
        recovery_left=left.get(CodeKind.RECOVERY, 0),
        passkeys=session.scalar(
            select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)
        )
        or 0,
    )


def find_next_position(account_id: UUID) -> int | None:
    """The number of the printed code that is asked for next; None without (or at the end of) a
    sheet in use."""
    return get_session().scalar(
        select(func.min(OneTimeCode.position))
        .join(Factor, Factor.id == OneTimeCode.sheet_id)
        .where(
            OneTimeCode.account_id == account_id,
            OneTimeCode.used_at.is_(None),
            Factor.confirmed_at.is_not(None),
        )
    )


def find_new_secret(account_id: UUID) -> tuple[str, str] | None:
    """(the app's key in base32, the e-mail address) of an app that is being set up, or None."""
    row = (
        get_session()
        .execute(
            select(Factor.secret, Account.email)
            .join(Account, Account.id == Factor.account_id)
            .where(
                Factor.account_id == account_id,
                Factor.kind == FactorKind.APP,
                Factor.confirmed_at.is_(None),
            )
            .order_by(Factor.id.desc())
        )
        .first()
    )
    if row is None or row.secret is None:
        return None
    return (
        encryption.unseal(account_id, "factor.secret", row.secret),
        unseal_email(account_id, row.email),
    )


def is_open_invitation(token_hash: bytes) -> bool:
    """Whether an invitation can still be accepted."""
    return (
        get_session().scalar(
            select(Invitation.id)
            .join(Account, Account.id == Invitation.account_id)
            .where(
                Invitation.token_hash == token_hash,
                Invitation.used_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                Invitation.expires_at > clock.now(),
                Account.disabled_at.is_(None),
            )
        )
        is not None
    )


def list_recoveries(
    actor: Actor, limit: int = 50
) -> Sequence[Row[UUID, UUID, UUID, str, str, datetime, datetime | None]]:
    """Who asks to be let in again, of those that this manager may vouch for; the oldest first.

    Rows of id, account_id, human_id, name, kind, asked_at, vouched_at.
    """
    query = (
        select(
            Recovery.id,
            Recovery.account_id,
            Account.human_id,
            Account.name,
            Recovery.kind,
            Recovery.asked_at,
            Recovery.vouched_at,
        )
        .join(Account, Account.id == Recovery.account_id)
        .where(
            Recovery.closed_at.is_(None),
            Recovery.expires_at > clock.now(),
            Account.disabled_at.is_(None),
        )
        .order_by(Recovery.id)
        .limit(limit)
    )
    if actor.role != ADMINISTRATOR:
        if actor.organisation_id is None:
            return []
        members = hats.list_members(actor.organisation_id)
        query = query.where(Recovery.account_id.in_(members))
    return get_session().execute(query).all()


def has_asked(account_id: UUID, kind: RecoveryKind) -> bool:
    """Whether a request of this kind is open."""
    return (
        get_session().scalar(
            select(Recovery.id).where(
                Recovery.account_id == account_id,
                Recovery.kind == kind,
                Recovery.closed_at.is_(None),
                Recovery.expires_at > clock.now(),
            )
        )
        is not None
    )


def list_kept_forms(account_id: UUID) -> Sequence[Row[UUID, str, datetime]]:
    """What was typed and is kept for this account: id, path, kept_at; the newest first."""
    return (
        get_session()
        .execute(
            select(KeptForm.id, KeptForm.path, KeptForm.kept_at)
            .where(KeptForm.account_id == account_id, KeptForm.expires_at > clock.now())
            .order_by(KeptForm.id.desc())
        )
        .all()
    )
