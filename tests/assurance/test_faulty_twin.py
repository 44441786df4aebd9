"""Each probe finds its fault on the faulty twin, and nothing on the sound one."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.contents import changed_tables

from . import probes
from .crawl import Listener
from .faulty_twin import (
    CANARY,
    FAULTY_COOKIES,
    FAULTY_HEADERS,
    SECRET,
    TAIL,
    TOKEN,
    Store,
    make_twin,
)
from .forms import post

WORDS = ["faulty", "sound"]


@pytest.fixture
def twin() -> tuple[FlaskClient, Store]:
    app, store = make_twin()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app.test_client(), store


@pytest.mark.parametrize("row", [*FAULTY_HEADERS, "none"])
def test_headers(twin: tuple[FlaskClient, Store], row: str) -> None:
    answer = twin[0].get(f"/headers/{row}")
    found = {fault.partition(" ")[0] for fault in probes.find_header_faults(list(answer.headers))}
    assert found == ({row} if row in FAULTY_HEADERS else set())


@pytest.mark.parametrize("row", [*FAULTY_COOKIES, "none"])
def test_cookies(twin: tuple[FlaskClient, Store], row: str) -> None:
    answer = twin[0].get(f"/cookies/{row}")
    given = answer.headers.getlist("Set-Cookie")
    found = {fault.partition(" ")[0] for fault in probes.find_cookie_faults(given)}
    assert found == ({row} if row in FAULTY_COOKIES else set())


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["body", "attribute", "link"])
def test_v1_2_active_content(twin: tuple[FlaskClient, Store], name: str, word: str) -> None:
    page = twin[0].get(f"/{word}/{name}").text
    assert bool(list(probes.find_active_content(page))) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["body", "template"])
def test_v1_3_5_cut_words(twin: tuple[FlaskClient, Store], name: str, word: str) -> None:
    page = twin[0].get(f"/{word}/{name}").text
    assert bool(list(probes.find_cut_words(page, [CANARY], TAIL))) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_v8_4_1_foreign_words(twin: tuple[FlaskClient, Store], word: str) -> None:
    page = twin[0].get(f"/{word}/foreign").text
    assert bool(list(probes.find_words(page, {"name": CANARY}))) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_v16_5_1_traces(twin: tuple[FlaskClient, Store], word: str) -> None:
    page = twin[0].get(f"/{word}/fault").text
    assert bool(list(probes.find_traces(page))) == (word == "faulty")


# Werkzeug escapes a backslash in a Location.
AWAY = [path for path in probes.HOSTILE_PATHS if probes.leaves(path) and "\\" not in path]


@pytest.mark.parametrize("hostile", AWAY)
@pytest.mark.parametrize("word", WORDS)
def test_v3_7_2_redirects(twin: tuple[FlaskClient, Store], hostile: str, word: str) -> None:
    answer = twin[0].get(f"/{word}/redirect", query_string={"next": hostile.strip()})
    assert probes.leaves(answer.headers["Location"]) == (word == "faulty")


def test_v3_7_2_what_leaves() -> None:
    away = {path for path in probes.HOSTILE_PATHS if probes.leaves(path)}
    assert len(away) >= 9
    assert not any(probes.leaves(path) for path in ("/", "/people?x=//evil.test", "?a=b", "x/y"))


@pytest.mark.parametrize("word", WORDS)
def test_v16_2_5_logs(twin: tuple[FlaskClient, Store], word: str) -> None:
    with Listener() as listener:
        twin[0].get(f"/{word}/log")
    said = "\n".join(listener.lines)
    assert bool(list(probes.find_words(said, {"nino": SECRET}))) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_v8_2_1_roles(twin: tuple[FlaskClient, Store], word: str) -> None:
    assert (twin[0].get(f"/{word}/role").status_code == 403) == (word == "sound")


def outcome(twin: tuple[FlaskClient, Store], path: str, **data: Any) -> tuple[int, list[str]]:
    """Status and changed tables of one post, as the probes see them."""
    client, store = twin
    before = store.copy()
    answer = post(client, path, data)
    return answer.status_code, changed_tables(before, store.copy())


@pytest.mark.parametrize("word", WORDS)
def test_v3_5_1_tokens(twin: tuple[FlaskClient, Store], word: str) -> None:
    assert outcome(twin, f"/{word}/token", text="x", csrf_token=TOKEN) == (303, ["note"])
    forged = outcome(twin, f"/{word}/token", text="x", csrf_token="another")
    assert forged == ((303, ["note"]) if word == "faulty" else (400, []))


@pytest.mark.parametrize("word", WORDS)
def test_v2_2_1_half_stored(twin: tuple[FlaskClient, Store], word: str) -> None:
    status, changed = outcome(twin, f"/{word}/half", text="x", date="")
    assert status == 400
    assert bool(changed) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_v2_2_1_strange_text(twin: tuple[FlaskClient, Store], word: str) -> None:
    status, _changed = outcome(twin, f"/{word}/strange", text="a\x00b")
    assert (status >= 500) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_fault_02_twice(twin: tuple[FlaskClient, Store], word: str) -> None:
    first = outcome(twin, f"/{word}/twice", text="x", request_key="1")
    second = outcome(twin, f"/{word}/twice", text="x", request_key="1")
    assert first == (303, ["note"])
    assert bool(second[1]) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_fault_03_stale(twin: tuple[FlaskClient, Store], word: str) -> None:
    outcome(twin, f"/{word}/stale", text="theirs", version="7")
    status, changed = outcome(twin, f"/{word}/stale", text="mine", version="6")
    assert (status, changed) == ((303, ["note"]) if word == "faulty" else (409, []))


@pytest.mark.parametrize("word", WORDS)
def test_statements_that_grow(twin: tuple[FlaskClient, Store], word: str) -> None:
    client, store = twin
    counts = []
    for rows in (10, 1_000):
        store.rows["side"] = [None] * rows
        client.get(f"/{word}/list")
        counts.append(store.statements)
    assert (counts[0] != counts[1]) == (word == "faulty")


@pytest.mark.parametrize("word", WORDS)
def test_secrets_in_clear(twin: tuple[FlaskClient, Store], word: str) -> None:
    client, store = twin
    client.post(f"/{word}/stored", data={"text": SECRET})
    data = b"".join(v if isinstance(v, bytes) else v.encode() for v in store.rows["side"])
    assert bool(list(probes.find_clear_bytes(data, {"nino": SECRET}))) == (word == "faulty")


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET.encode(),
        SECRET.lower().encode(),
        SECRET.replace(" ", "").encode(),
        SECRET.replace(" ", "").encode("utf-16-le"),
        SECRET.replace(" ", "").lower().encode().hex().encode(),
        SECRET.encode().hex().upper().encode(),
        b'{"a": "QQ-12-34-56-C"}',
    ],
)
def test_secrets_in_other_spellings(spelling: bytes) -> None:
    assert list(probes.find_clear_bytes(b"\x00x" + spelling + b"y", {"nino": SECRET})) == ["nino"]
