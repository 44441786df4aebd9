"""Every response carries exactly these headers: pages, errors, files and redirects alike."""

from __future__ import annotations

import re

import pytest

from tests.support.client import PageCheckingClient
from tests.support.frame import frame, frame_app

__all__ = ["frame", "frame_app"]

EVERYWHERE = {
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
PATHS = [
    "/accessibility",
    "/healthz",
    "/nothing-here",
    "/kitchen-sink/components",
    "/kitchen-sink/errors/fault",
    "/kitchen-sink/errors/refused",
    "/kitchen-sink/errors/503",
    "/static/js/application.mjs",
    "/static/nothing-here.css",
]


@pytest.mark.parametrize("path", PATHS)
def test_v3_4_1_to_v3_4_6_the_headers_of_every_response(
    frame: PageCheckingClient, path: str
) -> None:
    response = frame.get(path, buffered=True)
    for name, value in EVERYWHERE.items():
        assert response.headers.getlist(name) == [value]
    (policy,) = response.headers.getlist("Content-Security-Policy")
    found = re.search(r"'nonce-([\w-]{24})'", policy)
    assert found is not None
    assert policy == POLICY.format(nonce=found[1])
    for feature in ("camera", "geolocation", "microphone", "payment"):
        assert f"{feature}=()" in response.headers["Permissions-Policy"]
    for feature in ("publickey-credentials-create", "publickey-credentials-get"):
        assert f"{feature}=(self)" in response.headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PATHS)
def test_v4_1_1_every_response_says_its_characters(frame: PageCheckingClient, path: str) -> None:
    assert frame.get(path, buffered=True).headers["Content-Type"].endswith("charset=utf-8")


@pytest.mark.parametrize("path", PATHS)
def test_v14_3_2_nothing_but_files_may_be_kept(frame: PageCheckingClient, path: str) -> None:
    response = frame.get(path, buffered=True)
    if path == "/static/js/application.mjs":
        assert response.headers["Cache-Control"] == "public, no-cache"
    else:
        assert response.headers["Cache-Control"] == "no-store"


def test_a_file_with_its_version_is_kept_for_a_year(frame: PageCheckingClient) -> None:
    page = frame.get("/accessibility").text
    found = re.search(r"/static/js/application\.mjs\?v=[0-9a-f]{12}", page)
    assert found is not None
    response = frame.get(found[0], buffered=True)
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.mimetype == "text/javascript"


def test_v3_4_3_the_nonce_differs_between_two_requests(frame: PageCheckingClient) -> None:
    policies = {frame.get("/accessibility").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_v3_4_2_no_other_origin_may_read(frame: PageCheckingClient) -> None:
    response = frame.get("/accessibility", headers={"Origin": "http://evil.test"})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


def test_v13_4_4_trace_is_not_answered(frame: PageCheckingClient) -> None:
    assert frame.open("/accessibility", method="TRACE").status_code == 405
