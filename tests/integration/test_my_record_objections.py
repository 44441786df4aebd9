"""“I did not agree to this”: stopped at once, answered by somebody from elsewhere, told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import CONFIRM_STOP
from assistedaccess.delegation.rules_grant import StopStands
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record import reviewers, service_answering, service_objections
from assistedaccess.my_record.models import Objection
from assistedaccess.my_record.rules_objections import AlreadyAnswered, NotFromElsewhere
from assistedaccess.organisations import service as organisations
from tests.factories import consent, people, record
from tests.factories import delegation as granted
from tests.support.journal import list_events

ORDINARY = "council-tax-reduction"


@pytest.fixture
def scene(app):
    return consent.make_scene(nation="england")


@pytest.fixture
def elsewhere(scene):
    """A reviewer of another organisation, beside one of the helper's own."""
    people.make_helper(scene.desk, role="reviewer")
    return people.make_helper(people.make_desk("Faraway Hall"), role="reviewer")


def object_to(scene, actor=None, *, delegations=(), events=(), words="", **more):
    actor = actor or people.make_helper(people.make_desk("Hillside Advice"))
    asked = {"how": "in_front", "is_proven": True, **more}
    reading_id = record.begin(actor, scene.person_id, how=asked.pop("how"), in_private=False)
    return service_objections.raise_objection(
        actor=actor,
        reading_id=reading_id,
        delegation_ids=list(delegations),
        event_ids=list(events),
        words=words,
        request_key=asked.pop("request_key", new_request_key()),
        **asked,
    )


def get_objection(objection_id) -> Objection:
    with reading() as session:
        row = session.get_one(Objection, objection_id)
        session.expunge(row)
        return row


