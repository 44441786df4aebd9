"""Two accounts of one human, and a record of their own: tied by others, on pages, and for good."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.models import Membership
from assistedaccess.people import service as persons
from assistedaccess.people.models import Person
from assistedaccess.people.reviewing import exclude_concerned
from assistedaccess.people.rules import OwnRecord
from tests.factories import people
from tests.factories.organisations import (
    MadeOrganisation,
    actor_of,
    enter,
    find_membership_reference,
    make_actor,
    make_member,
    make_organisation,
)
from tests.factories.people import reference_of
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")


def link(manager: Actor, member: Actor, person_id: UUID) -> None:
    assert member.membership_id is not None
    persons.link_human(
        actor=manager, membership_id=member.membership_id, person_reference=reference_of(person_id)
    )


def test_a_manager_does_not_free_their_own_record() -> None:
    """The bar to one's own record is not lifted by whoever it bars."""
    desk = people.make_desk()
    person_id = people.make_person(people.make_helper(desk))
    manager, member = people.make_helper(desk, "manager"), people.make_helper(desk)
    link(manager, member, person_id)
    other_manager = people.make_helper(desk, "manager")
    with pytest.raises(Refused):  # whoever was tied stays tied
        link(other_manager, people.make_helper(desk), person_id)
    own = people.make_person(people.make_helper(desk), "Grace Hopper")
    with pytest.raises(Refused):  # nobody ties themself, by any account
        link(manager, manager, own)
    link(other_manager, manager, own)
    with pytest.raises(Refused):
        link(manager, people.make_helper(desk), own)


def test_a_manager_ties_nobody_of_another_organisation() -> None:
    manager = people.make_helper(people.make_desk(), "manager")
    stranger = people.make_helper(people.make_desk())
    person_id = people.make_person(stranger)
    with pytest.raises(NotFound):
        link(manager, stranger, person_id)
    with reading() as session:
        assert session.get_one(Person, person_id).human_id is None


def test_a_manager_ties_a_member_to_their_own_record_on_a_page(client: FlaskClient) -> None:
    """By the reference alone: the page shows nothing of the record, not even that it is there."""
    desk = people.make_desk()
    member, manager = people.make_helper(desk), people.make_helper(desk, "manager")
    person_id = people.make_person(people.make_helper(people.make_desk()), "Quentin Quick")
    people.sign_in(client, manager)
    assert member.membership_id is not None
    page = f"/members/{find_membership_reference(member.membership_id)}"
    assert f"{page}/own-record" in client.get(page).text
    for wrong in ("", "nonsense", "P-0000-0000", "\x00", "P-" + "9" * 500):
        assert send(client, f"{page}/own-record", person_reference=wrong).status_code == 400
    answer = send(client, f"{page}/own-record", person_reference=reference_of(person_id).lower())
    assert answer.status_code == 303
    assert "Quentin" not in client.get(page).text
    for account in (member, people.other_account(people.make_desk(), member)):
        with pytest.raises(OwnRecord):
            persons.open_person(actor=account, person_id=person_id, stated_reason="person_is_here")
    with reading():
        assert member.human_id in exclude_concerned("any", {}, person_id)
    people.sign_in(client, people.make_helper(people.make_desk(), "manager"))
    missing = client.get("/members/M-0000-0000/own-record")
    elsewhere = client.get(f"{page}/own-record")
    assert (missing.status_code, missing.text.count("<p")) == (404, elsewhere.text.count("<p"))
    assert elsewhere.status_code == 404


# -- accounts


def invite(actor: Actor, organisation: MadeOrganisation, email: str, other: str) -> Membership:
    made = organisations.invite_member(
        actor=actor,
        organisation_id=organisation.id,
        name="Sam Reed",
        email=email,
        other_email=other,
        kind="staff",
        starts_on=clock.today(),
    )
    with reading() as session:
        return session.get_one(Membership, made.membership_id)


def test_who_is_invited_to_a_second_account_stays_one_human(client: FlaskClient) -> None:
    council = make_organisation()
    first = make_member(council, "helper")
    manager = make_member(council, "manager")
    enter(client, manager, "manager")
    day = clock.today()
    answer = send(
        client,
        f"/organisations/{council.reference}/members/new",
        name="Sam Reed",
        email="second@example.org",
        other_email=first.email.upper(),
        kind="staff",
        **{"starts_on-day": day.day, "starts_on-month": day.month, "starts_on-year": day.year},
    )
    assert answer.status_code == 200
    with reading() as session:
        (second,) = session.scalars(select(Membership).where(Membership.starts_on == day))
        assert second.account_id != first.account_id
        assert second.human_id == first.human_id
    # The manager's own second account would be a member made by themself.
    with pytest.raises(Refused):
        invite(actor_of(manager, "manager"), council, "third@example.org", manager.email)


def test_a_manager_ties_no_account_of_another_organisation() -> None:
    council = make_organisation()
    manager = make_actor(council, "manager")
    stranger = make_member(make_organisation(), "helper")
    said = set()
    for other in (stranger.email, "nobody@example.org"):
        with pytest.raises(InvalidInput) as refused:
            invite(manager, council, "new@example.org", other)
        assert refused.value.field == "other_email"
        said.add(str(refused.value))
    assert len(said) == 1  # whether there is such an account is not told
    administrator = make_actor(make_organisation(), "administrator")
    tied = invite(administrator, council, "new@example.org", stranger.email)
    assert tied.human_id == stranger.human_id
    with pytest.raises(InvalidInput):  # somebody who has the one account is no second human
        invite(administrator, council, make_member(council).email, stranger.email)
