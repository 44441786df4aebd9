"""Where the money is paid: what an account is, what differs, what a change of it needs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from flask_babel import gettext as _

from assistedaccess.kernel.canonical import canonical_bank_account
from assistedaccess.kernel.controls import Act, Finding, Verdict

from .name_check import NameCheck
from .rules_changes import Difference

CHANGE = "applications.change_payment_details"
"""The name of the act that the controls are asked about."""

KEEP = "applications.keep_payment_details"
"""The act, and the command, by which the account of a claim counts that was sent without it."""

RESTORE = "applications.restore_payment_details"
"""The act, and the command, by which the account before counts again, at the person's no."""

FORM = "payment-details"
"""The form that asks for new payment details, of whatever body."""

ACCOUNT_KEYS = ("sortCode", "accountNumber", "rollNumber")
PAYEE_KEYS = frozenset({*ACCOUNT_KEYS, "hasAccount", "accountName", "bankName", "exceptionService"})
"""The questions of our forms that say where money goes: a change report leaves them as they are."""

SMALL_FIX = 2
"""So many digits at most are a slip of the pen; more is another account (scenarios A07, L09)."""


PLACES_SAID = 3
"""So many places at most are named one by one; where more differ, it is another number."""


class Whose(StrEnum):
    """Whose account it is, as the person says."""

    OWN = "own"
    JOINT = "joint"
    OTHER = "other"


class Without(StrEnum):
    """How somebody without an account is to be paid."""

    EXCEPTION = "exception"
    OTHER = "other"
    OPEN = "open"


class Settled(StrEnum):
    """What a second human decided after the person's no to where their money goes."""

    BEFORE = "before"  # to the account that it went to before
    NONE = "none"  # nowhere, until the person gives an account
    STAYS = "stays"  # there again


@dataclass(frozen=True)
class Account:
    """One account. The roll number is part of it: building societies share the other two."""

    holder: str
    sort_code: str
    number: str
    roll: str

    @property
    def canonical(self) -> str:
        """Its one spelling, of which the keyed hash is taken."""
        return canonical_bank_account(self.sort_code, self.number, self.roll) or ""

    @property
    def shown_sort_code(self) -> str:
        """As it stands on a card, to be read out or compared."""
        return "-".join(self.sort_code[at : at + 2] for at in range(0, len(self.sort_code), 2))

    @property
    def masked(self) -> str:
        """Enough to tell two apart, not enough to pay into."""
        ends = _("account ending in %(digits)s", digits=self.number[-3:])
        return (
            f"{ends}, {_('roll number ending in %(end)s', end=self.roll[-3:])}"
            if self.roll
            else ends
        )


def read_account(answers: Mapping[str, Any]) -> Account | None:
    """The account that a form's answers name; None where they name none."""
    sort_code, number, roll = (str(answers.get(key) or "") for key in ACCOUNT_KEYS)
    written = canonical_bank_account(sort_code, number, roll)
    if written is None:
        return None
    parts = [*written.split(" "), ""]
    return Account(str(answers.get("accountName") or ""), parts[0], parts[1], parts[2])


@dataclass(frozen=True)
class Digit:
    """One place of a number, before and now; empty where there is none."""

    before: str
    now: str

    @property
    def differs(self) -> bool:
        return self.before != self.now


@dataclass(frozen=True)
class Part:
    """A number of an account, place by place; the places are counted from 1."""

    title: str
    digits: tuple[Digit, ...]

    @property
    def changed(self) -> list[int]:
        return [place for place, digit in enumerate(self.digits, 1) if digit.differs]

    @property
    def sentence(self) -> str:
        """What differs, to be said or heard: place by place, or, of another number, the whole."""
        if not self.changed:
            return _("%(part)s: the same as before.", part=self.title)
        empty = _("empty")
        if len(self.changed) > PLACES_SAID:
            return _(
                "%(part)s: another one. It was %(before)s and is %(now)s.",
                part=self.title,
                before=" ".join(digit.before for digit in self.digits).strip() or empty,
                now=" ".join(digit.now for digit in self.digits).strip() or empty,
            )
        places = ", ".join(
            _(
                "place %(place)s was %(before)s and is %(now)s",
                place=place,
                before=self.digits[place - 1].before or empty,
                now=self.digits[place - 1].now or empty,
            )
            for place in self.changed
        )
        return f"{self.title}: {places}."


def compare_accounts(before: Account | None, now: Account | None) -> list[Part]:
    """The two accounts digit by digit; nothing where there is no account on either side."""
    if before is None and now is None:
        return []
    old, new = before or Account("", "", "", ""), now or Account("", "", "", "")
    parts = [
        Part(title, tuple(Digit(a, b) for a, b in zip_longest(one, other, fillvalue="")))
        for title, one, other in (
            (_("Sort code"), old.sort_code, new.sort_code),
            (_("Account number"), old.number, new.number),
            (_("Roll number"), old.roll, new.roll),
        )
    ]
    return [part for part in parts if part.digits]


