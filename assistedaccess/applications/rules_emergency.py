"""Emergency help of a council's crisis fund: what goes at once, what waits, and how much. Pure.

Scenario L07: a food voucher at 22:40 is not held. It goes at once, capped, and is looked at by a
second human the next day; money in the hand, or more of it, waits for one first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.money import spell_money
from assistedaccess.services.catalogue import EmergencyHelp

GIVE = "applications.give_emergency_help"
REVIEW = "applications.note_help_reviewed"
SECOND_LOOK = "emergency_second_look"
AFTERWARDS = "emergency_reviewed_afterwards"
LONGEST_NEED = 500
LONGEST_SERIAL = 40


class HelpKind(StrEnum):
    """In what shape it is given. ``standing_payee``: to where the council pays the person already;
    no account is typed here."""

    FOOD_VOUCHER = "food_voucher"
    FUEL_VOUCHER = "fuel_voucher"
    GOODS = "goods"
    STANDING_PAYEE = "standing_payee"
    CASH = "cash"

    @property
    def has_serial(self) -> bool:
        """Whether it bears a number of its own."""
        return self in (HelpKind.FOOD_VOUCHER, HelpKind.FUEL_VOUCHER)


class OverCap(Refused):
    """With this, a person would have had more than the fund gives at once, or in the time."""

    reason_code = "over_cap"


def check_cap(terms: EmergencyHelp, had_pence: int, amount_pence: int) -> None:
    """Raise OverCap where ``had_pence`` and this are more than the fund gives in its period."""
    left = max(0, terms.most_pence - had_pence)
    if amount_pence > left:
        raise OverCap(
            _(
                "The fund gives %(most)s in %(days)s days. %(left)s is left.",
                most=spell_money(terms.most_pence),
                days=terms.within_days,
                left=spell_money(left),
            ),
            next_step=_("Apply for crisis support in full, or ask another fund or a food bank."),
        )


NEW_PAYEE = timedelta(hours=72)
"""How long after somebody said where a person is paid, money does not go there at once (A05)."""


def goes_at_once(
    kind: str, amount_pence: int, at_once_pence: int, *, payee_is_new: bool = False
) -> bool:
    """Whether no second human is needed before it is given.

    ``payee_is_new``: where the person is paid was told within NEW_PAYEE, so that it is no standing
    payee yet; a voucher goes all the same.
    """
    if kind == HelpKind.CASH or (kind == HelpKind.STANDING_PAYEE and payee_is_new):
        return False
    return amount_pence <= at_once_pence


def check_giving(act: Act) -> Iterable[Finding]:
    """The control: cash, more than goes at once, or money to where somebody has only just said that
    the person is paid, waits for a second human; nothing else does.

    The facts ``kind``, ``at_once_pence`` and ``payee_is_new`` are the command's.
    """
    if act.name != GIVE:
        return
    at_once = act.facts.get("at_once_pence")
    limit = at_once if isinstance(at_once, int) else 0
    kind, is_new = str(act.facts.get("kind")), bool(act.facts.get("payee_is_new"))
    if not goes_at_once(kind, act.amount_pence or 0, limit, payee_is_new=is_new):
        yield Finding(
            Verdict.HOLD,
            SECOND_LOOK,
            _("A second person looks at this before it is given."),
            _("A voucher of a smaller amount goes at once. Nobody should go without food tonight."),
        )
