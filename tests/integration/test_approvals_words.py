"""What is said while something waits; a refusal looked at again; a safeguarding lead in between."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import AlreadyDecided
from assistedaccess.approvals.service import refuse_pending_act, release_pending_act
from assistedaccess.approvals.service_review import open_review
from assistedaccess.approvals.service_words import (
    answer_question,
    ask_for_more,
    look_again,
    refer_pending_act,
)
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people import service_contact
from tests.factories import applications as apps
from tests.factories import people

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def cast(app: Flask) -> dict[str, Actor]:
    desk = people.make_desk()
    return {
        name: people.make_helper(desk, role)
        for name, role in (
            ("helper", "helper"),
            ("other", "helper"),
            ("manager", "manager"),
            ("first", "reviewer"),
            ("second", "reviewer"),
            ("lead", "safeguarding_lead"),
        )
    }


def hold(helper: Actor, person_id: UUID | None = None) -> PendingAct:
    """Something about a person that waits: that they be told less, not asked alone."""
    person_id = person_id or people.make_person(helper, "Ed Li")
    with pytest.raises(Held) as held:
        service_contact.set_safe_contact(
            actor=helper,
            person_id=person_id,
            version=1,
            contact_is_unsafe=True,
            reason="Her son reads her messages",
            until_on=people.days_later(20).date(),
        )
    return find(held.value.pending_reference)


def find(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
        return row


def mark_answered(row: PendingAct) -> None:
    get_session().get_one(PendingAct, row.id).answered = ["another_reason"]


def drawn(cast: dict[str, Actor], row: PendingAct) -> Actor:
    return next(one for one in cast.values() if one.account_id == row.drawn_account_id)


def test_a_question_is_answered_and_nobody_else_speaks(app: Flask, cast: dict[str, Actor]) -> None:
    row = hold(cast["helper"])
    reviewer = drawn(cast, row)
    clicks = {"request_key": new_request_key()}
    for _click in range(2):
        ask_for_more(actor=reviewer, pending_act_id=row.id, reason="Who else was there?", **clicks)
    again = find(row.reference)
    assert (again.state, again.due_at) == ("waiting", row.due_at)
    page = apps.signed_in(app, cast["helper"])
    assert "Who else was there?" in page.get(f"/pending-acts/{row.reference}").text
    shown = page.get(f"/pending-acts/{row.reference}").text
    assert 'name="request_key"' in shown
    for _click in range(2):
        answer_question(actor=cast["helper"], pending_act_id=row.id, words="Nobody", **clicks)
    review = open_review(actor=reviewer, reference=row.reference)
    assert [(one.kind, one.words) for one in review.said] == [
        ("question", "Who else was there?"),
        ("answer", "Nobody"),
    ]
    manager = apps.signed_in(app, cast["manager"]).get(f"/pending-acts/{row.reference}").text
    assert "Nobody" not in manager.partition("What was said")[2]
    for stranger in (cast["other"], cast["manager"]):
        with pytest.raises(NotFound):
            answer_question(actor=stranger, pending_act_id=row.id, words="Me too")
    with pytest.raises(Refused):
        ask_for_more(actor=cast["helper"], pending_act_id=row.id, reason="Why?")
    assert release_pending_act(actor=reviewer, pending_act_id=row.id, reason="Yes").state == (
        "released"
    )
    with pytest.raises(AlreadyDecided):
        answer_question(actor=cast["helper"], pending_act_id=row.id, words="Late")


def test_a_refusal_is_looked_at_again_once_by_somebody_else(cast: dict[str, Actor]) -> None:
    row = hold(cast["helper"])
    first = drawn(cast, row)
    run_transaction(
        lambda: mark_answered(row)
    )  # as one that was held anew: it is once all the same
    refuse_pending_act(actor=first, pending_act_id=row.id, reason="Not shown")
    with pytest.raises(NotFound):
        look_again(actor=cast["other"], pending_act_id=row.id, words="Mine?")
    clicks = {"words": "She told me so", "request_key": new_request_key()}
    made = look_again(actor=cast["helper"], pending_act_id=row.id, **clicks)
    assert look_again(actor=cast["helper"], pending_act_id=row.id, **clicks) == made
    with pytest.raises(AlreadyDecided):
        look_again(actor=cast["helper"], pending_act_id=row.id, words="And again")
    with reading() as session:
        second = session.get_one(PendingAct, made)
        assert (second.follows_id, second.reasons) == (row.id, row.reasons)
        session.expunge(second)
    assert drawn(cast, second).human_id != first.human_id
    refuse_pending_act(actor=drawn(cast, second), pending_act_id=made, reason="Not shown either")
    with pytest.raises(AlreadyDecided):
        look_again(actor=cast["helper"], pending_act_id=made, words="A third time")


def test_what_was_asked_for_again_waits_once(cast: dict[str, Actor]) -> None:
    person_id = people.make_person(cast["helper"], "Ed Li")
    row = hold(cast["helper"], person_id)
    refuse_pending_act(actor=drawn(cast, row), pending_act_id=row.id, reason="Not shown")
    again = hold(cast["helper"], person_id)
    with pytest.raises(AlreadyDecided, match="asked for again"):
        look_again(actor=cast["helper"], pending_act_id=row.id, words="She told me so")
    assert find(again.reference).state == "waiting"


def test_a_lead_decides_from_then_on_and_the_asker_sees_a_wait(
    app: Flask, cast: dict[str, Actor]
) -> None:
    row = hold(cast["helper"])
    reviewer = drawn(cast, row)
    refer_pending_act(actor=reviewer, pending_act_id=row.id, reason="Canaryafraid")
    moved = find(row.reference)
    assert (moved.drawn_account_id, moved.due_at) == (cast["lead"].account_id, row.due_at)
    with pytest.raises(NotFound):
        open_review(actor=reviewer, reference=row.reference)
    (said,) = open_review(actor=cast["lead"], reference=row.reference).said
    assert (said.kind, said.words) == ("referral", "Canaryafraid")
    for name in ("helper", "manager"):
        page = apps.signed_in(app, cast[name]).get(f"/pending-acts/{row.reference}").text
        assert "Canaryafraid" not in page
        assert "safeguarding" not in page.lower().partition("<main")[2]
    client = apps.signed_in(app, replace(cast["lead"]))
    assert "Canaryafraid" in client.get(f"/reviews/{row.reference}").text
