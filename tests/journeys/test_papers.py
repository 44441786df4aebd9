"""A case's papers, and what to mind before a visit: kept, read to the person, answered, sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.kernel import clock
from tests.factories import casework, consent, delegation

from .steps import cast
from .steps.cast import Town, register_yesterday
from .steps.screen import Screens


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


def test_a_letter_comes_is_read_and_answered_and_a_visit_is_warned_of(
    browser: Browser, live_server: str, town: Town
) -> None:
    june_is = town["june"].actor
    person_id = register_yesterday(town, "june", "Rhian Jenkins", birth_date="1958-05-03")
    case = casework.make_case(june_is, person_id, service=consent.SERVICE)
    consent.assist(june_is, person_id)
    delegation.grant(june_is, person_id, powers=["see", "submit", "receive_messages"])
    day = clock.today() + timedelta(days=1)
    title = f"Case {case.reference}"
    with Screens(browser, live_server).sit_down("june") as june:
        town["june"].is_let_in(june)
        june.open(f"/cases/{case.reference}", title)
        june.press("Documents and letters", "Documents and letters")
        june.press("Keep a document", "Keep a document")
        june.press("Keep the document", "Keep a document")
        june.reads("There is a problem", "Enter what it is")
        june.type("What is it?", "Tenancy agreement")
        june.type("What it says, typed in (optional)", "£120 a week")
        june.choose("What rent they pay")
        june.press("Keep the document", "Document")
        june.reads("Tenancy agreement", "What rent they pay")

        june.open(f"/cases/{case.reference}/documents", "Documents and letters")
        june.press("A letter came", "A letter came")
        june.type("Who wrote it?", "The council")
        june.type("What it says, typed in (optional)", "We have turned you down.")
        june.press("Take the letter in", "Letter that came for them")
        june.press("They know what it says", "Letter that came for them")
        june.reads("Select how the person heard it")
        june.choose("I read it to them here")
        june.press("They know what it says", "Letter that came for them")
        june.press("Write the answer", "Write a letter")
        june.choose("Challenge a decision")
        june.type("Whom is it to?", "The council")
        june.type("What does the person want to say?", "I do live here.")
        june.press("Write the letter", "Challenge a decision")
        june.reads("I do not agree with it.", "I do live here.", "To be checked with them")
        june.choose("I read it to them here")
        june.press("They know what it says", "Challenge a decision")
        june.press("Print the letter", "Letter")
        june.follow("Back", "Challenge a decision")
        june.choose("The person takes it")
        june.press("It is sent", "Challenge a decision")
        june.open(f"/cases/{case.reference}/documents", "Documents and letters")
        june.reads("To be filed", "Sent")

        june.open(f"/cases/{case.reference}", title)
        june.press("Warn whoever visits alone", "Warn whoever visits alone")
        june.type("What must somebody know who visits this person at home?", "A dog that bites")
        june.type("How do you know?", "It bit Jo on 3 November")
        june.type_date("What is its last day?", str(day.day), str(day.month), str(day.year))
        june.choose("Yes")
        june.press("Save the warning", title)
        june.does_not_read("A dog that bites")
        june.press("Book an appointment", "Book an appointment")
        june.type_date("Which day?", str(day.day), str(day.month), str(day.year))
        june.type("What time does it begin?", "2:15pm")
        june.choose("At the person’s home")
        june.press("Book the appointment", "Appointment")
        june.reads("A dog that bites", "It bit Jo")
        june.follow("It is not so any more", "End a warning")
