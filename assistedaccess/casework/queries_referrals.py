"""Questions about referrals: of whoever made them, and of the place inside that gets one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import list_contact_points, name_in_lists
from assistedaccess.people.rules_routes import PointKind, Whose

from . import rules_referrals as rules
from .models import Case
from .models_referrals import Referral
from .queries import open_text
from .queries_reasons import at_site_of, is_for_all
from .rules import NoteKind, NoteReader, may_read_note
from .rules_referrals import Arrival, ReferralKind, ReferralState, SentBack, Shared, Way

MOST = 50
"""At most so many rows of a list."""


@dataclass(frozen=True)
class Reach:
    """A safe way to reach a person, as it may be told. ``id``: of the contact point."""

    id: str
    words: str
    is_own: bool


def list_ways_to_reach(person: Person) -> list[Reach]:
    """The person's own numbers and e-mail addresses that are safe; one statement, and the key.

    None where contact is not safe. Never an address of a house, hidden or not: a place that writes
    letters is told by the person.
    """
    if person.contact_is_unsafe:
        return []
    return [
        Reach(str(point.id), point.shown, point.whose == Whose.OWN)
        for point in list_contact_points(person.id)
        if point.kind in (PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL)
        and point.is_safe
        and point.whose != Whose.TRUSTED
    ]


FACTS = "referral.facts"


def open_facts(person_id: UUID, sealed: bytes, *, column: str = FACTS) -> dict[str, str]:
    """What a referral says, in clear; of somebody who was erased, a dash for the place."""
    words = open_text(person_id, column, sealed)
    try:
        opened: dict[str, str] = json.loads(words)
    except ValueError:
        return {"place": words}
    return opened


def seal_facts(person_id: UUID, facts: Mapping[str, str], *, column: str = FACTS) -> bytes:
    """The same, as its column holds it; what is empty is left out."""
    kept = {name: words for name, words in facts.items() if words}
    return encryption.seal(person_id, column, json.dumps(kept, ensure_ascii=False))


@dataclass(frozen=True)
class ReferralRow:
    """A line of a list: initials, and the other place; of a private one, neither.

    ``asks``: two weeks have gone and nobody has said whether the person arrived.
    """

    id: UUID
    initials: str
    other: str
    is_giver: bool
    is_private: bool
    state: ReferralState
    arrival: Arrival | None
    asks: bool
    made_at: datetime


def list_referrals(actor: Actor) -> list[ReferralRow]:
    """Those that wait here or were accepted here, and the newest of one's own; two statements."""
    given = {"organisation_id": actor.organisation_id}
    found = get_session().execute(_rows(), given).all()
    ours = [row for row in found if row.organisation_id == actor.organisation_id]
    encryption.load_keys([row.person_id for row in ours if not row.is_private])
    before = clock.now() - rules.ASK_AFTER
    rows = []
    for row in found:
        is_giver = row.organisation_id == actor.organisation_id
        state = ReferralState(row.state)
        other = row.from_name
        if is_giver:
            other = "" if row.is_private else open_facts(row.person_id, row.facts)["place"]
        silent = row.arrival is None and state in rules.STANDING
        rows.append(
            ReferralRow(
                id=row.id,
                initials=initials_of(row.said),
                other=other,
                is_giver=is_giver,
                is_private=row.is_private,
                state=state,
                arrival=Arrival(row.arrival) if row.arrival else None,
                asks=is_giver and silent and row.made_at <= before,
                made_at=row.made_at,
            )
        )
    return rows


def is_named_to_others() -> ColumnElement[bool]:
    """Whether a list of the other place shows initials: of a private one none does, and whose name
    was not shared is nobody to them."""
    return and_(Referral.is_private.is_(False), Referral.shared.like(f"%{Shared.NAME}%"))


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    giver = aliased(Organisation)
    own: Any = bindparam("organisation_id")
    is_ours = and_(Referral.organisation_id == own, Referral.is_private.is_(False))
    named = or_(is_ours, is_named_to_others())
    return (
        select(
            Referral.id,
            Referral.organisation_id,
            Referral.person_id,
            Referral.facts,
            Referral.is_private,
            Referral.state,
            Referral.arrival,
            Referral.made_at,
            sql_case((named, name_in_lists()), else_="").label("said"),
            giver.name.label("from_name"),
        )
        .join(Person, Person.id == Referral.person_id)
        .join(giver, giver.id == Referral.organisation_id)
        .where(
            or_(
                Referral.organisation_id == own,
                and_(Referral.to_organisation_id == own, Referral.state.in_(rules.STANDING)),
            )
        )
        .order_by(Referral.id.desc())
        .limit(MOST)
    )


def explain_by_referral(actor: Actor) -> Reasons | None:
    """Why a look is explained: they were referred, and nobody knows yet whether they arrived.

    To whoever looks after the case and to those who help at its site, as the case does; it may be
    closed by then. Whoever made it and helps elsewhere by now has it from the case, or not at all.
    """
    return _TO_ASK if actor.role == Role.HELPER else None


