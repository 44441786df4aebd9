"""Evidence in a real browser: added with its progress, and again by itself when the net is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.factories import applications as apps
from tests.factories import files
from tests.journeys.test_application_pages import save, show_as
from tests.support.browser import look

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

SERVICE = "older-persons-bus-pass"
LONG = "A letter about the pension of somebody with a very long name indeed " * 2


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene(SERVICE)


def come_to_the_photograph(scene: apps.Scene) -> str:
    reference = apps.start(scene, service_key=SERVICE)
    while True:
        draft = apps.get_draft(scene.helper, reference)
        path = draft.progress.unanswered
        if path == "/photo-file":
            return f"/applications/{reference}/pages{path}"
        wanted = {**apps.ROUTES[SERVICE], "photoHow": "file"}
        posted = apps.posted_for(draft, draft.definition.pages[path], wanted)
        apps.save(scene.helper, reference, path, posted)


def test_a_file_is_added_at_once_and_survives_a_lost_network(
    page: Page, app: Flask, scene: apps.Scene
) -> None:
    address = come_to_the_photograph(scene)
    show_as(page, app, scene)
    page.goto(address)
    look(page, "evidence-before")
    choose = page.locator("input[type=file]")
    page.context.set_offline(True)
    choose.set_input_files(
        {"name": f"{LONG}.jpg", "mimeType": "image/jpeg", "buffer": files.picture()}
    )
    page.get_by_text("There is no connection").wait_for()
    page.context.set_offline(False)
    page.locator("#q-photo-files li").wait_for()
    expect(page.locator("#q-photo-files bdi")).to_contain_text("A letter about")
    expect(page.locator("#q-photo-status")).to_contain_text("Added:")
    expect(choose).to_have_value("")  # it does not travel a second time
    choose.set_input_files({"name": "x.gif", "mimeType": "image/gif", "buffer": b"GIF89a"})
    page.get_by_text("must be a JPEG, PNG, HEIC, PDF or DOCX").wait_for()
    look(page, "evidence-added")
    save(page)
    page.wait_for_url("**/pages/age-proof")
    page.goto(address)
    expect(page.locator("#q-photo-files li")).to_have_count(1)
    look(page, "evidence-saved")
