"""Visits, and the light consent of assisting: one visit, one service, until it is taken back."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from assistedaccess.consent import queries, service
from assistedaccess.consent.models import Consent, Visit
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.people.models import Person
from tests.factories import consent as make
from tests.factories import people
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


def live(helper, person_id, key=make.SERVICE):
    with reading():
        return queries.find_live_assisting_consent(helper, person_id, key)


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_visit_is_one_person_one_helper_one_place_one_day() -> None:
    hand = Hand()
    with clock.set_clock(hand):
        scene = make.make_scene()
        find = service.find_or_start_visit
        first = find(actor=scene.helper, person_id=scene.person_id)
        assert find(actor=scene.helper, person_id=scene.person_id) == first
        assert find(actor=scene.colleague, person_id=scene.person_id) != first
        elsewhere = people.without_site(scene.helper)
        assert find(actor=elsewhere, person_id=scene.person_id) != first
        assert find(actor=scene.helper, person_id=scene.person_id, channel="telephone") != first
        hand.move(days=1)
        assert find(actor=scene.helper, person_id=scene.person_id) != first
    assert [event.action for event in list_events("visit.started")] == ["visit.started"] * 5


def test_the_day_of_a_visit_is_that_of_the_united_kingdom() -> None:
    hand = Hand()
    hand.now = hand.now.replace(month=7, day=1, hour=22, minute=30)  # 23:30 in London
    with clock.set_clock(hand):
        scene = make.make_scene()
        first = service.find_or_start_visit(actor=scene.helper, person_id=scene.person_id)
        hand.move(hours=1)  # 00:30 in London, still the first of July in UTC
        second = service.find_or_start_visit(actor=scene.helper, person_id=scene.person_id)
        assert second != first


def test_after_one_call_has_ended_the_next_is_another() -> None:
    scene = make.make_scene()
    call = {"actor": scene.helper, "person_id": scene.person_id, "channel": "telephone"}
    first = service.find_or_start_visit(**call)
    service.end_visit(actor=scene.helper, visit_id=first)
    assert service.find_or_start_visit(**call) != first


def test_two_at_once_start_one_visit(database: Database) -> None:
    scene = make.make_scene()
    barrier = threading.Barrier(4)
    found, failures = set(), []

    def start() -> None:
        barrier.wait()
        try:
            with use_database(database):
                found.add(
                    service.find_or_start_visit(actor=scene.helper, person_id=scene.person_id)
                )
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(found) == 1
    assert count(Visit) == 1


def test_assisting_is_for_this_visit_this_service_and_this_helper() -> None:
    hand = Hand()
    with clock.set_clock(hand):
        scene = make.make_scene()
        consent_id = make.assist(scene.helper, scene.person_id)
        assert live(scene.helper, scene.person_id) == consent_id
        assert live(scene.helper, scene.person_id, make.OTHER_SERVICE) is None
        assert live(scene.helper, scene.person_id, None) is None
        assert live(scene.colleague, scene.person_id) is None
        assert live(people.other_account(scene.desk, scene.helper), scene.person_id) is None
        hand.move(days=1)
        assert live(scene.helper, scene.person_id) is None


def test_when_the_visit_ends_its_yes_ends() -> None:
    scene = make.make_scene()
    make.assist(scene.helper, scene.person_id)
    with reading():
        ((visit_id, _channel, _at),) = queries.list_open_visits(scene.helper, scene.person_id)
    service.end_visit(actor=scene.helper, visit_id=visit_id)
    service.end_visit(actor=scene.helper, visit_id=visit_id)
    assert live(scene.helper, scene.person_id) is None


def test_nobody_ends_the_visit_of_another_helper() -> None:
    scene = make.make_scene()
    visit_id = service.find_or_start_visit(actor=scene.helper, person_id=scene.person_id)
    with pytest.raises(NotFound):
        service.end_visit(actor=scene.colleague, visit_id=visit_id)


def test_what_is_kept_of_an_assisting_consent() -> None:
    hand = Hand()
    with clock.set_clock(hand):
        scene = make.make_scene()
        row = make.get_consent(make.assist(scene.helper, scene.person_id))
        assert row.recorded_at == hand.now
        assert (row.mode, row.strength, row.way) == ("assisting", "basic", "said_yes")
        assert row.powers == ["fill_in", "submit"]
        assert row.reasons == ["said_yes_in_presence"]
        assert b"badge" not in row.purpose
        with reading():
            statement = queries.get_statement_text(row.statement_id)
        assert row.statement_hash == statement.text_hash
    assert "consent_recorded" in [kind for kind, _ in make.list_told(scene.person_id)]


def test_help_with_something_that_is_no_service() -> None:
    scene = make.make_scene()
    consent_id = make.assist(scene.helper, scene.person_id, None)
    assert live(scene.helper, scene.person_id, None) == consent_id
    assert live(scene.helper, scene.person_id) is None


def test_sent_twice_it_is_recorded_once(database: Database) -> None:
    scene = make.make_scene()
    key = new_request_key()
    barrier = threading.Barrier(2)
    found, failures = [], []

    def send() -> None:
        barrier.wait()
        try:
            with use_database(database):
                found.append(make.assist(scene.helper, scene.person_id, request_key=key))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert found[0] == found[1]
    assert count(Consent) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"service_key": "no-such-service"}, "service"),
        ({"language": "fr"}, "language"),
        ({"language": "cy"}, "language"),  # a draft: nobody has approved it
    ],
)
def test_what_nobody_can_agree_to(wrong: dict[str, str], field: str) -> None:
    scene = make.make_scene()
    with pytest.raises(InvalidInput) as raised:
        make.assist(scene.helper, scene.person_id, **wrong)
    assert raised.value.field == field
    assert count(Consent) == 0


@pytest.mark.parametrize("purpose", ["", "  ", "x" * 501])
def test_it_is_said_what_is_to_be_done(purpose: str) -> None:
    scene = make.make_scene()
    with pytest.raises(InvalidInput, match=r"\w"):
        service.record_assisting_consent(
            actor=scene.helper, person_id=scene.person_id, service=make.SERVICE, purpose=purpose
        )


def test_nobody_agrees_for_the_dead_or_helps_themself() -> None:
    scene = make.make_scene()

    def change(**values) -> None:
        def write() -> None:
            from assistedaccess.kernel.database import get_session

            person = get_session().get_one(Person, scene.person_id)
            for name, value in values.items():
                setattr(person, name, value)

        run_transaction(write)

    change(human_id=scene.helper.human_id)
    with pytest.raises(Refused, match="own record"):
        make.assist(scene.helper, scene.person_id)
    change(human_id=None, died_on=clock.today())
    with pytest.raises(Refused, match="died"):
        make.assist(scene.helper, scene.person_id)


def test_taken_back_at_any_desk_it_is_over_at_once() -> None:
    scene = make.make_scene()
    consent_id = make.assist(scene.helper, scene.person_id)
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    service.withdraw_consent(actor=elsewhere, consent_id=consent_id, how="telephone")
    assert live(scene.helper, scene.person_id) is None
    first = make.get_consent(consent_id).withdrawn_at
    with clock.set_clock(clock.now() + timedelta(minutes=5)):
        service.withdraw_consent(actor=elsewhere, consent_id=consent_id, how="in_front")
    row = make.get_consent(consent_id)
    assert (row.withdrawn_at, row.withdrawn_how) == (first, "telephone")
    reasons = [event.reason_code for event in list_events("consent.withdrawn")]
    assert reasons == ["telephone", "already_withdrawn"]
