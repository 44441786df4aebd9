"""The journeys run on SQLite, as `make run` does; integration tests see to both databases."""

from __future__ import annotations

import pytest


@pytest.fixture
def database_kind() -> str:
    """One database."""
    return "sqlite"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
