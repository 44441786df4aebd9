"""Over https the cookies are bound to this host and to https: ASSURANCE V3.3.1 to V3.3.4."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from assistedaccess import create_app
from assistedaccess.accounts.browser import drop_cookie, set_cookie
from tests.support.databases import Sandbox, make_settings

HOST = "https://assisted-access.example.org"


@pytest.fixture
def https_app(sandbox: Sandbox, tmp_path: Path) -> Flask:
    """The application as it is behind https, on this test's database."""
    return create_app(make_settings(sandbox.settings.database_url, tmp_path, public_url=HOST))


def parts(line: str) -> set[str]:
    return {part.strip() for part in line.split(";")[1:]}


def test_v3_3_1_every_cookie_has_the_host_prefix_and_secure(https_app: Flask) -> None:
    client = https_app.test_client()
    answer = client.get("/sign-in", base_url=HOST)
    lines = answer.headers.getlist("Set-Cookie")
    with https_app.test_request_context(base_url=HOST):
        made = https_app.make_response("")
        lines += set_cookie(made, "token").headers.getlist("Set-Cookie")
        gone = https_app.make_response("")
        lines += drop_cookie(gone).headers.getlist("Set-Cookie")
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("__Host-"), line
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts(line), line
        assert "Domain" not in line


def test_a_cookie_ends_with_the_browser(https_app: Flask) -> None:
    with https_app.test_request_context(base_url=HOST):
        line = set_cookie(https_app.make_response(""), "token").headers["Set-Cookie"]
    assert "Max-Age" not in line
    assert "Expires" not in line


def test_over_plain_http_the_names_have_no_prefix(app: Flask) -> None:
    answer = app.test_client().get("/sign-in")
    assert answer.headers["Set-Cookie"].startswith("session=")
    assert "Secure" not in answer.headers["Set-Cookie"]
