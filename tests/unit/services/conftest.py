"""The GOV.UK macros without the rest of the application, for the pages of forms."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader


@pytest.fixture(scope="module")
def _macros() -> Iterator[None]:
    app = Flask("pages")
    Babel(app)
    app.jinja_env.undefined = ChainableUndefined
    macros = PackageLoader("govuk_frontend_jinja")
    app.jinja_loader = ChoiceLoader([PrefixLoader({"govuk_frontend_jinja": macros})])  # type: ignore[assignment]
    with app.test_request_context():
        yield
