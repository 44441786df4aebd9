"""Imports point one way, and rules are pure (pyproject.toml, tool.importlinter)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.sources import (
    APPLICATION,
    ROOT,
    application_modules,
    imported_names,
    name_of,
    parse,
)

IMPURE = {"flask", "flask_login", "flask_wtf", "sqlalchemy", "werkzeug", "wtforms"}


def test_imports_point_one_way() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_command_line_imports_the_assembly() -> None:
    # The package itself is in no layer: whoever imported create_app from below would tie a knot.
    assemblers = {"cli.py", "serving.py", "bench/scratch.py", "bench/server.py"}
    found = [
        f"{name_of(path)}:{line}"
        for path in application_modules()
        if path.is_relative_to(APPLICATION)
        and path.relative_to(APPLICATION).as_posix() not in assemblers
        for name, line in imported_names(parse(path))
        if name in ("assistedaccess", "assistedaccess.create_app", "assistedaccess.prepare")
    ]
    assert not found


@pytest.mark.parametrize(
    "path", [path for path in application_modules() if path.stem.startswith("rules")], ids=name_of
)
def test_rules_are_pure(path) -> None:
    # Covers rules_….py beside the rules.py that the import contract names.
    impure = [
        f"line {line}: {name}"
        for name, line in imported_names(parse(path))
        if name.partition(".")[0] in IMPURE
    ]
    assert not impure
