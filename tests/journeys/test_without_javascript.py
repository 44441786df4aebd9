"""All of it without JavaScript: consent, application, a double click that nothing stops."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from .steps import cast
from .steps.agreeing import (
    ask_whether_somebody_may_act,
    confirm_before_a_witness,
    open_case,
    tell_and_record_yes,
)
from .steps.cast import Town
from .steps.filling_in import (
    SAVE,
    begin_beside_the_person,
    describe_walking,
    read_back_and_declare,
    say_what_helps,
    say_what_proves_it,
    say_what_the_need_is,
    say_where_and_for_whom,
    say_who_the_person_is,
)
from .steps.finding import find_by_birth_date, live_at, register
from .steps.looking_behind import count_submissions
from .steps.screen import Screen, Screens
from .steps.signing_in import sign_in_with_an_app


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


def test_an_application_from_the_sign_in_to_the_receipt(
    browser: Browser, live_server: str, town: Town
) -> None:
    with Screens(browser, live_server).sit_down("june-plain", javascript=False) as june:
        sign_in_with_an_app(june, town["june"].account, home="Today")
        june.page.get_by_text("Keyboard shortcuts").click()  # opens without a script
        june.reads("4: help somebody")
        june.hit_shortcut("6")
        expect(june.page.get_by_label("First name or ticket number")).to_be_focused()
        june.hit_shortcut("4")
        june.page.wait_for_url("**/people")
        june.open("/", "Today")

        find_by_birth_date(june, "Kwabena", ("", "", "1942"), finds="Nobody was found")
        june.press("Register somebody new", "Register a person")
        live_at(june, "3 Mill Lane", "Millbrook", "LS1 4AP")
        register(june)

        open_case(june, "A Blue Badge", service="Blue Badge", why="Another reason")
        begin_beside_the_person(june, "Blue Badge")
        june.arrive("Help somebody who is here")
        tell_and_record_yes(june, "Apply for a Blue Badge")
        june.follow("Print a receipt for the person", "What you agreed to")
        june.reads("To print this page, use your browser’s print command.")
        june.follow("Back", "The person said yes")
        june.press("Continue", "Help with a service")
        june.press("Continue", "Blue Badge")

        june.press("Continue the application", "Who is the badge for?")
        june.press(SAVE, "Who is the badge for?")
        june.reads("There is a problem", "Select who the badge is for")
        say_where_and_for_whom(june)
        say_what_the_need_is(june)
        june.press(SAVE, "Walking")
        describe_walking(june)
        say_what_helps(june)
        say_who_the_person_is(june)
        say_what_proves_it(june)
        read_back_and_declare(june)
        send_with_a_double_click(june)
        assert count_submissions() == 1

        june.press("Lock now", "This screen is locked")


def send_with_a_double_click(screen: Screen) -> None:
    """Nothing in the browser stops the second one: whether it still sends it is a matter of luck.
    What two posts at once come to, tests/assurance/test_faults_02_twice.py holds."""
    screen.page.get_by_role("button", name="Declare and submit", exact=True).dblclick()
    screen.arrive("Application submitted")


def test_a_yes_to_be_represented(browser: Browser, live_server: str, town: Town) -> None:
    with Screens(browser, live_server).sit_down("june-plain", javascript=False) as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")
        find_by_birth_date(june, "Kwabena", ("", "", "1942"), finds="Nobody was found")
        june.press("Register somebody new", "Register a person")
        register(june)
        ask_whether_somebody_may_act(
            june, "Do my council tax form", "Council Tax Reduction", "Fill in forms"
        )
        confirm_before_a_witness(june, "Walter Hughes", "His neighbour")
        june.arrive("The person said yes")
        june.reads("June Whitlock can act for the person from now on.")
