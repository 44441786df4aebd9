"""Forgotten passwords, lost factors, and the manager who vouches: V6.4.3, V6.5.3 to 5, V6.6.3."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import service_recovery
from assistedaccess.accounts.models import Recovery
from assistedaccess.accounts.queries import find_new_secret
from assistedaccess.accounts.rules import Vouching
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import MadeAccount, Wardrobe, as_actor, make_account, sign_in
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app", "hand")

CODE = re.compile(r'<strong class="app-code">([0-9A-Z-]+)</strong>')
NEW = "seven green bottles falling"


@pytest.fixture
def helper(hats_of: Wardrobe) -> MadeAccount:
    return make_account("Owen Rees")


@pytest.fixture
def manager(hats_of: Wardrobe, helper: MadeAccount) -> MadeAccount:
    """A manager of the helper's organisation."""
    account = make_account("Mair Rees")
    hat = hats_of.give(account, "manager")
    hats_of.give(helper, "helper", hat.organisation_id)
    return account


@pytest.fixture
def desk(app: Flask, manager: MadeAccount) -> FlaskClient:
    """The manager's browser."""
    client = app.test_client()
    sign_in(client, manager.account_id)
    return client


def ask(client: FlaskClient, account: MadeAccount) -> None:
    answer = send(client, "/forgotten-password", email=account.email)
    assert answer.location == "/forgotten-password/code"


def vouch(desk: FlaskClient, how: str = "in_person") -> str:
    with reading() as session:
        row_id = session.scalars(select(Recovery.id).where(Recovery.closed_at.is_(None))).one()
    path = f"/sign-in-help/{row_id}"
    assert send(desk, path, how=how).location == path
    found = CODE.search(desk.get(path).text)
    assert found is not None
    return found[1]


def use(client: FlaskClient, account: MadeAccount, code: str, password: str = NEW):
    fields = {"email": account.email, "code": code, "new_password": password}
    return send(client, "/forgotten-password/code", **fields)


