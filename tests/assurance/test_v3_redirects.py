"""V3.7.2: no page leads to another host, however its address is spelt."""

from __future__ import annotations

import os
import re
from html import unescape
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import World
from tests.support.pages import read_token

from .forms import post, read_forms
from .probes import HOSTILE_PATHS, leaves, listed
from .role_route_matrix import PUBLIC, ROUTES, role_for
from .routes import UNSAFE, list_routes

SOAK = os.environ.get("SOAK", "") not in ("", "0")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ADDRESS = re.compile(r'(?:href|action|formaction)="([^"]*)"')
ARGUMENTS = ("next", "return_to", "kept", "url", "back")


@ON_SQLITE
@pytest.mark.soak
@pytest.mark.parametrize("turn", range(len(HOSTILE_PATHS) if SOAK else 2))
def test_v3_7_2_no_get_leads_away(
    app: Flask, world: World, plain_client: FlaskClient, turn: int
) -> None:
    """Each page is given other spellings in each argument; over many pages, all of them."""
    world.a.sign_in(plain_client, "helper")
    wrong = []
    for number, route in enumerate(list_routes(app)):
        if "GET" not in route.methods or role_for(route.endpoint) != "helper":
            continue
        hostile = {
            name: HOSTILE_PATHS[(number + turn + 5 * place) % len(HOSTILE_PATHS)]
            for place, name in enumerate(ARGUMENTS)
        }
        path = f"{route.path(world.a.values)}?{urlencode(hostile)}"
        answer = plain_client.get(path, buffered=True)
        if answer.location and leaves(answer.location):
            wrong.append((route.endpoint, answer.location))
        links = ADDRESS.findall(answer.get_data().decode(errors="replace"))
        away = [link for link in links if leaves(unescape(link)) and "gov.uk" not in link]
        wrong += [(route.endpoint, link) for link in away if "evil" in link or "alert" in link]
    assert not wrong, listed(wrong)


@ON_SQLITE
@pytest.mark.soak
def test_v3_7_2_no_post_leads_away(app: Flask, world: World, plain_client: FlaskClient) -> None:
    """The field or argument that says where to go on is hostile; all else is ordinary."""
    wrong, led_on = [], set()
    for number, route in enumerate(list_routes(app)):
        if not route.methods & UNSAFE or role_for(route.endpoint) != "helper":
            continue
        if ROUTES[route.endpoint] == PUBLIC and route.endpoint != "web.choose_language":
            continue
        for step in range(len(HOSTILE_PATHS) if SOAK else 1):
            hostile = HOSTILE_PATHS[(5 * number + step) % len(HOSTILE_PATHS)]
            world.a.sign_in(plain_client, "helper")
            path = route.path(world.a.values)
            data = {"csrf_token": read_token(plain_client.get("/privacy")), "language": "en"}
            if "GET" in route.methods:
                forms = read_forms(plain_client.get(path, buffered=True))
                data |= forms[0].filled() if forms else {}
            data |= dict.fromkeys(ARGUMENTS, hostile)
            query = "&".join(f"{name}={quote(hostile, safe='')}" for name in ARGUMENTS)
            answer = post(plain_client, f"{path}?{query}", data)
            if answer.location:
                led_on.add(route.endpoint)
                if leaves(answer.location) or "evil.test" in answer.location.partition("?")[0]:
                    wrong.append((route.endpoint, hostile, answer.location))
    assert not wrong, listed(wrong)
    assert len(led_on) > 10


@ON_SQLITE
@pytest.mark.parametrize("hostile", HOSTILE_PATHS)
def test_v3_7_2_a_sign_in_never_ends_elsewhere(
    world: World, plain_client: FlaskClient, hostile: str, ticking: object
) -> None:
    account = world.a.accounts["helper"]
    path = f"/sign-in?next={quote(hostile, safe='')}"
    form = read_forms(plain_client.get(path))[0]
    answer = post(plain_client, path, form.filled(email=account.email, password=account.password))
    assert answer.status_code == 303
    form = read_forms(plain_client.get("/sign-in/second-factor"))[0]
    answer = post(plain_client, "/sign-in/second-factor", form.filled(code=account.code()))
    assert answer.status_code == 303
    for _ in range(4):
        assert not leaves(answer.location)
        answer = plain_client.get(answer.location)
        if answer.status_code == 200:
            return
    raise AssertionError("it does not end")
