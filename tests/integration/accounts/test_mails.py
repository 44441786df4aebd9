"""What account holders are told by e-mail about their own sign-in."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from tests.factories.accounts import MadeAccount, Wardrobe, make_account, sign_in
from tests.support.clocks import Hand
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")


def list_mails(account: MadeAccount) -> list[str]:
    with reading() as session:
        query = select(Notice.kind).where(Notice.account_id == account.account_id)
        return list(session.scalars(query.order_by(Notice.queued_at, Notice.id)))


def test_a_sign_in_from_a_new_place_is_told_once(client: FlaskClient, hand: Hand) -> None:
    account = make_account()
    for _round in range(2):
        hand.move(minutes=1)
        send(client, "/sign-in", email=account.email, password=account.password)
        send(client, "/sign-in/second-factor", code=account.code())
        send(client, "/sign-out", page="/account")
    assert list_mails(account) == ["account_new_sign_in"]


def test_what_changes_the_sign_in_is_told(client: FlaskClient) -> None:
    account = make_account()
    sign_in(client, account.account_id)
    new = "seven green bottles falling"
    send(client, "/account/password", password=account.password, new_password=new)
    send(client, "/account/email", email="new@example.net")
    assert sorted(list_mails(account)) == ["account_email_changed", "account_password_changed"]


def test_a_request_for_help_is_told_once(client: FlaskClient) -> None:
    account = make_account()
    for _time in range(3):
        send(client, "/forgotten-password", email=account.email)
    assert list_mails(account) == ["account_recovery"]


def test_whose_password_is_known_to_a_guesser_is_told_once_a_day(
    client: FlaskClient, hand: Hand
) -> None:
    account = make_account()
    for _round in range(4):
        hand.move(hours=2)
        send(client, "/sign-in", email=account.email, password=account.password)
        for _try in range(5):
            send(client, "/sign-in/second-factor", code="000000")
        send(client, "/sign-in", email=account.email, password=account.password)
        assert send(client, "/sign-in/second-factor", code="000000").status_code == 429
    assert list_mails(account) == ["account_locked"]


def test_a_manager_changes_a_name_and_nobody_their_own(
    client: FlaskClient, hats_of: Wardrobe
) -> None:
    manager, helper, stranger = make_account(), make_account("Owen"), make_account()
    hat = hats_of.give(manager, "manager")
    hats_of.give(helper, "helper", hat.organisation_id)
    hats_of.give(stranger)
    sign_in(client, manager.account_id)
    path = f"/accounts/{helper.account_id}/name?next=/account"
    assert 'value="Owen"' in client.get(path).text
    assert send(client, path, name="").status_code == 400
    assert send(client, path, name="Owain Rees").location == "/account"
    assert client.get(f"/accounts/{stranger.account_id}/name").status_code == 404
    own = f"/accounts/{manager.account_id}/name"
    assert send(client, own, name="Somebody Else").status_code == 403
    sign_in(client, helper.account_id)
    assert "Owain Rees" in client.get("/account").text
