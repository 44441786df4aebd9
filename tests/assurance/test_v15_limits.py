"""V15.2.2: a statement that takes too long is ended by the database, and V14.2.2: no proxy keeps a
page.

The limit is the database role's own (docs/operating.md): a session that set it would leak it
through a pooler. So it is given here as an operator gives it, and met through a page.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import event, make_url

from tests.factories import people
from tests.support.databases import APPLICATION_ROLE, PostgresSandbox, Sandbox
from tests.support.sources import ROOT


@contextmanager
def limited(sandbox: PostgresSandbox, limit: str) -> Iterator[None]:
    """The application's role may let no statement run for longer, in this test's database."""
    name = make_url(sandbox.settings.database_url).database
    assert name is not None
    of = sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(
        sql.Identifier(APPLICATION_ROLE), sql.Identifier(name)
    )
    sandbox._superuser.execute(of + sql.SQL("SET statement_timeout = {}").format(limit))
    sandbox.database.dispose()  # what is connected already has no limit
    try:
        yield
    finally:
        sandbox._superuser.execute(of + sql.SQL("RESET statement_timeout"))
        sandbox.database.dispose()


@contextmanager
def slow(sandbox: Sandbox, table: str) -> Iterator[None]:
    """Whatever reads that table takes a minute, as one without an index would."""

    def wait(_connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if f"FROM {table}" in statement:
            cursor.execute("SELECT pg_sleep(60)")

    event.listen(sandbox.database.engine, "before_cursor_execute", wait)
    try:
        yield
    finally:
        event.remove(sandbox.database.engine, "before_cursor_execute", wait)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_v15_2_2_a_statement_that_takes_too_long_is_ended(
    sandbox: Sandbox, plain_client: FlaskClient
) -> None:
    assert isinstance(sandbox, PostgresSandbox)
    people.sign_in(plain_client, people.make_helper(people.make_desk(), "manager"))
    with limited(sandbox, "500ms"):
        assert plain_client.get("/data-requests").status_code == 200
        with slow(sandbox, "data_request"):
            began = time.monotonic()
            answer = plain_client.get("/data-requests")
            assert time.monotonic() - began < 30  # a busy machine; without the limit it is a minute
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert "pg_sleep" not in answer.text
        assert plain_client.get("/data-requests").status_code == 200  # and nobody is held up


def test_v14_2_2_no_shipped_proxy_keeps_a_page() -> None:
    """Beside each page's no-store: neither configuration has a cache to put one into."""
    for name in ("haproxy.cfg", "Caddyfile"):
        text = (ROOT / "deploy" / name).read_text("utf-8")
        said = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        assert "proxy" in said or "backend" in said
        assert re.findall(r"\bcache(?:-use|-store)?\b", said) == [], name
