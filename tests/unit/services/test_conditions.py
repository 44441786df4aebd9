"""Conditions: rows, groups and references; old expressions; comparisons by type."""

from __future__ import annotations

from typing import Any

import pytest

from assistedaccess.services.conditions import BadCondition, UnsupportedCondition
from assistedaccess.services.expressions import read_expression
from assistedaccess.services.parsing import parse_definition
from tests.unit.services.forms import NOW, component, condition, form, items, page, parse

FIELDS = page(
    "/one",
    component("TextField", "text"),
    component("NumberField", "age"),
    component("YesNoField", "sure"),
    component("CheckboxesField", "colours", list="list"),
    component("DatePartsField", "born"),
    component("DateTimePartsField", "met"),
    component("TimeField", "woken"),
    to="/summary",
)
LISTS = [items("red", "blue")]


def holds(given: dict[str, Any] | str, answers: dict[str, Any], *others: dict[str, Any]) -> bool:
    raw = given if isinstance(given, dict) else {"name": "it", "value": given}
    definition = parse(FIELDS, lists=LISTS, conditions=[raw, *others])
    return definition.evaluator(answers, NOW).holds(raw["name"])


def relative(period: int, unit: str, direction: str, *, time_only: bool = False) -> dict[str, Any]:
    given = {"type": "RelativeTime", "timePeriod": str(period), "timeUnit": unit}
    return given | {"direction": f"in the {direction}", "timeOnly": time_only}


@pytest.mark.parametrize(
    ("field", "kind", "operator", "value", "true_for", "false_for"),
    [
        ("text", "TextField", "is", "a", ["a"], ["A", "", None]),
        ("text", "TextField", "is not", "a", ["b", None], ["a"]),
        ("text", "TextField", "contains", "b", ["abc"], ["ac"]),
        ("text", "TextField", "does not contain", "b", ["ac"], ["abc"]),
        ("text", "TextField", "starts with", "a", ["ab"], ["ba", ""]),
        ("text", "TextField", "ends with", "a", ["ba"], ["ab"]),
        ("text", "TextField", "matches", "^[0-9]+$", ["12"], ["1a"]),
        ("text", "TextField", "is longer than", "2", ["abc"], ["ab"]),
        ("text", "TextField", "is shorter than", "2", ["a"], ["ab"]),
        ("text", "TextField", "has length", "2", ["ab"], ["a"]),
        ("age", "NumberField", "is", "18", ["18", "18.0"], ["17", "x", None]),
        ("age", "NumberField", "is at least", "9", ["9", "10"], ["8.9", None]),
        ("age", "NumberField", "is at most", "10", ["9", "10"], ["10.01"]),
        ("age", "NumberField", "is more than", "9", ["10"], ["9"]),
        ("age", "NumberField", "is less than", "10", ["9"], ["10"]),
        ("sure", "YesNoField", "is", "true", ["yes"], ["no", None]),
        ("sure", "YesNoField", "is", "false", ["no"], ["yes", None]),
        ("sure", "YesNoField", "is not", "true", ["no", None], ["yes"]),
        ("colours", "CheckboxesField", "contains", "red", [["blue", "red"]], [["blue"], None]),
        ("colours", "CheckboxesField", "does not contain", "red", [["blue"], None], [["red"]]),
        ("colours", "CheckboxesField", "is", "red", [["red"]], [["red", "blue"]]),
        ("born", "DatePartsField", "is", "1948-07-05", ["1948-07-05"], ["1948-07-06"]),
        ("born", "DatePartsField", "is before", "1948-07-05", ["1948-07-04"], ["1948-07-05"]),
        ("born", "DatePartsField", "is after", "1948-07-05", ["1948-07-06"], ["1948-07-05"]),
        (
            "met",
            "DateTimePartsField",
            "is",
            "2026-01-02",
            ["2026-01-02T23:59"],
            ["2026-01-03T00:00"],
        ),
        ("woken", "TimeField", "is before", "07:00", ["06:59"], ["07:00"]),
    ],
)
def test_an_operator_compares_as_its_field_does(
    field: str, kind: str, operator: str, value: str, true_for: list[Any], false_for: list[Any]
) -> None:
    given = condition("it", (field, kind, operator, value))
    assert all(holds(given, {field: answer}) for answer in true_for)
    assert not any(holds(given, {field: answer}) for answer in false_for)


