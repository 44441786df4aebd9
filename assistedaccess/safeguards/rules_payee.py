"""The family of the payee: whose account money goes to, and how much of it goes. Pure.

That nobody is paid for somebody they help, nor into a colleague's account, is applications'
(rules_payee); these look at what stands around an account, and at what it replaces.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import Facts, count_unrelated
from .reasons import Reason
from .rule import Rule
from .settings import Settings

_CHARGE = re.compile(
    r"\b(fees?|charges?|charging|commissions?|retainers?|subscriptions?|donations?|contributions?"
    r"|costs?|expenses"
    r"|admin(istration|istrative)?|handling|processing|service payments?|form filling"
    r"|claims? (services?|management|agents?)"
    r"|ffi|ffioedd|comisiwn|tâl gwasanaeth|taliadau gwasanaeth|gweinyddu|gweinyddol)\b",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[\W_]+")


def is_account_shared(facts: Facts, settings: Settings) -> bool:
    """Whether one account comes to one unrelated person more than it may.

    Number: ``people_on_account``, three, of scenario A02 (one account on six and more people in
    twelve weeks; sort code, number and roll number together). A household counts once (L03), an
    account that an establishment has registered not at all (L02).
    """
    payee, person = facts.payee, facts.person
    if payee is None or person is None or not payee.ties or _is_registered(facts):
        return False
    own = person.tie(is_shared=payee.is_shared)
    return count_unrelated([own, *payee.ties]) >= settings["people_on_account"]


def _is_registered(facts: Facts) -> bool:
    return any(each.has_account for each in facts.establishments)


def is_charge(facts: Facts, settings: Settings) -> bool:
    """Whether money of the person's is to go out as a charge for help.

    Sources: a benefit cannot be assigned or charged (Social Security Administration Act 1992,
    section 187); A08. Read off its name: what is called a charge, and the organisation that helps,
    but for a registered account (L02).
    """
    payee = facts.payee
    if payee is None or payee.fits_name or payee.by_law or _is_registered(facts):
        return False
    return payee.is_organisations or bool(_CHARGE.search(_BLANKS.sub(" ", payee.holder)))


def is_not_the_persons(facts: Facts, settings: Settings) -> bool:
    """Whether the account is in a name that is not the person's; of a change, not just theirs.

    Source: scenarios A03 (a payee who is not the person, and no authority in law) and A08 (a
    charge under an ordinary name). What an establishment has registered is verified already (L02),
    and so is where their money goes now, whatever they are called since.
    """
    payee = facts.payee
    if payee is None or facts.act not in acts.PAYEE:
        return False
    if facts.act in acts.FIRST_PAYEE:
        return not (payee.fits_name or payee.is_known or payee.by_law or _is_registered(facts))
    if is_somebody_elses(facts, settings) or _is_verified(facts):
        return False
    return not (payee.is_their_name or payee.is_small_fix or _is_sure(facts, settings))


def is_somebody_elses(facts: Facts, settings: Settings) -> bool:
    """Whether the person says themself that it is somebody else's, and nobody acts by law.

    Source: scenario A03.
    """
    payee = facts.payee
    if payee is None or facts.act != acts.CHANGE:
        return False
    return payee.is_anothers and not payee.by_law and not _is_verified(facts)


def is_another_account(facts: Facts, settings: Settings) -> bool:
    """Whether money is to go to another account than before, on the word of one helper.

    Sources: scenarios A01, A05 and A07. Not where a slip is put right the same day (L09), nor to
    what an establishment has registered (L02), nor where the person has confirmed it (_is_sure).
    """
    payee = facts.payee
    if payee is None or facts.act != acts.CHANGE or not payee.is_another:
        return False
    return not (payee.is_small_fix or _is_verified(facts) or _is_sure(facts, settings))


def is_waiting_already(facts: Facts, settings: Settings) -> bool:
    """Whether a claim wants money paid where the same person's money waits to go.

    Source: scenario A05: what a change may not do at once, a new claim does not do beside it. What
    is urgent is given as a voucher, or where the person is paid already (L07).
    """
    payee = facts.payee
    return payee is not None and facts.act == acts.SUBMIT and payee.waits_already


def is_elsewhere(facts: Facts, settings: Settings) -> bool:
    """Whether a claim wants money paid to another account than where the person's money goes.

    Sources: scenarios A01 and A05, as is_another_account: a new claim is no way round what a change
    waits for. Not into an account with a fitting name where their own household is paid already
    (L03), nor by whoever acts by law, nor where the person has confirmed it (_is_sure).
    """
    payee = facts.payee
    if payee is None or facts.act not in acts.FIRST_PAYEE or not payee.goes_elsewhere:
        return False
    return not (payee.is_known or _is_theirs_for_sure(facts, settings))


def is_after_contact(facts: Facts, settings: Settings) -> bool:
    """Whether money is to go to an account that is new to the record, soon after the same helper
    put a telephone or an e-mail address into the place of another.

    Number: ``new_days``, 30. Sources: scenarios A05 and A13, contact and payee in one pair of
    hands; whoever is first told of the account is whoever holds the new telephone. Not a first
    telephone, nor a slip of the helper's own put right (L05, L09); nor where somebody else has
    asked the person (L11's twin of A05).
    """
    payee, person = facts.payee, facts.person
    if payee is None or person is None or facts.act not in acts.FIRST_PAYEE:
        return False
    if payee.is_known or not person.is_reached_anew:
        return False
    return not _is_theirs_for_sure(facts, settings)


def _is_theirs_for_sure(facts: Facts, settings: Settings) -> bool:
    """Of the account of a claim: by law, verified, confirmed to somebody else, or their home's."""
    payee, person = facts.payee, facts.person
    if payee is None or person is None:
        return False
    own = person.tie(is_shared=payee.is_shared)
    is_of_household = bool(payee.ties) and count_unrelated([own, *payee.ties]) == 1
    return (
        payee.by_law
        or _is_verified(facts)
        or _is_sure(facts, settings)
        or (payee.is_shared and payee.fits_name and is_of_household)
    )


def _is_sure(facts: Facts, settings: Settings) -> bool:
    """The person is there, and has confirmed an account of their own to somebody else as well.

    Source: scenario A05, where a slow change keeps paying an abuser's account: own name, the person
    present, a second human who asks. Of a joint account a name that nearly fits is enough, where
    nobody but their own household is paid into it (L03): the card of two people says *Mr J and
    Mrs A Shaw*. Number: ``confirmed_for_one``, three in 90 days: two who always answer for each
    other would be one. Not where a reviewer has lately refused an account: nobody asks until
    somebody says yes.
    """
    payee, person = facts.payee, facts.person
    if payee is None or person is None or payee.is_anothers:
        return False
    if person.payee_was_refused or not (payee.is_confirmed and payee.person_is_here):
        return False
    if payee.confirmed_for_same >= settings["confirmed_for_one"]:
        return False
    own = person.tie(is_shared=True)
    is_of_household = count_unrelated([own, *payee.ties]) == 1
    return payee.is_their_name or (payee.is_shared and payee.fits_name and is_of_household)


def _is_verified(facts: Facts) -> bool:
    """An account that two humans have looked at, of where they live, or of whoever acts by law."""
    payee, person = facts.payee, facts.person
    if payee is None or person is None or not _is_registered(facts):
        return False
    lives_there = any(
        each.has_account and each.place is not None and each.place == person.place
        for each in facts.establishments
    )
    return lives_there or payee.by_law


def is_of_resident(facts: Facts, settings: Settings) -> bool:
    """Whether the money of somebody who lives at an establishment goes to a third account.

    Source: scenario L02: of a registered establishment only the exceptions are watched.
    """
    payee, person = facts.payee, facts.person
    if payee is None or person is None or person.place is None or payee.by_law:
        return False
    lives_there = any(each.place == person.place for each in facts.establishments)
    return lives_there and not _is_registered(facts) and not payee.fits_name


def is_by_inbound_call(facts: Facts, settings: Settings) -> bool:
    """Whether the person heard it on the telephone alone, and nobody rang a number on record.

    Source: scenario A25: a caller who knows a birth date is not therefore the person. Who was rung
    back by a colleague about this very change (``is_confirmed``) is. A claim is sent all the same,
    and its account waits: no control holds the sending of a claim.
    """
    payee, person = facts.payee, facts.person
    if payee is None or person is None:
        return False
    return payee.person_is_here and person.only_telephoned and not payee.is_confirmed


def is_over_line(facts: Facts, settings: Settings) -> bool:
    """Whether this takes what went out for one person in some days over the line.

    Numbers: ``money_line_pence`` in ``money_days``, £500 in ten days, of scenario A06 (£1,480 in
    three slices of £493). Counted for the person, whoever helps and whoever is paid, so that more
    hands make no more room.
    """
    money = facts.money
    if money is None:
        return False
    return money.amount_pence + money.before_pence > settings["money_line_pence"]


def _say_who_is_paid() -> str:
    """The lawful ways for money that is not to go to an account of the person's (A03)."""
    return _(
        "Give an account of the person’s. Who has none can be paid without one: benefits, by the "
        "Payment Exception Service. Whoever is to be paid for them becomes their appointee."
    )


def _say_how_to_confirm() -> str:
    """What speeds it up: somebody else's question to the person (A05)."""
    return _(
        "It is quicker if a colleague asks the person without you, in person or on a number "
        "that you did not enter."
    )


RULES = (
    Rule(
        Reason.PAYEE_IS_CHARGE,
        3,
        Verdict.REFUSE,
        acts.PAYEE,
        is_charge,
        lambda: _("Nobody is charged for this help out of a person’s money."),
        twin="L03",
        next_step=lambda: _(
            "Give the person’s own account. A fee that a service asks is paid at the fee’s page. "
            "An appointee, or a home to which its residents’ money goes, registers its account."
        ),
    ),
    Rule(
        Reason.PAYEE_BY_INBOUND_CALL,
        3,
        Verdict.REFUSE,
        frozenset({acts.CHANGE}),
        is_by_inbound_call,
        lambda: _("Where money is paid is not changed on the word of a caller."),
        twin="L05",
        next_step=lambda: _(
            "Ring the person on a number that has been in the record for 30 days, and record their "
            "yes by telephone. Or see them in person, or write to them."
        ),
    ),
    Rule(
        Reason.PAYEE_BY_CALL,
        1,
        Verdict.HOLD,
        acts.FIRST_PAYEE,
        is_by_inbound_call,
        lambda: _(
            "The person rang, and nobody has rung them back. A second person looks at this account "
            "before it counts. The claim keeps its date."
        ),
        twin="L05",
        next_step=_say_how_to_confirm,
    ),
    Rule(
        Reason.ACCOUNT_SHARED,
        1,
        Verdict.HOLD,
        acts.PAYEE,
        is_account_shared,
        lambda: _(
            "Other people are paid into this account too. A second person looks at it before it "
            "counts."
        ),
        twin="L02, L03",
    ),
    Rule(
        Reason.PAYEE_CHANGED,
        2,
        Verdict.HOLD,
        frozenset({acts.CHANGE}),
        is_another_account,
        lambda: _(
            "It is another account than before. A second person looks at it before it counts."
        ),
        twin="L02, L03, L09",
        next_step=_say_how_to_confirm,
    ),
    Rule(
        Reason.PAYEE_IS_SOMEBODY_ELSE,
        2,
        Verdict.HOLD,
        frozenset({acts.CHANGE}),
        is_somebody_elses,
        lambda: _(
            "It is somebody else’s account. A second person looks at what shows that they may."
        ),
        twin="L02, L03",
        next_step=_say_who_is_paid,
    ),
    Rule(
        Reason.PAYEE_NAME,
        2,
        Verdict.HOLD,
        acts.PAYEE,
        is_not_the_persons,
        lambda: _(
            "The name on the account is not just the person’s. A second person looks at it before "
            "it counts. The claim keeps its date."
        ),
        twin="L02, L03",
        next_step=_say_who_is_paid,
    ),
    Rule(
        Reason.PAYEE_WAITS,
        1,
        Verdict.HOLD,
        frozenset({acts.SUBMIT}),
        is_waiting_already,
        lambda: _(
            "A second person is asked about this account already. It waits here too. The claim "
            "keeps its date."
        ),
        twin="L07, L10",
        next_step=lambda: _("A food or fuel voucher can be given at once."),
    ),
    Rule(
        Reason.PAYEE_ELSEWHERE,
        1,
        Verdict.HOLD,
        acts.FIRST_PAYEE,
        is_elsewhere,
        lambda: _(
            "The person is paid into another account already. A second person looks at this one "
            "before it counts. The claim keeps its date."
        ),
        twin="L02, L03, L10",
        next_step=_say_how_to_confirm,
    ),
    Rule(
        Reason.PAYEE_AFTER_CONTACT,
        1,
        Verdict.HOLD,
        acts.FIRST_PAYEE,
        is_after_contact,
        lambda: _(
            "How the person is reached is new, and so is the account. A second person looks at it "
            "before it counts. The claim keeps its date."
        ),
        twin="L03, L05",
        next_step=_say_how_to_confirm,
    ),
    Rule(
        Reason.PAYEE_OF_RESIDENT,
        1,
        Verdict.HOLD,
        acts.PAYEE,
        is_of_resident,
        lambda: _("A second person looks at this account before it counts."),
        twin="L02",
    ),
    Rule(
        Reason.MONEY_OVER_LINE,
        1,
        Verdict.HOLD,
        acts.MONEY,
        is_over_line,
        lambda: _(
            "With this, a good deal of money has gone out for the person in a short time. A second "
            "person looks at it first."
        ),
        twin="L07, L10",
        next_step=lambda: _("A food or fuel voucher can be given at once."),
    ),
)
