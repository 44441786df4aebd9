"""The family of identity: people whom one helper alone has ever seen, records that slept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from assistedaccess.applications.rules_payee import PAYEE_KEYS
from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import Facts
from .reasons import Reason
from .rule import Rule
from .settings import Settings


def is_unconfirmed(facts: Facts, settings: Settings) -> bool:
    """Whether money would go to somebody of whom there is no more than one helper's word.

    No evidence of who they are but what the helper writes that others say, no telephone, no e-mail,
    and nobody else has ever seen them.
    Source: scenario A10 (eight new people without phone or ID); one of these is enough to clear it
    (L05: a second member of staff who sees them, or to whom somebody known vouches).
    """
    person = facts.person
    if person is None or facts.payee is None:
        return False
    return not person.is_confirmed_by_others and person.level == 0 and not person.is_reachable


def is_cluster(facts: Facts, settings: Settings) -> bool:
    """Whether this is one of several whom one helper registered at one address, and nobody else
    has seen, whatever papers the helper says to have seen.

    Number: ``identity_cluster``, four, of scenario A10. People without an address and without a
    telephone have one address in common, none. A registered establishment's residents are none
    (L02), nor is anybody whom a second human has met, or who showed them a paper: of several at one
    place, a colleague who types that somebody vouches for each is no second pair of eyes.
    """
    person = facts.person
    if person is None or facts.payee is None:
        return False
    if person.is_seen_by_others or person.has_shown_others:
        return False
    if person.place is None and person.is_reachable:
        return False
    if any(each.place == person.place for each in facts.establishments):
        return False
    return person.unconfirmed_near + 1 >= settings["identity_cluster"]


def is_not_shown(facts: Facts, settings: Settings) -> bool:
    """Whether a record of longer standing is moved for somebody whom nobody has recognised.

    An address, or where money goes while the address is new. Number: ``new_days``, 30. Source:
    scenario A16 (no ID, "move my claim"). One question clears it: how do you know who this is (L05:
    a voucher, a card number, known facts). Whoever has met them before is not asked.
    """
    person = facts.person
    if person is None or person.is_new or person.is_recognised:
        return False
    if facts.act == acts.CHANGE_ADDRESS:
        return True
    return facts.payee is not None and person.contact_is_new


def is_dormant(facts: Facts, settings: Settings) -> bool:
    """Whether a record that slept gets new contact details and a new account in one go.

    Number: ``dormant_record_days``, a year (scenario A13 names 18 months). The first of the two
    changes goes on, and is told by the old ways; the second waits. A re-application alone does not
    (L10).
    """
    person = facts.person
    if person is None or not person.is_dormant:
        return False
    if facts.act in acts.CONTACT:
        return person.payee_is_new
    return facts.payee is not None and person.contact_is_new


def have_facts_changed(facts: Facts, settings: Settings) -> bool:
    """Whether a claim says other things than the last one for the same service, or a refused one.

    Number: ``facts_changed``, three answers that contradict, of scenario A15. The same facts, new
    ones, and any with new evidence beside them do not count (L10). The claim is sent all the same:
    where its money goes waits.
    """
    payee = facts.payee
    return payee is not None and payee.facts_changed >= settings["facts_changed"]


def count_contradictions(before: Mapping[str, Any], now: Mapping[str, Any]) -> int:
    """How many questions were answered both times, and differently.

    Where money goes is another rule's; an answer that is new, or left out, contradicts nothing.
    """
    return sum(
        1
        for key in before.keys() & now.keys()
        if key not in PAYEE_KEYS
        and before[key] not in (None, "", [])
        and now[key] not in (None, "", [])
        and before[key] != now[key]
    )


def _seen_first() -> str:
    return _(
        "Before money is paid, somebody else has to have seen the person, or vouch for them. A "
        "second person looks at it. The claim keeps its date."
    )


RULES = (
    Rule(
        Reason.IDENTITY_UNCONFIRMED,
        1,
        Verdict.HOLD,
        acts.PAYEE,
        is_unconfirmed,
        _seen_first,
        twin="L05",
    ),
    Rule(
        Reason.IDENTITY_CLUSTER,
        2,
        Verdict.HOLD,
        acts.PAYEE,
        is_cluster,
        lambda: _(
            "Before money is paid, somebody else has to have met the person. A second person looks "
            "at it. The claim keeps its date."
        ),
        twin="L02, L05",
    ),
    Rule(
        Reason.IDENTITY_NOT_SHOWN,
        2,
        Verdict.HOLD,
        acts.PAYEE | {acts.CHANGE_ADDRESS},
        is_not_shown,
        lambda: _(
            "Nothing lately shows how you know who this is. Record that, or a second person looks "
            "at it before it counts."
        ),
        twin="L05",
    ),
    Rule(
        Reason.RECORD_DORMANT,
        1,
        Verdict.HOLD,
        acts.PAYEE | acts.CONTACT,
        is_dormant,
        lambda: _(
            "The record has not been used for long, and more than one thing in it is new. A second "
            "person looks at it before it counts."
        ),
        twin="L10",
    ),
    Rule(
        Reason.FACTS_CHANGED,
        1,
        Verdict.HOLD,
        acts.PAYEE,
        have_facts_changed,
        lambda: _(
            "Some answers are other than in the claim before. A second person looks at them before "
            "money is paid. The claim keeps its date."
        ),
        twin="L10",
    ),
)
