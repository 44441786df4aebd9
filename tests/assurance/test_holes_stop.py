"""Ways round *stop*: what still waits, help that goes on unseen, and who lifts a stop."""

from __future__ import annotations

from uuid import UUID

import pytest

from assistedaccess.approvals import queries as approvals
from assistedaccess.approvals import service as deciding
from assistedaccess.delegation import rules_lifting, service
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.models import Person
from assistedaccess.people.rules import OwnRecord, RelativesRecord
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene():
    return make.make_scene()


@pytest.fixture
def elsewhere() -> Actor:
    return people.make_helper(people.make_desk("Hillside Advice"))


def wait_for_second_human(scene) -> str:
    """A grant over the set sum: the reference of what waits."""
    consent_id = make.represent(
        scene.helper, scene.person_id, powers=["pay"], money_limit_pence=60_000
    )
    with pytest.raises(Held) as held:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    return held.value.pending_reference


@pytest.mark.parametrize("is_proven", [True, False])
def test_a_grant_that_waits_does_not_begin_while_everything_is_stopped(
    scene, elsewhere: Actor, is_proven: bool
) -> None:
    reviewer = people.make_helper(scene.desk, "reviewer")
    reference = wait_for_second_human(scene)
    service.freeze(actor=elsewhere, person_id=scene.person_id, how="telephone", is_proven=is_proven)
    with reading():
        pending_id = approvals.get_review_id(reviewer, reference)
    decision = deciding.release_pending_act(
        actor=reviewer, pending_act_id=pending_id, reason="Looks right"
    )
    assert decision.state == "failed"
    with pytest.raises(Refused):
        granted.authorise(scene.helper, scene.person_id, "pay")
    kinds = [kind for kind, _facts in make.list_told(scene.person_id)]
    assert "consent_withdrawn" in kinds


def test_what_is_granted_stays_granted_under_a_stop(scene, elsewhere: Actor) -> None:
    granted.grant(scene.helper, scene.person_id)
    about = {"person_id": scene.person_id, "how": "in_front"}
    service.freeze(actor=elsewhere, is_proven=True, **about)
    assert service.lift(actor=elsewhere, **about) == 1
    granted.authorise(scene.helper, scene.person_id)


def test_everything_stopped_by_telephone_stops_the_help_of_a_visit_that_nobody_ended(
    scene, elsewhere: Actor
) -> None:
    make.assist(scene.helper, scene.person_id)
    granted.authorise(scene.helper, scene.person_id, mode="assisting")
    service.end_all(actor=elsewhere, person_id=scene.person_id, how="telephone")
    with pytest.raises(Refused):
        granted.authorise(scene.helper, scene.person_id, mode="assisting")


def test_the_helper_to_whom_they_say_so_may_go_on_with_what_they_do_together(scene) -> None:
    make.assist(scene.colleague, scene.person_id)
    service.end_all(actor=scene.colleague, person_id=scene.person_id, how="in_front")
    granted.authorise(scene.colleague, scene.person_id, mode="assisting")


# -- who lifts


def test_nobody_lifts_the_stop_on_their_organisation_under_another_hat(
    scene, elsewhere: Actor
) -> None:
    """The organisation was stopped; its helper lifts it as a volunteer of another one."""
    granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    service.freeze(actor=elsewhere, person_id=scene.person_id, how="in_front", is_proven=True)
    second = people.make_helper(people.make_desk("Third Place"), human_id=scene.helper.human_id)
    with pytest.raises(rules_lifting.OwnStop):
        service.lift(actor=second, person_id=scene.person_id, how="in_front")


def test_neither_a_relative_nor_the_person_as_helper_lifts_a_stop(scene, elsewhere: Actor) -> None:
    granted.grant(scene.helper, scene.person_id)
    service.freeze(actor=elsewhere, person_id=scene.person_id, how="in_front", is_proven=True)
    with reading() as session:
        reference = session.get_one(Person, scene.person_id).reference
    third = people.make_desk("Third Place")
    child = people.make_helper(third)
    people.declare_relative(child, reference)
    with pytest.raises(RelativesRecord):
        service.lift(actor=child, person_id=scene.person_id, how="in_front")
    themself = people.make_helper(third)
    _link(themself, scene.person_id)
    with pytest.raises(OwnRecord):
        service.lift(actor=themself, person_id=scene.person_id, how="in_front")


def _link(actor: Actor, person_id: UUID) -> None:
    def write() -> None:
        get_session().get_one(Person, person_id).human_id = actor.human_id

    run_transaction(write)


# -- limits


def test_one_human_has_one_sum_however_many_organisations_vouch_for_them(
    scene, elsewhere: Actor
) -> None:
    """£400 here and £400 there, by two accounts of one human, is £800 without a second human."""
    granted.grant(scene.helper, scene.person_id, powers=["pay"], money_limit_pence=40_000)
    other = people.make_helper(people.make_desk("Third Place"), human_id=scene.helper.human_id)
    make.allow_money(other)
    consent_id = make.represent(other, scene.person_id, powers=["pay"], money_limit_pence=40_000)
    with pytest.raises(Held):
        service.grant_delegation(actor=other, consent_id=consent_id)


@pytest.mark.parametrize(
    ("registered_by", "days", "lifts"),
    [
        ("bystander", 31, True),
        ("bystander", 29, False),
        ("helper", 31, False),
        ("lifter", 31, False),
    ],
)
def test_who_rings_lifts_no_stop_before_somebody_rang_the_person(
    scene, elsewhere: Actor, registered_by: str, days: int, lifts: bool
) -> None:
    """What she stopped in front of one of them, a friend of the helper would lift "by telephone"
    (A25): neither of them wrote down the number on which she is heard, and it is not new."""
    hands = {"bystander": scene.colleague, "helper": scene.helper, "lifter": elsewhere}
    person_id = people.make_person(
        hands[registered_by], contact_points=[people.mobile(whose="own")]
    )
    granted.grant(scene.helper, person_id)
    about = {"actor": elsewhere, "person_id": person_id}
    service.freeze(is_proven=True, how="in_front", **about)
    with clock.set_clock(people.days_later(days)):
        if not lifts:
            with pytest.raises(rules_lifting.NotRungBack):
                service.lift(how="telephone", **about)
            assert service.lift(how="in_front", **about) == 1
        else:
            assert service.lift(how="telephone", **about) == 1


def test_what_does_not_exist_is_lifted_by_nobody(elsewhere: Actor) -> None:
    with pytest.raises(NotFound):
        service.lift(actor=elsewhere, person_id=new_id(), how="in_front")
