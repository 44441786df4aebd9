"""Signs of a break-in reach the managers of that organisation, once a day, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import (
    rules,
    service_passkeys,
    service_recovery,
    service_sign_in,
    sign_ins,
)
from assistedaccess.accounts.alarms import BreakInSuspected
from assistedaccess.accounts.models import Recovery
from assistedaccess.accounts.rules import Stage, Vouching
from assistedaccess.accounts.rules_alarms import MANY_FAILURES, SOME_FAILURES, Alarm
from assistedaccess.accounts.sign_ins import SignInFailed
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import NotFound, TooManyAttempts
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.organisations import alarms, service_alarms
from tests.factories.accounts import MadeAccount, make_account, open_sign_in, sign_in
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    make_member,
    make_organisation,
)
from tests.factories.passkeys import add_key
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app", "hand")


@pytest.fixture
def hand() -> Iterator[Hand]:
    """The clock stands at ten in the morning until the test moves it."""
    made = Hand()
    with clock.set_clock(made):
        yield made


def join(organisation: MadeOrganisation, *roles: str) -> tuple[MadeAccount, Member]:
    account = make_account()
    known = (account.account_id, account.human_id, account.email)
    return account, make_member(organisation, *roles, account=known)


def guess(account: MadeAccount, address: str, times: int = 1) -> None:
    """Wrong passwords from there; whoever has to wait tries no more."""
    for _time in range(times):
        with pytest.raises((SignInFailed, TooManyAttempts)):
            service_sign_in.sign_in_with_password(
                actor=PUBLIC, email=account.email, password="wrong", device="X", address=address
            )


def enter(account: MadeAccount, address: str) -> None:
    """Password and code, both right, from there."""
    token = service_sign_in.sign_in_with_password(
        actor=PUBLIC,
        email=account.email,
        password=account.password,
        device="Firefox, Windows",
        address=address,
    )
    service_sign_in.confirm_second_factor(
        actor=PUBLIC, sign_in_id=token.sign_in_id, typed=account.code(), address=address
    )


def list_alarms() -> list[tuple[str | None, UUID | None]]:
    return [(one.reason_code, one.organisation_id) for one in list_events("sign_in.suspected")]


def count_mails(account: MadeAccount) -> int:
    with reading() as session:
        query = select(Notice.id).where(
            Notice.account_id == account.account_id, Notice.kind == "account_break_in_suspected"
        )
        return len(session.scalars(query).all())


def test_many_wrong_tries_are_told_to_the_managers_once_a_day(
    client: FlaskClient, app: Flask, hand: Hand
) -> None:
    here, elsewhere = make_organisation(), make_organisation()
    (helper, member), (manager, _m) = join(here, "helper"), join(here, "manager")
    (second, _s), (stranger, _e) = join(here, "manager"), join(elsewhere, "manager")
    for place in range(MANY_FAILURES - 1):
        guess(helper, f"192.0.2.{place}")
    assert list_alarms() == []
    for place in range(3):
        guess(helper, f"198.51.100.{place}")
    assert list_alarms() == [("many_failures", here.id)]
    assert [count_mails(each) for each in (manager, second, stranger, helper)] == [1, 1, 0, 0]
    for account, expected in ((manager, True), (stranger, False)):
        browser = app.test_client()
        sign_in(browser, account.account_id)
        page = browser.get("/team")
        assert page.status_code == 200
        assert ("Look at these sign-ins" in page.text) is expected
        assert (member.membership_reference in page.text) is expected
    # The next day it is told again; after a week it stands there no more.
    hand.move(days=1)
    for place in range(MANY_FAILURES):
        guess(helper, f"192.0.2.{place}")
    assert len(list_alarms()) == 2
    hand.move(days=8)
    sign_in(client, manager.account_id)
    assert "Look at these sign-ins" not in client.get("/team").text


def test_a_right_sign_in_from_a_new_place_straight_after_wrong_ones(hand: Hand) -> None:
    here = make_organisation()
    (helper, _member), (manager, _m) = join(here, "helper"), join(here, "manager")
    enter(helper, "192.0.2.1")  # their desk: new, but nobody guessed
    hand.move(minutes=2)
    guess(helper, "203.0.113.9", SOME_FAILURES - 1)
    enter(helper, "192.0.2.1")  # mistakes elsewhere, and the desk is known
    assert list_alarms() == []
    guess(helper, "203.0.113.8")
    hand.move(minutes=2)
    enter(helper, "203.0.113.7")
    assert list_alarms() == [("new_after_failures", here.id)]
    assert count_mails(manager) == 1
    # An hour later it is a new place and no more.
    hand.move(hours=1)
    other, _ = join(here, "helper")
    guess(other, "203.0.113.9", SOME_FAILURES)
    hand.move(hours=1)
    enter(other, "203.0.113.6")
    assert len(list_alarms()) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_address_that_tries_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(rules.ADDRESS_LIMIT, tries=5)
    monkeypatch.setattr(rules, "ADDRESS_LIMIT", few)
    here = make_organisation()
    (helper, _member), _manager = join(here, "helper"), join(here, "manager")
    for number in range(few.tries):
        nobody = MadeAccount(helper.account_id, helper.human_id, f"{number}@example.net", "")
        guess(nobody, "203.0.113.9")
    assert list_alarms() == []
    guess(helper, "203.0.113.9")
    assert list_alarms() == [("from_one_address", here.id)]


def test_a_way_back_in_that_is_vouched_for_and_used() -> None:
    here = make_organisation()
    (helper, _member), (manager, managing) = join(here, "helper"), join(here, "manager")
    second, _s = join(here, "manager")
    sign_in_id = run_transaction(
        lambda: sign_ins.start(helper.account_id, Stage.FACTOR, "Test", None)
    ).sign_in_id
    service_recovery.ask_for_factor(actor=PUBLIC, sign_in_id=sign_in_id)
    with reading() as session:
        recovery_id = session.scalars(select(Recovery.id)).one()
    token = open_sign_in(manager.account_id)
    actor = replace(actor_of(managing, "manager"), sign_in_id=token.sign_in_id)
    service_recovery.vouch_for_recovery(
        actor=actor, recovery_id=recovery_id, how=Vouching.IN_PERSON
    )
    assert list_alarms() == [("factor_vouched", here.id)]
    assert (count_mails(manager), count_mails(second)) == (0, 1)  # the voucher knows
    with reading():
        shown = service_recovery.shown_once.find(token.sign_in_id, service_recovery.VOUCHED)
    assert shown is not None
    service_recovery.use_factor_code(
        actor=PUBLIC, sign_in_id=sign_in_id, code=shown.codes[0], address="192.0.2.1"
    )
    assert list_alarms()[1:] == [("recovery_used", here.id)]
    assert count_mails(manager) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_copied_key_and_an_organisation_without_a_manager() -> None:
    here, office = make_organisation(), make_organisation()
    (helper, _member), (administrator, _a) = join(here, "helper"), join(office, "administrator")
    passkey_id = add_key(helper.account_id)
    for _time in range(2):
        service_passkeys.doubt_passkey(actor=PUBLIC, passkey_id=passkey_id)
    assert list_alarms() == [("copied_key", here.id)]
    assert count_mails(administrator) == 1


def test_a_manager_says_what_it_was_and_puts_it_away_once(app: Flask, hand: Hand) -> None:
    here, elsewhere = make_organisation(), make_organisation()
    (helper, _member), (manager, managing) = join(here, "helper"), join(here, "manager")
    (_stranger, foreign) = join(elsewhere, "manager")
    second, _s = join(here, "manager")
    for place in range(MANY_FAILURES):
        guess(helper, f"192.0.2.{place}")
    (alarm,) = list_events("sign_in.suspected")
    browser = app.test_client()
    sign_in(browser, manager.account_id)
    path = f"/team/alarms/{alarm.id}"
    assert path in browser.get("/team").text
    page = send(browser, path, words=" ")
    assert page.status_code in (400, 422)
    assert "Select what you found out" in page.text
    answer = send(browser, path, found="somebody_else", words="He was on leave. Suspended.")
    assert (answer.status_code, answer.location) == (303, "/team")
    assert "Look at these sign-ins" not in browser.get("/team").text
    assert browser.get(path).status_code == 303  # the back button
    # The other manager's page, opened before, changes nothing; nobody elsewhere finds it.
    other = actor_of(managing, "manager")
    service_alarms.settle_alarm(actor=other, alarm_id=alarm.id, found="themselves", words="Later")
    (settled,) = list_events("sign_in.suspicion_settled")
    assert (settled.reason_code, settled.organisation_id) == ("somebody_else", here.id)
    assert (settled.subject_id, settled.authority_id) == (helper.account_id, alarm.id)
    for wrong, actor in ((alarm.id, actor_of(foreign, "manager")), (settled.id, other)):
        with pytest.raises(NotFound):
            service_alarms.settle_alarm(
                actor=actor, alarm_id=wrong, found="themselves", words="Because"
            )
    assert count_mails(second) == 1
    hand.move(days=1)  # the next one stands there again
    for place in range(MANY_FAILURES):
        guess(helper, f"203.0.113.{place}")
    sign_in(browser, manager.account_id)
    assert "Look at these sign-ins" in browser.get("/team").text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_puts_away_an_alarm_about_themself_or_their_own_act(app: Flask) -> None:
    here = make_organisation()
    (helper, _h), (manager, managing) = join(here, "helper"), join(here, "manager")
    own = BreakInSuspected(PUBLIC, manager.account_id, Alarm.COPIED_KEY)
    vouched = BreakInSuspected(
        actor_of(managing, "manager"), helper.account_id, Alarm.FACTOR_VOUCHED
    )
    for event in (own, vouched):
        run_transaction(lambda event=event: alarms.tell_managers(event))
    browser = app.test_client()
    sign_in(browser, manager.account_id)
    for alarm in list_events("sign_in.suspected"):
        page = browser.get(f"/team/alarms/{alarm.id}")
        assert "so somebody else looks" in page.text
        assert "Put it away" not in page.text
        with pytest.raises(service_alarms.OwnAlarm):
            service_alarms.settle_alarm(
                actor=actor_of(managing, "manager"),
                alarm_id=alarm.id,
                found="themselves",
                words="It was I",
            )
    assert list_events("sign_in.suspicion_settled") == []
