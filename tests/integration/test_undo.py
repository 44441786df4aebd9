"""Undo: each registered act leaves no trace but in the journal; too late, twice, gone on with."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.casework import (
    service,
    service_entries,
)
from assistedaccess.casework.models import Task
from assistedaccess.desk import service as desk_service
from assistedaccess.desk.service_undo import undo_act
from assistedaccess.documents import service as documents_service
from assistedaccess.documents.models import Document
from assistedaccess.kernel import clock, undo
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, metadata
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, use_database
from assistedaccess.kernel.undo import NotUndone, UndoOffer
from assistedaccess.my_record.rules import HowAsked, Telling
from assistedaccess.my_record.story import read_record
from assistedaccess.notices.senders import Message
from assistedaccess.notices.sending import send_due_notices
from assistedaccess.people.service_death import record_death
from tests.factories.appointments import book
from tests.factories.casework import get_case, make_case
from tests.factories.consent import list_told
from tests.factories.people import declare_relative, reference_of, sign_in
from tests.factories.undoing import (
    ACTS,
    Act,
    World,
    answer_letter,
    close_case,
    finish_task,
    make_world,
    set_waiting,
    settle,
    take,
)
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import list_event_ids, list_events
from tests.support.pages import read_token

__all__ = ["hand"]

pytestmark = pytest.mark.usefixtures("app")

OWN = {"undo_offer", "request_key"}
"""What the mechanism itself remembers; the journal's tables are the audit_… ones."""


class Gone:
    """A sender whose every message has left."""

    channels = frozenset({"text", "email"})

    def send(self, message: Message) -> str:
        return f"theirs-{message.reference}"


@pytest.fixture
def world(hand: Hand) -> World:
    return make_world(hand)


def test_every_registered_act_is_tried_here() -> None:
    assert {name for name, _act in ACTS.values()} == {each.command for each in undo.list_undoable()}


def see_everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the journal's and the mechanism's own."""
    seen = {}
    with reading() as session:
        for name, table in metadata.tables.items():
            if not name.startswith("audit_") and name not in OWN:
                query = select(table).order_by(*table.primary_key.columns)
                seen[name] = [dict(row._mapping) for row in session.execute(query)]
    return seen


def compare(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The same, but for versions, which have risen: an old page stays old."""
    for name, rows in before.items():
        was = [{key: row[key] for key in row if key != "version"} for row in rows]
        now = [{key: row[key] for key in row if key != "version"} for row in after[name]]
        assert was == now, name
        for one, other in zip(rows, after[name], strict=True):
            if isinstance(one.get("version"), int) and one != other:
                assert other["version"] == one["version"] + 2


def do(world: World, act: Act) -> UUID | None:
    with undo.offering() as offered:
        act(world)
    return offered.id


def who(world: World, name: str) -> Actor:
    return world.manager if name == "place" else world.helper


def test_each_act_undone_leaves_every_table_as_it_was(world: World) -> None:
    answer_letter(world)
    documents_service.note_read(
        actor=world.helper, document_id=world.get(Document, read_at=None).id, version=1, how="aloud"
    )
    for name, (_command, act) in ACTS.items():
        before, known = see_everything(), list_event_ids()
        offer = do(world, act)
        assert offer is not None, name
        assert see_everything() != before, name
        undo_act(actor=who(world, name), offer_id=offer)
        compare(before, see_everything())
        undone = [each for each in list_events("act.undone") if each.id not in known]
        assert undone, name


@settings(max_examples=4)
@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.booleans()), min_size=2, max_size=5))
def test_in_any_order_with_what_stays_between_them(
    world: World, steps: list[tuple[str, bool]]
) -> None:
    for name, is_undone in steps:
        before = see_everything()
        offer = do(world, ACTS[name][1])
        if offer is None:
            continue  # nothing was there to do it to
        if is_undone and name != "file":  # to file one, another act may have come first
            undo_act(actor=who(world, name), offer_id=offer)
            compare(before, see_everything())


def test_the_journal_names_each_fact_that_was_undone(world: World) -> None:
    known = list_event_ids()
    offer = do(world, close_case)
    assert offer is not None
    world.hand.move(seconds=2)
    undo_act(actor=world.helper, offer_id=offer)
    (closed,) = list_events("case.closed")
    undone = [each for each in list_events("act.undone") if each.id not in known]
    assert [each.reason_code for each in undone].count("case.closed") == 1
    assert {each.reason_code for each in undone} == {
        "case.closed", "appointment.cancelled", "task.done",
    }  # fmt: skip
    assert (undone[0].subject_id, undone[0].person_id) == (closed.subject_id, closed.person_id)
    # Nobody is told of it, and no message waits to tell them.
    assert "case_closed" not in [kind for kind, _facts in list_told(world.case.person_id)]
    assert "appointment_cancelled" not in [kind for kind, _ in list_told(world.case.person_id)]
    assert list_events("notice.withdrawn") != []
    # The case's story and the person's own record say both.
    story = desk_service.view_case(actor=world.helper, reference=world.case.reference)
    changes = [entry.entry.state for entry in story.entries if entry.entry.kind == "change"]
    assert changes.index("act.undone") < changes.index("case.closed")
    with reading():
        record = read_record(
            world.case.person_id, Telling(HowAsked.IN_FRONT, in_private=True), "en", whole=True
        )
    said = [line.plain for line in record.lines]
    assert any("goes on with your help" in words for words in said)
    assert not any("took that back" in words for words in said)  # a task is not told, nor its undo


