"""The pages of organisations, members and declarations."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    check,
    enter,
    make_member,
    make_organisation,
    make_site,
    train,
)
from tests.support.pages import read_token, send
from tests.support.statements import counted_statements

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


def test_an_organisation_with_its_members(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    make_site(organisation, name="Town Hall")
    soon = make_member(organisation, "helper", name="Sue Soon")
    train(soon, Course.DATA_PROTECTION, on=clock.today() - timedelta(days=330))
    check(soon, CheckLevel.BASIC)
    make_member(organisation, name="Moira Missing")
    page = get(client, f"/organisations/{organisation.reference}")
    for words in (
        "Milltown Council",
        "Town Hall",
        "9:30am to 5pm",
        "Sue Soon",
        "Lapses in",
        "Something is missing",
        "Invite somebody",
    ):
        assert words in page
    assert client.get("/organisation").headers["Location"].endswith(organisation.reference)


def test_a_helper_sees_sites_and_no_members(
    client: FlaskClient, organisation: MadeOrganisation
) -> None:
    enter(client, make_member(organisation, "helper"), "helper")
    make_member(organisation, name="Nora Nobody")
    page = get(client, f"/organisations/{organisation.reference}")
    assert "Nora Nobody" not in page
    assert "Invite" not in page
    for path in ("/organisations", f"/organisations/{organisation.reference}/edit"):
        assert client.get(path).status_code == 403


def test_another_organisation_is_not_there(
    client: FlaskClient, manager: Member, organisation: MadeOrganisation
) -> None:
    elsewhere = make_organisation()
    member = make_member(elsewhere, "helper")
    for path in (
        f"/organisations/{elsewhere.reference}",
        f"/organisations/{elsewhere.reference}/edit",
        f"/organisations/{elsewhere.reference}/members/new",
        f"/organisations/{elsewhere.reference}/sites/new",
        f"/members/{member.membership_reference}",
        f"/members/{member.membership_reference}/edit",
        f"/members/{member.membership_reference}/training/new",
        f"/members/{member.membership_reference}/checks/new",
        f"/members/{member.membership_reference}/roles/new",
        f"/members/{member.membership_reference}/suspend",
        f"/members/{member.membership_reference}/resume",
        f"/members/{member.membership_reference}/end",
    ):
        theirs, missing = client.get(path), client.get(re.sub(r"[A-Z]-[\w-]+", "O-0000-0000", path))
        assert (theirs.status_code, missing.status_code) == (404, 404), path


def save(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """As send, for a form with a field named address."""
    return client.post(path, data={"csrf_token": read_token(client.get(path)), **fields})


def test_sites_with_their_hours(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    path = f"/organisations/{organisation.reference}/sites/new"
    get(client, path)
    site = {"name": "Library", "address": "2 High Street\nMilltown", "monday": "9 to 5pm"}
    wrong = save(client, path, **{**site, "tuesday": "always"})
    assert wrong.status_code == 400
    assert "Tuesday: enter opening hours" in wrong.text
    assert save(client, path, **site).status_code == 303
    page = get(client, f"/organisations/{organisation.reference}")
    assert "9am to 5pm" in page
    edit = re.search(r"/sites/S-[\w-]+/edit", page)
    assert edit is not None
    assert "09:00 to 17:00" in get(client, edit[0])
    closed = save(client, edit[0], **{**site, "is_closed": "yes", "version": 1})
    assert closed.status_code == 303
    assert "There is no site yet" in get(client, f"/organisations/{organisation.reference}")


def test_an_administrator_adds_an_organisation(client: FlaskClient, administrator: Member) -> None:
    get(client, "/organisations")
    get(client, "/organisations/new")
    asked = {
        "kind": "library",
        "nation": "scotland",
        "training_valid_months": "12",
        "required_check": "enhanced_with_barred_list",
        "check_valid_months": "36",
    }
    assert send(client, "/organisations/new", **asked).status_code == 400
    response = send(client, "/organisations/new", name="Leith Library", **asked)
    assert response.status_code == 303
    path = response.headers["Location"]
    assert "PVG scheme membership" in get(client, path)
    assert "Leith Library" in get(client, "/organisations")
    get(client, f"{path}/edit")
    assert (
        "second person"
        in send(
            client, f"{path}/edit", name="Leith", version=1, **{**asked, "check_valid_months": "1"}
        ).text
    )
    assert send(client, f"{path}/edit", name="Leith", version=1, **asked).status_code == 303
    get(client, f"{path}/auditors/new")
    other = make_organisation(name="Audit Office")
    assert send(client, f"{path}/auditors/new", auditing="O-0000-0000").status_code == 400
    own = path.rpartition("/")[2]
    assert send(client, f"{path}/auditors/new", auditing=own).status_code == 400
    assert send(client, f"{path}/auditors/new", auditing=other.reference).status_code == 303
    page = get(client, path)
    assert "Audit Office" in page
    end = re.search(r"/organisations/[\w-]+/auditors/[\w-]+/end", page)
    assert end is not None
    assert send(client, end[0], page=path).status_code == 303
    get(client, f"{path}/close")
    assert send(client, f"{path}/close", reason="It merged").status_code == 303
    assert "was closed on" in get(client, path)


def statements_of(client: FlaskClient, database: Database, path: str) -> int:
    client.get(path)
    with counted_statements(database) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_statements_do_not_grow_with_rows(
    client: FlaskClient, database: Database, organisation: MadeOrganisation, manager: Member
) -> None:
    member = make_member(organisation, "helper")
    paths = (
        f"/organisations/{organisation.reference}",
        f"/members/{member.membership_reference}",
        f"/organisations/{organisation.reference}/members/new",
    )
    few = [statements_of(client, database, path) for path in paths]
    make_site(organisation)
    for _ in range(6):
        other = make_member(organisation, "helper", "reviewer")
        train(other, Course.DATA_PROTECTION)
        check(other)
    for _ in range(4):
        train(member, Course.DATA_PROTECTION)
        check(member)
    many = [statements_of(client, database, path) for path in paths]
    assert all(after <= before + 1 for before, after in zip(few, many, strict=True)), (few, many)
    assert max(many) <= MOST_STATEMENTS, many


def test_lists_are_paged(
    client: FlaskClient, administrator: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistedaccess.organisations import queries, queries_members

    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    monkeypatch.setattr(queries_members, "PAGE_SIZE", 2)
    made = [make_organisation(name=f"Body {number}") for number in range(4)]
    for number in range(5):
        make_member(made[0], name=f"Person {number}")
    assert walk(client, "/organisations", "Body ") == {f"Body {number}" for number in range(4)}
    members = walk(client, f"/organisations/{made[0].reference}", "Person ")
    assert members == {f"Person {number}" for number in range(5)}


def walk(client: FlaskClient, path: str, word: str) -> set[str]:
    seen: set[str] = set()
    address: str | None = path
    while address:
        page = get(client, address)
        seen |= set(re.findall(rf"{word}\d", page))
        older = re.search(rf'href="({re.escape(path)}\?after=[\w-]+)" rel="next"', page)
        address = older[1] if older else None
    return seen
