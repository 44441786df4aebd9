"""Each field takes what people type, and answers what it cannot take in words, at the field."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.datastructures import MultiDict

from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    EmailField,
    IntegerField,
    MoneyField,
    PasswordField,
    RadiosField,
    TelField,
    TextAreaField,
    TextField,
)
from tests.support.forms import data_of, errors_of, form_with, submit


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
