"""What is committed is sealed, once, in an order that nobody can make twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from assistedaccess.audit import Action, record, sealing
from assistedaccess.audit.checkpoints import (
    find_checkpoint,
    find_leaf,
    list_checkpoints,
    list_leaves,
)
from assistedaccess.audit.keys import list_verifiers
from assistedaccess.audit.models import AuditEvent, AuditLane
from assistedaccess.audit.models_tree import AuditCheckpoint, AuditLeaf, AuditTile
from assistedaccess.audit.notes import BadNote, open_note, read_checkpoint
from assistedaccess.audit.proofs import NotSealed, check_proof, prove
from assistedaccess.audit.tree import EMPTY_ROOT, leaf_hash
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database, get_session, metadata
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import Busy, bind_database, reading, run_transaction
from tests.support.databases import Sandbox, Sandboxes
from tests.support.sealing import count_events, list_sealed, root_of_events, write_events
from tests.support.tampering import owner_executes

pytestmark = pytest.mark.usefixtures("app")


def test_a_batch_becomes_leaves_and_a_signed_checkpoint() -> None:
    ids = write_events(300)
    made = sealing.seal_batch()
    assert made is not None
    assert made.size == count_events()
    assert made.root == root_of_events()
    sealed = list_sealed()
    assert set(ids) <= set(sealed)
    with reading():
        said, signers = open_note(made.note, list_verifiers())
        assert read_checkpoint(said, signers[0].name) == (made.size, made.root)
        assert find_checkpoint() == made == find_checkpoint(size=made.size)
        assert find_leaf(ids[0]) == sealed.index(ids[0])
        assert list_leaves(ids) == {each: sealed.index(each) for each in ids}
    assert sealing.seal_batch() is None


def test_nothing_that_stands_is_touched_by_what_comes() -> None:
    first = [(write_events(7), sealing.seal_all())[1] for _ in range(3)]
    with reading() as session:
        before = session.execute(select(AuditLeaf.leaf_index, AuditLeaf.event_id)).all()
    write_events(700)
    newest = sealing.seal_all()
    with reading() as session:
        after = session.execute(select(AuditLeaf.leaf_index, AuditLeaf.event_id)).all()
        listed = list_checkpoints()
    assert set(before) < set(after)
    assert newest is not None
    assert newest.root == root_of_events()
    assert listed == [newest, *reversed(first)]


def test_small_batches_make_the_same_tree_as_a_large_one() -> None:
    write_events(60)
    count = 0
    while sealing.seal_batch(7):
        count += 1
    newest = list_checkpoints_now()[0]
    assert count == -(-newest.size // 7)
    assert newest.size == count_events()
    assert newest.root == root_of_events()


def list_checkpoints_now() -> list[object]:
    with reading():
        return list_checkpoints()  # type: ignore[return-value]


def test_the_first_checkpoint_that_has_a_leaf_is_found() -> None:
    sizes = []
    for _ in range(3):
        write_events(5)
        made = sealing.seal_all()
        assert made is not None
        sizes.append(made.size)
    with reading():
        for leaf in (sizes[0] - 1, sizes[0], sizes[1], sizes[2] - 1):
            found = find_checkpoint(containing=leaf)
            assert found is not None
            assert found.size == min(size for size in sizes if size > leaf)
        assert find_checkpoint(containing=sizes[2]) is None
        assert [each.size for each in list_checkpoints(before=sizes[2], most=1)] == [sizes[1]]


def test_an_event_is_proved_from_the_tiles() -> None:
    ids = write_events(600)
    with reading(), pytest.raises(NotSealed):
        prove(ids[0])
    first = sealing.seal_all()
    write_events(500)
    with reading() as session:
        sealing_of_first = prove(ids[5])
        assert first is not None
        assert first.note in sealing_of_first
    sealing.seal_all()
    with reading() as session:
        verifiers = list_verifiers()
        for each in ids[::50]:
            leaf = leaf_hash(session.get_one(AuditEvent, each).body)
            for checkpoint in (None, first):
                proof = prove(each, checkpoint=checkpoint, extra=b"receipt")
                checked = check_proof(proof, leaf, verifiers)
                assert checked == check_proof(proof, leaf)
                assert list_sealed()[checked.index] == each
                with pytest.raises(BadNote):
                    check_proof(proof, leaf_hash(b"{}"), verifiers)
                with pytest.raises(BadNote):
                    check_proof(proof.replace("index ", "index 1"), leaf, verifiers)


@contextmanager
def open_transaction(database: Database) -> Iterator[list[UUID]]:
    """An event that was written by a transaction of its own, which commits at the end."""
    written: list[UUID] = []
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        bind_database(database)

        def hold() -> None:
            lane = new_id()
            written.append(new_id())
            get_session().execute(
                insert(metadata.tables["audit_event"]), [make_row(written[0], lane)]
            )
            begun.set()
            go_on.wait(20)

        run_transaction(hold)

    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    yield written
    go_on.set()
    thread.join(20)


def make_row(event_id: UUID, lane_id: UUID, number: int = 1) -> dict[str, object]:
    from assistedaccess.kernel import clock

    return {
        "id": event_id,
        "lane_id": lane_id,
        "lane_seq": number,
        "previous_hash": bytes(32),
        "body": f'{{"id":"{event_id}"}}'.encode(),
        "signature": bytes(64),
        "occurred_at": clock.now(),
        "action": "today.viewed",
        "outcome": "done",
        "actor_kind": "system",
    }


def test_what_commits_late_is_sealed_late_and_not_lost(sandbox: Sandbox) -> None:
    if sandbox.kind == "sqlite":
        return  # one writer follows the other: nothing can commit late
    with open_transaction(sandbox.database) as late:
        for _ in range(3):  # it neither holds the others up nor is it passed over
            ids = write_events(4)
            made = sealing.seal_batch()
            assert made is not None
            assert set(ids) <= set(list_sealed())
            assert late[0] not in list_sealed()
    made = sealing.seal_batch()
    assert made is not None
    assert list_sealed()[-1] == late[0]
    assert len(list_sealed()) == len(set(list_sealed())) == count_events()


def test_what_is_rolled_back_leaves_nothing() -> None:
    sealing.seal_all()
    before = list_sealed()

    def fail() -> None:
        record(Action.PERSON_OPENED, actor=SYSTEM)
        get_session().add(AuditLane(id=new_id()))

    with pytest.raises(DBAPIError):
        run_transaction(fail)
    assert sealing.seal_batch() is None
    assert list_sealed() == before


def test_a_savepoint_is_part_of_its_transaction() -> None:
    sealing.seal_all()
    kept, dropped = new_id(), new_id()
    table = metadata.tables["audit_event"]

    def work() -> None:
        session = get_session()
        with session.begin_nested():
            session.execute(insert(table), [make_row(kept, new_id())])
        inner = session.begin_nested()
        session.execute(insert(table), [make_row(dropped, new_id())])
        inner.rollback()

    run_transaction(work)
    sealing.seal_all()
    assert kept in list_sealed()
    assert dropped not in list_sealed()


@pytest.mark.parametrize("low_water", [4_000_000_000_000, 3])
def test_a_restored_copy_in_a_younger_cluster_stalls_nothing(
    sandbox: Sandbox, low_water: int
) -> None:
    """There, transactions have smaller numbers than those that the copy brought along, whether its
    mark is beyond them or a long transaction had kept it low; its first look takes batches."""
    write_events(5)
    sealing.seal_all()
    before_restore = write_events(12)
    owner_executes(
        sandbox,
        f"UPDATE audit_checkpoint SET cluster = 'the old one', low_water = {low_water}",  # noqa: S608
        guards=False,
    )
    if sandbox.kind == "postgresql":
        owner_executes(sandbox, "UPDATE audit_event SET xid = xid + 3000000000000", guards=False)
    ids = write_events(30)
    while sealing.seal_batch(8):
        pass
    assert {*before_restore, *ids} <= set(list_sealed())
    for _ in range(3):
        ids = write_events(2)
        made = sealing.seal_batch()
        assert made is not None
        assert set(ids) <= set(list_sealed())
        assert made.root == root_of_events()
    assert len(list_sealed()) == count_events()


def test_a_mark_from_higher_up_counts_for_nothing(sandbox: Sandbox) -> None:
    write_events(3)
    sealing.seal_all()
    owner_executes(sandbox, "UPDATE audit_checkpoint SET low_water = 4000000000000", guards=False)
    ids = write_events(3)
    sealing.seal_all()
    assert set(ids) <= set(list_sealed())


def test_two_rival_sealers_make_one_tree(sandbox: Sandbox) -> None:
    refused: list[Busy] = []

    def rival() -> None:
        bind_database(sandbox.database)
        for _ in range(25):
            try:
                sealing.seal_batch(9)
            except Busy as error:
                refused.append(error)

    threads = [threading.Thread(target=rival) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        write_events(5)
    for thread in threads:
        thread.join()
    sealing.seal_all()
    sealed = list_sealed()
    assert len(sealed) == len(set(sealed)) == count_events()
    newest = list_checkpoints_now()[0]
    assert newest.root == root_of_events()  # type: ignore[attr-defined]
    if sandbox.kind == "postgresql":  # one waits for the other, and works in vain at nothing
        assert not refused


def test_a_second_tree_is_refused_by_the_tables_themselves(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sealer that takes no notice of what has been sealed, as a rival without the lock would."""
    write_events(3)
    sealing.seal_all()
    write_events(1)
    nothing = select(*sealing._LAST_CHECKPOINT.selected_columns).where(text("1 = 0"))
    monkeypatch.setattr(sealing, "_LAST_CHECKPOINT", nothing)
    before = list_sealed()
    with pytest.raises(Busy):
        sealing.seal_batch()
    assert list_sealed() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaf SET leaf_index = leaf_index + 1000",
        "DELETE FROM audit_leaf",
        "UPDATE audit_checkpoint SET size = size + 1",
        "DELETE FROM audit_checkpoint",
        "UPDATE audit_key SET name = 'x'",
        "DELETE FROM audit_key",
    ],
)
def test_neither_application_nor_owner_changes_the_tree(sandbox: Sandbox, statement: str) -> None:
    write_events(2)
    sealing.seal_all()
    with sandbox.database.writing.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))
    with pytest.raises(DBAPIError, match="only grows"):
        owner_executes(sandbox, statement)


