"""An ORM update of which another product keeps a history, to set ours beside: SQLAlchemy-Continuum,
which writes a version, and postgresql-audit, by whose triggers PostgreSQL notes it.

``python -m assistedaccess.bench.other_histories KIND URL`` is a process of its own, as both listen
to every mapper and session of the process that they are in. Each line it is sent is a number of
transactions; it answers with how many it did a second.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from uuid import UUID

from sqlalchemy import Engine, Uuid, make_url, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, configure_mappers, mapped_column

from assistedaccess.kernel.database import Database

ROW = UUID(int=1)
CONTINUUM, POSTGRESQL_AUDIT = "sqlalchemy_continuum", "postgresql_audit"


def list_kinds(url: str) -> list[str]:
    """Those that are installed (extra ``bench``) and keep a history in such a database."""
    kinds = [CONTINUUM, POSTGRESQL_AUDIT] if url.startswith("postgresql") else [CONTINUUM]
    return [kind for kind in kinds if find_spec(kind) is not None]


@contextmanager
def running(kind: str, url: str) -> Iterator[Callable[[int], float]]:
    """Gives what takes a number of transactions and answers with how many it did a second."""
    process = subprocess.Popen(  # noqa: S603  (our own module)
        [sys.executable, "-m", __name__, kind, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def measure(transactions: int) -> float:
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018
        process.stdin.write(f"{transactions}\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that measures {kind} has ended")
        return float(answer)

    with process:
        yield measure
        if process.stdin is not None:
            process.stdin.close()


def _serve(kind: str, url: str) -> None:
    class Base(DeclarativeBase):
        type_annotation_map = {UUID: Uuid()}

    first = []
    if kind == CONTINUUM:
        from sqlalchemy_continuum import make_versioned

        make_versioned(user_cls=None)
    else:
        from postgresql_audit import versioning_manager

        versioning_manager.init(Base)
        # Its functions come with its own tables, and have to be there before the trigger.
        own = (versioning_manager.transaction_cls, versioning_manager.activity_cls)
        first = [each.__table__ for each in own]

    class Place(Base):
        """As wide as the organisation that our own update renames."""

        __tablename__ = "bench_history"
        __versioned__: dict[str, object] = {}

        id: Mapped[UUID] = mapped_column(primary_key=True)
        name: Mapped[str]
        kind: Mapped[str]
        nation: Mapped[str]
        version: Mapped[int]

    configure_mappers()
    database = Database(_make_schema(kind, url))
    engine = database.writing
    Base.metadata.drop_all(engine)
    for table in first:
        table.create(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Place(id=ROW, name="Hilltown", kind="council", nation="england", version=1))
        session.commit()

    def rename(engine: Engine, number: int) -> None:
        with Session(engine) as session:
            session.get_one(Place, ROW).name = f"Renamed {number}"
            session.commit()

    for line in sys.stdin:
        transactions = int(line)
        begun = time.perf_counter()
        for number in range(transactions):
            rename(engine, number)
        print(transactions / (time.perf_counter() - begun), flush=True)
    Base.metadata.drop_all(engine)
    database.dispose()


def _make_schema(kind: str, url: str) -> str:
    """The address of a place of its own: both products call a table ``transaction``, and the
    triggers of postgresql-audit know none but the schema ``public``."""
    if kind == POSTGRESQL_AUDIT or not url.startswith("postgresql"):
        return url
    database = Database(url)
    with database.writing.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {kind}"))
    database.dispose()
    place = make_url(url).update_query_dict({"options": f"-csearch_path={kind}"})
    return place.render_as_string(hide_password=False)


if __name__ == "__main__":
    _serve(*sys.argv[1:])
