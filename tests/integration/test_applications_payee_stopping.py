"""The person's no to where their money goes, once it is in force: it rests, and what was before is
offered back to a second human who had no part in it. The claim goes on."""

# ruff: noqa: F811  (fixtures by their names)

from __future__ import annotations

from contextlib import nullcontext
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import service_delivering
from assistedaccess.applications.models import Application
from assistedaccess.applications.queries_changes import load_changes
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.service_delivering import PayeeRests
from assistedaccess.applications.service_payee_stopping import (
    exclude_those_before,
    find_in_force,
    restore_payment_details,
)
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import refuse_pending_act
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import PUBLIC, Actor, ActorKind
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service_objections, service_replies
from assistedaccess.my_record.models import Objection
from tests.factories import applications as apps
from tests.factories import delegation as granted
from tests.factories import people, record
from tests.factories.changes import get_pending, release, reviewer_of
from tests.support.journal import list_events
from tests.support.statements import counted_statements

from .test_applications_payee import allow, begin, claim, scene, submit  # noqa: F401
from .test_my_record_replies import PHONE, numbers_of

RESTORE = "applications.restore_payment_details"
CHANGED = "payment_details.changed"


@pytest.fixture
def changed(scene, claim) -> Draft:
    """A change of account that a reviewer agreed to: it is in force."""
    allow(scene)
    draft = begin(scene.helper, claim)
    with pytest.raises(Held):
        submit(scene.helper, draft)
    assert release(get_pending(draft)).state == "released"
    people.make_helper(scene.desk, "reviewer")
    people.make_helper(people.make_desk("Faraway Hall"), role="reviewer")
    return draft


def say_no(
    scene, *, is_proven: bool = True, how: str = "in_front", within: Database | None = None
) -> UUID:
    """At another desk, to the newest change of account in their record."""
    helper = people.make_helper(people.make_desk("Hillside Advice"))
    reading_id = record.begin(helper, scene.person_id, how=how, in_private=False)
    with reading() as session:
        event_id = session.scalars(
            select(AuditEvent.id)
            .filter_by(person_id=scene.person_id, action=CHANGED)
            .order_by(AuditEvent.id.desc())
        ).first()
    assert event_id is not None
    with counted_statements(within) if within else nullcontext([]) as statements:
        made = service_objections.raise_objection(
            actor=helper,
            reading_id=reading_id,
            delegation_ids=[],
            event_ids=[event_id],
            words="",
            is_proven=is_proven,
            request_key=new_request_key(),
        )
    assert len(statements) <= 50  # a stop, what is offered, an objection; two draws, two notices
    return made


def offered(person_id: UUID) -> list[PendingAct]:
    with reading() as session:
        rows = list(
            session.scalars(
                select(PendingAct)
                .filter_by(person_id=person_id, command=RESTORE)
                .order_by(PendingAct.id)
            )
        )
        session.expunge_all()
        return rows


def in_force(claim: Draft) -> tuple[UUID, bool]:
    """What told where the money goes, and whether it rests."""
    with reading():
        row = find_in_force(claim.id)
        assert row is not None
        return row.application_id, row.stopped_at is not None


def answer(objection_id: UUID, outcome: str) -> None:
    with reading() as session:
        row = session.get_one(Objection, objection_id)
        session.expunge(row)
    service_objections.answer_objection(
        actor=reviewer_of(row), objection_id=objection_id, outcome=outcome, answer="We asked."
    )


