"""The project's own files, for the tests that read them instead of running them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPLICATION = ROOT / "assistedaccess"
TEMPLATES = ROOT / "templates"


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git knows or would add: what a clone of the next commit holds."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = sorted(ROOT / name for name in set(listed.stdout.split("\0")) if name)
    return tuple(path for path in paths if path.is_file())


def application_modules() -> tuple[Path, ...]:
    """The modules that run in production: the package, the settings and the migrations."""
    return tuple(
        path
        for path in tracked_files()
        if path.suffix == ".py"
        and (path.is_relative_to(APPLICATION) or path.parent == ROOT or "migrations" in path.parts)
    )


@cache
def parse(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def imported_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every absolute module or ``module.name`` that is imported, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def called_name(call: ast.Call) -> str:
    """``a.b.c`` of a call ``a.b.c(…)``, or nothing when the callee is an expression."""
    parts: list[str] = []
    target = call.func
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    if not isinstance(target, ast.Name):
        return ""
    return ".".join([target.id, *reversed(parts)])
