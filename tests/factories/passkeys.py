"""Passkeys for tests, made through the commands themselves."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from assistedaccess.accounts import service_passkeys, sign_ins
from assistedaccess.accounts.rules import Stage
from assistedaccess.accounts.rules_passkeys import RelyingParty
from assistedaccess.accounts.sign_ins import Token
from assistedaccess.kernel.actor import PUBLIC, Actor, ActorKind
from assistedaccess.kernel.transactions import run_transaction
from tests.factories.accounts import MadeAccount, open_sign_in
from tests.support.soft_key import ORIGIN, SoftKey

SITE = RelyingParty("localhost", ORIGIN)


def owner(token: Token) -> Actor:
    """Who holds the account behind a sign-in."""
    return Actor(ActorKind.ACCOUNT, account_id=token.account_id, sign_in_id=token.sign_in_id)


def add_key(account_id: UUID, name: str = "Blue key", key: SoftKey | None = None) -> UUID:
    """A key of the account, added by a fresh sign-in; returns its id."""
    token = open_sign_in(account_id)
    asked = service_passkeys.ask_for_new_passkey(sign_in_id=token.sign_in_id, site=SITE)
    return service_passkeys.add_passkey(
        actor=owner(token),
        sign_in_id=token.sign_in_id,
        name=name,
        answer=(key or SoftKey()).make(json.loads(asked)),
        site=SITE,
    )


def start_at_factor(account: MadeAccount) -> UUID:
    """A sign-in whose password was right."""
    return run_transaction(
        lambda: sign_ins.start(account.account_id, Stage.FACTOR, "Test", None)
    ).sign_in_id


def ask_key(sign_in_id: UUID) -> dict[str, Any]:
    """What the account's keys are asked."""
    return dict(json.loads(service_passkeys.ask_for_passkey(sign_in_id=sign_in_id, site=SITE)))


def use(sign_in_id: UUID, answer: str, address: str = "192.0.2.1") -> Token:
    """The second step by a key\'s answer."""
    return service_passkeys.sign_in_with_passkey(
        actor=PUBLIC, sign_in_id=sign_in_id, answer=answer, site=SITE, address=address
    )
