"""The person is online (C12): a link and a code; they read, grant, limit and end by themself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from tests.factories import consent, people, record
from tests.support.browser import look, open_page

from .test_people_pages import show_as

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page


def read_message(person_id: object) -> tuple[str, str]:
    """The link's path and the code, as they came to the person."""
    with reading() as session:
        sealed = session.scalars(
            select(NoticeEntry.facts)
            .join(Notice, Notice.id == NoticeEntry.notice_id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == "consent_link")
        ).one()
        facts = json.loads(encryption.unseal(person_id, "notice.facts", sealed))  # type: ignore[arg-type]
    return "/yes/" + facts["link"].rpartition("/")[2], facts["code"]


@pytest.fixture
def scene(app: Flask) -> consent.Scene:
    with clock.set_clock(clock.now() - timedelta(days=40)):
        return consent.make_scene(
            nation="england", contact_points=[people.email(whose="own", is_safe=True)]
        )


def test_c12_the_person_reads_limits_grants_and_ends_online(
    app: Flask, browser: Browser, page: Page, live_server: str, scene: consent.Scene
) -> None:
    request_id = consent.ask(scene.helper, scene.person_id)
    reference = consent.get_consent_reference(request_id)
    show_as(page, app, scene.helper)
    page.goto(f"/asking/{reference}/statement")
    page.get_by_role("link", name="The person is online").click()
    page.get_by_label("Email").check()
    page.get_by_role("button", name="Send the link").click()
    look(page, "c12-sent")
    path, code = read_message(scene.person_id)
    with open_page(browser, live_server) as theirs:
        theirs.goto(path)
        look(theirs, "c12-link")
        theirs.get_by_label("The code").fill("000000" if code != "000000" else "111111")
        theirs.get_by_role("button", name="Go on").click()
        expect(theirs.locator("body")).to_contain_text("That is not right")
        theirs.get_by_label("The code").fill(code)
        theirs.get_by_role("button", name="Go on").click()
        expect(theirs.locator("body")).to_contain_text("Do you want this?")
        look(theirs, "c12-asked")
        theirs.get_by_label("Send forms").uncheck()
        theirs.get_by_role("button", name="Yes, I want this").click()
        look(theirs, "c12-errors")
        theirs.get_by_label("What will they do for you?").fill("They fill in the badge form")
        theirs.get_by_label("When does it end?").fill("Next year")
        theirs.get_by_label("How can you stop it?").fill("I press stop here")
        theirs.get_by_role("textbox", name="Do you want this?").fill("Yes please")
        theirs.get_by_role("button", name="Yes, I want this").click()
        expect(theirs.locator("body")).to_contain_text("It has begun")
        expect(theirs.locator("body")).to_contain_text("They may fill in forms.")
        expect(theirs.locator("body")).not_to_contain_text("They may send forms.")
        look(theirs, "c12-record")
        theirs.get_by_role("button", name="Stop something").click()
        look(theirs, "c12-stop")
        theirs.get_by_label("Only this").check()
        theirs.get_by_role("button", name="Stop it now").click()
        expect(theirs.locator("body")).to_contain_text("Nobody may act for you")
        theirs.get_by_role("button", name="Leave").click()
        look(theirs, "c12-left")
        theirs.goto("/my-record/record")
        assert theirs.url.endswith("/my-record")
    page.goto(f"/asking/{reference}/online")
    assert page.url.endswith("/result")
    told = record.read(scene.helper, scene.person_id).record
    story = " ".join(str(line.words) for line in told.lines)
    assert "You said yes on a computer or a phone" in story
    assert "You ended it" in story, story
