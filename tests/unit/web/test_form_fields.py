"""Each field takes what people type, and answers what it cannot take in words, at the field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.kernel import clock
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    Divider,
    EmailField,
    IntegerField,
    MoneyField,
    PartialDateField,
    PasswordField,
    RadiosField,
    SelectField,
    SubmitField,
    TelField,
    TextAreaField,
    TextField,
    YesNoField,
)
from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate


@pytest.fixture(autouse=True)
def _on_a_set_day() -> Iterator[None]:
    with clock.set_clock(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


def submit(app: Flask, form_class: type[BaseForm], data: dict[str, Any]) -> BaseForm:
    """The form as it is after ``data`` was posted."""
    with app.test_request_context("/", method="POST", data=data):
        form = form_class()
        form.validate_on_submit()
        form.page = "".join(str(field()) for field in form.list_questions())  # type: ignore[attr-defined]
        return form


def form_with(field: Any) -> type[BaseForm]:
    return type("OneForm", (BaseForm,), {"it": field})


def errors_of(app: Flask, field: Any, data: dict[str, Any]) -> list[dict[str, str]]:
    return submit(app, form_with(field), data).error_summary


def data_of(app: Flask, field: Any, data: dict[str, Any]) -> Any:
    form = submit(app, form_with(field), data)
    assert form.error_summary == []
    return form.it.data  # type: ignore[attr-defined]


# -- text


def test_text_comes_in_trimmed_and_in_nfc(bare_app: Flask) -> None:
    assert data_of(bare_app, TextField("Name"), {"it": "  Zoe\u0308\tKay "}) == "Zoë Kay"


def test_nothing_entered_is_none_and_the_words_of_required_are_the_error(bare_app: Flask) -> None:
    assert data_of(bare_app, TextField("Name"), {"it": "  "}) is None
    assert errors_of(bare_app, TextField("Name", required="Enter a name"), {"it": " "}) == [
        {"text": "Enter a name", "href": "#it"}
    ]


@pytest.mark.parametrize("length", [1, 199, 200])
def test_a_name_may_have_1_to_200_letters(bare_app: Flask, length: int) -> None:
    assert data_of(bare_app, TextField("Name"), {"it": "é" * length}) == "é" * length


def test_too_long_is_said_with_the_limit(bare_app: Flask) -> None:
    (error,) = errors_of(bare_app, TextField("Name"), {"it": "x" * 201})
    assert error["text"] == "Name must be 200 characters or less"
    (error,) = errors_of(bare_app, TextField("Why", min_length=3), {"it": "ab"})
    assert error["text"] == "Why must be 3 characters or more"


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "a\ud800b", "a\x1b[0mb", "a\ufffeb"])
def test_unfit_characters_are_refused_and_the_rest_is_shown_again(
    bare_app: Flask, text: str
) -> None:
    form_class = form_with(TextField("Name"))
    with bare_app.test_request_context("/", method="POST"):
        from werkzeug.datastructures import MultiDict

        form = form_class(MultiDict({"it": text}))
        assert not form.validate()
        page = str(form.it())  # type: ignore[attr-defined]
    assert form.error_summary[0]["text"].startswith("Name had a hidden character")
    assert BeautifulSoup(page, "html.parser").input["value"] in ("ab", "a[0mb")


def test_right_to_left_zero_width_and_emoji_are_kept(bare_app: Flask) -> None:
    for text in ("يوسف", "\u202eabc", "नि\u200dत", "👩‍👧", "O’Brien-Łęcki"):
        assert data_of(bare_app, TextField("Name"), {"it": text}) == text


def test_markup_is_shown_as_text(bare_app: Flask) -> None:
    form = submit(bare_app, form_with(TextField("N", max_length=3)), {"it": '"><svg onload=x>'})
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    assert soup.find("svg") is None
    assert soup.input["value"] == '"><svg onload=x>'


def test_lines_survive_any_number_of_saves_inside_a_choice(bare_app: Flask) -> None:
    class Form(BaseForm):
        why = RadiosField("Why", choices=[Choice("other", "Other", reveals="more")])
        more = TextAreaField("More")

    text = "one\n  two\n\nthree"
    for _ in range(3):
        form = submit(bare_app, Form, {"why": "other", "more": text})
        area = BeautifulSoup(form.page, "html.parser").textarea  # type: ignore[attr-defined]
        assert area.text == form.more.data == "one\n  two\n\nthree"  # type: ignore[attr-defined]
        text = area.text.replace("\n", "\r\n")  # as a browser sends it


def test_a_password_is_kept_as_typed_and_never_shown(bare_app: Flask) -> None:
    assert data_of(bare_app, PasswordField("Password"), {"it": " sp ace "}) == " sp ace "
    form = submit(bare_app, form_with(PasswordField("Password", max_length=3)), {"it": "secret"})
    assert "secret" not in form.page  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["a@example.org", "zoë@example.net", "a+b@x.example.org"])
def test_email_addresses(bare_app: Flask, text: str) -> None:
    assert data_of(bare_app, EmailField("Email"), {"it": text}) == text


@pytest.mark.parametrize("text", ["a", "a@", "@example.org", "a b@example.org", "a@b@c.org"])
def test_what_is_no_email_address(bare_app: Flask, text: str) -> None:
    (error,) = errors_of(bare_app, EmailField("Email"), {"it": text})
    assert error["text"].startswith("Enter an email address in the correct format")


@pytest.mark.parametrize(
    "text", ["07700 900982", "+44 (0)1632 960-001", "020 7946 0000 ext 12", "٠٧٧٠٠٩٠٠٩٨٢"]
)
def test_telephone_numbers(bare_app: Flask, text: str) -> None:
    assert data_of(bare_app, TelField("Phone"), {"it": text}) == text


@pytest.mark.parametrize("text", ["none", "12", "07700 900982 or ask Jo", "------------"])
def test_what_is_no_telephone_number(bare_app: Flask, text: str) -> None:
    (error,) = errors_of(bare_app, TelField("Phone"), {"it": text})
    assert error["text"].startswith("Enter a telephone number, like")


# -- numbers


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("1,000", 1000), ("٣", 3), (" 7 ", 7)])
def test_whole_numbers(bare_app: Flask, text: str, number: int) -> None:
    assert data_of(bare_app, IntegerField("People"), {"it": text}) == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1.5", "must be a whole number"),
        ("two", "must be a whole number"),
        ("9" * 200, "must be a whole number"),
        ("-1", "must be 0 or more"),
        ("21", "must be 20 or less"),
    ],
)
def test_what_is_no_number_here(bare_app: Flask, text: str, words: str) -> None:
    (error,) = errors_of(bare_app, IntegerField("People", maximum=20), {"it": text})
    assert words in error["text"]
    assert error["text"].startswith("People ")


@pytest.mark.parametrize(
    ("text", "pence"), [("75", 7500), ("£1,234.56", 123456), ("0.05", 5), ("1000", 100000)]
)
def test_money_is_integer_pence(bare_app: Flask, text: str, pence: int) -> None:
    assert data_of(bare_app, MoneyField("Limit"), {"it": text}) == pence


@pytest.mark.parametrize("text", ["1.5", "1,23", "ten", "1.234", "£", "1e3", "-5", "12.50.00"])
def test_what_is_no_money(bare_app: Flask, text: str) -> None:
    (error,) = errors_of(bare_app, MoneyField("Limit"), {"it": text})
    assert error["text"] == "Limit must be an amount of money, like 75 or 123.45"


def test_limits_of_money_are_said_in_pounds(bare_app: Flask) -> None:
    (error,) = errors_of(bare_app, MoneyField("Limit", maximum=100_050), {"it": "1000.51"})
    assert error["text"] == "Limit must be £1,000.50 or less"


def test_money_is_shown_as_it_would_be_typed(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        form = form_with(MoneyField("Limit"))(it=148_005)
        assert BeautifulSoup(str(form.it()), "html.parser").input["value"] == "1,480.05"  # type: ignore[attr-defined]


# -- dates


def parts(day: str = "", month: str = "", year: str = "", **more: str) -> dict[str, str]:
    return {"it-day": day, "it-month": month, "it-year": year, **more}


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "Mawrth", "MARCH", "Mar."])
def test_a_month_may_be_a_name(bare_app: Flask, month: str) -> None:
    given = parts("27", month, "1942")
    assert data_of(bare_app, DateField("Birth date"), given) == date(1942, 3, 27)


@pytest.mark.parametrize(
    ("given", "words", "anchor"),
    [
        (parts(), "Enter the date", "#it-day"),
        ({}, "Enter the date", "#it-day"),
        (parts("27", "3"), "Claim date must include a year", "#it-year"),
        (parts("", "3", "2026"), "Claim date must include a day", "#it-day"),
        (parts("27", "", "2026"), "Claim date must include a month", "#it-month"),
        (parts("", "", "2026"), "Claim date must include a day and month", "#it-day"),
        (parts("27"), "Claim date must include a month and year", "#it-month"),
        (parts("27", "13", "2026"), "Claim date must be a real date", "#it-month"),
        (parts("32", "1", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("31", "4", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("29", "2", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("x", "4", "2026"), "Claim date must be a real date", "#it-day"),
        (parts("1", "ju", "2026"), "Claim date must be a real date", "#it-month"),
        (parts("1", "4", "26"), "Year must include 4 numbers", "#it-year"),
        (parts("1", "4", "0000"), "Claim date must be a real date", "#it-year"),
        (parts("1", "4", "²026"), "Claim date must be a real date", "#it-year"),
        (parts("24", "11", "2026"), "Claim date must be today or in the past", "#it-day"),
    ],
)
def test_an_error_names_the_part_and_links_to_it(
    bare_app: Flask, given: dict[str, str], words: str, anchor: str
) -> None:
    field = DateField("Claim date", must_be="today_or_past", required="Enter the date")
    form = submit(bare_app, form_with(field), given)
    assert form.error_summary == [{"text": words, "href": anchor}]
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    assert soup.find(id=anchor[1:]) is not None
    assert "govuk-input--error" in soup.find(id=anchor[1:])["class"]


def test_only_the_wrong_part_is_marked_and_all_parts_are_kept(bare_app: Flask) -> None:
    form = submit(bare_app, form_with(DateField("Date")), parts("27", "13", "2026"))
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    marked = [box["id"] for box in soup.select(".govuk-input--error")]
    assert marked == ["it-month"]
    assert [box["value"] for box in soup.find_all("input")] == ["27", "13", "2026"]


@pytest.mark.parametrize(
    ("must_be", "day", "right"),
    [
        ("past", "22", True),
        ("past", "23", False),
        ("today_or_past", "23", True),
        ("today_or_past", "24", False),
        ("future", "24", True),
        ("future", "23", False),
        ("today_or_future", "23", True),
        ("today_or_future", "22", False),
    ],
)
def test_past_and_future(bare_app: Flask, must_be: str, day: str, right: bool) -> None:
    field = DateField("Date", must_be=must_be)
    assert (errors_of(bare_app, field, parts(day, "11", "2026")) == []) is right


def test_earliest_and_latest_are_said_in_full(bare_app: Flask) -> None:
    field = DateField("Date", earliest=date(2026, 1, 2), latest=date(2026, 2, 3))
    (error,) = errors_of(bare_app, field, parts("1", "1", "2026"))
    assert error["text"] == "Date must be the same as or after 2 January 2026"
    (error,) = errors_of(bare_app, field, parts("4", "2", "2026"))
    assert error["text"] == "Date must be the same as or before 3 February 2026"


@pytest.mark.parametrize(
    ("given", "date_known"),
    [
        (parts("27", "3", "1942"), PartialDate(1942, 3, 27)),
        (parts("", "3", "1942"), PartialDate(1942, 3)),
        (parts("", "", "1942"), PartialDate(1942)),
        (parts("27", "3"), PartialDate(None, 3, 27)),
        (parts("29", "2"), PartialDate(None, 2, 29)),
        ({"it-unknown": "yes"}, UNKNOWN_DATE),
        (parts(), None),
    ],
)
def test_as_much_of_a_date_as_is_known(
    bare_app: Flask, given: dict[str, str], date_known: PartialDate | None
) -> None:
    field = PartialDateField("Birth date", unknown="Not known", must_be="past")
    assert data_of(bare_app, field, given) == date_known


@pytest.mark.parametrize(
    ("given", "words", "anchor"),
    [
        (parts("27"), "Birth date must include a month", "#it-month"),
        (parts("27", "", "1942"), "Birth date must include a month", "#it-month"),
        (parts("", "3"), "Birth date must include a year", "#it-year"),
        (parts("30", "2"), "Birth date must be a real date", "#it-day"),
        (parts("", "", "2027"), "Birth date must be in the past", "#it-day"),
        (
            parts("", "", "1942", **{"it-unknown": "yes"}),
            "Birth date: enter what is known, or tick that it is not known, not both",
            "#it-year",
        ),
    ],
)
def test_what_is_no_part_of_a_date(
    bare_app: Flask, given: dict[str, str], words: str, anchor: str
) -> None:
    field = PartialDateField("Birth date", unknown="Not known", must_be="past")
    assert errors_of(bare_app, field, given) == [{"text": words, "href": anchor}]


@given(day=st.text(max_size=30), month=st.text(max_size=30), year=st.text(max_size=30))
def test_no_text_in_a_date_is_a_fault(bare_app: Flask, day: str, month: str, year: str) -> None:
    from werkzeug.datastructures import MultiDict

    with bare_app.test_request_context("/", method="POST"):
        for field in (DateField("Date"), PartialDateField("Date", unknown="Not known")):
            form = form_with(field)(MultiDict(parts(day, month, year)))
            assert form.validate() or form.error_summary[0]["href"].startswith("#it-")
            assert str(form.it())  # type: ignore[attr-defined]


def test_a_date_is_shown_in_its_boxes(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        form = form_with(PartialDateField("Date", unknown="Not known"))(it=PartialDate(1942, 3))
        boxes = BeautifulSoup(str(form.it()), "html.parser").find_all("input", type="text")  # type: ignore[attr-defined]
        assert [box["value"] for box in boxes] == ["", "3", "1942"]
        form = form_with(PartialDateField("Date", unknown="Not known"))(it=UNKNOWN_DATE)
        ticked = BeautifulSoup(str(form.it()), "html.parser").find(id="it-unknown")  # type: ignore[attr-defined]
        assert ticked.has_attr("checked")


# -- choices

CHOICES = [Choice("a", "Apple"), Divider("or"), Choice("b", "Bread")]


def test_a_choice_that_was_not_offered_is_refused(bare_app: Flask) -> None:
    for field in (RadiosField("Food", choices=CHOICES), SelectField("Food", choices=CHOICES)):
        assert errors_of(bare_app, field, {"it": "c"})[0]["href"] == "#it"
        assert data_of(bare_app, field, {"it": "b"}) == "b"
        assert data_of(bare_app, field, {}) is None
    field = CheckboxesField("Food", choices=CHOICES)
    assert errors_of(bare_app, field, {"it": ["a", "c"]})[0]["href"] == "#it"
    assert data_of(bare_app, field, {"it": ["b", "a"]}) == ["a", "b"]


def test_none_of_these_rules_out_the_others(bare_app: Flask) -> None:
    field = CheckboxesField(
        "Needs", choices=[*CHOICES, Choice("none", "None of these", exclusive=True)]
    )
    assert data_of(bare_app, field, {"it": ["none"]}) == ["none"]
    (error,) = errors_of(bare_app, field, {"it": ["none", "a"]})
    assert error["text"] == "Select either “None of these” or other answers, not both"


def test_yes_no_and_neither(bare_app: Flask) -> None:
    field = YesNoField("Device?", required="Select yes if they have a device")
    assert data_of(bare_app, field, {"it": "yes"}) is True
    assert data_of(bare_app, field, {"it": "no"}) is False
    for nothing in ({}, {"it": ""}, {"it": "maybe"}):
        (error,) = errors_of(bare_app, field, nothing)
        assert error == {"text": "Select yes if they have a device", "href": "#it"}


def test_a_box_that_must_be_ticked(bare_app: Flask) -> None:
    field = CheckboxField("Agreed", required="Tick when the person has said yes")
    assert data_of(bare_app, field, {"it": "yes"}) is True
    assert errors_of(bare_app, field, {})[0]["text"] == "Tick when the person has said yes"
    assert data_of(bare_app, CheckboxField("Agreed"), {}) is False


class RevealingForm(BaseForm):
    """A choice inside a choice."""

    route = RadiosField(
        "Route",
        choices=[Choice("text", "Text", reveals=("mobile", "whose")), Choice("post", "Post")],
        required="Select a route",
    )
    mobile = TelField("Mobile", required="Enter the mobile number")
    whose = YesNoField("Is it theirs?", no_reveals="owner", required="Select yes if it is theirs")
    owner = TextField("Whose", required="Enter whose it is")
    save = SubmitField("Save")


def test_what_was_not_chosen_is_neither_asked_nor_kept(bare_app: Flask) -> None:
    form = submit(bare_app, RevealingForm, {"route": "post", "mobile": "x", "owner": "Jo"})
    assert form.error_summary == []
    assert form.mobile.data is None  # type: ignore[attr-defined]
    assert form.owner.data is None  # type: ignore[attr-defined]


def test_what_is_revealed_is_asked(bare_app: Flask) -> None:
    form = submit(bare_app, RevealingForm, {"route": "text", "whose": "no"})
    assert [error["href"] for error in form.error_summary] == ["#mobile", "#owner"]


def test_what_is_revealed_stands_inside_its_choice_once(bare_app: Flask) -> None:
    form = submit(bare_app, RevealingForm, {"route": "text"})
    assert [field.name for field in form.list_questions()] == ["route"]
    soup = BeautifulSoup(form.page, "html.parser")  # type: ignore[attr-defined]
    assert len(soup.select(".govuk-radios__conditional #mobile")) == 1
    assert len(soup.select("#conditional-route #owner")) == 1


def test_choices_may_be_given_later(bare_app: Flask) -> None:
    with bare_app.test_request_context("/", method="POST", data={"it": "z"}):
        form = form_with(RadiosField("Service", required="Select a service"))()
        form.it.choices = [Choice("z", "Zoo")]  # type: ignore[attr-defined]
        assert form.validate_on_submit()


# -- the form


def test_errors_of_commands_are_shown_at_the_field(bare_app: Flask) -> None:
    with bare_app.test_request_context("/", method="POST", data={"it": "x"}):
        form = form_with(TextField("Name"))()
        assert form.validate_on_submit()
        assert form.status == 200
        form.add_error("it", "This name is taken")
        form.add_error("elsewhere", "The service is closed")
        assert form.status == 400
        assert form.error_summary == [
            {"text": "The service is closed"},
            {"text": "This name is taken", "href": "#it"},
        ]
        assert "This name is taken" in str(form.it())  # type: ignore[attr-defined]


def test_rules_between_fields_are_asked_when_each_is_right(bare_app: Flask) -> None:
    class Form(BaseForm):
        start = IntegerField("Start", required="Enter a start")
        end = IntegerField("End")

        def check_together(self) -> None:
            if self.end.data is not None and self.end.data < self.start.data:
                self.add_error("end", "End must be after the start")

    assert submit(bare_app, Form, {"start": "3", "end": "2"}).error_summary == [
        {"text": "End must be after the start", "href": "#end"}
    ]
    assert [e["href"] for e in submit(bare_app, Form, {"end": "2"}).error_summary] == ["#start"]


def test_a_label_can_be_the_heading(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        form = RevealingForm()
        heading = BeautifulSoup(str(form.route(heading=True)), "html.parser").h1
        assert heading.text.strip() == "Route"
        heading = BeautifulSoup(str(form.mobile(heading=True)), "html.parser").h1
        assert heading.label["for"] == "mobile"


def test_a_button_that_is_pressed_twice_presses_once(bare_app: Flask) -> None:
    with bare_app.test_request_context("/"):
        button = BeautifulSoup(str(RevealingForm().save()), "html.parser").button
        assert button["data-prevent-double-click"] == "true"
        assert (button["name"], button["value"]) == ("save", "yes")


@given(
    st.lists(st.tuples(st.sampled_from(["route", "mobile", "whose", "owner", "save"]), st.text()))
)
def test_no_text_in_any_field_is_a_fault(bare_app: Flask, pairs: list[tuple[str, str]]) -> None:
    from werkzeug.datastructures import MultiDict

    with bare_app.test_request_context("/", method="POST"):
        form = RevealingForm(MultiDict(pairs))
        assert form.validate() == (form.error_summary == [])
        assert all(str(field()) for field in form.list_questions())
