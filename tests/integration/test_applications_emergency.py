"""Emergency help: a voucher goes at once at any hour, capped, told, and looked at the next day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import service_emergency
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.name_check import NameCheck
from assistedaccess.applications.queries_till import load_contents
from assistedaccess.applications.rules_emergency import OverCap
from assistedaccess.applications.rules_till import NotEnoughCash, NoTillOpen
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from config import Settings
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.payments import get_till, last_event, open_till, release
from tests.support.held import count_held
from tests.support.processes import DONE, run_in_processes

FUND = "council-crisis-support"
pytestmark = pytest.mark.usefixtures("app")


def give(
    scene: apps.Scene, amount_pence: int = 3000, kind: str = "food_voucher", **more: Any
) -> UUID:
    given = {"need": "No food in the house tonight", "serial": "FV-0001", **more}
    return service_emergency.give_emergency_help(
        actor=scene.helper, case_id=scene.case.id, kind=kind, amount_pence=amount_pence, **given
    )


def later(**more: Any) -> Any:
    moment = clock.now() + timedelta(**more)
    return clock.set_clock(lambda: moment)


def test_l07_a_food_voucher_at_night_goes_at_once_and_is_looked_at_the_next_day(
    app: Flask,
) -> None:
    scene = apps.make_scene(FUND)
    reviewer = people.make_helper(scene.desk, "reviewer")
    client = apps.signed_in(app, scene.helper)
    address = f"/cases/{scene.case.reference}/emergency-help"
    case = client.get(f"/cases/{scene.case.reference}").get_data(as_text=True)
    assert "Give emergency help" in case
    typed = {
        "kind": "food_voucher",
        "serial": "FV-0815",
        "amount": "30",
        "need": "No food in the house tonight",
    }
    form = apps.soup_of(client.get(address))
    done = apps.post(client, address, typed, form)
    assert apps.post(client, address, typed, form).location == done.location  # a double click
    assert apps.count(EmergencyGift) == 1
    assert count_held() == 0
    page = client.get(done.location).get_data(as_text=True)
    assert "FV-0815" in page
    paper = client.get(f"{done.location}/print").get_data(as_text=True)
    assert "What you got: £30.00" in paper
    assert "You need not pay it back" in paper
    told = delegation.told(scene.person_id, "help_given")
    assert [(facts["amount"], facts["kind"]) for facts in told] == [("£30", "food_voucher")]
    story = client.get(f"/cases/{scene.case.reference}").get_data(as_text=True)
    assert "Emergency help of £30: Food voucher" in story
    with reading() as session:
        row = session.scalars(
            select(PendingAct).filter_by(command="applications.note_help_reviewed")
        ).one()
        gift = session.scalars(select(EmergencyGift)).one()
    assert row.due_at <= clock.now() + timedelta(hours=24)
    assert b"0815" not in (gift.serial or b"")
    assert b"food" not in gift.need
    run_transaction(redraw_pending_acts)
    release_pending_act(actor=reviewer, pending_act_id=row.id, reason="She has it")
    assert last_event("emergency_help.reviewed").subject_id == gift.id


def test_each_one_is_looked_at_and_cash_or_more_of_it_waits_first() -> None:
    scene = apps.make_scene(FUND)
    reviewer = people.make_helper(scene.desk, "reviewer")
    give(scene)
    give(scene, need="Nothing for the baby", serial="FV-2")
    give(scene, 2000, "standing_payee", serial=None, need="The meter is empty")
    with reading() as session:
        reviews = session.scalars(
            select(PendingAct).filter_by(command="applications.note_help_reviewed")
        ).all()
    assert len(reviews) == 3
    for kind, pence in (("cash", 1000), ("goods", 10_001)):
        with pytest.raises(Held):
            give(scene, pence, kind)
    assert count_held() == 2
    assert apps.count(EmergencyGift) == 3
    assert reviewer.role == "reviewer"


def test_a05_money_does_not_go_at_once_to_where_somebody_has_only_just_said() -> None:
    scene = apps.make_scene(FUND)
    draft = apps.get_draft(scene.helper, apps.start(scene, service_key=FUND))

    def tell(hours_ago: int) -> None:
        row = PaymentDetails(
            application_id=draft.id,
            claim_id=draft.id,
            person_id=scene.person_id,
            organisation_id=scene.helper.organisation_id,
            name_check=str(next(iter(NameCheck))),
            told_by_human=scene.helper.human_id,
            told_at=clock.now() - timedelta(hours=hours_ago),
        )
        get_session().merge(row)

    run_transaction(lambda: tell(1))
    with pytest.raises(Held):
        give(scene, 2000, "standing_payee", serial=None)
    give(scene, 2000)  # a voucher goes all the same
    with later(hours=73):
        assert not run_transaction(
            lambda: service_emergency._is_payee_new(scene.helper, scene.person_id)
        )


def test_cash_comes_out_of_the_till_once_somebody_has_agreed() -> None:
    scene = apps.make_scene(FUND)
    reviewer = people.make_helper(scene.desk, "reviewer")
    till_id = open_till(scene, 2000)
    with pytest.raises(Held):
        give(scene, 1500, "cash")
    release(reviewer)
    with reading():
        assert load_contents(get_till(till_id)).cash_pence == 500
    with reading() as session:
        kinds = session.scalars(
            select(PendingAct.command).filter_by(command="applications.note_help_reviewed")
        ).all()
    assert kinds == []  # it was looked at before
    with pytest.raises(Held):
        give(scene, 1000, "cash", need="Bus fare to the hospital")
    decision = release(reviewer)
    assert decision.state.value == "failed"
    assert "not so much cash" in decision.words
    assert issubclass(NoTillOpen, Refused)
    assert issubclass(NotEnoughCash, Refused)


def test_two_tabs_that_each_take_two_thirds_of_what_the_fund_gives(settings: Settings) -> None:
    scene = apps.make_scene(FUND)
    give(scene, 10_000)
    give(scene, 8_000, serial="FV-2")

    def take(number: int) -> None:
        try:
            give(scene, 8_000, serial=f"FV-{number}", request_key=new_request_key())
        except OverCap:
            pass

    ended = run_in_processes(settings.database_url, lambda _: take(3), lambda _: take(4))
    assert ended == [DONE, DONE]
    assert apps.count(EmergencyGift) == 3
    with pytest.raises(OverCap) as raised:
        give(scene, 5_000)
    assert "£40 is left" in raised.value.words
    assert raised.value.next_step


def test_the_cap_is_a_person_s_and_a_year_s() -> None:
    scene = apps.make_scene(FUND)
    for number in range(3):
        give(scene, 10_000, serial=f"FV-{number}")
    with pytest.raises(OverCap):
        give(scene, 1)
    other = apps.make_scene(FUND)
    give(other, 10_000)
    with later(days=366):
        assert (
            run_transaction(
                lambda: service_emergency.sum_given(
                    scene.person_id,
                    scene.helper.organisation_id,
                    service_emergency.find_fund()[1],
                )
            )
            == 0
        )


def test_it_rests_on_the_person_s_yes_and_stays_in_the_organisation(app: Flask) -> None:
    scene = apps.make_scene("blue-badge")
    with pytest.raises(Refused):
        give(scene)
    client = apps.signed_in(app, scene.helper)
    address = f"/cases/{scene.case.reference}/emergency-help"
    typed = {"kind": "goods", "amount": "30", "need": "A bed"}
    asked = apps.post(client, address, typed)
    assert "say yes" in apps.errors_of(asked)[1]
    shown = apps.soup_of(asked)
    assert shown.select_one("textarea").get_text().strip() == "A bed"  # type: ignore[union-attr]
    assert shown.select_one(f'main a[href*="service={FUND}"]') is not None
    fund = apps.make_scene(FUND)
    for wrong in ({"serial": None}, {"need": " "}, {"amount_pence": 0}, {"kind": "gold"}):
        given = {"amount_pence": 3000, **wrong}
        with pytest.raises(InvalidInput):
            give(fund, **given)
    give(fund)
    with reading() as session:
        reference = session.scalars(select(EmergencyGift.reference)).one()
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    elsewhere = apps.signed_in(app, stranger)
    for path in (f"/emergency-help/{reference}", f"/emergency-help/{reference}/print"):
        assert elsewhere.get(path).status_code == 404
    with pytest.raises(NotFound):
        service_emergency.give_emergency_help(
            actor=stranger, case_id=fund.case.id, kind="goods", amount_pence=1, need="x"
        )
