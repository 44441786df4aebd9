"""A passkey in a real browser, whose authenticator is Chromium's own virtual one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.factories.accounts import Wardrobe, make_account, sign_in, wardrobe
from tests.support.browser import look, open_page

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page


@pytest.fixture
def hats_of(app: Flask) -> Iterator[Wardrobe]:
    """Which hats accounts have, without an organisation."""
    with wardrobe() as made:
        yield made


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def give_password(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    press(page, "Continue")
    page.wait_for_url("**/sign-in/second-factor")


def test_a_key_is_added_and_signs_in(
    app: Flask, browser: Browser, live_server: str, hats_of: Wardrobe
) -> None:
    account = make_account("Nerys Pritchard")
    hats_of.give(account)
    by_name = live_server.replace("127.0.0.1", "localhost")  # a number is no site for a key
    with open_page(browser, by_name) as page:
        tool = page.context.new_cdp_session(page)
        tool.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": False,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        tool.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        token = sign_in(app.test_client(), account.account_id).token
        page.context.add_cookies([{"name": "sign-in", "value": token, "url": by_name}])
        page.goto("/account/passkeys")
        look(page, "passkeys-none")
        page.get_by_role("button", name="Add a passkey").click()
        look(page, "passkeys-add")
        press(page, "Continue")
        expect(page.locator("main")).to_contain_text("Enter a name for the key")
        look(page, "passkeys-add-error")
        page.get_by_label("Name of the key").fill("W" * 60)
        press(page, "Continue")
        page.wait_for_url("**/account/passkeys")
        look(page, "passkeys-one")
        page.goto("/sign-in/again?next=/account/email")
        look(page, "passkeys-again")
        press(page, "Use a passkey or security key")
        page.wait_for_url(f"{by_name}/account/email")
        # The same key is not added twice: the browser knows it.
        page.goto("/account/passkeys/new")
        page.get_by_label("Name of the key").fill("Once more")
        press(page, "Continue")
        expect(page.get_by_role("status").last).to_have_text("This key is registered already.")
        press(page, "Sign out")
        page.wait_for_url("**/signed-out")

        give_password(page, account.email, account.password)
        look(page, "passkeys-second-factor")
        page.get_by_role("button", name="Use a passkey or security key").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/today")
        expect(page.locator("body")).to_contain_text("Nerys Pritchard")
