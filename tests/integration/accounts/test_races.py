"""Two at once, exactly one wins, on both databases: ASSURANCE V2.3.4, V6.5.1, V6.6.3, fault 8."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.accounts import service_recovery, service_setup, service_sign_in
from assistedaccess.accounts.models import Account, OneTimeCode, Recovery, SignIn
from assistedaccess.accounts.rules import Vouching
from assistedaccess.accounts.sign_ins import SignInFailed
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.errors import DomainError, TooManyAttempts
from assistedaccess.kernel.transactions import reading
from tests.factories.accounts import (
    ADDRESS,
    MadeAccount,
    Wardrobe,
    as_actor,
    invite,
    make_account,
    open_sign_in,
)
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app", "hats_of")

ROUNDS = 5


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads that start together; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except DomainError as error:
            results[place] = error

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def give_password(account: MadeAccount, address: str = ADDRESS) -> service_sign_in.Token:
    return service_sign_in.sign_in_with_password(
        actor=PUBLIC,
        email=account.email,
        password=account.password,
        device="",
        address=address,
    )


def confirm(token: service_sign_in.Token, code: str, address: str = ADDRESS) -> Any:
    return service_sign_in.confirm_second_factor(
        actor=PUBLIC, sign_in_id=token.sign_in_id, typed=code, address=address
    )


def count_open() -> int:
    with reading() as session:
        query = select(SignIn.id).where(SignIn.stage == "open", SignIn.ended_at.is_(None))
        return len(session.scalars(query).all())


@pytest.mark.parametrize("kind", ["app", "printed", "recovery"])
def test_v6_5_1_one_code_opens_one_of_two_sign_ins(kind: str) -> None:
    for done in range(1, ROUNDS + 1):
        account = make_account(printed=kind == "printed")
        code = {
            "app": lambda a: a.code(),
            "printed": lambda a: a.sheet[1],
            "recovery": lambda a: a.recovery_codes[0],
        }[kind](account)
        first, second = give_password(account), give_password(account, "192.0.2.2")
        results = at_once(
            lambda a=first, c=code: confirm(a, c),
            lambda a=second, c=code: confirm(a, c, "192.0.2.2"),
        )
        assert sum(isinstance(result, SignInFailed) for result in results) == 1
        assert count_open() == done


def test_v6_5_1_a_double_click_opens_one(app: Flask) -> None:
    account = make_account()
    token, code = give_password(account), account.code()
    results = at_once(*[lambda: confirm(token, code)] * 4)
    assert sum(not isinstance(result, DomainError) for result in results) == 1
    assert count_open() == 1


def test_v2_3_4_one_of_two_accepts_the_invitation() -> None:
    for _round in range(ROUNDS):
        link, _email, _name = invite()
        results = at_once(
            *[
                lambda password=password, token=link.token: service_setup.accept_invitation(
                    actor=PUBLIC, token=token, password=password, device=""
                )
                for password in ("violet tractor umbrella", "seven green bottles")
            ]
        )
        assert sum(isinstance(result, DomainError) for result in results) == 1
        with reading() as session:
            account = session.get_one(Account, link.account_id)
            assert account.password_hash is not None
    assert len(list_events("invitation.accepted")) == ROUNDS


def test_v6_6_3_many_wrong_codes_at_once_are_still_counted_one_by_one() -> None:
    account = make_account()
    token = give_password(account)
    results = at_once(*[lambda: confirm(token, "000000")] * 12)
    reasons = [event.reason_code for event in list_events("sign_in.failed")]
    assert reasons == ["wrong_code"] * 5
    assert all(isinstance(result, SignInFailed | TooManyAttempts) for result in results)


def test_many_wrong_passwords_at_once_are_still_counted_one_by_one() -> None:
    account = make_account()
    wrong = MadeAccount(**(vars(account) | {"password": "wrong"}))
    results = at_once(*[lambda: give_password(wrong)] * 12)
    assert sum(isinstance(result, TooManyAttempts) for result in results) == 7
    assert len(list_events("sign_in.failed")) == 5


def test_a_recovery_code_sets_one_password(hats_of: Wardrobe) -> None:
    helper, manager = make_account(), make_account()
    hat = hats_of.give(manager, "manager")
    hats_of.give(helper, "helper", hat.organisation_id)
    actor = as_actor(manager, hat, open_sign_in(manager.account_id))
    service_recovery.ask_for_password(actor=PUBLIC, email=helper.email, address=ADDRESS)
    with reading() as session:
        recovery_id = session.scalars(select(Recovery.id)).one()
    code = vouch(actor, recovery_id)
    results = at_once(
        *[
            lambda password=password: service_recovery.use_password_code(
                actor=PUBLIC,
                email=helper.email,
                code=code,
                new_password=password,
                address=ADDRESS,
            )
            for password in ("seven green bottles", "nine yellow chairs")
        ]
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1
    assert len(list_events("recovery.used")) == 1


def vouch(actor: Any, recovery_id: Any) -> str:
    from assistedaccess.accounts import shown_once

    service_recovery.vouch_for_recovery(
        actor=actor, recovery_id=recovery_id, how=Vouching.IN_PERSON
    )
    with reading():
        shown = shown_once.find(actor.sign_in_id, service_recovery.VOUCHED)
    assert shown is not None
    return shown.codes[0]


def test_two_sheets_of_recovery_codes_at_once_leave_one() -> None:
    account = make_account()
    tokens = [open_sign_in(account.account_id), open_sign_in(account.account_id)]
    at_once(
        *[
            lambda token=token: service_setup.issue_recovery_codes(
                actor=PUBLIC, sign_in_id=token.sign_in_id
            )
            for token in tokens
        ]
    )
    with reading() as session:
        query = select(OneTimeCode.sheet_id).where(OneTimeCode.kind == "recovery")
        sheets = session.scalars(query).all()
    assert len(sheets) == 10
    assert len(set(sheets)) == 1


def test_two_accounts_with_one_address_at_once() -> None:
    results = at_once(*[lambda: invite(email="same@example.org")] * 2)
    assert sum(isinstance(result, DomainError) for result in results) == 1
