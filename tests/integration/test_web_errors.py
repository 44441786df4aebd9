"""Whatever goes wrong is told in plain words, with a number, a way back, and what was typed."""

from __future__ import annotations

import io
import logging
import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError
from werkzeug.test import TestResponse

from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import Busy
from assistedaccess.web.errors import LAST_RESORT
from tests.support import kitchen_sink
from tests.support.client import PageCheckingClient
from tests.support.frame import frame, frame_app

__all__ = ["frame", "frame_app"]

REFERENCE = re.compile(r"E-[0-9A-Z]{4}-[0-9A-Z]{4}")
HERE = {"Origin": "http://localhost"}


def words_of(response: TestResponse) -> str:
    main = BeautifulSoup(response.text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def token_of(frame: PageCheckingClient) -> str:
    page = BeautifulSoup(frame.get("/kitchen-sink/question").text, "html.parser")
    return str(page.find("input", attrs={"name": "csrf_token"})["value"])


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("400", 400, "Something that was sent is not right"),
        ("403", 403, "You cannot do this"),
        ("404", 404, "Page not found"),
        ("405", 405, "This page cannot be opened like that"),
        ("409", 409, "Somebody else changed this in the meantime"),
        ("410", 410, "This link does not work any more"),
        ("413", 413, "What you sent is too large"),
        ("415", 415, "Something that was sent is not right"),
        ("429", 429, "Too many attempts"),
        ("500", 500, "Sorry, there is a problem with the service"),
        ("503", 503, "Sorry, the service is not available just now"),
        ("504", 504, "Sorry, there is a problem with the service"),
        ("not-found", 404, "Page not found"),
        ("invalid", 400, "Enter the person’s name"),
        ("refused", 403, "The person ended this on 3 May. Nothing was changed."),
        ("refused", 403, "What to do now Ask the person again."),
        ("stale", 409, "Sam Reed changed this at 4:05pm."),
        ("too-many", 429, "Too many codes were tried."),
        ("held", 202, "This waits for a second person The limit is over £500."),
        ("fault", 500, "Sorry, there is a problem with the service"),
    ],
)
def test_each_error_has_its_page(
    frame: PageCheckingClient, name: str, status: int, words: str
) -> None:
    response = frame.get(f"/kitchen-sink/errors/{name}")
    assert response.status_code == status
    assert words in words_of(response)
    assert REFERENCE.search(response.text)
    assert "Go to the start page" in response.text


def test_too_many_attempts_say_when_to_come_back(frame: PageCheckingClient) -> None:
    assert frame.get("/kitchen-sink/errors/too-many").headers["Retry-After"] == "600"


def test_v16_5_1_a_fault_shows_nothing_of_the_program(
    frame: PageCheckingClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = frame.get("/kitchen-sink/errors/fault")
    for secret in ("Traceback", "/srv/app", "SELECT", "RuntimeError", ".py"):
        assert secret not in response.text
    found = REFERENCE.search(response.text)
    assert found is not None
    assert found[0] in caplog.text
    assert "RuntimeError" in caplog.text


def test_v16_5_4_where_not_even_a_page_can_be_made_there_are_words(
    frame_app: Flask, frame: PageCheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("no template")

    monkeypatch.setitem(frame_app.jinja_env.globals, "current_language", fail)
    response = frame.get("/kitchen-sink/errors/fault")
    found = REFERENCE.search(response.text)
    assert response.status_code == 500
    assert found is not None
    assert response.text == LAST_RESORT.format(reference=found[0])
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "error", [Busy(), TimeoutError(), OperationalError("SELECT secret", {}, Exception("gone"))]
)
def test_a_database_that_is_away_is_said_so(
    frame: PageCheckingClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setitem(kitchen_sink.ERRORS, "away", error)
    response = frame.get("/kitchen-sink/errors/away")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "secret" not in response.text


def test_v16_2_5_an_error_does_not_quote_what_was_being_saved(
    database: Database,
) -> None:
    with database.reading.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Canary"})
    assert "nowhere" in str(caught.value)
    assert "Canary" not in str(caught.value)


def test_what_was_typed_is_shown_to_be_copied_and_secrets_are_not(
    frame: PageCheckingClient,
) -> None:
    data = {
        "csrf_token": token_of(frame),
        "notes": "first line\nsecond <b>line</b>",
        "full_name": "Jo Ann",
        "password": "hunter2 hunter2",
        "one_time_code": "123456",
        "postcode": "ZZ99 3CZ",
        "opinion": "none",
        "version": "41",
        "agreed": "yes",
    }
    response = frame.post("/kitchen-sink/errors/refused", data=data, headers=HERE)
    assert response.status_code == 403
    assert "What you typed" in response.text
    assert "first line<br>second &lt;b&gt;line&lt;/b&gt;" in response.text
    assert "Full name Jo Ann" in words_of(response)
    assert "hunter2" not in response.text
    assert "123456" not in response.text
    assert "Postcode ZZ99 3CZ Opinion none" in words_of(response)
    assert "Version" not in response.text
    assert "Agreed" not in response.text


def test_what_another_site_sent_is_not_shown(frame: PageCheckingClient) -> None:
    response = frame.post(
        "/kitchen-sink/errors/refused",
        data={"csrf_token": token_of(frame), "notes": "ring this number"},
        headers={"Origin": "http://evil.test"},
    )
    assert response.status_code == 400
    assert "ring this number" not in response.text


def has_button(response: TestResponse) -> bool:
    page = BeautifulSoup(response.text, "html.parser")
    return page.find("button", string="Send it again") is not None


def test_after_an_outage_the_same_can_be_sent_again(frame: PageCheckingClient) -> None:
    data = {"csrf_token": token_of(frame), "full_name": "Jo", "needs": ["a", "b"]}
    response = frame.post("/kitchen-sink/errors/503", data=data, headers=HERE)
    button = BeautifulSoup(response.text, "html.parser").find("button", string="Send it again")
    form = button.find_parent("form")
    hidden = [(i["name"], i["value"]) for i in form.find_all("input") if i["name"] != "csrf_token"]
    assert form["action"] == "/kitchen-sink/errors/503"
    assert hidden == [("full_name", "Jo"), ("needs", "a"), ("needs", "b")]


def test_a_form_without_its_token_can_be_sent_again_from_here(frame: PageCheckingClient) -> None:
    data = {"full_name": "Jo"}
    response = frame.post("/kitchen-sink/question", data=data, headers=HERE)
    assert response.status_code == 400
    assert "This page was open for too long" in response.text
    assert has_button(response)
    for more in ({"password": "hunter2 hunter2"}, {"paper": (io.BytesIO(b"x"), "letter.pdf")}):
        response = frame.post("/kitchen-sink/question", data=data | more, headers=HERE)
        assert not has_button(response)


@pytest.mark.parametrize(
    ("referrer", "way_back"),
    [
        ("http://localhost/kitchen-sink/form?name=long", "/kitchen-sink/form?name=long"),
        ("http://evil.test/kitchen-sink/form", "/"),
        ("http://localhost//evil.test", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_is_a_page_of_ours(
    frame: PageCheckingClient, referrer: str, way_back: str
) -> None:
    response = frame.get("/kitchen-sink/errors/refused", headers={"Referer": referrer})
    main = BeautifulSoup(response.text, "html.parser").main
    assert main.find("a")["href"] == way_back
