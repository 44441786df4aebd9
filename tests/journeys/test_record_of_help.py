"""Help beside a person: recorded in a minute, or asked for and receipted in a minute and a half.

The time is that of the keystroke-level model, of somebody who knows what to do and makes no
mistake. What is said between helper and person is the visit itself, and is not counted.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from .steps import cast
from .steps.cast import Town, register_yesterday
from .steps.counting import CountingScreen
from .steps.finding import find_by_birth_date
from .steps.screen import Screens

MOST_SECONDS = 60
MOST_PAGES = 6  # Today, find, found, the person, the form, and what was recorded (or its receipt)
MOST_SECONDS_OF_A_VISIT = 90


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    register_yesterday(made, "june", "Rhian Jenkins", birth_date="1958-05-03", nation="wales")
    return made


def test_help_elsewhere_is_recorded_in_under_a_minute(
    browser: Browser, live_server: str, town: Town
) -> None:
    with Screens(browser, live_server).sit_down("june", kind=CountingScreen) as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")

        find_by_birth_date(june, "Rhian Jenkins", ("3", "5", "1958"), finds="1 person found")
        june.follow(june.find_reference("P"), "A person’s page")
        june.press("Record help on another website", "Record help on another website")
        june.choose("Council Tax Reduction")
        june.type("What did the person ask you to do?", "Tell them that I moved")
        june.choose("The person’s, who is here", "The person said yes, after I told them this")
        june.type("The service’s reference (optional)", "CTR-4488-12")
        june.hit_enter("Record of help")

        june.reads("Council Tax Reduction", "Tell them that I moved", "CTR-4488-12")
        assert len(june.seen) <= MOST_PAGES
        assert june.seconds <= MOST_SECONDS, june.explain()


def test_a_visit_from_today_to_the_receipt_takes_a_minute_and_a_half(
    browser: Browser, live_server: str, town: Town
) -> None:
    with Screens(browser, live_server).sit_down("june", kind=CountingScreen) as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")

        find_by_birth_date(june, "Rhian Jenkins", ("3", "5", "1958"), finds="1 person found")
        june.follow(june.find_reference("P"), "A person’s page")
        june.press("Record a yes to help today", "Help somebody who is here")
        june.pick("What does the person need help with?", "Council Tax Reduction")
        june.type("What does the person want done?", "Pay less Council Tax")
        june.choose("The person said yes, after I told them this")
        june.press("Record the yes and print the receipt", "What you agreed to")

        june.reads("Rhian Jenkins", "Pay less Council Tax", "You can stop it at any time.")
        assert len(june.seen) <= MOST_PAGES
        assert june.seconds <= MOST_SECONDS_OF_A_VISIT, june.explain()
        print(june.explain())
        june.follow("Back", "The person said yes")


def test_a_receipt_says_what_was_done_and_nothing_that_was_answered(
    browser: Browser, live_server: str, town: Town
) -> None:
    with Screens(browser, live_server).sit_down("june") as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")
        find_by_birth_date(june, "Rhian Jenkins", ("", "", "1958"), finds="1 person found")
        june.follow(june.find_reference("P"), "A person’s page")
        june.press("Record help on another website", "Record help on another website")
        june.press("Record the help", "Record help on another website")
        june.reads("There is a problem", "Select a service", "Select on whose word you helped")
        june.choose("Another service", "The person’s, on the telephone")
        june.type("What is the service called?", "Library card")
        june.type("What did the person ask you to do?", "Renew the card")
        june.choose("The person said yes, after I told them this")
        june.press("Record the help", "Record of help")
        june.press("Print the receipt", "What we did for you")
        june.reads("Rhian Jenkins", "Library card", "You can say stop at any time.")
        june.follow("Back", "Record of help")
