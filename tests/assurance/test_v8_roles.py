"""V8.2.1: each role opens what it may and nothing else; a URL that nobody listed fails."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assistedaccess.access.policy import ROLE_PERMISSIONS
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.transactions import reading
from tests.factories.world import World
from tests.support.journal import list_events
from tests.support.pages import read_token

from .probes import listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, SIGNED_IN
from .routes import Route, list_requests, list_routes

# Who may open what is decided in Python alone.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def may_open(role: str, endpoint: str) -> bool:
    """What the table says."""
    asked = ROUTES[endpoint]
    return asked in (PUBLIC, SIGNED_IN) or asked in ROLES[role]


def open_it(client: FlaskClient, method: str, path: str) -> TestResponse:
    """The request, with a form token that is right and nothing else in its form."""
    data = {"csrf_token": read_token(client.get("/privacy"))} if method == "POST" else None
    return client.open(path, method=method, data=data, buffered=True)


def count_refusals() -> int:
    with reading() as session:
        query = select(func.count()).where(AuditEvent.action == "access.refused")
        return int(session.scalar(query) or 0)


@ON_SQLITE
def test_v8_2_1_every_url_is_in_the_table(app: Flask) -> None:
    assert {route.endpoint for route in list_routes(app)} == set(ROUTES)


def test_v8_2_1_the_policy_is_the_table() -> None:
    assert {
        str(role): {str(each) for each in held} for role, held in ROLE_PERMISSIONS.items()
    } == ROLES


@ON_SQLITE
def test_v8_2_1_who_is_not_signed_in_is_led_to_the_sign_in_page(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    wrong = []
    for route, method in list_requests(app):
        if ROUTES[route.endpoint] == PUBLIC:
            continue
        answer = open_it(plain_client, method, route.path(world.a.values))
        if answer.status_code != 303 or not answer.location.startswith("/sign-in"):
            wrong.append((route.endpoint, method, answer.status_code))
    assert not wrong, listed(wrong)


@ON_SQLITE
@pytest.mark.parametrize("role", ROLES)
def test_v8_2_1_role_x_route(
    app: Flask, world: World, plain_client: FlaskClient, role: str
) -> None:
    side = world.a
    actor = side.sign_in(plain_client, role)
    wrong = []
    asked = 0
    for route, method in list_requests(app):
        is_allowed = may_open(role, route.endpoint)
        if is_allowed and method == "POST":
            side.sign_in(plain_client, role)  # the one before may have ended or shut it
        before = count_refusals()
        answer = open_it(plain_client, method, route.path(side.values))
        refusals = count_refusals() - before
        is_right = answer.status_code < 500 if is_allowed else answer.status_code == 403
        if not is_right or refusals != (0 if is_allowed else 1):
            wrong.append((route.endpoint, method, answer.status_code, f"{refusals} refusals"))
        asked += 1
    assert not wrong, listed(wrong)
    assert asked > 100
    refused = list_events("access.refused")
    assert refused
    assert {event.account_id for event in refused} == {actor.account_id}
    assert {event.reason_code for event in refused} == {
        route.endpoint[:60] for route in list_routes(app) if not may_open(role, route.endpoint)
    }


@ON_SQLITE
def test_v8_2_1_an_account_without_a_role_reaches_no_page_of_one(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    from tests.factories.accounts import make_account, sign_in

    sign_in(plain_client, make_account().account_id)
    reached = [
        (route.endpoint, method)
        for route, method in list_requests(app)
        if ROUTES[route.endpoint] not in (PUBLIC, SIGNED_IN)
        and open_it(plain_client, method, route.path(world.a.values)).status_code != 403
    ]
    assert reached == []


def test_the_references_of_a_url_are_called_after_what_they_are_of() -> None:
    route = Route("x.y", "/people/<reference>/contact/<uuid:contact_point_id>/end", frozenset())
    assert route.arguments == ["people", "contact_point_id"]
    assert route.path({"people": "P-1", "contact_point_id": "2"}) == "/people/P-1/contact/2/end"
    with pytest.raises(LookupError):
        route.path({"people": "P-1"})
