"""Paid on the provider's page: asked for once, found out whatever is lost, settled once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.applications import service_links
from assistedaccess.applications.paying import make_provider
from assistedaccess.applications.queries_links import use_account
from assistedaccess.applications.rules_payments import PaymentOpen
from assistedaccess.applications.service_links import NoPaymentPage
from assistedaccess.delegation.rules import LimitReached
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import NotFound
from config import Settings
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.links import get, later, ledger, look, serve, want
from tests.factories.payments import begin, begin_another, fee_of, last_event, let_pay, take
from tests.support.pay_provider import PayStub, sign
from tests.support.processes import DONE, KILLED, kill_at_statement, run_in_processes
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stub(app: Flask) -> Iterator[PayStub]:
    made, before = PayStub(), app.config["SETTINGS"]
    yield made
    made.close()
    app.config["SETTINGS"] = before
    use_account("")


def call_back(client: FlaskClient, raw: bytes, signature: str | None = None) -> int:
    headers = {"Content-Type": "application/json", "Pay-Signature": signature or sign(raw)}
    return client.post("/callbacks/govuk-pay", data=raw, headers=headers).status_code


def test_a_link_is_shown_with_its_dots_opened_and_paid(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    serve(app, scene, stub)
    client = apps.signed_in(app, scene.helper)
    fee = f"/applications/{draft.reference}/fee"
    form = apps.soup_of(client.get(fee))
    typed = {"whose": "own", "way": "card_link"}
    begun = apps.post(client, fee, typed, form)
    assert apps.post(client, fee, typed, form).location == begun.location  # a double click
    assert len(stub.payments) == 1
    kept = stub.only()
    assert (kept.asked["amount"], kept.asked["description"]) == (1000, "Blue Badge")
    assert kept.asked["return_url"].endswith("/paid")
    assert scene.person_id.hex not in str(kept.asked)
    page = client.get(begun.location).get_data(as_text=True)
    assert f"{stub.url}/secure/{kept.id}" in page
    assert "data:image/svg+xml" in page
    paper = client.get(f"{begun.location}/link").get_data(as_text=True)
    assert "Pay £10.00 by card" in paper
    assert "A payment is on its way" in client.get(fee).get_data(as_text=True)
    with pytest.raises(PaymentOpen):
        take(scene, draft)
    for status in ("started", "submitted", "capturable"):
        stub.become(status)
        token = apps.fields_of_token(client)
        client.post(f"{begun.location}/look", data={"csrf_token": token})
        assert fee_of(scene, draft).account.open_pence == 1000, status
    stub.become("success")
    client.post(f"{begun.location}/look", data={"csrf_token": apps.fields_of_token(client)})
    assert fee_of(scene, draft).account.is_settled
    receipt = client.get(f"{begun.location}/receipt").get_data(as_text=True)
    assert "You paid £10.00" in receipt
    assert "took it" not in receipt  # nobody did: it went from the card to the council
    assert client.get(f"{begun.location}/link").location == begun.location
    assert delegation.told(scene.person_id, "payment_taken")
    payment, link = get(UUID(kept.key))
    assert (payment.state, link.standing, link.next_url) == ("paid", "over", None)
    assert app.test_client().get("/paid").status_code == 200


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("failed", "P0010", "Another card may work"),
        ("failed", "P0020", "The time was up"),
        ("failed", "P0030", "The person stopped it"),
        ("cancelled", "P0040", "It was stopped here"),
        ("error", "P0050", "No money was taken"),
    ],
)
def test_what_did_not_come_in_is_said_and_gives_the_limit_back(
    app: Flask, stub: PayStub, status: str, code: str, words: str
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    let_pay(scene)
    payment_id = want(scene, draft, whose="delegated")
    look(provider)
    with pytest.raises(LimitReached):  # it counts as long as nobody knows
        take(scene, begin_another(scene), whose="delegated", way="card_terminal", terminal_slip="1")
    stub.become(status, code)
    with later(2):
        assert look(provider) == 1
        assert look(provider) == 0
    payment, link = get(payment_id)
    assert (payment.state, link.standing, link.code) == ("failed", "over", code)
    assert ledger() == ["give_back", "reserve"]
    client = apps.signed_in(app, scene.helper)
    assert words in client.get(f"/payments/{payment.reference}").get_data(as_text=True)
    take(scene, draft, way="card_terminal", terminal_slip="A1", whose="delegated")


def test_callbacks_twice_late_and_out_of_order_end_in_one_state(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    let_pay(scene)
    payment_id = want(scene, draft, whose="delegated")
    look(provider)
    client = app.test_client()
    kept = stub.become("success")
    good = stub.write_webhook(kept)
    stub.become("failed", "P0010")
    bad = stub.write_webhook(kept, "card_payment_failed")
    stub.become("started")
    old = stub.write_webhook(kept, "card_payment_started")
    assert call_back(client, good, "0" * 64) == 403
    assert call_back(client, good + b" ", sign(good)) == 403
    assert get(payment_id)[0].state == "open"
    for raw in (old, good, good, bad, old, good):
        assert call_back(client, raw) == 200
    stub.become("success")
    with later(2):
        look(provider)
    assert get(payment_id)[0].state == "paid"
    assert ledger() == ["reserve", "use"]
    assert len(delegation.told(scene.person_id, "payment_made_for_you")) == 1
    assert call_back(client, b"[]") == 400
    unknown = stub.write_webhook(kept).replace(kept.id.encode(), b"pay-of-somebody-else")
    unknown = unknown.replace(kept.asked["reference"].encode(), b"B-0000-0000")
    assert call_back(client, unknown) == 200
    assert last_event("pay_link.noted").reason_code == "ignored"


def test_bad_news_of_a_callback_is_asked_before_it_is_believed(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    look(provider)
    assert look(provider) == 0  # not yet due
    bad = stub.write_webhook(stub.become("failed", "P0010"), "card_payment_failed")
    stub.become("success")
    assert call_back(app.test_client(), bad) == 200
    assert get(payment_id)[0].state == "open"
    assert look(provider) == 1  # it has become due, and the provider's own answer counts
    assert get(payment_id)[0].state == "paid"


def test_a_callback_before_the_answer_is_known_by_our_reference(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    client = app.test_client()

    def pay_at_once(kept: Any) -> None:
        kept.status = "success"
        assert call_back(client, stub.write_webhook(kept)) == 200

    stub.before_answer = pay_at_once
    payment_id = want(scene, draft)
    look(provider)
    payment, link = get(payment_id)
    assert (payment.state, link.standing) == ("paid", "over")
    assert len(delegation.told(scene.person_id, "payment_taken")) == 1
    assert look(provider) == 0


def test_another_amount_or_another_payment_with_our_reference_settles_nothing(
    app: Flask, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    look(provider)
    kept = stub.become("success")
    kept.asked = {**kept.asked, "amount": 1}
    client = app.test_client()
    assert call_back(client, stub.write_webhook(kept)) == 200
    with later(2):
        look(provider)
    payment, link = get(payment_id)
    assert (payment.state, link.last_failure) == ("open", "other_amount")
    own = apps.signed_in(app, scene.helper)
    assert "another amount" in own.get(f"/payments/{payment.reference}").get_data(as_text=True)
    foreign = stub.write_webhook(kept).replace(kept.id.encode(), b"pay-other")
    with later(5):
        assert call_back(client, foreign) == 200
    assert last_event("pay_link.noted").reason_code == "other_payment"


def test_money_that_comes_after_all_counts_and_the_ledger_says_so(
    app: Flask, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    let_pay(scene)
    payment_id = want(scene, draft, whose="delegated")
    look(provider)
    stub.become("failed", "P0050")
    with later(2):
        look(provider)
    assert get(payment_id)[0].state == "failed"
    assert call_back(app.test_client(), stub.write_webhook(stub.become("success"))) == 200
    assert get(payment_id)[0].state == "paid"
    assert ledger() == ["give_back", "reserve", "reserve", "use"]


def test_a_lost_answer_is_found_by_our_reference_and_nothing_is_asked_twice(
    app: Flask, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    stub.hang_up = 1  # it was made, and we were never told
    look(provider)
    assert get(payment_id)[1].last_failure == "unreachable"
    with later(2):
        look(provider)
    assert len(stub.payments) == 1
    assert get(payment_id)[1].provider_id == stub.only().id
    posts = [path for method, path in stub.requests if method == "POST"]
    assert posts == ["/v1/payments"]


def test_a_provider_that_is_down_is_asked_again_and_one_that_refuses_is_not(
    app: Flask, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    stub.statuses = [503, 429]
    look(provider)
    client = apps.signed_in(app, scene.helper)
    payment, _link = get(payment_id)
    page = client.get(f"/payments/{payment.reference}").get_data(as_text=True)
    assert "asked again by itself" in page
    with later(2):
        look(provider)
    with later(20):
        look(provider)
    assert get(payment_id)[1].standing == "open"
    other = begin_another(scene)
    refused = want(scene, other)
    stub.statuses = [422]
    look(provider)
    assert (get(refused)[0].state, get(refused)[1].standing) == ("failed", "over")
    assert fee_of(scene, other).account.outstanding_pence == 1000


def test_it_is_stopped_where_it_can_be_and_counts_where_it_was_paid(
    app: Flask, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    client = apps.signed_in(app, scene.helper)
    payment_id = want(scene, draft)
    look(provider)
    address = f"/payments/{get(payment_id)[0].reference}"
    for _ in range(2):
        answer = client.post(f"{address}/stop", data={"csrf_token": apps.fields_of_token(client)})
        assert answer.location == address
    assert stub.only().code == "P0040"
    assert get(payment_id)[0].state == "failed"
    assert "It was stopped here" in client.get(address).get_data(as_text=True)
    paid = want(scene, draft)
    look(provider)
    newest = list(stub.payments.values())[-1]
    newest.status = "success"
    service_links.stop_link(actor=scene.helper, payment_id=paid)
    look(provider)
    assert get(paid)[0].state == "paid"
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with pytest.raises(NotFound):
        service_links.stop_link(actor=stranger, payment_id=paid)


def test_only_the_public_body_whose_account_it_is_has_the_page(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    client = apps.signed_in(app, scene.helper)
    fee = f"/applications/{draft.reference}/fee"
    assert "By card, on the payment page" not in client.get(fee).get_data(as_text=True)
    assert make_provider(app.config["SETTINGS"]) is None
    with pytest.raises(NoPaymentPage):
        want(scene, draft)
    serve(app, scene, stub, kind="charity")
    with pytest.raises(NoPaymentPage):
        want(scene, draft)
    serve(app, scene, stub)
    other, elsewhere = begin()
    with pytest.raises(NoPaymentPage):
        want(other, elsewhere)
    assert "By card, on the payment page" in client.get(fee).get_data(as_text=True)


def test_fault_01_whoever_looks_after_links_may_be_killed_at_any_statement(
    app: Flask, settings: Settings, database: Database, stub: PayStub
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    want(scene, draft)
    with counted_statements(database) as statements:
        look(provider, limit=1)
    last = len(statements) + 2
    let_pay(scene)
    payment_id = want(scene, begin_another(scene), whose="delegated")

    def look_until(number: int, child: Database) -> None:
        kill_at_statement(child, number)
        look(provider, limit=1, payment_id=payment_id)

    minutes = 0
    for number in range(1, last + 1):
        minutes += 10
        with later(minutes):
            ended = run_in_processes(settings.database_url, lambda d, n=number: look_until(n, d))
        assert ended[0] in (KILLED, DONE), number
        if ended == [DONE]:
            break
    ours = [kept for kept in stub.payments.values() if kept.key == str(payment_id)]
    assert len(ours) == 1
    ours[0].status = "success"
    with later(minutes + 10):
        look(provider, payment_id=payment_id)
    assert get(payment_id)[0].state == "paid"
    assert ledger() == ["reserve", "use"]


def test_two_who_look_at_once_ask_once(app: Flask, settings: Settings, stub: PayStub) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    want(scene, draft)
    look_in_child = lambda _: look(provider)  # noqa: E731
    ended = run_in_processes(settings.database_url, look_in_child, look_in_child)
    assert ended == [DONE, DONE]
    assert [method for method, _path in stub.requests] == ["POST"]


def test_an_answer_that_is_none_of_the_documented_ones_is_no_news(
    app: Flask, stub: PayStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, draft = begin()
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    look(provider)
    stub.only().status = "something_new"
    with later(2):
        look(provider)
    assert get(payment_id)[1].last_failure == "unreadable"
    assert get(payment_id)[0].state == "open"
