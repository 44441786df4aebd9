"""An ORM update that SQLAlchemy-Continuum keeps the versions of, to set ours beside.

``python -m assistedaccess.bench.continuum URL`` is a process of its own, as Continuum listens to
every mapper and session of the process that it is in. Each line it is sent is a number of
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

from sqlalchemy import Engine, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, configure_mappers, mapped_column

from assistedaccess.kernel.database import Database

ROW = UUID(int=1)


def is_installed() -> bool:
    """Whether there is a Continuum to measure (extra ``bench``)."""
    return find_spec("sqlalchemy_continuum") is not None


@contextmanager
def running(url: str) -> Iterator[Callable[[int], float]]:
    """Gives what takes a number of transactions and answers with how many it did a second."""
    process = subprocess.Popen(  # noqa: S603  (our own module)
        [sys.executable, "-m", __name__, url],
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
            raise RuntimeError("the process that measures Continuum has ended")
        return float(answer)

    with process:
        yield measure
        if process.stdin is not None:
            process.stdin.close()


def _serve(url: str) -> None:
    from sqlalchemy_continuum import make_versioned

    make_versioned(user_cls=None)

    class Base(DeclarativeBase):
        type_annotation_map = {UUID: Uuid()}

    class Place(Base):
        """As wide as the organisation that our own update renames."""

        __tablename__ = "bench_continuum"
        __versioned__: dict[str, object] = {}

        id: Mapped[UUID] = mapped_column(primary_key=True)
        name: Mapped[str]
        kind: Mapped[str]
        nation: Mapped[str]
        version: Mapped[int]

    configure_mappers()
    database = Database(url)
    engine = database.writing
    Base.metadata.drop_all(engine)
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
    database.dispose()


if __name__ == "__main__":
    _serve(sys.argv[1])
