"""What the measure plays of refusals that a command makes itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistedaccess.kernel.controls import Verdict
from assistedaccess.safeguards import score_acts


def judge(monkeypatch: pytest.MonkeyPatch, acts: Any = (), **row: str) -> Verdict:
    """Of a row about which no rule has anything to say."""
    monkeypatch.setattr(score_acts, "_name", lambda _act: None)
    nobody: Any = None
    act: Any = SimpleNamespace(**{"helper": "h", "at": 0, "person": "p", "confirmed_by": ""} | row)
    memory: Any = SimpleNamespace(of_person={"p": SimpleNamespace(acts=acts)})
    return score_acts.judge(memory, act, nobody)


def test_a_yes_to_represent_is_taken_on_no_call_that_came_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert judge(monkeypatch, kind="represent", call="inbound") is Verdict.REFUSE
    assert judge(monkeypatch, kind="represent", call="called_back") is Verdict.ALLOW
    asked = {"kind": "represent", "call": "inbound", "confirmed_by": "second_staff"}
    assert judge(monkeypatch, **asked) is Verdict.ALLOW
    before = SimpleNamespace(helper="h", at=0, call="in_person")
    assert judge(monkeypatch, [before], kind="represent", call="inbound") is Verdict.ALLOW
    other = SimpleNamespace(helper="another", at=0, call="in_person")
    assert judge(monkeypatch, [other], kind="represent", call="inbound") is Verdict.REFUSE
    assert judge(monkeypatch, kind="consent", call="inbound") is Verdict.ALLOW


@pytest.mark.parametrize(
    ("phone", "days", "found", "can"),
    [
        ("t1", 30, {score_acts.BY_INBOUND_CALL: Verdict.REFUSE, "payee_changed": Verdict.HOLD}, 1),
        ("t1", 29, {score_acts.BY_INBOUND_CALL: Verdict.REFUSE}, 0),  # a number of last week (A25)
        ("", 99, {score_acts.BY_INBOUND_CALL: Verdict.REFUSE}, 0),
        (
            "t1",
            99,
            {score_acts.BY_INBOUND_CALL: Verdict.REFUSE, "payee_is_helper": Verdict.REFUSE},
            0,
        ),
        ("t1", 99, {"payee_is_charge": Verdict.REFUSE}, 0),
    ],
)
def test_a_call_back_is_all_that_is_asked_where_there_is_an_old_number(
    phone: str, days: int, found: dict[str, Verdict], can: int
) -> None:
    memory: Any = SimpleNamespace(people={"p": SimpleNamespace(phone=phone)})
    act: Any = SimpleNamespace(person="p")
    seen: Any = SimpleNamespace(days_since_contact_change=days)
    assert score_acts.can_ring_back(memory, act, seen, found) is bool(can)
