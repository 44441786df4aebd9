"""What the journal costs, as ratios of things measured in turn, round by round.

Writers: an update with its event against the same update without, and against one of which another
product keeps the history; processes that write events in lanes against plain inserts of such rows,
and against one chain whose head every writer locks. The sealer against the writers, and what it
costs them. An export's check against hashing the same bytes alone. Aims are those of issue 6; they
are reported, never enforced.
"""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, select, update

from assistedaccess.audit import Action, record, sealing
from assistedaccess.audit.command_line import load_verifier
from assistedaccess.audit.export import export_journal
from assistedaccess.audit.journal import canonical
from assistedaccess.audit.models import AuditEvent, AuditLane
from assistedaccess.audit.models_tree import AuditLeaf
from assistedaccess.audit.proofs import prove
from assistedaccess.audit.tree import leaf_hash
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import Database, get_session, metadata
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import (
    bind_database,
    get_database,
    reading,
    run_transaction,
)
from assistedaccess.organisations.models import Organisation

from . import other_histories
from .aims import median

ROUNDS = 5
PROCESSES = 8
OTHER_WORK = 0.01
"""Seconds for which a transaction goes on after its event, as issue 6 measured a global chain."""
_EVENTS = metadata.tables[AuditEvent.__tablename__]
_LANES = metadata.tables[AuditLane.__tablename__]


@dataclass(frozen=True)
class Ratio:
    """One ratio, and what is aimed at: ``at_least``, or at most where that is False."""

    key: str
    title: str
    value: float
    aim: float
    at_least: bool = True
    unit: str = "×"

    @property
    def misses(self) -> tuple[str, ...]:
        """The aim, where it is not met."""
        met = self.value >= self.aim if self.at_least else self.value <= self.aim
        word = "under" if self.at_least else "over"
        return () if met else (f"{word} {self.aim:g} {self.unit}",)


Work = Callable[[int], None]
"""One transaction; told its number."""


def measure_journal(url: str, folder: Path, transactions: int, rounds: int = ROUNDS) -> list[Ratio]:
    """All ratios, on the bound installation at ``url``, which is not fit for use afterwards."""
    sealing.seal_all()
    return [
        *_measure_updates(url, transactions, rounds),
        *_measure_sealer(url, transactions, rounds),
        *_measure_reading(folder, rounds),
        *_measure_processes(url, transactions, rounds),
    ]


# -- an update with and without its event

_NAMES = {
    other_histories.CONTINUUM: "SQLAlchemy-Continuum",
    other_histories.POSTGRESQL_AUDIT: "postgresql-audit",
}
_AIMS = {other_histories.CONTINUUM: 2.5, other_histories.POSTGRESQL_AUDIT: 0.0}
"""postgresql-audit is measured to know it: nothing is aimed at."""


def _measure_updates(url: str, transactions: int, rounds: int) -> list[Ratio]:
    with reading() as session:
        row = session.scalars(select(Organisation.id).limit(1)).one()

    def change(number: int) -> None:
        get_session().get_one(Organisation, row).name = f"Renamed {number}"

    def audited(number: int) -> None:
        change(number)
        record(Action.ORGANISATION_CHANGED, actor=SYSTEM, subject=("organisation", row))

    rated: dict[str, Callable[[int], float]] = {
        "without": partial(_rate, change),
        "with": partial(_rate, audited),
    }
    title = "Update with its event, of one"
    found = {"without": Ratio("update", f"{title} without", 0, 0.8)}
    with ExitStack() as stack:
        for kind in other_histories.list_kinds(url):
            rated[kind] = stack.enter_context(other_histories.running(kind, url))
            found[kind] = Ratio(kind, f"{title} with {_NAMES[kind]}", 0, _AIMS[kind])
        rates = _in_turns(rated, transactions, rounds)
    return [replace(each, value=_of(rates, "with", name)) for name, each in found.items()]


def _in_turns(
    rated: dict[str, Callable[[int], float]], transactions: int, rounds: int
) -> dict[str, list[float]]:
    """Transactions a second of each, in each round."""
    rates: dict[str, list[float]] = {name: [] for name in rated}
    for number in range(rounds + 1):
        for name, rate in rated.items():
            found = rate(transactions)
            if number:  # the first round warms up
                rates[name].append(found)
    return rates


def _rate(work: Work, transactions: int) -> float:
    begun = time.perf_counter()
    _repeat(work, transactions)
    return transactions / (time.perf_counter() - begun)


def _repeat(work: Work, transactions: int) -> None:
    for number in range(transactions):
        run_transaction(lambda number=number: work(number))  # type: ignore[misc]


def _of(rates: dict[str, list[float]], one: str, other: str) -> float:
    pairs = zip(rates[one], rates[other], strict=True)
    return round(median([first / second for first, second in pairs]), 2)


# -- many processes


def in_lanes(_: int) -> None:
    """An event as it is recorded."""
    record(Action.PERSON_OPENED, actor=SYSTEM)


def _fields() -> dict[str, Any]:
    return {
        "id": new_id(),
        "occurred_at": clock.now(),
        "action": "person.opened",
        "outcome": "done",
        "actor_kind": "system",
    }


def plainly(_: int) -> None:
    """The same columns, and nothing that holds them together."""
    filler = {"lane_id": new_id(), "lane_seq": 1, "previous_hash": bytes(32), "body": b"{}"}
    get_session().execute(insert(_EVENTS), [{**_fields(), **filler, "signature": bytes(64)}])


_CHAIN = UUID(int=1)
_chain_key = Ed25519PrivateKey.generate()


