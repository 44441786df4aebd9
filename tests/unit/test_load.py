"""``make load`` fails where it should, and says what it did not measure."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from tests.support import load


def tally(*said: str, saved: int = 10) -> load.Tally:
    return load.Tally([10.0] * 40, saved, Counter(said), began=0.0, ended=2.0)


def outcome(beyond: load.Tally | None, **more: Any) -> load.Outcome:
    given = {"machine": "2 processors", "database": "PostgreSQL", "workers": 2, "load_before": 0.0}
    shape = {"bare": tally(), "mix": tally(), "is_proxied": beyond is not None}
    return load.Outcome(**given | shape | {"beyond": beyond, "recovered_after": 1.0} | more)


def test_load_is_told_as_ratios_and_faults_are_named() -> None:
    shed = "503, with Retry-After"
    good = outcome(tally("200", shed))
    assert good.faults == []
    assert "(1.00 × bare)" in good.words()
    assert "so that 50 a second take 10 such machines" in good.words()
    assert "BUSY" not in good.words()
    for wrong in (
        outcome(tally("200")),  # nothing was shed
        outcome(tally("200", shed, "503, without")),
        outcome(tally("200", shed, "RemoteDisconnected")),
        outcome(tally("200", shed), recovered_after=math.inf),
        outcome(tally("200", shed), mix=tally("GET /today answered 500")),
    ):
        assert len(wrong.faults) == 1
        assert wrong.faults[0] in wrong.words()


def test_what_was_not_measured_is_said() -> None:
    words = outcome(None, load_before=4.0).words()
    assert "beyond saturation: NOT MEASURED without haproxy" in words
    assert "THE MACHINE WAS BUSY" in words
