"""Lone-worker warnings: with a reason and a last day, met before a home visit and nowhere else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from assistedaccess.casework import service_warnings as service
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.people.rules import RelativesRecord
from tests.factories.appointments import book, settle
from tests.factories.casework import make_case
from tests.factories.people import (
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    reference_of,
    sign_in,
)
from tests.support.clocks import Hand
from tests.support.desks import desk, hand, helper
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

__all__ = ["desk", "hand", "helper"]

pytestmark = pytest.mark.usefixtures("app")
WORDS = "A dog that bites, behind the blue door"
BASIS = "It bit Jo on 3 November"


@pytest.fixture
def case(helper: Actor) -> CaseDetails:
    return make_case(helper, make_person(helper))


def warn(actor: Actor, case: CaseDetails, **fields: Any) -> UUID:
    given = {
        "words": WORDS,
        "basis": BASIS,
        "expires_on": clock.today() + timedelta(days=30),
        **fields,
    }
    return service.add_lone_worker_warning(actor=actor, case_id=case.id, **given)


def met_by(actor: Actor, visit: UUID) -> list[service.WarningRow] | None:
    return service.open_appointment(actor=actor, appointment_id=visit).warnings


def test_whoever_visits_meets_it_and_that_is_recorded(
    helper: Actor, case: CaseDetails, hand: Hand
) -> None:
    other = make_case(helper, case.person_id, need="Another thing, of the same home")
    made = warn(helper, case, not_told_why="He threatened Jo")
    visit = book(helper, other, kind="home")
    (met,) = met_by(helper, visit) or []
    assert (met.id, met.words, met.basis, met.not_told_why) == (
        made, WORDS, BASIS, "He threatened Jo",
    )  # fmt: skip
    (event,) = list_events("lone_worker_warnings.met")
    assert event.subject_id == visit
    (added,) = list_events("lone_worker_warning.added")
    assert added.reason_code == "not_told"
    hand.move(days=1)
    settle(helper, visit, "came")
    assert met_by(helper, visit) is None


def test_it_ends_by_itself_or_with_a_reason(helper: Actor, case: CaseDetails, hand: Hand) -> None:
    visit = book(helper, case, kind="home", day=clock.today() + timedelta(days=40))
    made = warn(helper, case)
    kept = warn(helper, case, words="Another", expires_on=clock.today() + timedelta(days=50))
    with pytest.raises(InvalidInput):
        service.end_lone_worker_warning(actor=helper, lone_worker_warning_id=kept, reason=" ")
    hand.move(days=31)
    assert [row.id for row in met_by(helper, visit) or []] == [kept]
    with pytest.raises(StaleVersion):
        service.end_lone_worker_warning(actor=helper, lone_worker_warning_id=made, reason="gone")
    service.end_lone_worker_warning(actor=helper, lone_worker_warning_id=kept, reason="gone")
    with pytest.raises(StaleVersion):
        service.end_lone_worker_warning(actor=helper, lone_worker_warning_id=kept, reason="gone")
    assert met_by(helper, visit) == []
    assert len(list_events("lone_worker_warning.ended")) == 1


def test_it_needs_its_reason_and_its_last_day(helper: Actor, case: CaseDetails) -> None:
    today = clock.today()
    for fields, field in (
        ({"words": ""}, "words"),
        ({"basis": ""}, "basis"),
        ({"basis": "my password is hunter22"}, "basis"),
        ({"expires_on": today - timedelta(days=1)}, "expires_on"),
        ({"expires_on": today + timedelta(days=366)}, "expires_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            warn(helper, case, **fields)
        assert refused.value.field == field
    key = new_request_key()
    assert warn(helper, case, request_key=key) == warn(helper, case, request_key=key)


def test_another_organisation_has_none_and_meets_none(helper: Actor, case: CaseDetails) -> None:
    made = warn(helper, case)
    other = make_helper(make_desk())
    theirs = book(other, make_case(other, case.person_id), kind="home")
    assert met_by(other, theirs) == []
    with pytest.raises(NotFound):
        service.end_lone_worker_warning(actor=other, lone_worker_warning_id=made, reason="mine")
    visit = book(helper, case, kind="home", day=clock.today() + timedelta(days=2))
    with pytest.raises(NotFound):
        met_by(other, visit)
    declare_relative(other, reference_of(case.person_id))
    with pytest.raises(RelativesRecord):
        met_by(other, theirs)


def test_its_words_stand_on_no_page_but_that_of_the_visit(
    client: FlaskClient, database: Database, helper: Actor, case: CaseDetails
) -> None:
    sign_in(client, helper)
    address = f"/cases/{case.reference}/lone-worker-warnings/new"
    last = clock.today() + timedelta(days=9)
    fields = {
        "words": WORDS, "basis": BASIS, "is_told": "yes", "request_key": new_request_key(),
        "expires_on-day": str(last.day), "expires_on-month": str(last.month),
        "expires_on-year": str(last.year),
    }  # fmt: skip
    bad = send(client, address, **{**fields, "is_told": "no"})
    assert bad.status_code in (400, 422)
    assert "Enter why it would not be safe to tell them" in bad.text
    assert send(client, address, **fields).status_code == 303
    tomorrow = clock.today() + timedelta(days=1)
    times = {
        "kind": "home", "day-day": str(tomorrow.day), "day-month": str(tomorrow.month),
        "day-year": str(tomorrow.year), "at": "10:00", "minutes": "30",
        "account_id": str(helper.account_id), "interpreter": "no",
        "request_key": new_request_key(),
    }  # fmt: skip
    booked = send(client, f"/cases/{case.reference}/appointments/new", **times)
    visit = booked.location
    assert "/appointments/" in visit
    with counted_statements(database) as sent:
        page = client.get(visit).text
    assert WORDS in page
    assert BASIS in page
    assert len(sent) <= 12, sent
    desk_time = book(helper, case, kind="desk", day=clock.today() + timedelta(days=3))
    person = reference_of(case.person_id)
    for elsewhere in (
        address, "/today", "/appointments", f"/cases/{case.reference}", f"/people/{person}",
        f"/people/{person}/history", f"/appointments/{desk_time}", f"{visit}/move",
    ):  # fmt: skip
        found = client.get(elsewhere)
        assert found.status_code == 200, elsewhere
        assert WORDS not in found.text, elsewhere
        assert "Before you visit" not in found.text, elsewhere
    assert len(list_events("lone_worker_warnings.met")) == 1  # not by the page that moves it
    (met,) = met_by(helper, UUID(visit.rsplit("/", 1)[1])) or []
    end = f"{visit}/lone-worker-warnings/{met.id}/end"
    assert WORDS in client.get(end).text
    assert send(client, end, reason="The dog has gone").status_code == 303
    assert WORDS not in client.get(visit).text
    assert client.get(end).status_code == 303
