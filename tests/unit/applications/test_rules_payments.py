"""Money: what is due, what is too much, what a till should hold; no penny is made or lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.applications import rules_emergency, rules_payments
from assistedaccess.applications.rules_emergency import OverCap, check_cap
from assistedaccess.applications.rules_links import Said, settle
from assistedaccess.applications.rules_payments import (
    AmountChanged,
    FeeAccount,
    NothingDue,
    PaymentOpen,
    PaymentState,
    check_due,
    check_waiving,
    find_fee,
    spell_money,
)
from assistedaccess.applications.rules_refunds import (
    REFUND,
    NothingToRefund,
    check_amount,
    check_refund,
)
from assistedaccess.applications.rules_till import (
    Contents,
    NotEnoughCash,
    SameCounter,
    check_cash,
    check_second_human,
)
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.controls import Act, Verdict
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.catalogue import EmergencyHelp, load_catalogue
from assistedaccess.services.parsing import parse_definition

PENCE = st.integers(0, 10_000_000)


@given(PENCE, PENCE, PENCE, st.data())
def test_what_is_due_and_what_is_too_much_never_stand_together(
    fee: int, paid: int, waived: int, data: st.DataObject
) -> None:
    returned = data.draw(st.integers(0, paid))
    again = data.draw(st.integers(0, returned))
    account = FeeAccount(fee, paid, 0, waived, returned, again)
    assert account.outstanding_pence >= 0
    assert account.overpaid_pence >= 0
    if not returned:
        assert not (account.outstanding_pence and account.overpaid_pence)
        assert account.paid_pence + account.outstanding_pence >= fee - waived
    # To pay just what is due settles it, and makes nothing too much that was not before.
    after = FeeAccount(fee, paid + account.outstanding_pence, 0, waived, returned, again)
    assert after.is_settled
    if account.outstanding_pence:
        assert after.overpaid_pence == 0


@given(PENCE.filter(bool), PENCE)
def test_just_what_is_due_is_taken(fee: int, offered: int) -> None:
    account = FeeAccount(fee)
    if offered == fee:
        check_due(account, offered)
    else:
        with pytest.raises(AmountChanged) as raised:
            check_due(account, offered)
        assert spell_money(fee) in raised.value.words
    with pytest.raises(NothingDue):
        check_due(FeeAccount(fee, paid_pence=fee), fee)
    with pytest.raises(PaymentOpen):
        check_due(FeeAccount(fee, open_pence=1), fee)


def test_money_is_given_back_and_asked_again_only_where_it_was_paid_wrongly() -> None:
    twice = FeeAccount(1000, paid_pence=2000)
    assert (twice.outstanding_pence, twice.overpaid_pence) == (0, 1000)
    back = FeeAccount(1000, paid_pence=2000, returned_pence=1000, asked_again_pence=1000)
    assert (back.outstanding_pence, back.overpaid_pence) == (0, 0)
    not_due = FeeAccount(1000, paid_pence=1000, returned_pence=1000)
    assert (not_due.outstanding_pence, not_due.overpaid_pence) == (0, 0)
    wrongly = FeeAccount(1000, paid_pence=1000, returned_pence=1000, asked_again_pence=1000)
    assert wrongly.outstanding_pence == 1000


@pytest.mark.parametrize(
    ("pence", "text"), [(1000, "£10"), (493, "£4.93"), (148_000, "£1,480"), (5, "£0.05")]
)
def test_an_amount_reads_as_people_write_it(pence: int, text: str) -> None:
    assert spell_money(pence) == text


def test_the_fees_of_the_catalogue_by_nation_and_of_a_form_by_its_answers() -> None:
    entries = {entry.slug: entry for entry in load_catalogue()}
    badge = entries["blue-badge"]
    empty = parse_definition({"pages": [], "fees": []})
    now = clock.local(clock.now())
    fees = {code: find_fee(empty, badge, {}, now, code) for code in ("E", "S", "W", None)}
    assert fees == {"E": 1000, "S": 2000, "W": 0, None: 1000}
    pages = [{"path": "/a", "title": "A", "components": [], "next": []}]
    own = parse_definition(
        {"pages": pages, "fees": [{"description": "X", "amount": 700, "multiplier": "n"}]}
    )
    assert find_fee(own, badge, {"n": "3"}, now, "E") == 2100
    assert find_fee(own, badge, {}, now, "E") == 0
    free = {slug for slug, entry in entries.items() if not entry.fee.pence}
    assert len(free) == len(entries) - 1  # of the ten, the badge alone has a fee of its own


@pytest.mark.parametrize(
    ("pence", "before", "held"), [(2000, 2, False), (2001, 0, True), (100, 3, True)]
)
def test_a_large_fee_or_one_of_many_is_waived_by_two(pence: int, before: int, held: bool) -> None:
    act = Act(rules_payments.WAIVE, SYSTEM, amount_pence=pence, facts={"waived_before": before})
    found = list(check_waiving(act))
    assert [finding.verdict for finding in found] == ([Verdict.HOLD] if held else [])
    assert not list(check_waiving(Act("another.act", SYSTEM, amount_pence=10**6)))


@given(PENCE, PENCE, PENCE, PENCE)
def test_a_till_holds_what_was_there_and_what_moved(
    start: int, cash_in: int, cash_out: int, cheques: int
) -> None:
    contents = Contents(start, cash_in, cash_out, cheques)
    assert contents.total_pence == contents.cash_pence + cheques
    assert contents.cash_pence + cash_out == start + cash_in
    if contents.cash_pence >= 0:
        check_cash(contents, contents.cash_pence)
    with pytest.raises(NotEnoughCash):
        check_cash(contents, max(0, contents.cash_pence) + 1)


def test_two_humans_count_by_whichever_account() -> None:
    one, other = uuid4(), uuid4()
    check_second_human(one, other)
    for second in (one, None):
        with pytest.raises(SameCounter):
            check_second_human(one, second)


@given(st.lists(st.sampled_from(list(Said))))
def test_whatever_is_said_in_whatever_order_money_that_came_in_wins(said: list[Said]) -> None:
    state = PaymentState.OPEN
    for each in said:
        after = settle(state, each)
        assert after != state
        state = after or state
    if Said.SUCCESS in said:
        assert state is PaymentState.PAID
    elif any(each.is_final for each in said):
        assert state is PaymentState.FAILED
    else:
        assert state is PaymentState.OPEN


@given(PENCE, PENCE, st.integers(-5, 10_000_001))
def test_no_more_goes_back_than_came_in(paid: int, returned: int, asked: int) -> None:
    try:
        check_amount(paid, returned, asked)
    except NothingToRefund:
        assert returned >= paid
    except InvalidInput:
        assert not 0 < asked <= paid - returned
    else:
        assert 0 < asked <= paid - returned


@given(st.lists(st.integers(1, 20_000), max_size=12))
def test_what_a_fund_gives_a_person_never_adds_up_to_more_than_its_cap(asked: list[int]) -> None:
    terms = EmergencyHelp(most_pence=30_000, within_days=365, at_once_pence=10_000)
    had = 0
    for pence in asked:
        try:
            check_cap(terms, had, pence)
        except OverCap:
            assert had + pence > terms.most_pence
        else:
            had += pence
    assert had <= terms.most_pence


@pytest.mark.parametrize(
    ("kind", "pence", "held"),
    [
        ("food_voucher", 10_000, False),
        ("standing_payee", 10_000, False),
        ("goods", 10_001, True),
        ("cash", 1, True),
    ],
)
def test_what_is_no_cash_and_not_much_goes_at_once(kind: str, pence: int, held: bool) -> None:
    facts = {"kind": kind, "at_once_pence": 10_000}
    act = Act(rules_emergency.GIVE, SYSTEM, amount_pence=pence, facts=facts)
    assert bool(list(rules_emergency.check_giving(act))) is held
    if kind == "standing_payee":
        told = Act(
            rules_emergency.GIVE, SYSTEM, amount_pence=1, facts={**facts, "payee_is_new": True}
        )
        assert list(rules_emergency.check_giving(told))
    assert [f.verdict for f in check_refund(Act(REFUND, SYSTEM, amount_pence=1))] == [Verdict.HOLD]
