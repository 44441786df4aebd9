"""Each service of the catalogue, from “What does this person need?” to what was sent.

One journey a service, with axe on every page. How it gets to the other side differs: on paper,
typed in elsewhere, as data. Paying has a journey of its own, and so has a change.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.kernel.transactions import reading
from assistedaccess.services.queries import get_service
from tests.factories import applications as apps
from tests.factories import casework, people

from .steps import cast
from .steps.agreeing import tell_and_record_yes
from .steps.answering import answer_the_form
from .steps.cast import Town
from .steps.filling_in import read_back_and_declare
from .steps.looking_behind import count_submissions
from .steps.screen import Screen, Screens

SERVICES = sorted(set(apps.ROUTES) - {"blue-badge", "universal-credit-change"})
BESIDE = "Fill in the form here, with the person beside me"


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


@pytest.mark.parametrize("key", SERVICES)
def test_from_the_catalogue_to_the_other_side(
    browser: Browser, live_server: str, town: Town, key: str
) -> None:
    june = town["june"]
    person_id = people.make_person(june.actor, "Kwabena", nation="england")
    case = casework.make_case(june.actor, person_id)
    with reading():
        service = get_service(key)
    name, entry = service.name("en"), service.entry
    with Screens(browser, live_server).sit_down("june") as screen:
        june.is_let_in(screen)
        screen.open(f"/cases/{case.reference}", f"Case {case.reference}")
        screen.press("What does this person need?", "What does this person need?")
        screen.type("What does the person need?", entry.search_words["en"][0])
        screen.press("Search", "What does this person need?")
        screen.follow(f"Start {name}", "Help with a service")
        screen.choose(BESIDE)
        screen.press("Continue", "Help somebody who is here")
        tell_and_record_yes(screen, f"Apply for {name}")
        screen.press("Continue", "Help with a service")
        screen.press("Continue", name)
        reference = screen.find_reference("A")
        screen.press("Continue the application")
        answer_the_form(screen, june.actor, reference, apps.ROUTES[key])
        screen.arrive("Check the answers")
        read_back_and_declare(screen)
        screen.press("Declare and submit", "Application submitted")
        screen.reads(name, reference)
        assert count_submissions() == 1
        screen.press("Get it to the other side", "Get it to the other side")
        GET_THERE[entry.ways_out[0]](screen)


def type_elsewhere(screen: Screen) -> None:
    """Each answer is ticked as it goes in, then the other side's reference: no question is left."""
    screen.choose("Typed into the other side’s own form")
    screen.press("Continue", "Type it in elsewhere")
    screen.press("All of it is in", "Type it in elsewhere")
    screen.reads("There is a problem")
    for tick in screen.page.locator("input[name=tick]").all():
        tick.check()
    screen.type("Reference that the other side gave", "REF-2026-77")
    screen.press("All of it is in", "Get it to the other side")
    screen.reads("REF-2026-77")


def send_as_data(screen: Screen) -> None:
    """It was queued as it was submitted: nobody has to do anything."""
    screen.reads("It is sent by itself within minutes")


def post(screen: Screen) -> None:
    """The filled-in form and its letter are printed, and somebody says that they are posted."""
    screen.choose("Printed, and posted or handed in")
    screen.press("Continue", "Get it to the other side")
    screen.follow("Print the letter that goes with it")
    screen.page.wait_for_url("**/letter")
    screen.look()
    screen.page.go_back()
    screen.press("It is in the post, or handed in", "Get it to the other side")
    screen.reads("Done")


GET_THERE = {"typed_elsewhere": type_elsewhere, "data": send_as_data, "posted": post}
