"""What the measure plays of refusals that a command makes itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assistedaccess.kernel.controls import Verdict
from assistedaccess.safeguards import score_acts


def judge(monkeypatch: pytest.MonkeyPatch, **row: str) -> Verdict:
    """Of a row about which no rule has anything to say."""
    monkeypatch.setattr(score_acts, "_name", lambda _act: None)
    nobody: Any = None
    act: Any = SimpleNamespace(**row)
    return score_acts.judge(nobody, act, nobody)


def test_a_yes_to_represent_is_taken_on_no_call_that_came_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert judge(monkeypatch, kind="represent", call="inbound") is Verdict.REFUSE
    assert judge(monkeypatch, kind="represent", call="called_back") is Verdict.ALLOW
    assert judge(monkeypatch, kind="consent", call="inbound") is Verdict.ALLOW
