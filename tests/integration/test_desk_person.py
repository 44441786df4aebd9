"""The person's page: what it gathers, for whom, and that the look is recorded."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.service import record_assisting_consent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from tests.factories.appointments import book
from tests.factories.casework import close_case, make_case
from tests.factories.people import (
    Desk,
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    mobile,
    reference_of,
    sign_in,
)

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


def test_the_persons_page_gathers_what_this_organisation_may_see(
    client: FlaskClient, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    case = make_case(helper, person_id, need="Renew the badge", service="blue-badge")
    close_case(helper, make_case(helper, person_id, need="An older thing"))
    book(helper, case, account_id=helper.account_id)
    record_assisting_consent(
        actor=helper, person_id=person_id, service="blue-badge", purpose="Fill in"
    )
    stranger = make_helper(make_desk("Elsewhere"))
    make_case(stranger, person_id, need="Other organisation's canary")
    page = text_of(client, f"/people/{reference_of(person_id)}")
    for words in (
        "Ada Lovelace",
        "07700 900123",
        "Speak slowly",
        "Renew the badge",
        "An older thing",
        "At the desk",
        case.reference,
        "Agreed today",
        "Text message",
        "Nobody may act for this person",
        "Open a case",
        "Stop",
    ):
        assert words in page
    assert "canary" not in page
    assert "<title>A person’s page" in page
    look = last_look("person.opened")
    assert (look.person_id, look.reason_code) == (person_id, "explained.open_case")


def test_without_a_reason_the_page_asks_for_one(
    client: FlaskClient, desk: Desk, person_id: UUID
) -> None:
    sign_in(client, make_helper(desk))
    reference = reference_of(person_id)
    response = client.get(f"/people/{reference}")
    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"/people/{reference}/reason")


def test_a_relatives_page_is_refused(client: FlaskClient, helper: Actor, person_id: UUID) -> None:
    declare_relative(helper, reference_of(person_id))
    assert "relative" in text_of(client, f"/people/{reference_of(person_id)}", 403)


def test_nobody_there_is_not_found(client: FlaskClient, helper: Actor) -> None:
    text_of(client, "/people/P-0000-0000", 404)
    text_of(client, "/people/%3Cscript%3E", 404)


def test_history_goes_on_where_the_page_ends(
    client: FlaskClient, helper: Actor, person_id: UUID
) -> None:
    for number in range(25):
        close_case(helper, make_case(helper, person_id, need=f"thing number {number:02}"))
    make_case(helper, person_id)
    reference = reference_of(person_id)
    page = text_of(client, f"/people/{reference}")
    assert "thing number 24" in page
    assert "thing number 00" not in page
    older = page.split(f"/people/{reference}/history?before=")[1].split('"')[0]
    assert "thing number 00" in text_of(client, f"/people/{reference}/history?before={older}")
    assert "thing number 24" in text_of(client, f"/people/{reference}/history?before=nonsense")
