"""A time is kept for somebody: booked, an interpreter found, moved, and over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.kernel import clock
from tests.factories import casework

from .steps import cast
from .steps.cast import Town, register_yesterday
from .steps.screen import Screen, Screens


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    real = datetime.now(UTC)
    shift = clock.start_of_day(clock.local(real).date() + timedelta(days=1)) - real
    shift += timedelta(hours=10)  # at whatever hour it runs, there is a day left for a group
    with clock.set_clock(lambda: datetime.now(UTC) + shift):
        made = cast.build_town()
        cast.add_june(made)
        register_yesterday(made, "june", "Rhian Jenkins", birth_date="1958-05-03", nation="wales")
        yield made


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

        _keep_a_register(june, town, case.reference)


def _keep_a_register(june: Screen, town: Town, reference: str) -> None:
    """A group on the same day: planned, full, its register kept, closed and put right."""
    june.open("/group-sessions", "Group sessions")
    june.press("Plan a group session", "Plan a group session")
    june.press("Plan it", "Plan a group session")
    june.reads("Enter what the session is about", "Select yes if it would tell something")
    june.type("What is it about?", "Getting out of debt")
    june.choose("No, anybody may come for anything")
    begins = clock.local(clock.now()) + timedelta(minutes=10)
    june.type_date("Which day?", str(begins.day), str(begins.month), str(begins.year))
    june.type("What time does it begin?", f"{begins:%H:%M}")
    june.type("What time does it end?", "1pm")
    june.type("How many people can come?", "1")
    june.press("Plan it", "Plan a group session")
    june.reads("This topic tells what people come for.")
    june.choose("Yes, hide what it is about")
    june.press("Plan it", "Group session")
    june.reads("Getting out of debt", "Nobody is on the register yet.")
    june.open("/group-sessions", "Group sessions")
    june.does_not_read("debt")
    june.open("/today", "Today")
    june.reads("Group session")

    june.open(f"/cases/{reference}", f"Case {reference}")
    june.press("Group sessions", "Group sessions")
    june.page.get_by_role("radio").check()  # the one session that there is
    june.press("Put them on the register", f"Case {reference}")
    june.does_not_read("debt")
    june.follow("Group session:", "Group session")
    june.reads("This session is full.", "Expected")
    person = june.find_reference("P")
    june.press(f"They came {person}", "Group session")
    june.press(f"They left early {person}", "Group session")
    june.type("First name, if they have no reference", "Mair")
    june.press("They are here", "Group session")
    june.reads("This session is full.", "2 people came.", "walked in")
    june.press("Close the register", "Group session")
    june.reads("2 people came.", "No record")
    june.does_not_read("Mair", "could not come")
    june.follow("Correct", "Correct the register")
    june.choose("Came")
    june.type("How do you know?", "She only went to the door")
    june.press("Add the correction", "Group session")
    june.reads("Corrected: Came.")
    june.follow("Print the register", "Register")
    june.does_not_read("debt", "Rhian", "Mair")
