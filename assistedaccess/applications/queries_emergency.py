"""One voucher, or other emergency help, in clear. The recorded look is service_emergency's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import open_text
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.models import Person

from .models_emergency import EmergencyGift


def serial_field(gift_id: UUID) -> str:
    """Under which name a voucher's number is sealed."""
    return f"emergency_gift.serial.{gift_id}"


def need_field(gift_id: UUID) -> str:
    """Under which name it is sealed what the help is for."""
    return f"emergency_gift.need.{gift_id}"


@dataclass(frozen=True)
class GiftView:
    """All of one voucher or other emergency help."""

    id: UUID
    reference: str
    person_id: UUID
    person_reference: str
    person_name: str
    is_paper_unsafe: bool
    case_reference: str
    kind: str
    amount_pence: int
    serial: str
    need: str
    given_at: datetime
    given_by_name: str
    given_at_organisation: str


def load_gift(actor: Actor, reference: str) -> GiftView:
    """The organisation's emergency help with that reference; two statements. Raises NotFound."""
    row = (
        get_session()
        .execute(
            select(
                EmergencyGift,
                Person.reference.label("person_reference"),
                Person.name.label("person_name"),
                or_(Person.no_paper_at_home, Person.contact_is_unsafe).label("is_paper_unsafe"),
                Case.reference.label("case_reference"),
                Account.name.label("given_by_name"),
                Organisation.name.label("given_at_organisation"),
            )
            .join(Person, Person.id == EmergencyGift.person_id)
            .join(Case, Case.id == EmergencyGift.case_id)
            .join(Account, Account.id == EmergencyGift.given_by)
            .join(Organisation, Organisation.id == EmergencyGift.organisation_id)
            .where(
                EmergencyGift.reference == (read_reference("V", reference) or ""),
                EmergencyGift.organisation_id == actor.organisation_id,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    gift: EmergencyGift = row.EmergencyGift
    same = ("id", "reference", "person_id", "kind", "amount_pence", "given_at")
    return GiftView(
        **{name: getattr(gift, name) for name in same},
        person_reference=row.person_reference,
        person_name=row.person_name,
        is_paper_unsafe=bool(row.is_paper_unsafe),
        case_reference=row.case_reference,
        serial=open_text(gift.person_id, serial_field(gift.id), gift.serial),
        need=open_text(gift.person_id, need_field(gift.id), gift.need),
        given_by_name=row.given_by_name,
        given_at_organisation=row.given_at_organisation,
    )


def get_gift_reference(gift_id: UUID) -> str:
    """The reference of what the caller has just given."""
    return get_session().get_one(EmergencyGift, gift_id).reference
