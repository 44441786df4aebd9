"""What people ask about their data: written down, and answered by another human."""

from __future__ import annotations

import pytest

from assistedaccess.data_protection import service_requests
from assistedaccess.data_protection.rules_requests import (
    AlreadyAnswered,
    MustStay,
    NotOwnRequest,
    Outcome,
    Stays,
)
from assistedaccess.data_protection.rules_retention import read_periods
from assistedaccess.data_protection.service_retention import carry_out_retention
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from tests.factories import casework, consent, people
from tests.support.journal import list_events
from tests.support.unsent import settle_messages
from tests.support.worlds import ticking, world

__all__ = ["ticking", "world"]


def ask(helper, person_id, kind="erasure", **more) -> str:
    return service_requests.record_data_request(
        actor=helper, person_id=person_id, kind=kind, words="Take it all out, please.", **more
    )


def answer(manager, reference, outcome="done"):
    return service_requests.answer_data_request(
        actor=manager, reference=reference, outcome=outcome, answer="It was done today."
    )


def test_a_request_is_answered_by_another_human_and_the_person_is_told(app) -> None:
    scene = consent.make_scene()
    casework.make_case(scene.helper, scene.person_id)
    key = new_request_key()
    reference = ask(scene.helper, scene.person_id, request_key=key)
    assert ask(scene.helper, scene.person_id, request_key=key) == reference
    manager = people.make_helper(scene.desk, "manager")
    (waiting,), older = service_requests.list_data_requests(actor=manager)
    assert (waiting.reference, older) == (reference, None)
    opened = service_requests.open_data_request(actor=manager, reference=reference)
    assert opened.words == "Take it all out, please."
    assert Stays.OPEN_HELP in opened.stays
    with pytest.raises(MustStay):
        answer(manager, reference)
    same = people.make_helper(scene.desk, "manager", human_id=scene.helper.human_id)
    with pytest.raises(NotOwnRequest):
        answer(same, reference, "refused")
    answer(manager, reference, "partly")
    with pytest.raises(AlreadyAnswered):
        answer(manager, reference, "refused")
    again = service_requests.open_data_request(actor=manager, reference=reference)
    assert (again.outcome, again.answer) == (Outcome.PARTLY, "It was done today.")
    assert ("data_request_answered", {"their_reference": reference}) in consent.list_told(
        scene.person_id
    )
    assert {event.person_id for event in list_events("data_request.answered")} == {scene.person_id}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_elsewhere_sees_it_and_nothing_half_is_kept(app) -> None:
    scene = consent.make_scene()
    reference = ask(scene.helper, scene.person_id, "objection")
    stranger = people.make_helper(people.make_desk("Elsewhere"), "manager")
    assert service_requests.list_data_requests(actor=stranger) == ([], None)
    for call in (
        lambda: service_requests.open_data_request(actor=stranger, reference=reference),
        lambda: answer(stranger, reference),
        lambda: answer(stranger, "Q-0000-0000"),
    ):
        with pytest.raises(NotFound):
            call()
    for kind, words in (("access", "x"), ("erasure", " ")):
        with pytest.raises(InvalidInput):
            service_requests.record_data_request(
                actor=scene.helper, person_id=scene.person_id, kind=kind, words=words
            )


def test_an_agreed_erasure_is_carried_out_once_its_answer_has_gone(app) -> None:
    desk = people.make_desk("Alone")
    helper, manager = people.make_helper(desk), people.make_helper(desk, "manager")
    person_id = people.make_person(
        helper, contact_points=[people.mobile(whose="own", is_safe=True)]
    )
    reference = ask(helper, person_id)
    settle_messages()
    answer(manager, reference)
    assert carry_out_retention(actor=SYSTEM, periods=read_periods(""))["person"] in (0, 1)
    if not list_events("person.erased"):
        settle_messages()
        assert carry_out_retention(actor=SYSTEM, periods=read_periods(""))["person"] == 1
    (event,) = list_events("person.erased")
    assert (event.person_id, event.reason_code) == (person_id, "asked")
    with pytest.raises(NotFound):
        service_requests.open_data_request(actor=manager, reference=reference)


def test_the_pages(app, client, world) -> None:
    side = world.a
    side.sign_in(client, "helper")
    person = side.values["people"]
    page = client.get(f"/people/{person}/data-request")
    assert "What they ask, in their own words" in page.text
    side.sign_in(client, "manager")
    listed = client.get("/data-requests")
    assert side.values["data-requests"] in listed.text
    opened = client.get(f"/data-requests/{side.values['data-requests']}")
    assert side.word("Datarequest") in opened.text
