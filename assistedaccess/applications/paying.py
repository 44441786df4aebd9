"""Payments on a provider's own page: asked for, looked after, and settled, each once.

Outbound calls are made after the commit and outside any transaction, as forms are sent
(delivering.py): a link is claimed in one transaction, the provider is called without any, and what
it says is settled in another. Whatever is killed in between, the next run finds out what became of
it: by the payment's own key and reference, which the provider keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from sqlalchemy import or_, select, update

from assistedaccess.kernel import clock, logs
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.rules import CLAIM, next_try_at
from assistedaccess.notices.senders import DeliveryFailed
from assistedaccess.people.models import Person
from assistedaccess.services.queries import get_service

from .models import Application
from .models_payments import PayLink, Payment
from .rules_links import GIVE_UP_AFTER, LinkStanding, Said, next_look
from .service_links import settle_link

if TYPE_CHECKING:
    from config import Settings

    from .govuk_pay import GovUkPay

log = logs.get_logger(__name__)


@dataclass(frozen=True)
class NewPayment:
    """What is asked of the provider. ``key`` is the same at every try."""

    key: str
    reference: str
    amount_pence: int
    description: str
    language: str
    return_url: str


@dataclass(frozen=True)
class ProviderPayment:
    """What the provider says. ``next_url`` is where it is paid, while it can be."""

    id: str
    reference: str
    amount_pence: int
    said: Said
    code: str
    next_url: str


class PayProvider(Protocol):
    """Whoever has a payment page. All raise DeliveryFailed."""

    def create(self, new: NewPayment) -> ProviderPayment: ...
    def get(self, provider_id: str) -> ProviderPayment: ...
    def find(self, reference: str) -> ProviderPayment | None: ...
    def cancel(self, provider_id: str) -> None: ...


def make_provider(settings: Settings) -> GovUkPay | None:
    """The provider that the settings name; None where there is none."""
    from .govuk_pay import GovUkPay

    if not settings.govuk_pay_api_key:
        return None
    return GovUkPay(settings.govuk_pay_url, settings.govuk_pay_api_key)


@dataclass(frozen=True)
class _Claim:
    payment_id: UUID
    token: UUID
    attempts: int
    begun_at: datetime
    provider_id: str | None
    stop_wanted: bool


def look_after_links(
    *,
    provider: PayProvider,
    return_url: str,
    actor: Actor = SYSTEM,
    limit: int = 100,
    payment_id: UUID | None = None,
) -> int:
    """Ask for the links that are wanted and look at those that are open; how many it were.

    Run by a timer, in as many processes as one likes; at once for ``payment_id`` alone, whose
    helper waits for the answer.
    """
    for count in range(limit):
        claim = run_transaction(lambda: _claim_next(payment_id))
        if claim is None:
            return count
        try:
            _look(claim, provider, return_url, actor)
        except Exception:  # its claim runs out, and the others are not kept waiting
            log.exception("a payment cannot be settled")
        if payment_id is not None:
            return 1
    return limit


def _claim_next(payment_id: UUID | None) -> _Claim | None:
    now = clock.now()
    session = get_session()
    is_free = or_(PayLink.claimed_until.is_(None), PayLink.claimed_until <= now)
    query = (
        select(PayLink, Payment.begun_at)
        .join(Payment, Payment.id == PayLink.payment_id)
        .where(PayLink.standing != LinkStanding.OVER, is_free)
        .order_by(PayLink.due_at, PayLink.payment_id)
        .limit(1)
        .with_for_update(of=PayLink, skip_locked=True)
    )
    mine = PayLink.due_at <= now if payment_id is None else PayLink.payment_id == payment_id
    row = session.execute(query.where(mine)).one_or_none()
    if row is None:
        return None
    link: PayLink = row.PayLink
    claim = _Claim(
        link.payment_id,
        new_id(),
        link.attempts + 1,
        row.begun_at,
        link.provider_id,
        link.stop_wanted_at is not None,
    )
    session.execute(
        update(PayLink)
        .where(PayLink.payment_id == link.payment_id)
        .values(claim_token=claim.token, claimed_until=now + CLAIM, attempts=claim.attempts)
        .execution_options(synchronize_session=False)
    )
    return claim


def _look(claim: _Claim, provider: PayProvider, return_url: str, actor: Actor) -> None:
    try:
        found = _ask(claim, provider, return_url)
    except DeliveryFailed as failure:
        _note_failure(claim, failure, actor)
    except Exception:
        log.exception("a payment cannot be looked after")
        _note_failure(claim, DeliveryFailed("provider_fault"), actor)
    else:
        _settle(claim, actor, found, "", next_look(claim.begun_at, clock.now()))


def _ask(claim: _Claim, provider: PayProvider, return_url: str) -> ProviderPayment:
    if claim.provider_id is None:
        return _create(claim, provider, return_url)
    if claim.stop_wanted:
        try:
            provider.cancel(claim.provider_id)
        except DeliveryFailed as failure:
            # It is paid or over already: what it is, is said when it is looked at.
            if not failure.is_final and failure.code != "http_409":
                raise
    return provider.get(claim.provider_id)


def _create(claim: _Claim, provider: PayProvider, return_url: str) -> ProviderPayment:
    with reading():
        new = _write(claim, return_url)
    if claim.attempts > 1:  # the try before may have reached the provider, and died here
        found = provider.find(new.reference)
        if found is not None:
            return found
    try:
        return provider.create(new)
    except DeliveryFailed as failure:
        found = provider.find(new.reference) if failure.code == "http_409" else None
        if found is None:
            raise
        return found


def _write(claim: _Claim, return_url: str) -> NewPayment:
    payment, service, language = (
        get_session()
        .execute(
            select(Payment, Application.service, Person.language)
            .join(Application, Application.id == Payment.application_id)
            .join(Person, Person.id == Payment.person_id)
            .where(Payment.id == claim.payment_id)
        )
        .one()
    )
    return NewPayment(
        key=str(payment.id),
        reference=payment.reference,
        amount_pence=payment.amount_pence,
        description=get_service(service).name(language)[:255],
        language=language,
        return_url=return_url,
    )


def _note_failure(claim: _Claim, failure: DeliveryFailed, actor: Actor) -> None:
    """Nothing is known that was not known before; a link that nobody has is given up in the end."""
    now = clock.now()
    again: datetime | None = next_look(claim.begun_at, now)
    if claim.provider_id is None:
        again = None if failure.is_final else next_try_at(claim.attempts, now)
    elif failure.code == "http_404" and now > claim.begun_at + GIVE_UP_AFTER:
        again = None
    _settle(claim, actor, None, failure.code, again)


def _settle(
    claim: _Claim,
    actor: Actor,
    found: ProviderPayment | None,
    failure: str,
    next_at: datetime | None,
) -> None:
    settle_link(
        actor=actor,
        payment_id=claim.payment_id,
        token=claim.token,
        provider_id=found.id if found else None,
        said=str(found.said) if found else None,
        code=found.code if found else "",
        amount_pence=found.amount_pence if found else None,
        next_url=found.next_url if found else "",
        failure=failure,
        next_at=next_at,
    )
