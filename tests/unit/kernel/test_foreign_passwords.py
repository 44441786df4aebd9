"""A password of the person is seen in free text; a note about one passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.foreign_passwords import holds_password, mask_password


@pytest.mark.parametrize(
    "text",
    [
        "her password is Rover1962",
        "Password: hunter2",
        "pass word = hunter2",
        "the PIN is 4821",
        "PIN number: 4821",
        "pass-code was 12 34",
        "memorable word: daffodil",
        "Cyfrinair yw Eryri",
        "PIN 4821",
        "his pin number 482199",
        "pwd＝Rover",
        "Two passwords are on the card, password is x",
    ],
)
def test_password_is_seen(text: str) -> None:
    assert holds_password(text)
    assert not holds_password(mask_password(text))


PARTS = st.sampled_from(
    ["PIN", "password", " is ", ": ", "4821", " ", "Rover", "…", "\n", "number"]
)


@given(st.lists(PARTS, max_size=12).map("".join))
def test_what_is_masked_holds_none_and_the_rest_stands(text: str) -> None:
    masked = mask_password(f"Before. {text} . After")
    assert not holds_password(masked)
    assert masked.startswith("Before.")
    assert (masked == f"Before. {text} . After") is not holds_password(f"Before. {text} . After")


@pytest.mark.parametrize(
    "text",
    [
        "She forgot her password, we asked for a new one by post.",
        "No password needed",
        "Has a pin in her hip: cannot stand",
        "They were given a PIN pad that was broken",
        "Opinions are divided: he wants to wait",
        "PIN 3 was asked for on the pad",
        "reset the password together",
        "",
    ],
)
def test_note_about_a_password_passes(text: str) -> None:
    assert not holds_password(text)
