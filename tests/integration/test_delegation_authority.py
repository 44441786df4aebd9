"""Nobody acts without a live authority, asked under a lock at the moment of the act."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assistedaccess.consent import service as consent_service
from assistedaccess.delegation import rules, rules_lifting, service
from assistedaccess.delegation.models import LimitEntry
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.people.models import Person
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.clocks import Hand

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


def refusal(actor: Any, person_id: Any, *args: Any, **more: Any) -> type:
    with pytest.raises(Refused) as raised:
        granted.authorise(actor, person_id, *args, **more)
    assert raised.value.words
    return type(raised.value)


# -- assisting


def test_a_yes_of_this_visit_carries_filling_in_and_sending(scene) -> None:
    consent_id = make.assist(scene.helper, scene.person_id)
    for power in ("fill_in", "submit"):
        found = granted.authorise(scene.helper, scene.person_id, power)
        assert found.pair == ("assisting", consent_id)
    for power in ("see", "pay", "report_change", "change_payment_details"):
        assert refusal(scene.helper, scene.person_id, power) in (rules.NoAuthority,)
    assert refusal(scene.helper, scene.person_id, "submit", make.OTHER_SERVICE) is rules.NoAuthority
    assert refusal(scene.colleague, scene.person_id) is rules.NoAuthority


def test_assisting_and_representing_are_not_merged(scene) -> None:
    assisting = make.assist(scene.helper, scene.person_id)
    delegation_id = granted.grant(scene.helper, scene.person_id)
    for mode, pair in (
        ("assisting", ("assisting", assisting)),
        ("representing", ("delegation", delegation_id)),
        (None, ("assisting", assisting)),
    ):
        assert granted.authorise(scene.helper, scene.person_id, mode=mode).pair == pair
    consent_service.withdraw_consent(actor=scene.colleague, consent_id=assisting, how="in_front")
    assert refusal(scene.helper, scene.person_id, mode="assisting") is rules.NoAuthority


# -- representing


def test_a_delegation_carries_what_it_names_for_whom_it_names(scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id, powers=["see", "submit"])
    assert granted.authorise(scene.helper, scene.person_id).pair == ("delegation", delegation_id)
    assert refusal(scene.helper, scene.person_id, "fill_in") is rules.OutOfScope
    assert refusal(scene.helper, scene.person_id, "submit", make.OTHER_SERVICE) is rules.OutOfScope
    for other in (
        scene.colleague,
        people.other_account(scene.desk, scene.helper),
        people.make_helper(people.make_desk("Hillside Advice")),
    ):
        assert refusal(other, scene.person_id) is rules.NoAuthority
    other_person = people.make_person(scene.colleague, "Bea Bell")
    assert refusal(scene.helper, other_person) is rules.NoAuthority


def test_the_same_account_at_another_organisation_holds_nothing(scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    impostor = replace(elsewhere, account_id=scene.helper.account_id)
    with pytest.raises(Refused):
        granted.authorise(impostor, scene.person_id)


def test_to_an_organisation_any_of_its_helpers_may_act(scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    for helper in (scene.helper, scene.colleague):
        assert granted.authorise(helper, scene.person_id).id == delegation_id
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    assert refusal(elsewhere, scene.person_id) is rules.NoAuthority


def test_it_ends_with_its_last_day_in_the_united_kingdom(hand: Hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id, until_on=clock.today())
    hand.now = clock.end_of_day(clock.today()) - timedelta(seconds=1)
    granted.authorise(scene.helper, scene.person_id)
    hand.move(seconds=1)
    assert refusal(scene.helper, scene.person_id) is rules.DelegationExpired


def test_a_clock_set_back_before_it_began_allows_nothing(hand: Hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    hand.move(hours=-1)
    assert refusal(scene.helper, scene.person_id) is rules.DelegationNotStarted


def test_stop_is_instant_and_said_at_any_desk(scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id)
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    service.end_delegation(actor=elsewhere, delegation_id=delegation_id, how="telephone")
    assert refusal(scene.helper, scene.person_id) is rules.DelegationEnded


def test_a_new_delegation_counts_though_an_old_one_has_ended(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id)
    service.end_delegation(actor=scene.colleague, delegation_id=old, how="in_front")
    new = granted.grant(scene.helper, scene.person_id)
    assert granted.authorise(scene.helper, scene.person_id).id == new


def test_taking_the_yes_back_ends_what_rests_on_it(scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id)
    consent_id = granted.get_delegation(delegation_id).consent_id
    consent_service.withdraw_consent(actor=scene.colleague, consent_id=consent_id, how="in_front")
    assert granted.get_delegation(delegation_id).ended_how == "consent_withdrawn"
    assert refusal(scene.helper, scene.person_id) is rules.DelegationEnded


def test_a_stop_holds_until_it_is_lifted_in_front_of_another(hand: Hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    about = {"person_id": scene.person_id, "how": "in_front"}
    service.freeze(actor=scene.colleague, is_proven=True, **about)
    hand.move(days=5)
    assert refusal(scene.helper, scene.person_id) is rules.DelegationFrozen
    for own in (scene.helper, people.other_account(scene.desk, scene.helper)):
        with pytest.raises(rules_lifting.OwnStop):
            service.lift(actor=own, **about)
    service.lift(actor=scene.colleague, **about)
    granted.authorise(scene.helper, scene.person_id)


def test_a_stop_on_an_organisation_is_lifted_at_another(scene) -> None:
    granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    about = {"person_id": scene.person_id, "how": "in_front"}
    service.freeze(actor=scene.colleague, is_proven=True, **about)
    with pytest.raises(rules_lifting.OwnStop):
        service.lift(actor=scene.colleague, **about)
    service.lift(actor=people.make_helper(people.make_desk("Hillside Advice")), **about)
    granted.authorise(scene.colleague, scene.person_id)


def test_an_unproven_stop_lasts_72_hours_unless_confirmed(hand: Hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id)
    about = {"actor": scene.colleague, "person_id": scene.person_id, "how": "telephone"}
    service.freeze(is_proven=False, **about)
    hand.move(hours=72, seconds=-1)
    assert refusal(scene.helper, scene.person_id) is rules.DelegationFrozen
    hand.move(seconds=1)
    granted.authorise(scene.helper, scene.person_id)
    service.freeze(is_proven=False, **about)
    service.freeze(is_proven=True, **about)
    service.freeze(is_proven=False, **about)  # a caller nobody knows shortens nothing
    hand.move(days=30)
    assert refusal(scene.helper, scene.person_id) is rules.DelegationFrozen


def test_who_died_and_who_helps_themself(scene) -> None:
    granted.grant(scene.helper, scene.person_id)

    def change(**values: Any) -> None:
        def write() -> None:
            person = get_session().get_one(Person, scene.person_id)
            for name, value in values.items():
                setattr(person, name, value)

        run_transaction(write)

    change(human_id=scene.helper.human_id)
    assert refusal(scene.helper, scene.person_id).reason_code == "own_record"
    change(human_id=None, died_on=clock.today())
    assert refusal(scene.helper, scene.person_id).reason_code == "record_closed"


def test_a_helper_who_may_not_act_for_their_organisation_may_not_act(scene) -> None:
    from assistedaccess.organisations.service import end_membership

    granted.grant(scene.helper, scene.person_id)
    end_membership(actor=SYSTEM, membership_id=scene.helper.membership_id, reason="Has left")
    assert refusal(scene.helper, scene.person_id).reason_code == "membership_ended"


def test_paying_needs_the_check_that_the_law_asks(hand: Hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["submit", "pay"])
    granted.authorise(scene.helper, scene.person_id, "pay", amount_pence=100)
    granted.grant(
        scene.helper, scene.person_id, powers=["submit", "pay"], holder_kind="organisation"
    )
    assert (
        refusal(scene.colleague, scene.person_id, "pay").reason_code == "barred_list_check_needed"
    )


def test_it_is_asked_inside_a_transaction_or_not_at_all(scene) -> None:
    with pytest.raises(RuntimeError), reading():
        service.authorise(
            actor=scene.helper, person_id=scene.person_id, service=make.SERVICE, power="submit"
        )


def test_the_system_and_the_public_act_for_nobody(scene) -> None:
    assert refusal(SYSTEM, scene.person_id) is rules.NoAuthority


def test_a_person_whom_nobody_knows(scene) -> None:
    with pytest.raises(NotFound):
        granted.authorise(scene.helper, new_id())


# -- money


@pytest.fixture
def paying(scene):
    """A delegation that may pay £100 a month, £80 at once."""
    return granted.grant(
        scene.helper,
        scene.person_id,
        powers=["submit", "pay"],
        money_limit_pence=10_000,
        act_limit_pence=8_000,
    )


def test_a_limit_is_counted_over_its_period(hand: Hand, scene, paying) -> None:
    for pence, words in ((8_001, "one payment"), (0, "more than £0"), (-5, "more than £0")):
        with pytest.raises((rules.LimitReached, InvalidInput), match=words):
            granted.reserve(scene.helper, scene.person_id, pence, new_id())
    granted.reserve(scene.helper, scene.person_id, 6_000, new_id())
    with pytest.raises(rules.LimitReached, match="still allows"):
        granted.reserve(scene.helper, scene.person_id, 4_001, new_id())
    granted.reserve(scene.helper, scene.person_id, 4_000, new_id())
    hand.move(days=8)  # the first of December
    granted.reserve(scene.helper, scene.person_id, 8_000, new_id())


def test_a_limit_in_all_is_never_full_again(hand: Hand, scene) -> None:
    granted.grant(
        scene.helper, scene.person_id, powers=["pay"], money_limit_pence=100, money_period="term"
    )
    granted.reserve(scene.helper, scene.person_id, 60, new_id())
    hand.move(days=60)
    with pytest.raises(rules.LimitReached):
        granted.reserve(scene.helper, scene.person_id, 60, new_id())


def test_what_is_given_back_can_be_used_again(scene, paying) -> None:
    first = granted.reserve(scene.helper, scene.person_id, 8_000, new_id())
    run_transaction(lambda: service.give_back(actor=scene.helper, reserve_id=first.reserve_id))
    second = granted.reserve(scene.helper, scene.person_id, 8_000, new_id())
    run_transaction(
        lambda: service.use_reserve(
            actor=scene.helper, reserve_id=second.reserve_id, amount_pence=3_000
        )
    )
    granted.reserve(scene.helper, scene.person_id, 7_000, new_id())
    for settled in (first, second):
        for settle in (service.give_back, service.use_reserve):
            with pytest.raises(rules.AlreadySettled):
                run_transaction(
                    lambda settle=settle, settled=settled: settle(
                        actor=scene.helper, reserve_id=settled.reserve_id
                    )
                )


def test_one_payment_is_set_aside_once(scene, paying) -> None:
    subject = new_id()
    first = granted.reserve(scene.helper, scene.person_id, 6_000, subject)
    assert granted.reserve(scene.helper, scene.person_id, 6_000, subject) == first
    with pytest.raises(rules.AlreadyReserved):
        granted.reserve(scene.helper, scene.person_id, 100, subject)
    service.end_delegation(actor=scene.colleague, delegation_id=paying, how="in_front")
    with pytest.raises(rules.DelegationEnded):
        granted.reserve(scene.helper, scene.person_id, 6_000, subject)


def test_two_tabs_that_each_take_sixty_percent(scene, paying, database: Database) -> None:
    for _round in range(5):
        barrier = threading.Barrier(2)
        outcomes = []

        def take(barrier=barrier, outcomes=outcomes) -> None:
            barrier.wait()
            with use_database(database):
                try:
                    outcomes.append(granted.reserve(scene.helper, scene.person_id, 6_000, new_id()))
                except rules.LimitReached as refused:
                    outcomes.append(refused)

        threads = [threading.Thread(target=take) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        won = [outcome for outcome in outcomes if isinstance(outcome, service.Reserved)]
        assert len(outcomes) == 2
        assert len(won) == 1
        run_transaction(
            lambda won=won: service.give_back(actor=scene.helper, reserve_id=won[0].reserve_id)
        )
    with reading() as session:
        kinds = list(session.scalars(select(LimitEntry.kind)))
    assert (kinds.count("reserve"), kinds.count("give_back")) == (5, 5)


def test_an_ending_and_an_act_have_an_order(scene, database: Database) -> None:
    """Under the lock: whoever comes second sees what the first did."""
    delegation_id = granted.grant(scene.helper, scene.person_id)
    holds, may_go = threading.Event(), threading.Event()
    ended = []

    def act() -> None:
        service.authorise(
            actor=scene.helper, person_id=scene.person_id, service=make.SERVICE, power="submit"
        )
        holds.set()
        may_go.wait(5)

    def end() -> None:
        holds.wait(5)
        with use_database(database):
            service.end_delegation(
                actor=scene.colleague, delegation_id=delegation_id, how="in_front"
            )
            ended.append(True)

    def hold() -> None:
        with use_database(database):
            run_transaction(act)

    acting, ending = threading.Thread(target=hold), threading.Thread(target=end)
    acting.start()
    ending.start()
    holds.wait(5)
    ending.join(0.4)
    assert ended == []  # the ending waits for the act that came first
    may_go.set()
    acting.join()
    ending.join()
    assert ended == [True]
    assert refusal(scene.helper, scene.person_id) is rules.DelegationEnded
