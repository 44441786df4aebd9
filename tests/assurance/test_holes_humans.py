"""One human, several hats: audits, vouching, numbers and pages that another hat would get past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.accounts import service_recovery
from assistedaccess.accounts.models import Recovery
from assistedaccess.accounts.queries import find_account_id
from assistedaccess.accounts.rules import RecoveryKind, Vouching
from assistedaccess.casework.models import Case
from assistedaccess.consent import service as consents
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.idempotency import claim, new_request_key, settle
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import queries as notices
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats
from assistedaccess.oversight import service as oversight
from assistedaccess.oversight.rules import Question
from assistedaccess.people import routes, service_contact
from assistedaccess.people import service as persons
from assistedaccess.people.models import Person
from assistedaccess.people.reviewing import exclude_concerned
from assistedaccess.people.rules import RelativesRecord
from tests.factories import consent as make
from tests.factories import people
from tests.factories.accounts import sign_in
from tests.factories.applications import fields_of, soup_of
from tests.factories.organisations import actor_of, make_member, make_organisation
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")


# -- auditing


def test_nobody_audits_where_they_work_under_another_account() -> None:
    office, council = make_organisation(), make_organisation()
    auditor = make_member(office, "auditor")
    make_member(council, "helper", human_id=auditor.human_id)
    colleague = actor_of(make_member(council, "helper"), "helper")
    organisations.add_audit_remit(
        actor=SYSTEM,
        auditing_organisation_id=office.id,
        audited_organisation_id=council.id,
    )
    people.make_person(colleague)
    page = oversight.search_journal(actor=actor_of(auditor, "auditor"), question=Question())
    assert [entry for entry in page.entries if entry.organisation_id == council.id] == []


# -- vouching


def ask_for(email: str, kind: RecoveryKind) -> object:
    """A request of that kind; the factor's, as if the new password had just been given."""
    with reading():
        account_id = find_account_id(email)
    assert account_id is not None
    if kind is RecoveryKind.PASSWORD:
        service_recovery.ask_for_recovery(actor=PUBLIC, email=email)
    else:
        run_transaction(lambda: service_recovery._ask(PUBLIC, account_id, kind))
    with reading() as session:
        return session.scalars(
            select(Recovery.id).filter_by(account_id=account_id, kind=kind, closed_at=None)
        ).one()


@pytest.mark.parametrize("first", list(RecoveryKind))
def test_one_manager_alone_takes_nobody_s_account_over(first: RecoveryKind) -> None:
    """Whoever vouches for the password and then for the second factor signs in as a colleague."""
    council = make_organisation()
    manager = make_member(council, "manager")
    reviewer = make_member(council, "reviewer")
    second = RecoveryKind.FACTOR if first is RecoveryKind.PASSWORD else RecoveryKind.PASSWORD

    def vouch(actor: Actor, kind: RecoveryKind) -> None:
        service_recovery.vouch_for_recovery(
            actor=actor, recovery_id=ask_for(reviewer.email, kind), how=Vouching.IN_PERSON
        )

    vouch(actor_of(manager, "manager"), first)
    vouch(actor_of(manager, "manager"), first)  # the first code was not heard
    with pytest.raises(Refused):
        vouch(actor_of(manager, "manager"), second)
    other_account = make_member(make_organisation(), "administrator", human_id=manager.human_id)
    with pytest.raises(Refused):
        vouch(actor_of(other_account, "administrator"), second)
    vouch(actor_of(make_member(council, "manager"), "manager"), second)


# -- numbers


def test_a_number_stays_whose_it_was_when_a_colleague_mends_its_line() -> None:
    """A helper's own number does not become independent of them by another's harmless change."""
    scene = make.make_scene(contact_points=[])
    point = service_contact.add_contact_point(
        actor=scene.helper, person_id=scene.person_id, kind="mobile", value="07700 900777"
    )
    service_contact.change_contact_point(
        actor=scene.colleague, contact_point_id=point, value="07700 900777", whose="shared"
    )
    with clock.set_clock(clock.now() + timedelta(days=2)):
        (phone,) = make.list_phones(scene.helper, scene.person_id)
        assert phone.by_helper
        with reading():
            assert not routes.choose_route(scene.person_id, scene.helper).independent
            other = people.make_helper(scene.desk)
        with reading():
            assert routes.choose_route(scene.person_id, other).independent


# -- two organisations


@pytest.fixture
def two_hats() -> tuple[Actor, Actor]:
    """One account that helps at two organisations, at no site of either."""
    first, second = make_organisation(), make_organisation()
    member = make_member(first, "helper")
    again = make_member(
        second, "helper", account=(member.account_id, member.human_id, member.email)
    )
    return actor_of(member, "helper"), actor_of(again, "helper")


