"""Passkeys and hardware keys, by a key of software that also answers wrongly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import factors, service_passkeys, service_recovery
from assistedaccess.accounts.models import Passkey
from assistedaccess.accounts.rules import Vouching
from assistedaccess.accounts.service_setup import NotFresh
from assistedaccess.accounts.sign_ins import SignInFailed
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from tests.factories.accounts import (
    MadeAccount,
    Wardrobe,
    as_actor,
    make_account,
    open_sign_in,
    sign_in,
)
from tests.factories.passkeys import SITE, add_key, ask_key, owner, start_at_factor, use
from tests.support.clocks import Hand
from tests.support.journal import last_event, list_actions, list_event_ids, list_events
from tests.support.pages import read_token, send
from tests.support.soft_key import PRESENT, SoftKey
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app", "hats_of", "hand")

KEYS = "/account/passkeys"


def ask(client: FlaskClient, path: str, page: str) -> dict[str, Any]:
    """What the page's script asks for."""
    token = read_token(client.get(page))
    answer = client.post(
        path, data={"csrf_token": token}, headers={"Referer": f"http://localhost{page}"}
    )
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/json"
    return dict(json.loads(answer.text))


def add(client: FlaskClient, key: SoftKey, name: str = "Blue key") -> Any:
    options = ask(client, f"{KEYS}/challenge", f"{KEYS}/new")
    return send(client, f"{KEYS}/new", name=name, passkey_token=key.make(options))


def list_mails(account: MadeAccount) -> list[str]:
    with reading() as session:
        query = select(Notice.kind).where(Notice.account_id == account.account_id)
        return list(session.scalars(query.order_by(Notice.queued_at, Notice.id)))


def test_a_key_is_added_used_after_the_password_and_removed(
    client: FlaskClient, database: Database, hats_of: Wardrobe
) -> None:
    account = make_account()
    hats_of.give(account)
    sign_in(client, account.account_id)
    assert "You have no passkey." in client.get(KEYS).text
    key, before = SoftKey(), list_event_ids()
    page = send(client, f"{KEYS}/new", name="", passkey_token="")
    assert "Enter a name for the key" in page.text
    page = send(client, f"{KEYS}/new", name="x" * 61, passkey_token="")
    assert page.status_code == 400
    page = send(client, f"{KEYS}/new", name="Blue key", passkey_token="")
    assert "could not be added" in page.text
    assert add(client, key, "<b>Blue</b> key").location == KEYS
    assert "&lt;b&gt;Blue&lt;/b&gt; key" in client.get(KEYS).text
    assert "1 passkey or security key" in client.get("/account").text
    send(client, "/sign-out", page="/account")

    send(client, "/sign-in", email=account.email, password=account.password)
    page = client.get("/sign-in/second-factor")
    assert "Use a passkey or security key" in page.text
    # Without JavaScript the button is not there, and these words are.
    assert "<div hidden data-app-passkey=" in page.text
    assert "Your passkey needs JavaScript" in page.text
    options = ask(client, "/sign-in/passkey/challenge", "/sign-in/second-factor")
    assert options["rpId"] == "localhost"
    assert options["userVerification"] == "discouraged"
    data = {
        "csrf_token": read_token(page),
        "passkey_token": key.answer(options, flags=PRESENT),
    }
    with counted_statements(database) as statements:
        answer = client.post("/sign-in/passkey", data=data)
    assert answer.location == "/sign-in/role"
    assert len(statements) <= 30
    assert client.get("/account").status_code == 200
    assert last_event("sign_in.succeeded").reason_code == "passkey"
    page = client.get(KEYS)
    assert "Not yet" not in page.text
    path = page.text.split('action="/account/passkeys/')[1].split('"')[0]
    assert send(client, f"{KEYS}/{path}", page=KEYS).location == KEYS
    assert "You have no passkey." in client.get(KEYS).text
    send(client, "/sign-out", page="/account")

    send(client, "/sign-in", email=account.email, password=account.password)
    assert "passkey" not in client.get("/sign-in/second-factor").text
    answer = send(client, "/sign-in/second-factor", code=account.code())
    assert answer.location == "/sign-in/role"
    made = list_actions(before)
    assert made.count("passkey.added") == made.count("passkey.removed") == 1
    assert {"account_passkey_added", "account_passkey_removed"} <= set(list_mails(account))


