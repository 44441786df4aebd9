"""Whether somebody may act now, against an independent model; periods, holds and stops."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.consent.rules import HolderKind, HowSaid, Period, Power
from assistedaccess.delegation import rules, rules_lifting
from assistedaccess.delegation.rules import Asked, DelegationFacts
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.errors import InvalidInput, Refused

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANNA, BEN, HERE, THERE = (UUID(int=number) for number in range(1, 5))
MOMENTS = st.sampled_from([START + timedelta(hours=hours) for hours in range(-2, 6)])
MAYBE = st.none() | MOMENTS
SERVICES = st.sampled_from(["blue-badge", "council-tax-reduction"])
PENCE = st.none() | st.integers(min_value=1, max_value=120)
POWERS = st.sampled_from([*map(str, Power)])
ODD = (
    "account",
    "organisation",
    "services",
    "powers",
    "begins",
    "expires",
    "ended",
    "withdrawn",
    "frozen",
    "suspended",
    "check_in",
    "limit",
    "act_limit",
    "taken",
)


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    return Asked(
        account_id=draw(st.sampled_from([ANNA, ANNA, BEN, None])),
        organisation_id=draw(st.sampled_from([HERE, HERE, THERE, None])),
        service=draw(st.none() | SERVICES),
        power=draw(st.sampled_from(list(Power))),
        amount_pence=draw(PENCE),
        now=draw(MOMENTS),
    )


@st.composite
def facts(draw: st.DrawFn, asked: Asked) -> DelegationFacts:
    """A delegation for just what is asked, but for one or two things: each is met alone."""
    odd = draw(st.sets(st.sampled_from(ODD), max_size=2))

    def unless_odd(name: str, usual: Any, otherwise: st.SearchStrategy[Any]) -> Any:
        return draw(otherwise) if name in odd else usual

    kind = draw(st.sampled_from(list(HolderKind)))
    limit = unless_odd("limit", 120, PENCE)
    begins = unless_odd("begins", asked.now, MOMENTS)
    return DelegationFacts(
        id=UUID(int=draw(st.integers(min_value=10, max_value=10_000))),
        reference="D",
        holder_kind=kind,
        holder_account_id=(
            unless_odd("account", asked.account_id or ANNA, st.sampled_from([ANNA, BEN]))
            if kind is HolderKind.ACCOUNT
            else None
        ),
        organisation_id=unless_odd(
            "organisation", asked.organisation_id or HERE, st.sampled_from([HERE, THERE])
        ),
        services=unless_odd("services", frozenset({asked.service}), st.frozensets(SERVICES)),
        powers=unless_odd("powers", frozenset({str(asked.power)}), st.frozensets(POWERS)),
        starts_at=begins,
        expires_at=unless_odd("expires", begins + timedelta(hours=4), MOMENTS),
        ended_at=unless_odd("ended", None, MAYBE),
        consent_withdrawn_at=unless_odd("withdrawn", None, MAYBE),
        frozen_at=unless_odd("frozen", None, MAYBE),
        frozen_until=draw(MAYBE),
        suspended_at=unless_odd("suspended", None, MAYBE),
        check_in_by=unless_odd("check_in", None, MAYBE),
        limit_pence=limit,
        act_limit_pence=unless_odd("act_limit", None, st.integers(1, 20)) if limit else None,
        taken_pence=unless_odd("taken", 0, st.integers(0, limit)) if limit else 0,
    )


@st.composite
def asked_of_many(draw: st.DrawFn) -> tuple[list[DelegationFacts], Asked]:
    asked = draw(questions())
    return draw(st.lists(facts(asked), max_size=2, unique_by=lambda held: held.id)), asked


def model_allows(held: DelegationFacts, asked: Asked) -> bool:
    """The same question, asked of a person: one sentence each, in no clever order."""
    if held.organisation_id != asked.organisation_id:
        return False
    if held.holder_kind == "account" and held.holder_account_id != asked.account_id:
        return False
    if asked.service not in held.services:
        return False
    if str(asked.power) not in held.powers:
        return False
    if held.ended_at is not None or held.consent_withdrawn_at is not None:
        return False
    if asked.now < held.starts_at or asked.now >= held.expires_at:
        return False
    if held.frozen_at is not None and held.frozen_until is None:
        return False
    if held.frozen_at is not None and asked.now < (held.frozen_until or START):
        return False
    if held.suspended_at is not None:
        return False
    if held.check_in_by is not None and held.check_in_by <= asked.now:
        return False
    if asked.amount_pence is not None:
        if held.limit_pence is None:
            return False
        if held.act_limit_pence is not None and held.act_limit_pence < asked.amount_pence:
            return False
        if held.limit_pence - held.taken_pence < asked.amount_pence:
            return False
    return True


@settings(max_examples=400)
@given(asked_of_many())
def test_what_the_model_denies_is_never_allowed(
    case: tuple[list[DelegationFacts], Asked],
) -> None:
    held, asked = case
    allowing = {one.id for one in held if model_allows(one, asked)}
    try:
        chosen = rules.choose_delegation(held, asked)
    except Refused as refused:
        said = (refused.words, refused.next_step, refused.reason_code != "refused")
        assert (allowing, all(said)) == (set(), True)
    else:
        assert chosen in allowing


@pytest.mark.parametrize("pence", [0, -1])
def test_no_amount_is_nothing_or_less(pence: int) -> None:
    asked = Asked(ANNA, HERE, "blue-badge", Power.PAY, pence, START)
    with pytest.raises(InvalidInput):
        rules.choose_delegation([], asked)


PLAIN = DelegationFacts(
    id=UUID(int=9),
    reference="D",
    holder_kind=HolderKind.ACCOUNT,
    holder_account_id=ANNA,
    organisation_id=HERE,
    services=frozenset({"blue-badge"}),
    powers=frozenset({"submit", "pay"}),
    starts_at=START,
    expires_at=START + timedelta(days=1),
    limit_pence=100,
)
QUESTION = Asked(ANNA, HERE, "blue-badge", Power.SUBMIT, None, START)


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        ([], "no_authority"),
        ([replace(PLAIN, holder_account_id=BEN)], "no_authority"),
        ([replace(PLAIN, ended_at=START)], "delegation_ended"),
        ([replace(PLAIN, consent_withdrawn_at=START)], "consent_withdrawn"),
        ([replace(PLAIN, expires_at=START)], "delegation_expired"),
        ([replace(PLAIN, frozen_at=START)], "delegation_frozen"),
        ([replace(PLAIN, powers=frozenset({"see"}))], "out_of_scope"),
        # What was said to somebody who once could is worth more than that another cannot.
        (
            [replace(PLAIN, ended_at=START), replace(PLAIN, services=frozenset())],
            "delegation_ended",
        ),
        ([replace(PLAIN, frozen_at=START), replace(PLAIN, ended_at=START)], "delegation_frozen"),
    ],
)
def test_the_refusal_is_the_one_nearest_to_being_mended(
    held: list[DelegationFacts], reason: str
) -> None:
    with pytest.raises(Refused) as raised:
        rules.choose_delegation(held, QUESTION)
    assert raised.value.reason_code == reason


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), "2026-10"),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), "2026-06"),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), "2026-07"),  # midnight in summer
    ],
)
def test_a_month_is_that_of_the_united_kingdom(moment: datetime, key: str) -> None:
    assert rules.period_key(Period.MONTH, moment) == key
    assert rules.period_key(Period.TERM, moment) == "term"


@pytest.mark.parametrize(
    ("pence", "standing", "holds"),
    [
        (50_000, 0, False),
        (50_001, 0, True),
        (20_000, 30_000, False),
        (20_001, 30_000, True),
        (None, 90_000, False),
    ],
)
def test_a_limit_over_the_sum_waits(pence: int | None, standing: int, holds: bool) -> None:
    act = Act("delegation.grant", SYSTEM, amount_pence=pence, facts={"standing_pence": standing})
    found = list(rules.check_limit(act))
    assert [finding.reason_code for finding in found] == ["second_look"] * holds
    assert list(rules.check_limit(replace(act, name="something.else"))) == []


@given(MAYBE, MAYBE, MAYBE, MOMENTS)
def test_no_new_stop_is_shorter_than_the_old(
    frozen_at: datetime | None, until: datetime | None, new: datetime | None, now: datetime
) -> None:
    far = START + timedelta(days=9)
    holds = rules.is_frozen(frozen_at, until, now)
    replaces = rules.stops_longer(frozen_at, until, new, now)
    if holds and not replaces:
        assert (until or far) >= (new or far)
    if holds and replaces:
        assert (new or far) > (until or far) or new is None


@pytest.mark.parametrize(
    ("human", "organisation", "may"),
    [
        (ANNA, HERE, False),  # the helper who was stopped
        (ANNA, THERE, False),  # the same human elsewhere
        (BEN, HERE, True),
        (None, THERE, False),
    ],
)
def test_who_lifts_a_stop(human: UUID | None, organisation: UUID, may: bool) -> None:
    about = {"human_id": human, "organisations": [organisation]}
    own = rules.is_own(holder_human_id=ANNA, holder_organisation_id=None, **about)
    assert own is not may
    assert rules.is_own(holder_human_id=None, holder_organisation_id=organisation, **about)
    rules_lifting.check_lifting(is_own=False)
    with pytest.raises(rules_lifting.OwnStop):
        rules_lifting.check_lifting(is_own=True)


@pytest.mark.parametrize("has_number", [True, False])
@pytest.mark.parametrize("how", list(HowSaid))
def test_a_stop_is_lifted_at_the_word_of_no_caller(how: HowSaid, has_number: bool) -> None:
    if has_number or how is HowSaid.IN_FRONT:
        return rules_lifting.check_heard(how, has_number=has_number)
    with pytest.raises(rules_lifting.NotRungBack):
        rules_lifting.check_heard(how, has_number=has_number)
