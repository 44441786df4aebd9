"""The family of consent and contact: a number that stands for many, a caller's word. Pure.

That a helper's own number confirms nothing is consent.ways.code's rule, that a withdrawn or run-out
yes lets nobody act is delegation.rules', that a late paper waits and company asks for a private
moment is delegation's too.
"""

from __future__ import annotations

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import NOBODY, Facts, Tie, count_unrelated
from .reasons import Reason
from .rule import Rule
from .settings import Settings


def is_contact_shared(facts: Facts, settings: Settings) -> bool:
    """Whether one contact point comes to one unrelated person more than it may.

    Number: ``people_on_contact``, four, of scenario A27 (a helper's own mobile on twelve people).
    A household that shares a telephone counts once (L08), a registered establishment's not at all
    (L02).
    """
    contact = facts.contact
    if contact is None or any(each.has_contact for each in facts.establishments):
        return False
    person = facts.person
    own = person.tie(is_shared=contact.is_shared) if person else Tie(NOBODY, "", None)
    return any(
        bool(ties) and count_unrelated([own, *ties]) >= settings["people_on_contact"]
        for ties in contact.ties
    )


def is_by_inbound_call(facts: Facts, settings: Settings) -> bool:
    """Whether how somebody is reached is changed for a caller whom nobody rang back.

    Source: scenario A25: the new number would be the way to every later code. Adding a number
    beside the old ones goes on, and is told to them.
    """
    person = facts.person
    return person is not None and not person.is_new and person.only_telephoned


def is_family_without_power(facts: Facts, settings: Settings) -> bool:
    """Whether a relative or friend would change how somebody is reached, and was given no such
    power: whoever holds the telephone holds every code and every warning.

    Source: DESIGN section 2 (a power that is never given by default) and scenario A24.
    """
    return facts.helper.is_family and not facts.helper.may_move


def is_representing_without_power(facts: Facts, settings: Settings) -> bool:
    """Whether how somebody is reached is changed without them, by who was not given that power.

    Source: scenario A16 (an address moved by who is not the person), and DESIGN section 2: the
    power is given by itself, with a strong yes, or the person confirms it once by an independent
    route, which the second human takes.
    """
    return not facts.person_is_there and not facts.helper.may_move


RULES = (
    Rule(
        Reason.CONTACT_SHARED,
        1,
        Verdict.HOLD,
        acts.NEW_CONTACT,
        is_contact_shared,
        lambda: _(
            "This is in the records of other people too. A second person looks at it first. You "
            "can go on without it now: it is not needed to help the person."
        ),
        twin="L02, L08",
    ),
    Rule(
        Reason.CONTACT_BY_FAMILY,
        1,
        Verdict.REFUSE,
        acts.CONTACT,
        is_family_without_power,
        lambda: _("The person has not let you change how they are reached."),
        twin="L08",
        next_step=lambda: _(
            "They can have it changed at any desk, or let you do it: that is agreed by itself."
        ),
    ),
    Rule(
        Reason.CONTACT_WITHOUT_PERSON,
        1,
        Verdict.HOLD,
        acts.CONTACT,
        is_representing_without_power,
        lambda: _(
            "The person is not there. A second person asks them first, in front of them or by a "
            "way that is in the record and not from you."
        ),
        twin="L08",
    ),
    Rule(
        Reason.CONTACT_BY_INBOUND_CALL,
        1,
        Verdict.HOLD,
        acts.CONTACT - {acts.ADD_CONTACT},
        is_by_inbound_call,
        lambda: _(
            "The person rang. Ring them back on a number in the record and record their yes, or a "
            "second person looks at it before it counts."
        ),
        twin="L05",
    ),
)
