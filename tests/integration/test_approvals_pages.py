"""The pages of what waits: for who decides, for who asked, for managers."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    enter,
    make_member,
    make_organisation,
)
from tests.support.pages import read_token, send
from tests.support.statements import counted_statements

MOST_STATEMENTS = 12


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation(name="Milltown Council")


@pytest.fixture
def manager(organisation: MadeOrganisation) -> Member:
    return make_member(organisation, "manager", name="Mary Manager")


@pytest.fixture
def reviewer(organisation: MadeOrganisation) -> Member:
    return make_member(organisation, "reviewer", name="Rita Reviewer")


def ask(manager: Member, member: Member, role: str = "helper") -> str:
    with pytest.raises(Held) as held:
        organisations.grant_role(
            actor=actor_of(manager, "manager"), membership_id=member.membership_id, role=role
        )
    return held.value.pending_reference


def get(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return response.text


def roles_of(member: Member) -> list[str]:
    with reading():
        return [hat.role for hat in list_hats(member.account_id)]


def test_a_reviewer_reads_the_facts_and_releases(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    member = make_member(organisation, name="Hari Helper")
    reference = ask(manager, member)
    enter(client, reviewer, "reviewer")
    assert reference in get(client, "/reviews")
    path = f"/reviews/{reference}"
    page = get(client, path)
    for words in ("Give a role", "Hari Helper", "Mary Manager", "Milltown Council", "Decide by"):
        assert words in page
    assert "score" not in page.casefold()
    wrong = send(client, path, decision="release")
    assert wrong.status_code == 400
    assert "Enter the reason for your decision" in wrong.text
    assert roles_of(member) == []
    done = send(client, path, decision="release", reason="I rang them")
    assert (done.status_code, roles_of(member)) == (303, ["helper"])
    page = get(client, done.headers["Location"])
    assert "Released" in page
    assert "I rang them" in page
    assert reference not in get(client, "/reviews")
    assert client.get(path).status_code == 303


def test_the_second_of_two_decisions_is_told_so(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    member = make_member(organisation)
    path = f"/reviews/{ask(manager, member)}"
    enter(client, reviewer, "reviewer")
    decision = {"csrf_token": read_token(client.get(path)), "reason": "Looked at it"}
    client.post(path, data={**decision, "decision": "refuse"})
    second = client.post(path, data={**decision, "decision": "release"}, follow_redirects=True)
    assert "This has been decided already" in second.text
    assert roles_of(member) == []


def test_handed_back_it_leaves_the_list(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    reference = ask(manager, make_member(organisation))
    enter(client, reviewer, "reviewer")
    done = send(client, f"/reviews/{reference}", decision="hand_back", reason="My cousin")
    assert done.headers["Location"].endswith("/reviews")
    assert "Nothing waits for you" in get(client, "/reviews")


def test_who_was_not_drawn_finds_nothing(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    reference = ask(manager, make_member(organisation))
    enter(client, make_member(make_organisation(), "reviewer"), "reviewer")
    assert client.get(f"/reviews/{reference}").status_code == 404
    assert client.get(f"/pending-acts/{reference}").status_code == 404
    assert client.get("/reviews/W-0000-0000").status_code == 404
    assert reference not in get(client, "/reviews") + get(client, "/pending-acts")


def test_who_asked_reads_how_it_stands_and_withdraws(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    member = make_member(organisation, name="Hari Helper")
    reference = ask(manager, member)
    enter(client, manager, "manager")
    assert reference in get(client, "/pending-acts")
    path = f"/pending-acts/{reference}"
    page = get(client, path)
    assert "Hari Helper" in page
    assert "Rita Reviewer" not in page
    assert client.get(f"/reviews/{reference}").status_code == 403
    assert send(client, f"{path}/withdraw", page=path).status_code == 303
    assert "Withdrawn" in get(client, path)


def test_a_manager_sees_their_organisations_and_no_others(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    ours = ask(manager, make_member(organisation))
    elsewhere = make_organisation()
    theirs = ask(make_member(elsewhere, "manager"), make_member(elsewhere))
    enter(client, make_member(organisation, "manager"), "manager")
    page = get(client, "/pending-acts")
    assert ours in page
    assert theirs not in page
    assert "Withdraw it" not in get(client, f"/pending-acts/{ours}")
    assert client.get(f"/pending-acts/{theirs}").status_code == 404


def test_it_says_when_nobody_can_decide(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member
) -> None:
    reference = ask(manager, make_member(organisation))
    enter(client, manager, "manager")
    assert "Nobody can decide on this yet" in get(client, f"/pending-acts/{reference}")


def test_a_change_of_requirements_shows_before_and_after(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    with pytest.raises(Held) as held:
        organisations.change_organisation(
            actor=actor_of(manager, "manager"),
            organisation_id=organisation.id,
            name="Milltown Council",
            kind="council",
            nation="england",
            required_courses=["data_protection"],
            training_valid_months=12,
            required_check="basic",
            check_valid_months=36,
            is_pool=False,
            version=1,
        )
    enter(client, reviewer, "reviewer")
    page = get(client, f"/reviews/{held.value.pending_reference}")
    assert "None, to become: Data protection" in page
    assert "None, to become: Basic check" in page
    assert "Months that" not in page
    done = send(
        client, f"/reviews/{held.value.pending_reference}", decision="release", reason="Right"
    )
    assert "Released" in get(client, done.headers["Location"])
    assert "Basic check" in get(client, f"/organisations/{organisation.reference}")


def test_what_can_no_longer_be_done_says_so(
    client: FlaskClient, organisation: MadeOrganisation, manager: Member, reviewer: Member
) -> None:
    reference = ask(manager, make_member(organisation))
    organisations.suspend_membership(
        actor=SYSTEM, membership_id=manager.membership_id, reason="An enquiry"
    )
    enter(client, reviewer, "reviewer")
    done = send(client, f"/reviews/{reference}", decision="release", reason="It is right")
    page = get(client, done.headers["Location"])
    assert "no longer has the role in which they asked" in page
    assert "Not done" in page


def statements_of(client: FlaskClient, database: Database, path: str) -> int:
    client.get(path)
    with counted_statements(database) as statements:
        assert client.get(path).status_code == 200
    return len(statements)


def test_statements_do_not_grow_with_rows(
    client: FlaskClient,
    database: Database,
    organisation: MadeOrganisation,
    manager: Member,
    reviewer: Member,
) -> None:
    reference = ask(manager, make_member(organisation))
    enter(client, reviewer, "reviewer")
    paths = ("/reviews", f"/reviews/{reference}", "/pending-acts", f"/pending-acts/{reference}")
    few = [statements_of(client, database, path) for path in paths]
    for _ in range(8):
        ask(manager, make_member(organisation))
    many = [statements_of(client, database, path) for path in paths]
    assert few == many
    assert max(many) <= MOST_STATEMENTS, many


def test_lists_are_paged_by_the_clock(
    client: FlaskClient,
    organisation: MadeOrganisation,
    manager: Member,
    reviewer: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from assistedaccess.approvals import queries

    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    asked = [ask(manager, make_member(organisation)) for _ in range(5)]
    enter(client, reviewer, "reviewer")
    assert walk(client, "/reviews") == asked
    enter(client, manager, "manager")
    assert walk(client, "/pending-acts") == asked[::-1]


def walk(client: FlaskClient, path: str) -> list[str]:
    seen: list[str] = []
    address: str | None = path
    while address:
        page = get(client, address)
        seen += re.findall(r">(W-[\w-]+)<", page)
        older = re.search(rf'href="({re.escape(path)}\?after=[\w-]+)" rel="next"', page)
        address = older[1] if older else None
    return seen