Answer = Callable[[SoftKey, dict[str, Any]], str]

WRONG: dict[str, Answer] = {
    "another site's page": lambda key, asked: key.answer(asked, origin="https://evil.example"),
    "another port of this machine": lambda key, asked: key.answer(
        asked, origin="http://localhost:1"
    ),
    "another site": lambda key, asked: key.answer(asked, site="evil.example"),
    "a registration": lambda key, asked: key.answer(asked, kind="webauthn.create"),
    "nobody touched it": lambda key, asked: key.answer(asked, flags=0),
    "changed on the way": lambda key, asked: key.answer(asked, spoil=True),
    "another question": lambda key, asked: key.answer({**asked, "challenge": "AAAA"}),
    "another key with its name": lambda key, asked: impersonate(key).answer(asked),
    "nothing": lambda _key, _asked: "",
    "no answer at all": lambda _key, _asked: '{"id": 1}',
}


def impersonate(key: SoftKey) -> SoftKey:
    other = SoftKey()
    other.credential_id = key.credential_id
    return other


def test_no_wrong_answer_lets_anybody_in(hand: Hand) -> None:
    account, other = make_account(), make_account()
    key, others = SoftKey(), SoftKey()
    add_key(account.account_id, key=key)
    add_key(other.account_id, key=others)

    def refuse(sign_in_id: UUID, answer: str, what: str) -> None:
        with pytest.raises(SignInFailed):
            use(sign_in_id, answer, what)  # each from an address of its own
        assert last_event("sign_in.failed").reason_code == "wrong_passkey", what

    for what, write in WRONG.items():
        sign_in_id = start_at_factor(account)
        refuse(sign_in_id, write(key, ask_key(sign_in_id)), what)
    # Another account's key, though it answers what this one was asked.
    sign_in_id = start_at_factor(account)
    refuse(sign_in_id, others.answer(ask_key(sign_in_id)), "other's key")
    # What one sign-in was asked is no answer in another, nor where nothing was asked.
    first, second = start_at_factor(account), start_at_factor(account)
    answer = key.answer(ask_key(first))
    refuse(second, answer, "never asked")
    ask_key(second)
    refuse(second, answer, "asked elsewhere")
    # The second question voids the first; a wrong answer voids its question; time does too.
    asked = ask_key(first)
    ask_key(first)
    refuse(first, key.answer(asked), "asked again since")
    asked = ask_key(first)
    refuse(first, key.answer(asked, spoil=True), "spoilt")
    refuse(first, key.answer(asked), "answered once")
    asked = ask_key(second)
    hand.move(minutes=5)
    refuse(second, key.answer(asked), "too late")
    # A right answer once, and never again.
    asked = ask_key(second)
    answer = key.answer(asked)
    use(second, answer)
    with pytest.raises(SignInFailed):
        use(second, answer)
    third = start_at_factor(account)
    refuse(third, answer, "replayed")
    ask_key(third)
    refuse(third, answer, "replayed to another question")
    # None of all these raises the alarm: only a right signature does.
    assert list_events("passkey.doubted") == []


def test_five_wrong_answers_end_the_sign_in_and_hold_up_the_next() -> None:
    account = make_account()
    add_key(account.account_id)
    sign_in_id = start_at_factor(account)
    for _time in range(4):
        with pytest.raises(SignInFailed) as refused:
            use(sign_in_id, "{}")
        assert not refused.value.is_over
    with pytest.raises(SignInFailed) as refused:
        use(sign_in_id, "{}")
    assert refused.value.is_over
    with pytest.raises(Exception, match="too many tries"):
        use(start_at_factor(account), "{}")


