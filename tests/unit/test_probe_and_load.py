"""``make probe`` and ``make load`` fail where they should, and say what they did not find out."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from tests.support import load, probe

MENU = ["/journal", "/services"]


def report(paths: list[str], **found: list[dict[str, Any]]) -> dict[str, Any]:
    pages = [
        {"request": {"url": f"http://127.0.0.1:8000{path}"}, "response": {"status_code": 200}}
        for path in paths
    ]
    pages.append({"request": {"url": "http://127.0.0.1:8000/journal"}, "response": None})
    return {"infos": {"crawled_pages": pages}, "vulnerabilities": found, "anomalies": {}}


def test_a_probe_that_saw_too_little_fails() -> None:
    many = [*MENU, *(f"/services/{number}" for number in range(20))]
    assert probe.read_report("auditor", MENU, report(many)).is_sound
    for paths in (many[1:], MENU, []):
        visit = probe.read_report("auditor", MENU, report(paths))
        assert not visit.is_sound
        words = probe.describe([visit], 60)
        assert "NOT CRAWLED" in words or "TOO FEW" in words
    assert not probe.Visit("auditor", MENU).is_sound  # the scanner gave up
    leading = {
        "request": {"url": "http://127.0.0.1:8000/journal"},
        "response": {"status_code": 303},
    }
    led = report(many[1:])
    led["infos"]["crawled_pages"].append(leading)
    assert probe.read_report("auditor", MENU, led).is_sound  # the menu leads on to another page
    visit = probe.read_report("auditor", MENU, report(many))
    visit.menu_after = []
    assert not visit.is_sound
    assert "SIGNED OUT" in probe.describe([visit], 60)


def test_what_a_probe_finds_fails_it_unless_it_is_expected() -> None:
    many = [*MENU, *(f"/services/{number}" for number in range(20))]
    one = {"method": "GET", "path": "/services", "parameter": "q", "info": "XSS via q"}
    visit = probe.read_report("auditor", MENU, report(many, XSS=[one]))
    assert not visit.is_sound
    assert "FOUND XSS: GET /services q: XSS via q" in probe.describe([visit], 60)
    (name, *_) = probe.EXPECTED
    visit = probe.read_report("auditor", MENU, report(many, **{name: [one]}))
    assert visit.is_sound
    assert probe.EXPECTED[name] in probe.describe([visit], 60)


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
    # The bare page's requests came before the first look at the memory.
    assert "after 80 requests more" in good.words()
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
