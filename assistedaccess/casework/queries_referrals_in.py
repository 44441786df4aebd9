"""Questions about how people came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Role
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation

from . import rules_referrals as rules
from .models import Case
from .models_referrals import Referral
from .models_referrals_in import ReferralIn
from .queries_referrals import open_facts
from .rules import NoteKind, NoteReader, may_read_note
from .rules_referrals import ReferralKind, ReferralState

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
            Referral.person_id == person_id,
            Referral.to_organisation_id == actor.organisation_id,
            Referral.state.in_(rules.STANDING),
            Referral.id.not_in(
                select(ReferralIn.referral_id).where(ReferralIn.referral_id.is_not(None))
            ),
        )
        .order_by(Referral.id.desc())
        .limit(MOST)
    )
    return [ExpectedRow(row.id, row.name, row.made_at) for row in found]


def get_expected(actor: Actor, person_id: UUID, referral_id: UUID) -> Referral:
    """The same, one of them, locked. Raises NotFound."""
    row = get_session().get(Referral, referral_id, with_for_update=True, populate_existing=True)
    if (
        row is None
        or row.person_id != person_id
        or row.to_organisation_id != actor.organisation_id
        or ReferralState(row.state) not in rules.STANDING
    ):
        raise NotFound
    return row


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
    is_open = may_read_note(
        NoteKind.SENSITIVE if row.is_private else NoteKind.ORDINARY,
        reader=NoteReader(actor.account_id, actor.human_id, actor.role == Role.SAFEGUARDING_LEAD),
        author_id=row.noted_by,
        author_human_id=row.noted_by_human,
        assigned_to=case.assigned_to,
    )
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
