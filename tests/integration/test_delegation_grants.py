"""Granting a delegation on a yes, and what a second human has to do with it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from assistedaccess.approvals import describe
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import refuse_pending_act, release_pending_act
from assistedaccess.consent import service as consent_service
from assistedaccess.delegation import rules, service
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.transactions import reading, use_database
from assistedaccess.organisations.models import Membership
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.factories.silent import agree
from tests.support.clocks import Hand
from tests.support.held import count_held, select_held
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")

OVER = {"powers": ["submit", "pay"], "money_limit_pence": 50_001}


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


@pytest.fixture
def reviewer(scene) -> Actor:
    return people.make_helper(scene.desk, role="reviewer")


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def find_pending() -> PendingAct:
    with reading() as session:
        row = session.scalars(select_held()).one()
        session.expunge(row)
        return row


def hold(scene, **terms: Any):
    """A grant that waits: the consent's id, and the pending act."""
    consent_id = make.represent(scene.helper, scene.person_id, **{**OVER, **terms})
    with pytest.raises(Held) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert raised.value.reasons == ("second_look",)
    assert raised.value.pending_reference.startswith("W-")
    return consent_id, find_pending()


def test_what_was_agreed_is_what_is_granted(hand: Hand, scene) -> None:
    last = make.end_day()
    consent_id = make.represent(
        scene.helper, scene.person_id, powers=["see", "pay"], money_limit_pence=12_345,
        money_period="term", act_limit_pence=345, until_on=last,
    )  # fmt: skip
    row = granted.get_delegation(
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    )
    assert row.consent_id == consent_id
    assert (row.person_id, row.organisation_id) == (scene.person_id, scene.desk.organisation_id)
    assert (row.holder_account_id, row.holder_human_id) == (
        scene.helper.account_id, scene.helper.human_id,
    )  # fmt: skip
    assert (row.services, sorted(row.powers)) == ([make.SERVICE], ["pay", "see"])
    assert (row.money_limit_pence, row.money_period, row.act_limit_pence) == (12_345, "term", 345)
    assert (row.starts_at, row.expires_at) == (hand.now, clock.end_of_day(last))
    (event,) = list_events("delegation.granted")
    assert (event.authority_kind, event.authority_id) == ("consent", consent_id)
    (told,) = [
        facts for kind, facts in make.list_told(scene.person_id) if kind == "delegation_granted"
    ]
    assert told["helper"] == "Harriet Helper"
    assert told["until"] == "23 November 2027"


def test_one_yes_makes_one_delegation_however_often_it_is_sent(scene, database: Database) -> None:
    consent_id = make.represent(scene.helper, scene.person_id)
    barrier = threading.Barrier(3)
    found, failures = [], []

    def grant() -> None:
        barrier.wait()
        try:
            with use_database(database):
                found.append(service.grant_delegation(actor=scene.helper, consent_id=consent_id))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=grant) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(found)) == 1
    assert count(Delegation) == 1
    told = [kind for kind, _ in make.list_told(scene.person_id)]
    assert told.count("delegation_granted") == 1


def test_only_who_took_the_yes_grants_on_it(scene) -> None:
    consent_id = make.represent(scene.helper, scene.person_id)
    assisting = make.assist(scene.helper, scene.person_id)
    for other in (
        scene.colleague,
        people.other_account(scene.desk, scene.helper),
        people.make_helper(people.make_desk("Hillside Advice")),
    ):
        with pytest.raises(NotFound):
            service.grant_delegation(actor=other, consent_id=consent_id)
    with pytest.raises(NotFound):
        service.grant_delegation(actor=scene.helper, consent_id=assisting)


def test_a_limit_up_to_the_sum_is_granted_at_once(scene) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["pay"], money_limit_pence=50_000)


def test_over_the_sum_it_waits_and_the_yes_is_kept(scene, reviewer) -> None:
    consent_id, _pending = hold(scene)
    assert make.get_consent(consent_id).withdrawn_at is None
    assert count(Delegation) == 0
    with pytest.raises(rules.NoAuthority):
        granted.authorise(scene.helper, scene.person_id)
    told = [kind for kind, _ in make.list_told(scene.person_id)]
    assert "delegation_waits" in told
    assert "delegation_granted" not in told


def test_a_limit_given_in_slices_waits_too(scene, reviewer) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["pay"], money_limit_pence=30_000)
    hold(scene, money_limit_pence=30_000, services=[make.OTHER_SERVICE])


def test_released_by_another_human_it_begins(hand: Hand, scene, reviewer) -> None:
    consent_id, pending = hold(scene)
    hand.move(hours=20)
    decision = release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Seen")
    assert str(decision.state) == "released"
    row = granted.get_delegation(decision.result)
    assert (row.consent_id, row.starts_at, row.granted_by) == (
        consent_id, hand.now, scene.helper.account_id,
    )  # fmt: skip
    granted.authorise(scene.helper, scene.person_id, "pay", amount_pence=50_001)
    assert [k for k, _ in make.list_told(scene.person_id)].count("delegation_granted") == 1


