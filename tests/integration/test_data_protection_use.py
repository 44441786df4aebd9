"""A record that is kept and not used (UK GDPR, Article 18), and an objection to being counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from assistedaccess.casework import service as casework
from assistedaccess.casework import service_entries
from assistedaccess.data_protection import erasing, service_requests, service_use
from assistedaccess.data_protection.rules_requests import (
    NotOwnRequest,
    NotStanding,
    NotToldYet,
    Stays,
)
from assistedaccess.delegation import service_stops
from assistedaccess.desk.queries_report import _list_opened, gather_report
from assistedaccess.desk.queries_supervision import list_work
from assistedaccess.desk.rules_report import By, Quarter
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.service import send_due_notices
from assistedaccess.people import service as people_service
from assistedaccess.people.models import Person
from assistedaccess.people.rules import RecordRestricted
from assistedaccess.people.service_identity import add_identity_evidence
from tests.factories import casework as make_case
from tests.factories import consent, people
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send

from .test_notices_sending import Recorder

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def hand() -> Iterator[Hand]:
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(app, hand) -> consent.Scene:
    made = consent.make_scene(nation="england")
    consent.assist(made.helper, made.person_id, None)
    return made


@pytest.fixture
def manager(scene) -> Actor:
    return people.make_helper(scene.desk, "manager")


def ask(actor: Actor, person_id: UUID, kind: str = "restriction", **more: Any) -> str:
    if kind == "restriction":
        more.setdefault("goes_on", "begun")
    return service_requests.record_data_request(
        actor=actor, person_id=person_id, kind=kind, words="Keep it, and leave it alone.", **more
    )


def find(person_id: UUID) -> Person:
    with reading() as session:
        row = session.get_one(Person, person_id)
        session.expunge(row)
        return row


def refuse(act: Callable[[], object]) -> None:
    with pytest.raises(RecordRestricted) as refused:
        act()
    assert refused.value.words
    assert refused.value.next_step


def test_nothing_new_begins_and_what_was_asked_for_goes_on(scene, manager) -> None:
    case = make_case.make_case(scene.helper, scene.person_id)
    key = new_request_key()
    reference = ask(scene.helper, scene.person_id, request_key=key)
    assert ask(scene.helper, scene.person_id, request_key=key) == reference
    assert find(scene.person_id).restricted == "begun"
    elsewhere = people.make_helper(people.make_desk("Ash Vale Council"))
    for actor in (scene.helper, elsewhere):  # the person's word to one is a word to all
        refuse(lambda actor=actor: make_case.make_case(actor, scene.person_id))
    refuse(lambda: consent.ask(scene.helper, scene.person_id))
    refuse(
        lambda: add_identity_evidence(
            actor=scene.helper, person_id=scene.person_id, kind="passport", level="high"
        )
    )
    service_entries.add_note(actor=scene.helper, case_id=case.id, text="The form is on its way")
    consent.assist(scene.helper, scene.person_id)
    told = consent.list_told(scene.person_id)
    assert [kind for kind, _ in told].count("record_restricted") == 1
    (event,) = list_events("data_request.recorded")
    assert (event.person_id, event.reason_code) == (scene.person_id, "restriction")
    refused = [event for event in list_events("act.refused") if event.person_id == scene.person_id]
    assert {event.reason_code for event in refused} >= {"record_restricted"}


def test_where_nothing_goes_on_the_person_can_still_stop_and_ask(scene, manager) -> None:
    case = make_case.make_case(scene.helper, scene.person_id)
    ask(scene.helper, scene.person_id, goes_on="nothing")
    refuse(lambda: consent.assist(scene.helper, scene.person_id))
    refuse(lambda: service_entries.add_note(actor=scene.helper, case_id=case.id, text="More"))
    refuse(lambda: make_case.add_task(scene.helper, case))
    service_stops.end_all(actor=scene.helper, person_id=scene.person_id, how="in_front")
    people_service.open_person(
        actor=scene.helper, person_id=scene.person_id, stated_reason="person_is_here"
    )
    ask(scene.helper, scene.person_id, "rectification")
    told = service_use.tell_requests(actor=scene.helper, person_id=scene.person_id)
    assert str(told.restricted) == "nothing"
    assert len(told.asked) == 2
    with reading():
        assert Stays.RESTRICTED in erasing.list_what_stays(
            scene.person_id, service_requests.STANDARD
        )
    casework.close_case(
        actor=scene.helper, case_id=case.id, version=case.version, reason="not_wanted"
    )


def test_the_person_has_it_used_again_at_any_desk_at_once(scene) -> None:
    ask(scene.helper, scene.person_id)
    ask(scene.colleague, scene.person_id, goes_on="nothing")
    assert find(scene.person_id).restricted == "nothing"  # the least of what either leaves
    elsewhere = people.make_helper(people.make_desk("Ash Vale Council"))

    def again(kind: str = "restriction") -> int:
        return service_use.use_again(actor=elsewhere, person_id=scene.person_id, kind=kind)

    assert again() == 2
    assert find(scene.person_id).restricted is None
    assert again() == 0  # pressed twice
    make_case.make_case(scene.helper, scene.person_id)
    told = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert told.count("restriction_ended") == 1
    assert [event.reason_code for event in list_events("data_request.ended")] == [
        "restriction_by_person"
    ] * 2
    for wrong in ("erasure", "x"):
        with pytest.raises(InvalidInput):
            again(wrong)


def test_the_organisation_tells_first_and_another_human_ends_it(scene, manager, hand) -> None:
    other = people.make_helper(scene.desk, "manager")
    own = people.make_helper(scene.desk, "manager", human_id=scene.helper.human_id)
    reference = ask(scene.helper, scene.person_id)

    def end(actor: Actor) -> UUID:
        return service_use.end_restriction(actor=actor, reference=reference)

    def tell(actor: Actor) -> UUID:
        return service_use.say_end(actor=actor, reference=reference, why="The date is right now.")

    # An answer ends nothing: the person is told before.
    service_requests.answer_data_request(
        actor=manager, reference=reference, outcome="refused", answer="The date was right."
    )
    assert find(scene.person_id).restricted == "begun"
    with pytest.raises(NotToldYet):
        end(other)
    with pytest.raises(NotOwnRequest):
        tell(own)
    with pytest.raises(InvalidInput):
        service_use.say_end(actor=manager, reference=reference, why=" ")
    key = new_request_key()
    for _ in range(2):  # a double click
        service_use.say_end(
            actor=manager, reference=reference, why="The date is right now.", request_key=key
        )
    hand.move(days=20)
    with pytest.raises(NotToldYet):  # the message waits still
        end(other)
    send_due_notices(sender=Recorder())
    for actor in (manager, own):
        with pytest.raises(NotOwnRequest):
            end(actor)
    tell(manager)  # said again: the two weeks begin again
    send_due_notices(sender=Recorder())
    hand.move(days=13)
    with pytest.raises(NotToldYet):
        end(other)
    assert find(scene.person_id).restricted == "begun"
    hand.move(days=1)
    end(other)
    assert find(scene.person_id).restricted is None
    for again in (lambda: end(other), lambda: tell(manager)):
        with pytest.raises(NotStanding):
            again()
    kinds = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert kinds.count("restriction_ends_soon") == 2
    assert kinds.count("restriction_ended") == 1


@ON_SQLITE
def test_nobody_elsewhere_ends_it_and_nothing_half_is_kept(scene, manager) -> None:
    reference = ask(scene.helper, scene.person_id)
    stranger = people.make_helper(people.make_desk("Elsewhere"), "manager")
    for call in (
        lambda: service_use.say_end(actor=stranger, reference=reference, why="Because"),
        lambda: service_use.end_restriction(actor=stranger, reference=reference),
        lambda: service_use.end_restriction(actor=stranger, reference="Q-0000-0000"),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(InvalidInput) as wrong:
        ask(scene.helper, scene.person_id, goes_on="")
    assert wrong.value.field == "goes_on"
    objection = ask(scene.helper, scene.person_id, "objection")
    with pytest.raises(NotStanding):
        service_use.say_end(actor=manager, reference=objection, why="Because")


def test_who_objects_is_in_no_count_and_no_sample(scene, manager) -> None:
    for _ in range(2):
        make_case.make_case(scene.helper, scene.person_id)
    other = people.make_person(scene.colleague)
    make_case.make_case(scene.helper, other)
    today = clock.today()
    organisation_id = scene.desk.organisation_id

    def count() -> tuple[int, int]:
        with reading():
            work = list_work(organisation_id, today, today + timedelta(days=1))
            return sum(len(cases) for cases in work.values()), _opened(organisation_id)

    assert count() == (3, 3)
    ask(scene.helper, scene.person_id, "objection")
    assert find(scene.person_id).left_out_at is not None
    assert count() == (1, 1)
    service_use.use_again(actor=scene.helper, person_id=scene.person_id, kind="objection")
    assert count() == (3, 3)
    ask(scene.helper, scene.person_id, goes_on="begun")  # kept and not used: not counted either
    assert count() == (1, 1)
    make_case.make_case(scene.helper, other)  # what concerns others goes on
    assert list_events("data_request.recorded")  # and so does the journal


def _opened(organisation_id: UUID) -> int:
    today = clock.today()
    quarter = Quarter(today.year, (today.month - 1) // 3 + 1)
    gather_report(organisation_id, quarter, By.MONTH)
    return len(_list_opened(organisation_id, quarter)[0])


@ON_SQLITE
def test_the_pages(app, scene, manager, client, hand) -> None:
    person = people.reference_of(scene.person_id)
    case = make_case.make_case(scene.helper, scene.person_id)
    people.sign_in(client, scene.helper)
    path = f"/people/{person}/data-request"
    page = send(client, path, kind="restriction", words="Leave it alone")
    assert page.status_code in (400, 422)
    assert "Select what goes on" in page.text
    page = send(client, path, kind="restriction", words="Leave it alone", goes_on="begun")
    assert page.status_code == 303
    banner = "The person asked us to keep their record, and not to use it."
    shown = client.get(f"/people/{person}").text
    assert banner in shown
    assert "Open a case" not in shown  # what would be refused is not offered
    shown = client.get(f"/cases/{case.reference}").text
    assert banner in shown
    assert "Start an application" in shown  # a claim loses no day by it
    told = client.get(f"/people/{person}/data-requests")
    assert "Their record is kept, and not used." in told.text
    assert "Leave it alone" not in told.text  # their words are for who answers
    other = app.test_client()
    people.sign_in(other, manager)
    (waiting,), _older = service_requests.list_data_requests(actor=manager)
    address = f"/data-requests/{waiting.reference}"
    assert "This holds since it was written down" in other.get(address).text
    assert send(other, f"{address}/use-again", why="").status_code in (400, 422)
    assert send(other, f"{address}/use-again", why="The date is right.").status_code == 303
    shown = other.get(address)
    assert "The date is right." in shown.text
    again = f"/people/{person}/use-again/restriction"
    assert send(client, again).status_code in (400, 422)
    assert send(client, again, said="yes").status_code == 303
    assert banner not in client.get(f"/people/{person}").text
    assert other.get(f"{address}/use-again").status_code == 404
    assert client.get(f"/people/{person}/use-again/erasure").status_code == 404
