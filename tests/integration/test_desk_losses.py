"""Today for a team: what is lost first, what a colleague left, of this site or of all."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.casework.queries_entries import list_waiting_people
from assistedaccess.casework.service_queue import add_waiting_person
from assistedaccess.desk.queries_losses import count_waits, list_losses
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading
from tests.factories import applications, documents, groups, outcomes
from tests.factories.appointments import book
from tests.factories.casework import add_task, close_case, fill, get_case, make_case
from tests.factories.consent import make_scene
from tests.factories.delegation import grant
from tests.factories.merging import Pair
from tests.factories.people import (
    make_desk,
    make_helper,
    make_person,
    mobile,
    sign_in,
    without_site,
)
from tests.support.clocks import Hand
from tests.support.statements import counted_statements


@pytest.fixture(autouse=True)
def hand(app: Flask):
    made = Hand()
    with clock.set_clock(made):
        yield made


def kinds(actor: Actor, *, at_site: bool = False) -> list[str]:
    with reading():
        return [str(row.kind) for row in list_losses(actor, at_site=at_site)]


def test_what_is_lost_first_stands_first_whatever_it_is(client: FlaskClient) -> None:
    scene = make_scene()
    today = clock.today()
    case = make_case(
        scene.colleague, scene.person_id, service="attendance-allowance",
        first_contact_on=today - timedelta(days=40),
    )  # fmt: skip
    badge = make_case(scene.helper, scene.person_id, service="blue-badge")
    grant(scene.helper, scene.person_id, powers=["submit", "receive_messages"])
    documents.receive(scene.helper, badge)
    add_task(scene.colleague, case, due_on=today)
    add_task(scene.colleague, case, due_on=today + timedelta(days=9))  # not near yet
    book(scene.colleague, badge, day=today, at=time(18))
    claim = [case.keep_date_by - today] if case.keep_date_by else []
    expected = ["letter", "appointment", "task"]
    assert kinds(scene.helper) == (
        [*expected, "claim"] if claim and timedelta() < claim[0] <= timedelta(days=7) else expected
    )
    assert kinds(make_helper(make_desk())) == []
    sign_in(client, scene.helper)
    page = client.get("/today/team").text
    left, first = page.split("What is due</h2>")
    assert "Left by somebody who is not here today" in left
    assert "Appointment" in left  # the colleague's: she has not signed in
    assert "Letter that came for them" in first  # one's own
    with reading():
        rows = list_losses(scene.helper, at_site=False)
    assert {row.is_here for row in rows if str(row.kind) in ("task", "appointment")} == {False}
    close_case(scene.colleague, get_case(scene.colleague, case.id))
    assert "task" not in kinds(scene.helper)


def test_a_claim_date_goes_before_all_else_of_its_day() -> None:
    helper = make_helper(make_desk())
    person_id = make_person(helper)
    fill(helper, [person_id], 12)
    with reading():
        rows = list_losses(helper, at_site=True)
    today = [str(row.kind) for row in rows if row.day == clock.today()]
    assert today[0] == "claim"
    assert today.index("task") > 0
    assert [row.day for row in rows] == sorted(row.day for row in rows)


def test_last_days_and_sessions_stand_there_and_what_is_waited_for_is_counted(
    client: FlaskClient, hand: Hand
) -> None:
    scene, today = applications.make_scene(), clock.today()
    refused = outcomes.send(scene)
    outcomes.hear(
        scene.helper,
        refused,
        "more_asked",
        words="A bill",
        limit_from="letter",
        last_day=today + timedelta(days=2),
    )
    fill(scene.helper, [scene.person_id], 1)  # a task of today
    groups.plan(scene.helper, day=today, begins=time(18), ends=time(19))
    colleague = make_helper(scene.desk)
    sign_in(client, colleague)
    page = client.get("/today/team").text
    at_risk, rest = page.split("Who waits</h2>")
    due, waits = rest.split("What we wait for</h2>")
    assert f"/outcomes/{refused}" in at_risk
    assert "Group session" in due
    assert "–" not in due  # a session is of nobody: no initials that are none
    assert "To do" in due
    assert "Nothing. An application" in waits
    hand.move(days=120)
    pair = Pair.__new__(Pair)
    pair.merged, pair.kept = (
        scene.person_id,
        make_person(scene.helper, contact_points=[mobile("07700 900002")]),
    )
    make_helper(scene.desk, role="reviewer")
    pair.ask(scene.helper)
    elsewhere = replace(colleague, site_id=new_id())
    for reader, counts in ((colleague, (1, 1)), (elsewhere, (0, 0))):
        with reading():
            found = count_waits(reader, at_site=True)
        assert (found.unheard, found.pending) == counts
    sign_in(client, scene.helper)  # who asked
    assert "/pending-acts/W-" in client.get("/today").text
    sign_in(client, colleague)
    waits = client.get("/today/team").text.split("What we wait for</h2>")[1]
    assert "which=unheard&amp;whose=all" in waits
    assert "Waiting for a second person: 1" in " ".join(waits.split())


def test_who_waits_and_for_how_long_stands_there_too(client: FlaskClient, hand: Hand) -> None:
    desk, other = make_desk(), make_desk("Elsewhere")
    helper = make_helper(desk)
    add_waiting_person(actor=helper, called="Number 14")
    hand.move(minutes=65)
    add_waiting_person(actor=without_site(helper), called="Doreen")
    add_waiting_person(actor=make_helper(other), called="Not ours")
    hand.move(minutes=1)
    sign_in(client, helper)
    whole, site = (client.get(f"/today/team{asked}").text for asked in ("", "?where=site"))
    assert "Not ours" not in whole
    assert "1 hour, 6 minutes" in whole
    assert whole.index("Number 14") < whole.index("Doreen")
    assert "Millbrook Library" in whole.split("What is due</h2>")[0].split("Who waits</h2>")[1]
    assert "Doreen" not in site
    assert [page.count("/take") for page in (whole, site)] == [1, 1]  # nobody calls elsewhere
    assert "1 hour, 6 minutes" in client.get("/today").text
    with reading():
        called = [row.called for row in list_waiting_people(helper, 1, at_site=False)]
    assert called == ["Number 14"]


def test_it_takes_few_statements_however_much_there_is(
    client: FlaskClient, database: Database
) -> None:
    helper = make_helper(make_desk())
    fill(helper, [make_person(helper)], 60)
    sign_in(client, helper)
    for address in ("/today/team", "/today/team?where=site"):
        with counted_statements(database) as sent:
            assert client.get(address).status_code == 200
        assert len(sent) <= 12, sent
