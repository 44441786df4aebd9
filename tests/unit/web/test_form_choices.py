"""What is chosen, what a choice reveals, and what the form makes of all its fields."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    Divider,
    IntegerField,
    RadiosField,
    SelectField,
    SubmitField,
    TelField,
    TextField,
    YesNoField,
)
from tests.support.forms import data_of, errors_of, form_with, submit
from tests.support.kitchen_sink import EveryFieldForm

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


NAMES = [name for name in vars(EveryFieldForm) if not name.startswith("_")]
PARTS = ["first_contact-day", "birth_date-month", "birth_date-year", "birth_date-unknown"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*NAMES, *PARTS]),
            st.one_of(st.text(), st.sampled_from(["yes", "text", "other", "none", "1", "2026"])),
        ),
        max_size=30,
    )
)
@settings(max_examples=60)
def test_no_text_in_any_field_is_a_fault(bare_app: Flask, pairs: list[tuple[str, str]]) -> None:
    with bare_app.test_request_context("/", method="POST"):
        form = EveryFieldForm(MultiDict(pairs))
        assert form.validate() == (form.error_summary == [])
        assert all(str(field()) for field in form.list_questions())
        assert all(error["text"] and error.get("href", "#") for error in form.error_summary)
