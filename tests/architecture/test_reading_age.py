"""Whatever a person meets reads at nine in English, and in short sentences in Welsh.

Pages and papers of the person's own side, the record's sentences, receipts, consent statements and
notices. Each template is read as one text, with short words in the place of names and dates.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from assistedaccess.my_record import words
from tests.support.reading_age import reading_age
from tests.support.sources import ROOT, TEMPLATES

OLDEST_READER = 9
LONGEST_SENTENCE = 20
"""Words. Welsh has no measure of reading age that is agreed on; short sentences help everybody."""

FOR_PEOPLE = (
    "consent/print_receipt.html",
    "delegation/print_authority.html",
    "my_record/_audio.html",
    "my_record/_easy_read.html",
    "my_record/_record.html",
    "my_record/_stop.html",
    "my_record/ask_for_letter.html",
    "my_record/check_receipt.html",
    "my_record/object_online.html",
    "my_record/prove_online.html",
    "my_record/show_online.html",
    "my_record/start_online.html",
    "my_record/stop_online.html",
)
TABLES = {
    "sentences": [str(sentence.words) for sentence in words.SENTENCES.values()],
    "special": [str(sentence.words) for sentence in words.SPECIAL.values()],
    "why": [str(each) for each in words.WHY.values()],
    "how it ended": [str(each) for each in words.HOW_ENDED.values()],
    "powers": [str(each) for each in words.POWERS.values()],
    "outcomes": [str(each) for each in (*words.OUTCOMES.values(), words.STILL_OPEN)],
}


def as_sentences(messages: list[str]) -> str:
    """The messages as one text; a heading or a label is a sentence too."""
    filled = (re.sub(r"%\(\w+\)s", "Ann", message).replace("%%", "%") for message in messages)
    return " ".join(each if each.rstrip()[-1] in ".!?:" else f"{each}." for each in filled)


def messages_of(template: str) -> list[str]:
    """What a template says, with what it includes."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    found = extract_from_ast(Environment(autoescape=True).parse(source))
    said = [message for _line, _name, message in found if isinstance(message, str)]
    for included in re.findall(r'{% include "([\w/.]+)" %}', source):
        said += messages_of(included)
    return said


@pytest.mark.parametrize("template", FOR_PEOPLE)
def test_a_page_for_people_reads_at_nine(template: str) -> None:
    messages = messages_of(template)
    assert messages
    text = as_sentences(messages)
    assert reading_age(text) <= OLDEST_READER, f"{reading_age(text):.1f}: {text}"


@pytest.mark.parametrize("table", TABLES)
def test_what_the_record_says_reads_at_nine(table: str) -> None:
    text = as_sentences(TABLES[table])
    assert reading_age(text) <= OLDEST_READER, f"{reading_age(text):.1f}: {text}"


STATEMENTS = sorted((ROOT / "assistedaccess" / "consent" / "statements").glob("*.txt"))


def body_of(file: Path) -> str:
    """The words that are read to a person, without the head of the file."""
    return file.read_text(encoding="utf-8").partition("\n\n")[2]


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.stem)
def test_what_is_read_to_a_person_is_short_and_plain(file: Path) -> None:
    text = body_of(file)
    if file.stem.endswith("_en"):
        assert reading_age(text) <= OLDEST_READER, f"{reading_age(text):.1f}"
    check_sentences(text)


def test_welsh_notices_are_in_short_sentences() -> None:
    source = (TEMPLATES / "notices" / "messages_cy.txt").read_text(encoding="utf-8")
    plain = re.sub(r"\{#.*?#\}|\{%-?.*?-?%\}|\{\{.*?\}\}", " x ", source, flags=re.S)
    check_sentences(plain)


def check_sentences(text: str) -> None:
    """Raise for a sentence with too many words."""
    for sentence in re.split(r"[.!?:](?:\s|$)|\n", text):
        real = [word for word in sentence.split() if word != "x"]
        assert len(real) <= LONGEST_SENTENCE, sentence


def test_the_measure_can_tell_hard_from_plain() -> None:
    hard = (
        "Notwithstanding the aforementioned authorisation, representatives are accountable for "
        "demonstrating that administrative determinations were communicated appropriately."
    )
    assert reading_age(hard) > OLDEST_READER
    with pytest.raises(AssertionError):
        check_sentences(" ".join(["gair"] * (LONGEST_SENTENCE + 1)) + ".")
