"""What each way's evidence is worth: no doubt makes it more, and every reason can be said."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.consent import words
from assistedaccess.consent.rules_strength import (
    Evidence,
    OwnPart,
    Strength,
    compute_strength,
    list_weighed_ways,
    needs_interpreter,
)

WAYS = sorted(list_weighed_ways())
DOUBTS = (
    "contact_by_helper",
    "contact_is_new",
    "contact_is_shared",
    "witness_is_family",
    "needs_interpreter",
)
PROOFS = (
    "identity_is_medium",
    "identity_by_other",
    "is_drawn",
    "paper_is_in",
    "is_vouched",
    "is_seen",
    "interpreter_is_independent",
)
SIGNED = Evidence("witness", own_part=OwnPart.SIGNED)
BOTH = Evidence("voucher", is_vouched=True, is_seen=True)
evidence_of_any_kind = st.builds(
    Evidence,
    way=st.sampled_from(WAYS),
    witness_at_same_address=st.sampled_from([True, False, None]),
    own_part=st.sampled_from(OwnPart),
    **{name: st.booleans() for name in (*DOUBTS, *PROOFS)},
)


@pytest.mark.parametrize(
    ("evidence", "strength", "limiting"),
    [
        (Evidence("said_yes"), "basic", ["said_yes_in_presence"]),
        (Evidence("code"), "standard", ["code_to_own_phone"]),
        (Evidence("code", contact_by_helper=True), "basic", ["number_from_this_helper"]),
        (Evidence("code", contact_is_new=True), "basic", ["number_is_new"]),
        (Evidence("code", contact_is_shared=True), "basic", ["phone_is_shared"]),
        (Evidence("online"), "standard", ["read_and_said_online"]),
        (Evidence("online", contact_by_helper=True), "basic", ["number_from_this_helper"]),
        (Evidence("signature", is_drawn=True), "standard", ["signed_on_screen"]),
        (Evidence("signature"), "basic", ["typed_name"]),
        (Evidence("paper"), "basic", ["paper_not_in_yet"]),
        (Evidence("paper", paper_is_in=True), "standard", ["signed_on_paper"]),
        (SIGNED, "standard", ["spoken_before_witness", "witness_signed"]),
        (
            replace(SIGNED, own_part=OwnPart.CONFIRMED),
            "standard",
            ["spoken_before_witness", "named_confirmed"],
        ),
        (Evidence("witness"), "basic", ["witness_left_nothing"]),
        (replace(SIGNED, own_part=OwnPart.ASKED), "basic", ["named_not_answered_yet"]),
        (replace(SIGNED, own_part=OwnPart.DENIED), "basic", ["named_denies"]),
        (replace(SIGNED, witness_at_same_address=True), "basic", ["witness_at_same_address"]),
        (replace(SIGNED, witness_at_same_address=None), "basic", ["witness_address_not_known"]),
        (
            replace(SIGNED, witness_is_family=True),
            "standard",
            ["spoken_before_witness", "witness_is_family", "witness_signed"],
        ),
        (replace(BOTH, own_part=OwnPart.ASKED), "basic", ["named_not_answered_yet"]),
        (replace(BOTH, own_part=OwnPart.DENIED), "basic", ["named_denies"]),
        (
            replace(BOTH, own_part=OwnPart.CONFIRMED),
            "standard",
            ["vouched_for", "seen_by_second", "named_confirmed"],
        ),
        (Evidence("voucher", is_vouched=True), "basic", ["one_of_the_two"]),
        (Evidence("voucher", is_seen=True), "basic", ["one_of_the_two"]),
        (
            BOTH,
            "standard",
            ["vouched_for", "seen_by_second"],
        ),
        (
            Evidence("voucher", is_vouched=True, is_seen=True, witness_at_same_address=None),
            "basic",
            ["voucher_address_not_known"],
        ),
        (Evidence("card"), "standard", ["identity_below_medium"]),
        (Evidence("card", identity_is_medium=True), "standard", ["identity_by_this_helper"]),
        (
            Evidence("card", identity_is_medium=True, identity_by_other=True),
            "strong",
            ["card_number"],
        ),
        (Evidence("telephone"), "standard", ["rung_on_number_on_record"]),
        (Evidence("telephone", contact_by_helper=True), "basic", ["number_from_this_helper"]),
        (
            Evidence("interpreter", interpreter_is_independent=True),
            "standard",
            ["said_through_interpreter", "interpreter_has_no_account"],
        ),
        (Evidence("interpreter"), "basic", ["interpreter_not_independent"]),
        (
            Evidence("interpreter", interpreter_is_independent=True, own_part=OwnPart.ASKED),
            "basic",
            ["named_not_answered_yet"],
        ),
        (Evidence("post"), "standard", ["code_by_post"]),
        (Evidence("home_visit"), "basic", ["entered_late"]),
        (
            Evidence("signature", is_drawn=True, needs_interpreter=True),
            "basic",
            ["not_their_language"],
        ),
        (replace(SIGNED, needs_interpreter=True), "basic", ["not_their_language"]),
        (
            Evidence("interpreter", interpreter_is_independent=True, needs_interpreter=True),
            "standard",
            ["said_through_interpreter", "interpreter_has_no_account"],
        ),
    ],
)
def test_the_strength_of_each_way(evidence: Evidence, strength: str, limiting: list[str]) -> None:
    found = compute_strength(evidence)
    assert (found.strength, found.limiting) == (strength, limiting)


@pytest.mark.parametrize(
    ("needed", "spoken", "language", "expected"),
    [
        (True, "pl", "en", True),
        (True, "bfi", "cy", True),
        (False, "pl", "en", False),  # speaks Polish at home, and reads English
        (True, "cy", "cy", False),
        (True, "cy", "en", True),
    ],
)
def test_who_understands_the_words_through_somebody_else_alone(
    needed: bool, spoken: str, language: str, expected: bool
) -> None:
    assert needs_interpreter(needed=needed, spoken=spoken, language=language) is expected


@given(evidence_of_any_kind, st.sampled_from(DOUBTS))
def test_no_further_doubt_makes_a_yes_stronger(evidence: Evidence, doubt: str) -> None:
    doubted = compute_strength(replace(evidence, **{doubt: True}))
    assert doubted.strength.rank <= compute_strength(evidence).strength.rank


@given(evidence_of_any_kind, st.sampled_from(PROOFS))
def test_no_further_proof_makes_a_yes_weaker(evidence: Evidence, proof: str) -> None:
    proven = compute_strength(replace(evidence, **{proof: True}))
    assert (
        proven.strength.rank >= compute_strength(replace(evidence, **{proof: False})).strength.rank
    )


@given(evidence_of_any_kind)
def test_only_a_card_and_somebody_elses_eyes_make_it_strong(evidence: Evidence) -> None:
    strong = compute_strength(evidence).strength is Strength.STRONG
    assert strong == (
        evidence.way == "card"
        and evidence.identity_is_medium
        and evidence.identity_by_other
        and not evidence.needs_interpreter
    )


@given(evidence_of_any_kind)
def test_every_reason_is_kept_and_has_words(evidence: Evidence) -> None:
    found = compute_strength(evidence)
    assert found.codes
    assert set(found.codes) <= set(words.REASONS)
    assert set(found.limiting) <= set(found.codes)
    assert found.strength is min(
        (reason.at_most for reason in found.reasons), key=lambda one: one.rank
    )


def test_every_way_and_no_other_has_a_name_and_every_fact_is_asked_for_here() -> None:
    assert set(words.WAYS) == set(WAYS)
    assert {field.name for field in fields(Evidence)} == {
        "way",
        "witness_at_same_address",
        "own_part",
        *DOUBTS,
        *PROOFS,
    }
