"""Questions about how people came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, select

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.organisations.models import Organisation

from . import rules_referrals as rules
from .models import Case
from .models_referrals import Referral
from .models_referrals_in import ReferralIn
from .queries_referrals import may_read_private, open_facts
from .rules_referrals import ReferralKind

FACTS = "referral_in.facts"
MOST = 20


@dataclass(frozen=True)
class ExpectedRow:
    """A referral to this organisation of a person who has come."""

    id: UUID
    from_name: str
    made_at: datetime


def list_expected(actor: Actor, person_id: UUID) -> list[ExpectedRow]:
    """What was referred here of this person and is not known to have arrived; one statement."""
    found = get_session().execute(
        select(Referral.id, Organisation.name, Referral.made_at)
        .join(Organisation, Organisation.id == Referral.organisation_id)
        .where(
            _is_made_here(actor, person_id), ~exists().where(ReferralIn.referral_id == Referral.id)
        )
        .order_by(Referral.id.desc())
        .limit(MOST)
    )
    return [ExpectedRow(row.id, row.name, row.made_at) for row in found]


def get_expected(actor: Actor, person_id: UUID, referral_id: UUID) -> Referral:
    """The same, one of them, locked. Raises NotFound; StaleVersion where it is written down."""
    session = get_session()
    row = session.scalar(
        select(Referral)
        .where(Referral.id == referral_id, _is_made_here(actor, person_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    # Asked of the locked row: another desk may have written it down meanwhile.
    if session.scalar(select(ReferralIn.id).where(ReferralIn.referral_id == row.id)):
        raise StaleVersion(
            _("That they came by this referral is written down already."),
            next_step=_("Open the case again to see it."),
        )
    return row


def _is_made_here(actor: Actor, person_id: UUID) -> ColumnElement[bool]:
    return and_(
        Referral.person_id == person_id,
        Referral.to_organisation_id == actor.organisation_id,
        Referral.state.in_(rules.STANDING),
    )


@dataclass(frozen=True)
class CameByPage:
    """How somebody came, as its reader may see it: of a private one, that there is one."""

    is_private: bool
    is_open: bool
    place: str
    kind: ReferralKind | None
    words: str
    came_on: date
    case_reference: str
    person_name: str
    person_reference: str


def get_referral_in(actor: Actor, referral_in_id: UUID) -> ReferralIn:
    """The organisation's own. Raises NotFound."""
    row = get_session().get(ReferralIn, referral_in_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    return row


def load_page(actor: Actor, row: ReferralIn, name: str, reference: str) -> CameByPage:
    """In clear, as far as its reader may see it; the look has been recorded."""
    case = get_session().get_one(Case, row.case_id)
    is_open = may_read_private(actor, case, row.is_private, row.noted_by, row.noted_by_human)
    facts = open_facts(row.person_id, row.facts, column=FACTS) if is_open else {}
    return CameByPage(
        is_private=row.is_private,
        is_open=is_open,
        place=facts.get("place", ""),
        kind=ReferralKind(facts["kind"]) if "kind" in facts else None,
        words=facts.get("words", ""),
        came_on=row.came_on,
        case_reference=case.reference,
        person_name=name,
        person_reference=reference,
    )
