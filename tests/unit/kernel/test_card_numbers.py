"""A card's number is known in whatever clothes it comes; what is none passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from wtforms import Form

from assistedaccess.accounts.drafts import choose_fields
from assistedaccess.applications.rules import find_card_numbers
from assistedaccess.kernel.card_numbers import holds_card_number
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.inputs import read_text

# Published test numbers of the schemes; nobody's.
CARDS = (
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "6759649826438453",
    "3530111333300000",
)


@pytest.mark.parametrize("card", CARDS)
def test_each_scheme_is_known(card: str) -> None:
    assert luhn.is_valid(card)
    for written in (card, f"it is {card}.", "\n".join(["Card:", card]), _grouped(card, "-")):
        assert holds_card_number(written), written
    assert holds_card_number(_grouped(card, " ") + " 12 27 123")
    for zero in (0xFF10, 0x0660, 0x09E6):  # full width; as Arabic and as Bengali are written
        digits = {ord("0") + d: chr(zero + d) for d in range(10)}
        assert holds_card_number(card.translate(digits)), chr(zero)
    for mark in (" - ", "  ", "‑", "—", "−", "\u00a0", " . "):
        assert holds_card_number(_grouped(card, mark)), mark


def _grouped(card: str, mark: str) -> str:
    return mark.join(card[i : i + 4] for i in range(0, len(card), 4))


@pytest.mark.parametrize(
    "text",
    [
        "01632 960001 or 07700 900982",
        "0044 1632 960001 0044 7700 900982",
        "NHS 943 476 5919",
        "QQ 12 34 56 C",
        "08-99-99 66374958",
        "4111111111111112",  # its check digit is wrong
        "27 3 1942, 28 4 1951",
        "£10.00",
        "01a22caa-8022-71af-b247-295070079339",  # a file's key among the answers
        "",
    ],
)
def test_what_is_no_card_passes(text: str) -> None:
    assert not holds_card_number(text)


@given(st.sampled_from("23456"), st.text("0123456789", min_size=11, max_size=17))
def test_any_number_with_its_check_digit_is_one_and_with_another_is_none(
    first: str, rest: str
) -> None:
    right = next(d for d in "0123456789" if luhn.is_valid(first + rest + d))
    assert holds_card_number(first + rest + right)
    wrong = str((int(right) + 5) % 10)
    assert not luhn.is_valid(first + rest + wrong)


def test_it_is_refused_at_each_door_and_kept_nowhere() -> None:
    card = "4111 1111 1111 1111"
    with pytest.raises(InvalidInput, match="bank card"):
        read_text("note", f"She paid with {card}", 200)
    assert find_card_numbers({"a": "x", "b": {"line": [card]}}) == ["b"]
    assert choose_fields([("note", card), ("name", "Ada")]) == [("name", "Ada")]


def test_a_field_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from werkzeug.datastructures import MultiDict

    from assistedaccess.kernel.form_fields import TextField

    class Plain(Form):
        slip = TextField("Slip")

    form = Plain(MultiDict({"slip": "4111111111111111"}))
    assert form.slip.process_errors
    assert form.slip.data is None
    assert form.slip.shown == ""


def test_a_hash_that_the_page_carries_is_no_card() -> None:
    from werkzeug.datastructures import MultiDict

    from assistedaccess.kernel.form_fields import HiddenField

    class Carrying(Form):
        terms_hash = HiddenField(max_length=64)

    carried = "ab4111111111111111cd" + "0f" * 22
    assert holds_card_number(carried)
    form = Carrying(MultiDict({"terms_hash": carried}))
    assert form.validate()
    assert form.terms_hash.data == carried