_TO_ASK = (
    reasons("referral", "referral", Referral.id)
    .join(Case, Case.id == Referral.case_id)
    .where(
        Referral.person_id == bindparam("person_id"),
        Referral.organisation_id == bindparam("organisation_id"),
        or_(
            Case.assigned_to == bindparam("account_id"),
            and_(at_site_of(Case), is_for_all(Referral.made_by)),
        ),
        Referral.state.in_(rules.STANDING),
        Referral.arrival.is_(None),
        Referral.made_at
        > bindparam("still_asked", callable_=lambda: clock.now() - rules.ASKED_FOR),
    )
)


@dataclass(frozen=True)
class ReferralPage:
    """One referral as its reader may see it. What is kept from them is empty.

    ``is_open``: to its reader; of a private one others of the organisation see that there is one.
    """

    id: UUID
    is_giver: bool
    is_private: bool
    is_open: bool
    state: ReferralState
    arrival: Arrival | None
    heard_at: datetime | None
    from_name: str
    is_inside: bool
    place: str
    place_reach: str
    place_area: str
    place_hours: str
    kind: ReferralKind | None
    shared: tuple[Shared, ...]
    way: Way
    contact: str
    mind: str
    about: str
    needs: str
    made_at: datetime
    decided_at: datetime | None
    return_reason: SentBack | None
    return_words: str
    person_name: str
    person_reference: str
    has_died: bool
    is_paper_unsafe: bool
    case_reference: str

    @property
    def may_print(self) -> bool:
        """On paper only where that was agreed."""
        return self.is_giver and self.is_open and self.way is Way.PAPER

    @property
    def may_say_arrived(self) -> bool:
        return self.is_open and rules.may_say_arrived(self.state, is_giver=self.is_giver)


def get_referral(actor: Actor, referral_id: UUID, *, lock: bool = False) -> Referral:
    """The row, for one of the two organisations that may know of it. Raises NotFound."""
    row = get_session().get(
        Referral, referral_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None or actor.organisation_id not in (row.organisation_id, row.to_organisation_id):
        raise NotFound
    is_giver = row.organisation_id == actor.organisation_id
    if not rules.may_know(ReferralState(row.state), is_giver=is_giver):
        raise NotFound
    return row


def may_open(actor: Actor, row: Referral, case: Case) -> bool:
    """Whether a member of one of the two may read it; at the one that made it, as may_read_private
    says."""
    if row.organisation_id != actor.organisation_id:
        return True
    return may_read_private(actor, case, row.is_private, row.made_by, row.made_by_human)


def may_read_private(
    actor: Actor, case: Case, is_private: bool, author_id: UUID, author_human_id: UUID | None
) -> bool:
    """Whether somebody of the case's own organisation may read a referral, out or in.

    A private one is read by those who may read a sensitive note: who wrote it, who looks after the
    case, and the safeguarding lead.
    """
    return may_read_note(
        NoteKind.SENSITIVE if is_private else NoteKind.ORDINARY,
        reader=NoteReader(actor.account_id, actor.human_id, actor.role == Role.SAFEGUARDING_LEAD),
        author_id=author_id,
        author_human_id=author_human_id,
        assigned_to=case.assigned_to,
    )


def load_page(actor: Actor, row: Referral, person: Person) -> ReferralPage:
    """The referral in clear, as far as its reader may see it; the look has been recorded."""
    session = get_session()
    case = session.get_one(Case, row.case_id)
    is_giver = row.organisation_id == actor.organisation_id
    is_open = may_open(actor, row, case)
    facts = open_facts(row.person_id, row.facts) if is_open else {}
    shared = rules.split_shared(row.shared) if is_open else ()
    shows_person = is_giver or Shared.NAME in shared
    knows_kind = is_open and (is_giver or Shared.NEEDS in shared)
    from_name = session.scalar(
        select(Organisation.name).where(Organisation.id == row.organisation_id)
    )
    returned = row.return_reason if is_open else None
    return ReferralPage(
        id=row.id,
        is_giver=is_giver,
        is_private=row.is_private,
        is_open=is_open,
        state=ReferralState(row.state),
        arrival=Arrival(row.arrival) if row.arrival and is_open else None,
        heard_at=row.heard_at,
        from_name=from_name or "",
        is_inside=is_open and row.to_organisation_id is not None,
        place=facts.get("place", "") if is_giver else "",
        place_reach=facts.get("reach", "") if is_giver else "",
        place_area=facts.get("area", "") if is_giver else "",
        place_hours=facts.get("hours", "") if is_giver else "",
        kind=ReferralKind(facts["kind"]) if knows_kind and "kind" in facts else None,
        shared=shared,
        way=Way(row.way),
        contact=facts.get("contact", ""),
        mind=facts.get("mind", ""),
        about=facts.get("about", ""),
        needs=facts.get("needs", ""),
        made_at=row.made_at,
        decided_at=row.decided_at,
        return_reason=SentBack(returned) if returned else None,
        return_words=(
            open_text(row.person_id, "referral.return_words", row.return_words) if is_open else ""
        ),
        person_name=person.name if shows_person else "",
        person_reference=person.reference if is_giver else "",
        has_died=person.died_on is not None,
        is_paper_unsafe=person.is_paper_unsafe,
        case_reference=case.reference if is_giver else "",
    )
