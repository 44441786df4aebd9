"""Fault 29: the release before works on the tables of the next one: steps add, and take nothing.

What stands in for older code is what it may do to the tables: their columns as they were at the
step OLDEST, read, rewritten, and inserted as an older release inserts them, which knows of nothing
that came later. The code of the release before itself: test_faults_29_release_before.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Column, Connection, MetaData, Table, and_, insert, select, update
from sqlalchemy.exc import DBAPIError

from assistedaccess.kernel import migrations
from assistedaccess.kernel.append_only import APPEND_ONLY, unguard_statements
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.migrations import find_line, suits
from tests.factories.world import World
from tests.integration.test_migrations import go, steps
from tests.support.databases import PostgresSandbox, Sandbox, empty_database
from tests.support.schema import describe

OLDEST = "0050"
"""The oldest tables whose release must work on today's. A step that takes something away begins a
new line of numbers (kernel.migrations.find_line), and is the new oldest."""
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
Described = dict[str, Any]


def list_steps() -> list[str]:
    """The steps since OLDEST, which is the first of them."""
    newest_first = [revision for revision, _before in steps()]
    return newest_first[newest_first.index(OLDEST) :: -1]


@cache
def describe_steps() -> dict[str, Described]:
    """The tables after each step since OLDEST. What a step does it does on both databases."""
    found = {}
    with empty_database("sqlite") as settings:
        for revision in list_steps():
            go(settings, "up", revision)
            found[revision] = copy.deepcopy(describe(settings))
    return found


# -- what a step may do


def list_taken(before: Described, after: Described) -> list[str]:
    """What of ``before`` an older release would miss in ``after``, or be refused for."""
    return [
        what
        for table, old in before.items()
        if table != "triggers"
        for what in (
            _list_taken_of(table, old, after[table]) if table in after else [f"{table} is gone"]
        )
    ]


def _list_taken_of(table: str, old: Described, new: Described) -> Iterator[str]:
    known = set(old["columns"])
    for name, (kind, may_be_empty, _default) in old["columns"].items():
        if name not in new["columns"]:
            yield f"{table}.{name} is gone"
        elif not _holds(new["columns"][name][0], kind):
            yield f"{table}.{name} is of another kind"
        elif may_be_empty and not new["columns"][name][1]:
            yield f"{table}.{name} may not be empty any more"
    for name in new["columns"].keys() - known:
        _kind, may_be_empty, default = new["columns"][name]
        if not may_be_empty and default is None:
            yield f"{table}.{name} must be given, and has no default of the database"
    for name, rule in new["checks"].items():
        if name not in old["checks"] and set(re.findall(r"[a-z_]+", rule)) & known:
            yield f"{name} is a new rule about what was there"
        if name in old["checks"] and not _is_wider(old["checks"][name], rule):
            yield f"{name} is another rule"
    for what in ("unique", "foreign keys", "indexes"):
        for name, said in new[what].items():
            if what == "indexes" and "'unique': 1" not in said and "'unique': True" not in said:
                continue
            if said != old[what].get(name) and _columns_of(said) <= known:
                yield f"{name} binds what was there"


_TEXT = re.compile(r"^VARCHAR\((\d+)\)$")


def _holds(new: str, old: str) -> bool:
    """Whether a column is of the same kind, or of texts that may be longer."""
    longer, known = _TEXT.match(new), _TEXT.match(old)
    return new == old or bool(longer and known and int(longer[1]) > int(known[1]))


def _columns_of(said: str) -> set[str]:
    """The columns that a described key, or index, is over."""
    found = re.search(r"'(?:constrained_columns|column_names)': \"?\[([^\]]*)\]", said)
    assert found, said
    return set(re.findall(r"[a-z_]+", found[1]))


_ONE_OF = re.compile(r"^(?P<what>.*\bIN) \((?P<words>[^()]*)\)$")


def _is_wider(old: str, new: str) -> bool:
    """Whether a rule is the same, or lets more words through, or something else beside."""
    if old == new or new.startswith(f"{old} OR "):
        return True
    before, after = _ONE_OF.match(old), _ONE_OF.match(new)
    if not before or not after or before["what"] != after["what"]:
        return False
    return set(before["words"].split(", ")) <= set(after["words"].split(", "))


def test_fault_29_each_step_only_adds() -> None:
    described = describe_steps()
    revisions = list(described)
    assert revisions[0] == OLDEST
    for before, revision in itertools.pairwise(revisions):
        taken = list_taken(described[before], described[revision])
        assert taken == [] or find_line(before) != find_line(revision), (revision, taken)


def _drop_table(tables: Described) -> None:
    del tables["visit"]


def _rename_column(tables: Described) -> None:
    tables["visit"]["columns"]["canal"] = tables["visit"]["columns"].pop("channel")


def _must_be_given(tables: Described) -> None:
    tables["visit"]["columns"]["weather"] = ("VARCHAR(10)", False, None)


def _never_empty(tables: Described) -> None:
    kind, _empty, default = tables["person"]["columns"]["known_as"]
    tables["person"]["columns"]["known_as"] = (kind, False, default)


def _other_kind(tables: Described) -> None:
    _kind, empty, default = tables["person"]["columns"]["known_as"]
    tables["person"]["columns"]["known_as"] = ("INTEGER", empty, default)


def _new_rule(tables: Described) -> None:
    tables["visit"]["checks"]["ck_visit_channel_known"] = "channel <> 'telephone'"


def _narrower_rule(tables: Described) -> None:
    checks = tables["data_request"]["checks"]
    checks["ck_data_request_kind"] = "kind IN ('erasure')"


def _unique(tables: Described) -> None:
    said = "{'column_names': ['person_id'], 'name': 'uq_visit_person_id'}"
    tables["visit"]["unique"]["uq_visit_person_id"] = said


@pytest.mark.parametrize(
    "harm",
    [
        *(_drop_table, _rename_column, _must_be_given, _never_empty, _other_kind),
        *(_new_rule, _narrower_rule, _unique),
    ],
)
def test_fault_29_what_takes_something_is_seen(harm: Callable[[Described], None]) -> None:
    before = describe_steps()[OLDEST]
    after = copy.deepcopy(before)
    assert list_taken(before, after) == []
    harm(after)
    assert list_taken(before, after)


def test_fault_29_what_adds_is_not() -> None:
    before = describe_steps()[OLDEST]
    after = copy.deepcopy(before)
    after["umbrella"] = after["visit"]
    after["visit"]["columns"] |= {
        "weather": ("VARCHAR(10)", True, None),
        "is_wet": ("BOOLEAN", False, "false"),
    }
    after["visit"]["checks"]["ck_visit_weather"] = "weather IN ('rain')"
    after["visit"]["unique"]["uq_visit_weather"] = "{'column_names': ['weather']}"
    kinds = after["data_request"]["checks"]["ck_data_request_kind"]
    after["data_request"]["checks"]["ck_data_request_kind"] = kinds[:-1] + ", 'portability')"
    assert list_taken(before, after) == []


# -- the older release at work


@contextmanager
def as_owner(sandbox: Sandbox) -> Iterator[Connection]:
    """A transaction in which the order of rows does not matter; nothing of it stays.

    What only grows is unguarded, because each row is taken out to be put back; every other rule of
    the tables holds, which is what is tried here.
    """
    from sqlalchemy import create_engine

    if isinstance(sandbox, PostgresSandbox):
        raw = sandbox._superuser
        engine = create_engine("postgresql+psycopg://", creator=lambda: _again(raw))
    else:
        engine = Database(sandbox.settings.migration_database_url).engine
    try:
        with engine.connect() as connection:
            dialect = connection.dialect.name
            if dialect == "sqlite":
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin() as transaction:
                if dialect == "postgresql":
                    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                for table in APPEND_ONLY:
                    for statement in unguard_statements(table, dialect):
                        connection.exec_driver_sql(statement)
                yield connection
                transaction.rollback()
    finally:
        engine.dispose()


def _again(raw: Any) -> Any:
    import psycopg

    return psycopg.connect(raw.info.dsn)


def old_tables(connection: Connection) -> list[Table]:
    """The tables as the older release knows them: their columns of then, of today's kinds."""
    today = MetaData()
    today.reflect(connection, resolve_fks=False)
    described = describe_steps()[OLDEST]
    return [
        Table(
            name,
            MetaData(),
            *(
                Column(column.name, column.type, primary_key=column.primary_key)
                for column in today.tables[name].columns
                if column.name in described[name]["columns"]
            ),
        )
        for name in described
        if name != "triggers"
    ]


