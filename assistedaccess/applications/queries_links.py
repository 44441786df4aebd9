"""Links to the payment page: who may use one, and what a helper sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.rules import OrganisationKind

from .models_payments import PayLink

PUBLIC_BODIES = (OrganisationKind.COUNCIL, OrganisationKind.LIBRARY, OrganisationKind.DEPARTMENT)
"""Whom GOV.UK Pay takes on: its terms are for public bodies."""

_account: dict[str, str] = {}


def use_account(organisation: str) -> None:
    """Say whose account the payment page pays into, by the organisation's reference; empty: none.

    Said once a process, from the settings.
    """
    _account["organisation"] = organisation


def may_use_link(actor: Actor) -> bool:
    """Whether the money of this organisation goes to the account that the page pays into.

    Only that public body's: to nobody else's application may its page be opened. No statement
    where there is no page.
    """
    organisation = _account.get("organisation")
    if not organisation:
        return False
    found = get_session().execute(
        select(Organisation.reference, Organisation.kind).where(
            Organisation.id == actor.organisation_id
        )
    )
    row = found.one_or_none()
    return row is not None and row.reference == organisation and row.kind in PUBLIC_BODIES


def url_field(payment_id: UUID) -> str:
    """Under which name the address of a payment's page is sealed."""
    return f"pay_link.next_url.{payment_id}"


@dataclass(frozen=True)
class LinkView:
    """A link as its payment's page shows it; ``url`` is empty before it is there, and after."""

    standing: str
    said: str | None
    code: str | None
    last_failure: str | None
    stop_wanted_at: datetime | None
    url: str


def find_link(payment_id: UUID, person_id: UUID) -> LinkView | None:
    """The link of a payment that the caller may see; one statement, and the person's key."""
    row = get_session().get(PayLink, payment_id, populate_existing=True)
    if row is None:
        return None
    return LinkView(
        standing=row.standing,
        said=row.said,
        code=row.code,
        last_failure=row.last_failure,
        stop_wanted_at=row.stop_wanted_at,
        url=_open_url(row, person_id),
    )


def _open_url(row: PayLink, person_id: UUID) -> str:
    if row.next_url is None:
        return ""
    try:
        return encryption.unseal(person_id, url_field(row.payment_id), row.next_url)
    except KeyForgotten:
        return ""
