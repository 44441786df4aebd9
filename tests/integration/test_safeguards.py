"""The controls against the database: what they find, what goes on, and in how many statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.accounts.models import SignIn
from assistedaccess.applications import rules_payments, service_emergency
from assistedaccess.applications.models import Application, Submission
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.applications.name_check import NameCheck
from assistedaccess.applications.rules_payee import Account, Payee, Whose
from assistedaccess.approvals.service import refuse_pending_act
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent import service as consents
from assistedaccess.consent.rules import VisitChannel
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import Held, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people import (
    queries,
    service,
    service_address,
    service_contact,
    service_identity,
)
from assistedaccess.people.models import ContactPoint
from assistedaccess.safeguards import acts, control
from assistedaccess.safeguards.queries_surroundings import load_surroundings
from assistedaccess.safeguards.settings import STARTING
from tests.factories import applications as apps
from tests.factories import delegation, people
from tests.factories.changes import get_pending, release, reviewer_of
from tests.support.held import select_held
from tests.support.statements import BY_WAITING, MOST, counted_statements

from .test_applications_payee import allow, begin, submit

KEY = "universal-credit"
ACCOUNT = {
    "ageGroup": "working",
    "hasAccount": "yes",
    "accountName": "Ada Lovelace",
    "sortCode": "089999",
    "accountNumber": "66374958",
    "rollNumber": "A/12",
}
MOVED = {"line_1": "2 New Road", "town": "Ash Vale", "postcode": "M1 1AE"}
pytestmark = pytest.mark.usefixtures("app")


def later(days: float) -> Any:
    moment = clock.now() + timedelta(days=days)
    return clock.set_clock(lambda: moment)


def claim(scene: apps.Scene, **answers: Any) -> UUID:
    reference = apps.start(scene, "assisting", KEY)
    draft = apps.answer_all(scene.helper, reference, {**ACCOUNT, **answers})
    apps.read_back(scene.helper, draft)
    return apps.submit(scene.helper, draft)


def find_codes(act: Act) -> set[str]:
    with reading():
        return {finding.reason_code for finding in control.assess(act)}


def test_the_third_household_on_an_account_waits_and_its_claim_does_not(app: Flask) -> None:
    names = ("Ada Lovelace", "Bo Li", "Cy Roe", "Di Fox")
    scenes = [
        apps.make_scene(KEY, name=name, contact_points=[people.mobile(f"07700 90012{n}")])
        for n, name in enumerate(names)
    ]
    people.make_helper(scenes[2].desk, "reviewer")
    first, second, third = (
        claim(scene, accountName=name) for scene, name in zip(scenes[:3], names, strict=False)
    )
    with reading() as session:
        kept = {row.application_id for row in session.scalars(select(PaymentDetails))}
        assert kept == {first, second}  # the third is sent, and nothing is paid on it yet
        assert session.get_one(Application, third).state == "submitted"
        body = session.scalars(select(Submission).filter_by(application_id=third)).one().body
        opened = encryption.unseal(scenes[2].person_id, f"submission.body.{third}", body)
        assert '"payee":"waits"' in opened
    assert len(delegation.told(scenes[2].person_id, "payment_details_wait")) == 1
    page = apps.signed_in(app, scenes[2].helper)
    draft = apps.get_draft(scenes[2].helper, apps.reference_of(third))
    shown = page.get(f"/applications/{draft.reference}").text
    assert "The claim is sent, and its date stands" in shown
    pending = get_pending(draft)
    assert pending.reasons == ["account_shared"]
    review = apps.signed_in(app, reviewer_of(pending)).get(f"/reviews/{pending.reference}").text
    assert "account ending in 958" in review
    assert "66374958" not in review
    assert release(pending).state == "released"
    with reading() as session:
        assert session.get_one(PaymentDetails, third).told_by_human == scenes[2].helper.human_id
        event = session.scalars(select(AuditEvent).filter_by(action="payment_details.kept")).one()
        assert event.person_id == scenes[2].person_id

    fourth = scenes[3]
    people.make_helper(fourth.desk, "reviewer")
    sent = claim(fourth, accountName=names[3])
    draft = apps.get_draft(fourth.helper, apps.reference_of(sent))
    pending = get_pending(draft)
    refuse_pending_act(
        actor=reviewer_of(pending), pending_act_id=pending.id, reason="I rang them: no"
    )
    shown = apps.signed_in(app, fourth.helper).get(f"/applications/{draft.reference}").text
    assert "Ask the person for another account" in shown
    with reading() as session:
        assert session.get(PaymentDetails, sent) is None


def test_a_claim_that_waits_counts_for_the_next_one_on_its_account(app: Flask) -> None:
    """So that a reviewer of each sees that there are others (A02, A08)."""
    names = ("Ada Lovelace", "Bo Li", "Cy Roe")
    waits = []
    for number, name in enumerate(names):
        phones = [people.mobile(f"07700 90013{number}")]
        scene = apps.make_scene(KEY, name=name, contact_points=phones)
        people.make_helper(scene.desk, "reviewer")
        sent = claim(scene, accountName="Kind Friends")
        draft = apps.get_draft(scene.helper, apps.reference_of(sent))
        waits.append(get_pending(draft))
    assert [pending.reasons for pending in waits] == [
        ["payee_name"],
        ["payee_name"],
        ["account_shared", "payee_name"],
    ]


def test_a_change_that_waits_counts_for_the_next_one_to_its_account(app: Flask) -> None:
    """As a claim does: six changes in one week, each by itself, would pass otherwise (A02)."""
    waits = []
    for number, name in enumerate(("Ada Lovelace", "Bo Li", "Cy Roe")):
        phones = [people.mobile(f"07700 90014{number}")]
        scene = apps.make_scene(KEY, name=name, contact_points=phones)
        people.make_helper(scene.desk, "reviewer")
        own = {"accountName": name, "accountNumber": f"6637495{number}"}
        sent = apps.get_draft(scene.helper, apps.reference_of(claim(scene, **own)))
        allow(scene)
        draft = begin(scene.helper, sent, accountName=name)
        with pytest.raises(Held):
            submit(scene.helper, draft)
        waits.append(get_pending(draft))
    assert [pending.reasons for pending in waits] == [
        ["payee_changed"],
        ["payee_changed"],
        ["account_shared", "payee_changed"],
    ]
    assert release(waits[2]).state == "released"


def test_the_verdict_keeps_its_rule_and_takes_four_statements(database: Database) -> None:
    scene = apps.make_scene(KEY)
    account = Account("Kind Help service charge", "089999", "66374958", "A/12")
    payee = Payee(account, None, Whose.OTHER, NameCheck.NO_MATCH, NameCheck.NOT_CHECKED)
    act = Act(
        acts.SUBMIT,
        scene.helper,
        person_id=scene.person_id,
        organisation_id=scene.desk.organisation_id,
        service=KEY,
        facts={"answers": {}, "application": new_id(), **payee.facts()},
    )
    with counted_statements(database) as statements:
        assert find_codes(act) == {"payee_is_charge", "payee_name"}
    assert len(statements) <= 4
    bare = replace(act, facts={**act.facts, "payee": replace(payee, account=None)})
    with counted_statements(database) as statements:
        assert find_codes(bare) == set()
    assert len(statements) <= 2  # no account: the claim before is not opened
    assert find_codes(replace(act, actor=SYSTEM)) == set()
    assert find_codes(replace(act, facts={})) == set()
    with pytest.raises(Refused) as refused:
        claim(scene, accountName="Kind Help service charge")
    assert refused.value.rules == {"payee_is_charge": "3, settings 1"}
    with reading() as session:
        event = session.scalars(select(AuditEvent).filter_by(action="act.refused")).one()
        assert event.reason_code == "payee_is_charge"


def test_a_claim_whose_account_waits_takes_no_more_with_a_longer_past(database: Database) -> None:
    counts = []
    for round_ in (1, 3):
        scene = apps.make_scene(KEY)
        for number in range(round_):
            people.make_helper(scene.desk, "reviewer")
            people.make_person(people.make_helper(scene.desk), f"Somebody {'ABC'[number]}")
        reference = apps.start(scene, "assisting", KEY)
        draft = apps.answer_all(scene.helper, reference, {**ACCOUNT, "accountName": "Kind Friends"})
        apps.read_back(scene.helper, draft)
        with counted_statements(database) as statements:
            apps.submit(scene.helper, draft)
        assert get_pending(apps.get_draft(scene.helper, reference)).reasons
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST["POST"] + BY_WAITING, (counts, statements)


def test_one_telephone_on_strangers_waits_and_a_family_does_not() -> None:
    helper = people.make_helper(people.make_desk())
    shared = people.mobile(whose="shared")
    home = {"housing": "address", "address": MOVED}
    for name in ("Ada Rao", "Bo Rao", "Cy Rao", "Di Rao"):  # one household, one telephone
        people.make_person(helper, name, contact_points=[shared], **home)
    strangers = [people.make_person(helper, name) for name in ("Ed Li", "Flo Roe", "Gus Fox")]
    for person_id in strangers[:2]:
        service_contact.add_contact_point(
            actor=helper, person_id=person_id, kind="mobile", value="07700 900123"
        )
    with pytest.raises(Held) as held:
        service_contact.add_contact_point(
            actor=helper, person_id=strangers[2], kind="mobile", value="07700 900123"
        )
    assert held.value.reasons == ("contact_shared",)
    with pytest.raises(Held):
        people.make_person(helper, "Hal Bow", contact_points=[people.mobile()])
    people.make_person(helper, "Hal Bow", contact_points=[people.mobile("07700 900124")])


def test_a_known_record_is_moved_by_whoever_knows_the_person() -> None:
    with later(-400):
        desk = people.make_desk()
        helper, colleague = people.make_helper(desk), people.make_helper(desk)
        person_id = people.make_person(colleague, contact_points=[people.mobile()])

    def move(version: int = 1) -> UUID:
        return service_address.change_address(
            actor=helper, person_id=person_id, version=version, housing="address", address=MOVED
        )

    with pytest.raises(Held):
        move()
    service_identity.add_identity_evidence(
        actor=helper, person_id=person_id, kind="asked_only", level="none"
    )
    with pytest.raises(Held) as held:  # that they were asked shows nothing
        move()
    assert held.value.reasons == ("identity_not_shown",)
    service_identity.add_identity_evidence(
        actor=helper, person_id=person_id, kind="known_here", level="low"
    )
    move()
    with reading():
        found = load_surroundings(Act(acts.CHANGE_CONTACT, helper, person_id=person_id), STARTING)
    person = found[1]
    assert person is not None
    assert (person.is_dormant, person.contact_is_new, person.is_recognised) == (True, True, True)
    assert (person.level_by_others, person.is_seen_by_others) == (0, True)


def test_a_caller_is_rung_back_and_a_reviewer_prepares_nothing() -> None:
    with later(-40):
        desk = people.make_desk()
        helper, reviewer = people.make_helper(desk), people.make_helper(desk, "reviewer")
        person_id = people.make_person(helper, contact_points=[people.mobile()])
    with later(-20):
        people.make_person(helper, "Bea Bell")  # the account is no sleeper
    consents.find_or_start_visit(
        actor=helper, person_id=person_id, channel=str(VisitChannel.TELEPHONE)
    )
    with reading() as session:
        point = session.scalars(select(ContactPoint.id)).first()
    assert point is not None

    def change() -> UUID:
        return service_contact.change_contact_point(
            actor=helper, contact_point_id=point, value="07700 900555"
        )

    with pytest.raises(Held) as held:
        change()
    assert held.value.reasons == ("contact_by_inbound_call",)
    with reading() as session:
        waiting = session.scalars(select_held()).one()
        assert waiting.drawn_human_id == reviewer.human_id
    twin = people.make_helper(desk, human_id=reviewer.human_id)  # the same human, as a helper
    with pytest.raises(Refused) as refused:
        service_contact.add_contact_point(
            actor=twin, person_id=person_id, kind="email", value="a@example.org"
        )
    assert refused.value.code == "reviewer_changes_contact"
    consents.find_or_start_visit(
        actor=helper, person_id=person_id, channel=str(VisitChannel.IN_PERSON)
    )
    change()


def test_an_account_that_slept_or_is_in_two_places_is_looked_at() -> None:
    with later(-60):
        helper = people.make_helper(people.make_desk())
        person_id = people.make_person(helper, contact_points=[people.mobile()])
    act = Act(acts.CHANGE_CONTACT, helper, person_id=person_id)
    assert find_codes(act) == {"account_dormant"}
    with later(-20):
        people.make_person(helper, "Bea Bell")
    assert find_codes(act) == set()
    usual = sign_in(helper, "Firefox, Windows", -30, network=b"a")
    next_to_it = sign_in(helper, "Edge, Windows", 0, network=b"a")  # a room with many computers
    assert find_codes(replace(act, actor=replace(helper, sign_in_id=next_to_it))) == set()
    elsewhere = sign_in(helper, "Chrome, Linux", 0, network=b"b")
    for sign_in_id, expected in ((usual, set()), (elsewhere, {"device_unusual", "place_unusual"})):
        assert find_codes(replace(act, actor=replace(helper, sign_in_id=sign_in_id))) == expected
    assert find_codes(Act(acts.ADD_CONTACT, helper, person_id=person_id)) == set()


def sign_in(actor: Actor, device: str, days: float, network: bytes) -> UUID:
    row_id, now = new_id(), clock.now()

    def write() -> None:
        get_session().add(
            SignIn(
                id=row_id,
                account_id=actor.account_id,
                token_hash=row_id.bytes * 2,
                stage="open",
                device=device,
                network=network,
                started_at=now + timedelta(days=days),
                seen_at=now,
                second_factor_at=now,
                tries=0,
            )
        )

    run_transaction(write)
    return row_id


def test_money_is_added_up_for_the_person_and_a_broken_glass_for_the_helper(
    database: Database,
) -> None:
    scene = apps.make_scene("council-crisis-support")
    people.make_helper(scene.desk, "reviewer")
    service_emergency.give_emergency_help(
        actor=scene.helper,
        case_id=scene.case.id,
        kind="standing_payee",
        amount_pence=3000,
        need="No gas tonight",
    )
    take = Act(
        rules_payments.TAKE,
        scene.colleague,
        person_id=scene.person_id,
        amount_pence=47_001,
        facts={"whose": "delegated"},
    )
    assert find_codes(take) == {"money_over_line"}
    assert find_codes(replace(take, amount_pence=47_000)) == set()
    assert find_codes(replace(take, facts={"whose": "own"})) == set()
    with later(11):
        assert find_codes(take) == set()
    with pytest.raises(Held):  # more than goes at once: it waits, and counts while it does
        service_emergency.give_emergency_help(
            actor=scene.helper,
            case_id=scene.case.id,
            kind="goods",
            amount_pence=15000,
            need="A cooker",
        )
    with counted_statements(database) as statements:
        assert find_codes(replace(take, amount_pence=32_001)) == {"money_over_line"}
    assert len(statements) <= 4
    assert find_codes(replace(take, amount_pence=32_000)) == set()

    other = people.make_helper(people.make_desk("Ash Vale Council"))
    strangers = [people.make_person(scene.helper, name) for name in ("Ed Li", "Flo Roe", "Gus Fox")]

    def look(person_id: UUID, why: str = "safeguarding") -> None:
        service.state_reason(actor=other, person_id=person_id, reason=why)

    look(strangers[0])
    look(strangers[1])
    with pytest.raises(Held) as held:
        look(strangers[2])
    assert held.value.reasons == ("glass_broken_often",)
    look(strangers[2], "risk_to_life")  # always opens
    consents.find_or_start_visit(
        actor=other, person_id=strangers[0], channel=str(VisitChannel.IN_PERSON)
    )
    with reading():
        assert queries.get_person(strangers[0]).name == "Ed Li"
    fourth = people.make_person(scene.helper, "Hal Bow")
    with pytest.raises(Held):
        look(fourth)  # two of the three are unresolved still
