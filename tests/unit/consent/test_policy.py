"""The policy as a document: read and written without loss, and what no policy may say."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.consent import rules
from assistedaccess.consent.rules import (
    ASSISTING_POWERS,
    RESERVED_POWERS,
    Policy,
    Power,
    Strength,
    read_policy,
    write_policy,
)
from assistedaccess.organisations.rules import MembershipKind, limits_for

DOCUMENT = json.loads((Path(rules.__file__).parent / "policy.json").read_text("utf-8"))
powers = st.frozensets(st.sampled_from(list(Power)))
policies = st.builds(
    Policy,
    version=st.integers(1, 10_000),
    strengths=st.fixed_dictionaries(
        {
            power: st.just(Strength.STRONG)
            if power in RESERVED_POWERS
            else st.sampled_from(list(Strength))
            for power in Power
        }
    ),
    longest_months=st.integers(1, rules.LONGEST_MONTHS),
    holders=st.fixed_dictionaries(dict.fromkeys(MembershipKind, powers)),
    spoken=st.frozensets(st.sampled_from(sorted(ASSISTING_POWERS))),
    sample_percent=st.integers(0, 100),
)


@given(policies)
def test_a_policy_is_read_as_it_was_written(policy: Policy) -> None:
    assert read_policy(json.loads(json.dumps(write_policy(policy)))) == policy


def test_the_policy_that_comes_with_the_program_lets_each_kind_hold_what_the_limits_do() -> None:
    policy = read_policy(DOCUMENT)
    assert write_policy(policy) == DOCUMENT
    assert policy.sample_percent == 10
    for kind in MembershipKind:
        assert policy.holders[kind] == limits_for(kind).powers


def test_a_document_of_the_first_version_is_still_read() -> None:
    first = {name: DOCUMENT[name] for name in ("version", "longest_months", "powers")}
    policy = read_policy(first)
    assert all(held == frozenset(Power) for held in policy.holders.values())
    assert (policy.spoken, policy.sample_percent) == (ASSISTING_POWERS, 10)


def _change(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    changed = deepcopy(DOCUMENT)
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return changed


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("powers", "change_payment_details"), "standard"),
        (("powers", "change_contact_details"), "basic"),
        (("powers", "pay"), "weak"),
        (("powers", "everything"), "basic"),
        (("holders", "staff"), ["everything"]),
        (("holders", "robot"), []),
        (("spoken", "powers"), ["pay"]),
        (("spoken", "sample_percent"), 101),
        (("spoken", "sample_percent"), -1),
        (("longest_months",), 13),
        (("longest_months",), 0),
    ],
)
def test_what_no_policy_may_say(path: tuple[str, ...], value: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_policy(_change(path, value))


@given(
    policies,
    st.frozensets(st.sampled_from(list(Power)), min_size=1),
    st.sampled_from(list(Strength)),
)
def test_what_a_yes_carries_and_what_it_is_short_of_are_all_there_is(
    policy: Policy, asked: frozenset[Power], strength: Strength
) -> None:
    carried, short = policy.list_carried(asked, strength), policy.list_short(asked, strength)
    assert set(carried) | set(short) == asked
    assert not set(carried) & set(short)
