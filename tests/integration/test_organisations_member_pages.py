"""The pages of members, and of what helpers declare."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from assistedaccess.organisations import service
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    enter,
    make_member,
    make_organisation,
    make_site,
)
from tests.support.pages import send

MOST_STATEMENTS = 12


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation(
        name="Milltown Council",
        required_courses=[Course.DATA_PROTECTION],
        required_check=CheckLevel.BASIC,
    )


@pytest.fixture
def manager(client: FlaskClient, organisation: MadeOrganisation) -> Member:
    return enter(client, make_member(organisation, "manager", name="Mary Manager"), "manager")


@pytest.fixture
def administrator(client: FlaskClient, app: Flask) -> Member:
    return enter(client, make_member(make_organisation(), "administrator"), "administrator")


def get(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def dated(name: str, days: int = 0) -> dict[str, object]:
    day = clock.today() + timedelta(days=days)
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_the_invitation_is_shown_once_and_roles_wait(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    make_member(organisation, "reviewer")
    path = f"/organisations/{organisation.reference}/members/new"
    get(client, path)
    response = send(
        client,
        path,
        name="Sam Reed",
        email="sam.reed@example.org",
        kind="volunteer",
        roles=["helper", "reviewer"],
        **dated("starts_on"),
    )
    assert response.status_code == 200
    page = response.text
    link = re.search(r"http://[\w.:]+(/invitations/[\w-]+)", page)
    assert link is not None
    assert len(re.findall(r"/pending-acts/W-", page)) == 2
    member = re.search(r"/members/(M-[\w-]+)", page)
    assert member is not None
    shown = get(client, f"/members/{member[1]}")
    assert "They hold no role yet" in shown
    assert link[1] not in shown
    assert app_client(client).get(link[1]).status_code in (200, 302, 303)

    again = send(client, f"/members/{member[1]}/invitation", page=f"/members/{member[1]}")
    assert again.status_code == 200
    assert link[1] not in again.text


def app_client(client: FlaskClient) -> FlaskClient:
    return client.application.test_client()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Enter their name"),
        ({"email": "sam"}, "Enter an email address in the correct format"),
        ({"kind": ""}, "Select staff, volunteer or family helper"),
        ({"kind": "robot"}, "Select staff, volunteer or family helper"),
        (
            {"kind": "family", "roles": ["helper", "reviewer"]},
            "Members of this kind can be: Helper",
        ),
        ({"starts_on-month": "13"}, "First day must be a real date"),
        (dated("ends_on", days=-1), "The last day must not be before the first day"),
        ({"roles": ["administrator"]}, "Select one of the answers"),
        ({"name": "x\x00"}, "hidden character"),
    ],
)
def test_an_invitation_with_a_mistake(
    client: FlaskClient,
    organisation: MadeOrganisation,
    manager: Member,
    fields: dict[str, object],
    words: str,
) -> None:
    good = {"name": "Sam", "email": "sam@example.org", "kind": "staff", **dated("starts_on")}
    response = send(
        client, f"/organisations/{organisation.reference}/members/new", **{**good, **fields}
    )
    assert response.status_code == 400
    assert words in response.text


def test_a_known_address_is_told_at_its_field(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    member = make_member(make_organisation())
    response = send(
        client,
        f"/organisations/{organisation.reference}/members/new",
        name="Sam",
        email=member.email,
        kind="staff",
        **dated("starts_on"),
    )
    assert response.status_code == 400
    assert "There is an account with this email address already" in response.text


def test_the_life_of_a_member(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    site = make_site(organisation, name="Town Hall")
    member = make_member(organisation, "helper", name="Hari Helper")
    base = f"/members/{member.membership_reference}"
    assert "Training is missing: Data protection" in get(client, base)

    get(client, f"{base}/training/new")
    done = send(client, f"{base}/training/new", course="data_protection", **dated("completed_on"))
    assert done.status_code == 303
    get(client, f"{base}/checks/new")
    done = send(client, f"{base}/checks/new", level="basic", **dated("checked_on"))
    assert done.status_code == 303
    page = get(client, base)
    assert "May act" in page
    assert "Mary Manager" in page  # who saw the check

    get(client, f"{base}/edit")
    changed = send(client, f"{base}/edit", version=1, sites=[str(site)], **dated("starts_on"))
    assert changed.status_code == 303
    assert "Town Hall" in get(client, base)
    stale = send(client, f"{base}/edit", version=1, **dated("starts_on"))
    assert stale.status_code == 409

    get(client, f"{base}/suspend")
    assert send(client, f"{base}/suspend", reason="").status_code == 400
    assert send(client, f"{base}/suspend", reason="An enquiry").status_code == 303
    page = get(client, base)
    assert "An enquiry" in page
    get(client, f"{base}/resume")
    assert send(client, f"{base}/resume", reason="It is over").status_code == 303
    ended = send(client, f"{base}/roles/{member.role_grants['helper']}/end", page=base)
    assert ended.status_code == 303
    get(client, f"{base}/end")
    assert send(client, f"{base}/end", reason="They moved away").status_code == 303
    assert "The membership has ended" in get(client, base)


def test_asking_for_a_role_says_that_a_second_human_decides(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    member = make_member(organisation)
    path = f"/members/{member.membership_reference}/roles/new"
    page = get(client, path)
    assert "A second person" in page
    assert "Administrator" not in page
    response = send(client, path, role="helper")
    assert "W-" in response.text
    assert "second person" in response.text


def test_ones_own_page_changes_nothing(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    base = f"/members/{manager.membership_reference}"
    page = get(client, base)
    assert "This is you" in page
    assert "/suspend" not in page
    assert send(client, f"{base}/suspend", reason="x").status_code == 403


def test_declarations(client: FlaskClient, organisation: MadeOrganisation) -> None:
    enter(client, make_member(organisation, "helper"), "helper")
    assert get(client, "/my-declarations").count("You have declared none") == 3
    declared: dict[str, dict[str, object]] = {
        "relatives": {"name": "Ada Smith", "relation": "parent"},
        "bank-accounts": {"sort_code": "30-94-30", "account_number": "12345678"},
        "contact-points": {"contact_point": "07700 900123"},
    }
    for kind, fields in declared.items():
        path = f"/my-declarations/{kind}/new"
        get(client, path)
        wrong = send(client, path)
        assert wrong.status_code == 400
        assert send(client, path, **fields).status_code == 303
    page = get(client, "/my-declarations")
    assert "Ada Smith" in page
    assert "You have declared none" not in page
    end = re.search(r"/my-declarations/[\w-]+/end", page)
    assert end is not None
    assert send(client, end[0], page="/my-declarations").status_code == 303
    assert "Ada Smith" not in get(client, "/my-declarations")
    assert client.get("/my-declarations/secrets/new").status_code == 404


def test_a_manager_sees_how_many_declarations_and_not_what_they_say(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    helper = make_member(organisation, "helper")
    service.declare_interest(
        actor=actor_of(helper, "helper"), kind="relative", name="Ada Smith", relation="parent"
    )
    assert "Ada Smith" not in get(client, f"/members/{helper.membership_reference}")
