"""Sending forms as a browser does: the page is opened first, and its token goes along."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def read_token(page: TestResponse) -> str:
    """The form token of a page."""
    found = _TOKEN.search(page.text)
    assert found is not None, f"no form on {page.request.path}"
    return found[1]


def send(
    client: FlaskClient,
    path: str,
    *,
    page: str | None = None,
    address: str = "192.0.2.1",
    **fields: str,
) -> TestResponse:
    """Open ``page`` (else ``path``), then send its form with these fields to ``path``."""
    opened = client.get(page or path)
    assert opened.status_code == 200, f"{page or path} answers {opened.status_code}"
    return client.post(
        path,
        data={"csrf_token": read_token(opened), **fields},
        environ_base={"REMOTE_ADDR": address},
        headers={"Referer": f"http://localhost{page or path}"},
    )
