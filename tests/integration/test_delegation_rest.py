"""When a helper leaves or an organisation closes, what rested on them rests: it does not revive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistedaccess.audit.explain import find_explanation
from assistedaccess.delegation.service_time import expire_delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.rules import MayNotAct
from assistedaccess.organisations.service import (
    change_membership,
    close_organisation,
    end_membership,
    resume_membership,
    start_membership,
    suspend_membership,
)
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.factories.delegation import amend, refusal, renew, told
from tests.support.clocks import Hand
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


# -- rest


def leave(actor: Actor) -> None:
    end_membership(actor=SYSTEM, membership_id=actor.membership_id, reason="Went to another job")


def come_back(actor: Actor) -> Actor:
    membership_id = start_membership(
        actor=SYSTEM,
        organisation_id=actor.organisation_id,
        account_id=actor.account_id,
        kind="staff",
        starts_on=clock.today(),
    )
    return replace(actor, membership_id=membership_id)


def test_what_a_leaver_held_rests_and_coming_back_revives_nothing(hand, scene) -> None:
    own = granted.grant(scene.helper, scene.person_id, powers=["see"])
    granted.grant(scene.helper, scene.person_id, powers=["submit"], holder_kind="organisation")
    leave(scene.helper)
    with pytest.raises(MayNotAct):
        granted.authorise(scene.helper, scene.person_id, "see")
    granted.authorise(scene.colleague, scene.person_id, "submit")  # the organisation's goes on
    expire_delegations()
    expire_delegations()
    assert len(told(scene.person_id, "delegation_suspended")) == 1
    again = come_back(scene.helper)
    assert refusal(again, scene.person_id, "see") == "delegation_suspended"
    assert granted.get_row(own).state == "resting"
    new = renew(again, own)  # the person's own word
    granted.authorise(again, scene.person_id, "see")
    assert granted.get_delegation(new).suspended_at is None


def test_who_leaves_by_a_date_and_comes_back_revives_nothing(hand, scene) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["see"])
    change_membership(
        actor=SYSTEM,
        membership_id=scene.helper.membership_id,
        starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() + timedelta(days=1),
        site_ids=[],
    )
    hand.move(days=3)
    again = come_back(scene.helper)  # before any run of `expire`
    assert refusal(again, scene.person_id, "see") == "delegation_suspended"


def test_expire_lets_rest_what_is_held_by_who_left_by_a_date(hand, scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id, powers=["see"])
    change_membership(
        actor=SYSTEM,
        membership_id=scene.helper.membership_id,
        starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() + timedelta(days=1),
        site_ids=[],
    )
    hand.move(days=3)
    expire_delegations()
    assert granted.get_delegation(delegation_id).suspended_how == "helper_left"
    assert len(told(scene.person_id, "delegation_suspended")) == 1


def test_a_suspended_member_cannot_act_and_can_again_once_cleared(scene) -> None:
    delegation_id = granted.grant(scene.helper, scene.person_id, powers=["see"])
    suspend_membership(actor=SYSTEM, membership_id=scene.helper.membership_id, reason="A complaint")
    with pytest.raises(MayNotAct):
        granted.authorise(scene.helper, scene.person_id, "see")
    resume_membership(actor=SYSTEM, membership_id=scene.helper.membership_id, reason="Cleared")
    granted.authorise(scene.helper, scene.person_id, "see")
    assert granted.get_delegation(delegation_id).suspended_at is None


def test_a_closed_organisation_lets_all_rest_and_another_goes_on_with_a_yes(scene) -> None:
    own = granted.grant(scene.helper, scene.person_id, powers=["see"])
    shared = granted.grant(
        scene.helper, scene.person_id, powers=["submit"], holder_kind="organisation"
    )
    close_organisation(
        actor=SYSTEM, organisation_id=scene.desk.organisation_id, reason="No money left"
    )
    for one in (own, shared):
        assert granted.get_delegation(one).suspended_how == "organisation_closed"
    (event,) = list_events("delegation.suspended")
    assert event.organisation_id == scene.desk.organisation_id
    expire_delegations()
    assert len(told(scene.person_id, "delegation_suspended")) == 2
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    amend(elsewhere, own)
    granted.authorise(elsewhere, scene.person_id, "see")


def test_a_resting_delegation_explains_no_look(scene, hand) -> None:
    granted.grant(scene.helper, scene.person_id, powers=["see"])
    hand.move(days=1)  # today's yes explains by itself
    with reading():
        found = find_explanation(scene.helper, scene.person_id)
        assert found is not None
        assert found.code == "delegation"
    leave(scene.helper)
    with reading():
        assert find_explanation(scene.helper, scene.person_id) is None
