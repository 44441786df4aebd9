"""Passwords, tokens and codes: ASSURANCE V6.2, V6.5.3, V7.2.3, V11.4.2."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from assistedaccess.accounts import factors, passwords, rules_passwords, tokens
from assistedaccess.kernel.ids import ALPHABET

ABOUT = ("Nerys Pritchard", "Nerys", "nerys@example.org", "Hilltown Council")


def find_fault(password: str) -> str | None:
    return rules_passwords.find_fault(password, ABOUT, passwords.is_common)


def test_v6_2_4_the_three_thousand_most_common_are_refused() -> None:
    for password in FREQUENCY_LISTS["passwords"][:3000]:
        assert find_fault(password) is not None, password
        assert find_fault(password.upper()) is not None, password


@pytest.mark.parametrize(
    "password",
    [
        "7charss",
        "Password2026!",
        "assistedaccess",
        "Assisted Access 1",
        "NerysPritchard",
        "nerys@example.org",
        "Hilltown Council 99",
        "aaaaaaaa",
        "12121212",
    ],
)
def test_what_a_guesser_tries_first_is_refused(password: str) -> None:
    assert find_fault(password) is not None


@pytest.mark.parametrize(
    "password",
    [
        "kfmwpqxz",
        "a" * 64,
        "q" * 128,
        "violet tractor umbrella",
        "пароль из шести слов",
        "🙂🙃🙂🙁🙂🙃🙂😀",
    ],
)
def test_v6_2_5_long_is_enough(password: str) -> None:
    assert find_fault(password) is None


@given(st.text(min_size=33, max_size=200))
def test_any_character_may_stand_in_a_password(password: str) -> None:
    assert find_fault(password) is None


def run_alone(code: str) -> str:
    """In a process of its own, where nobody has lowered the cost for tests."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_v11_4_2_passwords_are_argon2id_at_today_s_cost() -> None:
    code = "from assistedaccess.accounts import passwords as p; print(p.hash_password('x'))"
    made = run_alone(code)
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_codes_are_argon2id_too() -> None:
    code = "from assistedaccess.accounts import tokens as t; print(t.hash_code('x'))"
    assert run_alone(code).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_password_is_itself_and_nothing_else() -> None:
    made = passwords.hash_password("violet tractor")
    assert passwords.is_password(made, "violet tractor")
    for other in ("violet tracto", "violet tractor ", "Violet tractor", ""):
        assert not passwords.is_password(made, other)
    assert not passwords.is_password(None, "violet tractor")
    assert not passwords.is_password("no hash", "violet tractor")


def test_nobody_takes_as_long_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Counting:
        def hash(self, password: str) -> str:
            return "x"

        def verify(self, password_hash: str, password: str) -> bool:
            asked.append(password_hash)
            return True

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not passwords.is_password(None, "anything")
    assert len(asked) == 1


# -- tokens and codes


def test_v7_2_3_ten_thousand_tokens() -> None:
    made = {tokens.new_token() for _number in range(10_000)}
    assert len(made) == 10_000
    assert {len(token) for token in made} == {43}
    assert len({tokens.hash_token(token) for token in made}) == 10_000


def test_v6_5_4_codes_have_forty_bits() -> None:
    assert tokens.CODE_CHARACTERS * 5 >= 20
    made = {tokens.new_code() for _number in range(10_000)}
    assert len(made) > 9_990
    assert {c for code in made for c in code} == set(ALPHABET)


@given(st.text(max_size=60))
def test_any_cookie_can_be_looked_up(text: str) -> None:
    assert len(tokens.hash_token(text)) == 32


codes = st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8)


@given(codes, st.integers(1, 31))
def test_a_code_is_read_as_it_is_printed(code: str, position: int) -> None:
    assert tokens.read_code(tokens.spell_code(code)) == code
    assert tokens.read_code(tokens.spell_code(code).lower().replace("-", " – ")) == code
    numbered = tokens.number_code(position, code)
    read = tokens.read_code(tokens.spell_code(numbered))
    assert read == numbered
    assert tokens.read_number(read) == position
    assert tokens.read_number(code) == 0


@given(st.text(max_size=40))
def test_whatever_is_typed_can_be_read(typed: str) -> None:
    read = factors.read_typed(typed)
    assert all(c in ALPHABET for c in read)
    tokens.read_number(read) if read else None


def test_misreadings_are_forgiven() -> None:
    assert tokens.read_code("oil0-1234") == "01101234"
