"""Nothing typed is lost: not to a sign-in that ran out, a lock, a double tab or the back button."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from assistedaccess.applications.models import AnswerPage, Application
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import PASSWORD
from tests.support.clocks import Hand

from .steps import cast
from .steps.cast import Begun, Town, answer_everything
from .steps.filling_in import SAVE
from .steps.looking_behind import count_submissions
from .steps.screen import Screen, Screens
from .steps.signing_in import sign_in_where_one_is, sign_in_with_an_app

LONG = "She was in the hospital from the 3rd, and nobody opened her letters. " * 40


@pytest.fixture
def hand() -> Iterator[Hand]:
    """The server's clock, which the journey moves."""
    hand = Hand()
    with clock.set_clock(hand):
        yield hand


@pytest.fixture
def town(app: Flask, hand: Hand) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


@pytest.fixture
def begun(town: Town) -> Begun:
    return cast.begin_application(town["june"])


@pytest.fixture
def june(browser: Browser, live_server: str, town: Town, begun: Begun) -> Iterator[Screen]:
    """June, whose work has begun, at her screen."""
    with Screens(browser, live_server).sit_down("june") as june:
        town["june"].is_let_in(june)
        yield june


def test_a_long_note_outlives_the_sign_in(
    june: Screen, town: Town, begun: Begun, hand: Hand
) -> None:
    june.open(f"/cases/{begun.case}", f"Case {begun.case}")
    june.type("Note", LONG)
    hand.move(minutes=31)
    june.press("Save the note", "Sign in")
    june.reads("What you typed was kept. It is there again when you have signed in.")
    june.does_not_read("hospital")
    sign_in_where_one_is(june, town["june"].account, leads_to="Add a note")
    june.reads("What you typed was kept. Check it and send it again.")
    expect(june.page.get_by_label("Note", exact=True)).to_have_value(LONG)
    june.press("Save the note", f"Case {begun.case}")
    june.reads("She was in the hospital from the 3rd")


def test_nobody_else_sees_it(june: Screen, town: Town, begun: Begun, hand: Hand) -> None:
    june.open(f"/cases/{begun.case}", f"Case {begun.case}")
    june.type("Note", LONG)
    hand.move(minutes=31)
    june.press("Save the note", "Sign in")
    june.type("Email address", town["priya"].account.email)
    june.type("Password", PASSWORD)
    june.press("Continue", "Enter your code")
    june.type("Code", town["priya"].account.code())
    june.press("Continue")
    assert "hospital" not in june.page.content()
    june.open("/account", "Your account")
    june.does_not_read("Text that was kept for you")

    june.press("Sign out", "You are signed out")
    hand.move(minutes=1)
    sign_in_with_an_app(june, town["june"].account, home="Today")
    june.open("/account", "Your account")
    june.reads("Text that was kept for you")
    june.follow("Text from")
    june.reads("She was in the hospital from the 3rd")


def test_a_page_of_a_form_outlives_it_too(
    june: Screen, town: Town, begun: Begun, hand: Hand
) -> None:
    page = f"/applications/{begun.application}/pages/where"
    june.open(f"/applications/{begun.application}/pages/who-is-applying", "Who is the badge for?")
    june.choose("For myself")
    june.press(SAVE, "Where does the person who needs the badge live?")
    june.type("Council that issues the badge", "Millbrook Town Council")
    hand.move(hours=12, minutes=1)
    june.press(SAVE, "Sign in")
    sign_in_where_one_is(
        june, town["june"].account, leads_to="Where does the person who needs the badge live?"
    )
    assert june.page.url.split("?")[0].endswith(page)
    typed = june.page.get_by_label("Council that issues the badge", exact=True)
    expect(typed).to_have_value("Millbrook Town Council")


