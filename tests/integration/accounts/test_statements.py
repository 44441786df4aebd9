"""Signing in stays cheap for the database: no GET over 12 statements, no POST over 30."""

from __future__ import annotations

from flask.testing import FlaskClient

from assistedaccess.kernel.database import Database
from tests.factories.accounts import Wardrobe, make_account
from tests.support.clocks import Hand
from tests.support.pages import read_token
from tests.support.statements import counted_statements

MOST_FOR_A_GET = 12
MOST_FOR_A_POST = 30


def test_each_step_is_within_the_limit(
    client: FlaskClient, database: Database, hats_of: Wardrobe, hand: Hand
) -> None:
    account = make_account()
    hats_of.give(account)
    hats_of.give(account, "manager")
    key = hats_of.hats[account.account_id][1].key
    counts: dict[str, int] = {}

    def go(path: str, **fields: str) -> None:
        with counted_statements(database) as statements:
            page = client.get(path)
        counts[f"GET {path}"] = len(statements)
        data = {"csrf_token": read_token(page), **fields}
        with counted_statements(database) as statements:
            answer = client.post(path, data=data)
        assert answer.status_code == 303, path
        counts[f"POST {path}"] = len(statements)

    go("/sign-in", email=account.email, password=account.password)
    go("/sign-in/second-factor", code=account.code())
    go("/sign-in/role", hat=key)
    go("/account/password", password=account.password, new_password="seven green bottles")
    go("/account/second-factor", kind="printed_codes")
    go("/account/email", email="new@example.net")
    for path in (
        "/account",
        "/account/sign-ins",
        "/account/passkeys",
        "/account/passkeys/new",
        "/sign-in-help",
    ):
        with counted_statements(database) as statements:
            client.get(path)
        counts[f"GET {path}"] = len(statements)
    limits = {"GET": MOST_FOR_A_GET, "POST": MOST_FOR_A_POST}
    over = {what: n for what, n in counts.items() if n > limits[what.split()[0]]}
    assert not over, counts
