"""Signing in, through the pages: ASSURANCE V6.3.3, V6.5.1, V6.6.3, V7.2, V16.3.1."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.access import Permission, requires
from assistedaccess.accounts import service
from assistedaccess.accounts.models import SignIn
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import MadeAccount, Wardrobe, invite, make_account, sign_in
from tests.support.clocks import Hand
from tests.support.journal import list_actions, list_event_ids, list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

CASE_PAGE = "/sign-in-help"
"""Stands for every page of a role: it needs a permission."""


def give_password(client: FlaskClient, account: MadeAccount, **more: str):
    fields = {"email": account.email, "password": account.password} | more
    return send(client, "/sign-in", **fields)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("sign-in")
    return found.value if found else ""


def test_password_then_code_then_on_to_where_one_was_going(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    account = make_account()
    hats_of.give(account)
    answer = client.get("/account/sign-ins")
    assert answer.location == "/sign-in?next=/account/sign-ins"
    fields = {"email": account.email.upper(), "password": account.password}
    answer = send(client, answer.location, **fields)
    assert answer.location == "/sign-in/second-factor"
    answer = send(client, answer.location, code=f" {account.code()[:3]} {account.code()[3:]} ")
    assert answer.location == "/sign-in/role?next=/account/sign-ins"
    assert client.get(answer.location).location == "/account/sign-ins"
    page = client.get("/account/sign-ins")
    assert page.status_code == 200
    assert "Hilltown Council" in page.text
    assert "This device" in page.text


def test_v6_3_3_the_password_alone_reaches_no_page_of_a_role(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    account = make_account()
    hats_of.give(account, "manager")
    give_password(client, account)
    for path in (CASE_PAGE, "/account", "/account/recovery-codes", "/account/second-factor"):
        assert client.get(path).location == "/sign-in/second-factor", path
    sign_in(client, account.account_id)
    assert client.get(CASE_PAGE).status_code == 200


def test_a_wrong_password_and_an_unknown_account_are_told_alike(client: FlaskClient) -> None:
    account = make_account()
    wrong = give_password(client, account, password="not the password")
    unknown = send(client, "/sign-in", email="nobody@example.org", password="not the password")
    assert wrong.status_code == unknown.status_code == 400
    words = "The email address or the password is wrong"
    assert words in wrong.text
    assert words in unknown.text
    reasons = [event.reason_code for event in list_events("sign_in.failed")]
    assert reasons == ["wrong_password", "unknown_account"]


def test_every_step_gives_a_new_token(client: FlaskClient, hats_of: Wardrobe) -> None:
    account = make_account()
    hats_of.give(account, "helper")
    manager = hats_of.give(account, "manager")
    seen = []
    give_password(client, account)
    seen.append(cookie(client))
    answer = send(client, "/sign-in/second-factor", code=account.code())
    seen.append(cookie(client))
    assert answer.location == "/sign-in/role"
    assert client.get(CASE_PAGE).location == f"/sign-in/role?next={CASE_PAGE}"
    answer = send(client, "/sign-in/role", hat=manager.key)
    assert answer.location == "/"
    seen.append(cookie(client))
    assert client.get(CASE_PAGE).status_code == 200
    assert len(set(seen)) == 3
    for old in seen[:2]:
        client.set_cookie("sign-in", old)
        assert client.get(CASE_PAGE).location == f"/sign-in?next={CASE_PAGE}"


def test_v16_3_1_each_step_is_one_event(client: FlaskClient, hats_of: Wardrobe) -> None:
    account = make_account()
    hats_of.give(account)
    hats_of.give(account, "manager")
    before = list_event_ids()
    give_password(client, account, password="wrong")
    give_password(client, account)
    send(client, "/sign-in/second-factor", code="000000")
    send(client, "/sign-in/second-factor", code=account.code())
    send(client, "/sign-in/role", hat=hats_of.hats[account.account_id][0].key)
    send(client, "/lock", page="/account")
    send(client, "/locked", password="wrong")
    send(client, "/locked", password=account.password)
    send(client, "/sign-out", page="/account")
    assert [action for action in list_actions(before) if action != "notice.queued"] == [
        "sign_in.failed",
        "password.accepted",
        "sign_in.failed",
        "sign_in.succeeded",
        "sign_in.role_chosen",
        "sign_in.locked",
        "sign_in.failed",
        "sign_in.unlocked",
        "sign_in.ended",
    ]
    event = list_events("sign_in.succeeded")[-1]
    assert event.account_id == account.account_id
    assert event.reason_code == "app"


def test_nothing_typed_stands_in_the_journal(client: FlaskClient) -> None:
    account = make_account()
    give_password(client, account, password="hunter2 hunter2")
    for event in list_events("sign_in.failed"):
        assert b"hunter2" not in event.body
        assert event.commitment is None


def test_v6_5_1_the_same_code_works_once(
    client: FlaskClient, other_client: FlaskClient, hand: Hand
) -> None:
    account = make_account()
    code = account.code()
    give_password(client, account)
    assert send(client, "/sign-in/second-factor", code=code).status_code == 303
    give_password(other_client, account)
    answer = send(other_client, "/sign-in/second-factor", code=code)
    assert answer.status_code == 400
    assert "used already" in answer.text
    assert list_events("sign_in.failed")[-1].reason_code == "code_used_before"
    hand.move(seconds=30)
    answer = send(other_client, "/sign-in/second-factor", code=account.code())
    assert answer.status_code == 303


def test_v6_5_5_a_code_of_long_ago_is_wrong(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    hand.move(hours=1)
    code = account.code()
    hand.move(seconds=61)
    give_password(client, account)
    assert send(client, "/sign-in/second-factor", code=code).status_code == 400


def test_v6_6_3_five_wrong_codes_end_the_sign_in(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    hand.move(minutes=5)
    give_password(client, account)
    for _round in range(4):
        assert send(client, "/sign-in/second-factor", code="12345").status_code == 400
    answer = send(client, "/sign-in/second-factor", code="12345")
    assert answer.location == "/sign-in"
    assert "too often" in client.get("/sign-in").text
    assert list_events("sign_in.ended")[-1].reason_code == "tries_used_up"
    # And the next round has to wait: guesses are bounded however often the password is given.
    give_password(client, account)
    answer = send(client, "/sign-in/second-factor", code=account.code())
    assert answer.status_code == 429
    hand.move(seconds=30)
    answer = send(client, "/sign-in/second-factor", code=account.code())
    assert answer.status_code == 303


def test_a_printed_sheet_is_asked_by_number(client: FlaskClient, hand: Hand) -> None:
    account = make_account(printed=True)
    give_password(client, account)
    page = client.get("/sign-in/second-factor")
    assert "code number 2" in page.text
    wrong = send(client, "/sign-in/second-factor", code=account.sheet[2])
    assert wrong.status_code == 400  # not its turn
    typed = account.sheet[1].lower().replace("1", "l").replace("0", "o")
    answer = send(client, "/sign-in/second-factor", code=f"{typed[:4]} {typed[4:]}")
    assert answer.location == "/sign-in/role"
    send(client, "/sign-out", page="/account")
    give_password(client, account)
    assert "code number 3" in client.get("/sign-in/second-factor").text
    assert send(client, "/sign-in/second-factor", code=account.sheet[1]).status_code == 400


def test_a_recovery_code_lets_in_once(client: FlaskClient, other_client: FlaskClient) -> None:
    account = make_account()
    code = account.recovery_codes[6]
    give_password(client, account)
    answer = send(client, "/sign-in/recovery-code", code=code)
    assert answer.location == "/sign-in/role"
    assert list_events("sign_in.succeeded")[-1].reason_code == "recovery_code"
    give_password(other_client, account)
    assert send(other_client, "/sign-in/recovery-code", code=code).status_code == 400
    assert "9 recovery codes are left" in client.get("/account").text


def test_a_code_of_somebody_else_is_wrong(client: FlaskClient) -> None:
    account, other = make_account(), make_account(printed=True)
    give_password(client, account)
    for code in (other.recovery_codes[0], other.sheet[1]):
        assert send(client, "/sign-in/second-factor", code=code).status_code == 400


@pytest.mark.parametrize(
    "code", ["", " ", "٣٣٣٣٣٣", "𝟙𝟚𝟛𝟜𝟝𝟞", "x" * 41, "a\x00b", "--------", "9-"]
)
def test_strange_codes_are_wrong_and_no_more(client: FlaskClient, code: str) -> None:
    account = make_account()
    give_password(client, account)
    assert send(client, "/sign-in/second-factor", code=code).status_code == 400


def test_v6_3_2_there_is_no_default_account(client: FlaskClient) -> None:
    for name in ("admin", "administrator", "demo", "test", "root"):
        for password in (name, "password", "changeme", ""):
            answer = send(client, "/sign-in", email=f"{name}@example.org", password=password)
            assert answer.status_code in (400, 429)


def test_an_account_that_is_not_set_up_cannot_sign_in(client: FlaskClient) -> None:
    _link, email, _name = invite()
    answer = send(client, "/sign-in", email=email, password="")
    assert answer.status_code == 400
    answer = send(client, "/sign-in", email=email, password="anything at all")
    assert "The email address or the password is wrong" in answer.text


def test_v7_2_3_tokens_are_long_random_and_stored_hashed(
    client: FlaskClient, database: Database
) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    token = cookie(client)
    assert len(token) == 43  # 256 bits
    with reading() as session:
        assert token.encode() not in session.scalars(select(SignIn.token_hash)).one()


@pytest.mark.parametrize("edit", [lambda t: t[:-1], lambda t: t + "A", lambda t: t.swapcase()])
def test_v7_2_1_an_edited_cookie_is_nobody(client: FlaskClient, edit) -> None:
    sign_in(client, make_account().account_id)
    client.set_cookie("sign-in", edit(cookie(client)))
    assert client.get("/account").location == "/sign-in?next=/account"


def test_v7_2_1_flask_s_own_cookie_holds_no_identity(client: FlaskClient, app: Flask) -> None:
    account = make_account()
    give_password(client, account)
    send(client, "/sign-in/second-factor", code=account.code())
    client.delete_cookie("sign-in")
    with client.session_transaction() as kept:
        assert str(account.account_id) not in str(dict(kept))
        kept["_user_id"] = str(account.account_id)
        kept["account_id"] = str(account.account_id)
    assert client.get("/account").location == "/sign-in?next=/account"


def test_v3_3_cookies(client: FlaskClient) -> None:
    account = make_account()
    answer = give_password(client, account)
    for line in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert "Domain" not in line
    assert cookie(client) not in client.get("/sign-in/second-factor").text


def test_a_disabled_account_is_out_with_its_next_request(
    client: FlaskClient, hats_of: Wardrobe, app: Flask
) -> None:
    account = make_account()
    hats_of.give(account)
    sign_in(client, account.account_id)
    assert client.get("/account").status_code == 200
    service.disable_account(actor=SYSTEM, account_id=account.account_id)
    assert client.get("/account").location == "/sign-in?next=/account"
    answer = give_password(client, account)
    assert "cannot sign in now" in answer.text
    service.enable_account(actor=SYSTEM, account_id=account.account_id)
    assert client.get("/account").location == "/sign-in?next=/account"  # not revived


def test_a_role_that_ends_is_gone_with_the_next_request(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    account = make_account()
    hat = hats_of.give(account, "manager")
    hats_of.give(account, "helper")
    sign_in(client, account.account_id, hat)
    assert client.get(CASE_PAGE).status_code == 200
    hats_of.hats[account.account_id].remove(hat)
    assert client.get(CASE_PAGE).location == f"/sign-in/role?next={CASE_PAGE}"
    hats_of.hats[account.account_id].clear()
    assert client.get(CASE_PAGE).status_code == 403
    assert client.get("/account").status_code == 200


def test_a_role_that_is_not_one_s_own_cannot_be_chosen(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    account, other = make_account(), make_account()
    hats_of.give(account), hats_of.give(account, "reviewer")
    foreign = hats_of.give(other, "administrator")
    sign_in(client, account.account_id)
    answer = send(client, "/sign-in/role", hat=foreign.key)
    assert answer.status_code == 400
    assert not list_events("sign_in.role_chosen")


def test_next_never_leads_away(client: FlaskClient, hats_of: Wardrobe) -> None:
    account = make_account()
    hats_of.give(account)
    path = "/sign-in?next=//evil.example/"
    send(client, path, email=account.email, password=account.password)
    answer = send(client, "/sign-in/second-factor", code=account.code())
    assert answer.location == "/sign-in/role"


def test_a_page_asks_two_statements_who_is_there(
    client: FlaskClient, hats_of: Wardrobe, database: Database, app: Flask
) -> None:
    account = make_account()
    hats_of.give(account)
    sign_in(client, account.account_id)
    client.get("/privacy")
    with counted_statements(database) as statements:
        client.get("/privacy")
    assert len(statements) == 1  # the hats come from the wardrobe
    with counted_statements(database) as statements:
        assert client.get("/account").status_code == 200
    assert len(statements) <= 12


def test_the_guard_decorators_are_those_of_access() -> None:
    assert requires(Permission.ACCOUNT_VOUCH)(lambda: "").__guard__.kind == "requires"
