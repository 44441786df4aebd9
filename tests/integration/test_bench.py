"""Measuring works, leaves nothing behind, and no main page sends more statements than is aimed at.

Nothing here is timed: how long a page took is for ``make bench`` to say.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from assistedaccess.audit.journal import VERSION, canonical
from assistedaccess.audit.verify import verify_journal
from assistedaccess.bench import aims, command, filling, filling_journal
from assistedaccess.bench.aims import Page, Series
from assistedaccess.bench.browser import PageFailed
from assistedaccess.bench.cast import make_cast
from assistedaccess.cli import main
from assistedaccess.kernel.transactions import reading
from tests.conftest import do_without
from tests.support import postgres
from tests.support.postgres import NoPostgres
from tests.support.statements import BY_CONTROLS

pytestmark = pytest.mark.usefixtures("_no_settings")
MORE = {
    # One spoken yes in ten is drawn into the auditors' sample: one event more, in two statements.
    # Of people whom only this helper can reach, as these, a second look waits: three more.
    "assist_yes": 2 + 3,
    # What the controls ask of an act that gives somebody power.
    "grant_confirm": BY_CONTROLS,
}
TINY = ("--scale", "0.02", "--rounds", "2", "--events", "1000", "--json")


@pytest.fixture
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTEDACCESS_ENV", "test")
    monkeypatch.setenv("ASSISTEDACCESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ASSISTEDACCESS_DATABASE_URL", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def server_url(database_kind: str) -> str:
    """The address to measure on; none for SQLite."""
    if database_kind == "sqlite":
        return ""
    try:
        return postgres.get_server()
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """``assistedaccess bench`` as an operator runs it."""
    return subprocess.run(
        [sys.executable, "-m", "assistedaccess.cli", "bench", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_tiny_run_measures_every_page_within_its_statements(
    database_kind: str, server_url: str, tmp_path: Path
) -> None:
    address = ["--postgresql", server_url] if server_url else []
    done = bench(*TINY, "--only", database_kind, *address)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)["databases"]
    assert found["people"] == 20
    assert found["events"] >= 400
    pages = {page["key"]: page for page in found["pages"]}
    assert set(pages) == set(aims.BY_KEY)
    too_many = {
        key: page["statements"]
        for key, page in pages.items()
        if page["statements"] > aims.MOST_STATEMENTS[page["method"]] + MORE.get(key, 0)
    }
    assert not too_many
    assert all(page["statements"] > 0 for key, page in pages.items() if key != "sign_in")
    assert all(page["median_ms"] > 0 < page["bare_ms"] for page in pages.values())
    assert found["grant"]["statements"] == sum(
        pages[page.key]["statements"] for page in aims.PAGES if page.of_grant
    )
    ratios = {ratio["key"]: ratio for ratio in found["ratios"]}
    assert ratios["scan"]["value"] > 0
    for act in ("contact", "address", "grant", "claim", "payee"):
        assert ratios[f"controls_{act}"]["value"] > 0
        assert 0 < ratios[f"controls_{act}_statements"]["value"] <= BY_CONTROLS
    assert found["large_events"] == 1_000
    assert [page["key"] for page in found["journal"]] == list(aims.JOURNAL)
    assert all(page["statements"] <= aims.MOST_STATEMENTS["GET"] for page in found["journal"])
    assert not list(tmp_path.glob("assistedaccess-bench-*")), "a folder is left behind"
    if server_url:
        assert not _list_scratch_databases(server_url)


def _list_scratch_databases(server_url: str) -> list[str]:
    url = make_url(server_url).set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'assistedaccess_bench_%'"
        )
        return [row[0] for row in rows]


@pytest.mark.usefixtures("app")
def test_a_journal_that_was_filled_in_bulk_can_be_verified() -> None:
    cast = make_cast(20)
    filling.fill_people(cast, 20, lambda *_: None)
    filling_journal.fill_journal(cast, 90, lambda *_: None)
    filling_journal.enlarge_journal(cast, 250, lambda *_: None)
    with reading():
        report = verify_journal()
    assert report.ok, report.words()
    assert report.events > 340


def test_what_is_written_quickly_is_canonical() -> None:
    event = {"v": VERSION, "action": "person.opened", "lane_seq": 7, "person_id": None, "b": b"1"}
    assert filling_journal.quick_canonical(event) == canonical(event)


def test_a_page_that_fails_is_told_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PageFailed("GET /today answered 500")

    monkeypatch.setattr(command, "measure", fail)
    done = CliRunner().invoke(main, ["bench", "--only", "sqlite"])
    assert done.exit_code == 1
    assert "GET /today answered 500" in done.output


def test_postgresql_alone_needs_an_address() -> None:
    done = CliRunner().invoke(main, ["bench", "--only", "postgresql"])
    assert done.exit_code == 2
    assert "--postgresql" in done.output


def test_a_server_that_is_not_there_is_a_sentence() -> None:
    done = CliRunner().invoke(
        main, ["bench", "--only", "postgresql", "--postgresql", "postgresql://127.0.0.1:1/x"]
    )
    assert done.exit_code == 1
    assert "PostgreSQL cannot be reached" in done.output


def test_misses_are_named() -> None:
    slow = Series(milliseconds=[40.0, 41.0, 39.0], bare_ms=[10.0] * 3, statements=[12, 13, 12])
    figures = aims.sum_up(Page("today", "Today", near_bare=True), slow)
    assert (figures.median_ms, figures.times_bare, figures.statements) == (40.0, 4.0, 13)
    assert figures.misses == ("over 12 statements", "over 3 × bare")
    quick = Series(milliseconds=[20.0], bare_ms=[10.0], statements=[12])
    assert aims.sum_up(Page("today", "Today", near_bare=True), quick).misses == ()
    assert aims.percentile([1.0, 2.0, 3.0, 4.0, 5.0], 95) == pytest.approx(4.8)


def test_a_grant_is_the_sum_of_its_posts_each_time() -> None:
    parts = [page.key for page in aims.PAGES if page.of_grant]
    measured = {
        key: Series(milliseconds=[9.0, 1.0], bare_ms=[2.0, 2.0], statements=[4, 5]) for key in parts
    }
    grant = aims.sum_up_grant(measured)
    assert grant is not None
    assert grant.median_ms == len(parts) * 5.0
    assert grant.statements == len(parts) * 5
    assert grant.misses == ()
