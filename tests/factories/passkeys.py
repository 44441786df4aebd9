"""Passkeys for tests, made through the commands themselves."""

from __future__ import annotations

import json
from uuid import UUID

from assistedaccess.accounts import service_passkeys
from assistedaccess.accounts.rules_passkeys import RelyingParty
from assistedaccess.accounts.sign_ins import Token
from assistedaccess.kernel.actor import Actor, ActorKind
from tests.factories.accounts import open_sign_in
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
