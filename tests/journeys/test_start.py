"""Anybody can open the service and find a page that they can use."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import check_accessibility, take_screenshot


def test_the_first_page_opens_and_is_accessible(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    check_accessibility(page)
    take_screenshot(page, "start")


def test_the_first_page_opens_without_javascript(page_without_javascript: Page) -> None:
    page_without_javascript.goto("/")
    expect(page_without_javascript.get_by_role("heading", level=1)).to_be_visible()


def test_what_looks_at_pages_sees_what_is_not_accessible(page: Page) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('select'))")
    with pytest.raises(AssertionError, match="select-name"):
        check_accessibility(page)
