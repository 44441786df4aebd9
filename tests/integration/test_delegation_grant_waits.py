"""A new yes that a stop, or company in the room, stands against; and an address that is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.rules import SomethingFirst, State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.delegation import service, service_life
from assistedaccess.delegation.hidden import AddressKept
from assistedaccess.delegation.rules_grant import StopStands
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import service_letters
from assistedaccess.notices.models import Notice
from assistedaccess.notices.senders import Message
from assistedaccess.notices.service import send_due_notices
from assistedaccess.organisations.models import Membership
from assistedaccess.people import service_address
from assistedaccess.people.queries import get_person
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people, ways
from tests.factories.silent import agree, browse, find_pending
from tests.support.clocks import Hand
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")
ALONE = {"in_private": True}
COMPANY = {"present": "Amal, her son"}


class Nobody:
    """No sender carries letters: they wait to be printed."""

    channels: frozenset[str] = frozenset()

    def send(self, message: Message) -> str:
        raise AssertionError(message)


@pytest.fixture
def hand():
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand):
    return make.make_scene()


@pytest.fixture
def elsewhere() -> Actor:
    return people.make_helper(people.make_desk("Hillside Advice"))


@pytest.fixture
def reviewer(scene) -> Actor:
    return people.make_helper(scene.desk, "reviewer")


def freeze(scene, elsewhere: Actor, **more: Any) -> None:
    service.freeze(
        actor=elsewhere, person_id=scene.person_id, how="telephone", **{"is_proven": True, **more}
    )


# -- a stop is not walked around


@pytest.mark.parametrize("services", [[make.SERVICE], [make.OTHER_SERVICE]])
@pytest.mark.parametrize("kind", ["account", "organisation"])
def test_who_was_stopped_takes_no_new_yes(scene, elsewhere, services, kind: str) -> None:
    granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere)
    consent_id = make.represent(scene.helper, scene.person_id, services=services, holder_kind=kind)
    with pytest.raises(StopStands) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert "another helper" in raised.value.next_step
    with pytest.raises(StopStands):  # nor one to be helped on the day
        make.assist(scene.helper, scene.person_id)
    if kind == "account":
        make.assist(scene.colleague, scene.person_id)
    make.assist(elsewhere, scene.person_id)


def test_before_another_human_the_persons_new_yes_holds(scene, elsewhere) -> None:
    first = granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere)
    granted.grant(scene.colleague, scene.person_id, holder_account_id=scene.helper.account_id)
    granted.authorise(scene.helper, scene.person_id, "see")
    assert granted.get_delegation(first).frozen_at is not None


def test_lifted_before_somebody_else_the_same_helper_takes_the_next_yes(scene, elsewhere) -> None:
    granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere)
    service.lift(actor=elsewhere, person_id=scene.person_id, how="in_front")
    granted.grant(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])


def test_ending_it_oneself_is_no_way_around_and_anothers_end_is(scene, elsewhere) -> None:
    stopped = granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere)
    service.end_delegation(actor=scene.helper, delegation_id=stopped, how="in_front")
    with pytest.raises(StopStands):
        granted.grant(scene.helper, scene.person_id)
    other = people.make_person(scene.colleague, "Grace Hopper")
    stopped = granted.grant(scene.helper, other)
    service.freeze(actor=elsewhere, person_id=other, how="in_front", is_proven=True)
    service.end_delegation(actor=elsewhere, delegation_id=stopped, how="in_front")
    granted.grant(scene.helper, other)


def test_where_the_organisation_was_stopped_none_of_its_helpers_takes_a_yes(
    scene, elsewhere
) -> None:
    granted.grant(scene.helper, scene.person_id, holder_kind="organisation")
    freeze(scene, elsewhere)
    with pytest.raises(StopStands):
        granted.grant(scene.colleague, scene.person_id)
    granted.grant(elsewhere, scene.person_id)


def test_the_stop_of_a_caller_nobody_knew_runs_out(hand: Hand, scene, elsewhere) -> None:
    granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere, is_proven=False)
    with pytest.raises(StopStands):
        granted.grant(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])
    hand.move(hours=73)
    granted.grant(scene.helper, scene.person_id, services=[make.OTHER_SERVICE])


def test_what_waits_does_not_begin_beside_a_stop_on_one(scene, elsewhere, reviewer) -> None:
    first = granted.grant(scene.helper, scene.person_id)
    consent_id = make.represent(
        scene.helper,
        scene.person_id,
        powers=["submit", "pay"],
        money_limit_pence=60_000,
        money_period="term",
    )
    with pytest.raises(Held) as held:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    freeze(scene, elsewhere, delegation_id=first)
    done = approvals.release_pending_act(
        actor=reviewer,
        pending_act_id=find_pending(held.value.pending_reference).id,
        reason="Looks right",
    )
    assert done.state is State.FAILED
    assert "stopped" in done.words


def test_it_is_said_before_anything_is_read_to_the_person(scene, elsewhere) -> None:
    granted.grant(scene.helper, scene.person_id)
    freeze(scene, elsewhere)
    with pytest.raises(StopStands):
        service_life.ask_person(
            actor=scene.helper,
            person_id=scene.person_id,
            request_key=new_request_key(),
            language="en",
            holder_kind="account",
            services=[make.SERVICE],
            powers=["see"],
            until_on=clock.today() + timedelta(days=30),
            purpose="Keep my badge going",
        )


# -- company in the room


def begin(scene, said: dict[str, Any], **terms: Any) -> str:
    """ "yes", or the reference of what waits."""
    consent_id = make.represent(scene.helper, scene.person_id, said, **terms)
    try:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    except Held as held:
        return held.pending_reference
    return "yes"


def test_a_yes_in_company_waits_and_nobody_releases_it_before_a_moment_alone(
    scene, reviewer
) -> None:
    pending = find_pending(begin(scene, COMPANY))
    assert pending.reasons == ["second_look"]
    shown = open_review(actor=reviewer, reference=pending.reference).description.rows
    assert any("alone" in str(value) for _label, value in shown)
    with pytest.raises(SomethingFirst):
        approvals.release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Fine")
    assert find_pending(pending.reference).state == State.WAITING
    agree(scene.helper, scene.person_id, "keep", None)  # who took the yes is no second pair of eyes
    with pytest.raises(SomethingFirst):
        approvals.release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Fine")
    agree(scene.colleague, scene.person_id, "keep", None)
    done = approvals.release_pending_act(
        actor=reviewer, pending_act_id=pending.id, reason="She wants it"
    )
    assert done.state is State.RELEASED


def test_a_moment_alone_with_a_colleague_first_and_it_begins_at_once(hand, scene) -> None:
    agree(scene.colleague, scene.person_id, "keep", None)
    assert begin(scene, COMPANY) == "yes"
    hand.move(days=1)  # of yesterday, it says nothing about today's company
    assert begin(scene, COMPANY, services=[make.OTHER_SERVICE]) != "yes"


def test_asked_alone_while_the_company_waited_outside_it_begins(scene) -> None:
    assert begin(scene, {**COMPANY, **ALONE}) == "yes"


def test_a_relative_who_is_to_act_is_looked_at_unless_staff_heard_the_yes_alone(scene) -> None:
    daughter = people.make_helper(scene.desk)

    def write() -> None:
        get_session().get_one(Membership, daughter.membership_id).kind = "family"

    run_transaction(write)
    named = {"holder_account_id": daughter.account_id, "powers": ["see"]}
    assert begin(scene, {}, **named) != "yes"
    assert begin(scene, ALONE, **named, services=[make.OTHER_SERVICE]) == "yes"
    # Whoever is to act and takes the yes too has heard it alone with themself.
    consent_id = make.represent(daughter, scene.person_id, ALONE)
    with pytest.raises(Held):
        service.grant_delegation(actor=daughter, consent_id=consent_id)


def test_somebody_of_the_family_as_witness_is_company(scene) -> None:
    request_id = ways.ready(scene.helper, scene.person_id, powers=["see"])
    given = {**make.WITNESS, "witness_family": "yes"}
    assert ways.confirm(scene.helper, request_id, "witness", **given) == "waits"


# -- where somebody lives


@pytest.mark.parametrize("holder", ["account", "organisation"])
def test_who_acts_for_somebody_prints_no_letter_to_where_they_hide(scene, holder) -> None:
    person_id = people.make_person(
        scene.colleague,
        "Grace Hopper",
        housing="address",
        address={"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
        letters_are_safe=True,
    )
    named = people.make_helper(scene.desk)
    held_by = {"account": {"holder_account_id": named.account_id}}.get(holder, {})
    granted.grant(scene.helper, person_id, holder_kind=holder, **held_by)
    with reading() as session:
        letter_id = session.scalars(
            select(Notice.id)
            .where(Notice.person_id == person_id, Notice.channel == "letter")
            .where(Notice.organisation_id == scene.desk.organisation_id)
        ).first()
    assert letter_id is not None
    with clock.set_clock(clock.now() + timedelta(hours=23)):
        send_due_notices(sender=Nobody())
    # The same human prints the desk's letters, in their other role.
    printing = people.make_helper(scene.desk, "manager", human_id=named.human_id)
    printed = service_letters.open_letter(actor=printing, notice_id=letter_id)
    assert "14 Mill Lane" in printed.address_lines
    with reading():
        person = get_person(person_id)
    service_address.change_address(
        actor=scene.colleague,
        person_id=person_id,
        version=person.version,
        housing="address",
        address={"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
        hides_address=True,
    )
    with pytest.raises(AddressKept):
        service_letters.open_letter(actor=printing, notice_id=letter_id)
    other = people.make_helper(scene.desk, "manager")
    assert service_letters.open_letter(actor=other, notice_id=letter_id).address_lines


def test_the_page_that_changes_it_does_not_show_it(app, scene) -> None:
    make.assist(scene.colleague, scene.person_id)
    reference = people.reference_of(scene.person_id)
    client = browse(app, scene.colleague)
    with reading():
        version = get_person(scene.person_id).version
    lives = {"housing": "address", "line_1": "9 Kept Close", "town": "Ash", "postcode": "LS1 4AP"}
    lives["there"] = "yes"
    path = f"/people/{reference}/address"
    send(client, path, version=str(version), **lives)
    assert "9 Kept Close" in client.get(path).text
    with reading():
        version = get_person(scene.person_id).version
    answer = send(client, path, version=str(version), hides_address="yes", **lives)
    assert answer.status_code == 303
    assert "9 Kept Close" not in client.get(path).text
