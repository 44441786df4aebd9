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

    from assistedaccess.kernel.database import Database
    from config import Settings


_made: dict[str, tuple[Flask, Database]] = {}


@pytest.fixture
def frame_app(settings: Settings) -> Iterator[Flask]:
    """The application with every page of kitchen_sink; made once a worker and database."""
    if settings.database_url not in _made:
        app = kitchen_sink.make_app(settings)
        app.test_client_class = PageCheckingClient
        _made[settings.database_url] = app, get_database()
    app, database = _made[settings.database_url]
    database.remembered.clear()
    bind_database(database)
    yield app
    database.dispose()


@pytest.fixture
def frame(frame_app: Flask) -> PageCheckingClient:
    """A client that checks each page that it is shown."""
    client = frame_app.test_client()
    assert isinstance(client, PageCheckingClient)
    return client
