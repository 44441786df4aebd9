"""Every command leaves an audit event: each can reach record(), and run_transaction insists on it.

This reads the code; that a command which records nothing is rolled back is shown in
tests/integration/kernel/test_transactions.py.
"""

from __future__ import annotations

import ast
from collections import defaultdict

from tests.support.sources import APPLICATION, parse

RECORDERS = {"record", "record_look"}


def called_names(function: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names


def is_command(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "command"
        for decorator in function.decorator_list
    )


def test_every_command_can_reach_the_journal() -> None:
    mentions: dict[str, set[str]] = defaultdict(set)
    commands = []
    for path in sorted(APPLICATION.rglob("*.py")):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef):
                mentions[node.name] |= called_names(node)
                if is_command(node):
                    commands.append(node.name)
    assert commands
    reaching = set(RECORDERS)
    grew = True
    while grew:
        found = {name for name, uses in mentions.items() if uses & reaching}
        grew = not found <= reaching
        reaching |= found
    assert [name for name in commands if name not in reaching] == []


def test_every_command_takes_keyword_arguments_and_an_actor() -> None:
    wrong = []
    for path in sorted(APPLICATION.rglob("*.py")):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.FunctionDef) and is_command(node):
                names = {argument.arg for argument in node.args.kwonlyargs}
                if node.args.args or node.args.vararg or "actor" not in names:
                    wrong.append(f"{path.name}:{node.name}")
    assert wrong == []
