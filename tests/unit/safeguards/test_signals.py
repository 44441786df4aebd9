"""The signals: each rises on its scenario, stays silent on its honest twin, keeps its bounds."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.safeguards import signals, signals_payee
from assistedaccess.safeguards.signals import ACT_SIGNALS, LOOK_SIGNALS, judge_act, judge_look
from assistedaccess.safeguards.signals_seen import NEVER, Seen, SeenLook, again

KINDS = (
    *("register", "consent", "represent", "apply", "change_payee", "change_contact", "pay"),
    *("capacity", "review", "stop_notice", "grant_role", "change_setting", "vouch", "answer"),
)
WORDS = {
    "kind": KINDS,
    "consent_state": ("live", "withdrawn", "expired", "out_of_scope"),
    "call": ("", "in_person", "inbound", "called_back"),
}


def anything(kind: type, seed: int) -> Any:
    """Any value of a record, each field within what it can be."""
    chance, drawn = Random(seed), {}
    for each in fields(kind):
        if each.name in WORDS:
            drawn[each.name] = chance.choice(WORDS[each.name])
        elif each.type == "bool":
            drawn[each.name] = chance.random() < 0.5
        elif each.type == "int":
            drawn[each.name] = chance.choice((0, 1, 2, 3, chance.randint(0, 100_000)))
        elif each.name.endswith(("hand", "share")):
            drawn[each.name] = chance.random()
        else:
            drawn[each.name] = chance.choice((0.0, chance.uniform(-100, 100), NEVER))
    return kind(**drawn)


@given(st.integers(0, 1_000_000))
def test_a_strength_is_between_nothing_and_one(seed: int) -> None:
    for name, strength in judge_act(anything(Seen, seed)):
        assert 0 < strength <= 1, name
    for name, strength in judge_look(anything(SeenLook, seed)):
        assert 0 < strength <= 1, name


@pytest.mark.parametrize("kind", KINDS)
def test_an_act_of_which_nothing_odd_is_known_gives_no_signal(kind: str) -> None:
    assert judge_act(Seen(kind=kind)) == []


def test_a_look_that_is_explained_gives_none_however_often() -> None:
    assert judge_look(SeenLook()) == []
    assert judge_look(SeenLook(is_near=True, is_notable=True, broke_glass=True)) == []


@given(st.integers(1, 50), st.floats(0, 1))
def test_a_slip_weighs_more_each_time(slips: int, once: float) -> None:
    assert again(slips, once) <= again(slips + 1, once) <= 1


AS_WRITTEN: list[tuple[str, str, dict[str, Any]]] = [
    ("A01", "account_is_helpers", {"kind": "change_payee", "account_is_helpers": True}),
    (
        "A02",
        "account_collects",
        {"kind": "change_payee", "people_on_account": 3, "account_by_hand": 1.0},
    ),
    (
        "A05",
        "payee_then_cash",
        {
            "kind": "pay",
            "pays_new_payee": True,
            "new_payee_fits": False,
            "days_since_payee_change": 0.03,
            "is_urgent": True,
        },
    ),
    (
        "A06",
        "split_payments",
        {"kind": "pay", "parts_in_10_days": 3, "pence_in_10_days": 148_000, "largest_part": 49_300},
    ),
    (
        "A07",
        "typo_that_is_none",
        {
            "kind": "change_payee",
            "digits_changed": 6,
            "days_since_payee_change": 1,
            "payee_changed_by_same": True,
            "name_fits": False,
        },
    ),
    ("A08", "fee", {"kind": "pay", "is_fee_line": True, "slips": 1}),
    ("A10", "ghosts", {"kind": "register", "ghosts_of_helper": 4, "newcomers_at_address": 4}),
    ("A12", "after_known_death", {"kind": "pay", "is_known_dead": True, "slips": 1}),
    ("A12", "after_death", {"kind": "apply", "acts_after_death": 1}),
    (
        "A13",
        "sleeping_record",
        {
            "kind": "change_payee",
            "days_since_reopened": 0.01,
            "days_since_contact_change": 0.01,
            "reopened_by_same": True,
            "name_fits": False,
        },
    ),
    (
        "A15",
        "reused_document",
        {"kind": "apply", "people_on_document": 2, "document_by_hand": 1.0},
    ),
    ("A17", "consent_after_act", {"kind": "apply", "minutes_recorded_late": 90, "slips": 2}),
    ("A18", "dead_authority", {"kind": "apply", "consent_state": "withdrawn", "slips": 1}),
    ("A19", "dead_authority", {"kind": "apply", "consent_state": "expired", "slips": 2}),
    ("A22", "same_signature", {"kind": "consent", "people_on_signature": 1}),
    ("A23", "other_text_signed", {"kind": "represent", "text_differs": True, "slips": 1}),
    (
        "A24",
        "power_to_who_sits_beside",
        {"kind": "represent", "partner_beside": True, "no_private_moment": True},
    ),
    (
        "A25",
        "power_by_telephone",
        {"kind": "change_payee", "call": "inbound", "name_fits": False, "slips": 1},
    ),
    (
        "A27",
        "phone_collects",
        {"kind": "change_contact", "people_on_phone": 4, "phone_by_hand": 1.0},
    ),
    ("A29", "capacity_by_nobody", {"kind": "capacity", "no_assessor": True, "slips": 2}),
    (
        "A36",
        "same_words",
        {"kind": "apply", "text_in_7_days": 6, "text_by_hand": 1.0},
    ),
    ("A38", "after_leaving", {"kind": "change_payee", "has_left": True}),
    (
        "A39",
        "stolen_sign_in",
        {
            "kind": "change_payee",
            "network_is_new": True,
            "device_is_new": True,
            "hours_since_other_network": 0.7,
            "name_fits": False,
        },
    ),
    ("A41", "own_review", {"kind": "review", "is_own_review": True}),
    (
        "A42",
        "one_pair",
        {"kind": "review", "pair_reviews": 5, "pair_share": 0.9, "pair_quick": 5},
    ),
    (  # careful: slower than anybody can miss, or with a no at times
        "A42",
        "one_pair",
        {"kind": "review", "pair_reviews": 6, "pair_share": 0.95, "reviewers_drawn": 3},
    ),
    (
        "A42",
        "one_pair",
        {"kind": "review", "pair_reviews": 6, "pair_share": 1, "pair_quick": 5, "pair_refused": 1},
    ),
    ("A10", "ghosts", {"kind": "pay", "is_unconfirmed": True, "ghosts_of_helper": 4}),
    ("A15", "paper_in_many_hands", {"kind": "apply", "document_in_30_days": 3}),
    ("A45", "role_for_a_moment", {"kind": "grant_role", "grant_hours": 2, "grant_uses": 1}),
    (
        "A45",
        "role_for_a_moment",
        {"kind": "grant_role", "grant_hours": 500, "grant_uses": 2, "grant_askers": 1},
    ),
    ("A48", "setting_changed", {"kind": "change_setting", "setting_is_new": True}),
    ("A44", "silenced_before", {"kind": "change_payee", "days_since_notice_stopped": 0.1}),
    *(
        (
            "A44",
            "silenced_before",
            {"kind": kind, "days_since_notice_stopped": 89, "notice_stopped_by_same": True},
        )
        for kind in ("change_payee", "represent", "change_contact")
    ),
    ("A44", "silenced_before", {"kind": "change_payee", "is_told_nothing": True}),
    ("A45", "own_grant", {"kind": "grant_role", "is_own_grant": True}),
    ("A48", "setting_there_and_back", {"kind": "change_setting", "setting_hours": 14.0}),
]

LOOKS_AS_WRITTEN: list[tuple[str, str, dict[str, Any]]] = [
    ("A30", "unexplained_near", {"is_explained": False, "is_near": True}),
    ("A31", "own_record", {"is_own": True}),
    ("A32", "surge", {"is_explained": False, "unexplained_of_person_in_2_days": 14}),
    (
        "A33",
        "searches_that_open_nothing",
        {"kind": "search", "searches_in_a_day": 60, "searches_opened": 0},
    ),
    (
        "A33",
        "searches_over_weeks",
        {
            "kind": "search",
            "searches_in_a_day": 2,
            "searches_unused_in_60_days": 30,
            "searches_unused_share": 0.6,
        },
    ),
    ("A35", "broken_glass", {"is_explained": False, "broke_glass": True, "glass_in_7_days": 3}),
]

TWINS: list[tuple[str, str, dict[str, Any]]] = [
    # A council's or a landlord's account stands for many, through many hands.
    ("L02", "account_collects", {"kind": "pay", "people_on_account": 90, "account_by_hand": 0.1}),
    (
        "L02",
        "account_collects",
        {"kind": "change_payee", "people_on_account": 40, "account_by_hand": 1, "has_authority": 1},
    ),
    (
        "L03",
        "payee_without_name",
        {"kind": "change_payee", "name_fits": False, "is_own_household": True},
    ),
    ("L04", "same_signature", {"kind": "consent", "people_near_signature": 30, "near_by_hand": 0}),
    ("L05", "ghost_is_paid", {"kind": "pay", "is_unconfirmed": False, "is_unreachable": True}),
    ("L06", "text_not_understood", {"kind": "represent", "language_differs": False}),
    ("L08", "phone_collects", {"kind": "change_contact", "people_on_phone": 3, "is_related": True}),
    ("L08", "phone_collects", {"kind": "change_contact", "people_on_phone": 2, "phone_by_hand": 1}),
    ("L09", "typo_that_is_none", {"kind": "change_payee", "digits_changed": 2, "name_fits": True}),
    ("L10", "facts_that_change", {"kind": "apply", "facts_changed": 1}),
    # Somebody who refuses one in five looks; so does the only reviewer whom there is to draw.
    (
        "A42",
        "one_pair",
        {"kind": "review", "pair_reviews": 9, "pair_share": 1, "pair_quick": 9, "pair_refused": 2},
    ),
    ("A42", "one_pair", {"kind": "review", "pair_reviews": 9, "pair_share": 1}),
    ("L01", "paper_in_many_hands", {"kind": "apply", "document_in_30_days": 2}),
    ("L01", "paper_in_many_hands", {"kind": "apply", "document_in_30_days": 40}),  # a leaflet
    ("L05", "ghosts", {"kind": "pay", "is_unconfirmed": True, "ghosts_of_helper": 3}),
    # The person's own wish: the next contact point by another helper, the claim by the same one.
    ("A44", "silenced_before", {"kind": "change_contact", "days_since_notice_stopped": 0.1}),
    (
        "A44",
        "silenced_before",
        {"kind": "apply", "days_since_notice_stopped": 0.1, "notice_stopped_by_same": True},
    ),
    ("A44", "silenced_before", {"kind": "represent", "notice_stopped_by_same": True}),
    ("A44", "silenced_before", {"kind": "apply", "is_told_nothing": True}),
    (  # cover for a leave
        "A45",
        "role_for_a_moment",
        {"kind": "grant_role", "grant_hours": 240, "grant_uses": 5, "grant_askers": 3},
    ),
    (  # cover for eight days, in which one thing came up
        "A45",
        "role_for_a_moment",
        {"kind": "grant_role", "grant_hours": 193, "grant_uses": 1, "grant_askers": 1},
    ),
    (  # for a weekend
        "A45",
        "role_for_a_moment",
        {"kind": "grant_role", "grant_hours": 60, "grant_uses": 2, "grant_askers": 2},
    ),
    ("L01", "same_words", {"kind": "apply", "text_in_7_days": 20, "text_by_hand": 0.3}),
]


@pytest.mark.parametrize(("row", "name", "seen"), AS_WRITTEN)
def test_each_scenario_raises_its_signal(row: str, name: str, seen: dict[str, Any]) -> None:
    assert ACT_SIGNALS[name](Seen(**seen)) >= 0.5, row


@pytest.mark.parametrize(("row", "name", "seen"), LOOKS_AS_WRITTEN)
def test_each_scenario_of_looking_raises_its(row: str, name: str, seen: dict[str, Any]) -> None:
    assert LOOK_SIGNALS[name](SeenLook(**seen)) >= 0.5, row


@pytest.mark.parametrize(("row", "name", "seen"), TWINS)
def test_its_honest_twin_does_not(row: str, name: str, seen: dict[str, Any]) -> None:
    assert ACT_SIGNALS[name](Seen(**seen)) < 0.5, row


@pytest.mark.parametrize(
    "seen",
    [
        {"searches_in_a_day": 30, "searches_opened": 30},  # a volunteer's day (L01)
        {"searches_in_a_day": 9, "searches_unused_in_60_days": 24},
        {"searches_in_a_day": 9, "searches_unused_share": 0.4},
    ],
)
def test_who_opens_or_registers_what_they_search_for_raises_nothing(seen: dict[str, Any]) -> None:
    facts = {"searches_unused_in_60_days": 30, "searches_unused_share": 0.9} | seen
    assert LOOK_SIGNALS["searches_over_weeks"](SeenLook(kind="search", **facts)) == 0


def test_names_are_said_once() -> None:
    assert len(set(signals.NAMES)) == len(signals.NAMES)


def test_one_branch_tells_nothing_where_it_is_everybodys_or_no_words_are_shared() -> None:
    """A36 and its twin L01: sameness of payee and text, never the count."""
    five = Seen(kind="change_payee", branch_in_7_days=5)
    assert signals_payee.same_payees_in_a_week(five) == 0.625
    twins: tuple[dict[str, Any], ...] = (
        {"branch_in_7_days": 4},
        {"branch_by_hand": 0.7},  # others' people are paid there too: a bank on the internet
        {"branch_share": 0.4},  # one of several that this helper's people have
        {"branch_same_words": False},  # a town with one branch
    )
    for twin in twins:
        assert signals_payee.same_payees_in_a_week(replace(five, **twin)) == 0.0
