"""Money goes back by two humans and by the way it came, once, and never more than came in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import refunding, service_refunds, service_till
from assistedaccess.applications.models_payments import Payment, Till
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.applications.queries_links import use_account
from assistedaccess.applications.queries_till import load_contents
from assistedaccess.applications.refunding import send_due_refunds
from assistedaccess.applications.rules_refunds import NothingToRefund, RefundClosed
from assistedaccess.applications.rules_till import NotEnoughCash, NoTillOpen
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.links import later, look, serve, want
from tests.factories.payments import (
    begin,
    fee_of,
    get_till,
    last_event,
    open_till,
    release,
    take,
)
from tests.support.held import count_held, select_held
from tests.support.pay_provider import PayStub

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def stub(app: Flask) -> Iterator[PayStub]:
    made, before = PayStub(), app.config["SETTINGS"]
    yield made
    made.close()
    app.config["SETTINGS"] = before
    use_account("")


def ask(scene: apps.Scene, payment_id: UUID, amount_pence: int = 1000, **more: Any) -> None:
    """Ask for money to go back: it waits."""
    given = {"reason": "paid_twice", **more}
    with pytest.raises(Held):
        service_refunds.refund_payment(
            actor=scene.helper, payment_id=payment_id, amount_pence=amount_pence, **given
        )


def only() -> Refund:
    with reading() as session:
        return session.scalars(select(Refund)).one()


def test_cash_goes_back_out_of_the_till_after_a_second_human(app: Flask) -> None:
    scene, draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    till_id = open_till(scene, 500)
    payment_id = take(scene, draft)
    client = apps.signed_in(app, scene.helper)
    with reading() as session:
        reference = session.get_one(Payment, payment_id).reference
    address = f"/payments/{reference}/refund"
    too_much = apps.post(client, address, {"amount": "10.01", "reason": "not_due"})
    assert apps.errors_of(too_much) == ["400", "Enter an amount of £10 or less"]
    bare = apps.post(client, address, {"amount": "4", "reason": "other", "words": ""})
    assert "Enter why" in apps.errors_of(bare)[1]
    for _ in range(2):  # asked twice, it waits once
        held = apps.post(client, address, {"amount": "10", "reason": "not_due"})
        assert "second person" in held.get_data(as_text=True)
    assert count_held() == 1
    assert fee_of(scene, draft).account.returned_pence == 0
    assert release(reviewer).state is State.RELEASED
    refund = only()
    page = client.get(f"/payments/{reference}").get_data(as_text=True)
    assert "To be handed over" in page
    out = f"/refunds/{refund.reference}/pay-out"
    receipt = f"/refunds/{refund.reference}/receipt"
    assert client.get(receipt).status_code == 404  # nothing has gone back yet
    assert apps.post(client, out, {}).location == f"/payments/{reference}"
    service_refunds.pay_refund_out(actor=scene.helper, refund_id=refund.id)  # a double click
    with pytest.raises(RefundClosed):
        service_refunds.pay_refund_out(actor=scene.colleague, refund_id=refund.id)
    assert receipt in client.get(f"/payments/{reference}").get_data(as_text=True)
    paper = apps.soup_of(client.get(receipt))
    assert "You got £10.00 back" in paper.text
    assert refund.reference in paper.text
    assert last_event("payment_receipt.printed").person_id == scene.person_id
    typed = {"receipt": paper.find_all("strong")[4].text}
    checked = apps.post(app.test_client(), "/check/payment", typed).get_data(as_text=True)
    assert "£10.00 of it was given back" in checked
    with reading():
        assert load_contents(get_till(till_id)).cash_pence == 500
    till = client.get(f"/tills/{get_till(till_id).reference}").get_data(as_text=True)
    assert refund.reference in till
    story = client.get(f"/cases/{scene.case.reference}").get_data(as_text=True)
    assert "£10 to go back: Blue Badge" in story
    account = fee_of(scene, draft).account
    assert (account.outstanding_pence, account.overpaid_pence) == (0, 0)
    assert [facts["amount"] for facts in delegation.told(scene.person_id, "refund_paid")] == ["£10"]
    with pytest.raises(NothingToRefund):
        service_refunds.refund_payment(
            actor=scene.helper, payment_id=payment_id, amount_pence=1, reason="not_due"
        )


def test_whoever_took_the_money_does_not_decide_and_nobody_gives_more_than_came_in() -> None:
    scene, draft = begin()
    open_till(scene)
    payment_id = take(scene, draft)
    taker_too = people.make_helper(scene.desk, "reviewer", human_id=scene.helper.human_id)
    colleague = apps.Scene(**{**vars(scene), "helper": scene.colleague})
    ask(colleague, payment_id, 700)
    with reading() as session:
        assert session.scalars(select_held()).one().drawn_account_id is None
    assert taker_too.human_id == scene.helper.human_id
    reviewer = people.make_helper(scene.desk, "reviewer")
    # Two asked for at once are each a right to no more than there is.
    run_transaction(redraw_pending_acts)
    assert release(reviewer).state is State.RELEASED
    ask(scene, payment_id, 300, reason="other", words="The desk had charged too much")
    release(reviewer)
    with pytest.raises(NothingToRefund):
        service_refunds.refund_payment(
            actor=scene.helper, payment_id=payment_id, amount_pence=1, reason="not_due"
        )
    with reading() as session:
        rows = session.scalars(select(Refund).order_by(Refund.id)).all()
    assert [row.amount_pence for row in rows] == [700, 300]
    assert rows[1].words is not None
    assert b"charged" not in rows[1].words


def test_a_release_is_asked_anew_when_another_was_quicker() -> None:
    scene, draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    open_till(scene)
    payment_id = take(scene, draft)
    ask(scene, payment_id, 1000)
    release(reviewer)
    with pytest.raises(NothingToRefund):
        service_refunds.refund_payment(
            actor=scene.colleague, payment_id=payment_id, amount_pence=1000, reason="paid_twice"
        )
    refund = only()
    assert refund.state == "agreed"
    # Nothing is handed over from a till that is shut, or that has not so much in it.
    with reading() as session:
        till = session.scalars(select(Till)).one()
    service_till.count_till(actor=scene.helper, till_id=till.id, cash_pence=3000, cheques_pence=0)
    with pytest.raises(NoTillOpen):
        service_refunds.pay_refund_out(actor=scene.helper, refund_id=refund.id)
    open_till(scene, 999)
    with pytest.raises(NotEnoughCash):
        service_refunds.pay_refund_out(actor=scene.helper, refund_id=refund.id)
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with pytest.raises(NotFound):
        service_refunds.pay_refund_out(actor=stranger, refund_id=refund.id)


def test_a_card_gets_it_back_by_the_terminal_with_its_slip() -> None:
    scene, draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    payment_id = take(scene, draft, way="card_terminal", terminal_slip="A1")
    ask(scene, payment_id)
    release(reviewer)
    refund = only()
    pay: Any = service_refunds.pay_refund_out
    for wrong in (None, "4111111111111111"):
        with pytest.raises(InvalidInput):
            pay(actor=scene.helper, refund_id=refund.id, slip=wrong)
    pay(actor=scene.helper, refund_id=refund.id, slip="R 93751")
    assert last_event("refund.paid").reason_code == "card_terminal"
    # It was paid twice by mistake, so the fee itself is still due.
    assert fee_of(scene, draft).account.outstanding_pence == 1000


def test_the_payment_page_sends_it_back_once_whatever_is_lost(app: Flask, stub: PayStub) -> None:
    scene, draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    look(provider)
    kept = stub.become("success")
    with later(2):
        look(provider)
    ask(scene, payment_id, 400)
    release(reviewer)
    ask(scene, payment_id, 400, reason="wrong_amount")
    release(reviewer)
    stub.hang_up = 1  # it was sent, and we were never told
    with later(3):
        send_due_refunds(provider=provider)
    with later(20):
        send_due_refunds(provider=provider)
    with later(60):
        send_due_refunds(provider=provider)
    assert [refund["amount"] for refund in kept.refunds] == [400, 400]
    with reading() as session:
        rows = session.scalars(select(Refund)).all()
    assert {row.state for row in rows} == {"sending"}
    assert len({row.provider_id for row in rows}) == 2
    kept.refunds[0]["status"], kept.refunds[1]["status"] = "success", "error"
    with later(120):
        send_due_refunds(provider=provider)
    with reading() as session:
        states = sorted(session.scalars(select(Refund.state)))
    assert states == ["failed", "paid"]
    assert len(delegation.told(scene.person_id, "refund_paid")) == 1
    assert fee_of(scene, draft).account.returned_pence == 400
    client = apps.signed_in(app, scene.helper)
    with reading() as session:
        reference = session.get_one(Payment, payment_id).reference
    page = client.get(f"/payments/{reference}").get_data(as_text=True)
    assert "Given back" in page
    assert "Did not go through" in page
    ask(scene, payment_id, 600)  # what failed can be asked for again
    offered = apps.soup_of(client.get(f"/payments/{reference}/refund"))
    assert offered.select_one("[name=amount]")["value"] == "6"  # type: ignore[index]


def test_a_refund_that_cannot_be_settled_keeps_no_other_waiting(
    app: Flask, stub: PayStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    provider = serve(app, scene, stub)
    payment_id = want(scene, draft)
    look(provider)
    stub.become("success")
    with later(2):
        look(provider)
    for pence in (300, 400):
        ask(scene, payment_id, pence)
        release(reviewer)
    settle, broken = refunding.settle_refund, []

    def break_once(**given: Any) -> UUID:
        if not broken:
            broken.append(given["refund_id"])
            raise RuntimeError("a fault of ours")
        return settle(**given)

    monkeypatch.setattr(refunding, "settle_refund", break_once)
    with later(3):
        assert send_due_refunds(provider=provider) == 2
    with later(60):  # its claim has run out, and what became of it is found
        assert send_due_refunds(provider=provider) == 2
    with reading() as session:
        rows = session.scalars(select(Refund)).all()
    assert len({row.provider_id for row in rows} - {None}) == 2
    assert [refund["amount"] for refund in stub.only().refunds] == [300, 400]
