"""Whatever is killed, rolled back or run twice, each committed event is sealed once.

``make test`` seals 10,000 events under rival writers and sealers, ``make soak`` 1,000,000.
"""

from __future__ import annotations

import os
import random
import re
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from assistedaccess.audit import Action, record, sealing
from assistedaccess.audit.checkpoints import find_checkpoint
from assistedaccess.audit.export import export_journal
from assistedaccess.audit.models import AuditDetail, AuditLane
from assistedaccess.audit.proofs import prove_receipt
from assistedaccess.data_protection import erasing
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.encryption import DataKey
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import Busy, reading, run_transaction
from assistedaccess.people.models import ContactPoint, PersonNameKey
from tests.factories.organisations import make_actor, make_organisation
from tests.factories.people import make_person, mobile
from tests.support.attacks import verify, verify_folder
from tests.support.contents import Contents
from tests.support.databases import Sandbox
from tests.support.processes import DONE, KILLED, kill_at_statement, run_in_processes
from tests.support.sealing import count_events, list_sealed, root_of_events, write_events
from tests.support.tampering import owner_executes

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.soak]
SOAK = os.environ.get("SOAK", "") not in ("", "0")
EVENTS = 1_000_000 if SOAK else 10_000
PEOPLE = 1_000
RECORDED = PEOPLE if SOAK else 20
"""Of whom the program itself makes a record, which takes it a twentieth of a second each."""
WRITERS = 2


def holds_whole() -> None:
    """All that is committed is sealed, once, and everything checks."""
    while True:
        try:
            sealing.seal_all()
            break
        except Busy:
            continue
    sealed = list_sealed()
    assert len(sealed) == len(set(sealed)) == count_events()
    with reading():
        newest = find_checkpoint()
    assert newest is not None
    assert newest.root == root_of_events()
    report = verify()
    assert report.ok, report.faults[:3]
    assert report.waiting == 0


def test_a_sealer_killed_at_any_step_leaves_nothing_behind(sandbox: Sandbox) -> None:
    write_events(300)
    before = list_sealed()
    killed = 0
    while True:
        number = killed + 1

        def seal(child: Database, number: int = number) -> None:
            kill_at_statement(child, number)
            sealing.seal_batch()

        (ended,) = run_in_processes(sandbox.settings.database_url, seal)
        if ended == DONE:
            break
        assert ended == KILLED
        killed += 1
        assert list_sealed() == before, f"killed at statement {number}"
        assert killed < 40
    assert killed >= 5  # what is read, leaves, tiles, checkpoint, commit
    assert len(list_sealed()) == count_events()
    holds_whole()


def test_a_writer_killed_at_any_step_leaves_nothing_to_seal(sandbox: Sandbox) -> None:
    sealing.seal_all()
    killed = 0
    while True:

        def write(child: Database, number: int = killed + 1) -> None:
            write_events(1)  # its lane is known
            kill_at_statement(child, number)
            write_events(5, details={"a": "b"}, person_id=new_id())

        before = count_events()
        (ended,) = run_in_processes(sandbox.settings.database_url, write)
        if ended == DONE:
            assert count_events() == before + 6
            break
        assert ended == KILLED
        assert count_events() == before + 1
        sealing.seal_all()
        killed += 1
        assert killed < 40
    assert killed >= 3
    holds_whole()


class RolledBack(Exception):
    """On purpose."""


def keep_writing(seed: int, count: int) -> None:
    """Write ``count`` events that are committed, and others that are not."""
    chance = random.Random(seed)
    left = count
    while left:
        size = min(left, chance.randint(1, 40))

        def work(size: int = size) -> None:
            session = get_session()
            for _ in range(size):
                record(Action.PERSON_OPENED, actor=SYSTEM)
            if chance.random() < 0.2:
                with session.begin_nested() as inner:
                    session.execute(select(AuditLane.id).limit(1))
                    inner.rollback()
            if chance.random() < 0.1:
                raise RolledBack

        try:
            run_transaction(work)
        except (RolledBack, Busy):
            continue
        left -= size


