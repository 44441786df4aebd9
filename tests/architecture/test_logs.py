"""What our own modules log are words of the program; values go into named fields (kernel.logs)."""

from __future__ import annotations

import ast

from assistedaccess.kernel.logs import FIELDS
from tests.support.sources import ROOT

SAYS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
OF_STRUCTLOG = {"exc_info"}


def find_wrong(source: str) -> list[str]:
    """The calls of ``log`` whose words are put together, or that have other fields."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        on = node.func
        if not (isinstance(on, ast.Attribute) and isinstance(on.value, ast.Name)):
            continue
        if on.value.id not in {"log", "logger"} or on.attr not in SAYS:
            continue
        words = [type(each) for each in node.args] == [ast.Constant]
        fields = {each.arg for each in node.keywords if each.arg} - OF_STRUCTLOG
        if not words or fields - FIELDS.keys():
            wrong.append(ast.unparse(node))
    return wrong


def test_what_is_logged_is_constant_words_and_known_fields() -> None:
    wrong, found = [], 0
    for path in sorted((ROOT / "assistedaccess").rglob("*.py")):
        source = path.read_text("utf-8")
        found += "logs.get_logger(__name__)" in source
        wrong += [f"{path.name}: {each}" for each in find_wrong(source)]
        if "logging.getLogger(__name__)" in source or "logger." in source.replace("structlog.", ""):
            wrong.append(f"{path.name}: a logger that is not of kernel.logs")
    assert not wrong
    assert found > 6


def test_the_probe_sees() -> None:
    assert find_wrong('log.warning(f"not found: {name}")')
    assert find_wrong('log.info("found", name=name)')
    assert find_wrong('log.error("found %s", name)')
    assert not find_wrong('log.error("found", reference=reference, exc_info=error)')
