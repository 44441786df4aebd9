"""Fixtures of the assurance tests: the world on each database, and one walk through its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from tests.factories.world import World
from tests.support.databases import Sandbox
from tests.support.worlds import MORNING, contents, ticking, world

from .crawl import Crawl, crawl

__all__ = ["contents", "ticking", "world"]


@pytest.fixture
def stopped() -> Iterator[None]:
    """The clock stands: nothing may differ because a minute went by."""
    with clock.set_clock(MORNING.replace(minute=6)):
        yield


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
