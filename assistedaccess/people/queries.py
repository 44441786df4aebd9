"""Reading people. What shows a person is called only after the look has been recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.kernel.partial_date import PartialDate

from .models import ContactPoint, IdentityEvidence, Person
from .rules import GoesOn, IdentityLevel, split_formats
from .rules_identifiers import Address, show_nino, show_phone
from .rules_routes import EndReason, PointKind

JUST_REGISTERED = timedelta(hours=1)


@dataclass(frozen=True)
class PointView:
    """A contact point as a page shows it. ``value`` is the number, address or lines in clear."""

    id: UUID
    kind: str
    value: str
    whose: str
    is_safe: bool
    created_at: datetime
    created_by_human_id: UUID | None
    ended_at: datetime | None
    end_reason: str | None

    @property
    def shown(self) -> str:
        """As people write it: a number with its spaces, an address in one line."""
        if self.kind in (PointKind.MOBILE, PointKind.LANDLINE):
            return show_phone(self.value)
        return ", ".join(self.value.splitlines())

    @property
    def masked(self) -> str:
        """The end of a number, for whoever may not see the whole of it here."""
        return _("ending in %(digits)s", digits=self.shown[-3:])


@dataclass(frozen=True)
class EvidenceView:
    """A piece of identity evidence as a page shows it."""

    id: UUID
    kind: str
    level: IdentityLevel
    what_was_seen: str
    seen_at: datetime
    seen_by_account_id: UUID | None
    ended_at: datetime | None


@dataclass(frozen=True)
class PersonView:
    """A person in clear, for pages, after the look has been recorded."""

    id: UUID
    reference: str
    name: str
    known_as: str | None
    birth_date: PartialDate
    nation: str | None
    housing: str
    address: Address | None
    hides_address: bool
    national_insurance_number: str | None
    language: str
    spoken_language: str
    needs_interpreter: bool
    formats: tuple[str, ...]
    support_needs: str
    hearing: tuple[str, ...]
    contact_is_unsafe: bool
    no_messages_left: bool
    no_paper_at_home: bool
    preferred_contact: str | None
    best_times: str
    safe_words: str
    identity_level: IdentityLevel
    died_on: date | None
    created_at: datetime
    changed_at: datetime
    version: int
    contact_points: tuple[PointView, ...] = field(default=())
    is_protected: bool = False
    ask_again_on: date | None = None
    """From when they are asked again, alone, whether they still want to be told less."""
    restricted: GoesOn | None = None
    is_covered: bool = False  # the details were left out: nothing explains the look

    @property
    def shown_nino(self) -> str | None:
        nino = self.national_insurance_number
        return show_nino(nino) if nino else None


def get_person(person_id: UUID) -> Person:
    """The person's row. Raises NotFound."""
    row = get_session().get(Person, person_id)
    if row is None:
        raise NotFound
    return row


def find_by_reference(text: str) -> UUID | None:
    """The id of the person with that reference, however it was typed."""
    reference = read_reference("P", text)
    if reference is None:
        return None
    return get_session().scalar(
        select(Person.id).where(Person.reference == reference, Person.erased_at.is_(None))
    )


def read_person(field: str, text: str) -> UUID:
    """As find_by_reference, of what was typed into ``field``. Raises InvalidInput."""
    found = find_by_reference(text)
    if found is None:
        raise InvalidInput(field, _("No person has this reference. Check it and try again."))
    return found


def get_by_reference(text: str) -> UUID:
    """As find_by_reference. Raises NotFound."""
    found = find_by_reference(text)
    if found is None:
        raise NotFound
    return found


def is_registered_today(person_id: UUID) -> bool:
    """Whether the person was registered on this day, in the United Kingdom."""
    made_at = get_session().scalar(select(Person.created_at).where(Person.id == person_id))
    return made_at is not None and clock.local(made_at).date() == clock.today()


def identity_level(person_id: UUID) -> IdentityLevel:
    """The highest level of the evidence that stands; none where there is none."""
    return IdentityLevel.of_rank(get_session().scalar(select(_level(person_id))))


def _level(person_id: UUID) -> ScalarSelect[int]:
    return (
        select(func.max(IdentityEvidence.level))
        .where(IdentityEvidence.person_id == person_id, IdentityEvidence.ended_at.is_(None))
        .scalar_subquery()
    )


def birth_date(person: Person) -> PartialDate:
    """As much of the birth date as is known."""
    return PartialDate(person.birth_year, person.birth_month, person.birth_day)


def find_address(person: Person) -> Address | None:
    """Where the person lives, in clear."""
    if person.address is None:
        return None
    return Address.from_text(encryption.unseal(person.id, "person.address", person.address))


def make_view(person: Person, level: IdentityLevel, points: Iterable[PointView] = ()) -> PersonView:
    """The person in clear. One statement for the key, where it is not loaded yet."""
    support = _unseal_json(person, "support", person.support)
    safe = _unseal_json(person, "safe_contact", person.safe_contact)
    nino = person.national_insurance_number
    return PersonView(
        id=person.id,
        reference=person.reference,
        name=person.name,
        known_as=person.known_as,
        birth_date=birth_date(person),
        nation=person.nation,
        housing=person.housing,
        address=find_address(person),
        hides_address=person.hides_address,
        national_insurance_number=(
            encryption.unseal(person.id, "person.national_insurance_number", nino) if nino else None
        ),
        language=person.language,
        spoken_language=person.spoken_language,
        needs_interpreter=person.needs_interpreter,
        formats=split_formats(person.formats),
        support_needs=str(support.get("needs", "")),
        hearing=tuple(support.get("hearing", [])),
        contact_is_unsafe=person.contact_is_unsafe,
        no_messages_left=person.no_messages_left,
        no_paper_at_home=person.no_paper_at_home,
        preferred_contact=person.preferred_contact,
        best_times=str(safe.get("best_times", "")),
        safe_words=str(safe.get("words", "")),
        identity_level=level,
        died_on=person.died_on,
        created_at=person.created_at,
        changed_at=person.changed_at,
        version=person.version,
        contact_points=tuple(points),
        is_protected=is_sensitive(person),
        ask_again_on=person.ask_again_on,
        restricted=GoesOn(person.restricted) if person.restricted else None,
    )


