"""Whatever a person meets without an account, or on paper, has a Welsh draft (kernel.drafts).

A page that is half in one language and half in another is of no use to whoever needs it. Real use
shows no draft: it is there for a Welsh speaker to approve.
"""

from __future__ import annotations

import inspect
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from assistedaccess.data_protection import privacy
from assistedaccess.my_record import forms_online
from assistedaccess.my_record.forms import CheckForm, CheckProofForm

ROOT = Path(__file__).parents[2]
TEMPLATES = (
    "applications/check_payment",
    "applications/print_payment_receipt",
    "applications/print_refund_receipt",
    "casework/make_complaint",
    "casework/show_complaint_sent",
    "consent/_terms",
    "consent/print_receipt",
    "data_protection/show_pack",
    "data_protection/show_privacy_notice",
    "delegation/print_form",
    "errors/error",
    "layouts/print",
    "my_record/answer_asked",
    "my_record/ask_for_letter",
    "my_record/check_proof",
    "my_record/check_receipt",
    "my_record/object_online",
    "my_record/open_link",
    "my_record/prove_online",
    "my_record/say_no",
    "my_record/show_no_heard",
    "my_record/show_online",
    "my_record/start_online",
    "my_record/stop_online",
    "oversight/show_thanks",
    "oversight/tell_something_is_wrong",
    "web/show_how_to_complain",
    "web/show_privacy_notice",
)
SOURCES = {
    "forms_online": forms_online,
    "CheckForm": CheckForm,
    "CheckProofForm": CheckProofForm,
    "privacy": privacy,
}


@pytest.fixture(scope="module")
def drafted() -> set[str]:
    path = ROOT / "translations" / "cy" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id
        and all(message.string if isinstance(message.string, tuple) else (message.string,))
    }


def first_of(message: object) -> str:
    """The message itself, where a plural stands beside it."""
    found = message[0] if isinstance(message, tuple) else message
    return found if isinstance(found, str) else ""


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_text_of_a_page_has_a_draft(drafted: set[str], name: str) -> None:
    source = (ROOT / "templates" / f"{name}.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    found = extract_from_ast(environment.parse(source))
    said = {first_of(message) for _line, _function, message in found}
    assert said - drafted - {""} == set(), "draft them, marked fuzzy, in messages.po"


@pytest.mark.parametrize("name", SOURCES)
def test_each_text_of_a_form_has_a_draft(drafted: set[str], name: str) -> None:
    source = BytesIO(inspect.getsource(SOURCES[name]).encode())
    found = extract_python(source, ["_", "_l"], [], {})
    said = {first_of(message) for _line, _function, message, _comments in found}
    assert said - drafted - {""} == set(), "draft them, marked fuzzy, in messages.po"
