"""Group sessions: planned, led by somebody who is free, told, changed and cancelled."""

from __future__ import annotations

import threading
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import func, select

from assistedaccess.casework import service_groups, service_links
from assistedaccess.casework.models_groups import GroupSession
from assistedaccess.casework.service_groups import RegisterNotYours
from assistedaccess.installation import expire_everything
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, use_database
from tests.factories import appointments, groups, people
from tests.factories.appointments import tomorrow
from tests.factories.casework import make_case
from tests.factories.consent import list_told
from tests.factories.people import Desk, make_desk, make_helper, make_person, mobile, reference_of
from tests.support.clocks import Hand
from tests.support.desks import colleague, desk, hand, helper
from tests.support.journal import list_events
from tests.support.statements import MOST, counted_statements

__all__ = ["colleague", "desk", "hand", "helper"]

pytestmark = pytest.mark.usefixtures("app")
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
TOLD = "people told of a group session"


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(GroupSession)) or 0


def kinds(person_id: Any) -> list[str]:
    return [kind for kind, _facts in list_told(person_id) if kind.startswith("appointment")]


def test_a_series_is_planned_a_week_apart_and_once(
    database: Database, helper: Actor, colleague: Actor
) -> None:
    key = new_request_key()
    fields: dict[str, Any] = {
        "day": date(2027, 3, 16),
        "weeks": 26,
        "leaders": [helper.account_id, colleague.account_id],
        "request_key": key,
    }
    with counted_statements(database) as statements:
        made = groups.plan(helper, **fields)
    assert len(statements) <= MOST["POST"]
    assert groups.plan(helper, **fields) == made
    series = [groups.get(helper, each) for each in groups.list_series(made)]
    assert len(series) == count() == 26
    assert {f"{clock.local(row.starts_at):%a %H:%M}" for row in series} == {"Tue 10:00"}
    assert {len(row.leaders) for row in series} == {2}
    assert {row.starts_at.hour for row in series} == {9, 10}  # summer time
    assert len(list_events("group_session.planned")) == 26


def test_a_leader_is_in_one_place_whatever_was_first(
    helper: Actor, colleague: Actor, desk: Desk
) -> None:
    case = make_case(colleague, make_person(colleague))
    appointments.book(helper, case, day=tomorrow() + timedelta(weeks=1), at=time(11))
    with pytest.raises(InvalidInput, match=r"Tuesday 1 December: .* from 11:00 to 11:30"):
        groups.plan(helper, weeks=3)
    assert count() == 0
    made = groups.plan(helper)
    with pytest.raises(InvalidInput, match="leads a group session from 10:00 to 12:00"):
        groups.plan(colleague, leaders=[colleague.account_id, helper.account_id], begins=time(11))
    with pytest.raises(InvalidInput, match="leads a group session"):
        appointments.book(helper, case, at=time(11, 30))
    appointments.book(helper, case, at=time(12))
    groups.change(helper, made, begins=time(9))  # itself is nothing in the way
    with pytest.raises(InvalidInput, match="has an appointment from 12:00"):
        groups.change(helper, made, ends=time(12, 15))
    groups.cancel(helper, made)
    groups.plan(helper)


