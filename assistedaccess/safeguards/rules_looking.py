"""The family of looking: how often one pair of hands breaks the glass. Pure.

One's own record and a relative's are people.reach's rule; what only shows over time is scanned for.
"""

from __future__ import annotations

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import Facts
from .reasons import Reason
from .rule import Rule
from .settings import Settings


def is_glass_broken_often(facts: Facts, settings: Settings) -> bool:
    """Whether a helper has broken the glass often of late, and nothing came of it.

    Numbers: ``glass_times`` in ``glass_days``, three in seven days (scenario A35: nine in a week).
    What led to a visit, a case or a concern is resolved, and does not count. A risk to life is
    never asked about: it opens at once (people.service.state_reason).
    """
    return facts.glass_broken + 1 >= settings["glass_times"]


RULES = (
    Rule(
        Reason.GLASS_BROKEN_OFTEN,
        1,
        Verdict.HOLD,
        frozenset({acts.BREAK_GLASS}),
        is_glass_broken_often,
        lambda: _(
            "You have opened several records for a concern lately. A second person looks at this "
            "one first. If somebody’s life is at risk, say so: it opens at once."
        ),
        twin="L07",
    ),
)
