"""What proves, after the password, that it is really them: matched slowly, spent exactly once.

Matching (``match``) takes no lock and may take its time. Spending (``spend``) is one conditional
UPDATE inside the transaction that relies on it: of two processes with the same code one wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session

from . import rules, tokens
from .models import Factor, OneTimeCode, Passkey
from .rules import CodeKind

APP_DIGITS = 6


class ProofKind(StrEnum):
    """What was shown."""

    APP = "app"
    PRINTED_CODE = "printed_code"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Proof:
    """What was right and is not spent yet: the factor's time step, the row of a one-time code, or
    a passkey, whose step is the count of its signatures."""

    kind: ProofKind
    id: UUID
    step: int = 0


@dataclass(frozen=True)
class Expected:
    """What would be right for an account now, read under the lock that counted the try."""

    app: tuple[UUID, str] | None = None
    printed: tuple[UUID, str] | None = None
    recovery: tuple[UUID, str] | None = None


def read_typed(typed: str) -> str:
    """A code as it was typed, in the form that ``match`` compares."""
    digits = "".join(c for c in typed if not c.isspace() and c not in "-–")
    if digits.isascii() and digits.isdecimal() and len(digits) == APP_DIGITS:
        return digits
    return tokens.read_code(typed)


def load_expected(account_id: UUID, code: str, *, confirmed: bool = True) -> Expected:
    """The secrets that ``code`` (from read_typed) can be compared with, by its length alone."""
    session = get_session()
    factor = session.scalars(
        select(Factor)
        .where(
            Factor.account_id == account_id,
            Factor.confirmed_at.is_not(None) if confirmed else Factor.confirmed_at.is_(None),
        )
        .order_by(Factor.id.desc())
    ).first()
    if len(code) == APP_DIGITS and factor is not None and factor.secret is not None:
        secret = encryption.unseal(account_id, "factor.secret", factor.secret)
        return Expected(app=(factor.id, secret))
    if len(code) == tokens.CODE_CHARACTERS and factor is not None:
        row = _next_printed(factor.id)
        return Expected(printed=(row.id, row.code_hash) if row else None)
    if len(code) == tokens.CODE_CHARACTERS + 1 and confirmed:
        row = _recovery_row(account_id, tokens.read_number(code))
        return Expected(recovery=(row.id, row.code_hash) if row else None)
    return Expected()


def _next_printed(sheet_id: UUID) -> OneTimeCode | None:
    return (
        get_session()
        .scalars(
            select(OneTimeCode)
            .where(OneTimeCode.sheet_id == sheet_id, OneTimeCode.used_at.is_(None))
            .order_by(OneTimeCode.position)
            .limit(1)
        )
        .first()
    )


def _recovery_row(account_id: UUID, position: int) -> OneTimeCode | None:
    return (
        get_session()
        .scalars(
            select(OneTimeCode).where(
                OneTimeCode.account_id == account_id,
                OneTimeCode.kind == CodeKind.RECOVERY,
                OneTimeCode.position == position,
                OneTimeCode.used_at.is_(None),
            )
        )
        .first()
    )


def match(expected: Expected, code: str) -> Proof | None:
    """The proof that ``code`` is, or None. Slow on purpose: never inside a transaction."""
    if expected.app is not None:
        factor_id, secret = expected.app
        step = rules.find_step(secret, code, clock.now())
        return Proof(ProofKind.APP, factor_id, step) if step is not None else None
    if expected.printed is not None and tokens.is_code(expected.printed[1], code):
        return Proof(ProofKind.PRINTED_CODE, expected.printed[0])
    if expected.recovery is not None and tokens.is_code(
        expected.recovery[1], code[-tokens.CODE_CHARACTERS :]
    ):
        return Proof(ProofKind.RECOVERY_CODE, expected.recovery[0])
    return None


def spend(proof: Proof) -> bool:
    """Use the proof up; False where somebody was quicker, or the factor is gone."""
    if proof.kind is ProofKind.APP:
        statement = (
            update(Factor)
            .where(Factor.id == proof.id, Factor.last_used_step < proof.step)
            .values(last_used_step=proof.step)
        )
    elif proof.kind is ProofKind.PASSKEY:
        # A key that does not count shows 0 for ever (rules_passkeys.has_gone_back).
        goes_on = Passkey.sign_count < proof.step if proof.step else Passkey.sign_count == 0
        statement = (
            update(Passkey)
            .where(Passkey.id == proof.id, Passkey.doubted_at.is_(None), goes_on)
            .values(sign_count=proof.step, last_used_at=clock.now())
        )
    else:
        statement = (
            update(OneTimeCode)
            .where(OneTimeCode.id == proof.id, OneTimeCode.used_at.is_(None))
            .values(used_at=clock.now())
        )
    options = {"synchronize_session": False}
    result = cast(CursorResult[Any], get_session().execute(statement, execution_options=options))
    return result.rowcount == 1


def is_set_up(account_id: UUID) -> bool:
    """Whether the account has a second factor that works."""
    return (
        get_session().scalar(
            select(Factor.id).where(
                Factor.account_id == account_id, Factor.confirmed_at.is_not(None)
            )
        )
        is not None
    )


def find_candidate(account_id: UUID) -> Factor | None:
    """The factor that is being set up, locked, or None."""
    return (
        get_session()
        .scalars(
            select(Factor)
            .where(Factor.account_id == account_id, Factor.confirmed_at.is_(None))
            .order_by(Factor.id.desc())
            .with_for_update()
        )
        .first()
    )


def remove(account_id: UUID, *, confirmed: bool) -> int:
    """Delete an account's factors of either sort, with their printed codes; returns how many."""
    session = get_session()
    which = Factor.confirmed_at.is_not(None) if confirmed else Factor.confirmed_at.is_(None)
    ids = session.scalars(select(Factor.id).where(Factor.account_id == account_id, which)).all()
    if ids:
        session.execute(delete(OneTimeCode).where(OneTimeCode.sheet_id.in_(ids)))
        session.execute(delete(Factor).where(Factor.id.in_(ids)))
    return len(ids)
