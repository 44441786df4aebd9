"""Every template compiles with the filters, tests and functions that the application gives it, and
does so once."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment

from tests.support.sources import TEMPLATES, name_of, tracked_files


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The application's own."""
    from assistedaccess import create_app
    from tests.support.databases import make_settings

    folder = tmp_path_factory.mktemp("data")
    return create_app(make_settings(f"sqlite:///{folder / 'none.sqlite3'}", folder)).jinja_env


@pytest.mark.parametrize(
    "path", [path for path in tracked_files() if path.is_relative_to(TEMPLATES)], ids=name_of
)
def test_the_template_compiles(path: Path, environment: Environment) -> None:
    name = path.relative_to(TEMPLATES).as_posix()
    environment.compile(path.read_text(encoding="utf-8"), name, str(path))


def test_no_template_is_compiled_a_second_time(environment: Environment) -> None:
    """Whoever goes round all pages would find, with Jinja's own limit of 400, none of them made."""
    names = environment.list_templates()
    made = [environment.get_template(name) for name in names]
    assert all(environment.get_template(name) is one for name, one in zip(names, made, strict=True))
