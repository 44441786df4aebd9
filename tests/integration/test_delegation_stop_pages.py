"""The pages on which a person's *stop* is done, as a browser meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assistedaccess.delegation import service
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.queries import get_person
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england")


def browse(app, actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


@pytest.fixture
def client(app, scene) -> FlaskClient:
    make.assist(scene.helper, scene.person_id)  # so that a look is explained
    return browse(app, scene.helper)


@pytest.fixture
def person(scene) -> str:
    with reading():
        return f"/people/{get_person(scene.person_id).reference}"


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """What the page's main form sends along by itself."""
    main = page.text[page.text.index("<main") :]
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', main)
    pairs = [
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    ]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    page = client.get(path)
    assert page.status_code == 200, f"{path}: {page.status}"
    return client.post(path, data={**hidden_fields(page), **fields})


def test_any_desk_ends_it_by_the_number_on_the_receipt(app, scene) -> None:
    row = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    client = browse(app, people.make_helper(people.make_desk("Hillside Advice")))
    spoken = row.reference.lower().replace("-", " ")
    found = post(client, "/stop", reference=spoken)
    assert found.location == f"/delegations/{row.reference}/end"
    for wrong in ("D-0000-0000", "nonsense", "P-7K3M-9QTR"):
        assert post(client, "/stop", reference=wrong).status_code == 400
    assert post(client, found.location, how="").status_code == 400
    assert granted.get_delegation(row.id).ended_at is None
    assert post(client, found.location, how="telephone").status_code == 303
    assert granted.get_delegation(row.id).ended_how == "telephone"
    assert "Ended on" in client.get(found.location).text
    assert list_events("delegation.viewed")[0].reason_code == "stated.asked_to_stop"


def test_one_page_stops_everything_for_a_person(app, scene, person) -> None:
    first = granted.grant(scene.helper, scene.person_id)
    second = granted.grant(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    client = browse(app, people.make_helper(people.make_desk("Hillside Advice")))
    path = f"{person}/stop"
    for wrong in ({"what": "all"}, {"how": "in_front"}, {"what": "freeze", "how": "in_front"}):
        assert post(client, path, **wrong).status_code == 400
    post(client, path, what="freeze", how="telephone", is_proven="no")
    assert granted.get_delegation(first).frozen_until is not None
    post(client, path, what="freeze", how="in_front", is_proven="yes")
    assert granted.get_delegation(first).frozen_until is None
    shown = client.get(f"{person}/lift").text
    assert "There is none. Speak with the person face to face." in shown
    assert "I rang one of the numbers" not in shown
    assert "no number in the record to ring" in post(client, f"{person}/lift", how="telephone").text
    with clock.set_clock(people.days_later(31)):
        later = browse(app, people.make_helper(people.make_desk("Hillside Advice")))
        shown = later.get(f"{person}/lift").text
    assert "ending in 123" in shown
    assert "I rang one of the numbers above" in shown
    assert "07700" not in shown
    post(client, f"{person}/lift", how="in_front")
    assert granted.get_delegation(first).frozen_at is None
    post(client, path, what=granted.get_delegation(first).reference, how="in_front")
    assert granted.get_delegation(first).ended_at is not None
    assert granted.get_delegation(second).ended_at is None
    post(client, path, what="all", how="in_front")
    assert granted.get_delegation(second).ended_at is not None
    assert "Nobody may act for this person now" in client.get(path).text


def test_a_helper_does_not_lift_the_stop_on_their_own_acts(client, scene, person) -> None:
    granted.grant(scene.helper, scene.person_id)
    service.freeze(actor=scene.colleague, person_id=scene.person_id, how="in_front", is_proven=True)
    answer = post(client, f"{person}/lift", how="in_front")
    assert answer.status_code == 403
    assert "so you cannot lift it" in answer.text


def test_what_ends_while_a_form_is_open_is_refused_in_words(client, scene, person) -> None:
    """The next save under it is refused, wherever it comes from (applications keep the answers)."""
    delegation_id = granted.grant(scene.helper, scene.person_id)
    granted.authorise(scene.helper, scene.person_id, mode="representing")
    service.end_delegation(actor=scene.colleague, delegation_id=delegation_id, how="telephone")
    with pytest.raises(Exception, match="What was agreed was ended on"):
        granted.authorise(scene.helper, scene.person_id, mode="representing")
