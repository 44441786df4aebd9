"""Typed in elsewhere, in a real browser: copied, ticked, ended with the other side's reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.factories import applications as apps
from tests.journeys.test_application_pages import show_as
from tests.support.browser import look

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page


@pytest.mark.usefixtures("app")
def test_answers_are_copied_ticked_and_end_with_their_reference(page: Page, app: Flask) -> None:
    scene = apps.make_scene("council-crisis-support")
    draft = apps.make_ready(scene, "council-crisis-support")
    apps.submit(scene.helper, draft)
    show_as(page, app, scene)
    page.goto(f"/applications/{draft.reference}/way-out")
    look(page, "way-out-data")

    scene = apps.make_scene("universal-credit")
    draft = apps.make_ready(scene, "universal-credit")
    apps.submit(scene.helper, draft)
    show_as(page, app, scene)
    page.goto(f"/applications/{draft.reference}/sent")
    look(page, "sent")
    page.get_by_role("button", name="Get it to the other side").click()
    look(page, "way-out")
    page.get_by_label("Typed into the other side’s own form").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/typing")
    look(page, "typing")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-app-copy]").nth(1).click()
    page.locator("#copied", has_text="Copied").wait_for(state="attached")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#text-2").inner_text().strip()
    page.get_by_role("button", name="All of it is in").click()
    look(page, "typing-error")
    for tick in page.locator("input[name=tick]").all():
        tick.check()
    page.get_by_label("Reference that the other side gave").fill("UC-2026-77")
    page.get_by_role("button", name="All of it is in").click()
    page.wait_for_url("**/way-out")
    page.get_by_text("UC-2026-77").wait_for()
    look(page, "typed")