def test_lock_now_covers_the_page_and_keeps_what_is_on_it(june: Screen, begun: Begun) -> None:
    june.open(f"/cases/{begun.case}", f"Case {begun.case}")
    june.type("Note", "Half a sentence about")
    june.press("Lock now", "This screen is locked")
    assert "Half a sentence" not in june.page.content()
    june.page.go_back()
    june.arrive("This screen is locked")
    june.open(f"/cases/{begun.case}", "This screen is locked")
    june.type("Password", PASSWORD)
    june.press("Unlock")
    expect(june.page.get_by_label("Note", exact=True)).to_have_value("Half a sentence about")


def test_the_back_button_after_sending_sends_nothing_twice(
    june: Screen, town: Town, begun: Begun
) -> None:
    answer_everything(town["june"], begun)
    declare(june, begun)
    june.press("Declare and submit", "Application submitted")
    june.page.go_back()
    june.arrive("Blue Badge")
    june.reads("It cannot be changed any more.")
    assert count_submissions() == 1


def test_two_tabs_send_one_application(june: Screen, town: Town, begun: Begun) -> None:
    answer_everything(town["june"], begun)
    other = june.open_another_tab()
    for tab in (june, other):
        declare(tab, begun)
    june.press("Declare and submit", "Application submitted")
    other.press("Declare and submit", "Application submitted")
    other.reads(begun.application)
    assert count_submissions() == 1


def declare(screen: Screen, begun: Begun) -> None:
    """As far as the last button."""
    screen.open(f"/applications/{begun.application}/declaration", "Declare and submit")
    screen.choose("The person, to me", "I read these words out, and they said that they are true")


def test_two_tabs_on_one_page_show_both_answers(june: Screen, begun: Begun) -> None:
    page, question = "pages/who-is-applying", "Who is the badge for?"
    june.open(f"/applications/{begun.application}/{page}", question)
    other = june.open_another_tab()
    other.open(f"/applications/{begun.application}/{page}", question)
    june.choose("For somebody else")
    june.press(SAVE, "Where does the person who needs the badge live?")
    other.choose("For myself")
    other.press(SAVE, "Somebody else saved this page")
    other.reads("For somebody else", "What you typed", "For myself")
    other.press("Save what I typed instead", "Where does the person who needs the badge live?")
    june.open(f"/applications/{begun.application}/{page}", question)
    expect(june.page.get_by_label("For myself", exact=True)).to_be_checked()


def test_fault_09_what_was_typed_waits_for_a_lost_network_and_is_saved_once(
    june: Screen, begun: Begun
) -> None:
    june.open(f"/applications/{begun.application}/pages/who-is-applying", "Who is the badge for?")
    june.choose("For myself")
    june.press(SAVE, "Where does the person who needs the badge live?")
    june.choose("England")
    june.type("Council that issues the badge", "Millbrook Town Council")
    june.page.context.set_offline(True)
    june.page.get_by_role("button", name=SAVE, exact=True).dblclick()
    june.reads("There is no connection.", "is not saved yet")
    expect(june.page.get_by_label("Council that issues the badge", exact=True)).to_have_value(
        "Millbrook Town Council"
    )
    june.page.context.set_offline(False)
    expect(june.page).not_to_have_url(re.compile(r"/pages/where$"))
    assert count_saves(begun.application, "/where") == 1


def test_fault_09_a_proxy_that_answers_for_a_server_that_is_down_is_no_connection(
    june: Screen, begun: Begun
) -> None:
    june.open(f"/applications/{begun.application}/pages/who-is-applying", "Who is the badge for?")
    june.choose("For myself")
    june.page.route("**/*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    june.page.get_by_role("button", name=SAVE, exact=True).click()
    june.reads("There is no connection.", "is not saved yet")
    june.page.unroute("**/*")
    expect(june.page).not_to_have_url(re.compile(r"/pages/who-is-applying$"))
    assert count_saves(begun.application, "/who-is-applying") == 1


def count_saves(reference: str, path: str) -> int:
    """How often a page of an application was saved."""
    with reading() as session:
        return session.scalars(
            select(AnswerPage.version)
            .join(Application, Application.id == AnswerPage.application_id)
            .where(Application.reference == reference, AnswerPage.path == path)
        ).one()
