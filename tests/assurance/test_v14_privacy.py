"""V14.2.1 and V16.2.5: nothing of a person, and no secret, in an address, a title or a log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.world import Side, World
from tests.factories.world_people import BIRTH_DATES
from tests.support.pages import read_token

from .crawl import Crawl, Listener
from .forms import post, read_forms
from .probes import find_words, listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, role_for
from .routes import UNSAFE, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
ADDRESS = re.compile(r'(?:href|action|src)="([^"]*)"')


def private(side: Side) -> dict[str, str]:
    """What may stand in no address, title or line of a log; the invitation's token is apart."""
    names = {what: word for what, word in side.shown.items() if what in ("Person", "Known")}
    secrets = {what: word for what, word in side.secrets.items() if what != "invitation"}
    return {**names, **secrets, "birth date": BIRTH_DATES[side.letter], "birth": "27/3/1942"}


@ON_SQLITE
def test_v14_2_1_no_address_or_title_of_any_page(world: World, crawled: Crawl) -> None:
    words = private(world.a)
    wrong = []
    for seen in crawled.seen:
        where = {"path": seen.path, "redirect": seen.header("Location")}
        if seen.is_page:
            where["title"] = BeautifulSoup(seen.text, "lxml").title.text
            where["link"] = " ".join(ADDRESS.findall(seen.text))
        wrong += [
            (str(seen), place, what)
            for place, text in where.items()
            for what in find_words(text, words)
        ]
    assert not wrong, listed(wrong)


@ON_SQLITE
def test_v14_2_1_the_invitation_leaves_the_address_at_once(world: World, crawled: Crawl) -> None:
    token = world.a.secrets["invitation"]
    carrying = [seen for seen in crawled.seen if token in seen.path]
    assert {seen.status for seen in carrying} == {303}
    assert not [str(seen) for seen in carrying if token in seen.text + seen.header("Location")]
    assert not [str(seen) for seen in crawled.seen if token in seen.text]


@ON_SQLITE
def test_v16_2_5_no_line_of_the_log(world: World, crawled: Crawl) -> None:
    words = {**private(world.a), "invitation": world.a.secrets["invitation"]}
    wrong = [(line[:120], what) for line in crawled.log for what in find_words(line, words)]
    assert crawled.log  # at the lowest level something is said
    assert not wrong, listed(wrong)


# -- what is sent


def everything_sent(app: Flask, side: Side) -> Iterator[tuple[str, TestResponse]]:
    """Every form of every page, sent with what is private in each field that is typed into."""
    typed = {
        "name": side.word("Person"),
        "nino": side.secrets["nino"],
        "national_insurance_number": side.secrets["nino"],
        "phone": side.secrets["phone"],
        "mobile": side.secrets["phone"],
        "email": side.secrets["email"],
        "postcode": side.secrets["postcode"],
        "birth_date-day": "27",
        "birth_date-month": "3",
        "birth_date-year": "1942",
        "password": "canary password of somebody",
        "new_password": "canary password of somebody",
        "code": "918273",
    }
    for role in (*ROLES, "nobody"):
        client = app.test_client()
        client.check_pages = False  # type: ignore[attr-defined]
        for route in list_routes(app):
            is_role = role_for(route.endpoint) == role and ROUTES[route.endpoint] != PUBLIC
            is_open = role == "nobody" and ROUTES[route.endpoint] == PUBLIC
            if "GET" not in route.methods or not route.methods & UNSAFE or not (is_role or is_open):
                continue
            if role != "nobody":
                side.sign_in(client, role)
            page = client.get(route.path(side.values), buffered=True)
            for form in read_forms(page):
                for by in form.choices.get("by", [""]):
                    wanted: dict[str, Any] = {"by": by} if by else {}
                    for name in form.text_fields:
                        wanted[name] = typed.get(name) or side.word("Typed")
                    yield route.endpoint, post(client, form.action, form.filled(**wanted))


@ON_SQLITE
def test_v14_2_1_and_v16_2_5_what_is_sent_goes_into_no_address_and_no_log(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    side = world.a
    words = {
        **private(side),
        "typed": side.word("Typed"),
        "password": "canary password of somebody",
        "code": "918273",
    }
    wrong: list[object] = []
    count = 0
    with Listener() as listener:
        for endpoint, answer in everything_sent(app, side):
            count += 1
            assert answer.status_code < 500, endpoint
            location = answer.headers.get("Location", "")
            wrong += [(endpoint, "redirect", what) for what in find_words(location, words)]
            title = re.search(r"<title>(.*?)</title>", answer.get_data(as_text=True), re.DOTALL)
            if title:
                wrong += [(endpoint, "title", what) for what in find_words(title[1], words)]
    wrong += [(line[:200], what) for line in listener.lines for what in find_words(line, words)]
    assert count > 50
    assert not wrong, listed(wrong)


@ON_SQLITE
def test_v16_2_5_a_fault_while_saving_says_nothing_of_what_was_saved(
    app: Flask, world: World, plain_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log has the trace of a fault, which must not quote the values that were sent."""
    from assistedaccess.people import service_register

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the program is wrong")

    monkeypatch.setattr(service_register, "record", fail)
    side = world.a
    side.sign_in(plain_client, "helper")
    page = plain_client.get("/people/register")
    form = read_forms(page)[0]
    with Listener() as listener:
        answer = post(
            plain_client,
            form.action,
            form.filled(name="Zebedee Quux", national_insurance_number="CE 99 88 77 D"),
        )
    assert answer.status_code == 500
    text = "\n".join(listener.lines)
    assert "builtins.RuntimeError" in text
    assert "service_register" in text  # where it was
    assert "the program is wrong" not in text  # as what it says may be what somebody typed
    assert list(find_words(text, {"name": "Zebedee", "nino": "CE998877D"})) == []


@ON_SQLITE
def test_v16_2_5_a_sign_in_leaves_no_secret_in_the_log(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    account = world.a.accounts["helper"]
    with Listener() as listener:
        page = plain_client.get("/sign-in")
        fields = {"csrf_token": read_token(page), "email": account.email}
        post(plain_client, "/sign-in", {**fields, "password": "canary wrong password"})
        post(plain_client, "/sign-in", {**fields, "password": account.password})
        page = plain_client.get("/sign-in/second-factor")
        code = account.code()
        post(
            plain_client,
            "/sign-in/second-factor",
            {"csrf_token": read_token(page), "code": code},
        )
        assert plain_client.get("/account").status_code == 200
    cookie = plain_client.get_cookie("sign-in")
    assert cookie is not None
    words = {
        "wrong password": "canary wrong password",
        "password": account.password,
        "code": code,
        "session": cookie.value,
        "email": account.email,
        "factor": account.secret,
    }
    wrong = [(line, what) for line in listener.lines for what in find_words(line, words)]
    assert not wrong, listed(wrong)
