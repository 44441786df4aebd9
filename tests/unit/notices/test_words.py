"""What people are told: short, plain, in both languages; a text message says nothing of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.my_record.rules_replies import read_reply
from assistedaccess.notices import words
from assistedaccess.notices.rules import GSM, AccountMail, NoticeKind
from assistedaccess.notices.words import Line, Telling
from tests.support.reading_age import reading_age

LANGUAGES = ("en", "cy")
CANARY = "Canaryname"
FACTS = {
    "helper": CANARY,
    "service": "Blue Badge",
    "need": "a bus pass",
    "until": "1 May 2027",
    "their_reference": "AB 123",
    "code": "482913",
}
OLDEST_READER = 9
EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
EACH_KIND = pytest.mark.parametrize("kind", list(NoticeKind))


def telling(language: str = "en", *lines: Line, **fields: object) -> Telling:
    given = {
        "reference": "N-7K3M-9QTR",
        "queued_at": datetime(2026, 11, 23, 12, tzinfo=UTC),
        "is_risky": False,
        "is_brief": False,
        "name": CANARY,
        "place": "Millbrook Library",
        "telephone": "01632 960001",
        **fields,
    }
    return Telling(language=language, lines=lines, **given)  # type: ignore[arg-type]


@EACH_LANGUAGE
@EACH_KIND
def test_each_kind_has_its_sentence(language: str, kind: NoticeKind) -> None:
    assert words.has_words(language, kind)
    for facts in (FACTS, {}):
        (line,) = words.write_lines(telling(language, Line(kind, facts)))
        assert line.endswith((".", "!"))
        assert "  " not in line
        assert "None" not in line


@EACH_LANGUAGE
@EACH_KIND
def test_a_text_message_says_nothing_about_the_person(language: str, kind: NoticeKind) -> None:
    text = words.write_text(telling(language, Line(kind, FACTS), is_risky=kind.is_risky))
    assert len(text) <= 160
    assert set(text) <= GSM
    assert "N-7K3M-9QTR" in text
    assert CANARY not in text
    assert "Badge" not in text
    assert ("482913" in text) == (kind in words.CODES)


@given(
    place=st.text(max_size=250),
    telephone=st.sampled_from(["", "01632 960001"]),
    risky=st.booleans(),
    replies=st.booleans(),
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_fits_whatever_the_place_is_called(
    language: str, place: str, telephone: str, risky: bool, replies: bool
) -> None:
    lines = [Line(NoticeKind.CASE_OPENED, {})]
    asked = {"place": place, "telephone": telephone, "is_risky": risky, "takes_replies": replies}
    text = words.write_text(telling(language, *lines, **asked))
    asks = risky and replies
    how = {"en": "reply NO N-7K3M-9QTR", "cy": "atebwch NA N-7K3M-9QTR"}[language]
    assert (how in text) is asks
    assert read_reply(how).is_no  # what we ask for is what we hear
    assert text.endswith("N-7K3M-9QTR") is not asks
    assert len(text) <= 160
    assert set(text) <= GSM
    assert telephone in text


@EACH_LANGUAGE
def test_a_risky_act_asks_was_this_you_and_says_how_to_answer(language: str) -> None:
    asked = {"is_risky": True, "takes_replies": True, "say_no_at": "https://example.org/no"}
    told = telling(language, Line(NoticeKind.PAYMENT_DETAILS_WAIT, FACTS), **asked)
    question = {"en": "Did you ask us to?", "cy": "Ai chi ofynnodd?"}[language]
    assert question in words.write_text(told)
    assert question in words.write_subject(told)
    # Of what waits nothing was done yet: it may have been asked for and no more.
    either = {"en": "or were asked to", "cy": "neu gofynnwyd i ni"}[language]
    letter = words.write_letter(told)
    assert either in words.write_text(told)
    assert either in words.write_subject(told)
    assert either in letter.heading
    assert "https://example.org/no" in letter.closing
    assert "N-7K3M-9QTR" in letter.closing


@EACH_LANGUAGE
@pytest.mark.parametrize("risky", [True, False])
def test_the_subject_names_nobody(language: str, risky: bool) -> None:
    subject = words.write_subject(telling(language, Line("case_opened", FACTS), is_risky=risky))
    assert CANARY not in subject
    assert "\n" not in subject
    assert "N-7K3M-9QTR" in subject


@EACH_LANGUAGE
def test_what_somebody_else_may_read_says_only_that_something_was_done(language: str) -> None:
    letter = words.write_letter(telling(language, Line("case_opened", FACTS), is_brief=True))
    assert letter.lines == ()
    assert "bus pass" not in words.write_email(
        telling(language, Line("case_opened", FACTS), is_brief=True)
    )


@EACH_LANGUAGE
def test_what_is_sensitive_is_announced_once_and_told_in_person(language: str) -> None:
    lines = [Line("application_submitted", FACTS, is_sensitive=True)] * 3
    said = words.write_lines(telling(language, Line("case_opened", {}), *lines))
    assert len(said) == 2
    assert "Badge" not in " ".join(said)


@EACH_KIND
def test_a_letter_reads_at_nine(kind: NoticeKind) -> None:
    facts = {**FACTS, "helper": "Ann Lee", "service": "a bus pass"}
    letter = words.write_letter(
        telling("en", Line(kind, facts), is_risky=kind.is_risky, name="Ann", place="the library")
    )
    text = " ".join([letter.opening, *letter.lines, letter.closing])
    assert reading_age(text) <= OLDEST_READER, text
    for sentence in re.split(r"[.!?]\s", text):
        assert len(sentence.split()) <= 15, sentence


@pytest.mark.parametrize("kind", list(AccountMail))
def test_mail_to_an_account_keeps_its_link_whole(kind: AccountMail) -> None:
    link = "https://example.org/i/" + "x" * 60
    subject, body = words.write_account_mail(kind, {"link": link, "expires": "1 May 2027"})
    assert subject
    assert "\n" not in subject
    assert (link in body.split("\n")) == (kind is AccountMail.INVITATION)


@given(st.dictionaries(st.sampled_from([*FACTS, "name"]), st.text(max_size=80)))
def test_facts_are_words_never_templates(facts: dict[str, str]) -> None:
    for kind in NoticeKind:
        words.write_lines(telling("en", Line(kind, facts)))
    hostile = {"helper": "{{ 7*7 }}{% for x in y %}"}
    assert "{{ 7*7 }}" in words.write_lines(telling("en", Line("delegation_granted", hostile)))[0]
