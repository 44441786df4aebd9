"""Passkeys: whose site they are for, how long a question stands, and answers of any shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.accounts import passkeys
from assistedaccess.accounts.rules_passkeys import (
    CHALLENGE_LIMIT,
    LONGEST_ANSWER,
    RelyingParty,
    find_relying_party,
    has_gone_back,
    is_answerable,
)
from tests.support.soft_key import ORIGIN, SoftKey, to_text

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = RelyingParty("localhost", ORIGIN)
COUNTS = st.integers(min_value=0, max_value=2**32 - 1)


@given(st.text() | st.sampled_from(["localhost", "localhost:8000", "evil.example", ""]))
def test_in_production_the_site_is_the_setting_s_whatever_the_request_says(host: str) -> None:
    def find(public_url: str) -> RelyingParty | None:
        return find_relying_party(public_url, is_production=True, host=host)

    assert find("https://Help.example.org") == RelyingParty(
        "help.example.org", "https://help.example.org"
    )
    assert find("https://help.example.org:8443") == RelyingParty(
        "help.example.org", "https://help.example.org:8443"
    )
    assert find("https://192.0.2.7") is None
    assert find("https://[2001:db8::1]") is None


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("localhost", SITE),
        ("127.0.0.1:8000", None),
        ("localhost.evil.example", None),
        ("evil.example", None),
        ("", None),
    ],
)
def test_in_a_demonstration_this_machine_counts_by_its_name(
    host: str, site: RelyingParty | None
) -> None:
    assert find_relying_party("http://127.0.0.1:8000", is_production=False, host=host) == site


def test_a_challenge_is_answered_within_five_minutes() -> None:
    assert not is_answerable(None, NOON)
    for seconds, expected in ((0, True), (299, True), (300, False), (-1, False)):
        assert is_answerable(NOON, NOON + timedelta(seconds=seconds)) is expected
    assert timedelta(minutes=5) == CHALLENGE_LIMIT


@given(COUNTS, COUNTS)
def test_a_count_goes_up_or_was_never_there(kept: int, shown: int) -> None:
    assert has_gone_back(kept, shown) is not (shown > kept or kept == shown == 0)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(
    st.text(max_size=200)
    | _ANYTHING.map(json.dumps)
    | st.fixed_dictionaries(
        {
            "id": _ANYTHING,
            "rawId": _ANYTHING,
            "type": st.just("public-key"),
            "response": st.fixed_dictionaries(
                {
                    name: _ANYTHING | st.binary(max_size=120).map(to_text)
                    for name in (
                        "clientDataJSON",
                        "attestationObject",
                        "authenticatorData",
                        "signature",
                    )
                }
            ),
        }
    ).map(json.dumps)
)
def test_an_answer_of_any_shape_is_no_answer(text: str) -> None:
    challenge = bytes(32)
    assert passkeys.read_creation(text, challenge, SITE) is None
    assert passkeys.read_answer(text, challenge, SITE, SoftKey().public_key()) is None
    passkeys.read_credential_id(text)


KEY, CHALLENGE = SoftKey(), bytes(range(32))
ANSWER = KEY.answer({"rpId": "localhost", "challenge": to_text(CHALLENGE)})


def test_a_right_answer_is_right() -> None:
    shown = passkeys.read_answer(ANSWER, CHALLENGE, SITE, KEY.public_key())
    assert shown == passkeys.KeyAnswer(1, True)


@given(st.data())
def test_a_right_answer_with_anything_in_it_changed_is_wrong(data: st.DataObject) -> None:
    said = json.loads(ANSWER)
    part = data.draw(st.sampled_from(["clientDataJSON", "authenticatorData", "signature"]))
    text = said["response"][part]
    # Each answer is as long as its signature happens to be; its last letter has idle bits.
    place = int(data.draw(st.floats(0, 1)) * (len(text) - 2))
    other = "A" if text[place] != "A" else "Z"
    said["response"][part] = text[:place] + other + text[place + 1 :]
    assert passkeys.read_answer(json.dumps(said), CHALLENGE, SITE, KEY.public_key()) is None


def test_nothing_too_long_or_too_deep_is_taken_apart() -> None:
    for text in ("x" * (LONGEST_ANSWER + 1), "[" * LONGEST_ANSWER, '{"id":' * 3_000):
        assert passkeys.read_credential_id(text) is None
        assert passkeys.read_creation(text, bytes(32), SITE) is None
        assert passkeys.read_answer(text, bytes(32), SITE, b"") is None