def count_changed(before: Account | None, now: Account | None) -> int:
    """How many places differ."""
    return sum(len(part.changed) for part in compare_accounts(before, now))


def mask(differences: Sequence[Difference]) -> list[Difference]:
    """The same, with the numbers of accounts covered but for their ends."""
    return [
        replace(each, before=_cover(each.before), after=_cover(each.after))
        if each.key in ACCOUNT_KEYS
        else each
        for each in differences
    ]


def _cover(lines: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if lines is None else tuple(f"••• {line[-3:]}" if line else "" for line in lines)


@dataclass(frozen=True)
class Payee:
    """What is about to be kept as where the money goes, as the controls are told it.

    ``is_helpers``: the account is declared as their own by who acts, or they are paid into it as
    somebody who is helped here; ``is_anothers``: it is declared by somebody else with an account
    here; ``names_helper``: its name is who acts, or their organisation, rather than the person;
    ``is_organisations``: it is their organisation and nobody else.
    ``by_law``: who acts does so under an authority of the law.
    ``is_same_day``: what it replaces was given this very day; ``was_changed``: by a change, and not
    with the claim. ``person_is_here``: they heard it.
    ``needs_word``: who acts has not the power over payment details, so that the person confirms
    it. ``is_confirmed``: they have, this very version, to another member of staff without who
    acts; ``confirmed_for_same``: how often that one has lately taken such a word for who acts.
    """

    account: Account | None
    before: Account | None
    whose: Whose | None
    name_check: NameCheck
    name_check_before: NameCheck
    is_helpers: bool = False
    is_anothers: bool = False
    names_helper: bool = False
    is_organisations: bool = False
    by_law: bool = False
    is_same_day: bool = False
    was_changed: bool = False
    person_is_here: bool = False
    needs_word: bool = False
    is_confirmed: bool = False
    confirmed_for_same: int = 0

    @property
    def digits_changed(self) -> int:
        return count_changed(self.before, self.account)

    @property
    def is_small_fix(self) -> bool:
        """A slip of the pen that is put right the same day, with the person there (L09); once: two
        digits and two more are another account (A07)."""
        return (
            self.before is not None
            and self.account is not None
            and self.digits_changed <= SMALL_FIX
            and self.name_check.rank >= max(self.name_check_before.rank, NameCheck.CLOSE.rank)
            and self.is_same_day
            and not self.was_changed
            and self.person_is_here
        )

    @property
    def is_renamed(self) -> bool:
        """The same account as before, now under the person's own name, as after a marriage: no
        money goes anywhere else by it."""
        return (
            self.before is not None
            and self.account is not None
            and self.digits_changed == 0
            and self.name_check is NameCheck.MATCH
        )

    def facts(self) -> dict[str, object]:
        """The named facts of the act, for every control that registers."""
        return {
            "payee": self,
            "account": self.account.canonical if self.account else None,
            "account_before": self.before.canonical if self.before else None,
            "whose": self.whose,
            "name_check": self.name_check,
            "name_check_before": self.name_check_before,
            "digits_changed": self.digits_changed,
        }


def check_payee(act: Act) -> Iterable[Finding]:
    """The control: nobody is paid for somebody they help, and a colleague's account waits.

    Sending a claim is not held, whatever account it names (design, section 4, rule 10): its account
    waits where it is another helper's; it is refused where that account is the helper's own.
    Without the power over payment details, a change waits for the person's own word; a slip of the
    pen in what they have said this very day is put right before them, and they are told. Whether a
    change goes on at once hangs on what stands around it too: safeguards.rules_payee. Sources:
    scenarios A01 and L09, and the reserved powers.
    """
    payee = act.facts.get("payee")
    if not isinstance(payee, Payee):
        return
    if payee.is_helpers and not payee.by_law:
        yield Finding(
            Verdict.REFUSE,
            "payee_is_helper",
            _("This is an account of your own. You cannot be paid for somebody you help."),
            _(
                "Only somebody with authority in law, such as an appointee, can be paid for "
                "another person. Give an account of the person’s, or say that there is none."
            ),
        )
    if payee.is_anothers and payee.account is not None and (act.name == CHANGE or not payee.by_law):
        yield Finding(
            Verdict.HOLD,
            "payee_is_a_helper",
            _("A second person looks at this account before it counts."),
        )
    goes_on = payee.is_confirmed or payee.is_small_fix or payee.is_renamed
    if act.name == CHANGE and payee.needs_word and not goes_on:
        yield Finding(
            Verdict.HOLD,
            "payee_needs_the_persons_word",
            _("The person has to confirm this to somebody else before it counts."),
        )
