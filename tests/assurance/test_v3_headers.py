"""V3.4, V4.1.1, V13.4.4 and V14.3.2 on every response of every URL; V3.3 on every cookie."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assistedaccess import create_app
from assistedaccess.kernel.transactions import bind_database, get_database
from tests.factories.world import World
from tests.support.databases import Sandbox, make_settings
from tests.support.pages import read_token

from .crawl import NO_PAGES, Crawl
from .probes import find_cookie_faults, find_header_faults, listed
from .role_route_matrix import role_for
from .routes import FIXED, UNSAFE, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
NONCE = re.compile(r"'nonce-([^']+)'")


def faults_of(answer: TestResponse, **options: bool) -> list[str]:
    return list(find_header_faults(list(answer.headers), **options))


@ON_SQLITE
def test_every_page_was_seen_by_somebody(app: Flask, crawled: Crawl) -> None:
    shown = {seen.route.endpoint for seen in crawled.seen if seen.status == 200}
    asked = {route.endpoint for route in list_routes(app) if "GET" in route.methods}
    assert sorted(asked - shown) == sorted(NO_PAGES)
    assert [str(seen) for seen in crawled.seen if seen.status >= 500] == []


@ON_SQLITE
def test_v3_4_1_to_v3_4_6_v4_1_1_and_v14_3_2_every_page(crawled: Crawl) -> None:
    wrong = [
        (str(seen), fault)
        for seen in crawled.seen
        for fault in find_header_faults(seen.headers, may_be_kept=seen.route.endpoint == "static")
    ]
    assert not wrong, listed(wrong)


@ON_SQLITE
def test_v3_4_3_each_page_has_a_nonce_of_its_own(crawled: Crawl) -> None:
    policies = [seen.header("Content-Security-Policy") for seen in crawled.seen]
    with_scripts = [policy for policy in policies if not policy.startswith("sandbox")]
    flat = [nonce for policy in with_scripts for nonce in NONCE.findall(policy)]
    assert len(flat) == len(set(flat)) == len(with_scripts) > len(policies) * 0.9


@ON_SQLITE
def test_v3_4_1_to_v14_3_2_every_answer_to_a_post(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    """Each by whom it is for and, over many addresses, by everybody else."""
    wrong = []
    roles = ("helper", "manager", "administrator", "reviewer", "auditor")
    for number, role in enumerate(roles):
        world.a.sign_in(plain_client, role)
        for place, route in enumerate(list_routes(app)):
            if not route.methods & UNSAFE or route.endpoint == "accounts.lock_sign_in":
                continue
            if role_for(route.endpoint) != role and (place + number) % len(roles):
                continue
            # Without its token: refused (400), or led to the sign-in page, or 403.
            answer = plain_client.post(route.path(world.a.values), buffered=True)
            wrong += [(route.endpoint, role, fault) for fault in faults_of(answer)]
    assert not wrong, listed(wrong)


@ON_SQLITE
def test_v3_4_1_to_v14_3_2_errors(
    app: Flask, world: World, plain_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.a.sign_in(plain_client, "helper")

    def fail() -> None:
        raise RuntimeError("SELECT secret FROM nowhere")

    fail.__guard__ = app.view_functions["web.show_privacy_notice"].__guard__  # type: ignore
    monkeypatch.setitem(app.view_functions, "web.show_privacy_notice", fail)
    for path, status in (
        ("/nothing-here", 404),
        ("/privacy", 500),
        ("/people/P-0000-0000", 404),
        ("/cases/C-0000-0000", 404),
        (f"/static/{FIXED['filename']}x", 404),
        ("/static/../config.py", 404),
        ("/static/%2e%2e/config.py", 404),
    ):
        answer = plain_client.get(path, buffered=True)
        assert (path, answer.status_code) == (path, status)
        assert faults_of(answer) == []
    assert faults_of(plain_client.delete("/privacy")) == []


@ON_SQLITE
def test_v3_4_2_no_other_origin_may_send(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    """Nor read: the crawl asks for each page as a script of another origin would."""
    world.a.sign_in(plain_client, "helper")
    asking = {"Origin": "http://evil.test", "Access-Control-Request-Method": "POST"}
    for route in list_routes(app):
        answer = plain_client.options(route.path(world.a.values), headers=asking, buffered=True)
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@ON_SQLITE
def test_v13_4_4_trace_is_not_answered(app: Flask, world: World, plain_client: FlaskClient) -> None:
    """Nor is any other method that no page has; of these, each address meets one."""
    world.a.sign_in(plain_client, "helper")
    others = ("TRACK", "CONNECT", "PUT", "DELETE", "PATCH")
    answers = {
        plain_client.open(route.path(world.a.values), method=method, buffered=True).status_code
        for number, route in enumerate(list_routes(app))
        for method in ("TRACE", others[number % len(others)])
    }
    assert answers == {405}


# -- cookies, as production sets them


@pytest.fixture
def production(sandbox: Sandbox, world: World, tmp_path: Path) -> Iterator[Flask]:
    """The application as production runs it, on this test's database."""
    settings = make_settings(
        sandbox.settings.database_url,
        tmp_path,
        env="production",
        public_url="https://access.example.org",
        allow_sqlite="yes",
        trusted_proxies="1",
    )
    before = get_database()
    app = create_app(settings)
    ours = get_database()
    yield app
    ours.dispose()
    bind_database(before)


HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}


@ON_SQLITE
def test_v3_3_1_to_v3_3_4_every_cookie_of_a_sign_in(production: Flask, world: World) -> None:
    client = production.test_client()
    account = world.a.accounts["helper"]
    cookies: list[str] = []
    bodies: list[str] = []

    def send(path: str, **fields: str) -> TestResponse:
        page = client.get(path, base_url="https://localhost", headers=HTTPS)
        data = {"csrf_token": read_token(page), **fields}
        headers = {**HTTPS, "Referer": f"https://localhost{path}"}
        answer = client.post(path, base_url="https://localhost", data=data, headers=headers)
        for each in (page, answer):
            cookies.extend(each.headers.getlist("Set-Cookie"))
            bodies.append(each.get_data(as_text=True) + each.headers.get("Location", ""))
        return answer

    answer = send("/sign-in", email=account.email, password=account.password)
    assert answer.status_code == 303
    answer = send("/sign-in/second-factor", code=account.code())
    assert answer.status_code == 303
    page = client.get("/account", base_url="https://localhost", headers=HTTPS)
    assert page.status_code == 200
    bodies.append(page.get_data(as_text=True))
    send_language = client.post(
        "/language",
        base_url="https://localhost",
        data={"csrf_token": read_token(page), "language": "cy"},
        headers={**HTTPS, "Referer": "https://localhost/account"},
    )
    cookies += send_language.headers.getlist("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    assert names >= {"__Host-sign-in", "__Host-language"}
    assert list(find_cookie_faults(cookies)) == []
    # V3.3.4: the value of a session stands in no body and no URL.
    values = {
        cookie.partition("=")[2].partition(";")[0] for cookie in cookies if "sign-in" in cookie
    }
    assert not [v for v, body in itertools.product(values - {""}, bodies) if v in body]


@ON_SQLITE
def test_v3_3_the_sign_out_takes_the_same_cookies_away(production: Flask, world: World) -> None:
    client = production.test_client()
    page = client.get("/privacy", base_url="https://localhost", headers=HTTPS)
    answer = client.post(
        "/sign-out",
        base_url="https://localhost",
        data={"csrf_token": read_token(page)},
        headers={**HTTPS, "Referer": "https://localhost/privacy"},
    )
    assert answer.status_code == 303
    assert list(find_cookie_faults(answer.headers.getlist("Set-Cookie"))) == []
    assert "cookies" in answer.headers["Clear-Site-Data"]
