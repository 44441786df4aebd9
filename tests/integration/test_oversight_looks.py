"""Who saw what between two moments: the page, its rows, and the file."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.oversight import service_looks
from tests.factories.organisations import make_actor
from tests.support.journal import last_event
from tests.support.pages import read_token
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting
from .test_oversight_story import MOST_STATEMENTS, auditor, setting

__all__ = ["auditor", "setting"]


def test_who_saw_what_between_two_moments(setting: Setting, auditor: FlaskClient) -> None:
    now = clock.now()
    with clock.set_clock(now - timedelta(days=3)):
        setting.look(setting.helper)
    setting.look()
    setting.look()
    setting.look(make_actor(setting.elsewhere, "helper"))
    sights = service_looks.list_looks(
        actor=setting.auditor, since=now - timedelta(minutes=5), until=now + timedelta(minutes=5)
    )
    (sight,) = [row for row in sights.rows if row.person_reference]
    assert (sight.account_name, sight.looks, sight.unexplained) == ("Cora Colleague", 2, 2)
    assert sights.people == 1
    with pytest.raises(InvalidInput):
        service_looks.list_looks(actor=setting.auditor, since=now, until=now)


def test_the_page_and_the_file_of_who_saw_what(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    today = clock.today()
    setting.look(make_actor(setting.council, "helper", name="=cmd|' /C calc'!A0"))
    setting.look()
    page = auditor.get("/journal/who-saw-what")
    data = {"csrf_token": read_token(page), "since_at": "25:00"}
    for name in ("since_on", "until_on"):
        data |= {
            f"{name}-day": str(today.day),
            f"{name}-month": str(today.month),
            f"{name}-year": str(today.year),
        }
    assert "Enter a time, like" in auditor.post("/journal/who-saw-what", data=data).text
    data["since_at"] = "0:00"
    answer = auditor.post("/journal/who-saw-what", data=data)
    assert answer.status_code == 303
    shown = auditor.get(answer.location)
    assert "Cora Colleague" in shown.text
    row = BeautifulSoup(shown.text, "html.parser").select_one("td a[href*=from_at]")
    assert row is not None
    assert "Cora Colleague" in auditor.get(str(row["href"])).text
    with counted_statements(database) as statements:
        auditor.get(answer.location)
    assert len(statements) <= MOST_STATEMENTS, statements
    from urllib.parse import parse_qsl, urlsplit

    asked = dict(parse_qsl(urlsplit(answer.location).query))
    file = auditor.post(
        "/journal/who-saw-what/file", data={**asked, "csrf_token": read_token(shown)}
    )
    text = file.get_data().decode("utf-8-sig")
    assert "Cora Colleague" in text
    assert "\"'=cmd|' /C calc'!A0\"" in text  # and no spreadsheet runs it
    assert last_event("journal.exported").reason_code == "who_saw_what"
    for made_up in ("since=x&until=y", "since=2026-01-01&until=2026-01-02"):
        assert auditor.get(f"/journal/who-saw-what?{made_up}").status_code == 404
