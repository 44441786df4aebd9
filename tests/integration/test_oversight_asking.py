"""What an auditor types becomes a question: its answer, its words, and what cannot be asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from assistedaccess.audit import Action
from assistedaccess.kernel import clock

from .test_oversight_journal import TOKEN, Setting, auditor, note, setting

__all__ = ["auditor", "setting"]


def test_the_page_asks_without_a_name_in_its_address(
    setting: Setting, auditor: FlaskClient
) -> None:
    token = TOKEN.search(auditor.get("/journal").get_data(as_text=True))
    assert token
    answer = auditor.post(
        "/journal",
        data={
            "csrf_token": token[1],
            "helper": "hal",
            "person": setting.reference(),
            "action": "person.registered",
        },
    )
    assert answer.status_code == 303
    assert "hal" not in answer.location.lower().replace(str(setting.helper.account_id), "")
    shown = auditor.get(answer.location).get_data(as_text=True)
    assert "by Hal Helper" in shown
    elsewhere = auditor.get(f"/journal?account={setting.other.account_id}").get_data(as_text=True)
    assert "Elsa Helper" not in elsewhere
    assert "Person registered" in shown
    assert setting.reference() in shown
    assert "Ada Lovelace" not in shown


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("person", "P-0000-0000", "No person has this reference"),
        ("person", "\x00", "Person’s reference"),
        ("helper", "Nobody Atall", "Nobody whom you may audit has this name"),
        ("from_on-day", "99", "real date"),
        ("from_at", "9:30", "Enter the day of this time"),
        ("until_at", "25:00", "Enter a time, like 10:30 or 2:15pm"),
        ("until_at", "half past nine", "Enter a time, like 10:30 or 2:15pm"),
        ("action", "case.burned", "Select"),
    ],
)
def test_what_cannot_be_asked_is_said_at_the_field(
    auditor: FlaskClient, field: str, value: str, words: str
) -> None:
    token = TOKEN.search(auditor.get("/journal").get_data(as_text=True))
    assert token
    data = {"csrf_token": token[1], field: value}
    if field.startswith("from_on"):
        data |= {"from_on-month": "1", "from_on-year": "2026"}
    answer = auditor.post("/journal", data=data)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_two_moments_are_asked_for_by_day_and_time(setting: Setting, auditor: FlaskClient) -> None:
    """In the hour that clocks show twice neither is lost; an end before its beginning is said."""
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    for moment in twice:
        with clock.set_clock(moment):
            note(setting.helper, Action.TASK_DONE)
    token = TOKEN.search(auditor.get("/journal").get_data(as_text=True))
    assert token
    data = {"csrf_token": token[1], "from_at": "1.30am", "until_at": "1:31"}
    for name in ("from_on", "until_on"):
        data |= {f"{name}-day": "25", f"{name}-month": "10", f"{name}-year": "2026"}
    answer = auditor.post("/journal", data=data)
    shown = auditor.get(answer.location).get_data(as_text=True)
    assert shown.count("Task done") == 2 + 1  # the choice in the form
    assert "from 25 October 2026 at 1:30; until 25 October 2026 at 1:31" in shown
    for kept in ('value="1:30"', 'value="1:31"', 'value="25"'):  # to be asked again, narrower
        assert kept in shown
    answer = auditor.post("/journal", data=data | {"from_at": "2:30"})
    assert answer.status_code == 400
    assert "The second moment must be after the first" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "account=x",
        "organisation=1",
        "action=drop",
        "outcome=maybe",
        "from_on=2026-02-30",
        "from_on=2026-02-03&from_at=25:00",
        "from_at=09:00",
        "person=P-0000-0000",
        "subject='",
    ],
)
def test_an_address_that_was_made_up_is_not_found(auditor: FlaskClient, query: str) -> None:
    assert auditor.get(f"/journal?{query}").status_code == 404