def test_what_it_names_is_stopped_at_once_and_nothing_else(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    other = granted.grant(scene.helper, scene.person_id, services=[ORDINARY])
    objection_id = object_to(scene, delegations=[named], words="I never said that")
    assert granted.get_delegation(named).frozen_until is None
    assert granted.get_delegation(named).frozen_at is not None
    assert granted.get_delegation(other).frozen_at is None
    row = get_objection(objection_id)
    assert row.drawn_account_id == elsewhere.account_id
    told = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert "objection_raised" in told
    (event,) = list_events("objection.raised")
    assert event.authority_id == named


def test_a_fact_of_the_record_stops_what_it_was_done_under(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    (event,) = list_events("delegation.granted")
    object_to(scene, events=[event.id])
    assert granted.get_delegation(named).frozen_at is not None
    assisting = consent.assist(scene.colleague, scene.person_id)
    said = next(e for e in list_events("consent.recorded") if e.subject_id == assisting)
    objection_id = object_to(scene, events=[said.id])
    assert consent.get_consent(assisting).withdrawn_at is not None
    with pytest.raises(StopStands):  # nor the next one, until somebody has answered
        consent.assist(scene.colleague, scene.person_id)
    consent.assist(people.make_helper(scene.desk), scene.person_id)
    service_objections.answer_objection(
        actor=elsewhere, objection_id=objection_id, outcome="agreed", answer="You had asked for it."
    )
    consent.assist(scene.colleague, scene.person_id)


def test_who_cannot_say_what_it_was_has_everything_stopped(scene, elsewhere) -> None:
    both = [
        granted.grant(scene.helper, scene.person_id),
        granted.grant(scene.helper, scene.person_id, services=[ORDINARY]),
    ]
    with pytest.raises(InvalidInput):
        object_to(scene)
    object_to(scene, words="Somebody has my letters")
    assert all(granted.get_delegation(each).frozen_at for each in both)


def test_an_unproven_caller_stops_it_for_three_days(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    objection_id = object_to(scene, delegations=[named], how="telephone", is_proven=False)
    until = granted.get_delegation(named).frozen_until
    assert until is not None
    # Whoever answers it asks the person: there is no second look beside it.
    with reading() as session:
        looks = session.scalars(select(PendingAct.command)).all()
    assert CONFIRM_STOP not in looks
    assert until - clock.now() <= timedelta(hours=72)
    service_objections.answer_objection(
        actor=elsewhere, objection_id=objection_id, outcome="not_agreed", answer="You were right."
    )
    assert granted.get_delegation(named).frozen_until is None  # it no longer runs out


def test_a_double_click_raises_it_once(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    actor = people.make_helper(people.make_desk("Hillside Advice"))
    key = new_request_key()
    first = object_to(scene, actor, delegations=[named], request_key=key)
    assert object_to(scene, actor, delegations=[named], request_key=key) == first
    assert len(list_events("objection.raised")) == 1


def test_another_persons_things_cannot_be_named(scene, elsewhere) -> None:
    other = consent.make_scene()
    theirs = granted.grant(other.helper, other.person_id)
    with pytest.raises(NotFound):
        object_to(scene, delegations=[theirs])
    (event, *_) = [e for e in list_events("delegation.granted") if e.person_id == other.person_id]
    with pytest.raises(NotFound):
        object_to(scene, events=[event.id])
    assert granted.get_delegation(theirs).frozen_at is None


def test_only_somebody_from_elsewhere_answers(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    objection_id = object_to(scene, delegations=[named])
    reference = get_objection(objection_id).reference
    own_reviewer = people.make_helper(scene.desk, role="reviewer")
    not_drawn = people.make_helper(people.make_desk("Third"), role="reviewer")
    for actor in (own_reviewer, not_drawn):
        with pytest.raises(NotFound):
            service_answering.open_objection(actor=actor, reference=reference)
    # The reviewer who was drawn turns out to belong to the organisation concerned as well.
    people.make_helper(scene.desk, human_id=elsewhere.human_id)
    with pytest.raises(NotFromElsewhere):
        service_objections.answer_objection(
            actor=elsewhere, objection_id=objection_id, outcome="agreed", answer="It was fine."
        )
    assert get_objection(objection_id).closed_at is None


def test_an_auditor_of_the_organisation_answers_and_one_of_its_own_does_not(scene) -> None:
    """No reviewer is to be had from elsewhere: it stays open, and the auditors have it."""
    named = granted.grant(scene.helper, scene.person_id)
    objection_id = object_to(scene, delegations=[named])
    assert get_objection(objection_id).drawn_account_id is None
    auditing = people.make_desk("Audit Office")
    auditor = people.make_helper(auditing, role="auditor")
    with pytest.raises(NotFound):
        service_objections.answer_objection(
            actor=auditor, objection_id=objection_id, outcome="agreed", answer="It was fine."
        )
    organisations.add_audit_remit(
        actor=SYSTEM,
        auditing_organisation_id=auditing.organisation_id,
        audited_organisation_id=scene.desk.organisation_id,
    )
    double = people.make_helper(auditing, role="auditor", human_id=scene.helper.human_id)
    with pytest.raises(NotFromElsewhere):
        service_objections.answer_objection(
            actor=double, objection_id=objection_id, outcome="agreed", answer="It was fine."
        )
    service_objections.answer_objection(
        actor=auditor, objection_id=objection_id, outcome="agreed", answer="There was a yes."
    )
    assert get_objection(objection_id).outcome == "agreed"


def test_the_answer_is_told_and_stands_in_the_record(scene, elsewhere) -> None:
    named = granted.grant(scene.helper, scene.person_id)
    objection_id = object_to(scene, delegations=[named])
    answer = "I rang the witness. She was not there."
    service_objections.answer_objection(
        actor=elsewhere, objection_id=objection_id, outcome="not_agreed", answer=answer
    )
    with pytest.raises(AlreadyAnswered):
        service_objections.answer_objection(
            actor=elsewhere, objection_id=objection_id, outcome="agreed", answer="No."
        )
    kind, facts = consent.list_told(scene.person_id)[-1]
    assert (kind, facts["outcome"]) == ("objection_answered", "not_agreed")
    assert answer not in str(facts)
    alone = record.read(scene.helper, scene.person_id).record
    assert alone.objections[0].answer == answer
    open_ = record.read(scene.helper, scene.person_id, in_private=False).record
    assert open_.objections[0].answer == ""
    assert open_.objections[0].outcome == "You were right. It should not have been done."
    said = " ".join(str(line.words) for line in open_.lines)
    assert said.index("did not agree") < said.index("You got an answer")


def test_time_draws_another_reviewer_and_closes_nothing(scene, elsewhere) -> None:
    objection_id = object_to(scene, words="Not me")
    second = people.make_helper(people.make_desk("Third"), role="reviewer")
    later = clock.now() + timedelta(hours=73)
    with clock.set_clock(later):
        assert run_transaction(reviewers.redraw_objections) == 1
        assert run_transaction(reviewers.redraw_objections) == 0
    row = get_objection(objection_id)
    assert row.drawn_account_id == second.account_id
    assert row.escalated_at is not None
    assert row.closed_at is None


def test_the_words_are_sealed(scene, elsewhere) -> None:
    row = get_objection(object_to(scene, words="CanaryWords of mine"))
    assert row.words is not None
    assert b"CanaryWords" not in row.words
    with reading():
        assert get_session() is not None


def test_where_nothing_is_named_and_nobody_may_act_none_who_helped_answers(scene) -> None:
    """Any organisation that did something could be meant: its own reviewers are never drawn."""
    for _ in range(5):
        people.make_helper(scene.desk, role="reviewer")
    row = get_objection(object_to(scene, words="Not me"))
    assert row.drawn_account_id is None
    assert str(scene.desk.organisation_id) in row.organisation_ids
