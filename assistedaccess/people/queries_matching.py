"""Finding people: by a search, and by likeness before a second record is made.

Both show the least that tells people apart: name, year of birth, part of the postcode, reference.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.verify import open_detail
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.partial_date import PartialDate

from . import rules
from .inputs import EnteredPerson, EnteredPoint
from .models import ContactPoint, LookReason, Person, PersonNameKey, PersonSearch
from .queries import birth_date, find_address, is_sensitive
from .queries_merging import follow
from .reach import REASON_IS_GOOD_FOR
from .rules_identifiers import outward_code
from .rules_matching import (
    MOST_CANDIDATES,
    MOST_RESULTS,
    Likely,
    Likeness,
    list_likenesses,
    words_needed,
)
from .rules_routes import PointKind


@dataclass(frozen=True)
class Found:
    """A person in a list: just enough to tell them from others."""

    person_id: UUID
    reference: str
    name: str
    known_as: str | None
    birth_year: int | None
    postcode_part: str
    has_died: bool
    is_protected: bool = False


@dataclass(frozen=True)
class Duplicate(Found):
    """A record that may be of the person who is about to be registered, and why."""

    reasons: tuple[Likeness, ...] = ()


def show_found(people: Sequence[Person]) -> list[Found]:
    """The people as a list shows them; one statement, for their keys."""
    encryption.load_keys([person.id for person in people if not is_sensitive(person)])
    return [Found(**_minimal(person)) for person in people]


def _minimal(person: Person) -> dict[str, Any]:
    if is_sensitive(person):  # that there is a record, and not a word of it
        return {
            "person_id": person.id,
            "reference": person.reference,
            "name": "",
            "known_as": None,
            "birth_year": None,
            "postcode_part": "",
            "has_died": False,
            "is_protected": True,
        }
    address = find_address(person)
    return {
        "person_id": person.id,
        "reference": person.reference,
        "name": person.name,
        "known_as": person.known_as,
        "birth_year": person.birth_year,
        "postcode_part": outward_code(address.postcode) if address and address.postcode else "",
        "has_died": person.died_on is not None,
    }


def search_by_reference(reference: str) -> list[Person]:
    """The person of a canonical reference."""
    return list(get_session().scalars(select(Person).where(Person.reference == reference)))


def search_by_birth_date(name: str, day: PartialDate) -> list[Person]:
    """People of that name born then, as far as both know it; one more than are shown."""
    return _list_people(_has_name(name).where(_may_be_born(day)))


def search_by_postcode(name: str, fingerprint: bytes) -> list[Person]:
    """People of that name who live there."""
    # Who hides where they live must not be found by it: a hit would say that they live there.
    return _list_people(
        _has_name(name).where(
            Person.postcode_fingerprint == fingerprint, Person.hides_address.is_(False)
        )
    )


def search_by_nino(name: str, fingerprint: bytes) -> list[Person]:
    """People of that name with that National Insurance number."""
    return _list_people(_has_name(name).where(Person.nino_fingerprint == fingerprint))


def search_by_phone(name: str, fingerprint: bytes) -> list[Person]:
    """People of that name who are reached by that number now."""
    reached = select(ContactPoint.person_id).where(
        ContactPoint.fingerprint == fingerprint,
        ContactPoint.ended_at.is_(None),
        ContactPoint.kind.in_([PointKind.MOBILE.value, PointKind.LANDLINE.value]),
    )
    return _list_people(_has_name(name).where(Person.id.in_(reached)))


def _has_name(name: str) -> Select[Person]:
    # Equality of whole folded words: a wildcard is a letter like any other.
    tokens = rules.name_tokens(name)
    matching = (
        select(PersonNameKey.person_id)
        .where(PersonNameKey.token.in_(tokens))
        .group_by(PersonNameKey.person_id)
        .having(func.count() >= words_needed(tokens))
    )
    return select(Person).where(Person.id.in_(matching))


def _may_be_born(day: PartialDate) -> ColumnElement[bool]:
    """The SQL of rules_matching.may_be_same_date for one side that is known."""
    columns = (
        (Person.birth_year, day.year),
        (Person.birth_month, day.month),
        (Person.birth_day, day.day),
    )
    agrees = [or_(column.is_(None), column == part) for column, part in columns if part is not None]
    shared = []
    if day.year is not None:
        shared.append(Person.birth_year.is_not(None))
    if day.day is not None:
        shared.append(Person.birth_day.is_not(None))
    return and_(or_(*shared), *agrees)


def _list_people(query: Select[Person]) -> list[Person]:
    return list(get_session().scalars(query.order_by(Person.id).limit(MOST_RESULTS + 1)))


def find_search_results(
    account_id: UUID, search_id: UUID
) -> tuple[PersonSearch, list[Found]] | None:
    """The results of a search of that account, while the reason it gave holds; three statements."""
    session = get_session()
    search = session.get(PersonSearch, search_id)
    if search is None or search.account_id != account_id:
        return None
    if search.searched_at + REASON_IS_GOOD_FOR <= clock.now():
        return None
    people = session.scalars(
        select(Person)
        .join(LookReason, LookReason.person_id == Person.id)
        .where(LookReason.search_id == search_id)
        .order_by(LookReason.id)
    )
    return search, show_found(list(people))


def find_searched(account_id: UUID, search_id: UUID) -> dict[str, str]:
    """What a search of that account was for (``by``, ``name``, ``value``), so that nobody types it
    twice; empty where there is no such search. It stands in the journal alone, sealed."""
    detail = get_session().scalar(
        select(AuditDetail)
        .join(AuditEvent, AuditEvent.id == AuditDetail.event_id)
        .where(
            AuditEvent.subject_id == search_id,
            AuditEvent.account_id == account_id,
            AuditEvent.action == Action.PERSON_SEARCHED,
        )
        .limit(1)
    )
    opened = open_detail(detail) if detail is not None else None
    if opened is None:
        return {}
    details = json.loads(opened[1])
    return {key: details[key] for key in ("by", "name", "value")}


def find_duplicates(
    entered: EnteredPerson, points: Sequence[EnteredPoint]
) -> tuple[Duplicate, ...]:
    """The records that may be of the same person, the likeliest first, at most five."""
    contacts = frozenset(
        point.fingerprint
        for point in points
        if point.kind in (PointKind.MOBILE, PointKind.LANDLINE, PointKind.EMAIL)
    )
    new = Likely(
        name=entered.name,
        known_as=entered.known_as,
        birth_date=entered.birth_date,
        nino=entered.nino_fingerprint,
        postcode=entered.postcode_fingerprint,
        contacts=contacts,
    )
    query = _candidates(new)
    if query is None:
        return ()
    candidates = follow(list(get_session().scalars(query.limit(MOST_CANDIDATES))))
    shared = _shared_contacts([person.id for person in candidates], contacts)
    matches = []
    for person in candidates:
        reasons = list_likenesses(new, _likely(person, frozenset(shared[person.id])))
        if reasons:
            matches.append((list(Likeness).index(reasons[0]), person, tuple(reasons)))
    matches.sort(key=lambda match: (match[0], match[1].id))
    matches = matches[:MOST_RESULTS]
    encryption.load_keys([person.id for _, person, _ in matches if not is_sensitive(person)])
    return tuple(Duplicate(**_minimal(person), reasons=reasons) for _, person, reasons in matches)


def _candidates(new: Likely) -> Select[Person] | None:
    ways: list[ColumnElement[bool]] = []
    tokens = rules.name_tokens(*new.names)
    same_word = Person.id.in_(
        select(PersonNameKey.person_id).where(PersonNameKey.token.in_(tokens))
    )
    if new.nino is not None:
        ways.append(Person.nino_fingerprint == new.nino)
    if new.postcode is not None:
        ways.append(and_(Person.postcode_fingerprint == new.postcode, same_word))
    if new.contacts:
        ways.append(
            Person.id.in_(
                select(ContactPoint.person_id).where(
                    ContactPoint.fingerprint.in_(new.contacts), ContactPoint.ended_at.is_(None)
                )
            )
        )
    if not new.birth_date.is_unknown:
        ways.append(and_(_may_be_born(new.birth_date), same_word))
    day = new.birth_date
    if day.is_full:  # a slip in each word of the name leaves no word in common
        ways.append(
            and_(
                Person.birth_year == day.year,
                Person.birth_month == day.month,
                Person.birth_day == day.day,
            )
        )
    if not ways:
        return None  # a name alone makes nobody likely
    same_first = Person.name_key != rules.name_key(new.name)
    return select(Person).where(or_(*ways)).order_by(same_first, Person.id)


def _shared_contacts(
    person_ids: list[UUID], contacts: frozenset[bytes]
) -> defaultdict[UUID, set[bytes]]:
    shared: defaultdict[UUID, set[bytes]] = defaultdict(set)
    if contacts and person_ids:
        rows = get_session().execute(
            select(ContactPoint.person_id, ContactPoint.fingerprint).where(
                ContactPoint.person_id.in_(person_ids),
                ContactPoint.fingerprint.in_(contacts),
                ContactPoint.ended_at.is_(None),
            )
        )
        for person_id, fingerprint in rows:
            shared[person_id].add(fingerprint)
    return shared


def _likely(person: Person, contacts: frozenset[bytes]) -> Likely:
    return Likely(
        name=person.name,
        known_as=person.known_as,
        birth_date=birth_date(person),
        nino=person.nino_fingerprint,
        # Who hides where they live is not given away by a likeness either.
        postcode=None if person.hides_address else person.postcode_fingerprint,
        contacts=contacts,
        id=person.id,
    )
