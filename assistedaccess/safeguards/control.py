"""The control of this package: fetch the facts that an act's rules need, and judge.

At most four statements an act: the settings, what stands around person and helper, the graph of the
account or contact point, and the claim before; each constant in what the installation holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistedaccess.applications.name_check import NameCheck
from assistedaccess.applications.rules_payee import Payee as AskedPayee
from assistedaccess.applications.rules_payee import Whose
from assistedaccess.consent.rules import Power
from assistedaccess.delegation.authority import find_power
from assistedaccess.delegation.rules import GRANT, ask_second_look
from assistedaccess.kernel import canonical, encryption
from assistedaccess.kernel.actor import ActorKind
from assistedaccess.kernel.commands import concerns
from assistedaccess.kernel.controls import Act, Finding

from . import (
    acts,
    queries_claims,
    queries_money,
    queries_settings,
    queries_surroundings,
    queries_ties,
    rules_consent,
    rules_identity,
    rules_looking,
    rules_payee,
    rules_power,
    rules_volume,
)
from .facts import Contact, Facts, Money, Payee, Tie
from .rule import Rule, judge, list_acts
from .settings import Settings

RULES: tuple[Rule, ...] = (
    *rules_payee.RULES,
    *rules_identity.RULES,
    *rules_consent.RULES,
    *rules_looking.RULES,
    *rules_volume.RULES,
    *rules_power.RULES,
)
_ACTS = list_acts(RULES)


def assess(act: Act) -> Iterable[Finding]:
    """The control: what the rules of all families find in this act.

    What the system does is nobody's abuse. A grant that waits says the one sentence of every grant
    that waits, so that silent help looks no different from outside (delegation.rules).
    """
    if act.name not in _ACTS or act.actor.kind is ActorKind.SYSTEM:
        return []
    if act.name in acts.PAYEE and not isinstance(act.facts.get("payee"), AskedPayee):
        return []
    settings = queries_settings.get_newest()
    found = judge(_load(act, settings), settings, RULES)
    if act.name == GRANT and found:
        return [replace(ask_second_look(), rule_version=found[0].rule_version)]
    return found


def _load(act: Act, settings: Settings) -> Facts:
    if act.name == acts.BREAK_GLASS:
        broken = queries_ties.count_broken_glass(act, settings)
        return Facts(act.name, glass_broken=broken)
    if act.name in acts.MONEY:
        return Facts(act.name, money=_load_money(act, settings))
    helper, person = queries_surroundings.load_surroundings(act, settings)
    is_there = act.facts.get("person_is_there") is not False
    if act.name in acts.CONTACT and (helper.is_family or not is_there):
        helper = replace(helper, may_move=_holds_power_to_move(act))
    facts = Facts(act.name, helper=helper, person=person, person_is_there=is_there)
    if act.name in acts.PAYEE:
        return _with_payee(act, facts, settings)
    if act.name in acts.NEW_CONTACT:
        return _with_contact(act, facts)
    return facts


def _holds_power_to_move(act: Act) -> bool:
    """Whether the person has let this helper change how they are reached; the act rests on it."""
    if act.person_id is None:
        return False
    power = Power.CHANGE_CONTACT_DETAILS
    found = find_power(actor=act.actor, person_id=act.person_id, power=power)
    if found is not None:
        concerns(authority=("delegation", found))
    return found is not None


def _load_money(act: Act, settings: Settings) -> Money | None:
    """What a helper takes out of the person's money, or sends where the person is paid. A voucher
    never waits here (scenario L07), nor what the person pays with their own hand."""
    if not queries_money.is_counted(act.name, act.facts):
        return None
    return Money(act.amount_pence or 0, queries_money.sum_lately(act, settings))


def _with_payee(act: Act, facts: Facts, settings: Settings) -> Facts:
    asked = act.facts["payee"]
    assert isinstance(asked, AskedPayee)  # noqa: S101  (assess() asked)
    if asked.account is None:
        return facts
    place = facts.person.place if facts.person else None
    key = encryption.fingerprint(canonical.BANK_ACCOUNT, asked.account.canonical)
    around = queries_ties.load_account(act, key, place)
    return replace(
        facts,
        establishments=around.establishments,
        payee=replace(
            weigh_payee(
                asked, around.ties.get(key, []), queries_claims.count_changed_facts(act, settings)
            ),
            waits_already=around.waits,
            is_known=around.is_known,
            goes_elsewhere=around.goes_elsewhere,
        ),
    )


def weigh_payee(asked: AskedPayee, ties: Sequence[Tie], facts_changed: int) -> Payee:
    """What the rules see of where money is to go. ``ties``: who else is paid there.

    An account in the name of who acts, or of their organisation, is in no name of the person's,
    also where they share it: nobody is paid for somebody they help (scenarios A01 and A08).
    """
    found = NameCheck.NO_MATCH if asked.names_helper else asked.name_check
    return Payee(
        ties=ties,
        is_shared=asked.whose is Whose.JOINT,
        fits_name=found is not NameCheck.NO_MATCH,
        is_their_name=found is NameCheck.MATCH,
        is_organisations=asked.is_organisations,
        is_another=asked.before is not None and bool(asked.digits_changed),
        is_small_fix=asked.is_small_fix,
        is_anothers=asked.whose is Whose.OTHER,
        by_law=asked.by_law,
        is_confirmed=asked.is_confirmed,
        confirmed_for_same=asked.confirmed_for_same,
        holder=asked.account.holder if asked.account else "",
        person_is_here=asked.person_is_here,
        facts_changed=facts_changed,
    )


def _with_contact(act: Act, facts: Facts) -> Facts:
    numbers = act.facts.get("numbers") or ()
    assert isinstance(numbers, tuple)  # noqa: S101
    if not numbers:
        return facts
    place = facts.person.place if facts.person else act.facts.get("postcode")
    around = queries_ties.load_contact(
        act, [key for key, _shared in numbers], place if isinstance(place, bytes) else None
    )
    return replace(
        facts,
        establishments=around.establishments,
        contact=Contact(
            ties=list(around.ties.values()), is_shared=any(shared for _key, shared in numbers)
        ),
    )
