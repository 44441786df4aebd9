"""The people of the world: one with everything that can be known, one with a name alone."""

from __future__ import annotations

from sqlalchemy import select

from assistedaccess.kernel import clock, idempotency
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.people import (
    queries,
    service,
    service_cards,
    service_death,
    service_identity,
    service_merging,
    service_private,
    service_search,
)

from . import people
from .world import Side
from .world_safeguards import release

NINOS = {"a": "AB 12 34 56 C", "b": "CE 65 43 21 A"}
PHONES = {"a": "07700 900101", "b": "07700 900202"}
LANDLINES = {"a": "020 7946 0101", "b": "020 7946 0202"}
POSTCODES = {"a": "LS1 4ZZ", "b": "CF10 9ZY"}
BIRTH_DATES = {"a": "1942-03-27", "b": "1951-08-14"}


def add(side: Side) -> None:
    """Register them, by the helper, with all that is secret."""
    helper = side.actors["helper"]
    person_id = people.make_person(
        helper,
        side.text("Person"),
        known_as=side.text("Known"),
        birth_date=BIRTH_DATES[side.letter],
        nation="england",
        housing="address",
        address={
            "line_1": side.secret("Street1"),
            "line_2": side.secret("Street2"),
            "town": side.secret("Town"),
            "county": side.secret("County"),
            "postcode": side.secret("postcode", POSTCODES[side.letter]),
        },
        letters_are_safe=True,
        national_insurance_number=side.secret("nino", NINOS[side.letter]),
        contact_points=[
            people.mobile(side.secret("phone", PHONES[side.letter])),
            {"kind": "landline", "value": side.secret("landline", LANDLINES[side.letter])},
            people.email(side.secret("email", f"canary.person.{side.letter}@example.net")),
        ],
        spoken_language=side.text("Language"),
        formats=["large_print"],
        hearing=["lip_reading"],
        support_needs=side.secret("Support"),
        best_times=side.secret("Times"),
        safe_words=side.secret("Safewords"),
        preferred_contact="postal",
    )
    side.ids["person"] = person_id
    service_private.hold_private_moment(
        actor=helper,
        person_id=person_id,
        was_alone=True,
        request_key=idempotency.new_request_key(),
        sign="word",
        word=f"marigold{side.letter}",
    )
    # Whoever asks has to say why; in words, which are kept sealed.
    service.state_reason(
        actor=helper, person_id=person_id, reason="other", words=side.secret("Why")
    )
    evidence = service_identity.add_identity_evidence(
        actor=helper,
        person_id=person_id,
        kind="official_letter",
        level="low",
        what_was_seen=side.secret("Seen"),
    )
    side.values["evidence_id"] = str(evidence)
    with reading() as session:
        found = queries.get_person(person_id)
        side.values["people"] = found.reference
        points = queries.list_contact_points(person_id)
        told = select(Notice.reference).filter_by(person_id=person_id).limit(1)
        side.values["notices"] = session.scalars(told).one()
    mobile = next(point for point in points if point.kind == "mobile")
    side.values["contact_point_id"] = str(mobile.id)
    side.ids["mobile"] = mobile.id
    outcome = service_search.search_people(
        actor=helper,
        why="other",
        why_words=side.secret("Searched"),
        by="birth_date",
        name=side.word("Person"),
        value=BIRTH_DATES[side.letter],
    )
    assert len(outcome.found) == 1
    side.values["search_id"] = str(outcome.search_id)
    service_cards.issue_card(
        actor=helper, person_id=person_id, request_key=idempotency.new_request_key()
    )
    side.ids["plain person"] = people.make_person(helper, f"Mononym{side.letter}")
    with reading():
        side.values["plain person"] = queries.get_person(side.ids["plain person"]).reference


def add_death(side: Side) -> None:
    """Somebody who has died, the helper was told."""
    helper = side.actors["helper"]
    person_id = people.make_person(helper, side.text("Departed"))
    service_death.record_death(
        actor=helper, person_id=person_id, died_on=clock.today(), told_by="care_home"
    )
    with reading():
        reference = queries.get_person(person_id).reference
    side.values["people.undo_death:reference"] = reference


def add_merge(side: Side) -> None:
    """Somebody who was registered twice: two humans have merged the records."""
    helper = side.actors["helper"]
    merged = people.make_person(helper, side.text("Twice"))
    kept = people.make_person(helper, side.text("Again"))
    try:
        service_merging.merge_records(
            actor=helper, person_id=merged, kept_person_id=kept, why=side.secret("Onehuman")
        )
    except Held as held:
        release(side, held.pending_reference)
    with reading():
        reference = queries.get_person(merged).reference
        other = queries.get_person(kept).reference
    side.values["people.undo_merge:reference"] = reference
    side.values["people.merge_records:kept_reference"] = other
