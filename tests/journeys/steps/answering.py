"""Answering any form, page by page in the browser, with what its own rules call ordinary answers.

What stands on each page is the form engine's; what is typed comes from the form's definition, as
`assistedaccess services check` finds it. So one journey walks every service of the catalogue.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from assistedaccess.kernel.actor import Actor
from tests.factories import applications as apps
from tests.factories.files import picture

from .screen import Screen

SAVE = "button:visible:text-is('Save and continue')"
MOST_PAGES = 80


def answer_the_form(screen: Screen, actor: Actor, reference: str, wanted: dict[str, Any]) -> int:
    """From the first question to the answers on one page; how many pages there were."""
    for count in range(MOST_PAGES):
        draft = apps.get_draft(actor, reference)
        path = draft.progress.unanswered
        if not path:
            return count
        screen.page.wait_for_url(f"**{apps.address(reference, path)}")
        screen.look()
        posted = apps.posted_for(draft, draft.definition.pages[path], wanted)
        for name, values in posted.items():
            _fill(screen.page.locator(f'main [name="{name}"]'), values)
        with screen.page.expect_navigation():
            screen.page.locator(SAVE).last.click()  # the first may be for the Enter key alone
    raise AssertionError("the form has no end")


def _fill(fields: Locator, values: list[str]) -> None:
    """Choose or type one answer: as text, from a list, by radios or checkboxes, or as a file."""
    kind = str(fields.first.evaluate("each => each.type"))
    if kind in ("radio", "checkbox"):
        for value in values:
            fields.and_(fields.page.locator(f'[value="{value}"]')).check()
    elif kind == "file":
        fields.set_input_files(
            {"name": "letter.png", "mimeType": "image/png", "buffer": picture("PNG")}
        )
    elif kind == "select-one":
        fields.select_option(values)
    elif kind != "hidden":
        fields.fill(values[0])
