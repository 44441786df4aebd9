"""What ends with a case or a life, and what goes on with a colleague."""

from __future__ import annotations

import json
from datetime import time
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.access.policy import PermissionMissing
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.audit.models import AuditDetail
from assistedaccess.audit.verify import open_detail
from assistedaccess.casework import service_reassigning
from assistedaccess.casework.models import Task
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.events import DeathUndone
from assistedaccess.people.service_death import record_death
from tests.factories import applications as apps
from tests.factories import appointments, casework, people
from tests.factories.consent import list_told
from tests.factories.outcomes import send
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import list_events
from tests.support.pages import read_token

__all__ = ["hand"]

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def scene(hand: Hand) -> apps.Scene:
    return apps.make_scene(contact_points=[people.mobile(whose="own")])


def state(scene: apps.Scene, appointment_id: UUID) -> str:
    return str(appointments.get(scene.helper, appointment_id).row.state)


def test_closing_a_case_cancels_its_times_and_tells_the_person(
    scene: apps.Scene, hand: Hand
) -> None:
    over = appointments.book(scene.helper, scene.case, at=time(9))
    hand.move(days=2)
    coming = appointments.book(scene.helper, scene.case, at=time(9), interpreter="signed")
    other_case = casework.make_case(scene.helper, scene.person_id)
    others = appointments.book(scene.helper, other_case, at=time(11))
    casework.close_case(scene.helper, casework.get_case(scene.helper, scene.case.id))
    assert [state(scene, each) for each in (over, coming, others)] == [
        "booked",  # whether they came is still to be said
        "cancelled",
        "booked",
    ]
    told = [kind for kind, _ in list_told(scene.person_id)]
    assert told.count("appointment_cancelled") == 1
    with reading() as session:
        assert session.scalars(select(Task)).one().done_at is not None  # no interpreter is needed


def test_nobody_knocks_where_somebody_has_died_and_a_mistake_brings_the_times_back(
    scene: apps.Scene, hand: Hand
) -> None:
    mine = appointments.book(scene.helper, scene.case, at=time(9), interpreter="spoken")
    later = appointments.book(scene.helper, scene.case, at=time(11))
    gone = appointments.book(scene.helper, scene.case, day=clock.today(), at=time(11))
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    theirs = casework.make_case(elsewhere, scene.person_id)
    away = appointments.book(elsewhere, theirs, kind="home", at=time(15))
    death_id = record_death(
        actor=scene.helper, person_id=scene.person_id, died_on=clock.today(), told_by="family"
    )
    for each in (mine, later, gone):
        assert state(scene, each) == "cancelled"
    assert str(appointments.get(elsewhere, away).row.state) == "cancelled"
    reasons = {event.reason_code for event in list_events("appointment.cancelled")}
    assert reasons == {"died"}
    assert "appointment_cancelled" not in [kind for kind, _ in list_told(scene.person_id)]
    hand.move(hours=3)  # it was a mistake; meanwhile somebody else took eleven o'clock
    other = casework.make_case(
        scene.helper, people.make_person(scene.helper, "Somebody Else"), need="A bus pass"
    )
    appointments.book(scene.helper, other, at=time(11))
    event = DeathUndone(scene.person_id, death_id, scene.helper, is_same_day=True)
    run_transaction(lambda: publish(event))
    assert [state(scene, each) for each in (mine, later, gone)] == [
        "booked",
        "cancelled",
        "cancelled",
    ]
    assert str(appointments.get(elsewhere, away).row.state) == "booked"
    found = appointments.get(scene.helper, mine)
    assert found.row.awaits_interpreter
    with reading() as session:
        assert session.scalars(select(Task).where(Task.done_at.is_(None))).one()


@ON_SQLITE
def test_after_a_death_the_page_says_what_to_do_in_that_nation(
    scene: apps.Scene, app: Flask
) -> None:
    client = app.test_client()
    people.sign_in(client, scene.helper)
    person = people.make_person(scene.helper, "Morag", nation="scotland")
    record_death(actor=scene.helper, person_id=person, died_on=clock.today(), told_by="family")
    page = client.get(f"/people/{people.reference_of(person)}").text
    assert "Funeral Support Payment" in page
    assert "Tell Us Once" in page
    assert "Bereavement Service of the" not in page


def test_a_manager_gives_cases_to_a_colleague_and_sees_nobody_who_is_helped(
    scene: apps.Scene, app: Flask
) -> None:
    manager = people.make_helper(scene.desk, "manager")
    casework.add_task(scene.helper, scene.case)
    awaited = send(scene)
    closed = casework.make_case(scene.helper, scene.person_id)
    casework.close_case(scene.helper, closed)
    former, heir = scene.helper.account_id, scene.colleague.account_id
    client = app.test_client()
    people.sign_in(client, manager)
    page = client.get("/team/cases")
    assert scene.case.reference not in page.text
    assert "Ada" not in page.text
    data = {"csrf_token": read_token(page), "former": str(former), "reason": "illness"}
    wrong = client.post("/team/cases", data={**data, "account_id": str(former)})
    assert "Select another colleague" in wrong.text
    done = client.post("/team/cases", data={**data, "account_id": str(heir)})
    assert done.status_code == 303
    with reading() as session:
        assert session.scalars(select(Task)).one().assigned_to == heir
        assert session.get_one(AwaitedOutcome, awaited).account_id == heir
    assert casework.get_case(scene.helper, scene.case.id).assigned_to == heir
    assert casework.get_case(scene.helper, closed.id).assigned_to == former
    (changed,) = list_events("case.changed")
    assert changed.reason_code == "assigned"
    with reading() as session:
        detail = open_detail(session.get_one(AuditDetail, changed.id))
    assert detail is not None
    assert json.loads(detail[1])["why"] == "illness"
    given = {"former": former, "account_id": heir, "reason": "illness"}
    with pytest.raises(StaleVersion):
        service_reassigning.reassign_cases(actor=manager, **given)
    with pytest.raises(PermissionMissing):
        service_reassigning.reassign_cases(actor=scene.colleague, **given)
    stranger = people.make_helper(people.make_desk("Other Library"))
    with pytest.raises(InvalidInput):
        service_reassigning.reassign_cases(
            actor=manager, **{**given, "former": heir, "account_id": stranger.account_id}
        )
    other = people.make_helper(people.make_desk("Third Library"), "manager")
    with pytest.raises((StaleVersion, InvalidInput)):
        service_reassigning.reassign_cases(actor=other, **given)


@ON_SQLITE
def test_of_two_who_close_one_case_the_second_gets_a_clear_word(
    scene: apps.Scene, app: Flask
) -> None:
    client = app.test_client()
    people.sign_in(client, scene.colleague)
    page = client.get(f"/cases/{scene.case.reference}/close")
    casework.close_case(scene.helper, scene.case)
    data = {
        "csrf_token": read_token(page),
        "version": str(scene.case.version),
        "reason": "not_wanted",
    }
    late = client.post(f"/cases/{scene.case.reference}/close", data=data)
    assert late.status_code == 409
    assert "Somebody else changed this case after you opened the page." in late.text
    assert casework.get_case(scene.helper, scene.case.id).close_reason == "done"
