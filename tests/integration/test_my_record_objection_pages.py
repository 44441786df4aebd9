"""The pages of “I did not agree to this”: at the desk, and of whoever answers."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.factories import consent, people
from tests.factories import delegation as granted
from tests.support.client import PageCheckingClient
from tests.support.pages import send


@pytest.fixture
def scene(app):
    return consent.make_scene(nation="england")


def browse(app, actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def test_from_the_record_to_the_answer(app, scene) -> None:
    named = granted.get_delegation(granted.grant(scene.helper, scene.person_id))
    reviewer = people.make_helper(people.make_desk("Faraway"), role="reviewer")
    desk = browse(app, people.make_helper(people.make_desk("Hillside")))
    path = f"/people/{people.reference_of(scene.person_id)}/record"
    asked = {"how": "telephone", "style": "ordinary"}
    shown = send(desk, path, **asked).location
    page = BeautifulSoup(desk.get(shown).text, "html.parser")
    link = page.find("a", string=lambda text: text and "did not agree" in text)
    assert link is not None
    there = str(link["href"])
    boxes = BeautifulSoup(desk.get(there).text, "html.parser").select("input[name=what]")
    ticked = next(box["value"] for box in boxes if str(named.id) in str(box["value"]))
    fields = {"words": "Never <b>said</b> that", "request_key": key_of(desk, there)}
    assert send(desk, there, **fields).status_code == 400  # are you sure that it is them?
    assert send(desk, there, is_proven="yes", request_key=fields["request_key"]).status_code == 400
    done = send(desk, there, what=str(ticked), is_proven="no", **fields)
    assert done.location == shown
    assert granted.get_delegation(named.id).frozen_at is not None
    answering = browse(app, reviewer)
    listed = BeautifulSoup(answering.get("/objections").text, "html.parser")
    address = str(listed.select_one("main table a")["href"])  # type: ignore[index]
    opened = answering.get(address)
    assert "Never &lt;b&gt;said&lt;/b&gt; that" in opened.text
    assert "Harriet Helper may act" in opened.text
    assert "Ada Lovelace" not in opened.text
    assert send(answering, address, outcome="not_agreed", answer="").status_code == 400
    sent = send(answering, address, outcome="not_agreed", answer="You were right.")
    assert sent.status_code == 303
    assert "You were right." in answering.get(address).text
    assert "J-" in desk.get(shown).text


def key_of(client: FlaskClient, path: str) -> str:
    page = BeautifulSoup(client.get(path).text, "html.parser")
    return str(page.select_one("input[name=request_key]")["value"])  # type: ignore[index]


def test_a_thing_that_was_not_offered_cannot_be_ticked(app, scene) -> None:
    other = consent.make_scene()
    theirs = granted.get_delegation(granted.grant(other.helper, other.person_id))
    desk = browse(app, people.make_helper(people.make_desk("Hillside")))
    path = f"/people/{people.reference_of(scene.person_id)}/record"
    shown = send(desk, path, how="telephone", style="ordinary").location
    there = f"{shown}/not-agreed"
    answer = send(
        desk,
        there,
        what=f"d-{theirs.id}",
        is_proven="yes",
        words="x",
        request_key=key_of(desk, there),
    )
    assert answer.status_code == 400
    assert granted.get_delegation(theirs.id).frozen_at is None


def test_a_helper_does_not_see_who_objects(app, scene) -> None:
    desk = browse(app, scene.helper)
    assert desk.get("/objections").status_code == 403