def test_the_same_events_have_the_same_root_on_both_databases(
    sandboxes: Sandboxes, sandbox: Sandbox
) -> None:
    if sandbox.kind == "sqlite":
        return  # once is enough
    table = metadata.tables["audit_event"]
    lanes = [new_id() for _ in range(3)]
    ids = [new_id() for _ in range(90)]
    rows = [make_row(each, lanes[at % 3], at // 3 + 1) for at, each in enumerate(ids)]
    roots, tiles = [], []
    for kind in ("sqlite", "postgresql"):
        here = sandboxes.get(kind)
        here.begin_test()
        owner_executes(here, "DELETE FROM audit_event", guards=False)
        run_transaction(lambda: get_session().execute(insert(table), rows))
        made = sealing.seal_batch()
        assert made is not None
        roots.append((made.size, made.root))
        with reading() as session:
            tiles.append(session.execute(select(AuditTile.level, AuditTile.hashes)).all())
    assert roots[0] == roots[1]
    assert roots[0][0] == 90
    assert tiles[0] == tiles[1]


def test_an_empty_journal_has_no_checkpoint(sandbox: Sandbox) -> None:
    owner_executes(sandbox, "DELETE FROM audit_event", guards=False)
    assert sealing.seal_all() is None
    with reading() as session:
        assert session.scalars(select(AuditCheckpoint)).all() == []
        assert find_checkpoint() is None
        with pytest.raises(NotSealed):
            prove(new_id())
    assert root_of_events() == EMPTY_ROOT


def test_a_follower_seals_within_two_seconds(sandbox: Sandbox) -> None:
    import time

    stop = threading.Event()
    told: list[object] = []

    def follow() -> None:
        bind_database(sandbox.database)
        sealing.follow(told.append, is_over=stop.is_set)

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        for _ in range(3):
            (event_id,) = write_events()
            committed = time.monotonic()
            while event_id not in list_sealed():
                assert time.monotonic() - committed < 20  # the machine may be busy
                time.sleep(0.05)
    finally:
        stop.set()
        thread.join()
    assert told
    assert sealing.PAUSE < 2
