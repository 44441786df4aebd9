"""Accounts for tests, made through the commands themselves, at a low cost of hashing.

``make_account()`` gives somebody who can sign in; ``sign_in(client, account)`` signs a test client
in without its pages (which have tests of their own); ``Wardrobe`` says which hats accounts have
where no organisation is needed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from assistedaccess.accounts import hats, passwords, service, service_setup, sign_ins, tokens
from assistedaccess.accounts.hats import Hat
from assistedaccess.accounts.models import Account, SignIn
from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.accounts.rules import Stage
from assistedaccess.accounts.shown_once import find
from assistedaccess.accounts.sign_ins import SignInFailed
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction

# Real costs would take most of the time of the tests; what they are is tested by itself.
passwords._hasher = tokens._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

PASSWORD = "violet tractor umbrella"
ADDRESS = "192.0.2.1"
_numbers = itertools.count(1)


@dataclass
class MadeAccount:
    """Somebody who can sign in. ``secret`` is the app's key; ``sheet`` the printed codes."""

    account_id: UUID
    human_id: UUID
    email: str
    name: str
    password: str = PASSWORD
    secret: str = ""
    sheet: list[str] = field(default_factory=list)
    recovery_codes: list[str] = field(default_factory=list)

    def code(self) -> str:
        """What the app shows now."""
        return pyotp.TOTP(self.secret).at(clock.now())


def invite(
    name: str | None = None, email: str | None = None, human_id: UUID | None = None
) -> tuple[service.InvitationLink, str, str]:
    """An account that is not set up yet: the link, the e-mail address, the name."""
    number = next(_numbers)
    name = name or f"Helper Number{number}"
    email = email or f"helper{number}@example.org"
    link = service.create_invitation(actor=SYSTEM, name=name, email=email, human_id=human_id)
    return link, email, name


def _confirm_app(sign_in_id: UUID, secret: str) -> None:
    """By the code of the step before: today's own is still good for a first sign-in. Where a step
    ends between the two lines, by that of the next."""
    for last in (False, True):
        first = pyotp.TOTP(secret).at(clock.now(), counter_offset=-1)
        try:
            service_setup.confirm_factor(actor=PUBLIC, sign_in_id=sign_in_id, typed=first)
        except SignInFailed:
            if last:
                raise
        else:
            return


def make_account(
    name: str | None = None,
    email: str | None = None,
    *,
    human_id: UUID | None = None,
    printed: bool = False,
    password: str = PASSWORD,
) -> MadeAccount:
    """Invited, password set, second factor in use, recovery codes put away; signed in nowhere."""
    link, email, name = invite(name, email, human_id)
    token = service_setup.accept_invitation(
        actor=PUBLIC, token=link.token, password=password, device="Test"
    )
    with reading() as session:
        account = session.get_one(Account, link.account_id)
        made = MadeAccount(account.id, account.human_id, email, name, password)
    sign_in_id = token.sign_in_id
    if printed:
        service_setup.begin_printed_codes(actor=PUBLIC, sign_in_id=sign_in_id)
        made.sheet = _shown(sign_in_id, service_setup.PRINTED_SHEET)
        service_setup.confirm_factor(actor=PUBLIC, sign_in_id=sign_in_id, typed=made.sheet[0])
    else:
        service_setup.begin_app(actor=PUBLIC, sign_in_id=sign_in_id)
        with reading():
            found = find_new_secret(made.account_id)
        assert found is not None
        made.secret = found[0]
        _confirm_app(sign_in_id, made.secret)
    made.recovery_codes = _shown(sign_in_id, service_setup.RECOVERY_SHEET)
    service_setup.put_codes_away(actor=PUBLIC, sign_in_id=sign_in_id)
    run_transaction(lambda: _leave(sign_in_id))
    return made


def _shown(sign_in_id: UUID, kind: str) -> list[str]:
    with reading():
        shown = find(sign_in_id, kind)
    assert shown is not None
    return list(shown.codes)


def _leave(sign_in_id: UUID) -> None:
    get_session().delete(get_session().get_one(SignIn, sign_in_id))


def open_sign_in(account_id: UUID, hat: Hat | None = None) -> sign_ins.Token:
    """A sign-in that is open, in that hat, without its steps."""

    def open_it() -> sign_ins.Token:
        started = sign_ins.start(account_id, Stage.SETUP, "Firefox, Linux", None)
        get_session().flush()
        row = get_session().get_one(SignIn, started.sign_in_id)
        token = sign_ins.let_in(PUBLIC, row, "test")
        if hat is not None:
            sign_ins.put_on(row, hat)
        return token

    return run_transaction(open_it)


def sign_in(client: FlaskClient, account_id: UUID, hat: Hat | None = None) -> sign_ins.Token:
    """Sign the client in. Without a hat it wears the account's only one, if it has one."""
    token = open_sign_in(account_id, hat)
    client.set_cookie("sign-in", token.token)
    return token


def as_actor(account: MadeAccount, hat: Hat, token: sign_ins.Token | None = None) -> Actor:
    """The actor that a request of this account in this hat has."""
    with reading() as session:
        row = session.get_one(Account, account.account_id)
        return sign_ins.as_account(PUBLIC, row, token.sign_in_id if token else new_id(), hat)


class Wardrobe:
    """Which hats accounts have, where no organisation is needed."""

    def __init__(self) -> None:
        self.hats: dict[UUID, list[Hat]] = defaultdict(list)

    def give(
        self,
        account: MadeAccount,
        role: str = "helper",
        organisation_id: UUID | None = None,
        **more: Any,
    ) -> Hat:
        """A role at an organisation."""
        hat = Hat(
            role_grant_id=new_id(),
            membership_id=new_id(),
            organisation_id=organisation_id or new_id(),
            organisation_name=more.pop("organisation_name", "Hilltown Council"),
            role=role,
            **more,
        )
        self.hats[account.account_id].append(hat)
        return hat

    def list_hats(self, account_id: UUID) -> list[Hat]:
        return list(self.hats[account_id])

    def list_members(self, organisation_id: UUID) -> list[UUID]:
        return [
            account_id
            for account_id, given in self.hats.items()
            if any(hat.organisation_id == organisation_id for hat in given)
        ]


@contextmanager
def wardrobe() -> Iterator[Wardrobe]:
    """Hats from a wardrobe instead of from organisations."""
    before = hats._hat_source, hats._member_source
    made = Wardrobe()
    hats.register_hat_source(made.list_hats)
    hats.register_member_source(made.list_members)
    try:
        yield made
    finally:
        hats._hat_source, hats._member_source = before