def test_fault_29_the_release_before_reads_and_writes(sandbox: Sandbox, world: World) -> None:
    """Every table's newest rows, read, rewritten as they are, and inserted as it inserts them."""
    assert world
    done = 0
    with as_owner(sandbox) as connection:
        for table in old_tables(connection):
            keys = list(table.primary_key)
            rows = connection.execute(
                select(table).order_by(*(key.desc() for key in keys)).limit(3)
            ).all()
            for row in rows:
                values = row._asdict()
                this = and_(*(key == values[key.name] for key in keys))
                assert connection.execute(update(table).where(this).values(values)).rowcount == 1
                assert connection.execute(table.delete().where(this)).rowcount == 1
                connection.execute(insert(table).values(values))
                assert connection.execute(select(table).where(this)).one() == row
                done += 1
    assert done > 100


@ON_SQLITE
def test_fault_29_it_would_be_refused_by_a_step_that_takes(sandbox: Sandbox, world: World) -> None:
    """The run above does see it: what is called otherwise is refused to the older release."""
    assert world
    with as_owner(sandbox) as connection:
        visit = next(table for table in old_tables(connection) if table.name == "visit")
        row = connection.execute(select(visit).limit(1)).one()._asdict()
        connection.exec_driver_sql("ALTER TABLE visit RENAME COLUMN channel TO canal")
        connection.execute(visit.delete().where(visit.c.id == row["id"]))
        with pytest.raises(DBAPIError):
            connection.execute(insert(visit).values(row))


# -- both at once: the processes that run


def test_fault_29_numbers_say_who_can_work_on_which_tables() -> None:
    for tables, head, can in (
        ("0050", "0050", True),
        ("0053", "0050", True),  # the next release has migrated: steps only add
        ("0049", "0050", False),
        (None, "0050", False),
        ("c1-0054", "0050", False),  # something was taken away
        ("c1-0054", "c1-0054", True),
        ("c1-0060", "c1-0054", True),
        ("0053", "c1-0054", False),
    ):
        assert suits(tables, head) is can, (tables, head)


def test_fault_29_the_release_before_stays_in_service(
    sandbox: Sandbox, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between ``migrate`` and the reload: the proxy asks the old processes if they are ready."""
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(migrations, "find_head", lambda: "0001")
    assert client.get("/readyz").status_code == 200
    assert not migrations.is_behind(sandbox.settings)
    monkeypatch.setattr(migrations, "find_head", lambda: "9999")
    assert client.get("/readyz").status_code == 503
    assert migrations.is_behind(sandbox.settings)
    monkeypatch.setattr(migrations, "find_head", lambda: "c9-0001")
    assert client.get("/readyz").status_code == 503
