"""How fast the scan reads the journal, on one core: against ten times the national peak."""

from __future__ import annotations

import time

from assistedaccess.audit import sealing
from assistedaccess.safeguards.scan import scan_everything

from .journal_speed import Ratio

AIM = 500.0
"""Events a second: ten times the 50 of the national peak (issue 7)."""


def measure_scan() -> Ratio:
    """All of the bound installation's events, from the first one on, once."""
    sealing.seal_all()
    begun = time.perf_counter()
    done = scan_everything()
    seconds = max(time.perf_counter() - begun, 0.001)
    return Ratio("scan", "The scan, events", done.events / seconds, AIM, unit="a second")
