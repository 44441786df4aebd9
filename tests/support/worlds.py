"""Fixtures of the world (tests/factories/world.py): made once a worker, given back to each test.

Import them into a conftest, or into the module that needs them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assistedaccess.kernel import clock
from tests.factories.world import World, make_world

from .contents import Contents
from .databases import Sandbox
from .snapshots import Snapshot

MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday. Tests begin five minutes later than the world."""

_worlds: dict[str, tuple[World, Snapshot]] = {}


class Ticking:
    """A clock that begins at a moment and then goes on as clocks do."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.began = time.monotonic()

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=time.monotonic() - self.began)

    def move(self, **by: float) -> None:
        """On by ``minutes=…`` and so on."""
        self.start += timedelta(**by)


@pytest.fixture
def ticking() -> Iterator[Ticking]:
    """The clock of the test."""
    made = Ticking(MORNING + timedelta(minutes=5))
    with clock.set_clock(made):
        yield made


@pytest.fixture
def world(sandbox: Sandbox, ticking: Ticking) -> World:
    """Two organisations and all that is theirs, as they were made; for this test alone."""
    assert sandbox.app
    if sandbox.kind in _worlds:
        _worlds[sandbox.kind][1].restore()
    else:
        # A record's languages are read from its templates, which takes an application.
        with clock.set_clock(Ticking(MORNING)), sandbox.app.app_context():
            made = make_world()
        _worlds[sandbox.kind] = made, Snapshot(sandbox)
    return _worlds[sandbox.kind][0]


@pytest.fixture
def contents(sandbox: Sandbox, world: World) -> Iterator[Contents]:
    """All rows of the world's database, as their owner reads them."""
    made = Contents(sandbox)
    yield made
    made.close()
