"""Referrals that must be seen by few, the paper that goes along, and the directory of places."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.access import PermissionMissing
from assistedaccess.casework import service_places
from assistedaccess.casework import service_referral_steps as steps
from assistedaccess.casework.models_referrals import OutsidePlace
from assistedaccess.casework.queries import open_text
from assistedaccess.consent.models import Consent
from assistedaccess.data_protection import service_pack
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record.service import OpenedReading
from assistedaccess.notices.models import NoticeEntry
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.service import state_reason
from tests.factories import applications as apps
from tests.factories import casework, people, record
from tests.factories.applications import signed_in as client_of
from tests.factories.referrals import add_place, colleague_of, get, refer
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import last_event
from tests.support.pages import send

__all__ = ["hand"]

INITIALS = "A.\N{NO-BREAK SPACE}L."
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ADDRESS = {"line_1": "12 High Street", "town": "Millbrook", "postcode": "SA1 1AA"}


@pytest.fixture
def scene(hand: Hand) -> apps.Scene:
    return apps.make_scene("pension-credit", contact_points=[people.mobile(whose="own")])


@pytest.fixture
def other(scene: apps.Scene) -> Actor:
    return people.make_helper(people.make_desk("Hillside Advice"))


def change_person(scene: apps.Scene, **values: Any) -> None:
    def write() -> None:
        person = get_session().get_one(Person, scene.person_id)
        for name, value in values.items():
            setattr(person, name, value)

    run_transaction(write)


def test_a_refuge_stands_in_no_list_story_notice_record_or_print(
    scene: apps.Scene, app: Flask, other: Actor
) -> None:
    place = add_place(colleague_of(scene.helper, "manager"), name="Willow", kinds=["refuge"])
    with pytest.raises(InvalidInput) as unsafe:  # on paper only where they wish it
        refer(scene.helper, scene.case.id, place_id=place, kind="housing", way="paper")
    assert unsafe.value.field == "wants_paper"
    outside = refer(scene.helper, scene.case.id, place_id=place, kind="housing")
    inside = refer(
        scene.helper, scene.case.id, to_organisation_id=other.organisation_id, kind="refuge"
    )
    assert get(outside).is_private
    assert get(inside).is_private
    told = ("Willow", "Hillside", "refuge", "Refuge", "Somewhere to live")
    with reading() as session:
        for row in session.scalars(select(Consent).where(Consent.person_id == scene.person_id)):
            purpose = open_text(row.person_id, "consent.purpose", row.purpose)
            assert not any(word in purpose for word in told)
        entries = session.scalars(select(NoticeEntry).where(NoticeEntry.kind == "referral_made"))
        assert all(entry.is_sensitive for entry in entries)
    ours = client_of(app, scene.helper)
    for page in (
        f"/cases/{scene.case.reference}",
        "/referrals",
        "/today",
        f"/people/{people.reference_of(scene.person_id)}",
    ):
        text = ours.get(page).text
        assert not any(word in text for word in told), page
    assert "Private" in ours.get(f"/cases/{scene.case.reference}").text
    assert "Willow" in ours.get(f"/referrals/{outside}").text  # who made it reads it
    assert ours.get(f"/referrals/{outside}/print").status_code == 409
    colleague = colleague_of(scene.helper)
    covered = client_of(app, colleague).get(f"/referrals/{outside}").text
    assert "Willow" not in covered
    assert "This referral is private" in covered
    with pytest.raises(NotFound):
        steps.say_arrived(actor=colleague, referral_id=outside, arrival="arrived")
    leads = colleague_of(scene.helper, "safeguarding_lead")
    state_reason(actor=leads, person_id=scene.person_id, reason="risk_to_life")
    lead = client_of(app, leads)
    assert "Willow" in lead.get(f"/referrals/{outside}").text
    theirs = client_of(app, other)
    assert INITIALS not in theirs.get("/referrals").text
    assert INITIALS not in theirs.get("/today").text
    theirs.get(f"/referrals/{inside}")
    assert last_event("referral.opened").reason_code == "private"
    steps.return_referral(actor=other, referral_id=inside, reason="no_room")
    text = ours.get(f"/cases/{scene.case.reference}").text
    assert not any(word in text for word in told)
    # What they take home: with company not a word of it, alone neither place nor who works there.
    company = record.read(scene.helper, scene.person_id, in_private=False)
    alone = record.read(scene.helper, scene.person_id)
    said = {name: "".join(texts(one)) for name, one in (("all", alone), ("some", company))}
    assert "Another place could not help you" in said["all"]
    assert "nother place" not in said["some"]
    assert not any(word in said["all"] for word in told)
    pack = service_pack.open_pack(
        actor=scene.helper,
        reference=people.reference_of(scene.person_id),
        reading_id=record.begin(scene.helper, scene.person_id),
    )
    lines = [line.words for section in pack.sections for row in section.rows for line in row]
    assert "Wages came late" not in "".join(lines)  # a copy of the referral is read out instead
    assert not any(word in line for word in told for line in lines)


def texts(opened: OpenedReading) -> list[str]:
    return [f"{line.words} {line.place} {line.why}" for line in opened.record.lines]


def test_where_somebody_lives_and_what_is_not_safe_never_goes_along(
    scene: apps.Scene, app: Flask
) -> None:
    hiding = people.make_person(
        scene.helper,
        name="Grace Hopper",
        housing="address",
        address=ADDRESS,
        hides_address=True,
        contact_points=[
            people.mobile("07700 900456", whose="own"),
            people.mobile("07700 900789", whose="own", is_safe=False),
            people.email("grace@example.org", whose="shared"),
        ],
        safe_words="Only when he is at work",
        no_messages_left=True,
    )
    case = casework.make_case(scene.helper, hiding)
    ours = client_of(app, scene.helper)
    page = ours.get(f"/cases/{case.reference}/referrals/new").text
    assert "07700 900456" in page
    assert "Somebody else may answer" in page
    assert "Only when he is at work" in page
    with reading() as session:
        point = session.scalars(
            select(ContactPoint.id).where(
                ContactPoint.person_id == hiding,
                ContactPoint.is_safe,
                ContactPoint.kind == "mobile",
            )
        ).one()
    with pytest.raises(InvalidInput) as unminded:
        refer(scene.helper, case.id, contact=str(point), mind="")
    assert unminded.value.field == "mind"
    rung = ours.get(f"/referrals/{refer(scene.helper, case.id, contact=str(point))}").text
    assert "07700 900456 (leave no message)" in rung
    assert "Only when he is at work" not in rung
    for word in ("07700 900789", "High Street", "SA1 1AA"):
        assert word not in page
    for field in ("about", "needs", "mind"):
        with pytest.raises(InvalidInput) as telling:
            refer(scene.helper, case.id, **{field: "Lives at 12 high street"})
        assert telling.value.field == field
    made = refer(scene.helper, case.id)
    change_person(scene, contact_is_unsafe=True)
    page = ours.get(f"/cases/{scene.case.reference}/referrals/new").text
    assert "Through us" in page
    assert "07700" not in page
    with pytest.raises(InvalidInput) as paper:
        refer(scene.helper, scene.case.id, way="paper")
    assert paper.value.field == "wants_paper"
    assert "through Millbrook" in ours.get(f"/referrals/{made}").text


def test_the_paper_holds_what_was_chosen_and_where_to_go(scene: apps.Scene, app: Flask) -> None:
    place = add_place(colleague_of(scene.helper, "manager"))
    bare = refer(scene.helper, scene.case.id, place_id=place, way="paper", shared=[])
    made = refer(scene.helper, scene.case.id, place_id=place, way="paper", shared=["needs"])
    ours = client_of(app, scene.helper)
    paper = ours.get(f"/referrals/{made}/print").text
    for word in ("Hill Street Pantry", "side door", "Tuesdays", "Food for a week"):
        assert word in paper
    for word in ("Ada", "Wages", "07700", scene.case.reference):
        assert word not in paper
    assert last_event("referral.printed").person_id == scene.person_id
    paper = ours.get(f"/referrals/{bare}/print").text
    assert "Hill Street Pantry" in paper
    assert "Food for a week" not in paper


@ON_SQLITE
def test_a_manager_keeps_the_directory_and_what_is_old_is_marked(
    scene: apps.Scene, app: Flask, hand: Hand
) -> None:
    manager = colleague_of(scene.helper, "manager")
    ours = client_of(app, manager)
    typed = {
        "name": "Hill Street Pantry",
        "kinds": "food_bank",
        "reach": "01632 960555",
        "checked_on-day": "23",
        "checked_on-month": "11",
        "checked_on-year": "2026",
    }
    assert "There is none yet" in ours.get("/places").text
    missing = send(ours, "/places/new", **{**typed, "reach": ""})
    assert "Enter how to reach them" in missing.text
    assert send(ours, "/places/new", **typed).status_code == 303
    with reading() as session:
        place = session.scalars(select(OutsidePlace.id)).one()
    with pytest.raises(PermissionMissing):
        add_place(scene.helper)
    with pytest.raises(InvalidInput) as future:
        add_place(manager, clock.today().replace(year=2027))
    assert future.value.field == "checked_on"
    helpers = client_of(app, scene.helper)
    assert "Out of date" not in helpers.get("/places").text
    made = refer(scene.helper, scene.case.id, place_id=place)
    hand.move(days=184)
    helpers, ours = client_of(app, scene.helper), client_of(app, manager)
    assert "Out of date" in helpers.get("/places").text
    assert "ring first" in helpers.get(f"/cases/{scene.case.reference}/referrals/new").text
    stale = service_places.change_place
    with pytest.raises(StaleVersion):
        stale(
            actor=manager,
            place_id=place,
            version=9,
            name="x",
            kinds=["debt"],
            reach="y",
            checked_on=clock.today(),
        )
    changed = send(ours, f"/places/{place}", **{**typed, "name": "New Pantry", "version": "1"})
    assert changed.status_code == 303
    assert "Hill Street Pantry" in helpers.get(f"/referrals/{made}").text  # as it was that day
    strange = people.make_helper(people.make_desk("Third Place"), "manager")
    assert client_of(app, strange).get(f"/places/{place}").status_code == 404
    with pytest.raises(NotFound):
        service_places.remove_place(actor=strange, place_id=place, version=2)
    gone = send(ours, f"/places/{place}/remove", page=f"/places/{place}", version="2")
    assert gone.status_code == 303
    assert "New Pantry" not in helpers.get("/places").text