def test_a_digest_tells_of_one_organisation_alone(two_hats: tuple[Actor, Actor]) -> None:
    person_id = new_id()
    route = Route("letter", None, "14 Mill Lane\nMillbrook", "en", True, name="Ada")

    def queue(actor: Actor, need: str):
        return run_transaction(
            lambda: queue_notice(
                actor=actor,
                person_id=person_id,
                kind=NoticeKind.CASE_OPENED,
                route=route,
                organisation_id=actor.organisation_id,
                facts={"need": need},
            )
        )

    ids = [queue(actor, need) for actor, need in zip(two_hats, ("Badge", "Refuge"), strict=True)]
    assert len(set(ids)) == 2
    with reading():
        for notice_id, actor in zip(ids, two_hats, strict=True):
            assert notices.get_notice(notice_id).organisation_id == actor.organisation_id


def test_a_request_key_is_good_for_one_organisation(two_hats: tuple[Actor, Actor]) -> None:
    first, second = two_hats
    key, made = new_request_key(), new_id()

    def use() -> None:
        assert claim(first, "test", key) is None
        settle(first, "test", key, made)

    run_transaction(use)
    assert run_transaction(lambda: claim(first, "test", key)) == made
    assert run_transaction(lambda: claim(second, "test", key)) is None


def test_a_page_of_one_organisation_saves_nothing_for_another(
    client: FlaskClient, two_hats: tuple[Actor, Actor]
) -> None:
    """Two tabs: the form was opened for the first organisation, the role changed in the other."""
    first, second = two_hats
    person_id = people.make_person(first)
    with reading() as session:
        reference = session.get_one(Person, person_id).reference
    with reading():
        hats = {hat.organisation_id: hat for hat in list_hats(first.account_id)}
    sign_in(client, first.account_id, hats[first.organisation_id])
    address = f"/people/{reference}/cases/new"
    page = soup_of(client.get(address))
    typed = {"need": "A new badge", "why_help": "no_device"}
    fields = {**fields_of(page), **typed}
    send(client, "/sign-in/role", hat=hats[second.organisation_id].key)
    answer = client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert "A new badge" in answer.text
    with reading() as session:
        assert list(session.scalars(select(Case.id))) == []


# -- keys of requests


def test_a_yes_of_one_person_is_no_answer_for_another() -> None:
    """A page's key sent once more with another person, or another service, is no repeat."""
    scene = make.make_scene()
    other = people.make_person(scene.colleague, "Grace Hopper")
    key = new_request_key()
    about = {"actor": scene.helper, "purpose": "A new badge", "request_key": key}
    one = consents.record_assisting_consent(
        person_id=scene.person_id, service=make.SERVICE, **about
    )
    two = consents.record_assisting_consent(person_id=other, service=make.SERVICE, **about)
    three = consents.record_assisting_consent(
        person_id=scene.person_id, service=make.OTHER_SERVICE, **about
    )
    again = consents.record_assisting_consent(
        person_id=scene.person_id, service=make.SERVICE, **about
    )
    assert one == again
    assert len({one, two, three}) == 3
    assert make.get_consent(two).person_id == other


def test_going_back_and_changing_what_is_asked_asks_that() -> None:
    scene = make.make_scene()
    key = new_request_key()
    one = make.ask(scene.helper, scene.person_id, request_key=key)
    two = make.ask(scene.helper, scene.person_id, request_key=key, powers=["see"])
    assert one != two
    assert one == make.ask(scene.helper, scene.person_id, request_key=key)


def test_going_back_and_entering_somebody_else_registers_them() -> None:
    helper = people.make_helper(people.make_desk())
    key = new_request_key()
    one = people.register(helper, "Ada Lovelace", request_key=key)
    two = people.register(helper, "Grace Hopper", request_key=key)
    assert two.person_id not in (None, one.person_id)
    assert people.register(helper, "Ada Lovelace", request_key=key).person_id == one.person_id


# -- declarations


def test_a_declaration_that_is_taken_back_opens_no_record_the_same_day() -> None:
    """Declared, taken back, opened, declared again: nobody would have asked why."""
    scene = make.make_scene()
    child = people.make_helper(scene.desk)
    with reading() as session:
        reference = session.get_one(Person, scene.person_id).reference
    about = {"kind": "relative", "name": "Mother", "relation": "parent"}
    relative = organisations.declare_interest(actor=child, person_reference=reference, **about)
    number = organisations.declare_interest(
        actor=child, kind="contact_point", contact_point="07700 900123"
    )
    for interest_id in (relative, number):
        organisations.end_interest(actor=child, interest_id=interest_id)
    with pytest.raises(RelativesRecord):
        persons.open_person(actor=child, person_id=scene.person_id, stated_reason="person_is_here")
    with reading():
        assert child.human_id in exclude_concerned("any", {}, scene.person_id)
    with clock.set_clock(clock.now() + timedelta(days=2)):
        assert make.list_phones(child, scene.person_id) == []
        with reading():
            assert not routes.choose_route(scene.person_id, child).independent
    with clock.set_clock(clock.now() + timedelta(days=29)):
        persons.open_person(actor=child, person_id=scene.person_id, stated_reason="person_is_here")
