"""Every field and component in a real browser: wide and narrow, by keyboard, on paper, in Welsh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.support.browser import check_accessibility, open_page, serve, take_screenshot
from tests.support.frame import frame_app

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page

__all__ = ["frame_app"]

WIDE = {"width": 1200, "height": 900}
NARROW = {"width": 320, "height": 640}
PAGES = ["form?name=long", "question", "components", "done", "letter", "errors/refused"]


@pytest.fixture
def address(frame_app: Flask) -> Iterator[str]:
    """Where the application with the pages of kitchen_sink is served."""
    with serve(frame_app) as served:
        yield f"{served}/kitchen-sink/"


@pytest.fixture
def kitchen(browser: Browser, address: str) -> Iterator[Page]:
    """A browser's page; what it complains of fails the test."""
    with open_page(browser, address) as opened:
        yield opened


def width_of_content(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_passes_axe_and_never_scrolls_sideways(
    kitchen: Page, size: dict[str, int]
) -> None:
    kitchen.set_viewport_size(size)  # type: ignore[arg-type]
    for name in PAGES:
        kitchen.goto(name)
        check_accessibility(kitchen)
        assert width_of_content(kitchen) <= size["width"], name
        take_screenshot(
            kitchen, f"frame-{name.partition('?')[0].replace('/', '-')}-{size['width']}"
        )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_errors_have_the_focus_and_lead_to_their_fields(
    kitchen: Page, size: dict[str, int]
) -> None:
    kitchen.set_viewport_size(size)  # type: ignore[arg-type]
    kitchen.goto("form?name=long")
    kitchen.get_by_role("button", name="Save and continue").click()
    expect(kitchen).to_have_title("Error: Every field – Assisted Access")
    summary = kitchen.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    check_accessibility(kitchen)
    assert width_of_content(kitchen) <= size["width"]
    take_screenshot(kitchen, f"frame-errors-{size['width']}")
    for link in summary.get_by_role("link").all():
        target = str(link.get_attribute("href"))
        link.press("Enter")
        assert kitchen.evaluate("'#' + document.activeElement.id") == target


def test_a_choice_reveals_its_questions(kitchen: Page) -> None:
    kitchen.goto("form")
    mobile = kitchen.get_by_label("Mobile number")
    expect(mobile).not_to_be_visible()
    kitchen.get_by_label("Text message").check()
    expect(mobile).to_be_visible()
    check_accessibility(kitchen)


def test_characters_that_are_left_are_counted(kitchen: Page) -> None:
    kitchen.goto("form")
    kitchen.get_by_label("Notes").fill("x" * 150)
    kitchen.get_by_text("You have 50 characters remaining").first.wait_for()


def test_who_the_page_is_about_stays_in_sight_and_hides_no_focus(kitchen: Page) -> None:
    kitchen.set_viewport_size(WIDE)  # type: ignore[arg-type]
    kitchen.goto("form")
    banner = kitchen.locator(".app-person-banner")
    kitchen.get_by_role("button", name="Save and come back later").focus()
    box = banner.bounding_box()
    assert box is not None
    assert box["y"] == 0
    for _ in range(12):
        kitchen.keyboard.press("Shift+Tab")
        covered = kitchen.evaluate(
            "(bottom) => document.activeElement.closest('main') !== null"
            " && document.activeElement.getBoundingClientRect().bottom <= bottom",
            box["height"],
        )
        assert not covered


def test_a_very_long_name_does_not_take_the_screen(kitchen: Page) -> None:
    kitchen.set_viewport_size(NARROW)  # type: ignore[arg-type]
    kitchen.goto("form?name=long")
    kitchen.get_by_role("button", name="Save and continue").scroll_into_view_if_needed()
    box = kitchen.locator(".app-person-banner").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 0


def test_on_paper_there_is_no_navigation_and_nothing_is_folded_away(kitchen: Page) -> None:
    kitchen.goto("components")
    kitchen.emulate_media(media="print")
    for hidden in ("Print this page", "End this", "English", "Privacy notice", "Newer"):
        expect(kitchen.get_by_text(hidden, exact=True).first).not_to_be_visible()
    for shown in ("P-7K3M-9QTR", "Because the claim’s date depends on it."):
        expect(kitchen.get_by_text(shown).first).to_be_visible()
    take_screenshot(kitchen, "frame-components-paper")


def test_in_welsh(kitchen: Page) -> None:
    kitchen.goto("components")
    kitchen.get_by_role("button", name="Cymraeg").click()
    assert kitchen.url.endswith("/kitchen-sink/components")
    assert kitchen.locator("html").get_attribute("lang") == "cy"
    expect(kitchen.get_by_role("link", name="Datganiad hygyrchedd")).to_be_visible()
    check_accessibility(kitchen)


def test_without_javascript_everything_is_there(browser: Browser, address: str) -> None:
    with open_page(browser, address, javascript=False) as page:
        page.goto("form")
        expect(page.get_by_label("Mobile number")).to_be_visible()
        page.get_by_role("button", name="Save and continue").click()
        expect(page.get_by_role("link", name="Enter the person’s name")).to_be_visible()
        page.goto("letter")
        expect(page.get_by_text("use your browser’s print command")).to_be_visible()
        expect(page.get_by_role("button", name="Print this page")).not_to_be_visible()
        page.goto("components")
        page.get_by_role("button", name="Cymraeg").click()
        assert page.locator("html").get_attribute("lang") == "cy"


def test_text_of_any_direction_does_not_turn_its_surroundings(kitchen: Page) -> None:
    kitchen.goto("components")
    sentence = kitchen.locator("main p", has_text="born March 1942")
    name = sentence.locator("bdi")
    after = sentence.evaluate(
        "p => { const range = document.createRange();"
        " const text = p.querySelector('bdi').nextSibling;"
        " range.setStart(text, 2); range.setEnd(text, 13);"
        " return range.getBoundingClientRect().left; }"
    )
    box = name.bounding_box()
    assert box is not None
    assert after >= box["x"] + box["width"] - 1  # the reference follows the name, on its right
