"""Tries are counted, slowed and blocked, and nobody else is locked out: V2.4.1, V6.3.1."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import attempts
from assistedaccess.accounts.models import Attempt
from assistedaccess.kernel.errors import TooManyAttempts
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories.accounts import MadeAccount, make_account
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def give(client: FlaskClient, email: str, password: str, address: str = HERE):
    return send(client, "/sign-in", email=email, password=password, address=address)


def fail_often(client: FlaskClient, account: MadeAccount, times: int) -> list[int]:
    return [give(client, account.email, "wrong").status_code for _try in range(times)]


def test_v6_3_1_wrong_passwords_are_slowed_and_the_right_one_works_from_elsewhere(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    account = make_account()
    statuses = fail_often(client, account, 25)
    assert statuses[:5] == [400] * 5
    assert statuses[5:] == [429] * 20
    blocked = give(client, account.email, account.password)
    assert blocked.status_code == 429
    assert int(blocked.headers["Retry-After"]) == 30
    assert "Wait 30 seconds" in blocked.text
    answer = give(other_client, account.email, account.password, ELSEWHERE)
    assert answer.location == "/sign-in/second-factor"
    assert len(list_events("sign_in.failed")) == 5
    assert len(list_events("sign_in.blocked")) == 21


def test_the_wait_doubles_and_ends(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    fail_often(client, account, 5)
    for wait in (30, 60, 120, 240):
        answer = give(client, account.email, "wrong")
        assert int(answer.headers["Retry-After"]) == wait
        hand.move(seconds=wait - 1)
        assert give(client, account.email, account.password).status_code == 429
        hand.move(seconds=1)
        assert give(client, account.email, "wrong").status_code == 400
    hand.move(minutes=15)
    assert give(client, account.email, account.password).status_code == 303


def test_an_address_that_is_unknown_is_slowed_alike(client: FlaskClient) -> None:
    statuses = [give(client, "nobody@example.org", "wrong").status_code for _try in range(7)]
    assert statuses == [400] * 5 + [429] * 2


def test_v2_4_1_many_tries_lock_nobody_else_out(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    attacked, other = make_account(), make_account()
    client.check_pages = False
    statuses = fail_often(client, attacked, 401)
    assert statuses.count(429) == 396
    answer = give(other_client, other.email, other.password)  # the same address: one library
    assert answer.status_code == 303


def test_one_address_cannot_try_many_accounts(
    client: FlaskClient, other_client: FlaskClient, hand: Hand
) -> None:
    regular, stranger = make_account(), make_account()
    assert give(other_client, regular.email, regular.password).status_code == 303
    client.check_pages = False
    statuses = [
        give(client, f"nobody{number}@example.org", "wrong").status_code for number in range(105)
    ]
    assert statuses == [400] * 100 + [429] * 5
    # Who signs in here every day still does; who never did waits, or goes elsewhere.
    assert give(other_client, regular.email, regular.password).status_code == 303
    assert give(other_client, stranger.email, stranger.password).status_code == 429
    assert give(other_client, stranger.email, stranger.password, ELSEWHERE).status_code == 303
    hand.move(minutes=15)
    assert give(client, stranger.email, stranger.password).status_code == 303


def test_being_right_gives_the_turn_back(client: FlaskClient) -> None:
    account = make_account()
    for _round in range(12):
        assert give(client, account.email, account.password).status_code == 303


def test_no_address_is_stored(client: FlaskClient) -> None:
    give(client, "nobody@example.org", "wrong")
    with reading() as session:
        for key in session.scalars(select(Attempt.key)):
            assert len(key) == 32
            assert HERE.encode() not in key


def test_codes_of_one_account_are_bounded_from_everywhere(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    client.check_pages = False
    statuses = []
    for number in range(10):  # a botnet that knows the password
        address = f"203.0.113.{number}"
        give(client, account.email, account.password, address)
        for _try in range(5):
            answer = send(client, "/sign-in/second-factor", code="000000", address=address)
            statuses.append(answer.status_code)
            if answer.status_code == 429:
                break
    assert sum(status != 429 for status in statuses) == 30
    hand.move(days=1)
    give(client, account.email, account.password)
    assert send(client, "/sign-in/second-factor", code=account.code()).status_code == 303


def test_other_features_limit_by_account(hand: Hand) -> None:
    account, other = make_account(), make_account()

    def search(whose: MadeAccount) -> None:
        run_transaction(
            lambda: attempts.limit_rate(
                "search", whose.account_id, 3, timedelta(minutes=1), "Slow down"
            )
        )

    for _time in range(3):
        search(account)
    with pytest.raises(TooManyAttempts) as refused:
        search(account)
    assert refused.value.retry_after == 60
    search(other)
    hand.move(minutes=1)
    search(account)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (None, "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_ipv6_counts_by_household(address: str | None, network: str) -> None:
    assert attempts.network_of(address) == network
