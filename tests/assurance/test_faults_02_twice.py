"""Faults 2 and 3: every form of every page sent twice makes one; an old page overwrites nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.world import World
from tests.support.contents import Contents, Rows, changed_tables

from .forms import Form, post, read_forms
from .probes import listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, role_for
from .routes import Route, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

MANY_IS_MEANT = {
    # Each is a step of its own, and says so; nothing is lost or doubled by it.
    "accounts.ask_for_password": "one request waits, however often it is asked for",
    "people.find_person": "each search is recorded",
    "people.state_reason": "a reason holds for an hour; the newer one counts",
    "oversight.list_events": "each question is recorded",
    "delegation.stop_for_person": "who says stop again is told again",
}
NOT_OURS = {"audit_event", "audit_detail", "audit_lane", "attempt", "sign_in", "account"}


def list_forms(app: Flask, world: World, client: FlaskClient) -> Iterator[tuple[Route, int]]:
    """Each form that a signed-in role is shown, by its place on its page."""
    for role in ROLES:
        world.a.sign_in(client, role)
        for route in list_routes(app):
            if "GET" not in route.methods or ROUTES[route.endpoint] == PUBLIC:
                continue
            if role_for(route.endpoint) == role:
                page = client.get(route.path(world.a.values), buffered=True)
                for place, form in enumerate(read_forms(page)):
                    if len(form.buttons) + len(form.typed) + len(form.choices):
                        yield route, place


def show(client: FlaskClient, world: World, route: Route, place: int) -> Form | None:
    """That form as it is now, in the hands of who may send it."""
    world.a.sign_in(client, role_for(route.endpoint))
    forms = read_forms(client.get(route.path(world.a.values), buffered=True))
    return forms[place] if place < len(forms) else None


def count_rows(before: Rows, after: Rows) -> dict[str, int]:
    """How many rows were added, by table."""
    return {
        table: len(after[table]) - len(before[table])
        for table in changed_tables(before, after)
        if table not in NOT_OURS
    }


@ON_SQLITE
@pytest.mark.usefixtures("stopped")
def test_fault_02_every_form_sent_twice_makes_one(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    """A double click whose second answer is the one that is seen; the back button and once more."""
    wrong, done = [], set()
    for route, place in list(list_forms(app, world, plain_client)):
        form = show(plain_client, world, route, place)
        if form is None or route.endpoint in MANY_IS_MEANT:
            continue
        data = form.filled()
        start = contents.read()
        first = post(plain_client, form.action, data)
        middle = contents.read()
        made = count_rows(start, middle)
        if first.status_code not in (302, 303) or not made:
            continue
        done.add(route.endpoint)
        second = post(plain_client, form.action, data)
        again = count_rows(middle, contents.read())
        if second.status_code >= 500 or any(again.values()):
            wrong.append((route.endpoint, made, again, second.status_code))
    assert not wrong, listed(wrong)
    assert len(done) > 15, listed(sorted(done))


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/people/register", "person"),
        ("/people/{people}/cases/new", "case"),
        ("/cases/{cases}/notes/new", "note"),
        ("/cases/{cases}/tasks/new", "task"),
        ("/people/{people}/help", "consent"),
        ("/people/{people}/delegations/ask", "consent_request"),
        ("/people/{people}/records-of-help/new", "record_of_help"),
    ],
)
def test_fault_02_two_at_the_same_moment_make_one(
    app: Flask, world: World, contents: Contents, path: str, table: str
) -> None:
    """Two threads, one key, released together: one record, and the second is led to the same."""
    clients = [app.test_client() for _ in range(2)]
    for client in clients:
        client.check_pages = False  # type: ignore[attr-defined]
    world.a.sign_in(clients[0], "helper")
    cookie = clients[0].get_cookie("sign-in")
    assert cookie is not None
    address = path.format(**{k: v for k, v in world.a.values.items() if ":" not in k})
    form = next(
        form for form in read_forms(clients[0].get(address)) if dict(form.hidden).get("request_key")
    )
    session = clients[0].get_cookie("session")
    assert session is not None
    clients[1].set_cookie("sign-in", cookie.value)
    clients[1].set_cookie("session", session.value)
    before = contents.read()
    barrier = threading.Barrier(2)
    answers: list[TestResponse] = []

    def send(client: FlaskClient) -> None:
        barrier.wait()
        answers.append(post(client, form.action, form.filled()))

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count_rows(before, contents.read())[table] == 1


# -- an old page


def with_version(form: Form) -> str:
    return dict(form.hidden).get("version", "")


@ON_SQLITE
@pytest.mark.usefixtures("stopped")
def test_fault_03_a_page_of_before_overwrites_nothing_and_shows_both(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    """Of two helpers the slower is told, with the text that they typed; theirs is not saved."""
    wrong, tried = [], set()
    for route, place in list(list_forms(app, world, plain_client)):
        form = show(plain_client, world, route, place)
        version = with_version(form) if form else ""
        if form is None or not version.isdigit():
            continue
        # What the page of before said, where somebody else has saved since.
        words = "What the slower of two had typed"
        typed: dict[str, Any] = {
            name: words
            for name, _value in form.typed
            if name in ("name", "known_as", "safe_words", "purpose", "reason", "correction")
        }
        data = form.filled(**typed) | {"version": str(int(version) - 1)}
        before = contents.read()
        answer = post(plain_client, form.action, data)
        tried.add(route.endpoint)
        changed = changed_tables(before, contents.read())
        page = answer.get_data(as_text=True)
        is_told = answer.status_code in (400, 409)
        is_kept = not typed or words in page
        if not is_told or changed or not is_kept:
            wrong.append((route.endpoint, version, answer.status_code, changed, is_kept))
    assert not wrong, listed(wrong)
    assert len(tried) >= 6, listed(sorted(tried))


@ON_SQLITE
def test_fault_04_the_back_button_after_a_delegation_shows_what_came_of_it(
    world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    """Every earlier page of a yes that was given leads to its result, and asks nobody again."""
    side = world.a
    side.sign_in(plain_client, "helper")
    reference = side.values["delegation.show_result:reference"]
    before = contents.read()
    token = {}
    for step in ("confirm/witness", "confirm", "said-back", "statement", "terms"):
        path = f"/asking/{reference}/{step}"
        page = plain_client.get("/privacy").get_data(as_text=True)
        token["csrf_token"] = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        for answer in (plain_client.get(path), post(plain_client, path, dict(token))):
            assert answer.status_code in (303, 400, 403, 404, 409), (step, answer.status_code)
            if answer.status_code == 303:
                assert answer.location.endswith(f"/asking/{reference}/result"), step
    assert changed_tables(before, contents.read()) == []