@pytest.mark.parametrize(
    ("operator", "value", "true_for", "false_for"),
    [
        (
            "is at least",
            relative(18, "years", "past"),
            ["2008-03-01", "1948-01-01"],
            ["2008-03-02"],
        ),
        ("is more than", relative(18, "years", "past"), ["2008-02-28"], ["2008-03-01"]),
        ("is at most", relative(18, "years", "past"), ["2008-03-01", "2020-01-01"], ["2008-02-28"]),
        ("is less than", relative(6, "months", "past"), ["2025-09-02"], ["2025-09-01"]),
        ("is at least", relative(5, "days", "future"), ["2026-03-06"], ["2026-03-05"]),
        ("is before", relative(5, "days", "future"), ["2026-03-05"], ["2026-03-06"]),
        ("is after", relative(1, "days", "past"), ["2026-03-01"], ["2026-02-28"]),
    ],
)
def test_a_date_is_compared_with_a_moment_counted_from_today(
    operator: str, value: dict[str, Any], true_for: list[str], false_for: list[str]
) -> None:
    given = condition("it", ("born", "DatePartsField", operator, value))
    assert all(holds(given, {"born": answer}) for answer in true_for)
    assert not any(holds(given, {"born": answer}) for answer in false_for)


def test_a_time_of_day_is_compared_with_the_time_of_day() -> None:
    value = relative(2, "hours", "past", time_only=True)
    given = condition("it", ("woken", "TimeField", "is at least", value))
    assert holds(given, {"woken": "10:00"})
    assert not holds(given, {"woken": "10:01"})


def test_an_absurd_moment_is_the_end_of_time_and_no_error() -> None:
    given = condition(
        "it", ("born", "DatePartsField", "is before", relative(999_999, "years", "future"))
    )
    assert holds(given, {"born": "9998-01-01"})


def yes(field: str, coordinator: str = "") -> tuple[str, ...]:
    row = (field, "TextField", "is", "y")
    return (*row, coordinator) if coordinator else row


@pytest.mark.parametrize(
    ("answers", "expected"),
    [("a", True), ("b", False), ("bc", True), ("c", False), ("", False)],
)
def test_and_binds_tighter_than_or_from_the_second_row_on(answers: str, expected: bool) -> None:
    fields = [component("TextField", name) for name in "abc"]
    rows = [yes("a"), yes("b", "or"), yes("c", "and")]
    definition = parse(
        page("/one", *fields, to="/summary"),
        conditions=[
            condition("it", *rows),
            {"name": "old", "value": "a == 'y' or b=='y' and c=='y'"},
        ],
    )
    evaluator = definition.evaluator(dict.fromkeys(answers, "y"), NOW)
    assert evaluator.holds("it") is expected
    assert evaluator.holds("old") is expected


def test_groups_nest_and_conditions_refer_to_each_other() -> None:
    inner = condition("inner", ("age", "NumberField", "is at least", "18"))
    group = condition("x", ("text", "TextField", "is", "a"), ("text", "TextField", "is", "b", "or"))
    rows = [
        {"conditionName": "inner", "conditionDisplayName": "Inner"},
        {"coordinator": "and", "conditions": group["value"]["conditions"]},
    ]
    outer = {
        "name": "outer",
        "displayName": "Outer",
        "value": {"name": "outer", "conditions": rows},
    }
    assert holds(outer, {"age": "18", "text": "b"}, inner)
    assert not holds(outer, {"age": "17", "text": "b"}, inner)
    assert not holds(outer, {"age": "18", "text": "c"}, inner)


def test_references_in_a_circle_are_false_and_end() -> None:
    def refer(name: str, to: str) -> dict[str, Any]:
        rows = [{"conditionName": to, "conditionDisplayName": to}]
        return {"name": name, "displayName": name, "value": {"name": name, "conditions": rows}}

    assert not holds(refer("a", "b"), {}, refer("b", "a"))


