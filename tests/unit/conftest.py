"""Unit tests are about rules: no database, no network, and quick."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Iterator
from typing import NoReturn

import psycopg
import pytest

BUDGET_SECONDS = 3.0
"""Of this process's own computing for one test, all of hypothesis's examples included."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a unit test may not open a socket or a database: move it to integration")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _refuse)
    monkeypatch.setattr(socket.socket, "bind", _refuse)
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)
    monkeypatch.setattr(sqlite3, "connect", _refuse)
    monkeypatch.setattr(sqlite3.dbapi2, "connect", _refuse)
    monkeypatch.setattr(psycopg, "connect", _refuse)
    monkeypatch.setattr(psycopg.Connection, "connect", _refuse)


@pytest.fixture(autouse=True)
def _within_budget(_alone: None) -> Iterator[None]:
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < BUDGET_SECONDS, f"{took:.1f} s of computing, of {BUDGET_SECONDS} s"
