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
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service
from assistedaccess.organisations.queries import list_hats
from assistedaccess.organisations.rules import CheckLevel, Course
from tests.factories.accounts import sign_in
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    check,
    make_member,
    make_organisation,
    make_site,
    train,
)
from tests.support.page_checks import check_page
from tests.support.statements import counted_statements

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
MOST_STATEMENTS = 12


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation(
        name="Milltown Council",
        required_courses=[Course.DATA_PROTECTION],
        required_check=CheckLevel.BASIC,
    )


def enter(client: FlaskClient, member: Member, role: str) -> Member:
    """Sign the client in, in that role."""
    with reading():
        hat = next(hat for hat in list_hats(member.account_id) if hat.role == role)
    sign_in(client, member.account_id, hat)
    return member


@pytest.fixture
def manager(client: FlaskClient, organisation: MadeOrganisation) -> Member:
    return enter(client, make_member(organisation, "manager", name="Mary Manager"), "manager")


@pytest.fixture
def administrator(client: FlaskClient, app: Flask) -> Member:
    return enter(client, make_member(make_organisation(), "administrator"), "administrator")


def get(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.get_data(as_text=True)
    check_page(response)
    return response.get_data(as_text=True)


def post(client: FlaskClient, path: str, page: str = "", **fields: object) -> TestResponse:
    """Send a form as a browser does: with the token of the page it stands on."""
    token = TOKEN.search(client.get(page or path).get_data(as_text=True))
    assert token is not None
    return client.post(path, data={"csrf_token": token[1], **fields})


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


def test_the_invitation_is_shown_once_and_roles_wait(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    make_member(organisation, "reviewer")
    path = f"/organisations/{organisation.reference}/members/new"
    get(client, path)
    response = post(
        client,
        path,
        name="Sam Reed",
        email="sam.reed@example.org",
        kind="volunteer",
        roles=["helper", "reviewer"],
        **dated("starts_on"),
    )
    assert response.status_code == 200
    check_page(response)
    page = response.get_data(as_text=True)
    link = re.search(r"http://[\w.:]+(/invitations/[\w-]+)", page)
    assert link is not None
    assert len(re.findall(r"/pending-acts/W-", page)) == 2
    member = re.search(r"/members/(M-[\w-]+)", page)
    assert member is not None
    shown = get(client, f"/members/{member[1]}")
    assert "They hold no role yet" in shown
    assert link[1] not in shown
    assert app_client(client).get(link[1]).status_code in (200, 302, 303)

    again = post(client, f"/members/{member[1]}/invitation", page=f"/members/{member[1]}")
    assert again.status_code == 200
    assert link[1] not in again.get_data(as_text=True)


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
    response = post(
        client, f"/organisations/{organisation.reference}/members/new", **{**good, **fields}
    )
    assert response.status_code == 400
    check_page(response)
    assert words in response.get_data(as_text=True)


def test_a_known_address_is_told_at_its_field(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    member = make_member(make_organisation())
    response = post(
        client,
        f"/organisations/{organisation.reference}/members/new",
        name="Sam",
        email=member.email,
        kind="staff",
        **dated("starts_on"),
    )
    assert response.status_code == 400
    assert "There is an account with this email address already" in response.get_data(as_text=True)


def test_the_life_of_a_member(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    site = make_site(organisation, name="Town Hall")
    member = make_member(organisation, "helper", name="Hari Helper")
    base = f"/members/{member.membership_reference}"
    assert "Training is missing: Data protection" in get(client, base)

    get(client, f"{base}/training/new")
    done = post(client, f"{base}/training/new", course="data_protection", **dated("completed_on"))
    assert done.status_code == 303
    get(client, f"{base}/checks/new")
    done = post(client, f"{base}/checks/new", level="basic", **dated("checked_on"))
    assert done.status_code == 303
    page = get(client, base)
    assert "May act" in page
    assert "Mary Manager" in page  # who saw the check

    get(client, f"{base}/edit")
    changed = post(client, f"{base}/edit", version=1, sites=[str(site)], **dated("starts_on"))
    assert changed.status_code == 303
    assert "Town Hall" in get(client, base)
    stale = post(client, f"{base}/edit", version=1, **dated("starts_on"))
    assert stale.status_code == 409

    get(client, f"{base}/suspend")
    assert post(client, f"{base}/suspend", reason="").status_code == 400
    assert post(client, f"{base}/suspend", reason="An enquiry").status_code == 303
    page = get(client, base)
    assert "An enquiry" in page
    get(client, f"{base}/resume")
    assert post(client, f"{base}/resume", reason="It is over").status_code == 303
    ended = post(client, f"{base}/roles/{member.role_grants['helper']}/end", page=base)
    assert ended.status_code == 303
    get(client, f"{base}/end")
    assert post(client, f"{base}/end", reason="They moved away").status_code == 303
    assert "The membership has ended" in get(client, base)


def test_asking_for_a_role_says_that_a_second_human_decides(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    member = make_member(organisation)
    path = f"/members/{member.membership_reference}/roles/new"
    page = get(client, path)
    assert "A second person" in page
    assert "Administrator" not in page
    response = post(client, path, role="helper")
    assert "W-" in response.get_data(as_text=True)
    assert "second person" in response.get_data(as_text=True)


def test_ones_own_page_changes_nothing(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    base = f"/members/{manager.membership_reference}"
    page = get(client, base)
    assert "This is you" in page
    assert "/suspend" not in page
    assert post(client, f"{base}/suspend", reason="x").status_code == 403


def test_sites_with_their_hours(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    path = f"/organisations/{organisation.reference}/sites/new"
    get(client, path)
    site = {"name": "Library", "address": "2 High Street\nMilltown", "monday": "9 to 5pm"}
    wrong = post(client, path, **{**site, "tuesday": "always"})
    assert wrong.status_code == 400
    assert "Tuesday: enter opening hours" in wrong.get_data(as_text=True)
    assert post(client, path, **site).status_code == 303
    page = get(client, f"/organisations/{organisation.reference}")
    assert "9am to 5pm" in page
    edit = re.search(r"/sites/S-[\w-]+/edit", page)
    assert edit is not None
    assert "09:00 to 17:00" in get(client, edit[0])
    closed = post(client, edit[0], **{**site, "is_closed": "yes", "version": 1})
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
    assert post(client, "/organisations/new", **asked).status_code == 400
    response = post(client, "/organisations/new", name="Leith Library", **asked)
    assert response.status_code == 303
    path = response.headers["Location"]
    assert "PVG scheme membership" in get(client, path)
    assert "Leith Library" in get(client, "/organisations")
    get(client, f"{path}/edit")
    assert "second person" in post(
        client, f"{path}/edit", name="Leith", version=1, **{**asked, "check_valid_months": "1"}
    ).get_data(as_text=True)
    assert post(client, f"{path}/edit", name="Leith", version=1, **asked).status_code == 303
    get(client, f"{path}/auditors/new")
    other = make_organisation(name="Audit Office")
    assert post(client, f"{path}/auditors/new", auditing="O-0000-0000").status_code == 400
    own = path.rpartition("/")[2]
    assert post(client, f"{path}/auditors/new", auditing=own).status_code == 400
    assert post(client, f"{path}/auditors/new", auditing=other.reference).status_code == 303
    page = get(client, path)
    assert "Audit Office" in page
    end = re.search(r"/organisations/[\w-]+/auditors/[\w-]+/end", page)
    assert end is not None
    assert post(client, end[0], page=path).status_code == 303
    get(client, f"{path}/close")
    assert post(client, f"{path}/close", reason="It merged").status_code == 303
    assert "was closed on" in get(client, path)


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
        wrong = post(client, path)
        assert wrong.status_code == 400
        check_page(wrong)
        assert post(client, path, **fields).status_code == 303
    page = get(client, "/my-declarations")
    assert "Ada Smith" in page
    assert "You have declared none" not in page
    end = re.search(r"/my-declarations/[\w-]+/end", page)
    assert end is not None
    assert post(client, end[0], page="/my-declarations").status_code == 303
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
