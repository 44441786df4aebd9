"""V5.2.1 and fault 32: more than a page can have sent is refused quickly, at every URL."""

from __future__ import annotations

import io
import resource
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.web.limits import MAX_CONTENT_LENGTH
from tests.factories.world import World
from tests.support.contents import Contents, changed_tables
from tests.support.pages import read_token

from .probes import listed
from .role_route_matrix import role_for
from .routes import UNSAFE, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
URLENCODED = "application/x-www-form-urlencoded"
PART = b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\n%s\r\n--edge--\r\n'


@ON_SQLITE
@pytest.mark.usefixtures("stopped")
def test_v5_2_1_one_byte_too_many_at_every_url(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    world.a.sign_in(plain_client, "helper")
    token = read_token(plain_client.get("/privacy"))
    before = contents.read()
    wrong = []
    for route in list_routes(app):
        if not route.methods & UNSAFE or role_for(route.endpoint) != "helper":
            continue
        limit = getattr(app.view_functions[route.endpoint], "max_content_length", None)
        size = (limit or MAX_CONTENT_LENGTH) + 1
        head = f"csrf_token={token}&name=".encode()
        bodies = {
            URLENCODED: head + b"x" * (size - len(head)),
            "multipart/form-data; boundary=edge": PART % (b"x" * (size - len(PART) + 2)),
        }
        for kind, body in bodies.items():
            assert len(body) == size
            began = time.process_time()
            answer = plain_client.post(
                route.path(world.a.values), data=body, content_type=kind, buffered=True
            )
            took = time.process_time() - began
            if answer.status_code != 413 or took > 1:
                wrong.append((route.endpoint, kind, answer.status_code, f"{took:.1f} s"))
    assert not wrong, listed(wrong)
    assert changed_tables(before, contents.read()) == []


@ON_SQLITE
@pytest.mark.parametrize("how", ["urlencoded", "multipart", "chunked"])
def test_fault_32_a_paste_of_10_mb_gets_a_page_with_the_way_back(
    world: World, plain_client: FlaskClient, how: str
) -> None:
    world.a.sign_in(plain_client, "helper")
    text = b"x" * 10_000_000
    body = PART % text if how == "multipart" else b"name=" + text
    kind = "multipart/form-data; boundary=edge" if how == "multipart" else URLENCODED
    plain_client.get("/people/register")  # what is loaded once is no growth
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    options = {"data": body}
    if how == "chunked":
        options = {
            "input_stream": io.BytesIO(body),
            "environ_overrides": {
                "CONTENT_LENGTH": "",
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input_terminated": True,
            },
        }
    answer = plain_client.post(
        "/people/register",
        content_type=kind,
        headers={"Referer": "http://localhost/people"},
        **options,
    )
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert answer.status_code == 413
    assert 'href="/people"' in answer.get_data(as_text=True)
    assert grown < 60_000, f"{grown} kB"
