"""Pages, for tests alone, that show every field and every component, and raise every error."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, abort, flash, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from assistedaccess.access import public
from assistedaccess.kernel.errors import (
    Held,
    InvalidInput,
    NotFound,
    Refused,
    StaleVersion,
    TooManyAttempts,
)
from assistedaccess.kernel.form_fields import (
    BaseForm,
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    Divider,
    EmailField,
    FileField,
    HiddenField,
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
from assistedaccess.kernel.partial_date import PartialDate

if TYPE_CHECKING:
    from config import Settings

blueprint = Blueprint("kitchen_sink", __name__, url_prefix="/kitchen-sink")

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 5 + "Wolfeschlegelsteinhausenb"
MIXED_NAME = "يوسف المهدي"
assert len(LONG_NAME) == 200


class EveryFieldForm(BaseForm):
    """One field of each kind, all of them required."""

    full_name = TextField(
        "Full name", hint="One name is enough", required="Enter the person’s name"
    )
    notes = TextAreaField("Notes", max_length=200, required="Enter a note")
    email = EmailField("Email address", required="Enter an email address")
    phone = TelField("Telephone number", required="Enter a telephone number")
    password = PasswordField("Password", required="Enter your password")
    people = IntegerField("Number of people", maximum=20, required="Enter how many people", width=2)
    limit = MoneyField("Limit", maximum=100_000, required="Enter the limit")
    first_contact = DateField(
        "Date of first contact",
        hint="For example, 27 3 2026",
        must_be="today_or_past",
        required="Enter the date of first contact",
    )
    birth_date = PartialDateField(
        "Birth date",
        unknown="The birth date is not known",
        must_be="past",
        required="Enter the birth date, or say that it is not known",
    )
    route = RadiosField(
        "How is it safe to contact the person?",
        choices=[
            Choice(
                "text",
                "Text message",
                hint=f"No details are sent. {'w' * 60}",
                reveals=("mobile", "why"),
            ),
            Choice("letter", "Letter"),
            Divider("or"),
            Choice("none", "It is not safe"),
        ],
        required="Select how it is safe to contact the person",
    )
    mobile = TelField("Mobile number", required="Enter the mobile number")
    why = TextAreaField("Why", max_length=100)
    has_device = YesNoField("Does the person have a device?", required="Select yes if they have")
    country = SelectField(
        "Nation",
        choices=[Choice("en", "England"), Choice("wa", "Wales")],
        required="Select a nation",
    )
    needs = CheckboxesField(
        "What support is needed?",
        choices=[
            Choice("large", "Large print"),
            Choice("other", "Other", reveals="other_need"),
            Divider("or"),
            Choice("none", "None of these", exclusive=True),
        ],
        required="Select what support is needed",
    )
    other_need = TextField("Which other support?", required="Enter the other support")
    agreed = CheckboxField("The person said yes", required="Tick when the person has said yes")
    paper = FileField("Letter", accept="application/pdf", required="Choose a file")
    version = HiddenField("Version")
    save = SubmitField("Save and continue")
    leave = SubmitField("Save and come back later", secondary=True)


class OneQuestionForm(BaseForm):
    """The label is the heading."""

    full_name = TextField(
        "What is the person’s name?", name_in_errors="Name", required="Enter a name"
    )
    save = SubmitField("Continue")


FORM_PAGE = """
{% extends "layouts/page.html" %}
{% block page_title %}Every field{% endblock %}
{% block person_banner %}
  {{ components.person_banner(name, "P-7K3M-9QTR", url_for("kitchen_sink.show_components")) }}
{% endblock %}
{% block before_content %}{{ components.back_link("/") }}{% endblock %}
{% block content %}
  {{ components.page_heading("Every field", caption="Step 1 of 2") }}
  {% call components.form(form) %}
    {{ form.version() }}
    {% for question in form.list_questions() %}{{ components.field(question) }}{% endfor %}
    <div class="govuk-button-group">
      {{ components.field(form.save) }}
      {{ components.field(form.leave) }}
    </div>
  {% endcall %}
{% endblock %}
"""

QUESTION_PAGE = """
{% extends "layouts/page.html" %}
{% block page_title %}What is the person’s name?{% endblock %}
{% block content %}
  {% call components.form(form) %}
    {{ components.field(form.full_name, heading=True) }}
    {{ components.field(form.save) }}
  {% endcall %}
{% endblock %}
"""

COMPONENTS_PAGE = """
{% extends "layouts/page.html" %}
{% block page_title %}Every component{% endblock %}
{% block person_banner %}
  {{ components.person_banner(person.name, "P-7K3M-9QTR", note="Speaks Arabic") }}
{% endblock %}
{% block before_content %}
  {{ components.breadcrumbs([("Today", "/"), ("People", "/kitchen-sink/form")]) }}
{% endblock %}
{% block content %}
  {{ components.page_heading("Every component") }}
  <p class="govuk-body">{{ person.name | isolate }} (P-7K3M-9QTR),
    born {{ person.born | format_date }},
    seen {{ moment | format_datetime }}, {{ day | relative_day }}; {{ 148000 | format_money }}.</p>
  {{ components.inset("Read this aloud.") }}
  {{ components.warning("The person can stop this at any time.") }}
  {{ components.details("Why do we ask?", "Because the claim’s date depends on it.") }}
  {{ components.task_list([
    {"title": "About you", "href": "#tasks-1-status", "status": "Completed"},
    {"title": "Your home", "href": "#tasks-2-status", "hint": "Takes 5 minutes",
     "status": "Incomplete", "colour": "blue"},
    {"title": "Declaration", "status": "Cannot start yet"},
  ]) }}
  {{ components.summary_list([
    {"key": "Name", "value": person.name | isolate, "actions": [{"text": "Change", "href": "/"}]},
    {"key": "Notes", "value": "first\nsecond" | lines},
    {"key": "Phone", "value": "07700 900982", "actions": [
      {"text": "Change", "href": "/"}, {"text": "Remove", "href": "/"}]},
  ], title="The person") }}
  {{ components.button_link("Start now", "/", kind="start") }}
  {{ components.post_button("End this", "/kitchen-sink/end", kind="warning", hidden_text="D-1") }}
  {{ components.print_link() }}
  {{ govuk.tabs({"items": [{"label": "One", "id": "one", "panel": {"text": "1"}}]}) }}
{% endblock %}
{% block wide_content %}
  {{ components.table("Payments", ["Payee", "State", "Amount"], rows, numeric=[2]) }}
  {{ components.table("Nothing", ["Payee"], [], empty="No payments yet.") }}
  {{ components.pager("/kitchen-sink/components", "/kitchen-sink/form") }}
{% endblock %}
"""

DONE_PAGE = """
{% extends "layouts/page.html" %}
{% block page_title %}Application sent{% endblock %}
{% block content %}{{ components.panel("Application sent", "Reference A-7K3M-9QTR") }}{% endblock %}
"""

LETTER_PAGE = """
{% extends "layouts/print.html" %}
{% block page_title %}Receipt{% endblock %}
{% block content %}
  <h1 class="govuk-heading-l">Receipt</h1>
  <p class="govuk-body">For {{ name | isolate }}. To end this, tell anybody at any desk.</p>
{% endblock %}
"""


@blueprint.route("/form", methods=["GET", "POST"])
@public("a page of the tests")
def show_form() -> ResponseReturnValue:
    """Every field; ``?name=long`` with a name of 200 letters."""
    form = EveryFieldForm(version="3")
    if form.validate_on_submit():
        flash("Saved.", "success")
        flash("The other helper was told.")
        return redirect(url_for("kitchen_sink.show_components"))
    name = LONG_NAME if request.args.get("name") == "long" else MIXED_NAME
    return render_template_string(FORM_PAGE, form=form, name=name), form.status


@blueprint.route("/question", methods=["GET", "POST"])
@public("a page of the tests")
def show_question() -> ResponseReturnValue:
    """One question, whose label is the heading."""
    form = OneQuestionForm()
    form.validate_on_submit()
    return render_template_string(QUESTION_PAGE, form=form), form.status


@blueprint.get("/components")
@public("a page of the tests")
def show_components() -> ResponseReturnValue:
    """Every component."""
    return render_template_string(
        COMPONENTS_PAGE,
        person=SimpleNamespace(name=MIXED_NAME, born=PartialDate(1942, 3)),
        moment=datetime(2026, 11, 23, 16, 5, tzinfo=UTC),
        day=date(2026, 11, 20),
        rows=[
            [
                {"text": "Jane Doe", "href": "/", "hidden_text": "payment 1"},
                Markup('<strong class="govuk-tag">Paid</strong>'),
                "£4.93",
            ],
            ["<b>Ann</b>", "Waiting", "£1,480.00"],
        ],
    )


@blueprint.get("/done")
@public("a page of the tests")
def show_done() -> ResponseReturnValue:
    """The confirmation panel."""
    return render_template_string(DONE_PAGE)


@blueprint.get("/letter")
@public("a page of the tests")
def show_letter() -> ResponseReturnValue:
    """A page for paper."""
    return render_template_string(LETTER_PAGE, name=MIXED_NAME)


ERRORS: dict[str, Any] = {
    "not-found": NotFound(),
    "invalid": InvalidInput("full_name", "Enter the person’s name"),
    "refused": Refused("The person ended this on 3 May.", next_step="Ask the person again."),
    "stale": StaleVersion("Sam Reed changed this at 4:05pm."),
    "too-many": TooManyAttempts("Too many codes were tried.", retry_after=600),
    "held": Held("The limit is over £500.", reasons=("money_limit",)),
    "fault": RuntimeError("a secret of the program: /srv/app SELECT"),
}


@blueprint.post("/end")
@public("a page of the tests")
def end_something() -> ResponseReturnValue:
    """What a button posts to."""
    return redirect(url_for("kitchen_sink.show_components"))


@blueprint.post("/upload")
@public("a page of the tests")
def upload_something() -> ResponseReturnValue:
    """A route with a cap of its own."""
    letter = request.files.get("letter")
    return {"letters": len(letter.read() if letter else request.form.get("text", ""))}


upload_something.max_content_length = 3_000_000  # type: ignore[attr-defined]


@blueprint.route("/errors/<name>", methods=["GET", "POST"])
@public("a page of the tests")
def raise_error(name: str) -> ResponseReturnValue:
    """Raise the error of that name, or of that status."""
    if name.isdecimal():
        abort(int(name))
    raise ERRORS[name]


def make_app(settings: Settings) -> Flask:
    """An application of its own with these pages: the shared one takes no more blueprints."""
    from assistedaccess import create_app

    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # a fault is a page here, as in production
    app.register_blueprint(blueprint)
    return app
