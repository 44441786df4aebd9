"""Sign-ins end, lock and are listed: ASSURANCE V6.2.3, V7.3, V7.4, V7.5, V14.3; faults 5, 8, 17."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import service_sessions
from assistedaccess.accounts.models import SignIn
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import Wardrobe, make_account, open_sign_in, sign_in
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

SIGN_IN = "/sign-in?next=/account"


def end_reasons() -> list[str | None]:
    with reading() as session:
        return list(session.scalars(select(SignIn.end_reason).order_by(SignIn.started_at)))


def test_v7_3_1_idle_half_an_hour_ends_it(client: FlaskClient, hand: Hand) -> None:
    sign_in(client, make_account().account_id)
    for _round in range(5):
        hand.move(minutes=29)
        assert client.get("/account").status_code == 200
    hand.move(minutes=30)
    assert client.get("/account").location == SIGN_IN
    assert end_reasons() == ["idle"]
    assert list_events("sign_in.ended")[-1].reason_code == "idle"
    assert client.get("/account").location == SIGN_IN
    assert len(list_events("sign_in.ended")) == 1


def test_v7_3_2_twelve_hours_end_it_even_when_busy(client: FlaskClient, hand: Hand) -> None:
    sign_in(client, make_account().account_id)
    for _round in range(47):
        hand.move(minutes=15)
        assert client.get("/account").status_code == 200
    hand.move(minutes=15)
    assert client.get("/account").location == SIGN_IN
    assert end_reasons() == ["absolute"]


def test_fault_17_a_clock_that_goes_back_revives_nothing(client: FlaskClient, hand: Hand) -> None:
    sign_in(client, make_account().account_id)
    hand.move(minutes=31)
    assert client.get("/account").location == SIGN_IN
    hand.move(hours=-1)
    assert client.get("/account").location == SIGN_IN


def test_a_clock_that_goes_back_ends_nothing(client: FlaskClient, hand: Hand) -> None:
    sign_in(client, make_account().account_id)
    hand.move(hours=-1)
    assert client.get("/account").status_code == 200


def test_the_second_step_waits_a_quarter_of_an_hour(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    send(client, "/sign-in", email=account.email, password=account.password)
    hand.move(minutes=15)
    assert client.get("/sign-in/second-factor").location == "/sign-in"


def test_seen_is_written_once_a_minute(client: FlaskClient, hand: Hand, database: Database) -> None:
    sign_in(client, make_account().account_id)
    for seconds, writes in ((0, 0), (59, 0), (1, 1), (30, 0), (30, 1)):
        hand.move(seconds=seconds)
        with counted_statements(database) as statements:
            client.get("/privacy")
        assert sum(s.startswith("UPDATE") for s in statements) == writes


def test_v7_4_1_a_copied_cookie_is_dead_after_sign_out(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    token = sign_in(client, make_account().account_id)
    other_client.set_cookie("sign-in", token.token)
    assert other_client.get("/account").status_code == 200
    answer = send(client, "/sign-out", page="/account")
    assert answer.location == "/signed-out"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get_cookie("sign-in") is None
    assert other_client.get("/account").location == SIGN_IN
    assert "You are signed out" in client.get("/signed-out").text
    assert list_events("sign_in.ended")[-1].reason_code == "signed_out"


def test_v14_3_2_nothing_is_stored_by_the_browser(client: FlaskClient) -> None:
    sign_in(client, make_account().account_id)
    for path in ("/account", "/account/sign-ins", "/sign-in/again", "/signed-out"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_v7_5_2_sign_ins_are_listed_and_ended(
    client: FlaskClient, other_client: FlaskClient, hats_of: Wardrobe
) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    other = sign_in(other_client, account.account_id)
    third = open_sign_in(account.account_id)
    strangers = open_sign_in(make_account().account_id)
    page = client.get("/account/sign-ins").text
    assert page.count("Firefox, Linux") >= 3
    assert str(other.sign_in_id) in page
    assert str(strangers.sign_in_id) not in page
    path = f"/account/sign-ins/{strangers.sign_in_id}/end"
    assert send(client, path, page="/account").status_code == 404
    path = f"/account/sign-ins/{other.sign_in_id}/end"
    assert send(client, path, page="/account").status_code == 303
    assert other_client.get("/account").location == SIGN_IN
    send(client, "/account/sign-ins/end-others", page="/account")
    assert client.get("/account").status_code == 200
    with reading() as session:
        assert session.get_one(SignIn, third.sign_in_id).end_reason == "ended_elsewhere"
        assert session.get_one(SignIn, strangers.sign_in_id).ended_at is None


def test_v7_4_3_a_new_password_ends_the_other_sign_ins(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    account = make_account()
    old = sign_in(client, account.account_id).token
    sign_in(other_client, account.account_id)
    new = "seven green bottles falling"
    path = "/account/password"
    answer = send(client, path, password="wrong", new_password=new)
    assert answer.status_code == 400
    assert "The password is wrong" in answer.text
    answer = send(client, path, password=account.password, new_password=new)
    assert answer.location == "/account"
    assert client.get("/account").status_code == 200
    assert other_client.get("/account").location == SIGN_IN
    client.set_cookie("sign-in", old)
    assert client.get("/account").location == SIGN_IN
    answer = send(client, "/sign-in", email=account.email, password=account.password)
    assert answer.status_code == 400
    answer = send(client, "/sign-in", email=account.email, password=new)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("", 400),
        ("7chars!", 400),
        ("password1", 400),
        ("Sunshine2026!", 400),
        ("AssistedAccess", 400),
        ("hilltowncouncil", 400),
        ("kfmwpqxz", 303),
        ("abcdefghijklmnopqrstuvwxyz" * 2 + "abcdefghijkl", 303),  # 64 lower-case letters
        ("p%ß " * 32, 303),  # 128 characters
        ("x" * 1001, 400),
        ("kfmw\x00pqxz", 400),
        ("пароль с пробелами 😀", 303),
    ],
)
def test_v6_2_what_a_password_may_be(
    client: FlaskClient, hats_of: Wardrobe, password: str, status: int
) -> None:
    account = make_account()
    hats_of.give(account)
    sign_in(client, account.account_id)
    answer = send(client, "/account/password", password=account.password, new_password=password)
    assert answer.status_code == status
    if password:
        assert password not in answer.text


def test_v6_2_1_fifteen_characters_are_recommended(client: FlaskClient) -> None:
    sign_in(client, make_account().account_id)
    assert "15 or more is better" in client.get("/account/password").text


# -- the lock


def test_a_locked_screen_shows_nothing_and_opens_where_it_was(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    account = make_account("Nerys Pritchard")
    hats_of.give(account)
    old = sign_in(client, account.account_id).token
    answer = send(client, "/lock", page="/account/sign-ins")
    assert answer.location == "/locked"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get("/account/sign-ins").location == "/locked?next=/account/sign-ins"
    page = client.get("/locked").text
    assert "Nerys Pritchard" in page
    assert "Hilltown Council" not in page
    assert account.email not in page
    assert send(client, "/locked", password="wrong").status_code == 400
    answer = send(client, "/locked", password=account.password)
    assert answer.location == "/account/sign-ins"
    assert client.get("/account").status_code == 200
    client.set_cookie("sign-in", old)
    assert client.get("/account").location == SIGN_IN


def test_somebody_else_at_a_locked_screen_signs_out(client: FlaskClient) -> None:
    sign_in(client, make_account().account_id)
    send(client, "/lock", page="/account")
    assert "Not me: sign out" in client.get("/locked").text
    assert send(client, "/sign-out", page="/locked").location == "/signed-out"
    assert client.get("/account").location == SIGN_IN


def test_the_password_of_another_account_opens_no_lock(client: FlaskClient) -> None:
    account, other = make_account(), make_account(password="another password here")
    sign_in(client, account.account_id)
    send(client, "/lock", page="/account")
    assert send(client, "/locked", password=other.password).status_code == 400
    assert client.get("/account").location == "/locked?next=/account"


def test_five_wrong_passwords_at_the_lock_end_the_sign_in(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    send(client, "/lock", page="/account")
    for _try in range(4):
        assert send(client, "/locked", password="wrong").status_code == 400
    assert send(client, "/locked", password="wrong").location == "/sign-in"
    assert client.get("/locked").location == "/sign-in"


# -- proving oneself again


def test_v7_5_1_what_changes_the_sign_in_needs_a_fresh_one(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    assert client.get("/account/email").status_code == 200
    hand.move(minutes=10)
    for path in ("/account/email", "/account/second-factor"):
        assert client.get(path).location == f"/sign-in/again?next={path}"
    again = "/sign-in/again?next=/account/email"
    code = account.code()
    answer = send(client, again, password="wrong", code=code)
    assert answer.status_code == 400
    answer = send(client, again, password=account.password, code="000000")
    assert answer.status_code == 400
    answer = send(client, again, password=account.password, code=code)
    assert answer.location == "/account/email"
    assert client.get("/account/email").status_code == 200
    assert list_events("sign_in.renewed")[-1].reason_code == "app"


def test_v7_5_1_a_new_address_ends_the_other_sign_ins(
    client: FlaskClient, other_client: FlaskClient
) -> None:
    account, other = make_account(), make_account()
    sign_in(client, account.account_id)
    sign_in(other_client, account.account_id)
    answer = send(client, "/account/email", email=other.email.upper())
    assert answer.status_code == 400
    assert "There is an account with this email address already" in answer.text
    assert send(client, "/account/email", email="new@example.net").location == "/account"
    assert "new@example.net" in client.get("/account").text
    assert other_client.get("/account").location == SIGN_IN
    answer = send(other_client, "/sign-in", email="new@example.net", password=account.password)
    assert answer.location == "/sign-in/second-factor"


def test_an_expired_fresh_sign_in_keeps_what_was_typed(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    client.get("/account/email")
    token = client.get("/account/email").text.split('name="csrf_token" value="')[1].split('"')[0]
    hand.move(minutes=11)
    answer = client.post("/account/email", data={"csrf_token": token, "email": "new@example.net"})
    assert answer.location.startswith("/sign-in/again?next=/account/email%3Fkept%3D")
    answer = send(client, answer.location, password=account.password, code=account.code())
    assert "new@example.net" in client.get(answer.location).text


def test_expire_ends_what_nobody_asks_for_any_more(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    send(client, "/lock", page="/account")
    hand.move(minutes=31)
    assert service_sessions.expire_sign_ins(actor=SYSTEM) == 1
    assert service_sessions.expire_sign_ins(actor=SYSTEM) == 0
    assert end_reasons() == ["idle"]
    hand.move(days=31)
    service_sessions.expire_sign_ins(actor=SYSTEM)
    assert end_reasons() == []


def test_the_language_of_messages_is_chosen(client: FlaskClient) -> None:
    sign_in(client, make_account().account_id)
    assert send(client, "/account/language", language="cy").location == "/account"
    assert "Welsh" in client.get("/account").text
    assert send(client, "/account/language", language="xx").status_code == 400
