"""What a hold parks is run later with the very arguments that were reviewed."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel.arguments import decode_arguments, encode_arguments

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.text(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.binary(),
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet="abcdefgh_", min_size=1), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(alphabet="abcdefgh_", min_size=1), values, max_size=5))
def test_arguments_come_back_as_they_went(arguments: dict[str, object]) -> None:
    assert decode_arguments(encode_arguments(arguments)) == arguments


def test_kinds_are_kept() -> None:
    given_ = {
        "id": UUID(int=7),
        "on": date(2028, 2, 29),
        "at": datetime(2026, 10, 25, 1, 59, 59, tzinfo=UTC),
    }
    assert decode_arguments(encode_arguments(given_)) == given_


def test_a_row_cannot_be_an_argument() -> None:
    with pytest.raises(TypeError):
        encode_arguments({"row": object()})
