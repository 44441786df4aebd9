"""Every page about a person, and the letters, in a real browser: wide and narrow, with axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

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
from tests.support.browser import check_accessibility, take_screenshot

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

    from assistedaccess.kernel.actor import Actor

WIDE = {"width": 1200, "height": 900}
NARROW = {"width": 320, "height": 640}
LONG_NAME = "Ngozi Chukwuemeka-Okonkwo O’Brien von und zu Hohenstaufen-Wittelsbach"


def show_as(page: Page, app: Flask, actor: Actor) -> None:
    """Give the browser the actor's sign-in."""
    client = FlaskClient(app)
    sign_in(client, actor)
    cookie = next(iter(client._cookies.values()))
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


def look(page: Page, name: str) -> None:
    for size, word in ((WIDE, "wide"), (NARROW, "narrow")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        take_screenshot(page, f"people-{name}-{word}")
        check_accessibility(page)
        assert int(page.evaluate("document.documentElement.scrollWidth")) <= size["width"]


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
    look(page, "find")
    page.get_by_role("button", name="Search").click()
    look(page, "find-errors")
    page.get_by_label("The person is here").check()
    page.get_by_label("Name", exact=True).fill("Nobody Likely")
    page.get_by_label("Their name and birth date").check()
    for part, value in (("Day", "27"), ("Month", "March"), ("Year", "1942")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_role("button", name="Search").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Nobody was found"
    look(page, "nothing-found")
    page.get_by_role("link", name="Search again").first.click()
    page.get_by_label("The person is here").check()
    page.get_by_label("Their reference").check()
    page.get_by_label("Reference", exact=True).fill(reference.lower().replace("-", " "))
    page.get_by_role("button", name="Search").click()
    look(page, "results")
    page.get_by_role("button", name="Register somebody new").click()
    look(page, "register")
    page.get_by_role("button", name="Register this person").click()
    look(page, "register-errors")
    page.get_by_label("Name", exact=True).fill("Ngozi O'Brien")
    page.get_by_label("Mobile number (optional)").fill("07700 900123")
    page.get_by_role("button", name="Register this person").click()
    look(page, "duplicates")
    page.get_by_role("button", name="It is somebody else").click()
    assert "Person registered" in page.inner_text("main")


@pytest.mark.parametrize(
    "path", ["details", "contact", "contact/add", "address", "safe-contact", "identity"]
)
def test_pages_about_a_person(page: Page, helper: Actor, reference: str, path: str) -> None:
    page.goto(f"/people/{reference}/{path}")
    look(page, path.replace("/", "-"))


def test_a_contact_point_is_changed_and_ended(page: Page, helper: Actor, reference: str) -> None:
    page.goto(f"/people/{reference}/contact")
    page.get_by_role("link", name="Change Mobile number").click()
    look(page, "contact-change")
    page.get_by_label("Mobile number").fill("07700 900555")
    page.get_by_role("button", name="Save").click()
    assert "07700 900555" in page.inner_text("main")
    page.get_by_role("link", name="Stop using Mobile number").click()
    look(page, "contact-end")
    page.get_by_label("It is not safe: keep it only").check()
    page.get_by_role("button", name="Stop using it").click()
    assert "Not safe: do not use" in page.inner_text("main")


def test_the_reason_is_asked(page: Page, app: Flask, helper: Actor, reference: str) -> None:
    show_as(page, app, make_helper(make_desk("Ash Vale Council")))
    page.goto(f"/people/{reference}/contact")
    assert page.get_by_role("heading", level=1).inner_text() == "Why do you need this record?"
    look(page, "reason")
    page.get_by_label("The person is on the telephone").check()
    page.get_by_role("button", name="Continue").click()
    assert "The details stay covered" in page.get_by_role("heading", level=1).inner_text()
    assert "07700" not in page.inner_text("main")
    look(page, "covered")


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
    look(page, "letters")
    with reading():
        (letter,) = list_letters(manager)
    page.get_by_role("link", name=f"Print {letter.reference}").click()
    look(page, "letter")
    page.emulate_media(media="print")
    take_screenshot(page, "people-letter-printed")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="Mark as posted").click()
    assert "No letter waits" in page.inner_text("main")
    look(page, "no-letters")
