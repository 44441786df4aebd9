"""What the rules at the act would have said to each act of a world: allowed, held, refused.

The rules are those that run (``control.RULES`` and ``applications.rules_payee.check_payee``), with
their starting numbers; here is only the translation of a world's row into the facts that they ask
for. What a row does not tell is taken as nothing odd: the helper holds the power that the act
asks, and their account did not rest. A fee is given to its rule under the name of one. Not played,
because a world says too little: the rules of money over the line (whose hand pays), of broken
glass, and of who reviews.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from assistedaccess.applications.name_check import NameCheck
from assistedaccess.applications.rules_payee import SMALL_FIX, Account, Whose, check_payee
from assistedaccess.applications.rules_payee import Payee as AskedPayee
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.controls import Act as AskedAct
from assistedaccess.kernel.controls import Verdict

from . import acts, facts
from .control import RULES, weigh_payee
from .facts_world import DAY, Act
from .queries_ties import MOST
from .reasons import Reason
from .score import Watcher
from .settings import STARTING
from .signals_memory import Memory
from .signals_seen import Seen

HELD_UNLESS_KNOWN = frozenset({"A01"})
"""Rows that the scenarios want refused where the account is on the helper's own declared list, and
held where it is on none: nobody can know whose it is then."""

PLAYED = frozenset({"A01", "A08", "A25"})
"""The rows of PREVENT whose refusal is one of these rules. The others are refused by what a command
asks first (a live authority, one's own record, a second human), which rehearsals play."""

CONFIRMING = frozenset({"old_route", "second_staff"})
"""How the person's word is taken by somebody else before a change counts: rung on a number that was
there before, or asked by another member of staff. A letter that comes back later is none."""

BY_INBOUND_CALL = str(Reason.PAYEE_BY_INBOUND_CALL)

_WHOSE = {"joint": Whose.JOINT, "other": Whose.OTHER}
_NAME_CHECKS = {"match": NameCheck.MATCH, "close": NameCheck.CLOSE, "none": NameCheck.NO_MATCH}


class Verdicts(Watcher):
    """Keeps which acts would have been held or refused."""

    def __init__(self) -> None:
        self.held: set[str] = set()
        self.refused: set[str] = set()
        self.to_ring: set[str] = set()
        """Of the refused, those where a call back is all that is asked, and there is a number."""
        self.known: set[str] = set()
        """Acts that name an account on the declared list of the very human who does them."""

    def act(self, memory: Memory, act: Act, seen: Seen) -> None:
        """Ask the rules about one act."""
        if memory.helpers[act.helper].human in memory.own_accounts.get(act.account, set()):
            self.known.add(act.id)
        found = find(memory, act, seen)
        verdict = max(found.values(), default=Verdict.ALLOW)
        if verdict is Verdict.HOLD:
            self.held.add(act.id)
        elif verdict is Verdict.REFUSE:
            self.refused.add(act.id)
            if can_ring_back(memory, act, seen, found):
                self.to_ring.add(act.id)


def judge(memory: Memory, act: Act, seen: Seen) -> Verdict:
    """The severest verdict of all rules. To be asked right after ``memory`` took the act in."""
    return max(find(memory, act, seen).values(), default=Verdict.ALLOW)


def find(memory: Memory, act: Act, seen: Seen) -> dict[str, Verdict]:
    """What each rule that is met says, by its reason code.

    A yes to represent is taken on no call that came in, whoever rang (consent.ways.telephone); one
    that was given before somebody, or that a colleague has asked about, rests on no call.
    """
    is_call_alone = act.call == "inbound" and act.confirmed_by not in CONFIRMING
    if act.kind == "represent" and is_call_alone and not _has_met(memory, act):
        return {BY_INBOUND_CALL: Verdict.REFUSE}
    name = _name(act)
    if name is None:
        return {}
    asked = _ask(memory, act, seen, name)
    found = {
        str(rule.reason): rule.verdict
        for rule in RULES
        if name in rule.acts and rule.is_met(asked, STARTING)
    }
    if act.kind == "change_payee" and act.account:
        asked_act = AskedAct(name, SYSTEM, facts={"payee": _ask_payee(memory, act, seen)})
        found |= {finding.reason_code: finding.verdict for finding in check_payee(asked_act)}
    return found


def can_ring_back(memory: Memory, act: Act, seen: Seen, found: dict[str, Verdict]) -> bool:
    """Whether all that refuses an act is that nobody rang, and there is a number to ring.

    The refusal says so: ring a number that has been in the record for 30 days, and it goes on in
    the same sitting. Whoever it was that called, it is the person who answers there.
    """
    refusing = {code for code, verdict in found.items() if verdict is Verdict.REFUSE}
    has_number = bool(memory.people[act.person].phone)
    return refusing == {BY_INBOUND_CALL} and has_number and seen.days_since_contact_change >= 30


def _name(act: Act) -> str | None:
    """What the act is called in the application; None for what no rule looks at."""
    if act.kind == "change_payee":
        return acts.KEEP if act.is_before_first_payment else acts.CHANGE
    if act.kind == "pay" and act.is_fee_line:
        return acts.CHANGE  # a line of the payment for who helps (A08)
    if act.kind == "change_contact":
        return acts.CHANGE_CONTACT if act.phone else acts.CHANGE_ADDRESS
    names = {"apply": acts.SUBMIT, "register": acts.REGISTER, "represent": acts.GRANT}
    return names.get(act.kind)


def _ask(memory: Memory, act: Act, seen: Seen, name: str) -> facts.Facts:
    theirs, person = memory.of_person[act.person], memory.people[act.person]
    others = theirs.helpers - {act.helper}
    level = 2 if person.has_id else 1 if theirs.vouchers else 0
    asked_person = facts.Person(
        id=_key(act.person),
        is_new=theirs.registered_at is not None and act.at - theirs.registered_at < 30 * DAY,
        level=level,
        level_by_others=level if others else 1 if theirs.vouchers else 0,
        has_shown_others=bool(others) and level > 1,
        is_seen_by_others=bool(others) or theirs.registered_at is None,
        is_reachable=bool(person.phone),
        unconfirmed_near=max(0, seen.newcomers_at_address - 1),
        is_dormant=seen.days_since_reopened < 1,
        contact_is_new=seen.days_since_contact_change < 30,
        payee_is_new=seen.days_since_payee_change < 30,
        is_reached_anew=seen.contact_changed_by_same and seen.days_since_contact_change < 30,
        is_recognised=act.identity != "none",
        only_telephoned=act.call == "inbound" and not _has_met(memory, act),
        place=person.address.encode() or None,
        surname=person.surname,
    )
    at_home = [facts.Establishment(place=person.address.encode())] if person.establishment else []
    value = act.account if name in acts.PAYEE else act.phone
    if value and value in memory.registered:
        place = person.address.encode() if person.establishment else None
        at_home = [facts.Establishment(has_account=True, has_contact=True, place=place)]
    return facts.Facts(
        name,
        helper=facts.Helper(
            device_is_unusual=seen.device_is_new and seen.hours_since_other_network < 12
        ),
        person=asked_person,
        payee=_payee(memory, act, seen) if name in acts.PAYEE and act.account else None,
        contact=facts.Contact([_ties(memory, act, act.phone)]) if act.phone else None,
        establishments=at_home,
    )


def _has_met(memory: Memory, act: Act) -> bool:
    """Whether the same helper had the person before them that day, beside a call of theirs."""
    today = act.at // DAY
    return any(
        (each.helper, each.at // DAY, each.call) == (act.helper, today, "in_person")
        for each in memory.of_person[act.person].acts
    )


def _payee(memory: Memory, act: Act, seen: Seen) -> facts.Payee:
    payee = weigh_payee(
        _ask_payee(memory, act, seen), _ties(memory, act, act.account), seen.facts_changed
    )
    return replace(
        payee,
        fits_name=seen.name_fits and not seen.is_fee_line,
        goes_elsewhere=bool(act.is_before_first_payment) and seen.digits_changed > SMALL_FIX,
        holder="Service charge" if seen.is_fee_line else "",
    )


def _ties(memory: Memory, act: Act, value: str) -> list[facts.Tie]:
    spread = memory.spread(value)
    if spread is None:
        return []
    others = sorted(spread.people - {act.person})[:MOST]
    people = [memory.people[other] for other in others]
    return [
        facts.Tie(_key(p.id), p.surname, p.address.encode() or None, p.id in spread.joint)
        for p in people
    ]


def _ask_payee(memory: Memory, act: Act, seen: Seen) -> AskedPayee:
    check = _NAME_CHECKS.get(act.name_check, NameCheck.MATCH)
    human = memory.helpers[act.helper].human
    owners = memory.own_accounts.get(act.account, set()) - {memory.people[act.person].human}
    before = None if act.is_before_first_payment else Account("", "000000", "00000000", "")
    changed = min(act.digits_changed or 0, 8)
    return AskedPayee(
        account=Account("", "000000", "1" * changed + "0" * (8 - changed), ""),
        before=before,
        whose=_WHOSE.get(act.whose, Whose.OWN),
        name_check=check,
        name_check_before=NameCheck.MATCH,
        is_helpers=human in owners,
        is_anothers=bool(owners - {human}),
        by_law=seen.has_authority,
        is_same_day=seen.days_since_payee_change < 1,
        person_is_here=True,  # in front of the helper or on the telephone, it was read out to them
        is_confirmed=act.confirmed_by in CONFIRMING,
    )


def _key(person: str) -> UUID:
    return UUID(int=1 + int(person[1:]))
