"""Why two records may be of one person; nothing more is ever said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate
from assistedaccess.people.rules_matching import (
    Likely,
    Likeness,
    edit_distance,
    list_likenesses,
    may_be_same_date,
    words_needed,
)

DATES = st.dates(date(1900, 1, 1), date(2026, 1, 1))
FULL = PartialDate(1942, 3, 27)


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    day = draw(DATES)
    return draw(
        st.sampled_from(
            [
                PartialDate.of(day),
                PartialDate(day.year),
                PartialDate(day.year, day.month),
                PartialDate(None, day.month, day.day),
                UNKNOWN_DATE,
            ]
        )
    )


def likely(name: str = "Ada Lovelace", **fields: object) -> Likely:
    return Likely(**{"name": name, "known_as": None, "birth_date": FULL, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (likely(), [Likeness.SAME_NAME_AND_BIRTH_DATE]),
        (likely("ADA LOVELACE"), [Likeness.SAME_NAME_AND_BIRTH_DATE]),
        (likely("Lovelace Ada"), [Likeness.NEAR_NAME_AND_BIRTH_DATE]),
        (likely("Ada Byron Lovelace"), [Likeness.NEAR_NAME_AND_BIRTH_DATE]),
        (likely("Ada Lovelase"), [Likeness.NEAR_NAME_AND_BIRTH_DATE]),
        (likely("Аdа Lоvеlасе"), [Likeness.NEAR_NAME_AND_BIRTH_DATE]),  # half of it Cyrillic
        (likely("Adá Lóvelace"), [Likeness.SAME_NAME_AND_BIRTH_DATE]),
        (likely(known_as="Countess", name="A King"), []),
        (likely("A King", known_as="Ada Lovelace"), [Likeness.SAME_NAME_AND_BIRTH_DATE]),
        (likely(birth_date=PartialDate(1942)), [Likeness.SAME_NAME_AND_BIRTH_DATE]),
        (likely(birth_date=PartialDate(1943)), []),
        (likely(birth_date=UNKNOWN_DATE), []),
        (likely("Somebody Else", nino=b"n"), [Likeness.SAME_NINO]),
        (likely(birth_date=UNKNOWN_DATE, postcode=b"p"), [Likeness.SAME_NAME_AND_POSTCODE]),
        (likely("Somebody Else", birth_date=UNKNOWN_DATE, postcode=b"p"), []),
        (
            likely("Ada", birth_date=UNKNOWN_DATE, contacts=frozenset([b"c"])),
            [Likeness.SAME_CONTACT_AND_NEAR_NAME],
        ),
        (likely("Bob", birth_date=UNKNOWN_DATE, contacts=frozenset([b"c"])), []),
    ],
)
def test_likenesses(other: Likely, reasons: list[Likeness]) -> None:
    new = likely(nino=b"n", postcode=b"p", contacts=frozenset([b"c"]))
    assert list_likenesses(new, other) == reasons
    assert list_likenesses(other, new) == reasons


def test_twins_with_one_birth_date_and_different_names_are_not_likely() -> None:
    assert list_likenesses(likely("Fatima Noor"), likely("Ibrahim Noor")) == []


@given(partial_dates(), partial_dates())
def test_dates_that_contradict_each_other_never_match(one: PartialDate, other: PartialDate) -> None:
    assert may_be_same_date(one, other) == may_be_same_date(other, one)
    if may_be_same_date(one, other):
        for part in ("year", "month", "day"):
            a, b = getattr(one, part), getattr(other, part)
            assert a is None or b is None or a == b
    assert may_be_same_date(one, one) != one.is_unknown


def plain_distance(one: str, other: str) -> int:
    """Optimal string alignment by its textbook recursion over prefixes."""
    table = {}
    for i in range(len(one) + 1):
        for j in range(len(other) + 1):
            if not i or not j:
                table[i, j] = i + j
                continue
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one), len(other)]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 4))
def test_edit_distance_is_the_textbooks_up_to_its_limit(one: str, other: str, limit: int) -> None:
    expected = plain_distance(one, other)
    assert edit_distance(one, other, limit) == min(expected, limit + 1)


def test_one_of_three_words_may_be_missing() -> None:
    assert [words_needed("a" * n and [str(i) for i in range(n)]) for n in (1, 2, 3, 5)] == [
        1,
        2,
        2,
        4,
    ]
