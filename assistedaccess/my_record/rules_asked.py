"""What a person may change in what they are asked: make it less, never more. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from assistedaccess.consent.rules import Power
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.kernel.errors import InvalidInput


def narrow(
    asked: Terms, *, powers: Collection[str], until_on: date, money_limit_pence: int | None
) -> Terms:
    """The terms that the person says yes to. Raises InvalidInput for anything that is more.

    ``money_limit_pence``: None leaves the limit as it was asked. Without the power to pay there is
    no limit.
    """
    kept = tuple(power for power in asked.powers if str(power) in set(powers))
    if not set(powers) <= {str(power) for power in asked.powers}:
        raise InvalidInput("powers", _("Select from the answers on this page"))
    if not kept:
        raise InvalidInput("powers", _("Select what they may do, or say no"))
    if until_on > asked.until_on:
        raise InvalidInput("until_on", _("Choose the same day or an earlier one"))
    limit = asked.money_limit_pence
    if money_limit_pence is not None:
        if limit is None or money_limit_pence > limit:
            raise InvalidInput("money_limit", _("Choose the same amount or less"))
        limit = money_limit_pence
    if Power.PAY not in kept:
        return replace(
            asked,
            powers=kept,
            until_on=until_on,
            money_limit_pence=None,
            money_period=None,
            act_limit_pence=None,
        )
    act = asked.act_limit_pence
    if act is not None and limit is not None:
        act = min(act, limit)
    return replace(
        asked, powers=kept, until_on=until_on, money_limit_pence=limit, act_limit_pence=act
    )
