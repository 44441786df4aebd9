"""Appointments: kept for one person by one helper, told, reminded, moved; nobody is blamed."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assistedaccess.audit.explain import find_explanation
from assistedaccess.casework import queries_appointments, queries_entries
from assistedaccess.casework import service_appointments as service
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.desk import service as desk_service
from assistedaccess.installation import expire_everything
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, use_database
from assistedaccess.notices.senders import Message
from assistedaccess.notices.sending import send_due_notices
from assistedaccess.people.rules import RelativesRecord
from tests.factories import applications as apps
from tests.factories import record
from tests.factories.appointments import book, get, list_day, settle, tomorrow
from tests.factories.casework import close_case, make_case
from tests.factories.complaints import make_unsafe
from tests.factories.consent import list_told
from tests.factories.people import (
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    mobile,
    reference_of,
    sign_in,
    without_site,
)
from tests.support.clocks import Hand
from tests.support.desks import colleague, desk, hand, helper
from tests.support.journal import list_events

__all__ = ["colleague", "desk", "hand", "helper"]

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def case(hand: Hand, helper: Actor) -> CaseDetails:
    person_id = make_person(helper, contact_points=[mobile("07700 900123", whose="own")])
    return make_case(helper, person_id)


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Appointment)) or 0


def test_it_is_kept_told_and_stands_in_the_story(helper: Actor, case: CaseDetails) -> None:
    made = book(helper, case, note="Bring the letter")
    found = get(helper, made)
    assert (found.note, str(found.row.state), found.row.account_id) == (
        "Bring the letter", "booked", helper.account_id,
    )  # fmt: skip
    (facts,) = [facts for kind, facts in list_told(case.person_id) if kind == "appointment_booked"]
    assert facts["when"] == "Tuesday 24 November, 10:00am"
    assert "letter" not in str(facts)
    story = desk_service.view_case(actor=helper, reference=case.reference)
    assert "appointment" in [each.entry.kind for each in story.entries]
    assert len(list_events("appointment.booked")) == 1


def test_nobody_is_in_two_places(helper: Actor, colleague: Actor, case: CaseDetails) -> None:
    book(helper, case)
    other = make_case(helper, make_person(helper, "Grace Hopper"))
    with pytest.raises(InvalidInput, match="The helper has an appointment from 10:00 to 10:30"):
        book(helper, other, at=time(10, 15))
    with pytest.raises(InvalidInput, match="The person has an appointment"):
        book(colleague, case, at=time(9, 45))
    with pytest.raises(InvalidInput, match="on no clock"):
        book(helper, case, day=date(2027, 3, 28), at=time(1, 30))
    tried = [event.reason_code for event in list_events("act.refused")]
    assert tried == ["double_booking", "double_booking", "time_on_no_clock"]
    told = record.read(helper, case.person_id).record  # of a slip, and not of a suspicion
    assert "chose a time that was taken" in str([line.words for line in told.lines])
    book(helper, other, at=time(10, 30))
    book(colleague, case, at=time(9, 30))
    assert count() == 3


def test_of_two_who_book_the_same_time_at_once_one_is_refused(
    helper: Actor, database: Database, case: CaseDetails
) -> None:
    cases = [case, make_case(helper, make_person(helper, "Grace Hopper"))]
    barrier, outcomes = threading.Barrier(2), []

    def take(which: CaseDetails) -> None:
        barrier.wait()
        with use_database(database):
            try:
                outcomes.append(book(helper, which))
            except InvalidInput as refused:
                outcomes.append(refused.field)

    threads = [threading.Thread(target=take, args=(each,)) for each in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "at" in outcomes
    assert count() == 1


def test_sent_twice_it_is_booked_once(helper: Actor, case: CaseDetails) -> None:
    key = new_request_key()
    assert book(helper, case, request_key=key) == book(helper, case, request_key=key)
    assert count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"day": "yesterday"}, "day"),
        ({"day": "in two years"}, "day"),
        ({"minutes": 20}, "minutes"),
        ({"kind": "pub"}, "kind"),
        ({"interpreter": "loud"}, "interpreter"),
        ({"note": "My card is 4111 1111 1111 1111"}, "note"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    helper: Actor, case: CaseDetails, fields: dict[str, Any], field: str
) -> None:
    days = {"yesterday": -1, "in two years": 731}
    if "day" in fields:
        fields = {"day": clock.today() + timedelta(days=days[fields["day"]])}
    with pytest.raises(InvalidInput) as refused:
        book(helper, case, **fields)
    assert refused.value.field == field
    assert count() == 0


def test_it_is_another_organisations_secret_and_no_relatives_business(
    helper: Actor, colleague: Actor, case: CaseDetails
) -> None:
    made = book(helper, case)
    stranger = make_helper(make_desk("Elsewhere"))
    for run in (
        lambda: book(stranger, case, at=time(12)),
        lambda: settle(stranger, made, "cancelled"),
        lambda: get(stranger, made),
    ):
        with pytest.raises(NotFound):
            run()
    with pytest.raises(InvalidInput):
        book(helper, case, at=time(12), account_id=stranger.account_id)
    declare_relative(colleague, reference_of(case.person_id))
    with pytest.raises(RelativesRecord):
        settle(colleague, made, "cancelled")


def test_moved_it_is_told_anew_and_an_old_page_changes_nothing(
    helper: Actor, colleague: Actor, case: CaseDetails
) -> None:
    made = book(helper, case)
    moved = {"appointment_id": made, "day": tomorrow(), "minutes": 60}
    service.move_appointment(
        actor=helper, version=1, at=time(14), account_id=colleague.account_id, **moved
    )
    found = get(helper, made)
    assert found.row.account_id == colleague.account_id
    kinds = [kind for kind, _facts in list_told(case.person_id)]
    assert kinds.count("appointment_moved") == 1
    with pytest.raises(StaleVersion):
        service.move_appointment(actor=helper, version=1, at=time(15), **moved)
    with pytest.raises(StaleVersion):
        settle(helper, made, "cancelled", version=1)


def test_who_could_not_come_is_noted_without_a_word_to_or_about_them(
    hand: Hand, helper: Actor, case: CaseDetails, client: FlaskClient
) -> None:
    made = book(helper, case)
    with pytest.raises(StaleVersion):
        settle(helper, made, "did_not_come")
    hand.move(days=1)
    settle(helper, made, "did_not_come")
    assert str(get(helper, made).row.state) == "did_not_come"
    assert "missed" not in str(list_told(case.person_id))
    sign_in(client, helper)
    assert "Could not come" in client.get(f"/appointments/{made}").text  # whoever's doing it was
    with pytest.raises(StaleVersion):
        settle(helper, made, "came", version=2)


def test_a_time_to_speak_by_telephone_is_no_word_of_theirs_by_telephone(
    helper: Actor, case: CaseDetails
) -> None:
    book(helper, case, kind="telephone")
    told = record.read(helper, case.person_id).record
    (line,) = [line for line in told.lines if "set a time to meet you" in line.words]
    assert line.why == ""


def test_an_interpreter_is_a_task_until_somebody_is_booked(
    helper: Actor, case: CaseDetails
) -> None:
    made = book(helper, case, interpreter="signed")
    with reading():
        (task,) = queries_entries.list_tasks_due(helper)
    assert "sign-language" in task.what
    assert get(helper, made).row.awaits_interpreter
    service.confirm_interpreter(
        actor=helper, appointment_id=made, version=1, words="Signs Together, 4471"
    )
    found = get(helper, made)
    assert (found.row.awaits_interpreter, found.interpreter_words) == (
        False, "Signs Together, 4471",
    )  # fmt: skip
    with reading():
        assert queries_entries.list_tasks_due(helper) == []
    assert len(list_events("task.done")) == 1


@pytest.mark.parametrize(
    ("is_confirmed", "to", "waits", "due_in_days"),
    [
        (True, "another day", True, 3),
        (True, "a colleague", False, None),
        (False, "another day", True, 3),
        (False, "a colleague", True, 0),
        (False, "a longer time", True, 0),
    ],
)
def test_an_interpreter_is_booked_for_the_time_that_stands(
    helper: Actor,
    colleague: Actor,
    case: CaseDetails,
    is_confirmed: bool,
    to: str,
    waits: bool,
    due_in_days: int | None,
) -> None:
    made = book(helper, case, interpreter="spoken")
    if is_confirmed:
        service.confirm_interpreter(actor=helper, appointment_id=made, version=1, words="4471")
    moved: dict[str, Any] = {"day": tomorrow(), "at": time(10), "minutes": 30}
    moved |= {
        "another day": {"day": tomorrow() + timedelta(days=3)},
        "a colleague": {"account_id": colleague.account_id},
        "a longer time": {"minutes": 60},
    }[to]
    service.move_appointment(
        actor=helper, appointment_id=made, version=2 if is_confirmed else 1, **moved
    )
    found = get(helper, made)
    assert (found.row.awaits_interpreter, found.interpreter_words == "") == (waits, waits)
    owner = colleague if to == "a colleague" else helper
    with reading():
        tasks = queries_entries.list_tasks_due(owner)
        others = queries_entries.list_tasks_due(helper if owner is colleague else colleague)
    due = [] if due_in_days is None else [clock.today() + timedelta(days=due_in_days)]
    assert [task.due_on for task in tasks] == due
    assert others == []


def test_tomorrows_appointments_are_reminded_of_once_with_when_and_where(
    hand: Hand, helper: Actor, case: CaseDetails
) -> None:
    book(helper, case, day=tomorrow() + timedelta(days=1))
    silent = make_case(helper, make_person(helper, "No Phone"))
    book(helper, silent, day=tomorrow() + timedelta(days=1), at=time(11))
    afraid = make_person(helper, "Not Safe", contact_points=[mobile("07700 900124", whose="own")])
    book(helper, make_case(helper, afraid), day=tomorrow() + timedelta(days=1), at=time(12))
    make_unsafe(helper, afraid)  # of the three, one has a route that is safe today
    done = "people reminded of an appointment"
    assert expire_everything()[done] == 0
    hand.move(days=1)
    assert [expire_everything()[done] for _ in range(2)] == [1, 0]
    hand.move(hours=11)
    sender = _Kept()
    send_due_notices(sender=sender)
    (reminder,) = [sent.body for sent in sender.messages if "appointment" in sent.body]
    assert "Wednesday 25 November, 10:00am" in reminder
    assert "Millbrook Library" in reminder
    assert len(reminder) <= 160


class _Kept:
    channels = frozenset({"text", "email"})

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> str:
        self.messages.append(message)
        return message.reference


def test_it_explains_a_look_of_whoever_keeps_it_and_did_not_make_it(
    hand: Hand, helper: Actor, colleague: Actor, case: CaseDetails
) -> None:
    hand.move(days=1)  # they are not registered today, which would explain it too
    theirs = book(helper, case, account_id=colleague.account_id)
    own = book(helper, case, at=time(12))
    hand.move(days=1, hours=4)
    for made in (theirs, own):
        settle(helper, made, "came")
    close_case(helper, case)  # an open case would explain it too
    with reading():
        found = find_explanation(colleague, case.person_id)
        assert found is not None
        assert found.code == "appointment"
        assert find_explanation(helper, case.person_id) is None
        assert find_explanation(replace(colleague, account_id=case.id), case.person_id) is None
    hand.move(days=2)
    with reading():
        assert find_explanation(colleague, case.person_id) is None


def test_a_closed_case_keeps_no_time(helper: Actor, case: CaseDetails) -> None:
    close_case(helper, case)
    with pytest.raises(StaleVersion):
        book(helper, case)


def test_today_and_the_day_show_initials_alone(
    hand: Hand, helper: Actor, colleague: Actor, case: CaseDetails, client: FlaskClient
) -> None:
    book(helper, case)
    grace = make_case(colleague, make_person(helper, "Grace Hopper"))
    book(colleague, grace, kind="telephone")
    book(without_site(colleague), grace, at=time(16), account_id=colleague.account_id)
    hand.move(days=1)
    sign_in(client, helper)
    today = client.get("/today").text
    assert "At the desk" in today
    assert (
        "A.\N{NO-BREAK SPACE}L."
        in today.partition('id="appointments"')[2].partition("</section>")[0]
    )
    for query, shown in (
        ("", 1), ("?who=all", 2), ("?who=all&kind=telephone", 1), ("?who=all&where=all", 3)
    ):  # fmt: skip
        page = client.get(f"/appointments{query}").text
        assert page.count('class="govuk-table__row"') - 1 == shown
        assert "Lovelace" not in page
        assert "Hopper" not in page
    assert client.get("/appointments?day=nonsense&kind=pub").status_code == 200
    for edge in ("0001-01-01", "9999-12-31"):  # the calendar's own ends have no neighbours
        assert client.get(f"/appointments?day={edge}").status_code == 200
    with reading():
        (row,) = queries_appointments.list_appointments(
            helper, clock.today(), account_id=helper.account_id
        )
    page = client.get(f"/appointments/{row.id}")
    assert "They could not come" in page.text
    assert "did not" not in page.text.partition("<main")[2].lower()


def test_the_pages_book_move_and_cancel(
    helper: Actor, case: CaseDetails, client: FlaskClient
) -> None:
    sign_in(client, helper)
    address = f"/cases/{case.reference}/appointments/new"
    day = tomorrow()
    given = {"day-day": str(day.day), "day-month": str(day.month), "day-year": str(day.year)}
    page = apps.soup_of(client.get(address))
    for words in ("quarter", "half past two"):
        wrong = apps.post(client, address, {**given, "at": words}, page)
        assert apps.errors_of(wrong) == ["400", "Enter a time, like 10:30 or 2:15pm"]
    assert apps.post(client, address, {**given, "at": "2:15pm"}, page).status_code == 303
    (row,) = list_day(helper, day)
    assert f"{clock.local(row.starts_at):%H:%M}" == "14:15"
    move = f"/appointments/{row.id}/move"
    moved = apps.post(client, move, {"at": "9am"}, apps.soup_of(client.get(move)))
    assert moved.status_code == 303
    (row,) = list_day(helper, day)
    assert f"{clock.local(row.starts_at):%H:%M}" == "09:00"
    shown = client.get(f"/appointments/{row.id}").text
    assert "Cancel the appointment" in shown
    assert f'href="/appointments?day={day.isoformat()}"' in shown  # back to the day it stands on
    assert "They came" not in shown  # the day has not come
    assert "The person is told." in shown
    nobody_writes = make_case(helper, make_person(helper, "Grace Hopper", contact_points=[]))
    address = f"/cases/{nobody_writes.reference}/appointments/new"
    booked = apps.post(client, address, {**given, "at": "3pm"}, apps.soup_of(client.get(address)))
    assert "No message goes to the person: tell them yourself." in client.get(booked.location).text
    made = next(each for each in list_day(helper, day) if each.id != row.id)
    page = f"/appointments/{made.id}"
    fields = {"version": "1", "state": "cancelled"}
    done = apps.post(client, f"{page}/settle", fields, apps.soup_of(client.get(page)))
    assert "Saved. No message goes to the person: tell them" in client.get(done.location).text
