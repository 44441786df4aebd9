"""A time is kept for somebody: booked, an interpreter found, moved, and over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.kernel import clock
from tests.factories import casework

from .steps import cast
from .steps.cast import Town, register_yesterday
from .steps.screen import Screens


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    register_yesterday(made, "june", "Rhian Jenkins", birth_date="1958-05-03", nation="wales")
    return made


def test_an_appointment_from_the_case_to_its_end(
    browser: Browser, live_server: str, town: Town
) -> None:
    person_id = register_yesterday(town, "june", "Mair Ellis", birth_date="1960-06-01")
    case = casework.make_case(town["june"].actor, person_id)
    day = clock.today() + timedelta(days=1)
    with Screens(browser, live_server).sit_down("june") as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")
        june.reads("You have no appointment today.")
        june.open(f"/cases/{case.reference}", f"Case {case.reference}")
        june.press("Book an appointment", "Book an appointment")
        june.press("Book the appointment", "Book an appointment")
        june.reads("Enter the day of the appointment", "Enter the time when it begins")
        june.type_date("Which day?", str(day.day), str(day.month), str(day.year))
        june.type("What time does it begin?", "2:15pm")
        june.choose("At the desk", "A sign-language interpreter")
        june.type("What to bring, or to know (optional)", "The letter from the council")
        june.press("Book the appointment", f"Case {case.reference}")
        june.reads("The appointment is booked.", "Book a sign-language interpreter")

        june.follow("Appointment:", "Appointment")
        june.reads("2:15pm", "Not booked yet")
        june.type("Who interprets, or the number of the booking", "Signs Together, 4471")
        june.press("The interpreter is booked", "Appointment")
        june.reads("Signs Together, 4471")
        june.press("Change the appointment", "Change the appointment")
        june.type("What time does it begin?", "3pm")
        june.press("Save", "Appointment")

        june.open(f"/appointments?day={day.isoformat()}", "Appointments")
        june.reads("At the desk", "M.\N{NO-BREAK SPACE}E.")
        june.does_not_read("Mair")
        june.follow("3pm", "Appointment")
        june.press("Cancel the appointment", "Appointment")
        june.reads("Cancelled")
        june.does_not_read("Change the appointment")
