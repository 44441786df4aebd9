"""Fixtures for the tests of the frame: an application that also has the pages of kitchen_sink.

Import them into a test module; ``settings`` gives each database its turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from assistedaccess.kernel.transactions import bind_database, get_database

from . import kitchen_sink
from .client import PageCheckingClient

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


@pytest.fixture
def frame_app(settings: Settings) -> Iterator[Flask]:
    """The application with every page of kitchen_sink."""
    app = kitchen_sink.make_app(settings)
    app.test_client_class = PageCheckingClient
    database = get_database()
    bind_database(database)
    yield app
    database.dispose()


@pytest.fixture
def frame(frame_app: Flask) -> PageCheckingClient:
    """A client that checks each page that it is shown."""
    client = frame_app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client
