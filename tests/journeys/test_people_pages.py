"""Every page about a person, and the letters, in a real browser: wide and narrow, with axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.queries import list_letters
from assistedaccess.notices.service import send_due_notices
from assistedaccess.people import queries, service, service_identity
from tests.factories.people import (
    days_later,
    email,
    make_desk,
    make_helper,
    make_person,
    mobile,
    sign_in,
)
from tests.support.browser import look, take_screenshot

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

    from assistedaccess.kernel.actor import Actor

LONG_NAME = "Ngozi Chukwuemeka-Okonkwo O’Brien von und zu Hohenstaufen-Wittelsbach"


def show_as(page: Page, app: Flask, actor: Actor) -> None:
    """Give the browser the actor's sign-in."""
    client = FlaskClient(app)
    sign_in(client, actor)
    cookie = next(iter(client._cookies.values()))
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


@pytest.fixture
def helper(app: Flask, page: Page) -> Actor:
    """A helper who is signed in in the browser."""
    made = make_helper(make_desk())
    show_as(page, app, made)
    return made


@pytest.fixture
def reference(app: Flask, helper: Actor) -> str:
    """A person with everything, who is here."""
    person_id = make_person(
        helper,
        LONG_NAME,
        known_as="Ngozi",
        birth_date="1942-03-27",
        housing="address",
        address={"line_1": "Flat 2, 14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
        letters_are_safe=True,
        contact_points=[mobile(), email(whose="shared")],
        no_messages_left=True,
        best_times="Mornings",
        safe_words="Say that you ring about the library book.",
        formats=["large_print"],
    )
    service.state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    service_identity.add_identity_evidence(
        actor=helper,
        person_id=person_id,
        kind="pass_card",
        level="medium",
        what_was_seen="Bus pass",
    )
    with reading():
        return queries.get_person(person_id).reference


def test_finding_and_registering(page: Page, helper: Actor, reference: str) -> None:
    page.goto("/people")
    look(page, "people-find")
    page.get_by_role("button", name="Search").click()
    look(page, "people-find-errors")
    page.get_by_label("The person is here").check()
    page.get_by_label("Name", exact=True).fill("Nobody Likely")
    page.get_by_label("Their name and birth date").check()
    for part, value in (("Day", "27"), ("Month", "March"), ("Year", "1942")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody was found")
    look(page, "people-nothing-found")
    page.get_by_role("link", name="Search again").first.click()
    page.get_by_label("The person is here").check()
    page.get_by_label("Their reference").check()
    page.get_by_label("Reference", exact=True).fill(reference.lower().replace("-", " "))
    page.get_by_role("button", name="Search").click()
    look(page, "people-results")
    page.get_by_role("button", name="Register somebody new").click()
    look(page, "people-register")
    page.get_by_role("button", name="Register this person").click()
    look(page, "people-register-errors")
    page.get_by_label("Name", exact=True).fill("Ngozi O'Brien")
    page.get_by_label("Mobile number (optional)").fill("07700 900123")
    page.get_by_role("button", name="Register this person").click()
    look(page, "people-duplicates")
    page.get_by_role("button", name="It is somebody else").click()
    expect(page.locator("main")).to_contain_text("Person registered")


@pytest.mark.parametrize(
    "path", ["details", "contact", "contact/add", "address", "safe-contact", "identity"]
)
def test_pages_about_a_person(page: Page, helper: Actor, reference: str, path: str) -> None:
    page.goto(f"/people/{reference}/{path}")
    look(page, f"people{path.replace('/', '-')}")


def test_a_contact_point_is_changed_and_ended(page: Page, helper: Actor, reference: str) -> None:
    page.goto(f"/people/{reference}/contact")
    page.get_by_role("link", name="Change Mobile number").click()
    look(page, "people-contact-change")
    page.get_by_label("Mobile number").fill("07700 900555")
    page.get_by_label("Yes, and they ask for this").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("07700 900555")
    page.get_by_role("link", name="Stop using Mobile number").click()
    look(page, "people-contact-end")
    page.get_by_label("It is not safe: keep it only").check()
    page.get_by_label("Yes, and they ask for this").check()
    page.get_by_role("button", name="Stop using it").click()
    expect(page.locator("main")).to_contain_text("Not safe: do not use")


def test_the_reason_is_asked(page: Page, app: Flask, helper: Actor, reference: str) -> None:
    show_as(page, app, make_helper(make_desk("Ash Vale Council")))
    page.goto(f"/people/{reference}/contact")
    expect(page.get_by_role("heading", level=1)).to_have_text("Why do you need this record?")
    look(page, "people-reason")
    page.get_by_label("The person is on the telephone").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("The details stay covered")
    expect(page.locator("main")).not_to_contain_text("07700")
    look(page, "people-covered")


def test_a_letter_is_printed_and_posted(page: Page, app: Flask) -> None:
    desk = make_desk()
    made_by, manager = make_helper(desk), make_helper(desk, role="manager")
    person_id = make_person(
        made_by,
        LONG_NAME,
        formats=["large_print"],
        housing="address",
        address={"line_1": "Flat 2, 14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
        letters_are_safe=True,
    )
    service_identity.add_identity_evidence(
        actor=made_by, person_id=person_id, kind="known_here", level="low"
    )
    with clock.set_clock(days_later(1)), app.app_context():
        send_due_notices(limit=10)
    show_as(page, app, manager)
    page.goto("/letters-to-print")
    look(page, "people-letters")
    with reading():
        (letter,) = list_letters(manager)
    page.get_by_role("link", name=f"Print {letter.reference}").click()
    look(page, "people-letter")
    page.emulate_media(media="print")
    take_screenshot(page, "people-letter-printed")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Mark as posted").click()
    expect(page.locator("main")).to_contain_text("No letter waits")
    look(page, "people-no-letters")
