"""An application that is nothing but the frame: no database, no feature."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask

from assistedaccess import web
from assistedaccess.kernel.places import find_place


@pytest.fixture(scope="module")
def bare_app() -> Flask:
    """The layout, the components, the fields and the languages."""
    app = Flask("assistedaccess", template_folder=str(find_place("templates")))
    app.config.update(
        SECRET_KEY="only for tests",
        SETTINGS=SimpleNamespace(is_demo=False, trusted_proxies=0),
        WTF_CSRF_ENABLED=False,
        TESTING=True,
    )
    web.register(app)
    return app


@pytest.fixture
def in_request(bare_app: Flask) -> Iterator[Flask]:
    """Inside a GET of the start page."""
    with bare_app.test_request_context("/"):
        yield bare_app
