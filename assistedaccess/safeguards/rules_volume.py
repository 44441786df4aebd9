"""The family of time, place and accounts: whose hands are at the keyboard. Pure.

How much somebody does in a day is no rule: a library volunteer serves thirty people (L01). Leaving
ends an account by its dates (organisations.rules).
"""

from __future__ import annotations

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import Facts
from .reasons import Reason
from .rule import Rule
from .settings import Settings


def was_dormant(facts: Facts, settings: Settings) -> bool:
    """Whether the account has come back within a week from a rest of ``dormant_account_days``.

    Number: 30 days, of scenario A38. Everything but what is risky goes on; the second human who
    looks at that approves the account anew.
    """
    return facts.helper.was_dormant and _is_at_stake(facts)


def is_device_unusual(facts: Facts, settings: Settings) -> bool:
    """Whether the account was in use elsewhere, on another device, within hours; this one is new.

    Number: ``device_hours``, twelve; scenario A39 (Leeds at 09:10, abroad at 09:50). Signing in and
    reading go on: a network that changes its address is no device that changes.
    """
    return facts.helper.device_is_unusual and _is_at_stake(facts)


def is_place_unusual(facts: Facts, settings: Settings) -> bool:
    """Whether the account was in use from another network within the hour, and this one is new.

    Number: ``place_minutes``, sixty; scenario A39 (Leeds at 09:10, abroad at 09:50). A thief may
    have the browser of its owner, and is elsewhere. Networks are compared by keyed hash, so that
    nobody's place is kept. Whoever works at two desks has been at both for a week; a telephone that
    changes its network while it is signed in is not asked.
    """
    return facts.helper.place_is_unusual and _is_at_stake(facts)


def _is_at_stake(facts: Facts) -> bool:
    return facts.act not in acts.PAYEE or facts.payee is not None


RULES = (
    Rule(
        Reason.ACCOUNT_DORMANT,
        1,
        Verdict.HOLD,
        acts.RISKY,
        was_dormant,
        lambda: _(
            "Your account has not been used for some weeks, so a second person looks at this "
            "before it counts. Everything else goes on."
        ),
        twin="L01",
    ),
    Rule(
        Reason.DEVICE_UNUSUAL,
        2,
        Verdict.HOLD,
        acts.RISKY_FROM_AFAR,
        is_device_unusual,
        lambda: _(
            "Your account is in use on two devices, and this one is new to it. A second person "
            "looks at this before it counts. Everything else goes on."
        ),
        twin="L01",
    ),
    Rule(
        Reason.PLACE_UNUSUAL,
        2,
        Verdict.HOLD,
        acts.RISKY_FROM_AFAR,
        is_place_unusual,
        lambda: _(
            "Your account was in use somewhere else less than an hour ago, and has not been used "
            "here before. A second person looks at this before it counts. Everything else goes on."
        ),
        twin="L01",
    ),
)
