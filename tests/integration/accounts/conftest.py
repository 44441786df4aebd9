"""Fixtures for the pages of signing in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.kernel import clock
from tests.factories.accounts import Wardrobe, wardrobe
from tests.support.clocks import Hand


@pytest.fixture
def hats_of(app: Flask) -> Iterator[Wardrobe]:
    """Which hats accounts have, without an organisation."""
    with wardrobe() as made:
        yield made


@pytest.fixture
def hand() -> Iterator[Hand]:
    """The clock stands at ten in the morning until the test moves it."""
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def other_client(app: Flask) -> FlaskClient:
    """A second browser."""
    return app.test_client()