def test_a_count_that_went_back_shuts_the_key_and_tells_its_holder(client: FlaskClient) -> None:
    account, key = make_account(), SoftKey()
    passkey_id = add_key(account.account_id, key=key)
    for _time in range(3):
        sign_in_id = start_at_factor(account)
        use(sign_in_id, key.answer(ask_key(sign_in_id)))
    key.count = 1  # a copy of it, made after it was used once
    sign_in_id = start_at_factor(account)
    with pytest.raises(SignInFailed, match="copy of this key"):
        use(sign_in_id, key.answer(ask_key(sign_in_id)))
    event = last_event("passkey.doubted")
    assert (event.subject_id, event.outcome) == (passkey_id, "refused")
    assert list_mails(account).count("account_passkey_doubted") == 1
    with pytest.raises(NotFound):  # there is no key left that could be asked
        ask_key(sign_in_id)
    add_key(account.account_id, "Green key")
    key.count = 40
    with pytest.raises(SignInFailed):
        use(sign_in_id, key.answer(ask_key(sign_in_id)))
    sign_in(client, account.account_id)
    assert "there may be a copy of it" in client.get(KEYS).text
    # Spending is one conditional statement: of two processes with one answer, one wins.
    with reading() as session:
        green = session.scalars(select(Passkey).where(Passkey.name == "Green key")).one().id
    proof = factors.Proof(factors.ProofKind.PASSKEY, green, 7)
    assert [run_transaction(lambda: factors.spend(proof)) for _time in range(2)] == [True, False]


def test_a_key_that_does_not_count_works_again_and_again() -> None:
    account, key = make_account(), SoftKey(counts=False)
    add_key(account.account_id, key=key)
    for _time in range(3):
        sign_in_id = start_at_factor(account)
        use(sign_in_id, key.answer(ask_key(sign_in_id)))
    assert list_events("passkey.doubted") == []


def test_v7_5_1_keys_are_changed_by_a_fresh_sign_in_and_make_it_fresh(
    client: FlaskClient, hats_of: Wardrobe, hand: Hand
) -> None:
    account, key = make_account(), SoftKey()
    hats_of.give(account)
    passkey_id = add_key(account.account_id, key=key)
    sign_in(client, account.account_id)
    hand.move(minutes=11)
    again = f"/sign-in/again?next={KEYS}"
    assert client.get(f"{KEYS}/new").location == f"{again}/new"
    assert send(client, f"{KEYS}/{passkey_id}/remove", page=KEYS).location == again
    token = read_token(client.get("/account"))
    asked = client.post(
        f"{KEYS}/challenge",
        data={"csrf_token": token},
        headers={"Referer": f"http://localhost{KEYS}/new"},
    )
    assert asked.location == f"{again}/new"
    stale = open_sign_in(account.account_id)
    hand.move(minutes=11)
    with pytest.raises(NotFresh):
        service_passkeys.remove_passkey(
            actor=owner(stale), sign_in_id=stale.sign_in_id, passkey_id=passkey_id
        )
    with pytest.raises(NotFresh):
        service_passkeys.ask_for_new_passkey(sign_in_id=stale.sign_in_id, site=SITE)

    def prove(flags: int) -> Any:
        options = ask(client, "/sign-in/passkey/challenge", "/sign-in/again")
        assert options["userVerification"] == "required"
        answer = key.answer(options, flags=flags)
        path = f"/sign-in/again/passkey?next={KEYS}/new"
        return send(client, path, page=again, passkey_token=answer)

    # A touch says that somebody has the key, not who.
    assert prove(PRESENT).location == f"{again}/new"
    assert client.get(f"{KEYS}/new").status_code == 303
    assert prove(PRESENT | 0x04).location == f"{KEYS}/new"
    assert client.get(f"{KEYS}/new").status_code == 200
    assert last_event("sign_in.renewed").reason_code == "passkey"
    # A sign-in on its way is not one that is open, and no signed-in page takes its key.
    send(client, "/sign-out", page="/account")
    send(client, "/sign-in", email=account.email, password=account.password)
    page = client.get("/sign-in/second-factor")
    answer = client.post("/sign-in/again/passkey", data={"csrf_token": read_token(page)})
    assert answer.location == "/sign-in/second-factor"


