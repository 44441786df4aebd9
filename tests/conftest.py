"""Fixtures for all tests: an application on each database, a client, a browser.

``app`` and what stands on it run twice in tests/integration, on SQLite and on PostgreSQL. Every
test begins with a clean database. A machine without PostgreSQL or Chromium skips what needs them;
``REQUIRE_POSTGRES=1`` and ``REQUIRE_BROWSER=1`` (as CI has them) make that a failure.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support import run_folder

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

    from assistedaccess.kernel.database import Database
    from config import Settings
    from tests.support.databases import Sandbox, Sandboxes

hypothesis_settings.register_profile(
    "short",
    deadline=None,  # two cores and many workers: time says nothing about the code
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
hypothesis_settings.load_profile("short")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        run_folder.make_run_folder()
    run_folder.keep_compiled_templates()


def pytest_collection_finish() -> None:
    # The tests and all that they import stay until the end: looking through them again and again
    # for garbage would take a tenth of the run, as it would of a server's (serving.py).
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and run_folder.VARIABLE in os.environ:
        run_folder.remove_run_folder()


def do_without(what: str, variable: str, reason: Exception) -> NoReturn:
    """Skip the test, or fail it where the machine is required to have ``what``."""
    if os.environ.get(variable, "0") not in ("", "0"):
        pytest.fail(f"{variable} is set, but: {reason}", pytrace=False)
    pytest.skip(f"NOT TESTED without {what}: {reason}")


@pytest.fixture(
    params=[
        pytest.param("sqlite", marks=pytest.mark.sqlite),
        pytest.param("postgresql", marks=pytest.mark.postgresql),
    ]
)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other. tests/journeys/conftest.py chooses one."""
    return str(request.param)


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[Sandboxes]:
    """This worker's installations."""
    from tests.support.databases import Sandboxes

    made = Sandboxes()
    yield made
    made.close()


@pytest.fixture
def sandbox(database_kind: str, sandboxes: Sandboxes) -> Sandbox:
    """The installation on that database, with a clean slate."""
    from tests.support.postgres import NoPostgres

    try:
        found = sandboxes.get(database_kind)
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)
    found.begin_test()
    return found


@pytest.fixture
def settings(sandbox: Sandbox) -> Settings:
    """The settings of ``app``."""
    return sandbox.settings


@pytest.fixture
def app(sandbox: Sandbox) -> Flask:
    """The application, bound to this test's database; commands can be called as they are."""
    return sandbox.app


@pytest.fixture
def database(sandbox: Sandbox) -> Database:
    """The engines of ``app``."""
    return sandbox.database


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a page: keeps its cookies."""
    return app.test_client()


@pytest.fixture
def empty_settings(database_kind: str) -> Iterator[Settings]:
    """Settings of an installation whose database has no table yet."""
    from tests.support.databases import empty_database
    from tests.support.postgres import NoPostgres

    try:
        with empty_database(database_kind) as settings:
            yield settings
    except NoPostgres as error:
        do_without("PostgreSQL", "REQUIRE_POSTGRES", error)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium, for all journeys of a worker."""
    from tests.support.browser import NoBrowser, open_browser

    try:
        with open_browser() as opened:
            yield opened
    except NoBrowser as error:
        do_without("Chromium", "REQUIRE_BROWSER", error)


@pytest.fixture(scope="session")
def live_servers() -> Iterator[Callable[[Sandbox], str]]:
    """Serves a sandbox, once a worker, and gives its address."""
    from contextlib import ExitStack

    from tests.support.browser import serve

    addresses: dict[str, str] = {}
    with ExitStack() as stack:

        def address_of(sandbox: Sandbox) -> str:
            if sandbox.kind not in addresses:
                addresses[sandbox.kind] = stack.enter_context(serve(sandbox.app))
            return addresses[sandbox.kind]

        yield address_of


@pytest.fixture
def live_server(sandbox: Sandbox, live_servers: Callable[[Sandbox], str]) -> str:
    """The address of ``app``."""
    return live_servers(sandbox)


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page of a browser in which nobody is signed in."""
    from tests.support.browser import open_page

    with open_page(browser, live_server) as opened:
        yield opened


@pytest.fixture
def page_without_javascript(browser: Browser, live_server: str) -> Iterator[Page]:
    """The same, with JavaScript turned off."""
    from tests.support.browser import open_page

    with open_page(browser, live_server, javascript=False) as opened:
        yield opened
