"""Fees at the desk: taken once, receipted, told, within the limit; a till that two count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import (
    service,
    service_emergency,
    service_payments,
    service_till,
)
from assistedaccess.applications.models_payments import Payment
from assistedaccess.applications.queries_payments import fee_of as fee_of_draft
from assistedaccess.applications.rules_changes import Purpose
from assistedaccess.applications.rules_payments import AmountChanged, NothingDue
from assistedaccess.applications.service_till import NotAtADesk
from assistedaccess.delegation.models import LimitEntry
from assistedaccess.delegation.queries import sum_taken
from assistedaccess.delegation.rules import LimitReached
from assistedaccess.kernel import controls
from assistedaccess.kernel.controls import Finding, Verdict
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from config import Settings
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.payments import (
    BADGE,
    begin,
    begin_another,
    fee_of,
    get_till,
    last_event,
    let_pay,
    open_till,
    release,
    take,
)
from tests.support.held import select_held
from tests.support.processes import DONE, run_in_processes
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")
CARD = "4111 1111 1111 1111"


# -- taken at the desk


def test_the_person_pays_in_cash_and_no_delegation_is_asked_for(app: Flask) -> None:
    scene, draft = begin()
    client = apps.signed_in(app, scene.helper)
    base = f"/applications/{draft.reference}"
    page = client.get(base).get_data(as_text=True)
    assert "Pay the fee" in page
    assert "£10 to pay" in page
    shut = apps.post(client, f"{base}/fee", {"whose": "own", "way": "cash"})
    assert shut.location == "/tills"  # first the till is opened
    assert apps.post(client, "/tills", {"float": "20"}).status_code == 303
    form = apps.soup_of(client.get(f"{base}/fee"))
    typed = {"whose": "own", "way": "cash"}
    paid = apps.post(client, f"{base}/fee", typed, form)
    again = apps.post(client, f"{base}/fee", typed, form)  # a double click
    assert paid.location == again.location
    assert apps.count(Payment) == 1
    payment = client.get(paid.location).get_data(as_text=True)
    assert "The person themself" in payment
    receipt = client.get(f"{paid.location}/receipt").get_data(as_text=True)
    assert "You paid £10.00" in receipt
    code = apps.soup_of(client.get(f"{paid.location}/receipt")).find_all("strong")[4].text
    anybody = app.test_client()
    for typed_code, words in ((code.lower(), "£10.00 was paid on"), ("AAAAA-AAAAA", "no receipt")):
        checked = apps.post(anybody, "/check/payment", {"receipt": typed_code})
        assert words in checked.get_data(as_text=True)
    story = client.get(f"/cases/{scene.case.reference}").get_data(as_text=True)
    assert "Fee of £10: Blue Badge" in story
    assert "£10 paid" in client.get(base).get_data(as_text=True)
    assert fee_of(scene, draft).account.is_settled
    event = last_event("payment.taken")
    assert (event.reason_code, event.authority_kind) == ("cash.own", None)
    told = delegation.told(scene.person_id, "payment_taken")
    assert [(facts["amount"], facts["service"]) for facts in told] == [("£10", "Blue Badge")]
    assert apps.count(LimitEntry) == 0
    nothing = apps.post(client, f"{base}/fee", {"whose": "own", "way": "cash"}, form)
    assert nothing.location == paid.location
    with pytest.raises(NothingDue):
        take(scene, draft)


def test_a_card_at_the_terminal_leaves_its_slip_and_never_its_number(app: Flask) -> None:
    scene, draft = begin()
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{draft.reference}/fee"
    typed = {"whose": "own", "way": "card_terminal"}
    for wrong in (CARD, CARD.replace(" ", ""), ""):
        answer = apps.post(client, address, {**typed, "terminal_slip": wrong})
        assert answer.status_code == 400
        assert not wrong or "bank card" in apps.errors_of(answer)[1]
        assert "4111" not in answer.get_data(as_text=True)
    with pytest.raises(InvalidInput, match="bank card"):
        take(scene, draft, way="card_terminal", terminal_slip=CARD)
    paid = apps.post(client, address, {**typed, "terminal_slip": "AUTH 93751"})
    assert "AUTH 93751" in client.get(paid.location).get_data(as_text=True)
    with reading() as session:
        (row,) = session.scalars(select(Payment))
        assert row.till_id is None  # it is not in the till
        assert row.slip is not None
        assert b"93751" not in row.slip
    with pytest.raises(InvalidInput):
        take(scene, draft, way="card_link")  # nothing that is paid elsewhere is taken here


def test_a_claim_is_sent_before_its_fee_is_paid_and_paid_after() -> None:
    scene = apps.make_scene(BADGE, nation="scotland")
    draft = apps.make_ready(scene, BADGE)
    apps.submit(scene.helper, draft)
    sent = apps.get_draft(scene.helper, draft.reference)
    assert sent.submitted_at is not None
    assert fee_of(scene, sent).account.outstanding_pence == 2000
    with pytest.raises(AmountChanged):
        take(scene, sent, way="cheque", cheque_number="000123")
    open_till(scene)
    take(scene, sent, amount_pence=2000, way="cheque", cheque_number="000123")
    assert fee_of(scene, sent).account.is_settled


def test_what_costs_nothing_asks_for_nothing(app: Flask) -> None:
    scene = apps.make_scene(BADGE, nation="wales")
    draft = apps.get_draft(scene.helper, apps.start(scene, service_key=BADGE))
    page = apps.signed_in(app, scene.helper).get(f"/applications/{draft.reference}")
    assert "Pay the fee" not in page.get_data(as_text=True)
    with pytest.raises(NothingDue):
        take(scene, draft, amount_pence=0)


def test_a_form_s_own_fee_is_due_for_the_answers_in_play() -> None:
    key = "older-persons-bus-pass"
    scene = apps.make_scene(key, nation="england")
    draft = apps.get_draft(scene.helper, apps.start(scene, service_key=key))
    assert fee_of(scene, draft).account.fee_pence == 0
    apps.answer_all(scene.helper, draft.reference, {"birthDate": "1950-03-01", "kind": "lost"})
    after = apps.get_draft(scene.helper, draft.reference)
    assert fee_of(scene, after).account.outstanding_pence == 1000


def test_a_withdrawn_application_costs_nothing() -> None:
    scene, draft = begin()
    service.withdraw_application(actor=scene.helper, application_id=draft.id, reason="not_wanted")
    with pytest.raises(NothingDue):
        take(scene, draft)


# -- out of the person's money


def test_who_pays_for_the_person_needs_the_power_and_keeps_within_the_limit() -> None:
    scene, draft = begin()
    delegation_id = let_pay(scene)
    open_till(scene)
    take(scene, draft, whose="delegated")
    row = delegation.get_delegation(delegation_id)
    with reading():
        assert sum_taken([row])[delegation_id] == 1000
    event = last_event("payment.taken")
    assert (event.reason_code, event.authority_kind) == ("cash.delegated", "delegation")
    told = delegation.told(scene.person_id, "payment_made_for_you")
    assert [facts["amount"] for facts in told] == ["£10"]
    # The second fee of the month is over what was agreed; with their own money they still pay.
    another = begin_another(scene)
    with pytest.raises(LimitReached):
        take(scene, another, whose="delegated")
    assert apps.count(Payment) == 1
    take(scene, another, whose="own")


def test_a_helper_of_the_family_takes_counts_and_gives_nothing_at_no_desk(app: Flask) -> None:
    scene, draft = begin()
    till_id = open_till(scene)
    people.make_kind(scene.helper, "family")
    count: Any = {"actor": scene.helper, "till_id": till_id, "cash_pence": 2000, "cheques_pence": 0}
    for act in (
        lambda: take(scene, draft),
        lambda: service_payments.waive_fee(
            actor=scene.helper, application_id=draft.id, amount_pence=1000, reason="hardship"
        ),
        lambda: service_emergency.give_emergency_help(
            actor=scene.helper, case_id=scene.case.id, kind="goods", amount_pence=1, need="A bed"
        ),
        lambda: open_till(scene, 2000),
        lambda: service_till.count_till(**count),
        lambda: service_till.check_till(**count),
    ):
        with pytest.raises(NotAtADesk):
            act()
    assert apps.count(Payment) == 0
    assert get_till(till_id).state == "open"
    client = apps.signed_in(app, scene.helper)
    for path in ("", f"/{get_till(till_id).reference}"):
        assert client.get(f"/tills{path}").status_code == 403


def test_a_change_report_costs_nothing() -> None:
    scene, draft = begin()
    apps.answer_all(scene.helper, draft.reference, apps.ROUTES[BADGE])
    change = replace(apps.get_draft(scene.helper, draft.reference), purpose=Purpose.CHANGE)
    assert fee_of_draft(change) == 0


def test_without_the_power_nobody_pays_for_the_person() -> None:
    scene, draft = begin()
    open_till(scene)
    with pytest.raises(Refused) as raised:
        take(scene, draft, whose="delegated")
    assert raised.value.next_step
    assert apps.count(Payment) == 0


def test_two_tabs_that_each_take_two_thirds_of_a_cap_one_is_refused(settings: Settings) -> None:
    scene, draft = begin()
    let_pay(scene)
    drafts = [draft, begin_another(scene)]
    open_till(scene)

    def pay(number: int) -> None:
        try:
            take(scene, drafts[number], whose="delegated")
        except LimitReached:
            pass

    ended = run_in_processes(settings.database_url, lambda _: pay(0), lambda _: pay(1))
    assert ended == [DONE, DONE]
    assert apps.count(Payment) == 1
    with reading() as session:
        kinds = session.scalars(select(LimitEntry.kind)).all()
    assert sorted(kinds) == ["reserve", "use"]


def test_two_tabs_that_each_take_the_fee_take_it_once(settings: Settings) -> None:
    scene, draft = begin()
    open_till(scene)

    def pay(_: Database) -> None:
        try:
            take(scene, draft, request_key=new_request_key())
        except NothingDue:
            pass

    assert run_in_processes(settings.database_url, pay, pay) == [DONE, DONE]
    assert apps.count(Payment) == 1


def test_a_control_may_hold_a_payment_and_the_claim_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = apps.make_scene(BADGE, nation="england")
    draft = apps.make_ready(scene, BADGE)
    open_till(scene)
    doubt = Finding(Verdict.HOLD, "doubt", "Somebody looks at this payment first.")
    held_acts: list[str] = []

    def hold(act: controls.Act) -> list[Finding]:
        is_money = act.name == "applications.take_payment"
        held_acts.append(act.name) if is_money else None
        return [doubt] if is_money else []

    monkeypatch.setattr(controls, "_controls", [*controls._controls, hold])
    with pytest.raises(Held):
        take(scene, draft)
    assert apps.count(Payment) == 0
    apps.submit(scene.helper, draft)
    assert apps.get_draft(scene.helper, draft.reference).submitted_at is not None
    assert held_acts == ["applications.take_payment"]


# -- waived


def test_a_fee_is_waived_with_its_reason_and_the_person_is_told(app: Flask) -> None:
    scene, draft = begin()
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{draft.reference}/fee/waive"
    bare = apps.post(client, address, {"reason": "other", "words": ""})
    assert apps.errors_of(bare) == ["400", "Enter the reason"]
    done = apps.post(client, address, {"reason": "hardship"})
    assert done.location == f"/applications/{draft.reference}/fee"
    assert "Waived" in client.get(done.location).get_data(as_text=True)
    assert last_event("fee.waived").reason_code == "hardship"
    assert delegation.told(scene.person_id, "fee_waived")
    assert client.get(address).status_code == 303  # nothing is left to waive
    with reading() as session:
        reference = session.scalars(select(Payment.reference)).one()
    assert client.get(f"/payments/{reference}/receipt").status_code == 404


def test_one_waiver_of_many_waits_for_a_second_human() -> None:
    scene, _draft = begin()
    reviewer = people.make_helper(scene.desk, "reviewer")
    waive: Any = service_payments.waive_fee
    for _ in range(3):
        given = {"application_id": begin_another(scene).id, "reason": "hardship"}
        waive(actor=scene.helper, amount_pence=1000, **given)
    fourth = begin_another(scene)
    with pytest.raises(Held):
        waive(actor=scene.helper, application_id=fourth.id, amount_pence=1000, reason="hardship")
    assert fee_of(scene, fourth).account.outstanding_pence == 1000
    with reading() as session:
        row = session.scalars(select_held()).one()
    assert row.drawn_human_id != row.human_id == scene.helper.human_id
    release(reviewer)
    assert fee_of(scene, fourth).account.is_settled
    assert apps.count(Payment) == 4


# -- whose it is, and what it costs


def test_another_organisation_s_money_is_not_there(app: Flask) -> None:
    scene, draft = begin()
    till_id = open_till(scene)
    take(scene, draft)
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    client = apps.signed_in(app, stranger)
    with reading() as session:
        payment = session.scalars(select(Payment.reference)).one()
    for address in (
        f"/payments/{payment}",
        f"/payments/{payment}/receipt",
        f"/tills/{get_till(till_id).reference}",
        f"/applications/{draft.reference}/fee",
    ):
        assert client.get(address).status_code == 404, address
    with pytest.raises(NotFound):
        service_till.count_till(actor=stranger, till_id=till_id, cash_pence=0, cheques_pence=0)
    with pytest.raises(NotFound):
        service_payments.take_payment(
            actor=stranger, application_id=draft.id, amount_pence=1000, way="cash", whose="own"
        )


def test_the_pages_ask_as_much_of_the_database_whatever_came_in(
    app: Flask, database: Database
) -> None:
    scene, draft = begin()
    open_till(scene)
    client = apps.signed_in(app, scene.helper)
    address = f"/applications/{draft.reference}/fee"
    client.get(address)
    with counted_statements(database) as before:
        client.get(address)
    form = apps.soup_of(client.get(address))
    with counted_statements(database) as posting:
        assert apps.post(client, address, {"whose": "own", "way": "cash"}, form).status_code == 303
    with counted_statements(database) as after:
        client.get(address)
    assert len(before) == len(after) <= 12
    assert len(posting) <= 30, len(posting)
