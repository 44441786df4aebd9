"""Keys sort by time; a slip of one character never opens another record."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel import clock, ids


def test_keys_sort_by_the_time_they_were_made() -> None:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    made = []
    for second in range(20):
        with clock.set_clock(start + timedelta(seconds=second)):
            made.append(ids.new_id())
    assert made == sorted(made)
    assert {key.version for key in made} == {7}
    assert {key.variant for key in made} == {"specified in RFC 4122"}


def test_keys_do_not_repeat() -> None:
    with clock.set_clock(datetime(2026, 3, 1, tzinfo=UTC)):
        assert len({ids.new_id() for _ in range(10_000)}) == 10_000


references = st.text(alphabet=ids.ALPHABET, min_size=7, max_size=7).map(
    lambda body: ids._spell("P", body + ids._check_character("P", body))
)


@given(references)
def test_a_reference_is_read_however_it_is_typed(reference: str) -> None:
    bare = reference.replace("-", "")
    for typed in (reference, reference.lower(), bare, f" {bare[1:5]} {bare[5:]} ", bare[1:]):
        assert ids.read_reference("P", typed) == reference


@given(references)
def test_letters_that_are_misread_are_forgiven(reference: str) -> None:
    body = reference[2:].replace("1", "I").replace("0", "O")
    assert ids.read_reference("P", body) == reference


@given(references, st.integers(0, 7), st.sampled_from(ids.ALPHABET))
def test_one_wrong_character_is_noticed(reference: str, place: int, other: str) -> None:
    body = list(reference[2:].replace("-", ""))
    if body[place] == other:
        return
    body[place] = other
    assert ids.read_reference("P", "".join(body)) is None


@given(references)
def test_one_character_short_is_noticed(reference: str) -> None:
    assert ids.read_reference("P", reference[:-1]) is None


@given(st.text(max_size=40))
def test_any_text_is_a_reference_or_none(text: str) -> None:
    read = ids.read_reference("P", text)
    assert read is None or ids.read_reference("P", read) == read


def test_references_of_two_kinds_are_not_mistaken_for_each_other() -> None:
    wrong = sum(ids.read_reference("C", ids.new_reference("P")[2:]) is not None for _ in range(200))
    assert wrong == 0
