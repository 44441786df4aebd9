"""A copy to somebody whom the person trusts: that something was done, never what, never a code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.notices.queries import load_telling
from assistedaccess.notices.service import send_due_notices
from assistedaccess.notices.words import write_email, write_letter, write_text
from assistedaccess.people import service_contact
from assistedaccess.people.routes import choose_route, second_routes
from assistedaccess.people.rules_routes import (
    Point,
    PointKind,
    Whose,
    Wishes,
    choose,
    choose_copies,
)
from tests.factories import consent
from tests.factories import delegation as granted
from tests.factories.people import email, make_person, mobile
from tests.support.reading_age import reading_age

from .test_notices_sending import Recorder

MOMENT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FRIEND = "fred.friend@example.org"


@pytest.fixture
def scene(app):
    return consent.make_scene(
        nation="england",
        contact_points=[
            mobile(whose="own", is_safe=True),
            email(FRIEND, whose="trusted", is_safe=True),
        ],
    )


def list_addresses(person_id) -> list[tuple[str, str]]:
    """Kind and address of what the person is told at once, copies among them."""
    with reading() as session:
        rows = session.scalars(
            select(Notice).where(Notice.person_id == person_id, Notice.is_risky).order_by(Notice.id)
        )
        return [(row.kind, load_telling(row)[1]) for row in rows]


def test_what_is_risky_is_copied_and_says_nothing_of_what(scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    copies = [kind for kind, to in list_addresses(scene.person_id) if to == FRIEND]
    assert "delegation_granted" in copies
    sender = Recorder()
    send_due_notices(sender=sender)
    (message, *_) = [each for each in sender.sent if each.to == FRIEND]
    assert "Ada Lovelace trusts you" in message.body
    for private in ("Harriet", "Badge", "may act", "07700"):
        assert private not in message.body
    assert reading_age(message.body.replace("Ada Lovelace", "Ann")) <= 9


def test_a_code_is_never_copied_and_never_goes_there(scene) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    consent.read_and_say(scene.helper, request_id)
    consent.send_code(scene.helper, request_id, scene.person_id)
    assert ("consent_code", FRIEND) not in list_addresses(scene.person_id)
    with reading():
        route = choose_route(scene.person_id, scene.helper)
    assert route.address != FRIEND


def test_who_has_only_a_friend_is_told_in_person(app) -> None:
    made = consent.make_scene(contact_points=[email(FRIEND, whose="trusted", is_safe=True)])
    with reading():
        assert choose_route(made.person_id, made.helper).channel == "in_person"
        (copy,) = second_routes(made.person_id, made.helper)
    assert (copy.address, copy.brief, copy.copy_of) == (FRIEND, True, "Ada Lovelace")


def test_unsafe_contact_has_no_copies(app, scene) -> None:
    person_id = make_person(
        scene.colleague,
        "Grace Hopper",
        contact_is_unsafe=True,
        contact_points=[email(FRIEND, whose="trusted", is_safe=True)],
    )
    with reading():
        assert second_routes(person_id, scene.helper) == ()


def test_naming_somebody_is_told_to_the_person(scene) -> None:
    service_contact.add_contact_point(
        actor=scene.helper,
        person_id=scene.person_id,
        kind="mobile",
        value="07700 900777",
        whose="trusted",
    )
    kinds = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert "contact_point_added" in kinds


@given(
    whose=st.sampled_from(Whose),
    kind=st.sampled_from(PointKind),
    is_safe=st.booleans(),
    is_helpers=st.booleans(),
    unsafe=st.booleans(),
)
def test_a_friend_is_no_way_to_the_person_and_nobody_else_gets_copies(
    whose: Whose, kind: PointKind, is_safe: bool, is_helpers: bool, unsafe: bool
) -> None:
    point = Point(
        id=new_id(),
        kind=kind,
        whose=whose,
        is_safe=is_safe,
        created_at=MOMENT,
        created_by_human_id=None,
        is_helpers=is_helpers,
    )
    wishes = Wishes(contact_is_unsafe=unsafe)
    chosen = choose([point], wishes, human_id=None, since=MOMENT)
    copies = choose_copies([point], wishes, human_id=None)
    assert not (chosen.point and whose is Whose.TRUSTED)
    if copies:
        assert whose is Whose.TRUSTED
        assert is_safe
        assert not is_helpers
        assert not unsafe


def test_the_copy_reads_at_nine_in_both_ways(scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    with reading() as session:
        for row in session.scalars(select(Notice).where(Notice.second_of.is_not(None))):
            telling, _to = load_telling(row)
            if not telling.copy_of:
                continue
            assert len(write_text(telling)) <= 160
            letter = write_letter(telling)
            text = f"{letter.opening} {letter.closing}".replace("Ada Lovelace", "Ann")
            assert reading_age(text) <= 9, text
            assert write_email(telling)
