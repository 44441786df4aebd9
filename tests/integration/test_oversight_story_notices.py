"""How the person was told, in the story of an event, and whether anything shows it was read."""

from __future__ import annotations

import csv
import io

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from assistedaccess.kernel.database import Database
from assistedaccess.oversight import service
from tests.factories import delegation
from tests.factories import record as my_record
from tests.factories.people import make_person
from tests.support.journal import last_event
from tests.support.pages import read_token
from tests.support.reads import how_read
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting
from .test_oversight_story import MOST_STATEMENTS, auditor, setting

__all__ = ["auditor", "setting"]


def test_the_story_says_of_each_notice_whether_anything_shows_that_it_was_read(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    """A printed letter that came is not one that was read: nothing is claimed that nobody knows."""
    helper, person_id = setting.helper, setting.person_id
    delegation.grant(helper, person_id)
    event = last_event("delegation.granted")
    (told,) = service.open_event(actor=setting.auditor, event_id=event.id).notices
    assert (told.read_at, told.read_how) == (None, None)
    assert "Not known" in auditor.get(f"/journal/events/{event.id}").text

    with counted_statements(database) as sent:
        my_record.read(helper, person_id, how="telephone", in_private=False)
    assert len([one for one in sent if one.startswith("UPDATE notice")]) <= 1
    (told,) = service.open_event(actor=setting.auditor, event_id=event.id).notices
    assert told.read_how == "read_out"
    first = told.read_at
    with counted_statements(database) as shown:
        page = auditor.get(f"/journal/events/{event.id}").text
    assert "Read out" in page
    assert len(shown) <= MOST_STATEMENTS
    my_record.read(helper, person_id)  # on paper, later: the first sign is what is kept
    (told,) = service.open_event(actor=setting.auditor, event_id=event.id).notices
    assert (told.read_how, told.read_at) == ("read_out", first)
    said = [str(line.words) for line in my_record.read(helper, person_id).record.lines]
    assert any("What we had written was read to you" in line for line in said)

    other_id = make_person(helper, "Bert Other")
    delegation.grant(helper, other_id)
    assert how_read(other_id, "delegation_granted") == [None]
    my_record.read(helper, other_id)
    assert how_read(other_id, "delegation_granted") == ["handed"]
    assert last_event("notice.read").person_id == other_id


def test_keys_are_said_by_their_names(setting: Setting, auditor: FlaskClient) -> None:
    """What an auditor reads, and shows to a court; the keys stay in the files."""
    delegation.grant(setting.helper, setting.person_id)
    event = last_event("delegation.granted")
    setting.look(reason="other")
    for address, said, unsaid in (
        (f"/events/{event.id}", ["Blue Badge", "Send forms", "before a witness"], ["blue-badge"]),
        ("?service=blue-badge", ["Blue Badge"], ["blue-badge"]),
        ("?explained=not", ["in their own words"], ["looked: other"]),
    ):
        page = BeautifulSoup(auditor.get(f"/journal{address}").text, "html.parser")
        words = page.get_text(" ")
        assert [each for each in said if each not in words] == []
        assert [each for each in unsaid if each in words] == []
    token = read_token(auditor.get("/journal"))
    asked = {"csrf_token": token, "as": "csv", "service": "blue-badge"}
    row = next(csv.DictReader(io.StringIO(auditor.post("/journal/export", data=asked).text[1:])))
    assert (row["service"], row["name of the service"]) == ("blue-badge", "Blue Badge")
