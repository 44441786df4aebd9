"""What a person is asked to agree to, and who may witness that they did. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.foreign_passwords import holds_password, words_for_password
from assistedaccess.kernel.text import fold_text
from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations.rules import KindLimits

from .rules import (
    RESERVED_POWERS,
    HolderKind,
    Period,
    Policy,
    Power,
    PowerNotOffered,
    name_power,
)


@dataclass(frozen=True)
class Terms:
    """What a person is asked to agree to when they let somebody act for them.

    ``money_limit_pence`` is whole pence per ``money_period``, ``act_limit_pence`` for one payment;
    ``until_on`` is the last day; ``is_one_task``: it ends before, once the task is done.
    ``telling``: what the holder may be told, and whom they may tell, in words. ``replaces_id``: the
    delegation of which this is the next version. ``holder_account_id``: whose account is to act,
    where it is not that of the helper who asks.
    """

    holder_kind: HolderKind
    services: tuple[str, ...]
    powers: tuple[Power, ...]
    until_on: date
    purpose: str
    money_limit_pence: int | None = None
    money_period: Period | None = None
    act_limit_pence: int | None = None
    is_one_task: bool = False
    telling: str = ""
    replaces_id: UUID | None = None
    holder_account_id: UUID | None = None


LONGEST_PURPOSE = 500
LONGEST_TASK_DAYS = 90
"""One task is done within these days, or asked for anew (a starting value of this project)."""
MOST_SERVICES = 30


def _check_reserved(terms: Terms) -> None:
    """A reserved power is given by itself, so that nobody agrees to it among other things.

    How strong the yes to it has to be, the policy says.
    """
    reserved = [power for power in terms.powers if power in RESERVED_POWERS]
    if reserved and len(terms.powers) > 1:
        raise InvalidInput(
            "powers",
            _(
                "Ask for this by itself, and for the other things before or after: %(powers)s",
                powers=", ".join(name_power(power) for power in reserved),
            ),
        )


def check_terms(terms: Terms, policy: Policy, limits: KindLimits, today: date) -> None:
    """Raise InvalidInput at the field, or PowerNotOffered, for terms that nobody may agree to."""
    check_purpose(terms.purpose)
    if not terms.services:
        raise InvalidInput("services", _("Select at least one service"))
    if len(terms.services) > MOST_SERVICES:
        raise InvalidInput("services", _("Select fewer services"))
    if not terms.powers:
        raise InvalidInput("powers", _("Select at least one thing that the helper may do"))
    _check_reserved(terms)
    barred = [power for power in terms.powers if power not in limits.powers]
    if barred:
        raise PowerNotOffered(
            _(
                "A helper of this kind may not do this: %(powers)s.",
                powers=", ".join(name_power(power) for power in barred),
            ),
            next_step=_("Leave it out, or ask the organisation who else can do it."),
        )
    _check_money(terms, limits)
    if terms.until_on < today:
        raise InvalidInput("until_on", _("The last day must be today or in the future"))
    if terms.is_one_task and terms.until_on > today + timedelta(days=LONGEST_TASK_DAYS):
        raise InvalidInput(
            "until_on", _("One task must be done within %(days)s days", days=LONGEST_TASK_DAYS)
        )
    if terms.is_one_task and len(terms.services) > 1:
        raise InvalidInput("services", _("One task is about one service. Select one"))
    if len(terms.telling) > LONGEST_PURPOSE:
        raise InvalidInput(
            "telling",
            _("What may be told must be %(most)s letters or less", most=LONGEST_PURPOSE),
        )
    if terms.until_on > add_months(today, policy.longest_months):
        raise InvalidInput(
            "until_on",
            _("The last day must be within %(months)s months", months=policy.longest_months),
        )


def check_purpose(purpose: str) -> None:
    """Raise InvalidInput when nothing, or far too much, is said about what the help is for."""
    if not purpose.strip():
        raise InvalidInput("purpose", _("Enter what the person wants done"))
    if len(purpose) > LONGEST_PURPOSE:
        raise InvalidInput(
            "purpose",
            _("What the person wants done must be %(most)s letters or less", most=LONGEST_PURPOSE),
        )
    if holds_password(purpose):
        raise InvalidInput("purpose", words_for_password())


def _check_money(terms: Terms, limits: KindLimits) -> None:
    if Power.PAY not in terms.powers:
        if (terms.money_limit_pence, terms.money_period, terms.act_limit_pence) != (None,) * 3:
            raise InvalidInput("money_limit", _("A money limit needs the power to pay"))
        return
    if terms.money_limit_pence is None or terms.money_period is None:
        raise InvalidInput("money_limit", _("Enter the most that may be paid"))
    if terms.money_limit_pence <= 0:
        raise InvalidInput("money_limit", _("The money limit must be more than £0"))
    if terms.money_limit_pence > limits.most_pence:
        raise InvalidInput(
            "money_limit",
            _(
                "The money limit must be £%(pounds)s or less for a helper of this kind",
                pounds=f"{limits.most_pence // 100:,}",
            ),
        )
    if terms.act_limit_pence is not None and not (
        0 < terms.act_limit_pence <= terms.money_limit_pence
    ):
        raise InvalidInput(
            "act_limit",
            _("The most for one payment must be more than £0, and no more than the money limit"),
        )


def hash_terms(person_id: UUID, holder_id: UUID, terms: Terms, statement_hash: str) -> str:
    """SHA-256, in hex, of what the person is asked to agree to: the words and the list.

    A code, a signature or a mark is bound to it, so that it proves nothing about anything else.
    """
    agreed = {
        "person": str(person_id),
        "holder": str(holder_id),
        "holder_kind": terms.holder_kind,
        "services": sorted(terms.services),
        "powers": sorted(terms.powers),
        "money_limit_pence": terms.money_limit_pence,
        "money_period": terms.money_period,
        "act_limit_pence": terms.act_limit_pence,
        "until": terms.until_on.isoformat(),
        "is_one_task": terms.is_one_task,
        "telling": terms.telling,
        "replaces": str(terms.replaces_id) if terms.replaces_id else None,
        "purpose": terms.purpose,
        "statement": statement_hash,
    }
    text = json.dumps(agreed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class WitnessNotIndependent(InvalidInput):
    """The witness is one of those whose word is being witnessed."""


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, accents, punctuation and order."""
    return sorted(fold_text(one).split()) == sorted(fold_text(other).split()) != []


def check_bystander(
    called: str,
    name: str,
    *,
    helper_names: Collection[str],
    person_names: Collection[str],
    is_helpers_human: bool,
    is_persons_human: bool,
    is_paid: bool,
) -> None:
    """Raise WitnessNotIndependent at a field of ``called`` (witness, voucher, interpreter).

    Nobody who hears, vouches or interprets is the helper, the person or paid.
    """
    if is_helpers_human or any(is_same_name(name, helper) for helper in helper_names):
        raise WitnessNotIndependent(
            f"{called}_name", _("This must be somebody else than you, the helper")
        )
    if is_persons_human or any(is_same_name(name, person) for person in person_names):
        raise WitnessNotIndependent(
            f"{called}_name", _("This must be somebody else than the person themself")
        )
    if is_paid:
        raise WitnessNotIndependent(
            f"{called}_paid", _("This must be somebody who gets none of the money")
        )
