"""Somebody complains without signing in; a helper says how far it is; whoever it is not about
answers it, and so on to somebody outside."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from .steps import cast
from .steps.cast import Town
from .steps.messages import send_what_is_due
from .steps.screen import Screens


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


def test_from_a_complaint_to_its_answer(
    app: Flask, browser: Browser, live_server: str, town: Town
) -> None:
    screens = Screens(browser, live_server)
    with screens.sit_down("somebody") as anybody:
        anybody.open("/complain", "How to complain")
        anybody.page.get_by_role("button", name="Make a complaint").click()
        anybody.arrive("Make a complaint")
        anybody.press("Send the complaint", "Make a complaint")
        anybody.reads("Enter what went wrong")
        anybody.page.get_by_label("What was kept about me").check()
        anybody.page.get_by_label("What went wrong?").fill("Felix told my neighbour what I get.")
        anybody.page.get_by_label("Who is it about?").fill("Felix, the manager")
        anybody.page.get_by_label("At which place?").select_option("Millbrook Libraries")
        anybody.page.get_by_label("By letter").check()
        anybody.page.get_by_label("Address for the letter").fill("1 Mill Lane\nMillbrook")
        anybody.press("Send the complaint", "The complaint is received")
        number = anybody.page.get_by_text("Its number: G-").inner_text().split()[-1]

    send_what_is_due(app)
    with screens.sit_down("june-asked") as june:
        town["june"].is_let_in(june)
        june.open("/complaints/ask", "How far is a complaint?")
        june.page.get_by_label("The number of the complaint").fill(number.lower())
        june.press("Show how far it is", "How far is a complaint?")
        june.reads("Answer due by")

    with screens.sit_down("felix-named") as felix:
        town["felix"].is_let_in(felix)
        felix.open("/complaints", "Complaints")
        felix.reads("There are none.")

    with screens.sit_down("nadia-answers") as nadia:
        town["nadia"].is_let_in(nadia)
        nadia.open("/complaints", "Complaints")
        nadia.page.get_by_role("link", name=number, exact=True).click()
        nadia.arrive("A complaint")
        nadia.reads("Felix told my neighbour what I get.", "Data Protection Act 2018, section 164A")
        nadia.page.get_by_role("link", name="Print the letter").click()
        nadia.arrive("Your complaint")
        nadia.reads("1 Mill Lane", "We have your complaint")
        nadia.press("Mark as posted", "A complaint")
        nadia.reads("Posted")
        nadia.page.get_by_label("We need more time").check()
        nadia.page.get_by_label("In words").fill("The neighbour is away until Monday.")
        nadia.press("Save", "A complaint")
        nadia.reads("That it takes longer")
        nadia.page.get_by_role("button", name="Answer it").click()
        nadia.arrive("Answer a complaint")
        nadia.page.get_by_label("They are right", exact=True).check()
        nadia.page.get_by_label("The answer to them").fill("He should not have. We are sorry.")
        nadia.page.get_by_label("What is done differently").fill("Nobody talks of it at the door.")
        nadia.page.get_by_label("There is no safe way").check()
        nadia.press("Save the answer", "A complaint")
        nadia.page.get_by_role("link", name="Print the answer").click()
        nadia.arrive("Your complaint")
        nadia.reads("You are right.", "Local Government and Social Care Ombudsman")