def test_the_account_before_is_offered_back_and_counts_from_the_release(
    app: Flask, scene: apps.Scene, claim: Draft, changed: Draft, database: Database
) -> None:
    first = get_pending(changed)
    objection_id = say_no(scene, within=database)
    assert in_force(claim) == (changed.id, True)
    (pending,) = offered(scene.person_id)
    assert pending.reasons == ["payee_disowned"]
    assert round((pending.due_at - pending.asked_at).total_seconds()) == 24 * 3600
    with reading() as session:
        excluded = exclude_those_before(RESTORE, {"application_id": changed.id}, scene.person_id)
        assert {scene.helper.human_id, first.drawn_human_id} <= excluded
        assert session.get_one(Application, claim.id).state == "submitted"
    assert pending.drawn_human_id not in excluded
    (told,) = granted.told(scene.person_id, "objection_raised")
    assert told["rests"] == "yes"
    (event,) = list_events("payment_details.stopped")
    assert event.subject_id == changed.id

    page = apps.signed_in(app, scene.helper)
    with counted_statements(database) as statements:
        shown = page.get(f"/applications/{claim.reference}").text
    assert "The claim goes on" in shown
    assert "said no" not in shown  # whoever asked learns no more than that it is looked at
    assert len(statements) <= 12
    with pytest.raises(PayeeRests):
        service_delivering.choose_way_out(
            actor=scene.helper, application_id=changed.id, way="typed"
        )
    review = apps.signed_in(app, reviewer_of(pending)).get(f"/reviews/{pending.reference}").text
    assert "account ending in 678" in review
    assert "account ending in 958" in review
    assert "12345678" not in review

    say_no(scene)  # said again, at once or a week later: it rests and is offered once
    assert len(offered(scene.person_id)) == 1
    assert len(list_events("payment_details.stopped")) == 1
    assert release(pending).state == "released"
    assert in_force(claim) == (claim.id, False)
    (told,) = granted.told(scene.person_id, "payment_details_settled")
    assert told["kind"] == "before"
    assert "Put aside" in page.get(f"/applications/{claim.reference}").text
    answer(objection_id, "not_agreed")  # nothing is left to stop
    assert in_force(claim) == (claim.id, False)
    assert len(offered(scene.person_id)) == 1
    lines = [str(line.words) for line in record.read(scene.helper, scene.person_id).record.lines]
    assert any("Nothing went there from then on" in line for line in lines)
    assert any("where it went before" in line for line in lines)
    # What the next change is held against is the account that counts.
    with reading() as session:
        row = session.get_one(Application, changed.id)
        following = Application(
            id=new_id(),
            person_id=row.person_id,
            changes_id=claim.id,
            purpose=row.purpose,
            form_definition_id=row.form_definition_id,
        )
        changes = load_changes(following)
        assert changes is not None
        assert changes.before_id == claim.id


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_second_human_or_somebody_from_elsewhere_may_see_it_otherwise(
    scene: apps.Scene, claim: Draft, changed: Draft
) -> None:
    objection_id = say_no(scene)
    (pending,) = offered(scene.person_id)
    refuse_pending_act(
        actor=reviewer_of(pending), pending_act_id=pending.id, reason="They rang me: it is theirs"
    )
    assert in_force(claim) == (changed.id, False)
    (told,) = granted.told(scene.person_id, "payment_details_settled")
    assert told["kind"] == "stays"
    answer(objection_id, "not_agreed")  # from elsewhere: the person was right all the same
    assert in_force(claim) == (changed.id, True)
    assert [row.state for row in offered(scene.person_id)] == ["refused", "waiting"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_text_alone_stops_no_money_until_somebody_has_looked(
    scene: apps.Scene, claim: Draft, changed: Draft
) -> None:
    """Whoever holds the telephone could starve the person by it."""
    (number, *_more) = numbers_of(scene.person_id, "payment_details_changed")
    assert service_replies.hear_text(actor=PUBLIC, number=PHONE, message=f"NO {number}") == 1
    assert in_force(claim) == (changed.id, False)
    with reading() as session:
        objection_id = session.scalars(select(Objection.id)).one()
    answer(objection_id, "not_agreed")
    assert in_force(claim) == (changed.id, True)
    assert len(offered(scene.person_id)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_answer_that_they_had_agreed_lets_it_go_on_and_no_other_person_is_touched(
    scene: apps.Scene, claim: Draft, changed: Draft
) -> None:
    objection_id = say_no(scene, is_proven=False, how="telephone")
    assert in_force(claim) == (changed.id, False)
    answer(objection_id, "agreed")
    objection_id = say_no(scene)
    assert in_force(claim) == (changed.id, True)
    answer(objection_id, "agreed")
    assert in_force(claim) == (changed.id, False)
    assert [row.state for row in offered(scene.person_id)] == ["failed"]
    stranger = people.make_person(scene.helper, "Bo Li")
    for actor in (Actor(ActorKind.PERSON, person_id=stranger), scene.helper):
        with pytest.raises(NotFound):
            restore_payment_details(actor=actor, application_id=changed.id)
