"""The life of a delegation: its editions, its end, check-ins, the one task, and rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistedaccess.delegation import queries, rules, rules_term, service, service_life
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.factories.delegation import amend, ask_edition, confirm, refusal, renew, told
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")

PAY = {"powers": ["see", "submit", "pay"], "money_limit_pence": 10_000, "money_period": "term"}


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


# -- another edition


def test_another_edition_ends_the_one_before_and_changes_nothing_of_it(hand, scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see", "submit"])
    before = granted.get_delegation(old)
    hand.move(hours=1)
    new = amend(scene.helper, old, powers=["see"])
    ended, row = granted.get_delegation(old), granted.get_delegation(new)
    assert (ended.ended_how, ended.ended_at, ended.ended_by) == (
        "superseded", hand.now, scene.helper.account_id,
    )  # fmt: skip
    assert (ended.powers, ended.services, ended.expires_at) == (
        before.powers, before.services, before.expires_at,
    )  # fmt: skip
    assert (row.edition, row.replaces_id, row.chain_id) == (2, old, old)
    assert row.powers == ["see"]
    granted.authorise(scene.helper, scene.person_id, "see")
    assert refusal(scene.helper, scene.person_id, "submit") == "out_of_scope"
    granted_notices = told(scene.person_id, "delegation_granted")
    (facts,) = [facts for facts in granted_notices if facts.get("instead")]
    assert facts["instead"] == "Harriet Helper"
    assert told(scene.person_id, "delegation_ended") == []
    assert [event.reason_code for event in list_events("delegation.ended")] == ["superseded"]


def test_until_the_person_confirms_the_old_edition_holds(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["submit"])
    request_id = ask_edition(scene.helper, old, powers=["see"])
    granted.authorise(scene.helper, scene.person_id, "submit")
    confirm(scene.helper, request_id)
    assert refusal(scene.helper, scene.person_id, "submit") == "out_of_scope"


@pytest.mark.parametrize("period", ["term", "month"])
def test_a_new_edition_does_not_set_the_money_limit_back(scene, period: str) -> None:
    old = granted.grant(scene.helper, scene.person_id, **PAY)
    granted.reserve(scene.helper, scene.person_id, 6_000, new_id())
    new = amend(scene.helper, old, **{**PAY, "money_period": period})
    with pytest.raises(rules.LimitReached):
        granted.reserve(scene.helper, scene.person_id, 4_001, new_id())
    granted.reserve(scene.helper, scene.person_id, 4_000, new_id())
    newest = renew(scene.helper, new)
    with pytest.raises(rules.LimitReached):
        granted.reserve(scene.helper, scene.person_id, 1, new_id())
    with reading():
        row = granted.get_row(newest)
        assert queries.sum_taken([row]) == {newest: 10_000}


def test_money_given_back_under_the_old_edition_is_there_in_the_new_one(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, **PAY)
    taken = granted.reserve(scene.helper, scene.person_id, 6_000, new_id())
    amend(scene.helper, old, **PAY)
    run_transaction(lambda: service.give_back(actor=scene.helper, reserve_id=taken.reserve_id))
    granted.reserve(scene.helper, scene.person_id, 10_000, new_id())


def test_what_has_ended_or_is_stopped_has_no_new_edition(scene) -> None:
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    old = granted.grant(scene.helper, scene.person_id)
    request_id = ask_edition(scene.helper, old)
    service.freeze(actor=elsewhere, person_id=scene.person_id, how="telephone", is_proven=True)
    with pytest.raises(rules.DelegationFrozen):  # no new yes steps around the stop
        confirm(scene.helper, request_id)
    with pytest.raises(rules.DelegationFrozen):
        ask_edition(scene.helper, old)
    service.end_delegation(actor=elsewhere, delegation_id=old, how="in_front")
    with pytest.raises(rules.DelegationEnded):
        ask_edition(scene.helper, old)
    other_person = people.make_person(scene.colleague, "Bea Other")
    other = granted.grant(scene.helper, other_person)
    asked = make.ask(scene.helper, scene.person_id, replaces_id=other)
    with pytest.raises(InvalidInput):  # a form that was tampered with
        confirm(scene.helper, asked)


def test_two_new_editions_of_one_are_one(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id)
    first, second = ask_edition(scene.helper, old), ask_edition(scene.helper, old)
    confirm(scene.helper, first)
    with pytest.raises(rules.DelegationEnded):
        confirm(scene.helper, second)


# -- hand-over


def test_another_helper_goes_on_with_the_persons_yes_alone(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    assert refusal(elsewhere, scene.person_id, "see") == "no_authority"
    request_id = ask_edition(elsewhere, old)
    assert refusal(elsewhere, scene.person_id, "see") == "no_authority"
    new = confirm(elsewhere, request_id)
    granted.authorise(elsewhere, scene.person_id, "see")
    assert granted.get_delegation(old).ended_how == "handed_over"
    assert granted.get_delegation(new).organisation_id == elsewhere.organisation_id
    assert refusal(scene.helper, scene.person_id, "see") == "delegation_ended"


def test_the_helper_asks_for_a_colleague_who_then_holds_it(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    new = amend(scene.helper, old, holder_account_id=scene.colleague.account_id)
    row = granted.get_delegation(new)
    assert (row.holder_account_id, row.holder_human_id) == (
        scene.colleague.account_id, scene.colleague.human_id,
    )  # fmt: skip
    granted.authorise(scene.colleague, scene.person_id, "see")
    assert refusal(scene.helper, scene.person_id, "see") == "delegation_ended"
    stranger = people.make_helper(people.make_desk("Hillside Advice"))
    with pytest.raises(InvalidInput):
        ask_edition(scene.helper, new, holder_account_id=stranger.account_id)


# -- the end


def test_a_renewal_is_the_same_again_by_the_persons_own_act(hand, scene) -> None:
    until_on = clock.today() + timedelta(days=90)
    old = granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until_on)
    hand.move(days=75)
    people.make_person(scene.helper, "Somebody Else")  # at work all along: no account at rest
    hand.move(days=16, hours=20)
    assert refusal(scene.helper, scene.person_id, "see") == "delegation_expired"
    request_id = service_life.begin_renewal(
        actor=scene.helper, delegation_id=old, request_key=new_request_key()
    )
    assert refusal(scene.helper, scene.person_id, "see") == "delegation_expired"
    new = confirm(scene.helper, request_id, is_read=True)
    granted.authorise(scene.helper, scene.person_id, "see")
    row = granted.get_delegation(new)
    assert row.expires_at == clock.end_of_day(clock.today() + timedelta(days=90))
    assert (row.powers, row.services, row.chain_id) == (["see"], [make.SERVICE], old)


def test_a_renewal_keeps_the_holder_and_belongs_to_where_it_was_given(scene) -> None:
    old = granted.grant(scene.helper, scene.person_id, powers=["see"])
    new = renew(scene.colleague, old)
    assert granted.get_delegation(new).holder_account_id == scene.helper.account_id
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    with pytest.raises(service_life.RenewedElsewhere):
        renew(elsewhere, new)


def test_people_are_warned_30_and_7_days_ahead_and_told_of_the_end_each_once(hand, scene) -> None:
    until_on = clock.today() + timedelta(days=60)
    granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until_on)
    seen = []
    for day in range(64):
        expire_delegations()
        expire_delegations()  # a second run on the same day says nothing twice
        soon = len(told(scene.person_id, "delegation_ends_soon"))
        over = len(told(scene.person_id, "delegation_ran_out"))
        if not seen or seen[-1][1:] != (soon, over):
            seen.append((day, soon, over))
        hand.move(days=1)
    assert seen == [(0, 0, 0), (31, 1, 0), (54, 2, 0), (61, 2, 1)]
    reasons = [event.reason_code for event in list_events("delegation.warned")]
    assert reasons == ["days_30", "days_7"]
    assert [event.reason_code for event in list_events("delegation.expired")] == ["ran_out"]


def test_a_run_after_a_long_pause_tells_only_what_is_still_true(hand, scene) -> None:
    until_on = clock.today() + timedelta(days=60)
    granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until_on)
    hand.move(days=80)
    expire_delegations()
    kinds = [kind for kind, _ in make.list_told(scene.person_id)]
    assert "delegation_ran_out" in kinds
    assert "delegation_ends_soon" not in kinds


def test_todays_page_has_what_ends_soon_for_its_holder_alone(hand, scene) -> None:
    until_on = clock.today() + timedelta(days=40)
    delegation_id = granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until_on)
    reference = granted.get_row(delegation_id).reference

    def ending(actor: Actor) -> list[str]:
        with reading():
            return [row.reference for row in queries.list_ending(actor, limit=9)]

    assert ending(scene.helper) == []
    hand.move(days=11)
    assert ending(scene.helper) == [reference]
    assert ending(scene.colleague) == []
    hand.move(days=31)
    assert ending(scene.helper) == []


# -- check-in


def test_a_long_term_has_a_check_in_and_rests_without_it(hand, scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id, powers=["see"])
    row = granted.get_delegation(delegation_id)
    assert row.check_in_on == clock.today() + timedelta(days=182)
    hand.move(days=153)
    expire_delegations()
    (facts,) = told(scene.person_id, "delegation_check_in")
    assert facts["by"] == "24 May 2027"
    with reading():
        assert len(queries.list_ending(scene.helper, limit=9)) == 1
    hand.move(days=29)
    granted.authorise(scene.helper, scene.person_id, "see")
    hand.move(days=1)
    assert refusal(scene.helper, scene.person_id, "see") == "check_in_missed"
    assert granted.get_row(delegation_id).state == "resting"
    with pytest.raises(rules_term.OwnCheckIn):
        service_life.check_in(actor=scene.helper, delegation_id=delegation_id, how="in_front")
    for _ in range(2):
        service_life.check_in(actor=scene.colleague, delegation_id=delegation_id, how="telephone")
    granted.authorise(scene.helper, scene.person_id, "see")
    assert len(told(scene.person_id, "delegation_checked_in")) == 1
    steps = [event.reason_code for event in list_events("delegation.checked_in")]
    assert steps == ["telephone", "already_checked_in"]


def test_no_helper_of_an_organisation_that_holds_it_records_the_check_in(hand, scene) -> None:
    """Whatever hat they wear; another desk does, or the person renews it by their own yes."""
    delegation_id = granted.grant(
        scene.helper, scene.person_id, powers=["see"], holder_kind="organisation"
    )
    elsewhere = people.make_desk("Hillside Advice")
    other_hat = people.make_helper(elsewhere, human_id=scene.colleague.human_id)
    for own in (scene.helper, scene.colleague, other_hat):
        with pytest.raises(rules_term.OwnCheckIn) as refused:
            service_life.check_in(actor=own, delegation_id=delegation_id, how="in_front")
        assert "renew it with them now" in str(refused.value.next_step)
    assert granted.get_delegation(delegation_id).check_in_on is not None
    service_life.check_in(
        actor=people.make_helper(elsewhere), delegation_id=delegation_id, how="in_front"
    )
    assert granted.get_delegation(delegation_id).check_in_on is None


def test_a_check_in_revives_nothing_that_is_over(hand, scene) -> None:
    ended = granted.grant(scene.helper, scene.person_id, powers=["see"])
    service.end_delegation(actor=scene.colleague, delegation_id=ended, how="in_front")
    with pytest.raises(rules.DelegationEnded):
        service_life.check_in(actor=scene.colleague, delegation_id=ended, how="in_front")
    gone = granted.grant(scene.helper, scene.person_id, powers=["see"])
    hand.move(days=366)
    with pytest.raises(rules.DelegationExpired):
        service_life.check_in(actor=scene.colleague, delegation_id=gone, how="in_front")


def test_90_days_need_no_check_in(scene) -> None:
    until_on = clock.today() + timedelta(days=90)
    row = granted.get_delegation(
        granted.grant(scene.helper, scene.person_id, powers=["see"], until_on=until_on)
    )
    assert row.check_in_on is None


# -- one task


def test_one_task_ends_when_its_holder_says_that_it_is_done(scene) -> None:
    until_on = clock.today() + timedelta(days=90)
    delegation_id = granted.grant(
        scene.helper, scene.person_id, is_one_task=True, until_on=until_on
    )
    with pytest.raises(NotFound):
        service_life.finish_task(actor=scene.colleague, delegation_id=delegation_id)
    for _ in range(2):
        service_life.finish_task(actor=scene.helper, delegation_id=delegation_id)
    assert granted.get_delegation(delegation_id).ended_how == "done"
    assert refusal(scene.helper, scene.person_id) == "delegation_ended"
    assert len(told(scene.person_id, "delegation_done")) == 1


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"until_on": 91}, "until_on"),
        ({"services": [make.SERVICE, make.OTHER_SERVICE]}, "services"),
    ],
)
def test_one_task_is_one_service_within_90_days(scene, terms, field: str) -> None:
    until_on = clock.today() + timedelta(days=terms.get("until_on", 90))
    asked = {"services": [make.SERVICE], **terms, "until_on": until_on}
    with pytest.raises(InvalidInput) as raised:
        make.ask(scene.helper, scene.person_id, is_one_task=True, **asked)
    assert raised.value.field == field
