"""What a hold keeps, and what its release answers: with a command and a control of the tests'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.approvals import describe, draw, rules, service
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import find_explanation
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, commands, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.people.models import Person
from tests.factories.organisations import (
    MadeOrganisation,
    actor_of,
    enter,
    make_actor,
    make_member,
    make_organisation,
)
from tests.factories.people import make_person
from tests.support.statements import counted_statements

pytestmark = pytest.mark.usefixtures("app")

PAY, VISIT = "tests.pay_somebody", "tests.visit_and_pay"


class Bench:
    """What the control says, and what the command did."""

    def __init__(self) -> None:
        self.reasons: list[str] = ["large_sum"]
        self.refuse = False
        self.paid: list[tuple[int, UUID | None]] = []

    def control(self, act: Act) -> Iterable[Finding]:
        if act.name != "tests.pay":
            return
        for reason in self.reasons:
            yield Finding(Verdict.HOLD, reason, f"Somebody looks at it: {reason}")
        if self.refuse:
            yield Finding(Verdict.REFUSE, "stopped", "The person said stop", "Ask the person")


@pytest.fixture
def bench(app: Flask) -> Iterator[Bench]:
    made = Bench()

    @commands.command(PAY)
    def pay_somebody(*, actor: Actor, pence: int, note: str, person_id: UUID | None = None) -> int:
        controls.decide(Act("tests.pay", actor, person_id=person_id, amount_pence=pence))
        made.paid.append((pence, actor.account_id))
        record(Action.LIMIT_RESERVED, actor=actor, person_id=person_id)
        return pence

    @commands.command(VISIT)
    def visit_and_pay(*, actor: Actor, pence: int, person_id: UUID) -> int:
        record(Action.VISIT_STARTED, actor=actor, person_id=person_id)
        return pay_somebody(actor=actor, pence=pence, note="within", person_id=person_id)

    controls.register_control(made.control)
    made.pay, made.visit = pay_somebody, visit_and_pay  # type: ignore[attr-defined]
    yield made
    controls._controls.remove(made.control)
    for name in (PAY, VISIT):
        del commands._register[name]


@pytest.fixture
def organisation(app: Flask) -> MadeOrganisation:
    return make_organisation()


@pytest.fixture
def helper(organisation: MadeOrganisation) -> Actor:
    return make_actor(organisation, "helper")


@pytest.fixture
def reviewer(organisation: MadeOrganisation) -> Actor:
    return make_actor(organisation, "reviewer")


def ask(bench: Bench, actor: Actor, **arguments: Any) -> PendingAct:
    given = {"pence": 50_000, "note": "For Ada Smith of 1 High Street", **arguments}
    with pytest.raises(Held) as held:
        bench.pay(actor=actor, **given)  # type: ignore[attr-defined]
    return find(held.value.pending_reference)


def find(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
    return row


def release(actor: Actor, row: PendingAct) -> service.Decision:
    return service.release_pending_act(actor=actor, pending_act_id=row.id, reason="It is right")


def test_the_command_runs_as_whoever_asked(bench: Bench, helper: Actor, reviewer: Actor) -> None:
    row = ask(bench, helper)
    assert bench.paid == []
    decision = release(reviewer, row)
    assert (decision.state, decision.result) == (State.RELEASED, 50_000)
    assert bench.paid == [(50_000, helper.account_id)]


def test_nothing_of_the_arguments_is_stored_in_clear(
    bench: Bench, helper: Actor, reviewer: Actor
) -> None:
    row = ask(bench, helper)
    kept = repr({key: value for key, value in vars(row).items() if not key.startswith("_")})
    assert "Ada" not in kept
    assert "50000" not in kept


def test_a_new_reason_holds_again_and_the_old_one_stays_answered(
    bench: Bench, helper: Actor, reviewer: Actor
) -> None:
    first = ask(bench, helper)
    bench.reasons = ["large_sum", "new_payee"]
    decision = release(reviewer, first)
    assert (decision.state, bench.paid) == (State.FAILED, [])
    assert find(first.reference).state == State.FAILED
    second = find(decision.next_reference)
    assert (second.reasons, second.answered) == (["new_payee"], ["large_sum"])
    assert (second.follows_id, second.human_id) == (first.id, helper.human_id)
    assert release(reviewer, second).state is State.RELEASED
    assert len(bench.paid) == 1


def test_a_release_answers_no_more_than_was_reviewed(
    bench: Bench, helper: Actor, reviewer: Actor
) -> None:
    row = ask(bench, helper)
    bench.reasons = ["another"]
    assert release(reviewer, row).state is State.FAILED
    with pytest.raises(Held):  # and answers it for this act alone
        bench.pay(actor=helper, pence=1, note="small")  # type: ignore[attr-defined]
    assert bench.paid == []


def test_a_refusal_at_the_release_is_recorded_as_the_askers(
    bench: Bench, helper: Actor, reviewer: Actor
) -> None:
    row = ask(bench, helper)
    bench.refuse = True
    decision = release(reviewer, row)
    assert (decision.state, decision.words) == (State.FAILED, "The person said stop")
    assert decision.next_step == "Ask the person"
    assert bench.paid == []
    with reading() as session:
        refused = session.scalars(select(AuditEvent).filter_by(action="act.refused")).one()
        failed = session.scalars(select(AuditEvent).filter_by(action="pending_act.failed")).one()
        assert (refused.account_id, refused.reason_code) == (helper.account_id, "stopped")
        assert failed.account_id == reviewer.account_id
        assert not session.scalars(
            select(AuditEvent).filter_by(action="pending_act.released")
        ).all()


def test_all_of_what_was_rolled_back_is_kept(bench: Bench, helper: Actor, reviewer: Actor) -> None:
    person_id = new_id()
    with pytest.raises(Held) as held:
        bench.visit(actor=helper, pence=50_000, person_id=person_id)  # type: ignore[attr-defined]
    row = find(held.value.pending_reference)
    assert (row.command, row.person_id) == (VISIT, person_id)
    assert release(reviewer, row).state is State.RELEASED
    with reading() as session:
        visits = session.scalars(select(AuditEvent).filter_by(action="visit.started")).all()
        assert [visit.account_id for visit in visits] == [helper.account_id]


def test_a_command_that_has_changed_its_meaning_is_not_run(
    bench: Bench, helper: Actor, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(bench, helper)
    known = commands.get_command(PAY)
    changed = commands.Command(PAY, known.version + 1, known.run)
    monkeypatch.setitem(commands._register, PAY, changed)
    assert release(reviewer, row).state is State.FAILED
    row = ask(bench, helper, pence=1)
    monkeypatch.delitem(commands._register, PAY)
    assert release(reviewer, row).state is State.FAILED
    assert bench.paid == []


def test_what_has_been_erased_is_not_run(bench: Bench, helper: Actor, reviewer: Actor) -> None:
    person_id = new_id()
    row = ask(bench, helper, person_id=person_id)
    run_transaction(lambda: encryption.forget(person_id))
    assert not open_review(actor=reviewer, reference=row.reference).description.rows
    assert release(reviewer, row).state is State.FAILED
    assert bench.paid == []

    row = ask(bench, helper, person_id=(other_id := new_id()))
    run_transaction(lambda: encryption.forget(other_id))
    with clock.set_clock(clock.now() + timedelta(days=30)):
        assert run_transaction(redraw_pending_acts) == 1
    assert find(row.reference).state == State.FAILED


def test_the_look_at_a_person_is_recorded_and_explained(
    bench: Bench, helper: Actor, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(describe, "_person_source", lambda _id: ("Ada Smith", "P-7K3M-9QTR"))
    describe.register(PAY, lambda arguments: [("Sum", arguments["pence"])], title="Pay somebody")
    person_id = new_id()
    row = ask(bench, helper, person_id=person_id)
    review = open_review(actor=reviewer, reference=row.reference)
    assert review.person == ("Ada Smith", "P-7K3M-9QTR")
    assert list(review.description.rows) == [("Sum", 50_000)]
    with reading() as session:
        look = session.scalars(select(AuditEvent).filter_by(action="pending_act.opened")).one()
        assert look.person_id == person_id
        assert look.reason_code == "explained.review"
        assert (look.account_id, look.authority_id) == (reviewer.account_id, row.id)
    with pytest.raises(rules.SameHuman):
        open_review(actor=replace(helper, role="reviewer"), reference=row.reference)
    with pytest.raises(NotFound):
        open_review(actor=make_actor(make_organisation(), "reviewer"), reference=row.reference)
    with pytest.raises(NotFound):
        open_review(actor=reviewer, reference="W-0000-0000")
    with reading():
        assert find_explanation(reviewer, person_id) is not None
        assert find_explanation(replace(reviewer, account_id=new_id()), person_id) is None
    release(reviewer, row)
    with reading():
        assert find_explanation(reviewer, person_id) is None
    del describe._describers[PAY]


def test_whom_it_concerns_hands_it_back(
    bench: Bench, helper: Actor, reviewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ask(bench, helper, person_id=new_id())
    concerned = {reviewer.human_id}
    monkeypatch.setattr(draw, "_exclusions", [lambda *_: concerned])
    review = open_review(actor=reviewer, reference=row.reference)
    assert review.is_conflict
    assert not review.description.rows
    assert review.person is None
    with pytest.raises(rules.ConflictOfInterest):
        release(reviewer, row)
    service.hand_back_pending_act(actor=reviewer, pending_act_id=row.id, reason="It is my mother")
    assert find(row.reference).drawn_account_id is None
    assert bench.paid == []


def test_a_hold_within_a_larger_unit_of_work_rolls_all_of_it_back(
    bench: Bench, helper: Actor, reviewer: Actor
) -> None:
    with pytest.raises(Held) as held:
        run_transaction(lambda: bench.pay(actor=helper, pence=5, note="x"))  # type: ignore[attr-defined]
    assert find(held.value.pending_reference).command == PAY


def test_a_refusal_stores_nothing(bench: Bench, helper: Actor, reviewer: Actor) -> None:
    bench.refuse = True
    with pytest.raises(Refused):
        bench.pay(actor=helper, pence=5, note="x")  # type: ignore[attr-defined]
    with reading() as session:
        assert session.scalars(select(PendingAct)).all() == []


def test_a_page_about_a_person_shows_them_to_the_drawn_reviewer_alone(
    bench: Bench, client: FlaskClient, database: Database, organisation: MadeOrganisation
) -> None:
    asker = make_member(organisation, "helper")
    helper = actor_of(asker, "helper")
    person_id = make_person(helper, "Ada Smith")
    relative, reviewer = (make_member(organisation, "reviewer") for _ in range(2))
    with reading() as session:
        reference = session.get_one(Person, person_id).reference
    organisations.declare_interest(
        actor=actor_of(relative, "reviewer"),
        kind="relative",
        name="Ada Smith",
        relation="parent",
        person_reference=reference,
    )
    rows = [ask(bench, helper, person_id=person_id, pence=pence) for pence in range(4)]
    assert {row.drawn_account_id for row in rows} == {reviewer.account_id}
    enter(client, asker, "helper")
    assert "Ada Smith" not in client.get(f"/pending-acts/{rows[0].reference}").text
    enter(client, reviewer, "reviewer")
    with counted_statements(database) as statements:
        page = client.get(f"/reviews/{rows[0].reference}").text
    assert "Ada Smith" in page
    assert reference in page
    assert len(statements) <= 12, statements


def test_who_takes_back_and_asks_anew_is_heard_by_the_same_reviewer(
    bench: Bench, helper: Actor, organisation: MadeOrganisation
) -> None:
    """So that nobody, nor a colleague for them, asks until the draw falls on a friend (A42)."""
    made = [make_actor(organisation, "reviewer") for _ in range(4)]
    reviewers = {each.account_id: each for each in made}
    colleague = make_actor(organisation, "helper")
    person_id, somebody = (make_person(helper, name) for name in ("Ada Smith", "Bea Smith"))

    def take_back(row: PendingAct) -> None:
        owner = helper if row.human_id == helper.human_id else colleague
        service.withdraw_pending_act(actor=owner, pending_act_id=row.id)

    row = ask(bench, helper, person_id=person_id)
    before = row.drawn_account_id
    for number in range(6):
        take_back(row)
        row = ask(bench, (helper, colleague)[number % 2], person_id=person_id, pence=number)
        assert row.drawn_account_id == before
    drawn = {ask(bench, helper, person_id=somebody, pence=n).drawn_account_id for n in range(60)}
    assert drawn == set(reviewers)
    service.hand_back_pending_act(actor=reviewers[before], pending_act_id=row.id, reason="A niece")
    after = find(row.reference).drawn_account_id
    assert after not in (None, before)
    take_back(row)
    assert ask(bench, helper, person_id=person_id).drawn_account_id == after
    with clock.set_clock(clock.now() + draw.ASKED_ANEW):
        drawn = {
            ask(bench, helper, person_id=person_id, pence=n).drawn_account_id for n in range(60)
        }
    assert drawn == set(reviewers)


def test_what_is_about_nobody_is_drawn_anew_each_time(
    bench: Bench, helper: Actor, organisation: MadeOrganisation
) -> None:
    reviewers = {make_actor(organisation, "reviewer").account_id for _ in range(2)}
    drawn = set()
    for number in range(30):
        row = ask(bench, helper, pence=number)
        drawn.add(row.drawn_account_id)
        service.withdraw_pending_act(actor=helper, pending_act_id=row.id)
    assert drawn == reviewers