def test_asked_twice_it_waits_once(scene, reviewer) -> None:
    consent_id, _pending = hold(scene)
    with pytest.raises(Held):
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert count_held() == 1


def _withdraw(scene, consent_id) -> None:
    consent_service.withdraw_consent(actor=scene.colleague, consent_id=consent_id, how="in_front")


def _stop_all(scene, consent_id) -> None:
    service.end_all(actor=scene.colleague, person_id=scene.person_id, how="telephone")


def _die(scene, consent_id) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction
    from assistedaccess.people.models import Person

    def write() -> None:
        get_session().get_one(Person, scene.person_id).died_on = clock.today()

    run_transaction(write)


def _suspend(scene, consent_id) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    def write() -> None:
        row = get_session().get_one(Membership, scene.helper.membership_id)
        row.suspended_at = clock.now()

    run_transaction(write)


@pytest.mark.parametrize("meanwhile", [_withdraw, _stop_all, _die, _suspend])
def test_a_release_asks_everything_anew(scene, reviewer, meanwhile) -> None:
    consent_id, pending = hold(scene)
    meanwhile(scene, consent_id)
    try:
        decision = release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Seen")
    except Refused:
        pass
    else:
        assert str(decision.state) == "failed"
        assert decision.words
    assert count(Delegation) == 0


def test_a_release_after_the_last_day_is_refused(hand: Hand, scene, reviewer) -> None:
    _consent_id, pending = hold(scene, until_on=clock.today())
    hand.move(days=1)
    decision = release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Seen")
    assert str(decision.state) == "failed"
    assert count(Delegation) == 0


def test_a_refusal_stands_and_no_other_reviewer_is_drawn(scene, reviewer) -> None:
    consent_id, pending = hold(scene)
    refuse_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Too much")
    with pytest.raises(rules.GrantRefused):
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert count_held() == 1
    assert count(Delegation) == 0


def test_neither_the_witness_nor_the_person_is_drawn(scene) -> None:
    from assistedaccess.accounts.models import Account
    from assistedaccess.accounts.queries import fingerprint_email
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    witness = people.make_helper(scene.desk, role="reviewer")

    def write() -> None:
        account = get_session().get_one(Account, witness.account_id)
        account.email_fingerprint = fingerprint_email("witness@example.org")
        account.name = "Wendy Witness"

    run_transaction(write)
    request_id = make.ask(scene.helper, scene.person_id, **OVER)
    make.read_and_say(scene.helper, request_id)
    make.confirm(
        scene.helper, request_id, witness_name="Wendy Witness", witness_email="witness@example.org"
    )
    with pytest.raises(Held):
        service.grant_delegation(actor=scene.helper, consent_id=request_id)
    assert find_pending().drawn_account_id is None


def test_who_is_to_act_does_not_decide_on_it(scene) -> None:
    holder = people.make_helper(scene.desk)
    make.allow_money(holder)
    people.make_helper(scene.desk, role="reviewer", human_id=holder.human_id)
    request_id = make.ask(
        scene.helper, scene.person_id, holder_account_id=holder.account_id, **OVER
    )
    make.read_and_say(scene.helper, request_id)
    make.confirm(scene.helper, request_id)
    with pytest.raises(Held):
        service.grant_delegation(actor=scene.helper, consent_id=request_id)
    assert find_pending().drawn_account_id is None


def test_the_reviewer_is_told_what_was_agreed(scene, reviewer) -> None:
    consent_id, _pending = hold(scene)
    with reading():
        shown = describe.describe(service.GRANT_COMMAND, {"consent_id": consent_id})
    said = {str(label): str(value) for label, value in shown.rows}
    assert said["Who may act"] == "Harriet Helper"
    assert said["The most they may pay"] == "£500.01 in a month"
    assert "Send forms" in said["What they may do"]
    assert said["How strong that is"] == "Standard"


def test_family_represent_themselves_and_five_people_at_most(scene) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.errors import InvalidInput
    from assistedaccess.kernel.transactions import run_transaction

    def write() -> None:
        get_session().get_one(Membership, scene.helper.membership_id).kind = "family"

    run_transaction(write)
    with pytest.raises(InvalidInput):
        make.ask(scene.helper, scene.person_id, holder_kind="organisation")
    for number in range(5):
        person_id = people.make_person(scene.colleague, f"Person Number{number}")
        agree(scene.colleague, person_id)  # a relative waits until staff have spoken with them
        granted.grant(scene.helper, person_id)
    consent_id = make.represent(scene.helper, scene.person_id)
    with pytest.raises(rules.TooManyPeople):
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    # Another delegation of somebody who is helped already is no other person.
    granted.grant(scene.helper, person_id, services=[make.OTHER_SERVICE])
