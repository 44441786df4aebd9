"""Another version of a form in a real browser: refused, uploaded, looked at, asked for, agreed."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from assistedaccess.kernel.transactions import reading
from assistedaccess.services.catalogue import DEFINITIONS
from tests.factories import people
from tests.journeys.test_application_pages import look, show_as
from tests.support.held import select_held

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

BADGE = json.loads((DEFINITIONS / "blue-badge.json").read_text("utf-8"))


def as_file(name: str, definition: Any) -> Any:
    body = json.dumps(definition).encode()
    return {"name": name, "mimeType": "application/json", "buffer": body}


@pytest.mark.usefixtures("app")
def test_a_form_is_uploaded_read_and_put_in_force_by_two(page: Page, app: Flask) -> None:
    desk = people.make_desk("Administration")
    first, second = (people.make_helper(desk, "administrator") for _each in range(2))
    show_as(page, app, SimpleNamespace(helper=first))  # type: ignore[arg-type]
    page.goto("/services/blue-badge")
    page.get_by_role("link", name="Versions of its form").click()
    look(page, "versions")
    page.get_by_role("button", name="Upload a version").click()
    look(page, "versions-upload")
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_role("link", name="Select a form definition").wait_for()
    broken = json.loads(json.dumps(BADGE))
    broken["pages"][1]["components"] = [
        {"type": "TextField", "name": "pw" * 60, "title": "Your password"},
        {"type": "Hologram", "name": "holo"},
    ]
    page.locator("input[type=file]").set_input_files(as_file("broken.json", broken))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_text("asks for a password").wait_for()
    look(page, "versions-refused")
    other = json.loads(json.dumps(BADGE))
    other["name"] = {"en": "Blue Badge " + "L" * 120, "cy": "Bathodyn Glas"}
    other["pages"].insert(
        1,
        {
            "path": "/hello",
            "title": "What we ask, and why",
            "components": [
                {"type": "Html", "name": "h", "content": "<script>x</script><p>Hello there</p>"}
            ],
            "next": other["pages"][0]["next"],
        },
    )
    other["pages"][0]["next"] = [{"path": "/hello"}]
    page.locator("input[type=file]").set_input_files(as_file("badge.json", other))
    page.get_by_role("button", name="Upload and check").click()
    page.get_by_text("It is not in use yet").wait_for()
    look(page, "versions-read")
    page.get_by_role("link", name="What we ask, and why").click()
    page.get_by_text("Hello there").wait_for()
    look(page, "versions-preview-content")
    page.get_by_role("link", name="Page after").click()
    look(page, "versions-preview")
    page.goto("/services/blue-badge/forms/2")
    page.get_by_role("button", name="Ask a second administrator").click()
    page.get_by_role("link", name="Enter why this version should be used").wait_for()
    page.get_by_label("Why should this version be used?").fill("The council wrote on Monday")
    page.get_by_role("button", name="Ask a second administrator").click()
    page.get_by_text("A second administrator has to look at this form").wait_for()
    look(page, "versions-held")
    with reading() as session:
        reference = session.scalars(select_held()).one().reference
    show_as(page, app, SimpleNamespace(helper=second))  # type: ignore[arg-type]
    page.goto(f"/reviews/{reference}")
    look(page, "versions-decide")
    page.get_by_role("link", name="Read the form, and what is different").click()
    page.wait_for_url("**/forms/2")
    page.go_back()
    page.get_by_label("Release it").check()
    page.get_by_label("Reason").fill("I read all of it")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Released. It is done.").wait_for()
    page.goto("/services/blue-badge/forms")
    page.get_by_role("row", name="Version 2").get_by_text("In use").wait_for()
    look(page, "versions-in-use")
