"""Being let in: from an invitation, and on any later day."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.factories.accounts import PASSWORD, MadeAccount

from .screen import Screen


@dataclass
class Sheet:
    """A printed sheet of codes, crossed out from the top."""

    codes: list[str]
    used: list[str] = field(default_factory=list)

    def cross_out(self) -> str:
        """The next code, which then is used up."""
        self.used.append(self.codes[len(self.used)])
        return self.used[-1]


def set_up_with_a_printed_sheet(screen: Screen, invitation: str) -> Sheet:
    """Open the invitation, choose a password, and prove with the first code to have the sheet."""
    screen.open(invitation, "Set up your account")
    screen.type("New password", PASSWORD)
    screen.press("Save and continue", "What will you use as well as your password?")
    screen.choose("A printed sheet of codes")
    screen.press("Continue", "Print your codes")
    sheet = Sheet(screen.page.locator(".app-codes .app-code").all_inner_texts())
    screen.type("Code", sheet.cross_out())
    screen.press("Save and continue", "Your recovery codes")
    assert len(screen.page.locator(".app-codes .app-code").all()) == 10
    screen.press("I have them on paper or in a safe place")
    return sheet


def sign_in(screen: Screen, email: str, code: str, *, home: str) -> None:
    """E-mail and password, then the code; ``home`` is the heading of the page one is led to."""
    screen.open("/", "Sign in")
    screen.type("Email address", email)
    screen.type("Password", PASSWORD)
    screen.press("Continue", "Enter your code")
    screen.type("Code", code)
    screen.press("Continue", home)


def sign_in_where_one_is(screen: Screen, account: MadeAccount, *, leads_to: str) -> None:
    """Sign in on the page that stands in the way, and be led on to where one was going."""
    screen.type("Email address", account.email)
    screen.type("Password", PASSWORD)
    screen.press("Continue", "Enter your code")
    screen.type("Code", account.code())
    screen.press("Continue", leads_to)


def sign_in_with_an_app(screen: Screen, account: MadeAccount, *, home: str) -> None:
    """The same, with the code that the app shows."""
    sign_in(screen, account.email, account.code(), home=home)
