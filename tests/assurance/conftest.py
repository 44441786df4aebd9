"""Fixtures of the assurance tests: the world on each database, at a fixed time of day."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from tests.factories.world import World, make_world
from tests.support.contents import Contents
from tests.support.databases import Sandbox
from tests.support.snapshots import Snapshot

from .crawl import Crawl, crawl

MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


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


@pytest.fixture(scope="session")
def worlds() -> dict[str, tuple[World, Snapshot]]:
    """The world of each database of this worker, once it was made."""
    return {}


@pytest.fixture
def ticking() -> Iterator[Ticking]:
    """The clock of the test: a Monday morning, a while after the world was made."""
    made = Ticking(MORNING + timedelta(minutes=5))
    with clock.set_clock(made):
        yield made


@pytest.fixture
def world(
    sandbox: Sandbox, worlds: dict[str, tuple[World, Snapshot]], ticking: Ticking
) -> World:
    """Two organisations and all that is theirs, as they were made; for this test alone."""
    assert sandbox.app
    if sandbox.kind in worlds:
        worlds[sandbox.kind][1].restore()
    else:
        with clock.set_clock(Ticking(MORNING)):
            made = make_world()
        worlds[sandbox.kind] = made, Snapshot(sandbox)
    return worlds[sandbox.kind][0]


@pytest.fixture
def plain_client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client that does not look at each page (other tests do), and gets a 500 for a fault."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client = app.test_client()
    client.check_pages = False  # type: ignore[attr-defined]
    return client


@pytest.fixture(scope="session")
def crawls() -> dict[str, Crawl]:
    """What was seen on each database."""
    return {}


@pytest.fixture
def crawled(
    app: Flask,
    sandbox: Sandbox,
    world: World,
    crawls: dict[str, Crawl],
    monkeypatch: pytest.MonkeyPatch,
) -> Crawl:
    """Every page of side a as everybody who may open it saw it; walked once a worker."""
    if sandbox.kind not in crawls:
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        crawls[sandbox.kind] = crawl(app, sandbox.database, world.a)
    return crawls[sandbox.kind]


@pytest.fixture
def contents(sandbox: Sandbox, world: World) -> Iterator[Contents]:
    made = Contents(sandbox)
    yield made
    made.close()


@pytest.fixture
def stopped() -> Iterator[None]:
    """Nothing may differ because a minute went by."""
    with clock.set_clock(MORNING.replace(minute=6)):
        yield