def test_of_an_appointment_and_a_session_at_once_one_is_refused(
    helper: Actor, colleague: Actor, database: Database
) -> None:
    """Two colleagues take the same helper, and two the same person, at the same moment."""
    person_id = make_person(helper)
    case, others = make_case(helper, person_id), make_case(helper, make_person(helper, "Grace"))
    made = groups.plan(colleague, begins=time(14), ends=time(15))

    def race(*acts: Any) -> list[str]:
        barrier, outcomes = threading.Barrier(len(acts)), []

        def run(act: Any) -> None:
            barrier.wait()
            with use_database(database):
                try:
                    act()
                    outcomes.append("done")
                except InvalidInput as refused:
                    outcomes.append(refused.field)

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    assert race(lambda: groups.plan(helper), lambda: appointments.book(helper, others)) in (
        ["at", "done"],
        ["begins", "done"],
    )
    assert race(
        lambda: groups.put_on(colleague, made, reference_of(person_id)),
        lambda: appointments.book(helper, case, at=time(14, 30)),
    ) in (["at", "done"], ["done", "session"])


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"topic": "For Mrs Ellis"}, "topic"),
        ({"topic": "Out of debt"}, "is_private"),
        ({"kind": "home"}, "kind"),
        ({"kind": "telephone"}, "kind"),
        ({"begins": time(12), "ends": time(12)}, "ends"),
        ({"begins": time(9), "ends": time(18)}, "ends"),
        ({"places": 0}, "places"),
        ({"places": 61}, "places"),
        ({"leaders": []}, "leaders"),
        ({"weeks": 27}, "weeks"),
        ({"day": date(2026, 11, 22)}, "day"),
        ({"day": date(2027, 11, 1), "weeks": 26}, "day"),
        ({"day": date(2027, 3, 28), "begins": time(1, 30)}, "begins"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    helper: Actor, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        groups.plan(helper, **fields)
    assert refused.value.field == field
    assert count() == 0


def test_it_is_nobodys_at_another_organisation_and_its_sites_helpers_change_it(
    helper: Actor, colleague: Actor, desk: Desk
) -> None:
    stranger = make_helper(make_desk("Elsewhere"))
    made = groups.plan(helper)
    with pytest.raises(InvalidInput):
        groups.plan(helper, begins=time(13), ends=time(14), leaders=[stranger.account_id])
    for run in (
        lambda: groups.get(stranger, made),
        lambda: groups.put_on(stranger, made, "P1"),
    ):
        with pytest.raises(NotFound):
            run()
    with pytest.raises(NotFound):
        service_groups.cancel_group_session(actor=stranger, session_id=made, version=1)
    groups.change(colleague, made, leaders=[helper.account_id], places=5)
    with pytest.raises(StaleVersion):
        service_groups.cancel_group_session(actor=helper, session_id=made, version=1)
    elsewhere = people.without_site(colleague)
    with pytest.raises(RegisterNotYours):
        groups.cancel(elsewhere, made)
    groups.change(helper, made, is_private=True, topic="Out of debt")
    with pytest.raises(RegisterNotYours):
        groups.cancel(colleague, made)
    assert groups.get(colleague, made).topic == ""
    assert groups.get(helper, made).topic == "Out of debt"


def test_cancelling_tells_everybody_by_their_safe_route_once(
    hand: Hand, database: Database, helper: Actor
) -> None:
    made = groups.plan(helper, weeks=3, places=12)
    series = groups.list_series(made)
    ada = make_person(helper, contact_points=[mobile("07700 900123", whose="own")])
    rest = [make_person(helper, f"Grace {number}") for number in range(6)]
    for person_id in (ada, *rest):
        groups.put_on(helper, series[1], reference_of(person_id))
    groups.put_on(helper, series[2], reference_of(ada))
    hand.move(minutes=1)
    with counted_statements(database) as statements:
        gone = groups.cancel(helper, series[1], with_later=True)
    assert len(statements) <= MOST["POST"]
    assert gone == series[1:]
    assert expire_everything()[TOLD] == 8
    assert expire_everything()[TOLD] == 0
    assert kinds(ada) == ["appointment_booked"] * 2 + ["appointment_cancelled"] * 2
    assert [kinds(each) for each in rest] == [["appointment_booked", "appointment_cancelled"]] * 6
    assert str(groups.get(helper, made).state) == "planned"
    with pytest.raises(StaleVersion):
        groups.put_on(helper, series[1], reference_of(ada))
    with pytest.raises(StaleVersion):
        groups.cancel(helper, series[1])
    assert len(list_events("register_entry.cancelled")) == 8


def test_another_time_is_told_and_reminded_of_and_another_room_is_not(
    hand: Hand, helper: Actor
) -> None:
    made = groups.plan(
        helper, day=tomorrow() + timedelta(days=1), topic="Out of debt", is_private=True
    )
    ada = make_person(helper, contact_points=[mobile("07700 900123", whose="own")])
    groups.put_on(helper, made, reference_of(ada))
    hand.move(minutes=1)
    debt: dict[str, Any] = {"topic": "Out of debt", "is_private": True}
    day = tomorrow() + timedelta(days=1)
    groups.change(helper, made, day=day, room="Room 4", ends=time(13), **debt)
    assert expire_everything()[TOLD] == 0
    groups.change(helper, made, day=day, begins=time(14), ends=time(16), **debt)
    assert [expire_everything()[TOLD] for _ in range(2)] == [1, 0]
    hand.move(days=1)
    assert [expire_everything()[TOLD] for _ in range(2)] == [1, 0]
    told = [(kind, facts) for kind, facts in list_told(ada) if kind.startswith("appointment")]
    assert [kind for kind, _facts in told] == [
        "appointment_booked", "appointment_moved", "appointment_reminder",
    ]  # fmt: skip
    assert told[2][1]["when"] == "Wednesday 25 November, 2:00pm"
    assert told[2][1]["where"] == "Millbrook Library"
    assert "debt" not in str(told).casefold()
    assert "group" not in str(told).casefold()
    with pytest.raises(InvalidInput) as refused:
        groups.put_on(helper, made, reference_of(ada))
    assert "already" in refused.value.words


def test_a_calendar_has_it_without_a_word_of_what_it_is_about(
    client: FlaskClient, helper: Actor, colleague: Actor
) -> None:
    groups.plan(helper, topic="Canary topic", room="Canary room")
    cancelled = groups.plan(helper, begins=time(15), ends=time(16))
    groups.cancel(helper, cancelled)
    token = service_links.make_link(actor=helper, purpose="calendar").token
    body = client.get(f"/calendars/{token}").data
    (event,) = Calendar.from_ical(body).walk("VEVENT")
    assert (str(event["summary"]), str(event["location"])) == (
        "Group session", "Millbrook Library",
    )  # fmt: skip
    assert b"Canary" not in body
    other = service_links.make_link(actor=colleague, purpose="calendar").token
    assert b"VEVENT" not in client.get(f"/calendars/{other}").data
