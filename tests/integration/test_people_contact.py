"""How people are reached: old ways are kept and told, and no helper can silence anybody."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.audit.actions import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, controls
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, StaleVersion
from assistedaccess.kernel.events import _handlers
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import queries as notice_queries
from assistedaccess.notices.models import Notice
from assistedaccess.people import (
    queries,
    service,
    service_address,
    service_contact,
    service_identity,
)
from assistedaccess.people.events import RouteNotIndependent
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.routes import choose_route, second_routes
from assistedaccess.people.rules import ChangedTooOften, RecordClosed
from assistedaccess.people.rules_routes import MOST_OLD_WAYS
from tests.factories.people import (
    days_later,
    email,
    make_desk,
    make_helper,
    make_person,
    mobile,
    other_account,
)


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


@pytest.fixture
def known(helper: Actor) -> UUID:
    """A person whom somebody else registered a month ago, with a mobile and a letter box."""
    with clock.set_clock(days_later(-40)):
        return make_person(
            make_helper(make_desk("Ash Vale Council")),
            housing="address",
            address={"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
            letters_are_safe=True,
            contact_points=[mobile()],
        )


def point_id(person_id: UUID, kind: str = "mobile") -> UUID:
    with reading():
        return next(p.id for p in queries.list_contact_points(person_id) if p.kind == kind)


def version_of(person_id: UUID) -> int:
    with reading():
        return queries.get_person(person_id).version


def told(kind: str) -> list[tuple[str, str, bool]]:
    """Channel, address and independence of every notice of that kind, copies last."""
    with reading() as session:
        rows = session.scalars(select(Notice).filter_by(kind=kind).order_by(Notice.id)).all()
        rows = sorted(rows, key=lambda row: (row.second_of is not None, row.id))
        return [(row.channel, notice_queries.load_telling(row)[1], row.independent) for row in rows]


def actions() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(AuditEvent.action)))


def route(person_id: UUID, actor: Actor) -> Any:
    with reading():
        return choose_route(person_id, actor)


def test_what_this_helper_made_today_is_told_and_never_independent(helper: Actor) -> None:
    heard: list[RouteNotIndependent] = []
    handlers = _handlers[RouteNotIndependent]
    handlers.append(heard.append)
    try:
        person_id = make_person(helper, contact_points=[mobile()])
    finally:
        handlers.remove(heard.append)
    chosen = route(person_id, helper)
    assert (chosen.channel, chosen.address, chosen.independent) == ("text", "+447700900123", False)
    assert [event.person_id for event in heard] == [person_id]
    assert Action.ROUTE_NOT_INDEPENDENT in actions()


def test_the_route_is_not_the_helpers_through_any_account(helper: Actor, known: UUID) -> None:
    assert route(known, helper).independent
    service_contact.add_contact_point(
        actor=helper, person_id=known, kind="email", value="ada@example.org"
    )
    twin = other_account(make_desk(), helper)
    with clock.set_clock(days_later(20)):
        make_person(helper, "Bea Bell")  # an account that sleeps for a month is looked at
    with clock.set_clock(days_later(40)):
        for actor in (helper, twin):
            assert route(known, actor).channel == "text"
        service_contact.end_contact_point(
            actor=helper, contact_point_id=point_id(known), reason="gone"
        )
        service_contact.end_contact_point(
            actor=helper, contact_point_id=point_id(known, "postal"), reason="gone"
        )
    with clock.set_clock(days_later(80)):
        assert [route(known, actor).independent for actor in (helper, twin)] == [False, False]
        assert route(known, make_helper(make_desk())).independent


def test_a_changed_contact_point_is_kept_and_the_old_one_told(helper: Actor, known: UUID) -> None:
    old = point_id(known)
    new = service_contact.change_contact_point(
        actor=helper, contact_point_id=old, value="07700 900555"
    )
    assert told("contact_point_changed") == [
        ("letter", "14 Mill Lane\nMillbrook\nLS1 4AP", True),
        ("text", "+447700900123", True),
    ]
    with reading() as session:
        row, replaced = session.get(ContactPoint, new), session.get(ContactPoint, old)
        assert row is not None
        assert replaced is not None
        assert row.replaces_id == old
        assert (replaced.end_reason, replaced.ended_by_human_id) == ("changed", helper.human_id)
    with pytest.raises(StaleVersion):
        service_contact.change_contact_point(
            actor=helper, contact_point_id=old, value="07700 900666"
        )


def test_the_old_one_is_not_told_where_the_person_alone_says_so(helper: Actor, known: UUID) -> None:
    service_contact.change_contact_point(
        actor=helper, contact_point_id=point_id(known), value="07700 900555", old_is_unsafe=True
    )
    assert [channel for channel, _, _ in told("contact_point_changed")] == ["letter"]


def test_marking_unsafe_keeps_it_known_and_unused(helper: Actor, known: UUID) -> None:
    service_contact.mark_contact_point_unsafe(
        actor=helper, contact_point_id=point_id(known), person_was_alone=True
    )
    assert [channel for channel, _, _ in told("contact_point_changed")] == ["letter"]
    assert route(known, helper).channel == "letter"
    with reading():
        (unsafe,) = [p for p in queries.list_contact_points(known) if not p.is_safe]
    assert unsafe.value == "+447700900123"


def test_the_person_alone_can_stop_every_message_at_once(helper: Actor, known: UUID) -> None:
    service_contact.set_safe_contact(
        actor=helper, person_id=known, version=1, contact_is_unsafe=True, person_was_alone=True
    )
    assert told("safe_contact_changed") == [("in_person", "", False)]


def test_no_paper_leaves_letters_at_a_desk(helper: Actor, known: UUID) -> None:
    with clock.set_clock(days_later(-40)):
        service_contact.add_contact_point(
            actor=make_helper(make_desk()),
            person_id=known,
            kind="held_at_desk",
            value="Day centre\nMillbrook",
        )
    service_contact.end_contact_point(actor=helper, contact_point_id=point_id(known), reason="gone")
    assert route(known, helper).address.startswith("14 Mill Lane")
    service_contact.set_safe_contact(
        actor=helper,
        person_id=known,
        version=version_of(known),
        contact_is_unsafe=False,
        no_paper_at_home=True,
        person_was_alone=True,
    )
    assert route(known, helper).address == "Day centre\nMillbrook"


def test_letters_follow_a_move_and_the_old_address_is_told(helper: Actor, known: UUID) -> None:
    service_identity.add_identity_evidence(
        actor=helper, person_id=known, kind="known_here", level="low"
    )
    service_address.change_address(
        actor=helper,
        person_id=known,
        version=1,
        housing="address",
        address={"line_1": "2 New Road", "town": "Ash Vale", "postcode": "M1 1AE"},
    )
    with reading():
        letters = [p.value for p in queries.list_contact_points(known) if p.kind == "postal"]
        assert letters == ["2 New Road\nAsh Vale\nM1 1AE"]
    assert ("letter", "14 Mill Lane\nMillbrook\nLS1 4AP", True) in told("address_changed")


def test_second_routes_are_forgotten_after_a_month(helper: Actor, known: UUID) -> None:
    service_contact.change_contact_point(
        actor=helper, contact_point_id=point_id(known), value="07700 900555"
    )
    with reading():
        assert [r.address for r in second_routes(known, helper)] == ["+447700900123"]
        with clock.set_clock(days_later(31)):
            assert second_routes(known, helper) == ()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mobile", "01632 960001"),
        ("mobile", "12"),
        ("mobile", "+"),
        ("landline", "x"),
        ("email", "a@b"),
        ("email", "a b@example.org"),
        ("email", "a@example.org\nBcc: x@example.org"),
        ("postal", ""),
        ("postal", "\n \n"),
        ("postal", "x\n" * 8),
        ("carrier_pigeon", "x"),
        ("held_at_desk", "x" * 101),
    ],
)
def test_what_is_no_contact_point_is_refused_with_words(
    helper: Actor, known: UUID, kind: str, value: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service_contact.add_contact_point(actor=helper, person_id=known, kind=kind, value=value)
    assert refused.value.words
    assert version_of(known) == 1


def test_the_same_one_is_not_added_twice(helper: Actor, known: UUID) -> None:
    with pytest.raises(InvalidInput):
        service_contact.add_contact_point(
            actor=helper, person_id=known, kind="mobile", value="+44 7700 900 123"
        )


def test_a_shared_mailbox_gets_a_brief_word_alone(helper: Actor) -> None:
    with clock.set_clock(days_later(-40)):
        person_id = make_person(make_helper(make_desk()), contact_points=[email(whose="shared")])
    assert route(person_id, helper).brief


def test_controls_are_asked_and_a_hold_changes_nothing(helper: Actor, known: UUID) -> None:
    asked: list[Act] = []

    def hold(act: Act) -> list[Finding]:
        if act.power != "change_contact_details":
            return []
        asked.append(act)
        return [Finding(Verdict.HOLD, "test_hold", "Somebody looks at it first.")]

    controls.register_control(hold)
    try:
        with pytest.raises(Held):
            service_contact.change_contact_point(
                actor=helper, contact_point_id=point_id(known), value="07700 900555"
            )
    finally:
        controls._controls.remove(hold)
    assert asked[0].person_id == known
    assert route(known, helper).address == "+447700900123"
    assert told("contact_point_changed") == []


def test_the_record_of_who_has_died_is_closed(helper: Actor, known: UUID) -> None:
    def die() -> None:
        person = get_session().get(Person, known)
        assert person is not None
        person.died_on = clock.today()

    run_transaction(die)
    assert route(known, helper).channel == "none"
    with pytest.raises(RecordClosed):
        service_contact.add_contact_point(
            actor=helper, person_id=known, kind="email", value="x@example.org"
        )
    with pytest.raises(RecordClosed):
        service.change_person(actor=helper, person_id=known, version=1, name="Other")
    service.open_person(actor=helper, person_id=known, stated_reason="open_matter")


def test_how_we_know_who_somebody_is(helper: Actor, known: UUID) -> None:
    def level() -> str:
        with reading():
            return queries.identity_level(known)

    assert level() == "none"
    with pytest.raises(InvalidInput):
        service_identity.add_identity_evidence(
            actor=helper, person_id=known, kind="official_letter", level="high"
        )
    low = service_identity.add_identity_evidence(
        actor=helper, person_id=known, kind="official_letter", level="low"
    )
    assert level() == "low"
    high = service_identity.add_identity_evidence(
        actor=helper,
        person_id=known,
        kind="passport",
        level="high",
        what_was_seen="UK passport, until 2031",
    )
    assert level() == "high"
    service_identity.end_identity_evidence(actor=helper, evidence_id=high)
    assert level() == "low"
    service_identity.end_identity_evidence(actor=helper, evidence_id=low)
    assert level() == "none"
    assert json.dumps([e.kind for e in _evidence(known)]) == '["passport", "official_letter"]'


def _evidence(person_id: UUID) -> list[Any]:
    with reading():
        return queries.list_identity_evidence(person_id)


def test_what_is_changed_over_and_over_comes_to_an_end(helper: Actor, known: UUID) -> None:
    def change(number: int) -> UUID:
        return service_contact.change_contact_point(
            actor=helper, contact_point_id=point_id(known), value=f"07700 9002{number:02}"
        )

    def add(actor: Actor) -> UUID:
        return service_contact.add_contact_point(
            actor=actor, person_id=known, kind="email", value="ada@example.org"
        )

    for number in range(MOST_OLD_WAYS):
        change(number)
    with pytest.raises(ChangedTooOften):
        change(90)
    # Each change was told to every way in use before it, the person's first one among them.
    changed = told("contact_point_changed")
    assert len(changed) == sum(number + 2 for number in range(MOST_OLD_WAYS))
    assert sum(address == "+447700900123" for _, address, _ in changed) == MOST_OLD_WAYS
    # What protects is always done; and a month later the record is as any other.
    service_contact.mark_contact_point_unsafe(
        actor=helper, contact_point_id=point_id(known), person_was_alone=True
    )
    service_contact.end_contact_point(
        actor=helper, contact_point_id=point_id(known, "postal"), reason="gone"
    )
    with pytest.raises(ChangedTooOften):
        add(helper)
    with clock.set_clock(days_later(40)):
        add(make_helper(make_desk("Elm Court")))
