"""The case's story and the pages that change a case, in the browser's place."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import service_entries
from assistedaccess.casework.models import Case
from assistedaccess.casework.service import view_case as look_at_case
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.service import state_reason
from tests.factories.appointments import book
from tests.factories.casework import add_task, close_case, get_case, make_case
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
    mobile,
    reference_of,
    rename,
    sign_in,
    without_site,
)
from tests.support.pages import read_token, send

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


def test_the_story_holds_everything_in_order(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(
        helper,
        person_id,
        need="Claim Attendance Allowance",
        service="attendance-allowance",
        first_contact_on=clock.today() - timedelta(days=41),
        first_contact_basis="the call book",
    )
    add_task(helper, case, "Ask the surgery")
    service_entries.add_note(actor=helper, case_id=case.id, text="She brought a letter")
    record_assisting_consent(
        actor=helper,
        person_id=person_id,
        case_id=case.id,
        service="attendance-allowance",
        purpose="Fill in",
    )
    page = text_of(client, f"/cases/{case.reference}")
    for words in ("the call book", "tomorrow", "Write a note", "Claim Attendance Allowance"):
        assert words in page
    story = page.split('id="story"')[1]
    places = [
        story.index(words)
        for words in ("The person said yes", "She brought a letter", "Ask the surgery")
    ]
    assert places == sorted(places)
    assert "Case opened" in story
    look = last_look("case.viewed")
    assert (look.subject_id, look.reason_code) == (case.id, "explained.open_case")


def test_what_comes_what_was_told_and_who_looked_stand_there(
    client: FlaskClient, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case, other = (make_case(helper, person_id, need=need) for need in ("A badge", "A bill"))
    colleague = make_helper(desk)
    rename(colleague, "Cara Colleague")
    book(colleague, case, account_id=colleague.account_id)
    lead = make_helper(desk, "safeguarding_lead")
    look_at_case(actor=lead, reference=case.reference, stated_reason="risk_to_life")
    for _look in range(2):
        look_at_case(actor=colleague, reference=case.reference)
    look_at_case(actor=helper, reference=case.reference)
    page = text_of(client, f"/cases/{case.reference}")
    comes, story = page.split('id="next"')[1].split('id="story"')
    happened, looked = story.split('id="looked"')
    assert "At the desk" in comes
    assert "Cara Colleague" in comes
    assert happened.count("Text message") == 2  # that it was opened, and the time to meet
    assert "Cara Colleague" in looked
    assert "2 times" in looked
    assert looked.count("app-rows__row") == 2  # the colleague and oneself: no lead
    of_other = text_of(client, f"/cases/{other.reference}").split('id="story"')[1]
    assert of_other.count("Text message") == 1  # the first case's are not its own


def test_a_closed_case_asks_why_and_opens_once_it_is_taken_again(
    client: FlaskClient, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case = close_case(helper, make_case(helper, person_id), "not_wanted")
    colleague = make_helper(desk)  # not who registered the person just now
    sign_in(client, colleague)
    response = client.get(f"/cases/{case.reference}")
    assert response.status_code == 303
    assert "/reason" in response.headers["Location"]
    state_reason(actor=colleague, person_id=person_id, reason="person_is_here")
    covered = client.get(f"/cases/{case.reference}")
    assert covered.status_code == 403
    assert "does not want it" not in covered.text
    answer = client.post(
        f"/cases/{case.reference}/reopen",
        data={"csrf_token": read_token(covered), "version": str(case.version)},
    )
    assert answer.status_code == 303
    assert "Case reopened" in text_of(client, f"/cases/{case.reference}")


def test_another_organisations_case_answers_like_a_missing_one(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    sign_in(client, make_helper(make_desk("Elsewhere")))
    for path in ("", "/notes/new", "/tasks/new", "/assign", "/close"):
        there = client.get(f"/cases/{case.reference}{path}")
        missing = client.get(f"/cases/C-0000-0000{path}")
        assert there.status_code == missing.status_code == 404
        assert body(there.get_data(as_text=True)) == body(missing.get_data(as_text=True))


def body(page: str) -> str:
    """What the page says, without its nonce, its token and the number to quote."""
    main = page.split("<main")[1].split("</main>")[0]
    return "".join(line for line in main.splitlines() if "E-" not in line)


def test_a_case_is_closed_assigned_and_reopened_in_the_browser(
    client: FlaskClient, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    colleague = make_helper(desk)
    case = make_case(helper, person_id)
    address = f"/cases/{case.reference}"
    fields = with_token(
        client, f"{address}/assign", assigned_to=str(colleague.account_id), version="1"
    )
    assert client.post(f"{address}/assign", data=fields).headers["Location"] == address
    stale = client.post(f"{address}/assign", data=fields)
    assert stale.status_code == 409
    fields = with_token(client, f"{address}/close", reason="done", version="2")
    assert client.post(f"{address}/close", data=fields).status_code == 303
    reopen = {"csrf_token": fields["csrf_token"], "version": "3"}
    assert client.post(f"{address}/reopen", data=reopen).status_code == 303
    assert get_case(helper, case.id).state == "open"
    for waits, state in (("yes", "waiting"), ("no", "open")):
        version = str(get_case(helper, case.id).version)
        client.post(f"{address}/waiting", data=reopen | {"version": version, "waits": waits})
        assert get_case(helper, case.id).state == state


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "٣"])
def test_a_tampered_version_closes_nothing(
    client: FlaskClient, helper: Actor, person_id: UUID, version: str
) -> None:
    case = make_case(helper, person_id)
    address = f"/cases/{case.reference}/close"
    fields = with_token(client, address, reason="done", version=version)
    assert client.post(address, data=fields).status_code in (400, 409)
    assert get_case(helper, case.id).state == "open"


def test_a_task_is_done_once_from_where_one_stands(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    task_id = add_task(helper, case)
    fields = with_token(client, "/waiting/new", return_to=f"/cases/{case.reference}")
    for words in ("The task is done.", "This task is done already."):
        response = client.post(f"/tasks/{task_id}/done", data=fields)
        assert response.headers["Location"] == f"/cases/{case.reference}"
        assert words in text_of(client, f"/cases/{case.reference}")
    fields["return_to"] = "//evil.example"
    response = client.post(f"/tasks/{task_id}/done", data=fields)
    assert response.headers["Location"] == "/today"


def test_notes_and_tasks_are_written_from_the_story(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id)
    address = f"/cases/{case.reference}"
    page = text_of(client, address)
    key = page.split('name="request_key" value="')[1].split('"')[0]
    fields = with_token(client, address, text="Line one\r\nLine two", request_key=key)
    for _click in range(2):
        assert client.post(f"{address}/notes/new", data=fields).status_code == 303
    assert text_of(client, address).count("Line one<br>Line two") == 1
    bad = client.post(f"{address}/notes/new", data=fields | {"text": "her password is Rover"})
    assert bad.status_code == 400
    assert "a password or PIN, which has been taken out" in bad.get_data(as_text=True)
    tomorrow = clock.today() + timedelta(days=1)
    task = with_token(
        client,
        f"{address}/tasks/new",
        what="Ring <b>the council</b>",
        **{
            f"what_due_on-{part}": str(getattr(tomorrow, part)) for part in ("day", "month", "year")
        },
        assigned_to=str(helper.account_id),
        request_key=key,
    )
    assert client.post(f"{address}/tasks/new", data=task).status_code == 303
    assert "Ring &lt;b&gt;the council&lt;/b&gt;" in text_of(client, address)


def open_case_fields(client: FlaskClient, address: str, **more: str) -> dict[str, object]:
    page = text_of(client, address)
    key = page.split('name="request_key" value="')[1].split('"')[0]
    return {
        **with_token(client, address),
        "request_key": key,
        "need": "Renew the badge",
        "why_help": ["trust", "language"],
        "first_contact": "today",
        **more,
    }


def test_one_page_opens_a_case_and_a_double_click_opens_no_second(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    make_case(helper, person_id)  # explains the look
    address = f"/people/{reference_of(person_id)}/cases/new"
    fields = open_case_fields(client, address, service="attendance-allowance")
    first = client.post(address, data=fields)
    again = client.post(address, data=fields)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    assert "Send the claim by" in text_of(client, first.headers["Location"])


def test_a_case_opened_or_taken_by_hand_is_asked_why_and_explains_nothing_unasked(
    client: FlaskClient, desk: Desk, helper: Actor
) -> None:
    """The page asks before it shows; a request without the page would otherwise be its own key."""
    away = without_site(make_helper(desk))
    person_id = make_person(away)
    reference = reference_of(person_id)
    theirs = make_case(away, person_id)
    fields = {
        "request_key": new_request_key(),
        "need": "Only to look",
        "why_help": "trust",
        "first_contact": "today",
        "version": "1",
        "assigned_to": str(helper.account_id),
    }
    for address in (f"/people/{reference}/cases/new", f"/cases/{theirs.reference}/assign"):
        answer = send(client, address, page="/people", **fields)
        assert answer.status_code == 303, answer.text
        assert f"/people/{reference}/reason" in answer.headers["Location"]
    with reading() as session:
        (case,) = session.scalars(select(Case).where(Case.person_id == person_id))
        assert case.assigned_to == away.account_id
    state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    answer = send(client, f"/people/{reference}/cases/new", page="/people", **fields)
    assert "/cases/" in answer.headers["Location"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"need": ""}, "Enter what needs to be done"),
        ({"why_help": ""}, "Select why the person needs help"),
        ({"first_contact": "earlier"}, "Enter the date of first contact"),
        ({"first_contact": "later"}, "Select when the person first asked"),
        (
            {
                "first_contact": "earlier",
                "first_contact_on-day": "1",
                "first_contact_on-month": "1",
                "first_contact_on-year": "2199",
                "first_contact_basis": "x",
            },
            "Date of first contact must be in the past",
        ),
        ({"first_task": "Ring"}, "Enter the date by which it has to be done"),
        ({"service": "free-beer"}, "Select one of the answers"),
        ({"need": "PIN is 4821"}, "a password or PIN, which has been taken out"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    client: FlaskClient, helper: Actor, person_id: UUID, more: dict[str, str], words: str
) -> None:
    make_case(helper, person_id)
    address = f"/people/{reference_of(person_id)}/cases/new"
    fields = open_case_fields(client, address, **more)
    response = client.post(address, data=fields)
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "There is a problem" in page
    assert words in page
    if "need" not in more:
        assert "Renew the badge" in page


@pytest.mark.parametrize("database_kind", ["sqlite"])  # templates alone
def test_every_page_of_a_case_says_whose_it_is(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    address = f"/cases/{make_case(helper, person_id).reference}"
    for below in (
        "notes/new",
        "tasks/new",
        "assign",
        "appointments/new",
        "lone-worker-warnings/new",
        "close",
        "hand-over",
        "documents",
        "documents/new",
        "documents/received",
        "letters/new",
    ):
        page = BeautifulSoup(text_of(client, f"{address}/{below}"), "html.parser")
        banner = page.find(class_="app-person-banner")
        assert banner is not None, below  # with two cases in two tabs, what else tells them apart?
        assert reference_of(person_id) in banner.get_text(), below
