"""Each template is shown by somebody, and every template that is named exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.sources import TEMPLATES, application_modules, name_of, parse, tracked_files

REFERENCE = re.compile(r"""["']([\w/.-]+\.(?:html|txt|svg|xml))["']""")
OF_THE_DESIGN_SYSTEM = "govuk_frontend_jinja/"


def templates() -> set[str]:
    return {
        path.relative_to(TEMPLATES).as_posix()
        for path in tracked_files()
        if path.is_relative_to(TEMPLATES)
    }


def named_in_templates() -> Iterator[tuple[str, str]]:
    for name in templates():
        for named in REFERENCE.findall((TEMPLATES / name).read_text(encoding="utf-8")):
            yield named, name


def named_in_modules() -> Iterator[tuple[str, str]]:
    for path in application_modules():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"[\w/.-]+/[\w.-]+\.(html|txt|svg|xml)", node.value):
                    yield node.value, name_of(path)
            elif isinstance(node, ast.JoinedStr):
                yield (
                    "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "*"
                        for part in node.values
                    ),
                    name_of(path),
                )


def test_each_template_is_used() -> None:
    named = {name for name, _ in (*named_in_templates(), *named_in_modules())}
    patterns = [
        re.compile(re.escape(name).replace(r"\*", r"[\w-]+"))
        for name in named
        if "*" in name and name.endswith((".html", ".txt"))
    ]
    unused = {
        name
        for name in templates() - named
        if not any(pattern.fullmatch(name) for pattern in patterns)
    }
    assert not unused


def test_each_template_that_is_named_exists() -> None:
    there = templates()
    missing = {
        f"{name} (in {where})"
        for name, where in (*named_in_templates(), *named_in_modules())
        if "*" not in name
        and "/" in name
        and name.endswith(".html")
        and not name.startswith(OF_THE_DESIGN_SYSTEM)
        and name not in there
    }
    assert not missing
