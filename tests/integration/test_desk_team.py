"""The manager's view: how long people wait, who carries what, what is late, what lapses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from assistedaccess.access import PermissionMissing
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.casework import service_complaints, service_entries, service_queue
from assistedaccess.casework.models import Case, Task
from assistedaccess.desk.service_team import view_team
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.organisations.rules import Course
from tests.factories.applications import make_scene
from tests.factories.casework import make_case
from tests.factories.organisations import (
    MadeOrganisation,
    make_actor,
    make_member,
    make_organisation,
    make_site,
    train,
)
from tests.factories.outcomes import send
from tests.factories.people import (
    make_desk,
    make_helper,
    make_person,
    rename,
    sign_in,
    without_site,
)
from tests.support.journal import list_events
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")


def make_late(*, task_id: object, case_id: object) -> None:
    """The task and the claim's date were due yesterday."""
    yesterday = clock.today() - timedelta(days=1)

    def write() -> None:
        session = get_session()
        session.execute(update(Task).where(Task.id == task_id).values(due_on=yesterday))
        session.execute(update(Case).where(Case.id == case_id).values(keep_date_by=yesterday))

    run_transaction(write)


def test_the_team_as_it_stands(client: FlaskClient, database: Database) -> None:
    desk = make_desk()
    helper, manager = make_helper(desk), make_helper(desk, "manager")
    rename(helper, "Hal Helper")
    person = make_person(helper, "Canaryperson Lovelace")
    case, other = make_case(helper, person), make_case(helper, person)
    task = service_entries.add_task(
        actor=helper,
        case_id=case.id,
        what="Ring them",
        due_on=clock.today(),
        assigned_to=helper.account_id,
    )
    make_late(task_id=task, case_id=other.id)
    service_complaints.take_down_complaint(
        actor=helper,
        kinds=["service"],
        words="Late",
        way="letter",
        received_on=clock.today() - timedelta(days=30),
    )
    now = clock.now()
    with clock.set_clock(now - timedelta(days=2)):
        first = service_queue.add_waiting_person(actor=helper, called="Canaryfirst")
    with clock.set_clock(now - timedelta(days=2) + timedelta(minutes=25)):
        service_queue.take_waiting_person(actor=helper, waiting_person_id=first)
    service_queue.add_waiting_person(actor=helper, called="Canarysecond")
    team = view_team(actor=manager)
    (load,) = team.loads
    assert (load.name, load.open_cases, load.late_tasks, load.dates_lost) == ("Hal Helper", 2, 1, 1)
    assert (team.late.tasks, team.late.dates_lost, team.late.complaints) == (1, 1, 1)
    (queue,) = team.queues
    assert (queue.name, queue.waits.median, queue.waits.here) == (desk.name, 25, 1)
    assert len(list_events("team.viewed")) == 1
    # Another organisation's manager sees nothing of it, and helpers have no such page.
    elsewhere = view_team(actor=make_helper(make_desk("Elsewhere"), "manager"))
    assert (elsewhere.loads, elsewhere.queues) == ([], [])
    with pytest.raises(PermissionMissing):
        view_team(actor=helper)
    sign_in(client, manager)
    with counted_statements(database) as statements:
        page = client.get("/team")
    assert len(statements) <= 12
    assert "Hal Helper" in page.text
    assert "Canary" not in page.text  # nobody who is helped or waits stands there


def test_of_one_site_it_is_what_belongs_there_or_to_no_site(client: FlaskClient) -> None:
    here = make_desk()
    council = MadeOrganisation(here.organisation_id, "")
    there = replace(
        here, name="Rivertown Library", site_id=make_site(council, name="Rivertown Library")
    )
    manager = make_helper(here, "manager")
    ours, theirs = make_helper(here), make_helper(there)
    for helper, name in ((ours, "Hal Here"), (theirs, "Tess There")):
        rename(helper, name)
        case = make_case(helper, make_person(helper))
        task = service_entries.add_task(
            actor=helper,
            case_id=case.id,
            what="Ring them",
            due_on=clock.today(),
            assigned_to=helper.account_id,
        )
        make_late(task_id=task, case_id=case.id)
        service_queue.add_waiting_person(actor=helper, called="Canary")
    nowhere = without_site(ours)
    make_case(nowhere, make_person(nowhere))
    every = view_team(actor=manager)
    assert [site.name for site in every.sites] == [here.name, "Rivertown Library"]
    assert (every.late.tasks, every.late.dates_lost, len(every.queues)) == (2, 2, 2)
    for place, name in ((here, "Hal Here"), (there, "Tess There")):
        team = view_team(actor=manager, site_id=place.site_id)
        assert (team.late.tasks, team.late.dates_lost) == (1, 1)
        assert [queue.name for queue in team.queues] == [place.name]
        assert {load.name for load in team.loads} == {name, "Hal Here"}  # and of no site
    sign_in(client, manager)
    page = client.get("/team", query_string={"site": str(there.site_id)}).text
    assert "This is of one site." in page
    assert f'value="{there.site_id}" selected' in page
    elsewhere = {"site": str(make_desk("Elsewhere").site_id)}
    assert client.get("/team", query_string=elsewhere).status_code == 404


def test_what_is_silent_or_over_is_counted_at_its_site_and_on_todays_page_alike(
    client: FlaskClient,
) -> None:
    scene = make_scene()
    awaited = send(scene)
    other = make_site(MadeOrganisation(scene.desk.organisation_id, ""))
    yesterday = clock.today() - timedelta(days=1)

    def pass_by() -> None:
        row = get_session().get_one(AwaitedOutcome, awaited)
        row.next_on = row.deadline_on = yesterday

    run_transaction(pass_by)
    manager = make_helper(scene.desk, "manager")
    for site_id, expected in ((None, 1), (scene.desk.site_id, 1), (other, 0)):
        late = view_team(actor=manager, site_id=site_id).late
        assert (late.unheard, late.last_days) == (expected, expected)
    sign_in(client, scene.helper)
    assert "Outcomes not heard</a>: 1" in client.get("/today/team?where=site").text


def test_what_lapses_within_sixty_days_the_soonest_first(app: Flask) -> None:
    organisation = make_organisation(
        name="Hilltown Council", required_courses=[str(course) for course in Course]
    )
    manager: Actor = make_actor(organisation, "manager", name="Mona Manager")
    today = clock.today()
    courses = list(Course)
    here, there = make_site(organisation), make_site(organisation)
    first, soon, later = (
        make_member(organisation, "helper", name=name, sites=sites)
        for name, sites in (("First", [here]), ("Soon", []), ("Later", [here]))
    )
    train(first, *courses, on=today - timedelta(days=360))
    train(soon, *courses, on=today - timedelta(days=330))
    train(later, *courses, on=today)
    names = [row.name for row in view_team(actor=manager).lapsing]
    assert names == ["First", "Soon"]
    of_there = view_team(actor=manager, site_id=there).lapsing
    assert [row.name for row in of_there] == ["Soon"]  # who helps at no site stands in each
    client = app.test_client()
    sign_in(client, manager)
    page = client.get("/team").text
    assert page.index("lapse within 60 days") < page.index("First") < page.index("Soon")
