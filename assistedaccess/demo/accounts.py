"""The demonstration's accounts: who they are, and how to sign in as them."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pyotp

from assistedaccess.accounts import service_setup
from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.accounts.service_sessions import sign_out
from assistedaccess.accounts.shown_once import find
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.transactions import reading

if TYPE_CHECKING:
    from config import Settings

FILE = "demonstration.json"
PASSWORD_WORDS = ("amber", "basket", "canal", "daisy", "ember", "fiddle", "garden", "harbour")


@dataclass
class DemoAccount:
    """One sign-in of the demonstration. ``sheet`` holds printed codes by position, from 1."""

    email: str
    name: str
    does: str
    password: str = ""
    secret: str = ""
    sheet: list[str] = field(default_factory=list)

    def code(self) -> str:
        """What an authenticator app shows now; empty for an account with a printed sheet."""
        return pyotp.TOTP(self.secret).at(clock.now()) if self.secret else ""


def make_password() -> str:
    """Four words: easy to type, and different in each demonstration."""
    return " ".join(secrets.choice(PASSWORD_WORDS) for _ in range(4))


def set_up(account: DemoAccount, token: str, *, printed: bool) -> None:
    """Go through the invitation as its holder would: password, second factor, recovery codes."""
    signed_in = service_setup.accept_invitation(
        actor=PUBLIC, token=token, password=account.password, device="Set-up of the demonstration"
    )
    sign_in_id = signed_in.sign_in_id
    if printed:
        service_setup.begin_printed_codes(actor=PUBLIC, sign_in_id=sign_in_id)
        with reading():
            shown = find(sign_in_id, service_setup.PRINTED_SHEET)
        account.sheet = list(shown.codes) if shown else []
        typed = account.sheet[0]
    else:
        service_setup.begin_app(actor=PUBLIC, sign_in_id=sign_in_id)
        account.secret = _find_secret(sign_in_id)
        typed = pyotp.TOTP(account.secret).at(clock.now())
    service_setup.confirm_factor(actor=PUBLIC, sign_in_id=sign_in_id, typed=typed)
    opened = service_setup.put_codes_away(actor=PUBLIC, sign_in_id=sign_in_id)
    sign_out(actor=PUBLIC, sign_in_id=opened.sign_in_id)


def _find_secret(sign_in_id: UUID) -> str:
    from assistedaccess.accounts.models import SignIn

    with reading() as session:
        row = session.get_one(SignIn, sign_in_id)
        found = find_new_secret(row.account_id)
    if found is None:
        raise RuntimeError("the second factor was not begun")
    return found[0]


def write_accounts(folder: Path, accounts: list[DemoAccount]) -> None:
    """Keep the accounts where the demonstration's page finds them."""
    text = json.dumps([asdict(account) for account in accounts], indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text, encoding="utf-8")


def read_accounts(folder: Path) -> list[DemoAccount]:
    """The accounts of the demonstration in ``folder``; none where it is not seeded."""
    file = folder / FILE
    if not file.exists():
        return []
    return [DemoAccount(**each) for each in json.loads(file.read_text(encoding="utf-8"))]


def settings_of_address(settings: Settings, address: str) -> Settings:
    """``settings`` with ``address`` in the links of invitations, where none was chosen."""
    if "ASSISTEDACCESS_PUBLIC_URL" in os.environ:
        return settings
    return replace(settings, public_url=address)


def introduce(address: str) -> str:
    """What ``assistedaccess run`` says in demo mode."""
    from assistedaccess.kernel.places import load_config

    settings = load_config().load_settings()
    lines = [
        "",
        f"Assisted Access, a demonstration: {address}",
        "",
        f"Sign in as one of these. Each has a second factor: {address}/demonstration shows the",
        "code that is good right now. Do not enter real people.",
        "",
    ]
    for account in read_accounts(settings.data_dir):
        lines.append(f"  {account.email:34} {account.password:34} {account.does}")
    return "\n".join([*lines, "", "Stop with Ctrl+C.", ""])
