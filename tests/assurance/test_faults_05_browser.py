"""Fault 5, V14.3.1 and V14.3.3: after signing out a shared computer shows and keeps nothing."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.factories.accounts import open_sign_in
from tests.factories.world import World, hat_of

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"])]

TYPED = "Canarytypedandleft"


@pytest.fixture
def signed_in(app: Flask, world: World, page: Page, live_server: str) -> Page:
    """The helper of side a, in a real browser."""
    side = world.a
    token = open_sign_in(side.accounts["helper"].account_id, hat_of(side.actors["helper"]))
    page.context.add_cookies([{"name": "sign-in", "value": token.token, "url": live_server}])
    return page


def test_fault_05_the_back_button_after_signing_out_shows_the_sign_in(
    world: World, signed_in: Page
) -> None:
    page, name = signed_in, world.a.word("Person")
    page.goto(f"/people/{world.a.values['people']}")
    assert name in page.content()
    page.goto("/people/register")
    page.get_by_label("Name", exact=True).first.fill(TYPED)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")
    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert name not in page.content()
        assert TYPED not in page.content()
        assert page.locator(f"input[value='{TYPED}']").count() == 0
        assert "/sign-in" in page.url


def test_v14_3_3_nothing_of_a_person_stays_in_the_browser(world: World, signed_in: Page) -> None:
    page = signed_in
    page.goto(f"/people/{world.a.values['people']}")
    page.goto("/people/register")
    page.get_by_label("Name", exact=True).first.fill(TYPED)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/signed-out")
    kept = page.evaluate(
        """async () => ({
            local: JSON.stringify(localStorage),
            session: JSON.stringify(sessionStorage),
            caches: 'caches' in window ? await caches.keys() : [],
            databases: indexedDB.databases ? await indexedDB.databases() : [],
            cookies: document.cookie,
        })"""
    )
    assert kept["local"] in ("{}", "null")
    assert TYPED not in str(kept)
    assert world.a.word("Person") not in str(kept)
    assert (kept["caches"], kept["databases"]) == ([], [])
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"session", "language"}


def test_fault_05_a_locked_screen_shows_nothing_when_one_goes_back(
    world: World, signed_in: Page
) -> None:
    page, name = signed_in, world.a.word("Person")
    page.goto(f"/people/{world.a.values['people']}")
    page.get_by_role("button", name="Lock").first.click()
    page.wait_for_url("**/locked*")
    assert name not in page.content()
    page.go_back()
    page.wait_for_load_state()
    assert name not in page.content()
    assert "/locked" in page.url
