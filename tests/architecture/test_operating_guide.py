"""What README and the operators' guide name is there: settings, make targets, commands, timers."""

from __future__ import annotations

import re

import click
import pytest

from assistedaccess.cli import main
from tests.support.sources import ROOT

README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
BOTH = pytest.mark.parametrize("text", [README, GUIDE], ids=["README.md", "operating.md"])


def part(title: str) -> str:
    """The guide's section of that title."""
    return GUIDE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(table: str) -> str:
    return "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))


def code(text: str) -> list[str]:
    """Each line of a block, and each span."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return lines + re.findall(r"`([^`\n]+)`", prose)


def test_every_setting_that_is_read_is_in_the_table_and_no_other() -> None:
    read = re.findall(r'read(?:\(|, )"([A-Z_]+)"', (ROOT / "config.py").read_text("utf-8"))
    assert len(set(read)) > 30
    assert set(re.findall(r"`([A-Z_]+)`", first_cells(part("Settings")))) == set(read)


@BOTH
def test_every_target_that_is_named_can_be_made(text: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = [found[1] for each in code(text) if (found := re.match(r"make ([a-z-]+)", each))]
    assert len(named) > 5
    assert set(named) <= set(targets)


@BOTH
def test_every_command_that_is_named_takes_what_it_is_given(text: str) -> None:
    tried = 0
    for each in code(text):
        line = re.sub(r"^(ASSISTEDACCESS_\w+=\S+ )*(\S*/)?assistedaccess ", "", each)
        words = line.split()
        command: click.Command = main
        while words and isinstance(command, click.Group) and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        if isinstance(command, click.Group):  # other words, or a folder of that name
            assert line == each, f"it begins with the program's name: {each}"
            continue
        tried += 1
        options = {name for one in command.params for name in one.opts}
        assert {word for word in words if word.startswith("-")} <= options, each
    assert tried > 1


def test_what_is_shipped_for_time_is_what_the_table_says() -> None:
    units = {file.name for file in (ROOT / "deploy").glob("assistedaccess*.timer")}
    shipped = {re.sub(r"assistedaccess[@-](.*)\.timer", r"\1", name) for name in units}
    table = first_cells(part("What time asks for"))
    named = {
        " ".join(word for word in line.split() if word.islower() and not word.startswith("-"))
        for line in re.findall(r"`assistedaccess ([^`]+)`", table)
    }
    by_hand = {"audit seal", "audit verify"}  # a service; what must not run on this machine
    assert named - by_hand == {name.replace("-", " ") for name in shipped}


def test_every_fault_that_was_tried_has_its_test() -> None:
    sources = "".join(file.read_text("utf-8") for file in ROOT.glob("tests/**/test_*.py"))
    tests = {
        int(number)
        for name in re.findall(r"def (test_\w+)", sources)
        for number in re.findall(r"(?:fault|and|to)_(\d+)", name)
        if "fault" in name
    }
    lists = re.findall(
        r"faults? ((?:\d+)(?:(?:, | and )\d+)*)", part("What was tried, and on what")
    )
    named = {int(number) for each in lists for number in re.findall(r"\d+", each)}
    assert len(named) > 10
    assert named <= tests