def test_rival_sealers_and_writers_miss_none_and_take_none_twice(sandbox: Sandbox) -> None:
    before = count_events()
    each = EVENTS // WRITERS
    finished = Path(sandbox.settings.data_dir) / "finished"
    finished.mkdir(parents=True, exist_ok=True)

    def write(seed: int):
        def work(_: Database) -> None:
            try:
                keep_writing(seed, each)
            finally:
                (finished / str(seed)).touch()

        return work

    def seal(_: Database) -> None:
        chance = random.Random(os.getpid())
        while len(list(finished.iterdir())) < WRITERS:
            try:
                sealing.seal_batch(chance.choice((7, 500, 20_000)))
            except Busy:
                pass

    works = [*(write(seed) for seed in range(WRITERS)), seal, seal]
    ended = run_in_processes(sandbox.settings.database_url, *works)
    assert ended == [DONE] * len(works)
    assert count_events() == before + each * WRITERS
    holds_whole()


def numbered(number: int) -> str:
    """A telephone number of those that Ofcom keeps for drama, of which there are a thousand."""
    return f"07700 900{number:03}"


def test_erasing_1_000_people_changes_no_byte_of_root_or_proof(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """All have events, and some a record of their own. In a dump no word of theirs stands, no key
    opens what was sealed for them, and no keyed hash finds them again."""
    helper = make_actor(make_organisation(), "helper")
    recorded = [
        make_person(helper, f"Canary{number:04}", contact_points=[mobile(numbered(number))])
        for number in range(RECORDED)
    ]
    people = [*recorded, *(new_id() for _ in range(PEOPLE - RECORDED))]
    events: list[UUID] = []

    def write() -> None:
        for number, person_id in enumerate(people):
            told = {"name": f"Canary{number:04}", "value": numbered(number)}
            events.append(
                record(Action.PERSON_OPENED, actor=SYSTEM, person_id=person_id, details=told)
            )

    run_transaction(write)
    sealing.seal_all()
    with reading() as session:
        hashes = [bytes(each) for each in session.scalars(select(ContactPoint.fingerprint))]
        hashes += [each.encode() for each in session.scalars(select(PersonNameKey.token))]
        proofs = [prove_receipt(each) for each in events[::97]]
        export_journal(tmp_path / "before")
    dumped = dump(sandbox)
    assert all(each in dumped for each in hashes)
    assert len(hashes) >= 2 * RECORDED
    run_transaction(lambda: [erasing.erase(SYSTEM, each, "asked") for each in recorded])
    run_transaction(lambda: [encryption.forget(each) for each in people[RECORDED:]])
    some = people[: PEOPLE // 2]
    run_transaction(
        lambda: get_session().execute(delete(AuditDetail).where(AuditDetail.sealed_for.in_(some)))
    )
    with reading() as session:
        assert [prove_receipt(each) for each in events[::97]] == proofs
        export_journal(tmp_path / "after")
        keys = select(DataKey.wrapped).where(DataKey.subject_id.in_(people))
        assert not any(session.scalars(keys))
    files = [path.relative_to(tmp_path / "before") for path in (tmp_path / "before").rglob("*")]
    for file in files:
        if (tmp_path / "before" / file).is_file():
            both = [(tmp_path / when / file).read_bytes() for when in ("before", "after")]
            assert both[0] == both[1], file
    assert verify_folder(tmp_path / "after", "", (tmp_path / "before" / "checkpoint").read_text())[
        "ok"
    ]
    report = verify()
    assert report.ok, report.faults[:3]
    assert report.erased_details >= PEOPLE - len(some)
    left = dump(sandbox)
    assert not any(each in left for each in hashes)
    assert not re.findall(rb"(?i)canary\d*|c\x00a\x00n\x00a\x00r\x00y|63616e617279", left)
    assert not re.findall(rb"7700 ?900\d{3}", left)


def dump(sandbox: Sandbox) -> bytes:
    """Every cell of every table, as its owner reads it."""
    contents = Contents(sandbox)
    rows = contents.read(without=())
    contents.close()
    cells = (cell for table in rows.values() for row in table for cell in row if cell is not None)
    return b"\n".join(
        bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
        for cell in cells
    )


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_number_of_a_transaction_is_the_databases_word(sandbox: Sandbox) -> None:
    """An event that is given a number by hand, low or none, is not passed over in silence."""
    write_events(3)
    sealing.seal_all()
    write_events(1)
    owner_executes(
        sandbox,
        "UPDATE audit_event SET xid = 3 WHERE id NOT IN (SELECT event_id FROM audit_leaf)",
        guards=False,
    )
    assert sealing.seal_all() is None
    report = verify()
    assert report.verdict == "unsealed", report.faults
