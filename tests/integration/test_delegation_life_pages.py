"""The pages on which a delegation goes on, as a browser meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from assistedaccess.consent.queries import find_own_request
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.pages import read_token
from tests.support.statements import counted_statements

SAID = {**make.SAID, "is_accompanied": "no"}


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


def send(client: FlaskClient, path: str, page: str = "", **fields):
    token = read_token(client.get(page or path))
    return client.post(path, data={"csrf_token": token, **fields})


def reference_of(delegation_id) -> str:
    return granted.get_row(delegation_id).reference


def test_the_list_is_changed_from_what_it_is_now(app, client, scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see", "submit"])
    path = f"/delegations/{reference_of(old)}/change"
    page = client.get(path)
    assert page.text.count("checked") >= 4  # holder, service and powers as they are
    answer = send(
        client, path, purpose="Only look", holder="account", services=[make.SERVICE],
        powers=["see"], until="days_90", channel="in_person", request_key="a" * 43,
        telling="How the badge is getting on. They may tell my daughter.",
    )  # fmt: skip
    assert answer.status_code == 303
    step = answer.headers["Location"]
    shown = client.get(step)
    assert "They may tell my daughter" in shown.text
    reference = step.split("/")[2]
    with reading():
        row = find_own_request(scene.helper, reference)
    assert row is not None
    assert row.replaces_id == old
    granted.authorise(scene.helper, scene.person_id, "submit")


def test_a_renewal_is_a_button_one_page_and_the_confirmation(client, scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    here = f"/delegations/{reference_of(old)}"
    answer = send(client, f"{here}/renew", here, request_key="b" * 43)
    page = answer.headers["Location"]
    assert page.endswith("/again")
    token = read_token(client.get(page))
    with reading():
        row = find_own_request(scene.helper, page.split("/")[2])
        assert row is not None
    asked = {"csrf_token": token, "terms_hash": row.terms_hash, **SAID}
    refused = client.post(page, data=asked)
    assert refused.status_code == 400
    assert "Read the words" in refused.text
    answer = client.post(page, data={**asked, "has_read": "yes"})
    assert answer.headers["Location"].endswith("/confirm")
    path = page.replace("/again", "/confirm/witness")
    token = read_token(client.get(path))
    answer = client.post(
        path,
        data={"csrf_token": token, "terms_hash": row.terms_hash, "heard": "yes", **make.WITNESS},
    )
    assert answer.headers["Location"].endswith("/result")
    assert granted.get_delegation(old).ended_how == "superseded"


def test_a_second_click_on_renew_asks_once(client, scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    here = f"/delegations/{reference_of(old)}"
    where = {
        send(client, f"{here}/renew", here, request_key="c" * 43).headers["Location"]
        for _ in range(2)
    }
    assert len(where) == 1


def test_somebody_else_is_named_by_an_address_that_tells_nothing(client, scene) -> None:
    stranger = people.make_helper(people.make_desk("Hillside Advice"))
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    path = f"/delegations/{reference_of(old)}/change"
    asked = {
        "purpose": "Go on", "holder": "other", "services": [make.SERVICE], "powers": ["see"],
        "until": "days_90", "channel": "in_person", "request_key": "d" * 43,
    }  # fmt: skip
    said = []
    for email in (f"{stranger.account_id}@example.org", "nobody@example.org"):
        page = send(client, path, holder_email=email, **asked)
        assert page.status_code == 400
        said.append(page.text.count("There is no such helper here"))
    assert said[0] == said[1] > 0
    colleague = f"{scene.colleague.account_id}@example.org"
    assert send(client, path, holder_email=colleague, **asked).status_code == 303


def test_the_check_in_and_the_task_have_their_buttons_for_whom_they_are(app, client, scene) -> None:
    long = granted.grant(scene.helper, scene.person_id, powers=["see"])
    task = granted.grant(
        scene.helper,
        scene.person_id,
        is_one_task=True,
        until_on=clock.today() + timedelta(days=30),
    )
    long_page, task_page = (f"/delegations/{reference_of(one)}" for one in (long, task))
    assert "check-in" not in client.get(long_page).text
    make.assist(scene.colleague, scene.person_id)
    colleague = browse(app, scene.colleague)
    assert f"{long_page}/check-in" in colleague.get(long_page).text
    answer = send(colleague, f"{long_page}/check-in", how="in_front")
    assert answer.status_code == 303
    assert granted.get_delegation(long).check_in_on is None
    assert "The task is done" in client.get(task_page).text
    assert "The task is done" not in colleague.get(task_page).text
    assert send(client, f"{task_page}/done", task_page).status_code == 303
    assert granted.get_delegation(task).ended_how == "done"


def test_today_says_what_ends_soon(client, scene, database: Database) -> None:
    soon = granted.grant(
        scene.helper, scene.person_id, powers=["see"], until_on=clock.today() + timedelta(days=9)
    )
    with counted_statements(database) as statements:
        page = client.get("/today")
    assert reference_of(soon) in page.text
    assert len(statements) <= 12