def test_a_forgotten_password_is_vouched_for_and_the_second_factor_stays(
    client: FlaskClient, other_client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    sign_in(other_client, helper.account_id)
    ask(client, helper)
    assert "Owen Rees" in desk.get("/sign-in-help").text
    code = vouch(desk)
    assert use(client, helper, code).location == "/sign-in"
    assert other_client.get("/account").location == "/sign-in?next=/account"
    answer = send(client, "/sign-in", email=helper.email, password=helper.password)
    assert answer.status_code == 400
    answer = send(client, "/sign-in", email=helper.email, password=NEW)
    assert answer.location == "/sign-in/second-factor"  # V6.4.3
    answer = send(client, "/sign-in/second-factor", code=helper.code())
    assert answer.location == "/sign-in/role"
    assert "Nobody needs help" in desk.get("/sign-in-help").text
    assert [e.reason_code for e in list_events("recovery.used")] == ["password"]


def test_the_code_works_once_and_for_ten_minutes(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount, hand: Hand
) -> None:
    ask(client, helper)
    code = vouch(desk)
    hand.move(minutes=10)
    answer = use(client, helper, code)
    assert answer.status_code == 400
    assert "wrong or too old" in answer.text
    code = vouch(desk)
    assert use(client, helper, code).status_code == 303
    assert use(client, helper, code, "another password again").status_code == 400


def test_v6_6_3_five_wrong_tries_void_the_code(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    ask(client, helper)
    code = vouch(desk)
    for number in range(5):  # from many addresses: the code itself counts
        answer = send(
            client,
            "/forgotten-password/code",
            address=f"203.0.113.{number}",
            email=helper.email,
            code="00000000",
            new_password=NEW,
        )
        assert answer.status_code == 400
    assert use(client, helper, code).status_code == 400


def test_a_weak_new_password_does_not_use_the_code_up(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    ask(client, helper)
    code = vouch(desk)
    assert "must be 8 characters" in use(client, helper, code, "short").text
    assert use(client, helper, code).status_code == 303


def test_asking_tells_nobody_whether_the_account_exists(
    client: FlaskClient, helper: MadeAccount, manager: MadeAccount
) -> None:
    ask(client, helper)
    known = client.get("/forgotten-password/code").text
    answer = send(client, "/forgotten-password", email="nobody@example.org")
    assert answer.location == "/forgotten-password/code"
    unknown = client.get("/forgotten-password/code").text
    strip = re.compile(r'nonce="[^"]+"|value="[^"]+"')
    assert strip.sub("", known) == strip.sub("", unknown)
    wrong = use(client, helper, "00000000").text
    nobody = send(
        client,
        "/forgotten-password/code",
        email="nobody@example.org",
        code="00000000",
        new_password=NEW,
    ).text
    assert "wrong or too old" in wrong
    assert "wrong or too old" in nobody
    outcomes = [(e.outcome, e.reason_code) for e in list_events("recovery.requested")]
    assert outcomes == [("done", "password"), ("refused", "unknown_account")]


def test_asking_twice_is_one_request(client: FlaskClient, helper: MadeAccount) -> None:
    ask(client, helper)
    ask(client, helper)
    with reading() as session:
        assert len(session.scalars(select(Recovery.id)).all()) == 1


def test_asking_is_limited_by_address(client: FlaskClient, hats_of: Wardrobe) -> None:
    client.check_pages = False
    statuses = [
        send(client, "/forgotten-password", email="nobody@example.org").status_code
        for _time in range(21)
    ]
    assert statuses == [303] * 20 + [429]


def test_a_lost_factor_is_vouched_for_after_the_password(
    client: FlaskClient, other_client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    sign_in(other_client, helper.account_id)
    send(client, "/sign-in", email=helper.email, password=helper.password)
    page = "/sign-in/lost-factor"
    assert send(client, page, ask="yes").location == page
    code = vouch(desk, "called_back")
    assert send(client, page, code="00000000").status_code == 400
    answer = send(client, page, code=code)
    assert answer.location == "/account/second-factor"
    assert other_client.get("/account").location == "/sign-in?next=/account"
    assert client.get("/account").location == "/account/second-factor"  # not in yet
    send(client, "/account/second-factor", kind="app")
    with reading():
        found = find_new_secret(helper.account_id)
    assert found is not None
    new_code = pyotp.TOTP(found[0]).at(clock.now())
    answer = send(client, "/account/second-factor/app", code=new_code)
    assert answer.location == "/account/recovery-codes"
    assert send(client, "/account/recovery-codes").location == "/sign-in/role"
    send(client, "/sign-out", page="/account")
    send(client, "/sign-in", email=helper.email, password=helper.password)
    answer = send(client, "/sign-in/second-factor", code=helper.code())
    assert answer.status_code == 400  # the lost app opens nothing
    answer = send(client, "/sign-in/recovery-code", code=helper.recovery_codes[0])
    assert answer.status_code == 400


def test_a_code_for_the_password_opens_no_factor_and_the_other_way_round(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    ask(client, helper)
    code = vouch(desk)
    send(client, "/sign-in", email=helper.email, password=helper.password)
    send(client, "/sign-in/lost-factor", ask="yes")
    assert send(client, "/sign-in/lost-factor", code=code).status_code == 400
    assert use(client, helper, code).status_code == 303


def test_nobody_vouches_for_an_account_of_their_own(
    client: FlaskClient, desk: FlaskClient, manager: MadeAccount, hats_of: Wardrobe
) -> None:
    own = make_account(human_id=manager.human_id)
    hat = hats_of.hats[manager.account_id][0]
    hats_of.give(own, "helper", hat.organisation_id)
    ask(client, own)
    with reading() as session:
        row_id = session.scalars(select(Recovery.id)).one()
    page = desk.get(f"/sign-in-help/{row_id}").text
    assert "your own request" in page
    assert "Vouch and show" not in page
    with pytest.raises(service_recovery.OwnRecovery):
        service_recovery.vouch_for_recovery(
            actor=as_actor(manager, hat), recovery_id=row_id, how=Vouching.IN_PERSON
        )
    assert list_events("act.refused")[-1].reason_code == "own_recovery"


def test_another_organisation_s_manager_sees_nothing(
    client: FlaskClient, helper: MadeAccount, app: Flask, hats_of: Wardrobe
) -> None:
    ask(client, helper)
    with reading() as session:
        row_id = session.scalars(select(Recovery.id)).one()
    stranger = make_account()
    hat = hats_of.give(stranger, "manager")
    sign_in(client, stranger.account_id)
    assert "Nobody needs help" in client.get("/sign-in-help").text
    assert client.get(f"/sign-in-help/{row_id}").status_code == 404
    with pytest.raises(service_recovery.NotFound):
        service_recovery.vouch_for_recovery(
            actor=as_actor(stranger, hat), recovery_id=row_id, how=Vouching.IN_PERSON
        )
    administrator = make_account()
    hats_of.give(administrator, "administrator")
    other = app.test_client()
    sign_in(other, administrator.account_id)
    assert other.get(f"/sign-in-help/{row_id}").status_code == 200


def test_a_helper_vouches_for_nobody(
    client: FlaskClient, helper: MadeAccount, manager: MadeAccount
) -> None:
    sign_in(client, helper.account_id)
    assert client.get("/sign-in-help").status_code == 403


def test_a_request_can_be_closed_and_ends_by_itself(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount, hand: Hand
) -> None:
    ask(client, helper)
    with reading() as session:
        row_id = session.scalars(select(Recovery.id)).one()
    code = vouch(desk)
    path = f"/sign-in-help/{row_id}/turn-down"
    assert send(desk, path, page=f"/sign-in-help/{row_id}").location == "/sign-in-help"
    assert use(client, helper, code).status_code == 400
    ask(client, helper)
    assert "Owen Rees" in desk.get("/sign-in-help").text


def test_how_the_manager_made_sure_must_be_said(
    client: FlaskClient, desk: FlaskClient, helper: MadeAccount
) -> None:
    ask(client, helper)
    with reading() as session:
        row_id = session.scalars(select(Recovery.id)).one()
    assert send(desk, f"/sign-in-help/{row_id}").status_code == 400
    assert send(desk, f"/sign-in-help/{row_id}", how="by_magic").status_code == 400
    assert not list_events("recovery.vouched")


def test_the_list_costs_the_same_for_many(
    client: FlaskClient,
    desk: FlaskClient,
    helper: MadeAccount,
    manager: MadeAccount,
    hats_of: Wardrobe,
    database: Database,
) -> None:
    ask(client, helper)
    desk.get("/sign-in-help")
    with counted_statements(database) as few:
        desk.get("/sign-in-help")
    organisation_id = hats_of.hats[manager.account_id][0].organisation_id
    for _number in range(5):
        account = make_account()
        hats_of.give(account, "helper", organisation_id)
        ask(client, account)
    with counted_statements(database) as many:
        desk.get("/sign-in-help")
    assert len(many) == len(few) <= 12
