"""Looks that nobody records, or that relatives get past the rule about relatives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from assistedaccess.consent import service_viewing as consents
from assistedaccess.consent.models import ConsentRequest
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import service_search
from assistedaccess.people.rules import RelativesRecord
from tests.factories import consent as make
from tests.factories import people
from tests.factories.people import reference_of
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene():
    return make.make_scene()


def test_a_relative_opens_and_prints_no_consent(scene) -> None:
    consent_id = make.represent(scene.helper, scene.person_id)
    reference = make.get_consent(consent_id).reference
    child = people.make_helper(scene.desk)
    people.declare_relative(child, reference_of(scene.person_id))
    with pytest.raises(RelativesRecord):
        consents.open_consent(actor=child, reference=reference)
    with pytest.raises(RelativesRecord):
        consents.print_receipt(actor=child, reference=reference)
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    people.declare_relative(elsewhere, reference_of(scene.person_id))
    with pytest.raises(RelativesRecord):
        consents.print_receipt(actor=elsewhere, reference=reference)


# -- what was asked of a person


def open_request(scene, client: FlaskClient) -> str:
    request_id = make.ask(scene.helper, scene.person_id, purpose="What she told me in private")
    make.read_and_say(scene.helper, request_id, own_words="Nobody at home may know")
    people.sign_in(client, scene.helper)
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).reference


def count_looks() -> int:
    looks = ("person.opened", "consent.viewed", "statement.shown")
    return sum(len(list_events(action)) for action in looks)


@pytest.mark.parametrize("page", ["terms", "said-back", "confirm", "confirm/witness"])
def test_each_page_of_asking_is_a_look(scene, client: FlaskClient, page: str) -> None:
    reference = open_request(scene, client)
    before = count_looks()
    answer = client.get(f"/asking/{reference}/{page}")
    assert answer.status_code == 200
    assert count_looks() > before


def test_what_was_said_back_is_not_read_by_a_relative_later(scene, client: FlaskClient) -> None:
    reference = open_request(scene, client)
    people.declare_relative(scene.helper, reference_of(scene.person_id))
    answer = client.get(f"/asking/{reference}/said-back")
    assert answer.status_code == 403
    assert "Nobody at home" not in answer.text


# -- searching


def test_the_results_of_a_search_last_no_longer_than_its_reason(client: FlaskClient) -> None:
    desk = people.make_desk()
    person_id = people.make_person(
        people.make_helper(desk), "Ada Lovelace", birth_date="1942-03-27"
    )
    helper = people.make_helper(desk)
    found = service_search.search_people(
        actor=helper, why="person_is_here", by="birth_date", value="1942-03-27", name="Ada Lovelace"
    )
    assert [one.person_id for one in found.found] == [person_id]
    people.sign_in(client, helper)
    address = f"/people/results/{found.search_id}"
    assert "Lovelace" in client.get(address).text
    with clock.set_clock(clock.now() + timedelta(hours=2)):
        people.sign_in(client, helper)
        assert "Lovelace" not in client.get(address).text


def test_registering_is_no_way_to_search_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name and a year show up to five people; year after year, that is browsing."""
    monkeypatch.setattr(service_search, "MOST_SEARCHES", 3)
    desk = people.make_desk()
    somebody = people.make_helper(desk)
    for year in range(1940, 1946):
        people.make_person(somebody, "Ada Lovelace", birth_date=f"{year}-03-27")
    helper: Actor = people.make_helper(desk)
    for year in range(1940, 1943):
        people.register(helper, "Ada Lovelace", birth_date=str(year))
    with pytest.raises(TooManyAttempts):
        people.register(helper, "Ada Lovelace", birth_date="1943")
    assert people.register(helper, "Quentin Nobody", birth_date="1999").person_id is not None
