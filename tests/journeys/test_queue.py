"""From the queue to a record of help: at most four pages, by the keystroke-level model."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.applications.service_helping import make_record_of_help
from tests.factories.people import reference_of

from .steps import cast
from .steps.cast import Town, register_yesterday
from .steps.counting import CountingScreen
from .steps.screen import Screens

MOST_PAGES = 4  # the queue on Today, the person, the form, and what was recorded
MOST_SECONDS = 45


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


def test_from_the_queue_to_a_record_of_help_in_four_pages(
    browser: Browser, live_server: str, town: Town
) -> None:
    person_id = register_yesterday(
        town, "june", "Rhian Jenkins", birth_date="1958-05-03", nation="wales"
    )
    make_record_of_help(
        actor=town["june"].actor, person_id=person_id, service="council-tax-reduction",
        asked="Pay less", word="here", said_yes=True,
    )  # fmt: skip
    with Screens(browser, live_server).sit_down("june", kind=CountingScreen) as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")
        june.type("First name or ticket number", "Rhian")
        june.type("Their reference, if they have it with them", reference_of(person_id))
        june.press("Add to the queue", "Today")
        june.done.clear()
        june.seen.clear()

        june.open("/", "Today")
        june.press("Call Rhian", "A person’s page")
        june.press("Record help on another website", "Record help on another website")
        first = june.page.get_by_role("radio").first
        assert first.input_value() == "council-tax-reduction"  # the last service stands first
        june.choose("Council Tax Reduction")
        june.type("What did the person ask you to do?", "Tell them that I moved")
        june.choose("The person’s, who is here", "The person said yes, after I told them this")
        june.hit_enter("Record of help")
        assert len(june.seen) <= MOST_PAGES
        assert june.seconds <= MOST_SECONDS, june.explain()

        june.open("/today/team", "Today for the team")
        june.open("/", "Today")
        june.type("First name or ticket number", "Ticket 12")
        june.press("Add to the queue", "Today")
        june.open("/appointments/links", "Calendar and screen")
        june.press("Make a link Screen in the waiting room", "Calendar and screen")
        june.open(june.page.locator("code").inner_text(), "Who waits")
        june.reads("Ticket 12")
        june.does_not_read("Rhian")
