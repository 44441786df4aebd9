"""The report to funders, as page and file: whole quarters, small counts left out, money, cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import update

from assistedaccess.access import PermissionMissing
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_closings import CaseClosing
from assistedaccess.consent.models import Visit
from assistedaccess.desk import service_report
from assistedaccess.desk.queries_report import Report
from assistedaccess.desk.rules_report import Quarter, Table, list_quarters
from assistedaccess.desk.words_report import DEFINITIONS
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.organisations.models import Site
from tests.factories import outcomes
from tests.factories.applications import make_scene
from tests.factories.casework import make_case
from tests.factories.people import Desk, make_desk, make_helper, make_person, sign_in
from tests.support.journal import list_events
from tests.support.pages import send
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def manager(desk: Desk) -> Actor:
    return make_helper(desk, "manager")


def last_quarter() -> Quarter:
    return list_quarters(clock.today())[0]


def add(rows: Iterable[Any]) -> None:
    """Rows that stand for a quarter's work, written directly."""

    def write() -> None:
        get_session().add_all(list(rows))

    run_transaction(write)


def visit(helper: Actor, person: UUID, day: date, number: int = 0) -> Visit:
    moment = clock.start_of_day(day) + timedelta(hours=10, minutes=number)
    return Visit(
        id=new_id(),
        person_id=person,
        account_id=helper.account_id,
        human_id=helper.human_id,
        organisation_id=helper.organisation_id,
        site_id=helper.site_id,
        place_id=helper.site_id,
        channel="in_person",
        visited_on=day,
        started_at=moment,
        ended_at=moment,
    )


def move_cases(helper: Actor, day: date) -> None:
    """Every case of the organisation was opened on that day."""

    def write() -> None:
        opened = clock.start_of_day(day) + timedelta(hours=9)
        get_session().execute(update(Case).values(opened_at=opened))

    run_transaction(write)


def read(manager: Actor, by: str = "month", quarter: Quarter | None = None) -> Report:
    return service_report.view_report(actor=manager, quarter=str(quarter or last_quarter()), by=by)


def find(report: Report, key: str) -> Table:
    return next(table for table in report.tables if table.key == key)


