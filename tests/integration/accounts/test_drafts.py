"""Nothing typed is lost, and nobody else sees it: ASSURANCE V7.3.1, faults 5 and 6."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts.drafts import is_secret
from assistedaccess.accounts.models import KeptForm
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import MadeAccount, make_account, sign_in
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import read_token, send

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

TYPED = "typed.for.an.hour@example.net"


def come_back(client: FlaskClient, account: MadeAccount, path: str) -> str:
    """Sign in as ``account`` from the page that the expired sign-in led to; where it leads."""
    answer = send(client, path, email=account.email, password=account.password)
    answer = send(client, answer.location, code=account.code())
    return client.get(answer.location).location or answer.location


def go_on_typing(client: FlaskClient, hand: Hand, **late: float) -> str:
    """Type into a page, let the sign-in run out, send; returns where it leads."""
    token = read_token(client.get("/account/email"))
    hand.move(**late)
    answer = client.post("/account/email", data={"csrf_token": token, "email": TYPED})
    assert answer.status_code == 303
    return answer.location


@pytest.fixture
def account(hats_of) -> MadeAccount:
    made = make_account()
    hats_of.give(made)
    return made


@pytest.mark.parametrize("late", [{"minutes": 31}, {"hours": 13}])
def test_fault_6_the_text_survives_signing_in_again(
    client: FlaskClient, account: MadeAccount, hand: Hand, late: dict[str, float]
) -> None:
    sign_in(client, account.account_id)
    answer = go_on_typing(client, hand, **late)
    assert answer.startswith("/sign-in?next=/account/email%3Fkept%3D")
    page = client.get(answer)
    assert TYPED not in page.text
    back = come_back(client, account, answer)
    assert back.startswith("/account/email?kept=")
    page = client.get(back)
    assert TYPED in page.text
    assert "What you typed was kept" in page.text
    assert "There is a problem" not in page.text
    assert send(client, back, email=TYPED).location == "/account"
    with reading() as session:
        assert session.scalars(select(KeptForm.id)).all() == []
    assert list_events("form.dropped")


def test_fault_6_another_account_never_sees_it(
    client: FlaskClient, account: MadeAccount, hand: Hand, hats_of
) -> None:
    other = make_account()
    hats_of.give(other)
    sign_in(client, account.account_id)
    answer = go_on_typing(client, hand, minutes=31)
    back = come_back(client, other, answer)
    page = client.get(back)
    assert TYPED not in page.text
    assert "was kept" not in page.text
    kept_id = back.partition("kept=")[2]
    assert client.get(f"/kept/{kept_id}").status_code == 404
    assert send(client, f"/kept/{kept_id}/drop", page="/account").status_code == 404
    assert "was kept" not in client.get("/account").text


def test_the_text_is_sealed(client: FlaskClient, account: MadeAccount, hand: Hand) -> None:
    sign_in(client, account.account_id)
    go_on_typing(client, hand, minutes=31)
    with reading() as session:
        row = session.scalars(select(KeptForm)).one()
        assert TYPED.encode() not in row.fields
        assert row.account_id == account.account_id
        assert row.path == "/account/email"


def test_the_text_can_be_read_by_itself_and_deleted(
    client: FlaskClient, account: MadeAccount, hand: Hand
) -> None:
    sign_in(client, account.account_id)
    back = come_back(client, account, go_on_typing(client, hand, minutes=31))
    kept_id = back.partition("kept=")[2]
    assert f"/kept/{kept_id}" in client.get("/account").text
    page = client.get(f"/kept/{kept_id}")
    assert TYPED in page.text
    send(client, f"/kept/{kept_id}/drop", page=f"/kept/{kept_id}")
    assert client.get(f"/kept/{kept_id}").status_code == 404


def test_it_is_gone_after_a_day(client: FlaskClient, account: MadeAccount, hand: Hand) -> None:
    sign_in(client, account.account_id)
    answer = go_on_typing(client, hand, minutes=31)
    hand.move(hours=24)
    back = come_back(client, account, answer)
    assert TYPED not in client.get(back).text


def test_a_locked_screen_keeps_what_another_tab_sends(
    client: FlaskClient, account: MadeAccount
) -> None:
    sign_in(client, account.account_id)
    token = read_token(client.get("/account/email"))
    send(client, "/lock", page="/account")
    answer = client.post("/account/email", data={"csrf_token": token, "email": TYPED})
    assert answer.location.startswith("/locked?next=/account/email%3Fkept%3D")
    answer = send(client, answer.location, password=account.password)
    assert TYPED in client.get(answer.location).text


def test_locking_keeps_what_the_page_sends_along(client: FlaskClient, account: MadeAccount) -> None:
    sign_in(client, account.account_id)
    send(client, "/lock", page="/account/email", email=TYPED)
    answer = send(client, "/locked", password=account.password)
    assert answer.location.startswith("/account/email?kept=")
    assert TYPED in client.get(answer.location).text


def test_a_form_without_a_page_of_its_own_comes_back_where_it_stood(
    client: FlaskClient, account: MadeAccount, hand: Hand
) -> None:
    sign_in(client, account.account_id)
    token = read_token(client.get("/account"))
    hand.move(minutes=31)
    answer = client.post(
        "/account/sign-ins/end-others",
        data={"csrf_token": token, "note": TYPED},
        headers={"Referer": "http://localhost/account/sign-ins"},
    )
    back = come_back(client, account, answer.location)
    assert back.startswith("/account/sign-ins?kept=")
    page = client.get(back).text
    kept = page.partition('href="/kept/')[2].partition('"')[0]
    assert TYPED in client.get(f"/kept/{kept}").text


def test_no_password_and_no_code_is_kept(
    client: FlaskClient, account: MadeAccount, hand: Hand
) -> None:
    sign_in(client, account.account_id)
    token = read_token(client.get("/account/password"))
    hand.move(minutes=31)
    fields = {"csrf_token": token, "password": account.password, "new_password": "x" * 20}
    answer = client.post("/account/password", data=fields)
    assert answer.location == "/sign-in?next=/account/password"


def test_what_another_site_sends_is_not_kept(
    client: FlaskClient, account: MadeAccount, hand: Hand
) -> None:
    sign_in(client, account.account_id)
    client.get("/account/email")
    hand.move(minutes=31)
    answer = client.post("/account/email", data={"csrf_token": "forged", "email": TYPED})
    assert answer.location == "/sign-in?next=/account/email"
    with reading() as session:
        assert session.scalars(select(KeptForm.id)).all() == []


def test_nothing_is_kept_after_signing_out(client: FlaskClient, account: MadeAccount) -> None:
    sign_in(client, account.account_id)
    old = client.get_cookie("sign-in").value
    token = read_token(client.get("/account/email"))
    send(client, "/sign-out", page="/account")
    client.set_cookie("sign-in", old)
    client.post("/account/email", data={"csrf_token": token, "email": TYPED})
    with reading() as session:
        assert session.scalars(select(KeptForm.id)).all() == []


def test_twenty_are_kept_and_no_more(client: FlaskClient, account: MadeAccount, hand: Hand) -> None:
    sign_in(client, account.account_id)
    token = read_token(client.get("/account/email"))
    hand.move(minutes=31)
    for number in range(25):
        hand.move(seconds=1)
        client.post("/account/email", data={"csrf_token": token, "email": f"{number}@x"})
    with reading() as session:
        assert len(session.scalars(select(KeptForm.id)).all()) == 20


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("new_password", True),
        ("csrf_token", True),
        ("code", True),
        ("recovery-code", True),
        ("pin", True),
        ("postcode", False),
        ("post_code", False),
        ("opinion", False),
        ("note", False),
        ("encoded", False),
    ],
)
def test_which_fields_are_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret
