"""The check of a definition: what it finds wrong, and that it walks whatever can be walked."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from assistedaccess.services import walking
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.check import Report, check_definition, check_file
from assistedaccess.services.pages import read_page
from assistedaccess.services.pattern_samples import sample_pattern
from assistedaccess.services.patterns import search_pattern
from tests.unit.services.forms import NOW, component, condition, form, items, page
from tests.unit.services.test_conditions import relative

PUBLIC_FORMS = Path(__file__).resolve().parents[4] / "shared" / "forms"


def check(*pages: dict[str, Any], **more: Any) -> Report:
    return check_definition(form(*pages, **more), "form.json", NOW)


def list_our_forms() -> list[Path]:
    """Those of the catalogue, and the one for payment details, which belongs to no service."""
    return sorted(
        file for file in DEFINITIONS.glob("*.json") if not file.name.endswith(".service.json")
    )


@pytest.mark.parametrize("file", list_our_forms(), ids=lambda file: file.stem)
def test_each_form_of_ours_is_walked_whole(file: Path) -> None:
    report = check_file(file, NOW)
    assert report.ok, report.words()
    assert report.walked == report.reachable == report.pages
    assert report.warnings == ()


def list_public_forms() -> list[Any]:
    files = sorted(PUBLIC_FORMS.glob("*.json"))
    if not files:
        reason = f"NOT TESTED: the public form definitions are not at {PUBLIC_FORMS}"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(file, id=file.stem) for file in files]


@pytest.mark.parametrize("file", list_public_forms())
def test_a_public_form_is_ok(file: Path) -> None:
    report = check_file(file, NOW)
    assert report.ok, report.words()
    json.dumps(report.as_dict())


FORK = [condition("yes", ("a", "YesNoField", "is", "true"))]


def test_a_report_counts() -> None:
    report = check(
        page("/a", component("YesNoField", "a"), to=[("/b", "yes"), "/summary"]),
        page("/b", component("TextField", "b"), component("Para", "p"), to="/summary"),
        page("/lost", to="/summary"),
        conditions=FORK,
    )
    assert report.as_dict() == {
        "file": "form.json",
        "ok": True,
        "pages": 4,
        "reachable": 3,
        "walked": 3,
        "components": 3,
        "unsupported": [],
        "warnings": ["Page /lost: no page leads to it"],
        "errors": [],
    }
    assert report.words().startswith("form.json: ok. 4 pages, 3 reachable, 3 walked")


def test_a_loop_with_a_way_out_is_a_warning_and_is_walked() -> None:
    report = check(
        page("/a", component("TextField", "t"), to="/b"),
        page("/b", component("YesNoField", "a"), to=[("/a", "yes"), "/summary"]),
        conditions=FORK,
    )
    assert report.ok
    assert "form a loop, which has a way out" in report.warnings[0]


def test_a_loop_without_a_way_out_is_an_error() -> None:
    report = check(page("/a", to="/b"), page("/b", to="/a"))
    assert not report.ok
    assert "form a loop without a way out" in report.errors[0]


def test_a_hub_that_is_come_back_to_is_walked() -> None:
    report = check(
        page(
            "/hub",
            component("RadiosField", "task", list="list"),
            to=[("/one", "one"), ("/two", "two"), "/summary"],
        ),
        page("/one", component("TextField", "t1"), to="/hub"),
        page("/two", component("TextField", "t2"), to="/hub"),
        lists=[items("one", "two", "done")],
        conditions=[
            condition(name, ("task", "RadiosField", "is", name)) for name in ("one", "two")
        ],
    )
    assert report.ok
    assert report.walked == 4


def test_a_page_behind_a_condition_that_cannot_hold_is_not_walked() -> None:
    never = condition(
        "yes",
        ("n", "NumberField", "is more than", "9"),
        ("n", "NumberField", "is less than", "5", "and"),
    )
    report = check(
        page("/a", component("NumberField", "n"), to=[("/b", "yes"), "/summary"]),
        page("/b", component("TextField", "b"), to="/summary"),
        conditions=[never],
    )
    assert not report.ok
    assert (report.reachable, report.walked) == (3, 2)
    assert report.errors == ("Page /b: no answers were found that lead through it to an end",)


def test_a_question_that_nobody_can_answer_is_an_error() -> None:
    raw = component("NumberField", "n", schema={"min": 5, "max": 1})
    report = check(page("/a", raw, to="/summary"))
    assert "Page /a, component n: no answer to it was found" in report.errors


def test_answers_that_lead_nowhere_are_a_warning() -> None:
    report = check(
        page("/a", component("YesNoField", "a"), to=[("/summary", "yes")]), conditions=FORK
    )
    assert report.ok
    assert "Page /a: some answers lead nowhere" in report.warnings[0]


def test_an_error_of_the_definition_keeps_it_from_being_walked() -> None:
    report = check(page("/a", to="/gone"))
    assert not report.ok
    assert report.walked == 0


def test_something_unsupported_is_not_ok_though_the_rest_is_walked() -> None:
    report = check(page("/a", component("Hologram", "h"), to="/summary"))
    assert not report.ok
    assert report.walked == report.reachable == 2
    assert report.unsupported == ("Page /a, component h: the type “Hologram” is not supported",)


HARD = {
    "a sum over its edge": ("NumberField", {"precision": 2}, {}, "is more than", "99.99"),
    "a date eighteen years ago": (
        "DatePartsField",
        {},
        {"maxDaysInFuture": 0},
        "is at least",
        relative(18, "years", "past"),
    ),
    "a date in the future": ("DatePartsField", {}, {}, "is after", "2027-01-01"),
    "a time": ("TimeField", {}, {}, "is before", "06:00"),
    "a month": ("MonthYearField", {}, {}, "is before", "2020-05"),
    "a moment": ("DateTimePartsField", {}, {}, "is after", "2030-01-01T10:00"),
    "a text": ("TextField", {}, {}, "is", "Zanzibar"),
    "a beginning": ("TextField", {}, {}, "starts with", "Zan"),
    "an ending": ("TextField", {}, {}, "ends with", "bar"),
    "a part": ("TextField", {}, {}, "contains", "zi"),
    "a pattern": ("TextField", {}, {}, "matches", "^[A-Z]{2}[0-9]{6}$"),
    "a number in a text": ("TextField", {}, {}, "is more than", "3"),
    "a length": ("TextField", {}, {}, "is longer than", "300"),
    "a negation": ("TextField", {}, {}, "is not", "A short answer that anybody might give"),
}


@pytest.mark.parametrize("name", HARD)
def test_the_walk_finds_the_answers_that_a_condition_wants(name: str) -> None:
    kind, schema, options, operator, value = HARD[name]
    raw = component(kind, "f", schema=schema, options=options)
    report = check(
        page("/a", raw, to=[("/b", "c"), "/d"]),
        page("/b", component("TextField", "b"), to="/summary"),
        page("/d", component("TextField", "d"), to="/summary"),
        conditions=[condition("c", ("f", kind, operator, value))],
    )
    assert report.ok, report.words()
    assert report.walked == 4


def test_the_walk_finds_several_boxes_and_answers_of_earlier_pages() -> None:
    both = condition(
        "both",
        ("colours", "CheckboxesField", "contains", "red"),
        ("colours", "CheckboxesField", "contains", "blue", "and"),
        ("a", "YesNoField", "is", "false", "and"),
    )
    report = check(
        page("/a", component("YesNoField", "a"), to="/b"),
        page("/b", component("CheckboxesField", "colours", list="list"), to="/c"),
        page("/c", component("TextField", "c"), to=[("/d", "both"), "/summary"]),
        page("/d", component("TextField", "d"), to="/summary"),
        lists=[items("green", "red", "blue", "grey")],
        conditions=[both],
    )
    assert report.ok, report.words()


def test_ten_questions_joined_by_or_are_walked_without_trying_a_thousand() -> None:
    names = [f"n{number}" for number in range(10)]
    rows = [(name, "YesNoField", "is", "true", "or") for name in names]
    pages = [
        page(f"/{name}", component("YesNoField", name), to=f"/{following}")
        for name, following in zip(names, [*names[1:], "end"], strict=True)
    ]
    report = check(
        *pages,
        page("/end", to=[("/any", "any"), "/summary"]),
        page("/any", component("TextField", "t"), to="/summary"),
        conditions=[condition("any", *rows)],
    )
    assert report.ok
    assert report.warnings == ()


def test_questions_at_their_limits_are_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    posted: dict[str, set[str]] = defaultdict(set)

    def note(*given: Any, **more: Any) -> Any:
        for name, values in given[2].items():
            posted[name] |= set(values)
        return read_page(*given, **more)

    monkeypatch.setattr(walking, "read_page", note)
    report = check(
        page(
            "/a",
            component("TextField", "code", schema={"regex": r"^[A-Z]{2}\d{2} ?[A-Z]{3}$"}),
            component("NumberField", "n", schema={"min": "0.5", "max": 2, "precision": "2"}),
            component("MultilineTextField", "m", options={"maxWords": "3"}, schema={"max": 20}),
            component("TextField", "exact", schema={"length": 7}),
            component("DatePartsField", "d", options={"maxDaysInPast": 5, "maxDaysInFuture": 5}),
            component(
                "ClientSideFileUploadField",
                "files",
                options={"minimumRequiredFiles": 2, "dropzoneConfig": {"maxFiles": 3}},
            ),
            component(
                "MultiInputField",
                "rows",
                children=[component("NumberField", "cell", schema={"min": 1, "max": 1})],
            ),
            to="/summary",
        )
    )
    assert report.ok, report.words()
    assert {"0.50", "2.00"} <= posted["q-n"]
    assert "x x x" in posted["q-m"]
    assert {"sample-1", "sample-2"} <= posted["q-files"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{6}$",
        r"^[A-Za-z0-9\s]*$",
        r"^(?:AB|CD)[0-9]{2,4}[^0-9]$",
        r"^[A-Z]{1,2}[0-9R][0-9A-Z]? ?[0-9][A-Z]{2}$",
        r"^(?!BG)[A-Z]{2}\d{6}[A-D]$",
        r"^(?<year>\d{4})-(0[1-9]|1[0-2])$",
        r"/^\+?[0-9 ]{7,}$/",
        r"^\S+@\S+\.\S+$",
        r"^.{3,5}$",
        r"^(?!00)[0-9]{2}(?<letter>[a-f])\p{L}$",
        r"/^[a-z]+[0-9]$/i",
        r"^[\p{L} ]+$",
        "",
    ],
)
def test_a_text_is_found_for_a_pattern(pattern: str) -> None:
    found = sample_pattern(pattern, 0, 100)
    assert found
    assert all(search_pattern(pattern, text) for text in found)


def test_a_big_form_is_walked() -> None:
    pages = []
    for number in range(200):
        name = f"q{number}"
        pages.append(
            page(
                f"/{name}",
                component("YesNoField", name),
                component("TextField", f"t{number}"),
                to=[(f"/x{number}", name), f"/q{number + 1}" if number < 199 else "/summary"],
            )
        )
        following = f"/q{number + 1}" if number < 199 else "/summary"
        pages.append(page(f"/x{number}", component("NumberField", f"n{number}"), to=following))
    conditions = [condition(f"q{n}", (f"q{n}", "YesNoField", "is", "true")) for n in range(200)]
    report = check(*pages, conditions=conditions)
    assert report.ok
    assert report.walked == 401


@pytest.mark.parametrize(
    ("kind", "longest"),
    [("TelephoneNumberField", 11), ("EmailAddressField", 8), ("WebsiteField", 11)],
)
def test_a_narrow_field_is_filled_in(kind: str, longest: int) -> None:
    narrow = component(kind, schema={"max": longest})
    report = check_definition(form(page("/one", narrow, to="/summary")), now=NOW)
    assert report.ok, report.words()
