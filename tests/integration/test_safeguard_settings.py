"""The numbers and the establishments: two humans, a reason, a day's notice, and then they count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS, SameHuman, SomethingFirst
from assistedaccess.approvals.service import Decision, release_pending_act
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.people import service_contact
from assistedaccess.safeguards import queries_settings, service_establishments
from assistedaccess.safeguards.models import Establishment, SafeguardSettings
from assistedaccess.safeguards.service_settings import change_settings
from assistedaccess.safeguards.settings import NUMBERS
from tests.factories import applications as apps
from tests.factories import people
from tests.support.client import PageCheckingClient
from tests.support.pages import read_token

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def administrators(app: Flask) -> list[Actor]:
    desk = people.make_desk("Administration")
    return [people.make_helper(desk, "administrator") for _each in range(2)]


def find_waiting() -> PendingAct:
    with reading() as session:
        row = session.scalars(
            select(PendingAct)
            .where(PendingAct.command.not_in(SECOND_LOOKS))
            .order_by(PendingAct.id.desc())
        ).first()
        assert row is not None
        session.expunge(row)
        return row


def ask(actor: Actor, base: int = 1, **numbers: Any) -> PendingAct:
    with pytest.raises(Held):
        change_settings(actor=actor, base_version=base, numbers=numbers, reason="A quieter autumn")
    return find_waiting()


def release(actors: list[Actor], row: PendingAct, days: float = 0) -> Decision:
    (drawn,) = [one for one in actors if one.account_id == row.drawn_account_id]
    moment = clock.now() + timedelta(days=days)
    with clock.set_clock(lambda: moment):
        return release_pending_act(actor=drawn, pending_act_id=row.id, reason="Agreed")


def test_a48_nobody_tunes_a_number_alone_or_over_night(administrators: list[Actor]) -> None:
    first, second = administrators
    pending = ask(first, people_on_account=5)
    assert (pending.reasons, pending.drawn_human_id) == (
        ["settings_second_human"],
        second.human_id,
    )
    with pytest.raises(SameHuman):
        release_pending_act(actor=first, pending_act_id=pending.id, reason="Mine")
    with pytest.raises(SomethingFirst) as early:
        release([second], pending, days=0.9)
    assert "It can be released from" in early.value.words
    other = ask(second, glass_times=4)
    assert release([second], pending, days=1.01).state == "released"
    with reading():
        settings = queries_settings.get_newest()
        assert (settings.version, settings["people_on_account"]) == (2, 5)
        (edition,) = queries_settings.list_editions()
        assert edition.reason == "A quieter autumn"
    assert release([first], other, days=1.02).state == "failed"  # of the version before
    for base, numbers, error in (
        (1, {"people_on_account": 3}, StaleVersion),
        (2, {"people_on_account": 50}, InvalidInput),
        (2, {"people_on_account": 5}, InvalidInput),  # nothing changed
        (2, {"unheard_of": 1}, InvalidInput),
    ):
        with pytest.raises(error):
            change_settings(actor=first, base_version=base, numbers=numbers, reason="Why")
    with pytest.raises(InvalidInput):
        change_settings(actor=first, base_version=2, numbers={"glass_times": 4}, reason=" ")
    with pytest.raises(Exception, match=r"only grows|UPDATE|permission"):
        run_transaction(lambda: get_session().execute(update(SafeguardSettings).values(reason="")))


def test_a45_a_role_with_power_is_known_for_a_day_and_a_helpers_is_not(app: Flask) -> None:
    desk = people.make_desk()
    manager, reviewer = (people.make_helper(desk, role) for role in ("manager", "reviewer"))
    friend = people.make_helper(desk)
    assert friend.membership_id is not None
    for role, days in (("reviewer", 1.01), ("safeguarding_lead", 1.01)):
        with pytest.raises(Held):
            organisations.grant_role(actor=manager, membership_id=friend.membership_id, role=role)
        pending = find_waiting()
        with pytest.raises(SomethingFirst):
            release([reviewer], pending)
        hours = (pending.due_at - pending.asked_at) / timedelta(hours=1)
        assert round(hours) == 48  # a day of notice, and a day to decide
        assert release([reviewer], pending, days).state == "released"


def test_l02_a_home_is_looked_at_once_and_then_its_telephone_makes_nothing_wait() -> None:
    desk = people.make_desk("Elm House")
    manager, reviewer = (people.make_helper(desk, role) for role in ("manager", "reviewer"))
    helper = people.make_helper(desk)
    residents = [people.make_person(helper, name) for name in ("Ed Li", "Flo Roe", "Gus Fox")]
    last, later = (people.make_person(helper, name) for name in ("Hal Bow", "Ivy Coe"))
    for person_id in residents:
        service_contact.add_contact_point(
            actor=helper, person_id=person_id, kind="landline", value="01632 960009"
        )

    def add() -> None:
        service_contact.add_contact_point(
            actor=helper, person_id=last, kind="landline", value="01632 960009"
        )

    with pytest.raises(Held):
        add()
    home = {"kind": "care_home", "name": "Elm House", "telephone": "01632 960009"}
    with pytest.raises(Held) as held:
        service_establishments.register_establishment(actor=manager, **home)
    assert held.value.reasons == ("establishment_second_human",)
    with pytest.raises(Held):
        add()  # until the second human has looked
    assert release([reviewer], find_row(held.value.pending_reference)).state == "released"
    add()
    with reading() as session:
        row = session.scalars(select(Establishment)).one()
        home_id, reference = row.id, row.reference
        stranger = people_of_another()
        with pytest.raises(NotFound):
            queries_settings.get_establishment_id(stranger, reference)
    with pytest.raises(NotFound):
        service_establishments.end_establishment(actor=stranger, establishment_id=home_id)
    service_establishments.end_establishment(actor=manager, establishment_id=home_id)
    with pytest.raises(Held):  # what has ended makes nobody wait less
        service_contact.add_contact_point(
            actor=helper, person_id=later, kind="landline", value="01632 960009"
        )
    with pytest.raises(InvalidInput):
        service_establishments.end_establishment(actor=manager, establishment_id=home_id)
    for wrong in (
        {},
        {"postcode": "nowhere"},
        {"sort_code": "1", "account_number": "2"},
        {"kind": "corporate_appointee", "postcode": "LS1 4AP"},
    ):
        with pytest.raises(InvalidInput):
            service_establishments.register_establishment(
                actor=manager, **{"kind": "hostel", "name": "Ash", **wrong}
            )


def people_of_another() -> Actor:
    return people.make_helper(people.make_desk("Ash Vale Council"), "manager")


def find_row(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
        return row


def test_the_pages(app: Flask, administrators: list[Actor]) -> None:
    app.test_client_class = PageCheckingClient
    desk = people.make_desk()
    helper = apps.signed_in(app, people.make_helper(desk))
    shown = helper.get("/controls").text
    assert "Sending a claim never waits" in shown
    assert "Change the numbers" not in shown
    assert "£500" in shown
    client = apps.signed_in(app, administrators[0])
    page = client.get("/controls/change")
    typed = {name: str(number.start) for name, number in NUMBERS.items()}
    typed |= {"money_line_pence": "500", "base_version": "1", "csrf_token": read_token(page)}
    wrong = client.post("/controls/change", data={**typed, "glass_times": "99", "reason": ""})
    assert wrong.status_code == 400
    assert "Enter why they are to change" in wrong.text
    held = client.post("/controls/change", data={**typed, "glass_times": "4", "reason": "Calm"})
    assert "not before a day has passed" in held.text
    review = apps.signed_in(app, administrators[1])
    row = find_waiting()
    shown = review.get(f"/reviews/{row.reference}").text
    assert "3, to become: 4" in shown
    assert "It can be released from" in shown
    assert "Calm" in shown
    _walk_establishments(app, desk)


def _walk_establishments(app: Flask, desk: people.Desk) -> None:
    manager: FlaskClient = apps.signed_in(app, people.make_helper(desk, "manager"))
    reviewer = people.make_helper(desk, "reviewer")
    assert "None is registered" in manager.get("/establishments").text
    page = manager.get("/establishments/register")
    typed = {
        "kind": "corporate_appointee",
        "name": "Elm Trust",
        "sort_code": "30-94-30",
        "account_number": "12345678",
        "csrf_token": read_token(page),
    }
    wrong = manager.post("/establishments/register", data={**typed, "account_number": "x"})
    assert wrong.status_code == 400
    assert "Check the sort code" in wrong.text
    assert manager.post("/establishments/register", data=typed).status_code in (200, 303, 202)
    row = find_waiting()
    shown = apps.signed_in(app, reviewer).get(f"/reviews/{row.reference}").text
    assert "account ending in 678" in shown
    assert "12345678" not in shown
    release([reviewer], row)
    page = manager.get("/establishments")
    assert "Elm Trust" in page.text
    with reading() as session:
        reference = session.scalars(select(Establishment.reference)).one()
    ended = manager.post(f"/establishments/{reference}/end", data={"csrf_token": read_token(page)})
    assert ended.status_code == 303
    assert "Ended" in manager.get("/establishments").text