def test_visits_people_and_reasons_of_a_quarter_with_small_ones_left_out(
    desk: Desk, manager: Actor, client: FlaskClient, database: Database
) -> None:
    helper = make_helper(desk)
    first, second, third = last_quarter().months
    people = [make_person(helper, f"Ada Canary{number}") for number in range(6)]
    add(visit(helper, person, first) for person in people)
    add(visit(helper, people[0], second, number) for number in range(2))
    add(visit(helper, person, third) for person in people)
    add([visit(helper, people[0], last_quarter().end)])  # the next quarter's
    for person in people:
        make_case(helper, person, why_help=["no_skill", "language"])
    move_cases(helper, third)
    report = read(manager)
    visits = find(report, "visits")
    assert visits.total == 14
    assert visits.row_totals[1] is None  # two visits
    assert visits.row_totals.count(None) == 2  # and one more, else fourteen less twelve says it
    assert find(report, "people").totals == [6]
    reasons = find(report, "reasons")
    assert dict(zip(reasons.categories, reasons.totals, strict=True)) == {
        "language": 6,
        "no_skill": 6,
    }
    assert find(report, "services").total == 6
    assert list_events("report.viewed")[0].reason_code == "page"
    sign_in(client, manager)
    with counted_statements(database) as statements:
        page = client.get(f"/report?quarter={last_quarter()}&by=month")
    assert len(statements) <= 12
    assert "[c]" in page.text
    assert "<svg" in page.text
    assert page.text.count("What this counts") == len(report.tables) + 1
    assert "Canary" not in page.text
    file = client.get(f"/report/file?quarter={last_quarter()}&by=month")
    lines = list(csv.DictReader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert {"table": "visits", "group": "total", "category": "total", "value": "14"} in lines
    assert len([line for line in lines if line["value"] == "[c]"]) >= 2
    # What the file shows is what the page shows: it says nothing more.
    numbers = [line["value"] for line in lines if line["table"] == "visits"]
    assert numbers.count("[c]") == 2 * visits.row_totals.count(None)


def test_by_ward_of_the_site_and_to_nobody_else(desk: Desk, manager: Actor) -> None:
    helper = make_helper(desk)
    add(visit(helper, make_person(helper, f"Ada {n}"), last_quarter().start) for n in range(5))

    def enter_ward() -> None:
        get_session().execute(update(Site).where(Site.id == desk.site_id).values(ward="Northgate"))

    run_transaction(enter_ward)
    visits = find(read(manager, "ward"), "visits")
    assert dict(zip(visits.groups, visits.row_totals, strict=True)) == {
        "Northgate": 5,
        "no_ward": 0,
    }
    elsewhere = make_helper(make_desk("Elsewhere"), "manager")
    assert find(read(elsewhere), "visits").total == 0
    with pytest.raises(PermissionMissing):
        read(helper)


def test_outcomes_and_pounds_gained_by_what_was_heard_last() -> None:
    first = last_quarter().start
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    with clock.set_clock(lambda: clock.start_of_day(first) + timedelta(hours=10)):
        scene = make_scene()
        people = [make_person(scene.helper, f"Ada {number}") for number in range(5)]
        sent = [outcomes.send(replace(scene, person_id=each), in_case=False) for each in people]
    ticks = count()  # what was written last is known by its moment
    with clock.set_clock(
        lambda: clock.start_of_day(third) + timedelta(hours=10, milliseconds=next(ticks))
    ):
        money = {"weekly_pence": 10_00, "arrears_pence": 50_00}
        for awaited in sent:
            outcomes.hear(scene.helper, awaited, "received", first)
            outcomes.hear(scene.helper, awaited, "refused", third, limit_from="rule")
            # The refusal, of a later day, was another person's letter.
            outcomes.hear(scene.helper, awaited, "decided", first, correction="mistake", **money)
            outcomes.hear(scene.helper, awaited, "paid", second, **money)  # counted once
    report = read(make_helper(scene.desk, "manager"))
    heard = find(report, "outcomes")
    assert (heard.categories, heard.total) == (["paid"], 5)
    assert find(report, "pounds").totals == [5 * (52 * 10_00 + 50_00)]


def test_fewer_than_five_in_all_are_not_shown_at_all(desk: Desk, manager: Actor) -> None:
    helper = make_helper(desk)
    add([visit(helper, make_person(helper), last_quarter().start)])
    report = read(manager, "site")
    assert find(report, "visits").is_hidden
    assert find(report, "people").is_hidden


def test_only_a_quarter_that_is_over(manager: Actor) -> None:
    for wrong in (str(last_quarter().following), "2026", "", "2026-5"):
        with pytest.raises(InvalidInput):
            service_report.view_report(actor=manager, quarter=wrong, by="month")
    with pytest.raises(InvalidInput):
        read(manager, "person")


def test_the_cost_of_one_transaction(desk: Desk, manager: Actor, client: FlaskClient) -> None:
    helper = make_helper(desk)
    person = make_person(helper)
    cases = [make_case(helper, person) for _ in range(5)]
    closed_at: datetime = datetime.combine(
        last_quarter().start, time(12), tzinfo=clock.now().tzinfo
    )

    def close() -> None:
        get_session().execute(
            update(Case).values(
                state="closed",
                closed_at=closed_at,
                closed_by=helper.account_id,
                close_reason="done",
            )
        )

    run_transaction(close)
    add(
        CaseClosing(
            case_id=case.id,
            organisation_id=desk.organisation_id,
            visits=1,
            alone="yes",
            minutes=30,
            wants_skills=False,
            counted_at=closed_at,
            counted_by=helper.account_id,
        )
        for case in cases
    )
    assert read(manager).cost_pence is None
    service_report.set_hourly_cost(actor=manager, pence=24_00)
    report = read(manager)
    assert report.cost_pence == 12_00
    assert find(report, "alone").totals == [5]
    with pytest.raises(InvalidInput):
        service_report.set_hourly_cost(actor=manager, pence=100_001)
    sign_in(client, manager)
    page = client.get(f"/report?quarter={last_quarter()}&by=month").text
    assert "£12" in page
    # Every figure opens to its definition.
    assert page.count("What this counts:") == len(report.tables) + 1
    for key in ("cost", *(table.key for table in report.tables)):
        assert escape(str(DEFINITIONS[key])) in page, key
    assert send(client, "/report/hourly-cost", hourly_cost="").status_code == 303
    assert read(manager).cost_pence is None
    assert client.get("/report").status_code == 303
    assert client.get("/report?quarter=2020-1&by=month").status_code == 404
