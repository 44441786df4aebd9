"""Refunds that the provider sends back to a card: asked for once, and looked at until it is there.

As paying.py: after the commit, claimed, called outside any transaction, settled. The provider keeps
no key for a refund; what it still has of the payment is told to it instead, so that a second try
is refused (412), and what the first one did is then found in its list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import or_, select, update

from assistedaccess.kernel import clock, logs
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.rules import CLAIM, next_try_at
from assistedaccess.notices.senders import DeliveryFailed

from .models_payments import PayLink
from .models_refunds import Refund
from .rules_refunds import LOOK_EACH, RefundState
from .service_refunds import settle_refund

log = logs.get_logger(__name__)


@dataclass(frozen=True)
class ProviderRefund:
    """A refund as the provider knows it; ``status``: submitted, success or error."""

    id: str
    amount_pence: int
    status: str


class RefundProvider(Protocol):
    """Whoever sends money back to cards. All raise DeliveryFailed."""

    def refund(self, payment_id: str, amount_pence: int, expected_pence: int) -> ProviderRefund: ...
    def get_refund(self, payment_id: str, refund_id: str) -> ProviderRefund: ...
    def list_refunds(self, payment_id: str) -> list[ProviderRefund]: ...


@dataclass(frozen=True)
class _Claim:
    refund_id: UUID
    token: UUID
    attempts: int
    amount_pence: int
    expected_pence: int
    provider_id: str | None
    paid_as: str
    known: frozenset[str]


def send_due_refunds(*, provider: RefundProvider, limit: int = 100) -> int:
    """Send and look at the refunds that are due; how many it were. Run by a timer."""
    for count in range(limit):
        claim = run_transaction(_claim_next)
        if claim is None:
            return count
        try:
            _send(claim, provider)
        except Exception:  # its claim runs out, and the others are not kept waiting
            log.exception("a refund cannot be settled")
    return limit


def _claim_next() -> _Claim | None:
    now = clock.now()
    session = get_session()
    row = session.execute(
        select(Refund, PayLink.provider_id)
        .join(PayLink, PayLink.payment_id == Refund.payment_id)
        .where(
            Refund.state == RefundState.SENDING,
            Refund.due_at <= now,
            or_(Refund.claimed_until.is_(None), Refund.claimed_until <= now),
        )
        .order_by(Refund.due_at, Refund.id)
        .limit(1)
        .with_for_update(of=Refund, skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    refund: Refund = row.Refund
    known = session.scalars(
        select(Refund.provider_id).where(
            Refund.payment_id == refund.payment_id, Refund.provider_id.is_not(None)
        )
    )
    claim = _Claim(
        refund.id,
        new_id(),
        refund.attempts + 1,
        refund.amount_pence,
        refund.expected_pence or 0,
        refund.provider_id,
        row.provider_id or "",
        frozenset(str(one) for one in known),
    )
    session.execute(
        update(Refund)
        .where(Refund.id == refund.id)
        .values(claim_token=claim.token, claimed_until=now + CLAIM, attempts=claim.attempts)
        .execution_options(synchronize_session=False)
    )
    return claim


def _send(claim: _Claim, provider: RefundProvider) -> None:
    now = clock.now()
    try:
        found = _ask(claim, provider)
    except DeliveryFailed as failure:
        is_asked = claim.provider_id is not None
        # 412: another refund of the same payment has not reached the provider yet.
        is_final = failure.is_final and failure.code != "http_412" and not is_asked
        again = None if is_final else next_try_at(claim.attempts, now)
        _settle(claim, None, "", failure.code, again or (now + LOOK_EACH if is_asked else None))
    except Exception:
        log.exception("a refund cannot be sent")
        _settle(claim, None, "", "provider_fault", next_try_at(claim.attempts, now))
    else:
        _settle(claim, found.id, found.status, "", now + LOOK_EACH)


def _ask(claim: _Claim, provider: RefundProvider) -> ProviderRefund:
    if claim.provider_id is not None:
        return provider.get_refund(claim.paid_as, claim.provider_id)
    try:
        return provider.refund(claim.paid_as, claim.amount_pence, claim.expected_pence)
    except DeliveryFailed as failure:
        if failure.code not in ("http_412", "http_400"):
            raise
        # It has less than it should: the try before went through, and its answer was lost.
        found = next(
            (
                each
                for each in provider.list_refunds(claim.paid_as)
                if each.id not in claim.known and each.amount_pence == claim.amount_pence
            ),
            None,
        )
        if found is None:
            raise
        return found


def _settle(
    claim: _Claim, provider_id: str | None, status: str, failure: str, next_at: datetime | None
) -> None:
    settle_refund(
        actor=SYSTEM,
        refund_id=claim.refund_id,
        token=claim.token,
        provider_id=provider_id,
        status=status,
        failure=failure,
        next_at=next_at,
    )
