"""Every page of applications and records of help in a real browser: wide, narrow, with axe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect

from assistedaccess.consent.service import withdraw_consent
from tests.factories import applications as apps
from tests.factories import people
from tests.support.browser import look, take_screenshot

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

KEY = "council-tax-reduction"
SAVE = "button:visible:text-is('Save and continue')"


def show_as(page: Page, app: Flask, scene: apps.Scene) -> None:
    """Give the browser the helper's sign-in."""
    client = FlaskClient(app)
    people.sign_in(client, scene.helper)
    cookie = next(iter(client._cookies.values()))
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene(
        KEY,
        birth_date="1940-03-27",
        nation="england",
        housing="address",
        address={"line_1": "1 High Street", "town": "Millbrook", "postcode": "LS1 4ZZ"},
    )


def save(page: Page) -> None:
    """Press the page's button, and wait for what comes."""
    with page.expect_navigation():
        page.locator(SAVE).last.click()  # the first may be there for the Enter key alone


def answer_until(scene: apps.Scene, reference: str, path: str) -> None:
    """Answer by the commands, up to ``path``."""
    while (unanswered := apps.get_draft(scene.helper, reference).progress.unanswered) != path:
        draft = apps.get_draft(scene.helper, reference)
        posted = apps.posted_for(draft, draft.definition.pages[unanswered])
        apps.save(scene.helper, reference, unanswered, posted)


def test_an_application_from_beginning_to_end(app: Flask, page: Page, scene: apps.Scene) -> None:
    show_as(page, app, scene)
    page.goto(f"/cases/{scene.case.reference}/applications/new")
    page.get_by_role("button", name="Continue").click()
    look(page, "applications-start-with-errors")
    page.get_by_label("Fill in the form here, with the person beside me").check()
    page.get_by_role("button", name="Continue").click()
    look(page, "applications-tasks")
    reference = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="Continue the application").click()
    save(page)
    look(page, "applications-question-with-errors")
    assert page.locator(".govuk-error-summary").evaluate("each => each === document.activeElement")
    page.get_by_label("England").check()
    page.get_by_label("Council that you pay Council Tax to").fill("Millbrook Council")
    save(page)
    page.get_by_label("Yes").check()
    save(page)
    look(page, "applications-what-the-record-knows")
    page.get_by_role("link", name="Fill it in, then ask").click()
    look(page, "applications-filled-in-from-the-record")
    expect(page.get_by_label("Full name")).to_have_value("Ada Lovelace")
    save(page)
    page.wait_for_url("**/contact")
    answer_until(scene, reference, "/jobs")
    page.goto(f"/applications/{reference}/pages/jobs")
    draft = apps.get_draft(scene.helper, reference)
    jobs = draft.definition.pages["/jobs"]
    apps.save(scene.helper, reference, "/jobs", apps.posted_for(draft, jobs))
    page.reload()
    look(page, "applications-rows")
    page.get_by_label("Name of the employer").fill("Millbrook Bakery")
    page.keyboard.press("Enter")  # must not press "Remove"
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    look(page, "applications-row-with-errors")
    assert len(apps.get_draft(scene.helper, reference).answers["jobRows"]) == 1
    apps.answer_all(scene.helper, reference)
    page.goto(f"/applications/{reference}")
    look(page, "applications-tasks-done")
    page.get_by_role("link", name="Print it to go on with on paper").click()
    look(page, "applications-paper-pack")
    page.go_back()
    page.get_by_role("button", name="Continue the application").click()
    page.get_by_role("link", name="Back").click()
    look(page, "applications-check")
    page.get_by_role("button", name="Go on to read them out").click()
    save(page)
    look(page, "applications-read-out-with-errors")
    page.get_by_label("Something has to be corrected").check()
    look(page, "applications-read-out-correction")
    while page.url.endswith("/read-out"):
        page.get_by_label("Yes, all of it is right").check()
        save(page)
        page.wait_for_load_state()
    page.get_by_role("button", name="Declare and submit").click()
    look(page, "applications-declaration-with-errors")
    page.get_by_label("The person, to me").check()
    page.get_by_label("I read these words out").check()
    page.get_by_role("button", name="Declare and submit").dblclick()
    page.wait_for_url("**/sent")
    look(page, "applications-submitted")
    page.goto(f"/applications/{reference}")
    look(page, "applications-view-submitted")
    page.goto(f"/applications/{reference}/print")
    look(page, "applications-print")
    page.emulate_media(media="print")
    take_screenshot(page, "applications-print-paper")


