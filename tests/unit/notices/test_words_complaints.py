"""What whoever complained is told: short, plain, and in a text nothing of any complaint."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistedaccess.casework.rules_complaints import PUBLIC_SERVICES, About, list_outside
from assistedaccess.notices.rules import GSM, Channel
from assistedaccess.notices.rules_complaints import ComplaintMessage
from assistedaccess.notices.words import Line, Telling
from assistedaccess.notices.words_complaints import write_message, write_paragraphs, write_text
from assistedaccess.organisations.rules import Nation
from tests.support.reading_age import reading_age

OLDEST_READER = 9
EACH = pytest.mark.parametrize("kind", list(ComplaintMessage))


def telling(kind: str, nation: Nation | None = Nation.ENGLAND, **more: object) -> Telling:
    facts = {
        "number": "G-7K3M-9QTR",
        "received": "2026-09-30",
        "by": "2026-10-14",
        "nation": str(nation or ""),
        "outside": "\n".join(
            f"{one.name}|{one.telephone}|{one.address}"
            for one in list_outside(nation, [About.SERVICE, About.DATA])
        ),
    }
    for name in ("outcome", "is_last"):
        facts[name] = str(more.pop(name, ""))
    given = {
        "reference": "N-AAAA-AAAA",
        "language": "en",
        "queued_at": datetime(2026, 9, 30, 12, tzinfo=UTC),
        "is_risky": True,
        "is_brief": False,
        "name": "Ada Canary",
        "place": "Refuge for Women",
        "telephone": "01632 960001",
        **more,
    }
    return Telling(lines=[Line(kind, facts)], **given)  # type: ignore[arg-type]


@given(
    kind=st.sampled_from(ComplaintMessage),
    nation=st.sampled_from([None, *Nation]),
    telephone=st.sampled_from(["", "01632 960001", "+44 (0)1632 960001 extension 123456"]),
    is_last=st.sampled_from(["", "yes"]),
)
def test_a_text_says_nothing_of_a_complaint_nor_of_the_place(
    kind: ComplaintMessage, nation: Nation | None, telephone: str, is_last: str
) -> None:
    text = write_text(telling(kind, nation, telephone=telephone, is_last=is_last))
    assert len(text) <= 160
    assert set(text) <= GSM
    assert text.endswith("Ref G-7K3M-9QTR")
    for word in ("omplain", "Refuge", "Ada", "Ombudsman", "right in part"):
        assert word not in text


@EACH
def test_with_a_number_of_usual_length_the_text_says_it_and_who_is_outside(
    kind: ComplaintMessage,
) -> None:
    text = write_text(telling(kind, Nation.SCOTLAND))
    assert "01632 960001" in text
    if kind in (ComplaintMessage.ANSWERED, ComplaintMessage.EXTENDED):
        assert PUBLIC_SERVICES[Nation.SCOTLAND].telephone in text
    else:
        assert "14 Oct" in text


@EACH
def test_an_email_tells_the_number_and_the_address_outside(kind: ComplaintMessage) -> None:
    subject, body = write_message(telling(kind, outcome="upheld"), Channel.EMAIL)
    assert subject == "About what you told us. Reference G-7K3M-9QTR"
    assert body.startswith("Dear Ada Canary,")
    for line in ("G-7K3M-9QTR", "PO Box 4771", "0303 123 1113", "Did you not complain"):
        assert line in body
    assert ("We found that you are right." in body) is (kind is ComplaintMessage.ANSWERED)
    assert "|" not in body
    assert "  " not in body


@EACH
def test_what_somebody_else_may_read_says_no_more_than_a_text(kind: ComplaintMessage) -> None:
    seen = telling(kind, is_brief=True)
    assert write_message(seen, Channel.EMAIL)[1] == write_text(seen) + "\n"


def test_a_letter_with_the_answer_sends_nobody_to_a_desk_for_it() -> None:
    told = telling(ComplaintMessage.ANSWERED, outcome="partly", is_last="yes")
    first, then, *_ = write_paragraphs(told, has_answer=True)
    assert first.endswith("We found that you are right in part.")
    assert then.startswith("Is the answer not right? Two of us")
    assert "Say the number." in write_paragraphs(told)[0]


@EACH
@pytest.mark.parametrize("is_last", ["", "yes"])
def test_it_reads_at_nine(kind: ComplaintMessage, is_last: str) -> None:
    told = telling(kind, outcome="not_upheld", is_last=is_last)
    names = ("Ombudsman", "Commissioner")
    ours = [each for each in write_paragraphs(told) if not any(name in each for name in names)]
    assert reading_age(" ".join(ours)) <= OLDEST_READER