def is_counted(person_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether a row of this person is in counts and in samples for supervision: not while they
    object to it, nor while their record is kept and not used (UK GDPR, Articles 18 and 21)."""
    return ~exists().where(
        Person.id == person_id,
        or_(Person.left_out_at.is_not(None), Person.restricted.is_not(None)),
    )


def is_sensitive(person: Person) -> bool:
    """Whether lists show nothing of them: staff, known people, whoever hides where they live."""
    return person.is_protected or person.hides_address or person.human_id is not None


def name_in_lists(*, to_family: bool = False) -> ColumnElement[str]:
    """The name as a list may use it: empty for a sensitive record (is_sensitive).

    ``to_family``: the list is of a relative's own people. They know whom they help, and a name that
    is left out would tell them that something is kept from them.
    """
    if to_family:
        return type_coerce(Person.name, String)
    sensitive = or_(Person.is_protected, Person.hides_address, Person.human_id.is_not(None))
    return case((sensitive, ""), else_=Person.name)


IS_WATCHED = exists().where(
    Person.id == bindparam("person_id"),
    or_(Person.is_protected, Person.human_id.is_not(None)),
)
"""Whether many would like to look at them: a record that is protected, or that of somebody who
works here. Colleagues of whoever helps them have no reason of their own (A32); of an explainer's
parameters. Whoever hides where they live is helped by a team, and kept from helpers by name."""


def explain_by_registration(_actor: Actor) -> Reasons:
    """Answers the explain port: who registered somebody just now goes on to help them."""
    return _REGISTERED_NOW


_REGISTERED_NOW = reasons("registered", "person", Person.id).where(
    Person.id == bindparam("person_id"),
    Person.created_by_account_id == bindparam("account_id"),
    Person.created_at > bindparam("just_now", callable_=lambda: clock.now() - JUST_REGISTERED),
)


def _unseal_json(person: Person, column: str, sealed: bytes | None) -> dict[str, list[str]]:
    if sealed is None:
        return {}
    opened: dict[str, list[str]] = json.loads(
        encryption.unseal(person.id, f"person.{column}", sealed)
    )
    return opened


def list_contact_points(person_id: UUID, *, ended_since: datetime | None = None) -> list[PointView]:
    """The live contact points, and those that ended after ``ended_since``, by kind and age."""
    live = ContactPoint.ended_at.is_(None)
    rows = list(
        get_session().scalars(
            select(ContactPoint)
            .where(
                ContactPoint.person_id == person_id,
                live if ended_since is None else or_(live, ContactPoint.ended_at > ended_since),
            )
            .order_by(ContactPoint.id)
        )
    )
    if rows:
        encryption.load_keys([person_id])
    kinds = list(PointKind)
    rows.sort(key=lambda row: (kinds.index(PointKind(row.kind)), row.id))
    return [point_view(row) for row in rows]


def get_point_kind(
    reference: str, contact_point_id: UUID, typed_by: UUID | None = None
) -> tuple[UUID, str]:
    """The person's id and the kind of a live contact point of theirs, or of one that was marked as
    not safe and that the human ``typed_by`` goes on to see. Raises NotFound."""
    live = ContactPoint.ended_at.is_(None)
    typed = ContactPoint.created_by_human_id == typed_by
    shown = and_(typed, ContactPoint.end_reason == EndReason.NOT_SAFE)
    row = (
        get_session()
        .execute(
            select(ContactPoint.person_id, ContactPoint.kind)
            .join(Person, Person.id == ContactPoint.person_id)
            .where(
                ContactPoint.id == contact_point_id,
                live if typed_by is None else or_(live, shown),
                Person.reference == read_reference("P", reference),
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return row[0], row[1]


def point_view(row: ContactPoint) -> PointView:
    """A contact point in clear."""
    return PointView(
        id=row.id,
        kind=row.kind,
        value=encryption.unseal(row.person_id, "contact_point.value", row.value),
        whose=row.whose,
        is_safe=row.is_safe,
        created_at=row.created_at,
        created_by_human_id=row.created_by_human_id,
        ended_at=row.ended_at,
        end_reason=row.end_reason,
    )


def list_identity_evidence(person_id: UUID) -> list[EvidenceView]:
    """By what we know who the person is, newest first, what has ended included."""
    rows = get_session().scalars(
        select(IdentityEvidence)
        .where(IdentityEvidence.person_id == person_id)
        .order_by(IdentityEvidence.id.desc())
    )
    return [
        EvidenceView(
            id=row.id,
            kind=row.kind,
            level=IdentityLevel.of_rank(row.level),
            what_was_seen=(
                encryption.unseal(person_id, "identity_evidence.what_was_seen", row.what_was_seen)
                if row.what_was_seen
                else ""
            ),
            seen_at=row.seen_at,
            seen_by_account_id=row.seen_by_account_id,
            ended_at=row.ended_at,
        )
        for row in rows
    ]