def test_many_references_to_many_references_are_each_evaluated_once() -> None:
    def double(name: str, of: str) -> dict[str, Any]:
        row = {"conditionName": of, "conditionDisplayName": of}
        rows = [row, *({**row, "coordinator": "and"} for _ in range(100))]
        return {"name": name, "displayName": name, "value": {"name": name, "conditions": rows}}

    base = condition("c0", ("text", "TextField", "is", "a"))
    chain = [double(f"c{n}", f"c{n - 1}") for n in range(1, 15)]
    assert holds(chain[-1], {"text": "a"}, base, *chain[:-1])


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("age >= 18", {"age": "18"}, True),
        ("18 <= age", {"age": "17"}, False),
        ("sure == true", {"sure": "yes"}, True),
        ("sure", {"sure": "yes"}, True),
        ("not (sure == true)", {"sure": "yes"}, False),
        ("!sure", {"sure": "no"}, True),
        ("'red' in colours", {"colours": ["red"]}, True),
        ("not ('red' in colours)", {"colours": ["blue"]}, True),
        ("text == 'it\\'s'", {"text": "it's"}, True),
        ("text != 'a' && age < 5", {"text": "b", "age": "4"}, True),
        ("text == \"a\" || text == 'b'", {"text": "b"}, True),
        ("length(text) >= 2", {"text": "ab"}, True),
        ("length(text) < 2", {"text": "ab"}, False),
        ("length(text) != 2", {"text": "ab"}, False),
        ("born <= dateForComparison(-18, 'years')", {"born": "2008-03-01"}, True),
        ("born <= dateForComparison(-18, 'years')", {"born": "2008-03-02"}, False),
        ("born > dateForComparison(5, 'days')", {"born": "2026-03-07"}, True),
        ("(text == 'a' or age == 3) and sure == false", {"age": "3", "sure": "no"}, True),
        ("section.text == 'a'", {"text": "a"}, True),
    ],
)
def test_an_old_expression_means_the_same(
    text: str, answers: dict[str, Any], expected: bool
) -> None:
    definition = parse(
        FIELDS | {"section": "section"},
        lists=LISTS,
        sections=[{"name": "section", "title": "Section"}],
        conditions=[{"name": "it", "value": text}],
    )
    assert definition.evaluator(answers, NOW).holds("it") is expected


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadCondition),
        ("age >=", BadCondition),
        ("(age == 1", BadCondition),
        ("age == 1)", BadCondition),
        ("and", BadCondition),
        ("5", BadCondition),
        ("age == 'x", BadCondition),
        ("dateForComparison(x, 'days') < born", BadCondition),
        ("__import__('os').system('true')", BadCondition),
        ("run('x') == 1", UnsupportedCondition),
        ("age + 1 > 3", UnsupportedCondition),
        ("age == text", UnsupportedCondition),
        ("not " * 500 + "sure", BadCondition),
        ("(" * 500, BadCondition),
    ],
)
def test_an_expression_that_cannot_be_honoured_is_refused(
    text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_expression(text)


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"conditions": []}, "errors"),
        ({"conditions": "x"}, "errors"),
        (7, "errors"),
        (
            condition("x", ("text", "TextField", "is", "a"), ("age", "", "is", "1"))["value"],
            "errors",
        ),
        (condition("x", ("text", "TextField", "sounds like", "a"))["value"], "unsupported"),
        (
            condition("x", ("born", "DatePartsField", "is", {"type": "Moon"}))["value"],
            "unsupported",
        ),
        (condition("x", ("born", "", "is", relative(1, "moons", "past")))["value"], "errors"),
        ("age ** 2", "unsupported"),
    ],
)
def test_a_bad_condition_is_named(value: Any, where: str) -> None:
    raw = form(FIELDS, lists=LISTS, conditions=[{"name": "it", "value": value}])
    definition = parse_definition(raw)
    assert any("it" in text for text in getattr(definition, where))


def test_an_answer_that_is_not_in_play_is_not_compared() -> None:
    assert not holds(condition("it", ("text", "TextField", "is", "")), {})
    assert holds(condition("it", ("text", "TextField", "is not", "a")), {})
