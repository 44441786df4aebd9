"""Fixtures of the assurance tests: the world on each database, and one walk through its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from tests.support.worlds import MORNING, Ticking, contents, ticking, world

from .crawl import crawled

__all__ = ["contents", "crawled", "ticking", "world"]


@pytest.fixture
def stopped(ticking: Ticking) -> Iterator[None]:
    """The clock stands: nothing may differ because a minute went by.

    After ``ticking``, which a world brings along and which would set it going again.
    """
    with clock.set_clock(MORNING.replace(minute=6)):
        yield


@pytest.fixture
def plain_client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client that does not look at each page (other tests do), and gets a 500 for a fault."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    client = app.test_client()
    client.check_pages = False  # type: ignore[attr-defined]
    return client