def in_one_chain(_: int) -> None:
    """Hashed and signed too, with one head for all."""
    session = get_session()
    head = session.execute(
        select(_LANES.c.last_seq, _LANES.c.last_hash).where(_LANES.c.id == _CHAIN).with_for_update()
    ).one()
    row = {**_fields(), "lane_id": _CHAIN, "lane_seq": head.last_seq + 1}
    row["previous_hash"] = head.last_hash
    row["body"] = canonical(row)
    row["signature"] = _chain_key.sign(row["body"])
    session.execute(insert(_EVENTS), [row])
    session.execute(
        update(_LANES)
        .where(_LANES.c.id == _CHAIN)
        .values(last_seq=row["lane_seq"], last_hash=leaf_hash(row["body"]))
    )


def _busy(work: Work) -> Work:
    """``work`` in a transaction that has something else to do before it commits."""

    def go_on(number: int) -> None:
        work(number)
        time.sleep(OTHER_WORK)

    return go_on


def _begin_chain() -> None:
    chain = {"id": _CHAIN, "public_key": bytes(32), "endorsement": bytes(64), "last_seq": 0}
    begun = {"started_at": clock.now(), "last_hash": bytes(32)}
    get_session().execute(insert(_LANES), [{**chain, **begun}])


def _measure_processes(url: str, transactions: int, rounds: int) -> list[Ratio]:
    run_transaction(_begin_chain)
    works: dict[str, Work] = {
        "lanes": in_lanes,
        "plain": plainly,
        "chain": in_one_chain,
        "busy lanes": _busy(in_lanes),
        "busy chain": _busy(in_one_chain),
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            rates[name].append(_race(url, work, PROCESSES, max(10, transactions // 4)))
    title = f"8 processes in lanes, of one chain, with {OTHER_WORK * 1000:g} ms of other work"
    return [
        Ratio("lanes", "8 processes in lanes, of plain inserts", _of(rates, "lanes", "plain"), 0.8),
        Ratio("chain", "8 processes in lanes, of one chain", _of(rates, "lanes", "chain"), 4.0),
        Ratio("busy_chain", title, _of(rates, "busy lanes", "busy chain"), 4.0),
    ]


def _race(url: str, work: Work, processes: int, transactions: int) -> float:
    """Transactions a second of so many processes together."""
    get_database().dispose()  # SQLite may not be carried across a fork
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(processes + 1)

    def run() -> None:
        database = Database(url)
        bind_database(database)
        _repeat(work, 1)
        ready.wait()
        _repeat(work, transactions)
        database.dispose()

    runners = [context.Process(target=run) for _ in range(processes)]
    for runner in runners:
        runner.start()
    ready.wait()
    begun = time.perf_counter()
    for runner in runners:
        runner.join()
    if any(runner.exitcode for runner in runners):
        raise RuntimeError("a writer failed")
    return processes * transactions / (time.perf_counter() - begun)


# -- the sealer


def _measure_sealer(url: str, transactions: int, rounds: int) -> list[Ratio]:
    alone, beside, sealed = [], [], []
    context = multiprocessing.get_context("fork")
    for _ in range(rounds):
        alone.append(_race(url, in_lanes, 2, transactions))
        begun, before = time.perf_counter(), _count_leaves()
        sealing.seal_all()
        sealed.append((_count_leaves() - before) / (time.perf_counter() - begun))
        over = context.Event()

        def follow(over: Any = over) -> None:
            bind_database(Database(url))
            sealing.follow(lambda made: None, is_over=over.is_set)

        get_database().dispose()
        follower = context.Process(target=follow)
        follower.start()
        beside.append(_race(url, in_lanes, 2, transactions))
        over.set()
        follower.join()
    rates = {"alone": alone, "beside": beside, "sealed": sealed}
    return [
        Ratio(
            "sealer",
            "Sealer, of the commit rate of two writers",
            _of(rates, "sealed", "alone"),
            2.0,
        ),
        Ratio("beside", "Writers beside a sealer, of alone", _of(rates, "beside", "alone"), 0.8),
    ]


def _count_leaves() -> int:
    with reading() as session:
        newest = session.scalar(
            select(AuditLeaf.leaf_index).order_by(AuditLeaf.leaf_index.desc()).limit(1)
        )
    return 0 if newest is None else newest + 1


# -- who reads


def _measure_reading(folder: Path, rounds: int) -> list[Ratio]:
    sealing.seal_all()
    export = folder / "export"
    with reading() as session:
        export_journal(export)
        size = _count_leaves()
        step = max(1, size // 100)
        ids = session.scalars(
            select(AuditLeaf.event_id).where(AuditLeaf.leaf_index % step == 0)
        ).all()
        milliseconds = []
        for event_id in ids:
            begun = time.perf_counter()
            prove(event_id)
            milliseconds.append(1000 * (time.perf_counter() - begun))
    verifier = load_verifier()
    rates: dict[str, list[float]] = {"verified": [], "hashed": []}
    for _ in range(rounds):
        begun = time.perf_counter()
        _hash_alone((export / "entries.jsonl").read_bytes().splitlines())
        rates["hashed"].append(size / (time.perf_counter() - begun))
        begun = time.perf_counter()
        if not verifier.verify_export(export)["ok"]:
            raise RuntimeError("the export does not hold")
        rates["verified"].append(size / (time.perf_counter() - begun))
    shutil.rmtree(export)
    return [
        Ratio(
            "verify",
            "Check of an export, of hashing its tree",
            _of(rates, "verified", "hashed"),
            0.5,
        ),
        Ratio("proof", "A proof from tiles", round(median(milliseconds), 2), 2.0, False, "ms"),
    ]


def _hash_alone(entries: list[bytes]) -> None:
    """Every leaf and every node once, by one thread of hashlib."""
    row = [sha256(b"\x00" + entry).digest() for entry in entries]
    while len(row) > 1:
        pairs = iter(row)
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=False)
        ]
