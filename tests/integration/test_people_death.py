"""A person dies, also in the middle; and a mistaken death is undone by two humans."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.delegation import service
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, InvalidInput, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.models import Person
from assistedaccess.people.rules import RecordClosed
from assistedaccess.people.service_death import record_death, undo_death
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.factories.delegation import refusal, told
from tests.support.client import PageCheckingClient
from tests.support.clocks import Hand
from tests.support.held import select_held
from tests.support.journal import list_events
from tests.support.pages import read_token

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene(birth_date="1940")


@pytest.fixture
def reviewer(scene) -> Actor:
    return people.make_helper(scene.desk, role="reviewer")


def die(scene, died_on: date | None = None) -> UUID:
    return record_death(
        actor=scene.colleague,
        person_id=scene.person_id,
        died_on=died_on or clock.today(),
        told_by="family",
    )


def undo(actor: Actor, death_id: UUID) -> PendingAct:
    with pytest.raises(Held) as raised:
        undo_death(actor=actor, death_id=death_id, reason="She is here with me")
    assert raised.value.reasons == ("death_undone_by_two",)
    with reading() as session:
        row = session.scalars(select_held()).one()
        session.expunge(row)
        return row


def test_a_death_closes_all_at_once_and_tells_whoever_reads_the_post(scene) -> None:
    own = granted.grant(scene.helper, scene.person_id)
    shared = granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    die(scene)
    for one in (own, shared):
        assert granted.get_delegation(one).ended_how == "died"
    with pytest.raises(RecordClosed):
        granted.authorise(scene.helper, scene.person_id)
    assert len(told(scene.person_id, "death_recorded")) == 1
    assert told(scene.person_id, "delegation_ended") == []
    assert [event.reason_code for event in list_events("delegation.ended")] == ["died", "died"]
    with pytest.raises(RecordClosed):
        die(scene)


def test_a_person_who_dies_in_the_middle_agrees_to_nothing_more(scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id)
    waiting = make.represent(scene.helper, scene.person_id, powers=["see"])
    make.assist(scene.helper, scene.person_id)
    die(scene)
    with pytest.raises(RecordClosed):
        make.confirm(scene.helper, request_id)
    with pytest.raises(RecordClosed):
        service.grant_delegation(actor=scene.helper, consent_id=waiting)
    with pytest.raises(RecordClosed):
        granted.authorise(scene.helper, scene.person_id, "fill_in")


def test_a_mistake_is_undone_the_same_day_by_two_humans_with_nothing_lost(
    hand, scene, reviewer
) -> None:
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    own = granted.grant(scene.helper, scene.person_id, powers=["see", "pay"])
    granted.reserve(scene.helper, scene.person_id, 6_000, UUID(int=9))
    stopped = granted.grant(scene.helper, scene.person_id, powers=["submit"])
    over = granted.grant(scene.helper, scene.person_id, powers=["fill_in"])
    service.freeze(
        actor=elsewhere, person_id=scene.person_id, how="in_front", is_proven=True,
        delegation_id=stopped,
    )  # fmt: skip
    service.end_delegation(actor=elsewhere, delegation_id=over, how="in_front")
    before = [granted.get_row(one) for one in (own, stopped, over)]
    death_id = die(scene)
    hand.move(hours=3)
    pending = undo(scene.helper, death_id)
    with pytest.raises(RecordClosed):
        granted.authorise(scene.helper, scene.person_id, "see")
    release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="I see her")
    from dataclasses import replace

    after = [granted.get_row(one) for one in (own, stopped, over)]
    assert [replace(row, version=0) for row in after] == [replace(row, version=0) for row in before]
    granted.authorise(scene.helper, scene.person_id, "see")
    with pytest.raises(Refused):
        granted.reserve(scene.helper, scene.person_id, 4_001, UUID(int=10))
    assert refusal(scene.helper, scene.person_id, "submit") == "delegation_frozen"
    assert refusal(scene.helper, scene.person_id, "fill_in") == "delegation_ended"
    assert len(told(scene.person_id, "death_undone")) == 1
    assert [event.reason_code for event in list_events("death.undone")] == ["same_day"]


def test_a_mistake_found_later_opens_the_record_and_revives_nothing(hand, scene, reviewer) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["see"])
    death_id = die(scene)
    hand.move(days=1)
    pending = undo(scene.helper, death_id)
    release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="I see her")
    assert refusal(scene.helper, scene.person_id, "see") == "delegation_ended"
    granted.grant(scene.helper, scene.person_id, powers=["see"])
    granted.authorise(scene.helper, scene.person_id, "see")


def test_who_recorded_the_death_does_not_decide_that_it_was_none(scene) -> None:
    people.make_helper(scene.desk, role="reviewer", human_id=scene.colleague.human_id)
    pending = undo(scene.helper, die(scene))
    assert pending.drawn_account_id is None


@pytest.mark.parametrize("day", [timedelta(days=1), timedelta(days=-366 * 90)])
def test_a_death_is_neither_to_come_nor_before_the_birth(scene, day: timedelta) -> None:
    with pytest.raises(InvalidInput) as raised:
        die(scene, clock.today() + day)
    assert raised.value.field == "died_on"


def test_time_asks_nothing_of_the_dead(hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["see"])
    die(scene)
    hand.move(days=360)
    expire_delegations()
    kinds = {kind for kind, _ in make.list_told(scene.person_id)}
    assert not kinds & {"delegation_ends_soon", "delegation_ran_out", "delegation_check_in"}


def test_its_pages(app, scene, reviewer) -> None:
    make.assist(scene.helper, scene.person_id)
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, scene.helper)
    with reading() as session:
        reference = session.get_one(Person, scene.person_id).reference
    path = f"/people/{reference}/death"
    token = read_token(client.get(path))
    day = clock.today()
    asked = {
        "csrf_token": token, "told_by": "family", "died_on-day": str(day.day),
        "died_on-month": str(day.month), "died_on-year": "2031",
    }  # fmt: skip
    assert client.post(path, data=asked).status_code == 400
    answer = client.post(path, data={**asked, "died_on-year": str(day.year)})
    assert answer.status_code == 303
    assert "recorded by mistake" in client.get(f"/people/{reference}").text
    mistake = f"{path}/mistake"
    token = read_token(client.get(mistake))
    page = client.post(mistake, data={"csrf_token": token, "reason": "She is here with me"})
    assert "W-" in page.text
