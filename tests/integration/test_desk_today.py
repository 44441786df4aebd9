"""Home, Today and the lists behind it: who waits, what is due, at how many statements."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.service import find_or_start_visit
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.people.queries import get_person
from tests.factories.casework import add_task, fill, fill_story, make_case
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
    mobile,
    sign_in,
)
from tests.support.statements import counted_statements

MOST_STATEMENTS = 12  # issue 2, Speed


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def helper(desk: Desk, client: FlaskClient) -> Actor:
    actor = make_helper(desk)
    sign_in(client, actor)
    return actor


@pytest.fixture
def person_id(helper: Actor) -> UUID:
    return make_person(helper, contact_points=[mobile()], support_needs="Speak slowly")


def reference_of(person_id: UUID) -> str:
    with reading():
        return get_person(person_id).reference


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.get_data(as_text=True)
    return response.get_data(as_text=True)


def last_look(action: str) -> Row[tuple[UUID | None, UUID | None, UUID | None, str | None]]:
    """The account, person, subject and reason of the newest event of that action."""
    event = AuditEvent
    with reading() as session:
        return session.execute(
            select(event.account_id, event.person_id, event.subject_id, event.reason_code)
            .where(event.action == action)
            .order_by(event.id.desc())
            .limit(1)
        ).one()


def with_token(client: FlaskClient, path: str, **fields: str) -> dict[str, str]:
    """The fields with the CSRF token of the page."""
    page = client.get(path).get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    return {"csrf_token": token, **fields}


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("helper", "/today"),
        ("safeguarding_lead", "/today"),
        ("reviewer", "/reviews"),
        ("manager", "/organisation"),
        ("auditor", "/journal"),
        ("administrator", "/organisations"),
    ],
)
def test_each_role_begins_at_its_own_page(
    app: Flask, desk: Desk, client: FlaskClient, role: str, home: str
) -> None:
    if home == "/journal" and "oversight.list_events" not in app.view_functions:
        pytest.skip("the auditor's pages are not there yet")
    sign_in(client, make_helper(desk, role=role))
    response = client.get("/")
    assert response.status_code == 302
    assert response.headers["Location"] == home


def test_nobody_signed_in_is_asked_to_sign_in(client: FlaskClient, desk: Desk) -> None:
    for path in ("/", "/today", "/cases", "/people/P-0000-0000"):
        response = client.get(path)
        assert response.status_code in (302, 303)
        assert "/sign-in" in response.headers["Location"]


def test_an_empty_day_says_what_to_do(client: FlaskClient, helper: Actor) -> None:
    page = text_of(client, "/today")
    for words in (
        "Nobody waits.",
        "No claim date is at risk.",
        "Nothing is due.",
        "You have no open case.",
        "Nothing of yours waits.",
        "Help somebody",
    ):
        assert words in page
    look = last_look("today.viewed")
    assert look.account_id == helper.account_id


def test_whom_one_helped_lately_stands_there_by_initials_and_reference_the_last_first(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    other, theirs = make_person(helper, "Ben Other"), make_person(helper, "Cy Colleague")
    find_or_start_visit(actor=helper, person_id=person_id, channel="in_person")
    find_or_start_visit(actor=helper, person_id=other, channel="telephone")
    find_or_start_visit(actor=helper, person_id=person_id, channel="telephone")
    assert helper.organisation_id
    assert helper.site_id
    colleague = make_helper(Desk(helper.organisation_id, helper.site_id, ""))
    find_or_start_visit(actor=colleague, person_id=theirs, channel="in_person")
    page = client.get("/today").text
    _before, _heading, after = page.partition('id="recent"')
    lately = after.partition("</section>")[0]
    assert re.findall(r">(P-\w{4}-\w{4})<", lately) == [
        reference_of(person_id),
        reference_of(other),
    ]
    assert "B.\u00a0O." in lately
    for secret in ("Lovelace", "Other", "Colleague"):
        assert secret not in lately


def test_each_shortcut_of_the_page_has_a_key_of_its_own_and_is_named_on_it(
    client: FlaskClient, helper: Actor
) -> None:
    page = client.get("/today").text
    keys = re.findall(r'accesskey="(\w)"', page)
    assert len(set(keys)) == len(keys) >= 3
    assert sorted(re.findall(r"<li>(\w): ", page)) == sorted(keys)


def test_today_shows_the_day_by_initials_alone(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(
        helper,
        person_id,
        need="Canary need",
        service="attendance-allowance",
        first_contact_on=clock.today() - timedelta(days=40),
    )
    add_task(helper, case, "Post the form")
    add_task(helper, case, "Far away", clock.today() + timedelta(days=30))
    client.post("/waiting/new", data=with_token(client, "/waiting/new", called="Mordecai"))
    page = text_of(client, "/today")
    shown = ("Mordecai", "Post the form", "A.\u00a0L.", case.reference, "Attendance Allowance")
    for words in shown:
        assert words in page
    for secret in ("Ada", "Lovelace", "Canary", "Far away"):
        assert secret not in page
    assert "in 2 days" in page


def test_who_could_not_be_told_stands_on_today(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    def fail() -> None:
        for notice in get_session().scalars(select(Notice)):
            notice.state = "failed"

    run_transaction(fail)
    page = text_of(client, "/today")
    assert "Could not be told" in page
    assert reference_of(person_id) in page


def test_the_queue_is_worked_from_today(client: FlaskClient, helper: Actor) -> None:
    fields = with_token(client, "/waiting/new", called="Mordecai")
    assert client.post("/waiting/new", data=fields).headers["Location"] == "/today"
    page = text_of(client, "/today")
    take = page.split('action="/waiting/')[1].split('"')[0]
    response = client.post(f"/waiting/{take}", data={"csrf_token": fields["csrf_token"]})
    assert response.headers["Location"] == "/people"
    assert "Mordecai" not in text_of(client, "/today")
    late = client.post(f"/waiting/{take}", data={"csrf_token": fields["csrf_token"]})
    assert late.status_code == 409
    assert "not waiting any more" in late.get_data(as_text=True)


@pytest.mark.parametrize("called", ["", " ", "x" * 41])
def test_a_bad_name_is_shown_again_with_its_error(
    client: FlaskClient, helper: Actor, called: str
) -> None:
    fields = with_token(client, "/waiting/new", called=called)
    response = client.post("/waiting/new", data=fields)
    assert response.status_code == 400
    assert "There is a problem" in response.get_data(as_text=True)


def test_a_reference_leads_to_its_record(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    fields = with_token(client, "/go")
    for typed, address in (
        (case.reference.lower().replace("-", ""), f"/cases/{case.reference}"),
        (case.person_reference, f"/people/{case.person_reference}"),
    ):
        response = client.post("/go", data=fields | {"reference": typed})
        assert response.headers["Location"] == address
    for typed in ("", "Ada Lovelace", "C-0000-0001", "x" * 30):
        response = client.post("/go", data=fields | {"reference": typed})
        assert response.status_code == 400


def test_lists_are_paged_and_show_initials_alone(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    fill(helper, [person_id], 60)
    for path in ("/cases", "/cases?whose=all", "/tasks", "/claim-dates"):
        seen, address = 0, path
        while address:
            page = text_of(client, address)
            assert "Lovelace" not in page
            seen += page.count('<li class="app-rows__row">')
            nexts = [part.split('"')[0] for part in page.split('href="') if 'rel="next"' in part]
            address = nexts[0].replace("&amp;", "&") if nexts else ""
        assert seen == 60
    assert "There are none." in text_of(client, "/claim-dates?which=lost")
    for path in ("/cases?before=x", "/tasks?after=x", "/tasks?after=2026-13-45,x"):
        text_of(client, path)


@pytest.mark.parametrize("page", ["/today", "/cases", "/tasks", "/claim-dates", "person", "case"])
def test_statements_do_not_grow_with_the_rows(
    client: FlaskClient, desk: Desk, helper: Actor, database: Database, page: str
) -> None:
    people = [make_person(helper, f"Person Number{number}") for number in range(5)]
    case = make_case(helper, people[0], service="attendance-allowance")
    paths: dict[str, Callable[[], str]] = {
        "person": lambda: f"/people/{reference_of(people[0])}",
        "case": lambda: f"/cases/{case.reference}",
    }
    path = paths[page]() if page in paths else page
    counts = []
    for rows in (10, 990):
        fill(helper, people, rows)
        fill_story(helper, case, rows)
        client.get(path)
        with counted_statements(database) as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1], statements
    assert counts[1] <= MOST_STATEMENTS, statements
