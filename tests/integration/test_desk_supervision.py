"""Supervision by sample: drawn by a checkpoint, never of one's own work, once a form."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from assistedaccess.audit.checkpoints import find_checkpoint
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import seal_all
from assistedaccess.casework import service_entries
from assistedaccess.casework.models import Case
from assistedaccess.desk import service_supervision as supervision
from assistedaccess.desk.models import SupervisionForm, SupervisionItem
from assistedaccess.desk.rules_supervision import (
    AlreadySupervised,
    NoCheckpointYet,
    Question,
    month_before,
)
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.rules import RelativesRecord
from tests.factories.casework import make_case
from tests.factories.people import (
    Desk,
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    other_account,
    reference_of,
    sign_in,
)
from tests.factories.team import make_item
from tests.support.journal import list_events
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")
GOOD = dict.fromkeys(Question, "yes")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def manager(desk: Desk) -> Actor:
    return make_helper(desk, "manager")


def make_old_cases(helper: Actor, person: UUID, count: int) -> None:
    """Cases that were opened last month."""
    start, _end = month_before(clock.today())
    for _ in range(count):
        make_case(helper, person)

    def age() -> None:
        opened = clock.start_of_day(start) + timedelta(days=1)
        get_session().execute(update(Case).values(opened_at=opened))

    run_transaction(age)


def test_five_of_each_helper_by_a_checkpoint_that_anybody_can_draw_by_again(
    desk: Desk, manager: Actor
) -> None:
    busy, quiet = make_helper(desk), make_helper(desk)
    person = make_person(busy)
    make_old_cases(busy, person, 8)
    make_old_cases(quiet, person, 2)
    with pytest.raises(NoCheckpointYet):
        supervision.draw_supervision(actor=manager)
    seal_all()
    month = supervision.draw_supervision(actor=manager)
    assert supervision.draw_supervision(actor=manager) == month  # twice is once
    with reading() as session:
        items = list(session.scalars(select(SupervisionItem)))
        cases = [
            str(key)
            for key in session.scalars(select(Case.id).where(Case.assigned_to == busy.account_id))
        ]
        checkpoint = find_checkpoint(size=items[0].checkpoint_size)
    drawn = {str(item.case_id) for item in items if item.account_id == busy.account_id}
    assert len(drawn) == 5
    assert len([item for item in items if item.account_id == quiet.account_id]) == 2
    # By hand, from the rule that docs/adr/0016 gives.
    assert checkpoint is not None
    seed = hashlib.sha256(checkpoint.note.encode()).hexdigest()

    def rank(item: str) -> bytes:
        return hashlib.sha256(f"assistedaccess sample 1\n{seed}\n{item}".encode()).digest()

    assert drawn == set(sorted(cases, key=rank)[:5])
    assert len(list_events("supervision.drawn")) == 1


def test_nobody_supervises_their_own_work_by_any_account(desk: Desk, manager: Actor) -> None:
    helper_hat = other_account(desk, manager)
    person = make_person(make_helper(desk))
    item = make_item(make_case(helper_hat, person).id)
    assert supervision.list_supervision(actor=manager).rows == []
    with pytest.raises(NotFound):
        supervision.open_supervised_case(actor=manager, item_id=item)
    with pytest.raises(NotFound):
        supervision.write_supervision_form(
            actor=manager, item_id=item, answers=GOOD, outcome="good", words=""
        )
    other = make_helper(desk, "manager")
    assert len(supervision.list_supervision(actor=other).rows) == 1
    stranger = make_helper(make_desk("Elsewhere"), "manager")
    assert supervision.list_supervision(actor=stranger).rows == []
    with pytest.raises(NotFound):
        supervision.open_supervised_case(actor=stranger, item_id=item)


def test_the_look_is_explained_until_the_form_is_written(desk: Desk, manager: Actor) -> None:
    helper = make_helper(desk)
    person = make_person(helper)
    case = make_case(helper, person, need="Canaryneed")
    for text, is_sensitive in (("Plain", False), ("Canarysensitive", True)):
        service_entries.add_note(
            actor=helper, case_id=case.id, text=text, is_sensitive=is_sensitive
        )
    item = make_item(case.id)
    found = supervision.open_supervised_case(actor=manager, item_id=item)
    assert found.case.need == "Canaryneed"
    assert "Plain" in [entry.words for entry in found.entries]
    assert "Canarysensitive" not in repr(found)
    with reading() as session:
        looks = select(AuditEvent.reason_code).where(
            AuditEvent.action == "case.viewed", AuditEvent.account_id == manager.account_id
        )
        assert list(session.scalars(looks)) == ["explained.supervision"]
    for wrong in (
        {"answers": {**GOOD, "told": ""}, "outcome": "good"},
        {"answers": GOOD, "outcome": ""},
        {"answers": GOOD, "outcome": "talk"},  # with no word of it
    ):
        with pytest.raises(InvalidInput):
            supervision.write_supervision_form(actor=manager, item_id=item, words="", **wrong)  # type: ignore[arg-type]
    supervision.write_supervision_form(
        actor=manager, item_id=item, answers=GOOD, outcome="talk", words="Write the day"
    )
    after = supervision.open_supervised_case(actor=manager, item_id=item)
    assert after.entries == []
    assert after.written is not None
    assert after.written.words == "Write the day"
    with pytest.raises(AlreadySupervised):
        supervision.write_supervision_form(
            actor=manager, item_id=item, answers=GOOD, outcome="good", words=""
        )
    with pytest.raises(DatabaseError):
        run_transaction(lambda: get_session().execute(delete(SupervisionForm)))


def test_no_manager_reads_a_relatives_case(desk: Desk, manager: Actor) -> None:
    helper = make_helper(desk)
    person = make_person(helper)
    item = make_item(make_case(helper, person).id)
    declare_relative(manager, reference_of(person))
    with pytest.raises(RelativesRecord):
        supervision.open_supervised_case(actor=manager, item_id=item)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_pages(desk: Desk, manager: Actor, client: FlaskClient) -> None:
    helper = make_helper(desk)
    person = make_person(helper, "Canaryperson Lovelace")
    make_old_cases(helper, person, 1)
    seal_all()
    sign_in(client, manager)
    assert "/team/supervision" in client.get("/team").text
    assert send(client, "/team/supervision").status_code == 303
    page = client.get("/team/supervision").text
    assert "Canary" not in page
    with reading() as session:
        item = session.scalars(select(SupervisionItem.id)).one()
    path = f"/team/supervision/{item}"
    assert str(item) in page
    assert "What happened" in client.get(path).text
    assert "Answer each question" in send(client, path).text
    answers = {str(question): "no" for question in Question}
    assert send(client, path, outcome="worry", words="No yes", **answers).status_code == 303
    assert "No yes" in client.get(path).text
    assert "Something that worries me" in client.get("/team/supervision").text
    sign_in(client, replace(helper))
    assert client.get(path).status_code == 403
