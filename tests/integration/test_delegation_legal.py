"""Legal authority (C11), and a doubt whether the person can decide today (C14)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import refuse_pending_act, release_pending_act
from assistedaccess.casework.models import Case
from assistedaccess.consent.models import Consent
from assistedaccess.delegation import rules_legal, rules_term, service
from assistedaccess.delegation.service_capacity import (
    NobodyDoubted,
    open_appointee_route,
)
from assistedaccess.delegation.service_legal import find_instrument, record_legal_authority
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.kernel.working_days import add_months
from assistedaccess.organisations.models import Membership
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.factories import ways as way
from tests.factories.delegation import refusal, told
from tests.support.clocks import Hand
from tests.support.held import select_held
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene(nation="england")


@pytest.fixture
def reviewer(scene) -> Actor:
    return people.make_helper(scene.desk, role="reviewer")


@pytest.fixture
def daughter(scene) -> Actor:
    """A family helper whom the organisation sponsors."""
    made = people.make_helper(scene.desk)

    def write() -> None:
        get_session().get_one(Membership, made.membership_id).kind = "family"

    run_transaction(write)
    return made


def record(scene, daughter: Actor, **more: Any) -> UUID:
    today = clock.today()
    return record_legal_authority(
        **{
            "actor": scene.helper,
            "person_id": scene.person_id,
            "kind": "attorney",
            "number": "7000-1234-5678",
            "named": "Amal Ward",
            "scope": "All property and financial affairs",
            "starts_on": date(2021, 3, 1),
            "ends_on": today + timedelta(days=60),
            "seen_as": "original",
            "holder_account_id": daughter.account_id,
            "services": [make.SERVICE],
            "powers": ["see", "submit", "change_payment_details"],
            "until_on": today + timedelta(days=60),
            **more,
        }
    )


def find_pending() -> PendingAct:
    with reading() as session:
        row = session.scalars(select_held()).one()
        session.expunge(row)
        return row


def test_c11_nobody_acts_before_a_second_human_has_checked_it(scene, daughter, reviewer) -> None:
    with pytest.raises(Held):
        record(scene, daughter)
    assert refusal(daughter, scene.person_id, "see") == "no_authority"
    assert told(scene.person_id, "legal_authority_recorded") == []
    decision = release_pending_act(
        actor=reviewer, pending_act_id=find_pending().id, reason="Seen it too"
    )
    row = granted.get_delegation(decision.result)
    assert row.consent_id is None
    granted.authorise(daughter, scene.person_id, "change_payment_details")
    assert refusal(scene.helper, scene.person_id, "see") == "no_authority"
    (facts,) = told(scene.person_id, "legal_authority_recorded")
    assert facts["until"] == "22 January 2027"
    with reading():
        seen = find_instrument(row.legal_authority_id)
    assert seen is not None
    assert (seen.number, seen.named, seen.kind) == ("7000-1234-5678", "Amal Ward", "attorney")
    assert seen.seen_by
    assert seen.checked_by
    (event,) = list_events("legal_authority.recorded")
    assert event.authority_kind == "legal_authority"


def test_c11_refused_by_the_second_human_nothing_begins(scene, daughter, reviewer) -> None:
    with pytest.raises(Held):
        record(scene, daughter)
    refuse_pending_act(actor=reviewer, pending_act_id=find_pending().id, reason="Not the original")
    assert refusal(daughter, scene.person_id, "see") == "no_authority"


def test_c11_it_never_lasts_longer_than_its_instrument(hand, scene, daughter, reviewer) -> None:
    with pytest.raises(InvalidInput) as raised:
        record(scene, daughter, until_on=clock.today() + timedelta(days=61))
    assert raised.value.field == "until_on"
    with pytest.raises(Held):
        record(scene, daughter)
    release_pending_act(actor=reviewer, pending_act_id=find_pending().id, reason="Seen")
    hand.move(days=61)
    assert refusal(daughter, scene.person_id, "see") == "delegation_expired"


def test_c11_a_release_after_the_instrument_has_run_out_begins_nothing(
    hand, scene, daughter, reviewer
) -> None:
    with pytest.raises(Held):
        record(scene, daughter)
    hand.move(days=61)
    release_pending_act(actor=reviewer, pending_act_id=find_pending().id, reason="Seen late")
    assert refusal(daughter, scene.person_id, "see") == "no_authority"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts_on": date(2026, 11, 24)}, "starts_on"),  # tomorrow
        ({"starts_on": date(1900, 1, 1)}, "starts_on"),
        ({"ends_on": date(2026, 11, 22), "until_on": date(2026, 11, 22)}, "ends_on"),  # yesterday
        ({"ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"ends_on": None, "until_on": date(2027, 11, 24)}, "until_on"),
        ({"until_on": date(2026, 11, 22)}, "until_on"),
        ({"kind": "guardian"}, "kind"),
        ({"kind": "controller"}, "kind"),
        ({"kind": "friend"}, "kind"),
        ({"kind": "welfare_attorney"}, "powers"),
        ({"powers": []}, "powers"),
        ({"powers": ["pay"]}, "money_limit"),
        ({"number": " "}, "number"),
        ({"scope": "x" * 501}, "scope"),
        ({"services": ["no-such-service"]}, "services"),
    ],
)
def test_c11_what_no_instrument_can_be(scene, daughter, terms, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        record(scene, daughter, **terms)
    assert raised.value.field == field


def test_c11_who_is_to_act_neither_records_nor_checks_it(scene, daughter) -> None:
    with pytest.raises(rules_legal.OwnInstrument):
        record(scene, scene.helper)
    as_reviewer = people.make_helper(scene.desk, role="reviewer", human_id=daughter.human_id)
    with pytest.raises(Held):
        record(scene, daughter)
    assert find_pending().drawn_account_id is None  # the only reviewer is the daughter herself
    with pytest.raises(NotFound):
        release_pending_act(actor=as_reviewer, pending_act_id=find_pending().id, reason="Mine")


def test_c11_the_persons_stop_holds_and_no_yes_changes_what_the_law_gave(
    scene, daughter, reviewer
) -> None:
    with pytest.raises(Held):
        record(scene, daughter)
    decision = release_pending_act(actor=reviewer, pending_act_id=find_pending().id, reason="Seen")
    with pytest.raises(rules_term.RestsOnLaw):
        granted.ask_edition(scene.helper, decision.result)
    service.end_all(actor=scene.colleague, person_id=scene.person_id, how="telephone")
    assert refusal(daughter, scene.person_id, "see") == "delegation_ended"


def test_c11_a_family_helper_is_payee_by_legal_authority_alone(scene, daughter) -> None:
    with pytest.raises(Refused):
        make.ask(
            scene.helper,
            scene.person_id,
            holder_account_id=daughter.account_id,
            powers=["change_payment_details"],
        )


def test_a_family_helper_acts_for_five_people_at_most(scene, daughter) -> None:
    for number in range(5):
        person_id = people.make_person(scene.colleague, f"Person {'ABCDE'[number]}")
        granted.grant(
            scene.helper,
            person_id,
            said={"in_private": True},
            holder_account_id=daughter.account_id,
            powers=["see"],
        )
    with pytest.raises(Refused) as raised:
        granted.grant(
            scene.helper,
            scene.person_id,
            said={"in_private": True},
            holder_account_id=daughter.account_id,
            powers=["see"],
        )
    assert raised.value.reason_code == "too_many_people"


def test_a_family_helper_whom_the_person_names_before_staff_can_act(scene, daughter) -> None:
    granted.grant(
        scene.helper,
        scene.person_id,
        said={"in_private": True},
        holder_account_id=daughter.account_id,
        powers=["see"],
    )
    granted.authorise(daughter, scene.person_id, "see")
    assert refusal(scene.helper, scene.person_id, "see") == "no_authority"
    asked = make.ask(scene.helper, scene.person_id, holder_account_id=daughter.account_id)
    make.read_and_say(scene.helper, asked)
    with pytest.raises(InvalidInput):  # who is to act is no witness of it
        make.confirm(scene.helper, asked, witness_email=f"{daughter.account_id}@example.org")


# -- deciding is hard


def test_c14_a_doubt_lets_nobody_skip_the_yes_and_two_humans_look_at_it(scene, reviewer) -> None:
    request_id = make.ask(scene.helper, scene.person_id, powers=["see"])
    way.doubt(scene.helper, request_id, "can_decide")
    assert refusal(scene.helper, scene.person_id, "see") == "no_authority"
    with pytest.raises(Refused):  # nothing has been read or said
        make.confirm(scene.helper, request_id)
    make.read_and_say(scene.helper, request_id)
    make.confirm(scene.helper, request_id)
    with pytest.raises(Held) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=request_id)
    assert raised.value.reasons == ("capacity_doubted",)
    assert refusal(scene.helper, scene.person_id, "see") == "no_authority"
    release_pending_act(actor=reviewer, pending_act_id=find_pending().id, reason="I asked her")
    granted.authorise(scene.helper, scene.person_id, "see")


def test_c14_who_cannot_decide_today_says_no_yes(scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id, powers=["see"])
    make.read_and_say(scene.helper, request_id)
    way.doubt(scene.helper, request_id, "cannot_decide")
    with pytest.raises(rules_legal.CannotDecideToday):
        service.confirm_and_grant(
            actor=scene.helper,
            request_id=request_id,
            terms_hash=make.hash_of(request_id),
            way="witness",
            given=dict(make.WITNESS),
        )
    with reading() as session:
        assert session.get(Consent, request_id) is None
    make.confirm(scene.helper, request_id)  # even a yes that came by another way begins nothing
    with pytest.raises(rules_legal.CannotDecideToday):
        service.grant_delegation(actor=scene.helper, consent_id=request_id)


def test_c14_a_doubt_is_about_one_decision_alone(scene) -> None:
    doubted = make.ask(scene.helper, scene.person_id, powers=["see"])
    way.doubt(scene.helper, doubted, "cannot_decide")
    granted.grant(scene.helper, scene.person_id, powers=["see"])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"decision": " "}, "decision"),
        ({"signs": ""}, "signs"),
        ({"support": ""}, "support"),
        ({"assessor": ""}, "assessor"),
        ({"assessor": "Harriet Helper, herself"}, "assessor"),
        ({"assessor": "Hattie Other"}, "assessor"),
        ({"assessed_on": date(2026, 11, 24)}, "assessed_on"),
        ({"assessed_on": date(2026, 10, 25)}, "assessed_on"),
        ({"outcome": "skip"}, "outcome"),
    ],
)
def test_c14_a_doubt_names_decision_support_assessor_and_date(scene, more, field: str) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    other = people.other_account(scene.desk, scene.helper)  # the helper's, under another name

    def rename() -> None:
        get_session().get_one(Account, other.account_id).name = "Hattie Other"

    run_transaction(rename)
    with pytest.raises(InvalidInput) as raised:
        way.doubt(scene.helper, request_id, **{"outcome": "can_decide", **more})
    assert raised.value.field == field


def test_c11_without_capacity_and_instrument_the_claims_date_is_protected(scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    with pytest.raises(NobodyDoubted):
        open_appointee_route(actor=scene.helper, request_id=request_id, service=make.SERVICE)
    way.doubt(scene.helper, request_id, "cannot_decide")
    with pytest.raises(InvalidInput):
        open_appointee_route(
            actor=scene.helper, request_id=request_id, service="attendance-allowance"
        )
    open_appointee_route(actor=scene.helper, request_id=request_id, service=make.SERVICE)
    with reading() as session:
        case = session.scalars(select(Case)).one()
    assert (case.first_contact_on, case.service) == (clock.today(), make.SERVICE)
    assert case.person_id == scene.person_id


def test_the_nation_decides_which_instruments_there_are() -> None:
    day = date(2026, 11, 23)
    given = {
        "starts_on": day, "ends_on": None, "until_on": add_months(day, 12),
        "powers": [rules_legal.Power.SEE], "today": day,
    }  # fmt: skip
    for kind, nation, holds in (
        ("guardian", "scotland", True),
        ("guardian", "wales", False),
        ("controller", "northern_ireland", True),
        ("controller", "england", False),
        ("deputy", "wales", True),
        ("deputy", "scotland", False),
        ("appointee", "northern_ireland", True),
        ("guardian", None, True),
    ):
        try:
            rules_legal.check_instrument(
                kind=rules_legal.InstrumentKind(kind), nation=nation, **given
            )
        except InvalidInput:
            assert not holds, (kind, nation)
        else:
            assert holds, (kind, nation)


def test_another_organisations_helper_cannot_doubt_ones_request(scene) -> None:
    request_id = make.ask(scene.helper, scene.person_id)
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    with pytest.raises(NotFound):
        way.doubt(elsewhere, request_id, "cannot_decide")
