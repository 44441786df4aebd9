"""V1.3.6: nothing that somebody typed makes the server open a connection.

Where it sends (messages, forms, timestamps, a scanner, card payments) stands in the settings. So
only the modules that send may hold the means to, and no form asks for an address to open.
"""

from __future__ import annotations

import ast

from tests.support.sources import APPLICATION, parse

REACHES_OUT = ("socket", "ssl", "smtplib", "http.client", "urllib.request", "requests", "httpx")
SENDERS = {
    "applications/delivering.py",  # a function of the settings: where forms are sent as data
    "applications/govuk_pay.py",
    "applications/scanning.py",
    "bench/browser.py",  # a bench on the loopback alone
    "bench/server.py",
    "kernel/watchdog.py",  # a socket of this machine alone, that systemd names (AF_UNIX)
    "notices/senders_http.py",
    "notices/senders_notify.py",
    "notices/senders_smtp.py",
    "notices/senders_timestamp.py",
}


def test_the_watchdog_knows_no_socket_but_this_machines() -> None:
    families = {
        node.attr
        for node in ast.walk(parse(APPLICATION / "kernel/watchdog.py"))
        if isinstance(node, ast.Attribute) and node.attr.startswith("AF_")
    }
    assert families == {"AF_UNIX"}


def list_imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def test_v1_3_6_only_senders_can_reach_out() -> None:
    reaching = {
        path.relative_to(APPLICATION).as_posix()
        for path in APPLICATION.rglob("*.py")
        if list_imports(parse(path)) & set(REACHES_OUT)
    }
    assert reaching - SENDERS == set()
    assert "notices/senders_smtp.py" in reaching  # it does see them


def test_v1_3_6_no_form_is_asked_for_an_address_to_open() -> None:
    fields = [
        (path.name, node.func.id)
        for path in APPLICATION.rglob("forms*.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if "url" in node.func.id.lower()
    ]
    assert fields == []
