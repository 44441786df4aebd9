"""A helper is worried, two clicks from where they are; the lead reads it, refers it, closes it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from .steps import cast
from .steps.cast import Town
from .steps.screen import Screens


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    cast.add_lead(made)
    return made


def test_from_a_worry_to_its_outcome(browser: Browser, live_server: str, town: Town) -> None:
    screens = Screens(browser, live_server)
    with screens.sit_down("june-worried") as june:
        town["june"].is_let_in(june)
        june.open("/", "Today")
        june.page.get_by_role("link", name="Worried about somebody?").click()
        june.arrive("Worried about somebody?")
        june.reads("ring 999")
        june.press("Tell the safeguarding lead", "Worried about somebody?")
        june.reads("Enter what you saw or heard")
        june.page.get_by_label("Somebody takes or controls their money").check()
        june.page.get_by_role("group", name="Is somebody in danger now?").get_by_label("No").check()
        june.page.get_by_label("What did you see or hear?").fill("Her nephew held the bank card.")
        june.page.get_by_label("Who is it about?").fill("Mrs Adeyemi of Mill Lane")
        june.press("Tell the safeguarding lead", "It has been passed on")
        june.reads("Your safeguarding lead has been told")

    with screens.sit_down("lead") as lead:
        town["lead"].is_let_in(lead)
        lead.open("/", "Today")
        lead.page.get_by_role("link", name="Concerns", exact=True).click()
        lead.arrive("Open concerns")
        lead.page.get_by_role("link", name="W-").click()
        lead.arrive("A concern")
        lead.reads("Her nephew held the bank card.", "Care Act 2014, section 42", "Nothing yet.")
        lead.press("Save", "A concern")
        lead.reads("Enter what was done or decided")
        lead.page.get_by_label("The outcome").check()
        lead.page.get_by_label("What was done or decided?").fill("She keeps the card herself now.")
        lead.press("Save", "A concern")
        lead.reads("She keeps the card herself now.", "Closed")
