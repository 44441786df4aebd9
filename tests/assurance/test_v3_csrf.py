"""V3.5.1: what no page of ours sent for this very user changes nothing, at any URL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import Side, World
from tests.support.contents import Contents, changed_tables
from tests.support.pages import read_token

from .forms import post, read_forms
from .probes import listed
from .role_route_matrix import ROLES, role_for
from .routes import UNSAFE, Route, list_routes

# The token is asked for in Python alone.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def ordinary_data(client: FlaskClient, route: Route, path: str) -> dict[str, Any]:
    """What the page's own form would send, so that only the forgery is left to stop it."""
    if "GET" in route.methods:
        page = client.get(path, buffered=True)
        forms = [form for form in read_forms(page) if form.action.partition("?")[0] == path]
        if page.status_code == 200 and forms:
            return forms[0].filled()
    return {}


def forgeries(own: str, theirs: str) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """How another site, or another user's page, would have it sent: name, fields, headers."""
    here = {"Origin": "http://localhost"}
    yield "no token", {"csrf_token": None}, here
    yield "another user's token", {"csrf_token": theirs}, here
    yield "a cut token", {"csrf_token": own[:-2]}, here
    yield "another site", {"csrf_token": own}, {"Origin": "http://evil.test"}
    yield "another site's page", {"csrf_token": own}, {"Sec-Fetch-Site": "cross-site"}


@pytest.mark.usefixtures("stopped")
@ON_SQLITE
def test_v3_5_1_what_another_site_sends_changes_nothing(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    stranger = app.test_client()
    stranger.check_pages = False  # type: ignore[attr-defined]
    theirs = token_of(stranger, world.b, "helper")
    wrong = []
    for role in ROLES:
        own = token_of(plain_client, world.a, role)
        for route in list_routes(app):
            if route.methods & UNSAFE and role_for(route.endpoint) == role:
                path = route.path(world.a.values)
                data = ordinary_data(plain_client, route, path)
                before = contents.read()
                for name, fields, headers in forgeries(own, theirs):
                    sent = {k: v for k, v in {**data, **fields}.items() if v is not None}
                    answer = post(plain_client, path, sent, headers=headers)
                    if not 400 <= answer.status_code < 500:
                        wrong.append((route.endpoint, name, answer.status_code))
                changed = changed_tables(before, contents.read())
                if changed:
                    wrong.append((route.endpoint, "changed", changed))
    assert not wrong, listed(wrong)


def token_of(client: FlaskClient, side: Side, role: str) -> str:
    """The form token of this browser, with its user signed in."""
    side.sign_in(client, role)
    return read_token(client.get("/privacy"))


@pytest.mark.usefixtures("stopped")
@ON_SQLITE
def test_v3_5_1_the_probe_sends_what_would_be_done(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    """With its token, much of the same is done: else the test above would prove little."""
    done = set()
    for role in ROLES:
        for route in list_routes(app):
            if route.methods & UNSAFE and role_for(route.endpoint) == role:
                token = token_of(plain_client, world.a, role)
                path = route.path(world.a.values)
                data = ordinary_data(plain_client, route, path) | {"csrf_token": token}
                before = contents.read()
                post(plain_client, path, data)
                if changed_tables(before, contents.read()):
                    done.add(route.endpoint)
    assert len(done) > 30, listed(sorted(done))
