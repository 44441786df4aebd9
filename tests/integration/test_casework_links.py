"""The calendar's link and the screen's: nothing of a person, made anew, ended, asked too often."""

from __future__ import annotations

import re
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import update

from assistedaccess.accounts.models import Account
from assistedaccess.casework import service_links as service
from assistedaccess.casework import service_queue
from assistedaccess.casework.models_links import SecretLink
from assistedaccess.casework.rules_links import MOST_FETCHES, LinkPurpose
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import NotFound, TooManyAttempts
from assistedaccess.kernel.transactions import run_transaction
from tests.factories.appointments import book, settle
from tests.factories.casework import make_case
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
    sign_in,
    without_site,
)
from tests.support.clocks import Hand
from tests.support.desks import desk, hand, helper
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

__all__ = ["desk", "hand", "helper"]


def token_of(actor: Actor, purpose: str = "calendar") -> str:
    return service.make_link(actor=actor, purpose=purpose).token


def test_a_calendar_shows_times_and_nothing_of_anybody(
    client: FlaskClient, database: Database, helper: Actor, desk: Desk
) -> None:
    case = make_case(helper, make_person(helper, "Ada Canaryname"))
    winter = clock.today() + timedelta(days=1)
    book(helper, case, day=winter, at=time(10), note="Bring the canary")
    summer = winter.replace(year=2027, month=7)
    book(helper, case, day=summer, at=time(10), kind="home")
    gone = book(helper, case, day=winter, at=time(15))
    settle(helper, gone, "cancelled")
    colleague = make_helper(desk)
    book(colleague, make_case(colleague, make_person(colleague, "Grace")), at=time(12))
    address = f"/calendars/{token_of(helper)}"
    with counted_statements(database) as sent:
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(sent) <= 12, sent
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [event.decoded("dtstart").isoformat() for event in events] == [
        "2026-11-24T10:00:00+00:00",
        f"{summer}T09:00:00+00:00",  # ten by the clocks of a British summer
    ]
    for secret in ("Ada", "Canary", "canary", "A.", case.reference, "P-"):
        assert secret not in answer.text.replace(desk.name if hasattr(desk, "name") else "", "")


def test_made_anew_the_old_one_ends_and_so_does_a_leavers(
    client: FlaskClient, helper: Actor
) -> None:
    first = token_of(helper)
    second = token_of(helper)
    assert client.get(f"/calendars/{first}").status_code == 404
    assert client.get(f"/calendars/{second}").status_code == 200
    assert client.get(f"/waiting-rooms/{second}").status_code == 404  # another purpose
    assert service.end_link(actor=helper, purpose="calendar") == 1
    assert client.get(f"/calendars/{second}").status_code == 404
    with pytest.raises(NotFound):
        service.end_link(actor=helper, purpose="calendar")
    assert len(list_events("secret_link.made")) == 2
    assert len(list_events("secret_link.ended")) == 2
    third = token_of(helper)
    run_transaction(
        lambda: get_session().execute(
            update(Account).where(Account.id == helper.account_id).values(disabled_at=clock.now())
        )
    )
    assert client.get(f"/calendars/{third}").status_code == 404


def test_a_client_that_asks_every_second_is_told_to_wait(
    client: FlaskClient, helper: Actor, hand: Hand
) -> None:
    token = token_of(helper)
    most = MOST_FETCHES[LinkPurpose.CALENDAR]
    for _ in range(most):
        service.read_calendar(token)
        hand.move(seconds=1)
    for _ in range(3):
        with pytest.raises(TooManyAttempts):
            service.read_calendar(token)
    answer = client.get(f"/calendars/{token}")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 60
    # That it asked too often is one fact, whatever it does.
    told = [event.reason_code for event in list_events("act.refused")]
    assert told == ["too_many_attempts"]
    service.read_calendar(token_of(make_helper(make_desk())))  # nobody else is shut out
    hand.move(minutes=10)
    service.read_calendar(token)


def test_the_token_is_nowhere_but_with_whoever_holds_it(helper: Actor) -> None:
    token = token_of(helper)
    with_it = run_transaction(lambda: get_session().query(SecretLink).one().token_hash)
    assert token.encode() not in with_it
    assert len(token) >= 40


def test_a_screen_shows_what_people_are_called_and_nothing_else(
    client: FlaskClient, helper: Actor, desk: Desk
) -> None:
    service_queue.add_waiting_person(actor=helper, called="Rhian")
    taken = service_queue.add_waiting_person(actor=helper, called="Ticket 12")
    elsewhere = make_helper(make_desk())
    service_queue.add_waiting_person(actor=elsewhere, called="Somebody else")
    service_queue.add_waiting_person(actor=without_site(helper), called="Not here")
    assert client.get("/waiting-room").status_code == 404
    entered = client.get(f"/waiting-rooms/{token_of(helper, 'waiting_room')}")
    assert urlsplit(entered.location).path == "/waiting-room"
    shown = client.get("/waiting-room")
    assert shown.headers["Refresh"] == "15"
    assert "Rhian" in shown.text
    assert "Ticket 12" in shown.text
    assert "Somebody else" not in shown.text
    assert "Not here" not in shown.text  # the same organisation, another place
    assert 'href="/' not in re.sub(r"<link[^>]*>", "", shown.text)  # it leads nowhere
    service_queue.take_waiting_person(actor=helper, waiting_person_id=taken)
    assert "Ticket 12" not in client.get("/waiting-room").text


def test_the_page_makes_shows_once_and_ends(client: FlaskClient, helper: Actor) -> None:
    sign_in(client, helper)
    listed = "/appointments/links"
    made = send(client, f"{listed}/make", page=listed, purpose="calendar")
    found = re.search(r"<code>(\S+)</code>", made.text)
    assert found is not None
    assert client.get(urlsplit(found[1]).path).status_code == 200
    again = client.get(listed).text
    assert found[1] not in again
    assert "There is a link" in again
    assert send(client, f"{listed}/make", page=listed, purpose="moon").status_code == 303
    assert send(client, f"{listed}/end", page=listed, purpose="calendar").status_code == 303
    assert client.get(urlsplit(found[1]).path).status_code == 404
