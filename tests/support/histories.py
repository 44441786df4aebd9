"""Three other ways to keep a history, what is done to them, and whether anything tells of it.

``python -m tests.support.histories KIND URL`` makes a thing in an empty database, changes it six
times, does what an attacker does and says, as JSON, what the strictest check that we could write
over what is kept makes of it. Neither product brings a check of its own. A process for itself:
Continuum listens to every mapper and session of the process that it is in.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, configure_mappers, mapped_column

NAMES = [f"Name {number}" for number in range(1, 7)]
THIRD = 2


class History(Protocol):
    """``table`` holds an entry a change; ``key`` orders them."""

    table: str
    key: str

    def begin(self, engine: Engine) -> Callable[[str], None]:
        """Make the tables; gives what renames the thing, as an application does."""

    def read(self, connection: Connection) -> list[tuple[int, str]]:
        """Key and name of each entry, the oldest first."""

    def write(self, connection: Connection, key: int, name: str) -> None:
        """Write another name into an entry."""

    def insert(self, connection: Connection, key: int, name: str) -> None:
        """Put an entry at a free key."""

    def holds(self, connection: Connection) -> bool:
        """Whether what is kept fits together, from entry to entry."""

    def straighten(self, connection: Connection) -> None:
        """Make it fit together again: what somebody does who knows the check."""


class Plain:
    """A table to which the application adds what it did."""

    table, key = "entry", "id"

    def begin(self, engine: Engine) -> Callable[[str], None]:
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE thing (id integer PRIMARY KEY, name text)"))
            connection.execute(text("CREATE TABLE entry (id integer PRIMARY KEY, name text)"))
            connection.execute(text("INSERT INTO thing VALUES (1, '')"))

        def rename(name: str) -> None:
            with engine.begin() as connection:
                connection.execute(text("UPDATE thing SET name = :name"), {"name": name})
                connection.execute(
                    text("INSERT INTO entry SELECT count(*) + 1, :name FROM entry"), {"name": name}
                )

        return rename

    def read(self, connection: Connection) -> list[tuple[int, str]]:
        return _rows(connection, "SELECT id, name FROM entry ORDER BY id")

    def write(self, connection: Connection, key: int, name: str) -> None:
        _do(connection, "UPDATE entry SET name = :name WHERE id = :key", key=key, name=name)

    def insert(self, connection: Connection, key: int, name: str) -> None:
        _do(connection, "INSERT INTO entry VALUES (:key, :name)", key=key, name=name)

    def holds(self, connection: Connection) -> bool:
        keys = [key for key, _name in self.read(connection)]
        return keys == list(range(1, len(keys) + 1))

    def straighten(self, connection: Connection) -> None:
        for number, (key, _name) in enumerate(self.read(connection), 1):
            _do(connection, "UPDATE entry SET id = :number WHERE id = :key", number=number, key=key)


class _Base(DeclarativeBase):
    pass


class _OrmHistory:
    """A thing whose changes a product notes."""

    def _note(self) -> None:
        raise NotImplementedError

    def _make_tables(self, engine: Engine) -> None:
        _Base.metadata.create_all(engine)

    def begin(self, engine: Engine) -> Callable[[str], None]:
        self._note()

        class Thing(_Base):
            __tablename__ = "thing"
            __versioned__: dict[str, object] = {}
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str]

        configure_mappers()
        self._make_tables(engine)
        with Session(engine) as session:
            session.add(Thing(id=1, name=""))
            session.commit()

        def rename(name: str) -> None:
            with Session(engine) as session:
                session.get_one(Thing, 1).name = name
                session.commit()

        return rename


class Continuum(_OrmHistory):
    """SQLAlchemy-Continuum: a version a change, with the transaction that ended it."""

    table, key = "thing_version", "transaction_id"

    def _note(self) -> None:
        from sqlalchemy_continuum import make_versioned

        make_versioned(user_cls=None)

    def read(self, connection: Connection) -> list[tuple[int, str]]:
        return _rows(
            connection, "SELECT transaction_id, name FROM thing_version ORDER BY transaction_id"
        )

    def write(self, connection: Connection, key: int, name: str) -> None:
        _do(
            connection,
            "UPDATE thing_version SET name = :name WHERE transaction_id = :key",
            key=key,
            name=name,
        )

    def insert(self, connection: Connection, key: int, name: str) -> None:
        _do(
            connection,
            "INSERT INTO thing_version (id, name, transaction_id, operation_type) "
            "VALUES (1, :name, :key, 1)",
            key=key,
            name=name,
        )

    def holds(self, connection: Connection) -> bool:
        rows = connection.execute(
            text("SELECT transaction_id, end_transaction_id FROM thing_version ORDER BY 1")
        ).all()
        begun = [row[0] for row in rows]
        return [row[1] for row in rows] == [*begun[1:], None]

    def straighten(self, connection: Connection) -> None:
        keys = [key for key, _name in self.read(connection)]
        for key, end in zip(keys, [*keys[1:], None], strict=True):
            _do(
                connection,
                "UPDATE thing_version SET end_transaction_id = :end WHERE transaction_id = :key",
                key=key,
                end=end,
            )


class PostgresqlAudit(_OrmHistory):
    """postgresql-audit: triggers that note each change with what stood there before."""

    table, key = "activity", "id"

    def _note(self) -> None:
        from postgresql_audit import versioning_manager

        versioning_manager.init(_Base)

    def _make_tables(self, engine: Engine) -> None:
        from postgresql_audit import versioning_manager

        # Its functions come with its own tables, and have to be there before the trigger.
        for own in (versioning_manager.transaction_cls, versioning_manager.activity_cls):
            own.__table__.create(engine)
        super()._make_tables(engine)

    def read(self, connection: Connection) -> list[tuple[int, str]]:
        return _rows(connection, "SELECT id, changed_data->>'name' FROM activity ORDER BY id")

    def write(self, connection: Connection, key: int, name: str) -> None:
        _do(
            connection,
            "UPDATE activity SET changed_data = jsonb_build_object('name', CAST(:name AS text)) "
            "WHERE id = :key",
            key=key,
            name=name,
        )

    def insert(self, connection: Connection, key: int, name: str) -> None:
        columns = [
            row[0]
            for row in connection.execute(
                text(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_name = 'activity' AND column_name <> 'id'"
                )
            )
        ]
        listed = ", ".join(f'"{column}"' for column in columns)
        _do(
            connection,
            f"INSERT INTO activity (id, {listed}) SELECT :key, {listed} FROM activity "  # noqa: S608
            "WHERE id = (SELECT max(id) FROM activity)",
            key=key,
        )
        self.write(connection, key, name)

    def _states(self, connection: Connection) -> list[tuple[int, Any, str]]:
        rows = connection.execute(
            text("SELECT id, old_data->>'name', changed_data->>'name' FROM activity ORDER BY id")
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def holds(self, connection: Connection) -> bool:
        states = self._states(connection)
        return all(
            before == earlier for (_, _, earlier), (_, before, _) in itertools.pairwise(states)
        )

    def straighten(self, connection: Connection) -> None:
        earlier = None
        for key, _before, after in self._states(connection):
            if earlier is not None:
                _do(
                    connection,
                    "UPDATE activity SET old_data = "
                    "jsonb_set(old_data, '{name}', to_jsonb(CAST(:earlier AS text))) "
                    "WHERE id = :key AND old_data IS NOT NULL",
                    key=key,
                    earlier=earlier,
                )
            earlier = after


def _rows(connection: Connection, statement: str) -> list[tuple[int, str]]:
    return [(row[0], row[1]) for row in connection.execute(text(statement))]


def _do(connection: Connection, statement: str, **values: Any) -> None:
    connection.execute(text(statement), values)


# -- what is done


def update(history: History, connection: Connection) -> None:
    """Another name in an entry."""
    history.write(connection, _key(history, connection, THIRD), "Another")


def delete(history: History, connection: Connection) -> None:
    """An entry is gone."""
    _remove(history, connection, _key(history, connection, THIRD))


def insert(history: History, connection: Connection) -> None:
    """One more between two others."""
    key = _key(history, connection, THIRD)
    for by in (1000, -999):
        _do(
            connection,
            f"UPDATE {history.table} SET {history.key} = {history.key} + :by "  # noqa: S608
            f"WHERE {history.key} > :key",
            by=by,
            key=key,
        )
    history.insert(connection, key + 1, "Another")


def reorder(history: History, connection: Connection) -> None:
    """Two change places."""
    (one, name), (other, another) = history.read(connection)[THIRD : THIRD + 2]
    history.write(connection, one, another)
    history.write(connection, other, name)


def replay(history: History, connection: Connection) -> None:
    """An earlier one once more at the end."""
    rows = history.read(connection)
    history.insert(connection, rows[-1][0] + 1, rows[THIRD][1])
    _do(connection, "UPDATE thing SET name = :name", name=rows[THIRD][1])


def cut(history: History, connection: Connection) -> None:
    """The last two are gone, and the thing is as it was before: so is a backup of then."""
    rows = history.read(connection)
    for key, _name in rows[-2:]:
        _remove(history, connection, key)
    _do(connection, "UPDATE thing SET name = :name", name=rows[-3][1])


def rewrite(history: History, connection: Connection) -> None:
    """Every entry says something else."""
    for key, name in history.read(connection):
        history.write(connection, key, f"Not {name}")
    _do(connection, "UPDATE thing SET name = 'Not ' || name")


def _key(history: History, connection: Connection, place: int) -> int:
    return history.read(connection)[place][0]


def _remove(history: History, connection: Connection, key: int) -> None:
    _do(
        connection,
        f"DELETE FROM {history.table} WHERE {history.key} = :key",  # noqa: S608
        key=key,
    )


ATTACKS = (update, delete, insert, reorder, replay, cut, rewrite)
KINDS: dict[str, Callable[[], History]] = {
    "plain": Plain,
    "continuum": Continuum,
    "postgresql-audit": PostgresqlAudit,
}


def _fits(history: History, connection: Connection) -> bool:
    newest = connection.execute(text("SELECT name FROM thing")).scalar_one()
    return history.holds(connection) and history.read(connection)[-1][1] == newest


def try_attacks(history: History, engine: Engine) -> dict[str, tuple[bool, bool]]:
    """By attack: whether it is told, and whether it is still told once it has been straightened."""
    rename = history.begin(engine)
    for name in NAMES:
        rename(name)
    told = {}
    for attack in ATTACKS:
        with _rolled_back(engine) as connection:
            # Triggers are the owner's to turn off, and these are no part of what is kept.
            if engine.dialect.name == "postgresql":
                _do(connection, "ALTER TABLE thing DISABLE TRIGGER USER")
            assert _fits(history, connection), "nothing has been done yet"
            attack(history, connection)
            careless = not _fits(history, connection)
            history.straighten(connection)
            _do(connection, "UPDATE thing SET name = :name", name=history.read(connection)[-1][1])
            told[attack.__name__] = careless, not _fits(history, connection)
    return told


@contextmanager
def _rolled_back(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()


if __name__ == "__main__":
    print(json.dumps(try_attacks(KINDS[sys.argv[1]](), create_engine(sys.argv[2]))))