def test_no_wrong_registration_is_taken(client: FlaskClient, hand: Hand) -> None:
    account, other = make_account(), make_account()
    sign_in(client, account.account_id)
    token = open_sign_in(account.account_id)

    def asked() -> dict[str, Any]:
        text = service_passkeys.ask_for_new_passkey(sign_in_id=token.sign_in_id, site=SITE)
        return dict(json.loads(text))

    def take(answer: str) -> UUID:
        return service_passkeys.add_passkey(
            actor=owner(token),
            sign_in_id=token.sign_in_id,
            name="Key",
            answer=answer,
            site=SITE,
        )

    def refuse(answer: str) -> None:
        with pytest.raises(InvalidInput):
            take(answer)

    refuse(SoftKey().make({**asked(), "challenge": "AAAA"}))
    refuse(SoftKey().make(asked(), origin="https://evil.example"))
    refuse(SoftKey().make(asked(), site="evil.example"))
    options = asked()
    hand.move(minutes=5)
    refuse(SoftKey().make(options))
    options = asked()
    assert options["user"]["id"] != "", "the browser tells accounts apart by it"
    assert options["attestation"] == "none"
    refuse("{}")
    refuse(SoftKey().make(options))  # the wrong answer used the question up
    key = SoftKey()
    options = asked()
    take(key.make(options))
    refuse(key.make(options))
    assert [one["id"] for one in asked()["excludeCredentials"]] != []
    refuse(key.make(asked()))  # twice
    add_key(other.account_id, key=(theirs := SoftKey()))
    refuse(theirs.make(asked()))  # another account's
    for _time in range(9):
        take(SoftKey().make(asked()))
    refuse(SoftKey().make(asked()))  # ten are the most
    assert "Remove one to add another" in client.get(KEYS).text
    # Nobody removes a key of somebody else's.
    with reading() as session:
        theirs_id = session.scalars(
            select(Passkey.id).where(Passkey.account_id == other.account_id)
        ).one()
    assert send(client, f"{KEYS}/{theirs_id}/remove", page=KEYS).status_code == 404


def test_who_lost_their_factor_has_lost_their_keys(hats_of: Wardrobe, client: FlaskClient) -> None:
    account, manager = make_account(), make_account()
    hat = hats_of.give(manager, "manager")
    hats_of.give(account, organisation_id=hat.organisation_id)
    add_key(account.account_id)
    sign_in_id = start_at_factor(account)
    service_recovery.ask_for_factor(actor=PUBLIC, sign_in_id=sign_in_id)
    with reading() as session:
        recovery = session.scalars(
            select(service_recovery.Recovery.id).where(
                service_recovery.Recovery.account_id == account.account_id
            )
        ).one()
    token = open_sign_in(manager.account_id, hat)
    actor = as_actor(manager, hat, token)
    service_recovery.vouch_for_recovery(actor=actor, recovery_id=recovery, how=Vouching.IN_PERSON)
    with reading():
        shown = service_recovery.shown_once.find(token.sign_in_id, service_recovery.VOUCHED)
    assert shown is not None
    new = service_recovery.use_factor_code(
        actor=PUBLIC, sign_in_id=sign_in_id, code=shown.codes[0], address="192.0.2.1"
    )
    client.set_cookie("sign-in", new.token)
    # Until a new factor is in use, whoever turns out to be there changes nothing.
    assert client.get(KEYS).location == "/account/second-factor"
    send(client, "/account/second-factor", kind="printed_codes")
    with reading():
        sheet = service_recovery.shown_once.find(sign_in_id, "printed")
    assert sheet is not None
    answer = send(client, "/account/second-factor/printed-codes", code=sheet.codes[0])
    assert answer.location == "/account/recovery-codes"
    assert len(list_events("passkey.removed")) == 1
    with reading() as session:
        assert session.scalars(select(Passkey)).all() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_at_an_address_that_is_a_number_no_key_is_offered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    add_key(account.account_id)
    by_number = replace(app.config["SETTINGS"], public_url="http://127.0.0.1:8000")
    monkeypatch.setitem(app.config, "SETTINGS", by_number)
    client = app.test_client()
    sign_in(client, account.account_id)
    there = {"base_url": "http://127.0.0.1:8000"}
    client.set_cookie("sign-in", client.get_cookie("sign-in").value, domain="127.0.0.1")  # type: ignore[union-attr]
    page = client.get(KEYS, **there)
    assert "because it is a number" in page.text
    assert client.get(f"{KEYS}/new", **there).status_code == 404
    assert "Use a passkey" not in client.get("/sign-in/again", **there).text
    assert "Use a passkey" in client.get("/sign-in/again").text
