"""The pages that anybody may open, in either language; the frame around every page."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.exc import OperationalError

from assistedaccess.access import Permission, set_actor
from assistedaccess.kernel import navigation, signed_in
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.signed_in import SignedIn
from tests.support.client import PageCheckingClient
from tests.support.frame import frame, frame_app

__all__ = ["frame", "frame_app"]

FOOTER = [
    "/my-record",
    "/check",
    "/something-is-wrong",
    "/accessibility",
    "/privacy",
    "/where-to-get-help",
    "/complain",
]
SHOWN = [
    *FOOTER,
    "/kitchen-sink/form?name=long",
    "/kitchen-sink/question",
    "/kitchen-sink/components",
    "/kitchen-sink/done",
    "/kitchen-sink/letter",
]


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("language", ["en", "cy"])
def test_every_page_of_the_frame_is_whole(
    frame: PageCheckingClient, path: str, language: str
) -> None:
    frame.set_cookie("language", language)
    response = frame.get(path)  # the client checks it
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text


def test_the_footer_leads_to_its_pages(frame: PageCheckingClient) -> None:
    soup = BeautifulSoup(frame.get("/privacy").text, "html.parser")
    assert [link["href"] for link in soup.select("footer a")] == FOOTER


def test_v13_4_5_the_health_page_says_yes_or_no_and_nothing_else(
    frame: PageCheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = frame.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")

    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("at db.internal:5432"))

    monkeypatch.setattr("assistedaccess.web.pages.get_session", fail)
    response = frame.get("/healthz")
    assert (response.status_code, response.text) == (503, "unavailable\n")


def choose(frame: PageCheckingClient, language: str, return_to: str) -> str:
    soup = BeautifulSoup(frame.get("/privacy").text, "html.parser")
    token = soup.find("input", attrs={"name": "csrf_token"})["value"]
    data = {"csrf_token": token, "language": language, "return_to": return_to}
    response = frame.post("/language", data=data)
    assert response.status_code == 303
    return str(response.headers["Location"])


def test_the_language_is_chosen_and_kept(frame: PageCheckingClient) -> None:
    assert choose(frame, "cy", "/complain?a=b") == "/complain?a=b"
    page = frame.get("/complain").text
    assert '<html lang="cy"' in page
    assert "Neidio i’r prif gynnwys" in page
    assert choose(frame, "en", "/complain") == "/complain"
    assert '<html lang="en"' in frame.get("/complain").text


def test_v3_7_2_the_language_switch_leads_nowhere_else(frame: PageCheckingClient) -> None:
    for hostile in ("//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", ""):
        assert choose(frame, "cy", hostile) == "/"


def test_a_language_that_is_not_offered_is_not_kept(frame: PageCheckingClient) -> None:
    choose(frame, "../../etc", "/privacy")
    assert '<html lang="en"' in frame.get("/privacy").text
    frame.set_cookie("language", "xx")
    assert '<html lang="en"' in frame.get("/privacy").text


def test_v3_3_the_language_cookie_is_out_of_reach(
    frame_app: Flask, frame: PageCheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(frame_app.config, "SESSION_COOKIE_SECURE", True)
    monkeypatch.setitem(frame_app.config, "WTF_CSRF_ENABLED", False)
    response = frame.post("/language", data={"language": "cy"})
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-language=cy;")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie


@pytest.fixture
def somebody(frame_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper is signed in, and three features are in the navigation."""
    monkeypatch.setattr(navigation, "_items", {})
    navigation.add("Journal", "web.show_privacy_notice", Permission.JOURNAL_VIEW, order=1)
    navigation.add("Gone", "nowhere.show_it", order=2)
    navigation.add("Everybody", "web.show_accessibility_statement", order=30)
    navigation.add("People", "kitchen_sink.show_form", Permission.PERSON_FIND, order=20)
    who = SignedIn("Bethan <b>", "Helper", "Aberford", "Library", "/role", "/lock", "/sign-out")
    monkeypatch.setattr(signed_in, "_provider", lambda: who)

    def sign_in() -> None:
        set_actor(Actor(kind=ActorKind.ACCOUNT, role="helper"))

    first = frame_app.before_request_funcs
    monkeypatch.setitem(first, None, [*first.get(None, []), sign_in])


@pytest.mark.usefixtures("somebody")
def test_who_is_signed_in_stands_on_every_page(frame: PageCheckingClient) -> None:
    page = BeautifulSoup(frame.get("/kitchen-sink/components").text, "html.parser")
    strip = page.find(class_="app-strip")
    assert "Bethan <b>, Helper, Aberford (Library)" in " ".join(strip.get_text().split())
    assert strip.find("a", string="Change role")["href"] == "/role"
    for label, path in (("Lock now", "/lock"), ("Sign out", "/sign-out")):
        form = strip.find("button", string=label).find_parent("form")
        assert (form["action"], form["method"]) == (path, "post")


@pytest.mark.usefixtures("somebody")
def test_the_navigation_shows_what_the_role_may_open(frame: PageCheckingClient) -> None:
    page = BeautifulSoup(frame.get("/kitchen-sink/components").text, "html.parser")
    links = page.select(".govuk-service-navigation a")
    assert [link.get_text(strip=True) for link in links] == ["People", "Everybody"]
    assert links[0]["aria-current"] == "true"  # the page belongs to it
    page = BeautifulSoup(frame.get("/accessibility").text, "html.parser")
    here = page.select(".govuk-service-navigation a[aria-current=page]")
    assert [link.get_text(strip=True) for link in here] == ["Everybody"]
    # An entry that stands for its own pages alone says nothing of the rest of its feature.
    navigation.add("People", "kitchen_sink.show_form", Permission.PERSON_FIND, 20, alone=True)
    page = BeautifulSoup(frame.get("/kitchen-sink/components").text, "html.parser")
    assert page.select(".govuk-service-navigation a[aria-current]") == []


@pytest.mark.usefixtures("somebody")
def test_an_error_page_asks_nobody_who_is_signed_in_when_the_database_may_be_away(
    frame: PageCheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> SignedIn:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(signed_in, "_provider", fail)
    response = frame.get("/kitchen-sink/components")
    assert response.status_code == 503
    assert "Sorry, the service is not available just now" in response.text


def test_the_demonstration_says_so_and_others_do_not(
    frame_app: Flask, frame: PageCheckingClient
) -> None:
    words = "This is a demonstration. Do not enter real people."
    assert words not in frame.get("/privacy").text
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(frame_app.jinja_env.globals, "is_demo", True)
        frame_app.jinja_env.cache.clear()
        assert words in frame.get("/privacy").text
    frame_app.jinja_env.cache.clear()
    assert words not in frame.get("/privacy").text


def test_a_word_in_a_language_of_its_own_may_be_the_first_of_a_request(app) -> None:
    from flask_babel import force_locale, gettext

    with app.test_request_context():
        with force_locale("cy"):
            assert gettext("Welsh")
        assert gettext("Welsh") == "Welsh"
