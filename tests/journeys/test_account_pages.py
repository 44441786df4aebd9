"""Being invited, signing in, locking, being let in again: each page wide and narrow, with axe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyotp
import pytest
from playwright.sync_api import expect

from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import PASSWORD, Wardrobe, invite, make_account, wardrobe
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
    page.wait_for_load_state()


def test_from_the_invitation_to_the_sign_out(page: Page, hats_of: Wardrobe) -> None:
    link, email, _name = invite("Nerys Pritchard")
    page.goto(link.path)
    assert page.url.endswith("/invitation")
    look(page, "accounts-invitation")
    page.get_by_label("New password").fill("password")
    press(page, "Save and continue")
    page.wait_for_function("document.activeElement.className === 'govuk-error-summary'")
    look(page, "accounts-invitation-error")
    page.get_by_label("New password").fill(PASSWORD)
    press(page, "Save and continue")
    look(page, "accounts-factor")
    page.get_by_label("An app on my phone").check()
    press(page, "Continue")
    look(page, "accounts-app")
    with reading():
        found = find_new_secret(link.account_id)
    assert found is not None
    page.get_by_label("Code").fill(pyotp.TOTP(found[0]).at(clock.now(), counter_offset=-1))
    press(page, "Save and continue")
    look(page, "accounts-recovery-codes")
    codes = page.locator(".app-codes .app-code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("button", name="Open the codes to print").click()
    look(page, "accounts-recovery-codes-print")
    page.go_back()
    press(page, "I have them on paper or in a safe place")
    expect(page.locator("main")).to_contain_text("You have no role at the moment")
    look(page, "accounts-account")
    hats_of.give(make_account_of(link.account_id, email), "helper", organisation_name="Hilltown")
    hats_of.give(make_account_of(link.account_id, email), "manager", organisation_name="Hilltown")
    page.goto("/sign-in/role")
    look(page, "accounts-role")
    page.get_by_label("Manager, Hilltown").check()
    press(page, "Continue")
    for path, name in (
        ("/sign-in-help", "help-empty"),
        ("/account/sign-ins", "sign-ins"),
        ("/account/password", "password"),
        ("/account/email", "email"),
        ("/account/language", "language"),
        ("/sign-in/again", "again"),
    ):
        page.goto(path)
        look(page, f"accounts-{name}")
    page.goto("/account/email")
    page.get_by_label("New email address").fill("typed@example.net")
    press(page, "Lock now")
    look(page, "accounts-locked")
    assert "typed@example.net" not in page.content()
    page.go_back()
    expect(page.locator("main")).to_contain_text("This screen is locked")
    page.goto("/locked")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Unlock")
    expect(page.get_by_label("New email address")).to_have_value("typed@example.net")
    look(page, "accounts-kept")
    page.get_by_role("link", name="See the text by itself").click()
    look(page, "accounts-kept-text")
    press(page, "Sign out")
    look(page, "accounts-signed-out")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Sign in")


def make_account_of(account_id, email):
    """As much of an account as the wardrobe asks for."""
    from tests.factories.accounts import MadeAccount

    return MadeAccount(account_id, account_id, email, "")


def test_signing_in_with_a_printed_sheet(page: Page, hats_of: Wardrobe) -> None:
    account = make_account(printed=True)
    hats_of.give(account, "helper")
    page.goto("/account")
    look(page, "accounts-sign-in")
    page.get_by_label("Email address").fill(account.email)
    page.get_by_label("Password", exact=True).fill("wrong")
    press(page, "Continue")
    look(page, "accounts-sign-in-error")
    page.get_by_label("Password", exact=True).fill(account.password)
    press(page, "Continue")
    look(page, "accounts-second-factor")
    page.get_by_label("Code").fill(account.sheet[1])
    press(page, "Continue")
    expect(page.locator("main")).to_contain_text("22 codes left")
    page.goto("/account/second-factor")
    page.get_by_label("A printed sheet").check()
    press(page, "Continue")
    look(page, "accounts-printed-codes")
    page.get_by_role("button", name="Open the sheet to print").click()
    look(page, "accounts-printed-codes-print")


def test_being_let_in_again(
    page_without_javascript: Page, browser: Browser, live_server: str, hats_of: Wardrobe
) -> None:
    helper, manager = make_account("Owen Rees"), make_account("Mair Rees")
    hat = hats_of.give(manager, "manager")
    hats_of.give(helper, "helper", hat.organisation_id)
    page = page_without_javascript
    page.goto("/sign-in")
    page.get_by_role("link", name="I have forgotten my password").click()
    page.get_by_label("Email address").fill(helper.email)
    press(page, "Ask a manager")
    with open_page(browser, live_server) as desk:
        desk.goto("/sign-in-help")
        desk.get_by_label("Email address").fill(manager.email)
        desk.get_by_label("Password", exact=True).fill(manager.password)
        press(desk, "Continue")
        desk.get_by_label("Code").fill(manager.code())
        press(desk, "Continue")
        look(desk, "accounts-help")
        desk.get_by_role("link", name="Owen Rees").click()
        look(desk, "accounts-vouch")
        desk.get_by_label("They are in front of me").check()
        press(desk, "Vouch and show the code")
        look(desk, "accounts-vouched")
        code = desk.locator(".app-code").inner_text()
    page.get_by_label("Email address").fill(helper.email)
    page.get_by_label("Code").fill(code)
    page.get_by_label("New password").fill("seven green bottles")
    press(page, "Save the new password")
    expect(page.locator("main")).to_contain_text("Your password is changed")
    page.get_by_label("Email address").fill(helper.email)
    page.get_by_label("Password", exact=True).fill("seven green bottles")
    press(page, "Continue")
    page.get_by_role("link", name="Ask a manager for help").click()
    press(page, "Ask a manager")
    expect(page.locator("main")).to_contain_text("Your request waits for a manager")


def test_pages_that_anybody_sees(page: Page, hats_of: Wardrobe) -> None:
    for path, name in (
        ("/forgotten-password", "forgotten"),
        ("/forgotten-password/code", "forgotten-code"),
        ("/invitation", "invitation-over"),
    ):
        page.goto(path)
        look(page, f"accounts-{name}")