def test_what_could_not_be_saved(app: Flask, page: Page, scene: apps.Scene) -> None:
    show_as(page, app, scene)
    reference = apps.start(scene, service_key=KEY)
    page.goto(f"/applications/{reference}/pages/where")
    theirs = {"q-nation": ["wales"], "q-council": ["Theirtown"]}
    apps.save(scene.helper, reference, "/where", theirs)
    page.get_by_label("England").check()
    page.get_by_label("Council that you pay Council Tax to").fill("Minetown")
    save(page)
    look(page, "applications-conflict")
    page.get_by_role("link", name="Change what I typed first").click()
    look(page, "applications-kept")
    withdraw_consent(actor=scene.helper, consent_id=scene.consent_id, how="in_front")
    save(page)
    look(page, "applications-refused")
    page.get_by_role("link", name="See where the application stands").click()
    look(page, "applications-tasks-with-kept-text")
    page.get_by_role("link", name="Change Way").click()
    look(page, "applications-change-way")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Withdraw the application").click()
    look(page, "applications-withdraw")
    page.get_by_label("It was begun by mistake").check()
    page.get_by_role("button", name="Withdraw the application").click()
    look(page, "applications-withdrawn")


def test_a_record_of_help_and_the_catalogue(app: Flask, page: Page, scene: apps.Scene) -> None:
    show_as(page, app, scene)
    page.goto(f"/cases/{scene.case.reference}/records-of-help/new")
    page.get_by_role("button", name="Record the help").click()
    look(page, "applications-help-with-errors")
    page.get_by_label("Another service").check()
    page.get_by_label("What is the service called?").fill("Pension Credit")
    page.get_by_label("What did the person ask you to do?").fill("Ask what is missing")
    page.get_by_label("The person’s, who is here").check()
    page.get_by_label("The person said yes, after I told them this").check()
    page.get_by_role("button", name="Record the help").click()
    look(page, "applications-help")
    page.get_by_role("button", name="Print the receipt").click()
    look(page, "applications-help-receipt")
    page.goto("/services?words=parking")
    look(page, "applications-services")
    page.get_by_role("link", name="Blue Badge").click()
    look(page, "applications-service")


def test_it_works_without_javascript(
    app: Flask, page_without_javascript: Page, scene: apps.Scene
) -> None:
    page = page_without_javascript
    show_as(page, app, scene)
    reference = apps.start(scene, service_key=KEY)
    page.goto(f"/applications/{reference}")
    page.get_by_role("button", name="Continue the application").click()
    page.get_by_label("Scotland").check()
    page.get_by_label("Council that you pay Council Tax to").fill("Millbrook Council")
    page.get_by_role("button", name="Save and come back later").click()
    expect(page.locator("body")).to_contain_text("Saved. You can go on with it later.")
    assert apps.get_draft(scene.helper, reference).answers["nation"] == "scotland"
    page.goto(f"/cases/{scene.case.reference}/records-of-help/new")
    page.get_by_label("Council Tax Reduction").check()
    page.get_by_label("What did the person ask you to do?").fill("Ring the council")
    page.get_by_label("The person’s, on the telephone").check()
    page.get_by_role("button", name="Record the help").click()
    expect(page.locator("body")).to_contain_text("Ring the council")
    take_screenshot(page, "applications-help-without-javascript")
