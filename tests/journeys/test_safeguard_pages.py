"""The pages of the controls, and of what is said while something waits: wide and narrow."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from assistedaccess.kernel.errors import Held
from assistedaccess.safeguards.service_establishments import register_establishment
from tests.factories.organisations import Member, actor_of, make_member, make_organisation
from tests.journeys.test_organisation_pages import enter, look

LONG = "Wolfeschlegelsteinhausenbergerdorff " * 5


@pytest.fixture
def members(app: Flask) -> dict[str, Member]:
    made = make_organisation(name="Milltown Council")
    return {
        role: make_member(made, role, name=f"Mary {role}")
        for role in ("manager", "reviewer", "administrator")
    }


def test_numbers_establishments_and_what_is_said(
    page: Page, live_server: str, members: dict[str, Member]
) -> None:
    enter(page, live_server, members["administrator"], "administrator")
    look(page, "/controls", "controls")
    look(page, "/controls/change", "controls-change")
    page.get_by_label("Records opened for a concern").fill("99")
    page.get_by_role("button", name="Ask for the change").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")

    enter(page, live_server, members["manager"], "manager")
    look(page, "/establishments", "establishments-none")
    look(page, "/establishments/register", "establishments-register")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("alert")).to_contain_text("Select what it is")
    with pytest.raises(Held) as held:
        register_establishment(
            actor=actor_of(members["manager"], "manager"),
            kind="care_home",
            name=LONG.strip(),
            telephone="01632 960009",
        )
    waiting = f"/pending-acts/{held.value.pending_reference}"
    look(page, waiting, "waiting")
    page.get_by_label("What do you want to say?").fill("It opened last week")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("It opened last week")).to_be_visible()

    enter(page, live_server, members["reviewer"], "reviewer")
    review = f"/reviews/{held.value.pending_reference}"
    look(page, review, "decide")
    page.get_by_label("Ask for more first").check()
    page.get_by_label("Reason, or your question").fill("Who runs it?")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Who runs it?")).to_be_visible()
    page.get_by_label("Release it").check()
    page.get_by_label("Reason, or your question").fill("I rang them")
    page.get_by_role("button", name="Confirm").click()
    enter(page, live_server, members["manager"], "manager")
    look(page, "/establishments", "establishments-long-name")
    expect(page.get_by_role("button", name="End it")).to_be_visible()
