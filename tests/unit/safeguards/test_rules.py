"""Each rule by a table: what meets it, and its honest twin, which does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from assistedaccess.applications import rules_emergency, rules_payments
from assistedaccess.kernel.controls import Verdict
from assistedaccess.safeguards import acts
from assistedaccess.safeguards.control import RULES
from assistedaccess.safeguards.facts import (
    Contact,
    Establishment,
    Facts,
    Helper,
    Money,
    Payee,
    Person,
    Tie,
)
from assistedaccess.safeguards.reasons import Reason
from assistedaccess.safeguards.rule import judge
from assistedaccess.safeguards.rules_identity import count_contradictions
from assistedaccess.safeguards.settings import NUMBERS, STARTING, list_changes, read_numbers

HERE, THERE = b"h" * 32, b"t" * 32
KNOWN = Person(id=UUID(int=1), is_new=False, level=2, level_by_others=2, place=HERE, surname="rao")
GHOST = Person(id=UUID(int=1), place=HERE, surname="rao", is_reachable=False)
PAID = Payee()
HOME = Establishment(has_account=True, has_contact=True, place=HERE)


def ties(*people: tuple[str, bytes | None], shared: bool = False) -> list[Tie]:
    return [Tie(UUID(int=10 + i), name, at, shared) for i, (name, at) in enumerate(people)]


STRANGERS = ties(("li", THERE), ("ali", None), ("roe", THERE))
PAYEE = Facts(acts.CHANGE, person=KNOWN, payee=PAID)
CLAIM = replace(PAYEE, act=acts.SUBMIT)
CONTACT = Facts(acts.ADD_CONTACT, person=KNOWN)
ADDRESS = Facts(acts.CHANGE_ADDRESS, person=KNOWN)
ASKED = Payee(is_another=True, person_is_here=True, is_confirmed=True, confirmed_for_same=2)
SURE = replace(PAYEE, payee=ASKED)
ELSEWHERE = Payee(goes_elsewhere=True)
ASKED_ELSEWHERE = replace(ASKED, is_another=False, goes_elsewhere=True)
REACHED_ANEW = replace(KNOWN, is_reached_anew=True)
MONEY = Facts(rules_payments.TAKE, money=Money(24_000, 24_000))

MET: list[tuple[Reason, Facts]] = [
    (Reason.ACCOUNT_SHARED, replace(PAYEE, payee=Payee(ties=STRANGERS[:2]))),
    (Reason.ACCOUNT_SHARED, replace(CLAIM, payee=Payee(ties=STRANGERS))),
    # A household on the account of strangers is one more household.
    (Reason.ACCOUNT_SHARED, replace(CLAIM, payee=Payee(ties=ties(("li", HERE), ("ali", None))))),
    (
        Reason.PAYEE_IS_CHARGE,
        replace(PAYEE, payee=Payee(holder="Elm Advice", fits_name=False, is_organisations=True)),
    ),
    (
        Reason.PAYEE_IS_CHARGE,
        replace(PAYEE, payee=Payee(holder="Kind Help service charge", fits_name=False)),
    ),
    *(
        (Reason.PAYEE_IS_CHARGE, replace(CLAIM, payee=Payee(holder=holder, fits_name=False)))
        for holder in ("ADMIN-COSTS", "Elm Advice Administration", "Elm Donations", "Ffioedd Elm")
    ),
    (
        Reason.PAYEE_OF_RESIDENT,
        replace(PAYEE, payee=Payee(fits_name=False), establishments=[Establishment(place=HERE)]),
    ),
    (
        Reason.PAYEE_BY_INBOUND_CALL,
        replace(
            PAYEE, payee=Payee(person_is_here=True), person=replace(KNOWN, only_telephoned=True)
        ),
    ),
    (
        Reason.PAYEE_BY_CALL,  # of a claim: it is sent
        replace(
            CLAIM, payee=Payee(person_is_here=True), person=replace(KNOWN, only_telephoned=True)
        ),
    ),
    (Reason.MONEY_OVER_LINE, replace(MONEY, money=Money(49_300, 49_300))),
    (Reason.MONEY_OVER_LINE, replace(MONEY, act=rules_emergency.GIVE, money=Money(1, 50_000))),
    (Reason.IDENTITY_UNCONFIRMED, replace(CLAIM, person=GHOST)),
    (
        Reason.IDENTITY_CLUSTER,  # with papers that nobody else has seen, and telephones
        replace(CLAIM, person=replace(GHOST, level=2, is_reachable=True, unconfirmed_near=3)),
    ),
    (
        Reason.IDENTITY_CLUSTER,  # for each of whom a colleague has typed that somebody vouches
        replace(CLAIM, person=replace(GHOST, level_by_others=1, unconfirmed_near=3)),
    ),
    (
        Reason.IDENTITY_CLUSTER,  # who have neither an address nor a telephone
        replace(CLAIM, person=replace(GHOST, place=None, level=2, unconfirmed_near=3)),
    ),
    (Reason.IDENTITY_NOT_SHOWN, replace(ADDRESS, person=replace(KNOWN, is_recognised=False))),
    (
        Reason.IDENTITY_NOT_SHOWN,
        replace(PAYEE, person=replace(KNOWN, is_recognised=False, contact_is_new=True)),
    ),
    (
        Reason.RECORD_DORMANT,
        replace(PAYEE, person=replace(KNOWN, is_dormant=True, contact_is_new=True)),
    ),
    (
        Reason.RECORD_DORMANT,
        replace(CONTACT, person=replace(KNOWN, is_dormant=True, payee_is_new=True)),
    ),
    (Reason.FACTS_CHANGED, replace(CLAIM, payee=Payee(facts_changed=3))),
    (Reason.CONTACT_SHARED, replace(CONTACT, contact=Contact(ties=[STRANGERS]))),
    (
        Reason.CONTACT_SHARED,
        Facts(acts.REGISTER, contact=Contact(ties=[[], STRANGERS])),
    ),
    (
        Reason.CONTACT_BY_INBOUND_CALL,
        Facts(acts.CHANGE_CONTACT, person=replace(KNOWN, only_telephoned=True)),
    ),
    (Reason.GLASS_BROKEN_OFTEN, Facts(acts.BREAK_GLASS, glass_broken=2)),
    (Reason.CONTACT_BY_FAMILY, replace(ADDRESS, helper=Helper(is_family=True))),
    (Reason.CONTACT_WITHOUT_PERSON, replace(ADDRESS, person_is_there=False)),
    (Reason.ACCOUNT_DORMANT, replace(PAYEE, helper=Helper(was_dormant=True))),
    (Reason.ACCOUNT_DORMANT, replace(ADDRESS, helper=Helper(was_dormant=True))),
    (Reason.PLACE_UNUSUAL, replace(PAYEE, helper=Helper(place_is_unusual=True))),
    (Reason.PLACE_UNUSUAL, replace(ADDRESS, helper=Helper(place_is_unusual=True))),
    (Reason.PAYEE_NAME, replace(CLAIM, payee=Payee(holder="Kind Friends", fits_name=False))),
    (Reason.PAYEE_NAME, replace(CLAIM, act=acts.KEEP, payee=Payee(fits_name=False))),
    (Reason.PAYEE_NAME, replace(PAYEE, payee=Payee(is_their_name=False))),
    (Reason.PAYEE_WAITS, replace(CLAIM, payee=Payee(waits_already=True))),
    (Reason.PAYEE_ELSEWHERE, replace(CLAIM, payee=ELSEWHERE)),
    (Reason.PAYEE_ELSEWHERE, replace(CLAIM, act=acts.KEEP, payee=ELSEWHERE)),
    # The account of strangers, said to be joint.
    (
        Reason.PAYEE_ELSEWHERE,
        replace(CLAIM, payee=replace(ELSEWHERE, is_shared=True, ties=ties(("li", THERE)))),
    ),
    (
        Reason.PAYEE_ELSEWHERE,
        replace(CLAIM, payee=replace(ELSEWHERE, is_confirmed=True)),  # they were not there
    ),
    (Reason.PAYEE_AFTER_CONTACT, replace(CLAIM, person=REACHED_ANEW)),
    (Reason.PAYEE_AFTER_CONTACT, replace(CLAIM, act=acts.KEEP, person=REACHED_ANEW)),
    (
        Reason.PAYEE_IS_CHARGE,
        replace(CLAIM, payee=Payee(holder="Contribution to our costs", fits_name=False)),
    ),
    # A name that only nearly fits is the person's word to somebody else's worth where it is joint.
    (Reason.PAYEE_NAME, replace(SURE, payee=replace(ASKED, is_their_name=False))),
    (Reason.PAYEE_IS_SOMEBODY_ELSE, replace(PAYEE, payee=Payee(is_anothers=True))),
    (Reason.PAYEE_IS_SOMEBODY_ELSE, replace(SURE, payee=replace(ASKED, is_anothers=True))),
    (Reason.PAYEE_CHANGED, replace(PAYEE, payee=Payee(is_another=True))),
    (Reason.PAYEE_CHANGED, replace(PAYEE, payee=Payee(is_another=True, by_law=True))),
    (Reason.PAYEE_CHANGED, replace(SURE, payee=replace(ASKED, person_is_here=False))),
    (Reason.PAYEE_CHANGED, replace(SURE, payee=replace(ASKED, is_anothers=True))),
    (Reason.PAYEE_CHANGED, replace(SURE, payee=replace(ASKED, is_their_name=False))),
    # Two who always answer for each other.
    (Reason.PAYEE_CHANGED, replace(SURE, payee=replace(ASKED, confirmed_for_same=3))),
    # A joint account into which somebody else's household is paid.
    (
        Reason.PAYEE_CHANGED,
        replace(
            SURE,
            payee=replace(ASKED, is_their_name=False, is_shared=True, ties=ties(("li", THERE))),
        ),
    ),
    # It is said to be joint, and the person's name is not on it at all.
    (
        Reason.PAYEE_CHANGED,
        replace(SURE, payee=replace(ASKED, is_their_name=False, is_shared=True, fits_name=False)),
    ),
    # The home's account, for somebody who does not live there.
    (
        Reason.PAYEE_CHANGED,
        replace(PAYEE, payee=Payee(is_another=True), establishments=[replace(HOME, place=THERE)]),
    ),
    (Reason.DEVICE_UNUSUAL, replace(CLAIM, helper=Helper(device_is_unusual=True))),
    (Reason.DEVICE_UNUSUAL, replace(CONTACT, helper=Helper(device_is_unusual=True))),
    (Reason.PLACE_UNUSUAL, replace(CONTACT, helper=Helper(place_is_unusual=True))),
    (
        Reason.REVIEWER_CHANGES_CONTACT,
        Facts(acts.SILENCE, person=replace(KNOWN, is_reviewed_by_actor=True)),
    ),
]
HONEST: list[tuple[str, Facts]] = [
    ("L02 the home's account", replace(CLAIM, payee=Payee(ties=STRANGERS), establishments=[HOME])),
    (
        "L02 the home's number",
        replace(CONTACT, contact=Contact([STRANGERS]), establishments=[HOME]),
    ),
    ("L02 a resident's own account", replace(PAYEE, establishments=[Establishment(place=HERE)])),
    (
        "L02 residents whom the manager alone has seen",
        replace(
            CLAIM,
            person=replace(GHOST, level=2, unconfirmed_near=39),
            establishments=[HOME],
        ),
    ),
    (
        "L03 both parents and their daughter",
        replace(PAYEE, payee=Payee(ties=ties(("rao", HERE), ("rao", HERE)))),
    ),
    (
        "L03 of two names, a joint account",
        replace(
            PAYEE,
            payee=Payee(ties=ties(("li", HERE), ("ali", HERE), shared=True), is_shared=True),
        ),
    ),
    ("L03 one holder of an account in two names", replace(CLAIM, payee=Payee(is_shared=True))),
    (
        "L02 the home's account under the home's name",
        replace(CLAIM, payee=Payee(fits_name=False), establishments=[HOME]),
    ),
    (
        "L03 the daughter who is the appointee",
        replace(CLAIM, payee=Payee((), fits_name=False, by_law=True)),
    ),
    (
        "L02 a resident's money, from now on to the home",
        replace(
            PAYEE,
            payee=Payee(is_another=True, is_their_name=False, fits_name=False, is_anothers=True),
            establishments=[HOME],
        ),
    ),
    ("L03 confirmed to a second human", SURE),
    (
        "L03 an account for two, confirmed to a second human",
        replace(
            SURE,
            payee=replace(ASKED, is_their_name=False, is_shared=True, ties=ties(("rao", HERE))),
        ),
    ),
    (
        "L03 the first of two on their account, whose card says Mr J and Mrs A Shaw",
        replace(SURE, payee=replace(ASKED, is_their_name=False, is_shared=True)),
    ),
    (
        "L09 a slip of the pen",
        replace(PAYEE, payee=Payee(is_another=True, is_their_name=False, is_small_fix=True)),
    ),
    ("L07 the account where they are paid", replace(CLAIM, payee=Payee())),
    (
        "L10 claims again, to one of the accounts where they are paid",
        replace(CLAIM, payee=replace(ELSEWHERE, is_known=True)),
    ),
    (
        "L05 a new telephone, and the account where they are paid",
        replace(CLAIM, payee=Payee(is_known=True), person=REACHED_ANEW),
    ),
    ("L03 asked by a colleague", replace(SURE, act=acts.KEEP, payee=ASKED_ELSEWHERE)),
    (
        "L03 a new telephone, and asked by a colleague",
        replace(SURE, act=acts.KEEP, payee=ASKED_ELSEWHERE, person=REACHED_ANEW),
    ),
    (
        "L03 from now on to the account of both",
        replace(CLAIM, payee=replace(ELSEWHERE, is_shared=True, ties=ties(("rao", HERE)))),
    ),
    (
        "L02 paid for by whoever acts by law",
        replace(CLAIM, payee=replace(ELSEWHERE, by_law=True), person=REACHED_ANEW),
    ),
    ("L02 to the home from now on", replace(CLAIM, payee=ELSEWHERE, establishments=[HOME])),
    ("A05 the change that waits", replace(SURE, payee=replace(ASKED, waits_already=True))),
    ("L03 a name like a fee's", replace(PAYEE, payee=Payee(holder="Ann Charge"))),
    ("L05 seen by a second", replace(CLAIM, person=replace(GHOST, level_by_others=1))),
    ("L05 met by a second", replace(CLAIM, person=replace(GHOST, is_seen_by_others=True))),
    ("L05 with a telephone", replace(CLAIM, person=replace(GHOST, is_reachable=True))),
    ("L05 known", ADDRESS),
    ("L05 registered lately", replace(ADDRESS, person=replace(GHOST, is_recognised=False))),
    (
        "L05 rung back by a colleague",
        replace(SURE, person=replace(KNOWN, only_telephoned=True)),
    ),
    (
        "L05 of several at one place, whom a second has met, or seen a paper of",
        replace(CLAIM, person=replace(GHOST, has_shown_others=True, level=1, unconfirmed_near=9)),
    ),
    (
        "L05 of several without an address, who can be rung",
        replace(
            CLAIM, person=replace(GHOST, place=None, is_reachable=True, level=1, unconfirmed_near=9)
        ),
    ),
    (
        "L05 claims by telephone, and is rung back by a colleague",
        replace(SURE, act=acts.KEEP, person=replace(KNOWN, only_telephoned=True)),
    ),
    ("L05 adds a number after weeks", replace(CONTACT, helper=Helper(was_dormant=True))),
    ("L05 rung back", replace(PAYEE, payee=Payee(person_is_here=True))),
    ("L07 a voucher has no sum", Facts(rules_emergency.GIVE)),
    ("L07 the second time", Facts(acts.BREAK_GLASS, glass_broken=1)),
    (
        "L08 a wife's telephone for both",
        replace(CONTACT, contact=Contact([ties(("li", HERE), shared=True)], is_shared=True)),
    ),
    ("L08 who was given it", replace(ADDRESS, helper=Helper(is_family=True, may_move=True))),
    ("L10 two other facts", replace(CLAIM, payee=Payee(facts_changed=2))),
    ("L10 comes back after years", replace(CLAIM, person=replace(KNOWN, is_dormant=True))),
    ("L10 two slices", MONEY),
    ("L01 thirty people in a day", CLAIM),
    (
        "L01 the claim of somebody without an account",
        Facts(acts.SUBMIT, person=GHOST, helper=Helper(True, True, True)),
    ),
]


def found(facts: Facts) -> set[str]:
    return {finding.reason_code for finding in judge(facts, STARTING, RULES)}


@pytest.fixture(scope="module", autouse=True)
def words() -> Iterable[None]:
    app = Flask("words")
    from flask_babel import Babel

    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(("reason", "facts"), MET)
def test_a_rule_is_met_by_what_it_is_for(reason: Reason, facts: Facts) -> None:
    assert reason in found(facts)


@pytest.mark.parametrize(("who", "facts"), HONEST, ids=[who for who, _facts in HONEST])
def test_its_honest_twin_goes_on(who: str, facts: Facts) -> None:
    assert found(facts) == set()


@pytest.mark.parametrize("holder", ["Feeney Adminson", "Donna Donati", "Comisi Wynn"])
def test_a_name_in_which_a_charge_can_be_read_is_none(holder: str) -> None:
    payee = Payee(holder=holder, fits_name=False)
    assert Reason.PAYEE_IS_CHARGE not in found(replace(CLAIM, payee=payee))


def test_each_rule_is_in_the_table_and_says_where_its_number_comes_from() -> None:
    assert {reason for reason, _facts in MET} == {rule.reason for rule in RULES}
    assert len({rule.reason for rule in RULES}) == len(RULES)
    for rule in RULES:
        told = rule.is_met.__doc__ or ""
        assert "cenario" in told or "Act 1" in told, rule.reason
        assert rule.words(), rule.reason
        assert "fraud" not in rule.words() + rule.next_step()
        assert "suspicious" not in rule.words() + rule.next_step()
        # Sending a claim is never held: of it, the account alone is looked at.
        bare = Facts(acts.SUBMIT, person=GHOST, helper=Helper(True, True, True), glass_broken=9)
        assert (
            rule.verdict is Verdict.REFUSE
            or not rule.is_met(bare, STARTING)
            or (acts.SUBMIT not in rule.acts)
        )


def test_each_rule_lets_its_twins_do_the_very_acts_that_it_looks_at() -> None:
    rehearsals = Path(__file__).parents[2] / "rehearsals"
    for rule in RULES:
        for twin in rule.twin.split(", "):
            assert (rehearsals / f"{twin}.yaml").is_file(), (rule.reason, twin)
            acts_of = {facts.act for who, facts in HONEST if who.startswith(f"{twin} ")}
            assert acts_of & rule.acts, (rule.reason, twin)


def test_what_contradicts_and_what_does_not() -> None:
    before = {"rent": 400, "landlord": "A", "children": 2, "sortCode": "1", "note": None}
    assert count_contradictions(before, dict(before)) == 0
    assert count_contradictions(before, {**before, "sortCode": "2", "note": "new"}) == 0
    assert count_contradictions(before, {"rent": 500, "landlord": "B", "children": 3}) == 3
    assert count_contradictions(before, {"rent": "", "new": 1}) == 0


def test_the_docs_name_each_reason_and_each_number() -> None:
    told = (Path(__file__).parents[3] / "docs" / "controls.md").read_text()
    for word in [*Reason, *NUMBERS]:
        assert f"`{word}`" in told, word


def test_a_number_stays_within_its_bounds() -> None:
    assert read_numbers({}) == dict(STARTING.numbers)
    for name, number in NUMBERS.items():
        assert number.least <= number.start <= number.most, name
        assert number.source, name
        for wrong in (number.least - 1, number.most + 1, True, "3", None):
            with pytest.raises(ValueError, match=name):
                read_numbers({name: wrong})
    with pytest.raises(ValueError, match="unheard_of"):
        read_numbers({"unheard_of": 1})
    assert list_changes(STARTING, {**STARTING.numbers, "glass_times": 4}) == [("glass_times", 3, 4)]
