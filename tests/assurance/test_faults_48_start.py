"""Faults 25 and 48: the signing key is lost, or the database is away when the server starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from assistedaccess import create_app
from assistedaccess.kernel.transactions import bind_database, get_database
from config import Settings
from tests.factories.world import World
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox

from .forms import post, read_forms


@contextmanager
def another(settings: Settings) -> Iterator[Flask]:
    """An application of a process that starts now."""
    before = get_database()
    try:
        yield create_app(settings)
    finally:
        get_database().dispose()
        bind_database(before)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_fault_48_it_starts_while_the_database_is_away_and_recovers_by_itself(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    url = make_url(sandbox.settings.database_url)
    folder = tmp_path / "away"
    away = url.update_query_dict({"host": str(folder)})
    settings = replace(sandbox.settings, database_url=away.render_as_string(hide_password=False))
    with another(settings) as app:
        client = app.test_client()
        for path in ("/healthz", "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "Traceback" not in answer.text
        assert client.get("/sign-in").status_code == 200  # what asks for nothing goes on
        folder.symlink_to(str(url.query["host"]))  # it is there now
        for path in ("/healthz", "/readyz", "/sign-in"):
            assert client.get(path).status_code == 200, path


def test_fault_25_another_signing_key_costs_an_open_page_and_nothing_else(
    sandbox: Sandbox, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    world.a.sign_in(plain_client, "helper")
    (form,) = read_forms(plain_client.get("/people/register"))
    before = contents.read()
    with another(
        replace(sandbox.settings, secret_key=b"another secret of thirty-two bytes")
    ) as app:
        client = app.test_client()
        client._cookies = plain_client._cookies  # type: ignore[attr-defined]  # the same browser
        refused = post(client, form.action, form.filled(name="Quentin Quick"))
        assert refused.status_code == 400
        assert "Quentin Quick" in refused.text  # to be copied, or sent again
        assert changed_tables(before, contents.read()) == []
        (again,) = read_forms(client.get("/people/register"))  # still signed in
        assert post(client, again.action, again.filled(name="Quentin Quick")).status_code == 303
