"""Who may act, against a simple model that knows the rule in one sentence each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations import rules
from assistedaccess.organisations.rules import (
    CheckFact,
    CheckLevel,
    Course,
    MembershipFacts,
    MembershipKind,
    Requirements,
    find_next_lapse,
    may_act,
)

TODAY = date(2026, 11, 23)
POWERS = [None, "see", "fill_in", "submit", "pay", "change_payment_details", "report_change"]
NEAR = st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3))

requirements = st.builds(
    Requirements,
    courses=st.lists(st.sampled_from(Course), unique=True).map(tuple),
    check_level=st.none() | st.sampled_from(CheckLevel),
)
facts = st.builds(
    MembershipFacts,
    kind=st.sampled_from(MembershipKind),
    starts_on=NEAR,
    ends_on=st.none() | NEAR,
    ended=st.booleans(),
    suspended=st.booleans(),
    organisation_closed=st.booleans(),
    trained_until=st.dictionaries(st.sampled_from(Course), NEAR),
    checks=st.lists(st.builds(CheckFact, level=st.sampled_from(CheckLevel), expires_on=NEAR)),
)


def model_allows(
    facts: MembershipFacts, asked: Requirements, today: date, power: str | None
) -> bool:
    """The rule, said the other way round."""
    days = {facts.starts_on + timedelta(days=n) for n in range(10)}
    if facts.ends_on is not None:
        days = {day for day in days if day <= facts.ends_on}
    if today not in days or facts.ended or facts.suspended or facts.organisation_closed:
        return False
    trained = {course for course, until in facts.trained_until.items() if not until < today}
    if set(asked.courses) - trained:
        return False
    if facts.kind == "family":
        return True
    order = ["basic", "standard", "enhanced", "enhanced_with_barred_list"]
    held = [order.index(check.level) for check in facts.checks if not check.expires_on < today]
    best = max(held, default=-1)
    needed = order.index(asked.check_level) if asked.check_level else -1
    if power in ("pay", "change_payment_details"):
        needed = 3
    return best >= needed


@given(facts, requirements, st.sampled_from(POWERS))
def test_may_act_agrees_with_the_model(
    facts: MembershipFacts, asked: Requirements, power: str | None
) -> None:
    found = may_act(facts, asked, TODAY, power)
    assert (not found) == model_allows(facts, asked, TODAY, power)
    assert all(finding.words and finding.next_step for finding in found)


@given(facts, requirements)
def test_nobody_acts_after_the_next_lapse(facts: MembershipFacts, asked: Requirements) -> None:
    last = find_next_lapse(facts, asked)
    if last is not None:
        assert may_act(facts, asked, last + timedelta(days=1))


@given(facts, requirements, st.sampled_from(POWERS))
def test_a_power_never_makes_more_possible(
    facts: MembershipFacts, asked: Requirements, power: str | None
) -> None:
    if may_act(facts, asked, TODAY):
        assert may_act(facts, asked, TODAY, power)


@given(st.dates(), st.none() | st.dates())
def test_dates_that_stand_make_a_membership_that_can_run(
    starts_on: date, ends_on: date | None
) -> None:
    wrong = rules.find_wrong_date(starts_on, ends_on, TODAY)
    if wrong is None:
        some_day = max(starts_on, TODAY)
        assert rules.is_within_dates(starts_on, ends_on, some_day)
    elif wrong == "ends_on":
        assert ends_on is not None
        assert rules.find_wrong_date(starts_on, None, TODAY) is None
        past = not rules.is_within_dates(starts_on, ends_on, max(starts_on, TODAY))
        assert past or ends_on > rules.LATEST


GOOD = MembershipFacts(
    MembershipKind.STAFF,
    TODAY - timedelta(days=90),
    trained_until={Course.DATA_PROTECTION: TODAY},
    checks=[CheckFact(CheckLevel.ENHANCED, TODAY)],
)
ASKED = Requirements((Course.DATA_PROTECTION,), check_level=CheckLevel.STANDARD)


def change(**values: object) -> MembershipFacts:
    return MembershipFacts(**{**GOOD.__dict__, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "power", "refusals"),
    [
        (GOOD, None, []),
        (GOOD, "submit", []),
        (GOOD, "pay", [rules.BarredListCheckNeeded]),
        (GOOD, "change_payment_details", [rules.BarredListCheckNeeded]),
        (change(ends_on=TODAY), None, []),
        (change(ends_on=TODAY - timedelta(days=1)), None, [rules.MembershipEnded]),
        (change(ended=True), None, [rules.MembershipEnded]),
        (change(starts_on=TODAY + timedelta(days=1)), None, [rules.MembershipNotStarted]),
        (change(suspended=True), None, [rules.Suspended]),
        (change(organisation_closed=True), None, [rules.OrganisationClosed]),
        (change(trained_until={}), None, [rules.TrainingMissing]),
        (
            change(trained_until={Course.DATA_PROTECTION: TODAY - timedelta(days=1)}),
            None,
            [rules.TrainingLapsed],
        ),
        (change(checks=[]), None, [rules.CheckMissing]),
        (change(checks=[CheckFact(CheckLevel.BASIC, TODAY)]), None, [rules.CheckMissing]),
        (
            change(checks=[CheckFact(CheckLevel.ENHANCED, TODAY - timedelta(days=1))]),
            "pay",
            [rules.CheckLapsed],
        ),
        (change(kind=MembershipKind.FAMILY, checks=[]), "pay", []),
    ],
)
def test_each_rule_by_name(facts: MembershipFacts, power: str | None, refusals: list[type]) -> None:
    assert [finding.refusal for finding in may_act(facts, ASKED, TODAY, power)] == refusals


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [refusal.reason_code for refusal in rules.MayNotAct.__subclasses__()]
    assert len(set(codes)) == len(codes)
    assert rules.MayNotAct.reason_code not in codes


@given(st.dates(date(1995, 1, 1), date(2095, 1, 1)), st.integers(1, 120))
def test_months_are_added_as_people_count_them(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_leap_day_counts_to_the_end_of_february() -> None:
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2027, 12, 31), 2) == date(2028, 2, 29)


@pytest.mark.parametrize("kind", MembershipKind)
def test_the_kinds_have_different_limits(kind: MembershipKind) -> None:
    limits = rules.limits_for(kind)
    assert not limits.may_be_payee
    assert "fill_in" in limits.powers
    others = [rules.limits_for(other) for other in MembershipKind if other is not kind]
    assert limits not in others


def test_family_help_at_most_five_people_and_never_with_payment_details() -> None:
    family = rules.limits_for("family")
    assert family.most_people == 5
    assert "change_payment_details" not in family.powers


def test_reserved_powers_are_not_for_volunteers() -> None:
    reserved = {"change_payment_details", "change_contact_details"}
    assert not rules.limits_for("volunteer").powers & reserved


@pytest.mark.parametrize("kind", MembershipKind)
def test_no_manager_makes_an_auditor_or_administrator(kind: MembershipKind) -> None:
    grantable = set(rules.list_grantable_roles("manager", kind))
    assert not grantable & {"auditor", "administrator"}
    assert grantable <= set(rules.list_grantable_roles("administrator", kind))


def test_a_family_helper_is_never_more_than_a_helper() -> None:
    assert rules.list_grantable_roles("administrator", "family") == ["helper"]