def test_it_takes_ten_seconds_and_a_slow_line_and_no_more(world: World) -> None:
    offers = [do(world, finish_task), do(world, take)]
    assert all(offers)
    world.hand.move(seconds=20)
    undo_act(actor=world.helper, offer_id=offers[0])  # type: ignore[arg-type]
    world.hand.move(seconds=0.1)
    with pytest.raises(NotUndone, match=r"too late.*add them to the queue again on Today"):
        undo_act(actor=world.helper, offer_id=offers[1])  # type: ignore[arg-type]
    assert list_events("act.refused") == []


def test_nobody_undoes_what_was_gone_on_with(world: World) -> None:
    offer = do(world, set_waiting)
    assert offer is not None
    case = get_case(world.helper, world.case.id)
    service.set_waiting(actor=world.colleague, case_id=case.id, version=case.version, waits=False)
    with pytest.raises(NotUndone, match="Something else was done since"):
        undo_act(actor=world.helper, offer_id=offer)
    # An old page stays old: what it showed has been undone, and is not what stands there now.
    offer = do(world, set_waiting)
    assert offer is not None
    seen = get_case(world.helper, world.case.id).version
    undo_act(actor=world.helper, offer_id=offer)
    with pytest.raises(Refused):
        service.set_waiting(actor=world.colleague, case_id=case.id, version=seen, waits=False)
    # A colleague took the time that had become free.
    offer = do(world, settle("cancelled"))
    other = make_case(world.colleague, world.case.person_id)
    book(world.colleague, other, at=time(16), day=clock.today())
    with pytest.raises(NotUndone):
        undo_act(actor=world.helper, offer_id=offer)  # type: ignore[arg-type]


def test_what_the_person_was_told_stands(world: World) -> None:
    offer = do(world, close_case)
    with clock.set_clock(clock.now() + timedelta(hours=12)):
        send_due_notices(sender=Gone())
    with pytest.raises(NotUndone, match="told already"):
        undo_act(actor=world.helper, offer_id=offer)  # type: ignore[arg-type]
    assert get_case(world.helper, world.case.id).is_closed


def test_the_dead_keep_no_appointment(world: World) -> None:
    offer = do(world, settle("cancelled"))
    record_death(
        actor=world.colleague,
        person_id=world.case.person_id,
        died_on=clock.today(),
        told_by="family",
    )
    with pytest.raises(NotUndone):
        undo_act(actor=world.helper, offer_id=offer)  # type: ignore[arg-type]


def test_it_is_ones_own_and_ones_own_alone(world: World) -> None:
    offer = do(world, finish_task)
    assert offer is not None
    for other in (world.colleague, world.manager):
        with pytest.raises(NotFound):
            undo_act(actor=other, offer_id=offer)
    declare_relative(world.helper, reference_of(world.case.person_id))
    with pytest.raises(Refused):
        undo_act(actor=world.helper, offer_id=offer)


def test_what_only_grows_or_explains_a_look_is_not_offered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish_task(world)  # nobody offers it: the system, a command within another
    with reading() as session:
        assert session.scalars(select(UndoOffer)).all() == []
    note = {"case_id": world.case.id, "text": "She rang"}
    with undo.offering() as offered:  # a note only grows
        service_entries.add_note(actor=world.helper, **note)
    assert offered.id is None
    # Nor where it recorded more than what can be taken back, such as that somebody was told.
    register = undo._register
    rule = register["casework.set_waiting"]
    monkeypatch.setitem(register, rule.command, replace(rule, facts=frozenset()))
    assert do(world, set_waiting) is None
    # Not registered: it explains a look, and what is looked at is not unseen.
    assert "casework.reopen_case" not in {each.command for each in undo.list_undoable()}


def test_clicked_twice_at_once_it_is_undone_once(world: World, database: Database) -> None:
    offer, key = do(world, close_case), new_request_key()
    barrier, answers = threading.Barrier(2), []

    def click() -> None:
        barrier.wait()
        with use_database(database):
            answers.append(undo_act(actor=world.helper, offer_id=offer, request_key=key))  # type: ignore[arg-type]

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [offer, offer]
    undone = [each.reason_code for each in list_events("act.undone")]
    assert undone.count("case.closed") == 1
    assert undo_act(actor=world.helper, offer_id=offer) == offer  # type: ignore[arg-type]


def test_the_banner_carries_it(world: World, client: FlaskClient) -> None:
    sign_in(client, world.helper)
    task = world.get(Task, done_at=None)
    address = f"/cases/{world.case.reference}"
    page = client.get(address)
    sent = {"csrf_token": read_token(page), "return_to": address}
    page = client.post(f"/tasks/{task.id}/done", data=sent, follow_redirects=True).text
    assert "You can undo this for 10 seconds." in page
    assert "add the task again on the page of its case" in page
    with reading() as session:
        offer = session.scalars(select(UndoOffer.id)).one()
    assert f'action="/undo/{offer}"' in page
    assert 'name="request_key"' in page
    for _click in range(2):
        answer = client.post(f"/undo/{offer}", data=sent, follow_redirects=True)
        assert answer.status_code == 200
        assert "Undone: it is as it was before." in answer.text
    assert world.get(Task, id=task.id).done_at is None
    assert client.get(f"/undo/{offer}").status_code == 405
    assert client.post(f"/undo/{world.case.id}", data=sent).status_code == 404
    client.post(f"/tasks/{task.id}/done", data=sent)
    world.hand.move(seconds=30)
    with reading() as session:
        later = session.scalars(select(UndoOffer.id).where(UndoOffer.id != offer)).one()
    sent["return_to"] = "//elsewhere.example"
    answer = client.post(f"/undo/{later}", data=sent)
    assert answer.headers["Location"] == "/"
    assert "It is too late to undo this." in client.get("/today").text
