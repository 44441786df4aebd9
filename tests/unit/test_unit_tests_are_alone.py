"""The guard around unit tests (conftest.py) holds: else one would lean on a database unnoticed."""

from __future__ import annotations

import socket
import sqlite3

import psycopg
import pytest
from sqlalchemy import create_engine

REFUSED = "a unit test may not open"


def test_no_socket() -> None:
    with socket.socket() as opened, pytest.raises(AssertionError, match=REFUSED):
        opened.connect(("127.0.0.1", 9))


def test_no_sqlite() -> None:
    with pytest.raises(AssertionError, match=REFUSED):
        sqlite3.connect(":memory:")


def test_no_sqlite_through_sqlalchemy() -> None:
    with pytest.raises(AssertionError, match=REFUSED):
        create_engine("sqlite://").connect()


def test_no_postgresql() -> None:
    with pytest.raises(AssertionError, match=REFUSED):
        psycopg.connect("host=127.0.0.1 port=9")
