"""Reading a rehearsal: what it says, and each misspelling with its line and a suggestion.

Every value is read as text, whatever YAML would make of it: 012345 keeps its nought, and 10:00 is
a time. ``each`` writes a step or an entry out once for each of its words, which stand for
``{each}`` (and their number for ``{number}``).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from .acts import ACTS
from .kinds import MOMENT, TEXT, Kind, Misfit, fold, suggest
from .language_expect import EXPECTATIONS, OUTCOMES
from .language_world import LINE, WORLD
from .reasons import list_reason_codes
from .register import ActWords, find_act
from .unsaid import NO_EXPECTATION, NO_STEPS, find_dropped
from .written import Problem, Rehearsal, Step, Unreadable

MOST_EACH = 500
HEAD = {"rehearsal": TEXT, "row": TEXT, "about": TEXT, "starts": MOMENT}
STEP_WORDS = ("act", "as", "note", "each", "expect", "steps")


class _Reader:
    """Goes through the nodes of one file and collects everything that is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.names: dict[str, set[str]] = {}

    # -- telling

    def tell(self, node: Node, words: str) -> None:
        problem = Problem(node.start_mark.line + 1, words)
        if problem not in self.problems:
            self.problems.append(problem)

    # -- nodes

    def pairs(self, node: Node, what: str) -> dict[str, tuple[Node, Node]]:
        """The fields of a mapping by their folded names, with the nodes of name and value."""
        if not isinstance(node, MappingNode):
            self.tell(node, f"{what} needs fields of its own: “{{name: value}}”.")
            return {}
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            name = fold(key.value) if isinstance(key, ScalarNode) else ""
            if name in found:
                self.tell(key, f"“{key.value}” stands here twice.")
            found[name] = (key, value)
        return found

    def items(self, node: Node, what: str) -> list[Node]:
        if isinstance(node, SequenceNode):
            return list(node.value)
        if isinstance(node, ScalarNode) and not node.value:
            return []
        if isinstance(node, MappingNode):  # one alone
            return [node]
        self.tell(node, f"{what} needs a list: lines that begin with “- ”.")
        return []

    def plain(self, node: Node) -> Any:
        """What stands there, every scalar as text."""
        if isinstance(node, MappingNode):
            return {key.value: self.plain(value) for key, value in node.value}
        if isinstance(node, SequenceNode):
            return [self.plain(each) for each in node.value]
        return node.value

    def value(self, node: Node, kind: Kind, called: str) -> Any:
        """What a kind makes of a node; None where it does not fit, which is told."""
        if kind.each is not None:
            nodes = node.value if isinstance(node, SequenceNode) else [node]
            if not nodes:
                self.tell(node, f"“{called}” names nothing: leave it out, or say what.")
            return [self.value(each, kind.each, called) for each in nodes]
        if kind.fields:
            return self.fields(node, kind, called)
        try:
            read = kind.read(self.plain(node))
        except Misfit as error:
            self.tell(node, f"“{called}” {error}.".replace("..", ".").replace("?.", "?"))
            return None
        if kind.names:
            self.check_name(node, kind.names, read)
        return read

    def check_name(self, node: Node, sort: str, name: str) -> None:
        known = self.names.get(sort, set())
        if name not in known:
            self.tell(node, f"There is no {sort} “{name}”.{suggest(name, known)}")

    def fields(self, node: Node, kind: Kind, called: str) -> dict[str, Any]:
        """Fields of known names, as a dictionary by those names."""
        before = len(self.problems)
        found = self.pairs(node, f"“{called}”")
        read = {}
        for name, (key, value) in found.items():
            inner = kind.fields.get(name)
            if inner is None:
                self.tell(
                    key, f"“{key.value}” is no field of {called}.{suggest(name, kind.fields)}"
                )
                continue
            read[name] = self.value(value, inner, name)
        is_record = isinstance(node, MappingNode)
        for name in sorted(kind.required - set(found)) if is_record else ():
            self.tell(node, f"“{called}” needs “{name}”.")
        misfit = kind.misfit(read) if len(self.problems) == before else ""
        if misfit:
            self.tell(node, f"“{called}” {misfit}.")
        return read

    # -- each

    def spread(self, node: Node) -> Iterator[Node]:
        """The entry itself, or once for each word of its ``each``, without that field."""
        if not isinstance(node, MappingNode):
            yield node
            return
        each = next((v for k, v in node.value if getattr(k, "value", "") == "each"), None)
        if each is None:
            yield node
            return
        rest = MappingNode(
            node.tag,
            [(k, v) for k, v in node.value if getattr(k, "value", "") != "each"],
            node.start_mark,
            node.end_mark,
        )
        for number, word in enumerate(self.list_each(each), 1):
            copied = copy.deepcopy(rest)
            _fill_in(copied, {"{each}": word, "{number}": str(number)})
            yield copied

    def list_each(self, node: Node) -> list[str]:
        if isinstance(node, SequenceNode):
            if not node.value:
                self.tell(node, "“each” names nothing, so what stands beside it would never be.")
            return [str(self.plain(each)) for each in node.value]
        numbers = re.fullmatch(r"\s*(\d+)\s+to\s+(\d+)\s*", str(node.value))
        if numbers is None:
            self.tell(node, "“each” needs a list, or numbers such as “1 to 40”.")
            return []
        first, last = int(numbers[1]), int(numbers[2])
        if not 0 <= last - first < MOST_EACH:
            self.tell(node, f"“each” goes up, by {MOST_EACH} at most.")
            return []
        return [str(number).zfill(len(numbers[1])) for number in range(first, last + 1)]

    # -- the parts of a file

    def world(self, node: Node, sort: str) -> list[dict[str, Any]]:
        kind = WORLD[sort]
        entries = []
        for item in self.items(node, f"“{sort}”"):
            for entry in self.spread(item):
                read = self.fields(entry, kind, sort)
                entries.append(read | {LINE: entry.start_mark.line + 1})
                self.declare(sort, read, entry)  # told of once, whatever else is wrong with it
        return entries

    def declare(self, sort: str, read: dict[str, Any], node: Node) -> None:
        single = {"people": "person"}.get(sort, sort.removesuffix("s"))
        name = str(read.get("as") or read.get("name") or "")
        if not name:
            return
        if name in self.names.setdefault(single, set()):
            self.tell(node, f"There are two called “{name}”.")
        self.names[single].add(name)
        for site in read.get("sites", ()) if sort == "organisations" else ():
            self.names.setdefault("site", set()).add(str((site or {}).get("name", "")))

    def steps(self, node: Node) -> list[Step]:
        read = []
        items = self.items(node, "“steps”")
        if not items and not self.problems:
            self.tell(node, NO_STEPS)
        for item in items:
            for entry in self.spread(item):
                found = self.pairs(entry, "A step")
                if "steps" in found:
                    read += self.steps(found["steps"][1])
                    for name, (key, _value) in found.items():
                        if name not in ("steps", "note"):
                            self.tell(key, f"“{key.value}” cannot stand beside “steps”.")
                    continue
                step = self.step(entry, found)
                if step is not None:
                    read.append(step)
        return read

    def step(self, node: Node, found: dict[str, tuple[Node, Node]]) -> Step | None:
        words = None
        if "act" in found:
            value = found["act"][1]
            words = find_act(value.value)
            if words is None:
                self.tell(value, f"“{value.value}” is no act.{suggest(value.value, ACTS)}")
                return None
        elif "expect" not in found:
            act = next((name for name in found if name in ACTS), "")
            meant = f" “{act}” is an act: write “act: {act}”." if act else ""
            self.tell(node, f"A step needs “act”, “expect” or “steps”.{meant}")
            return None
        given: dict[str, Any] = {}
        expect: dict[str, Any] = {}
        name = note = ""
        for field_name, (key, value) in found.items():
            if field_name == "expect":
                expect = self.expect(value)
            elif field_name == "as":
                name = str(self.value(value, TEXT, "as") or "")
            elif field_name == "note":
                note = str(self.value(value, TEXT, "note") or "")
            elif field_name != "act":
                given |= self.given(words, field_name, key, value)
        if words is not None:
            # A field that is spelt wrong is told once, not as missing too.
            is_known = all(name in words.fields or name in STEP_WORDS for name in found)
            for field_name, each in words.fields.items():
                if is_known and each.is_needed and field_name not in found:
                    self.tell(node, f"“{words.name}” needs “{field_name}”: {each.kind.words}.")
            self.make(node, words, given, expect, name)
            for field_name, said in find_dropped(words, given):
                self.tell(found[field_name][0] if field_name else node, said)
        return Step(node.start_mark.line + 1, words, given, expect, name, note)

    def given(self, words: ActWords | None, name: str, key: Node, value: Node) -> dict[str, Any]:
        known = words.fields if words is not None else {}
        if name not in known:
            called = f"the act “{words.name}”" if words else "a step without an act"
            self.tell(
                key,
                f"“{key.value}” is no field of {called}.{suggest(name, [*known, *STEP_WORDS])}",
            )
            return {}
        return {name: self.value(value, known[name].kind, name)}

    def make(
        self,
        node: Node,
        words: ActWords,
        given: dict[str, Any],
        expect: dict[str, Any],
        name: str,
    ) -> None:
        if name:  # whatever the act is: it may be held, and then the name is of what waits
            self.names.setdefault("pending", set()).add(name)
        if not words.makes:
            return
        is_somebody = words.makes in ("person", "account")
        made = name or (str(given.get("name", "")) if is_somebody else "")
        known = self.names.setdefault(words.makes, set())
        if is_somebody and ("refuse" in expect or expect.get("allow") is False):
            return  # nobody is there then, whom a later step could mean
        if is_somebody and made in known:
            other = f"There is a {words.makes} “{made}” already"
            self.tell(node, f"{other}: “as” says what the rehearsal calls this one.")
        if made:
            known.add(made)

    def expect(self, node: Node) -> dict[str, Any]:
        if isinstance(node, ScalarNode):
            outcome = fold(node.value)
            if outcome not in OUTCOMES:
                either = " Where either will do, write “expect: {allow: no}”."
                meant = either if "_or_" in outcome else suggest(outcome, OUTCOMES)
                self.tell(node, f"“{node.value}” is no outcome.{meant}")
                return {}
            return {outcome: ["any"]}
        read = self.fields(node, EXPECTATIONS, "expect")
        chosen = [outcome for outcome in OUTCOMES if read.get(outcome, False) is not False]
        if len(chosen) > 1:
            self.tell(node, f"An act ends in one way: {' or '.join(chosen)}.")
        for outcome in ("hold", "refuse"):
            for code in read.get(outcome) or ():
                if code is not None and code != "any" and code not in list_reason_codes():
                    self.tell(
                        node,
                        f"“{code}” is no reason code.{suggest(code, list_reason_codes())}",
                    )
        return read


def _fill_in(node: Node, words: dict[str, str]) -> None:
    if isinstance(node, ScalarNode):
        for mark, word in words.items():
            node.value = node.value.replace(mark, word)
    elif isinstance(node, SequenceNode):
        for each in node.value:
            _fill_in(each, words)
    elif isinstance(node, MappingNode):
        # An inner ``each`` has marks of its own, but its list may use those of the outer one.
        inner = any(getattr(key, "value", "") == "each" for key, _ in node.value)
        for key, value in node.value:
            if inner and getattr(key, "value", "") != "each":
                continue
            _fill_in(value, words)


def read_rehearsal(path: str | Path) -> Rehearsal:
    """Read one file. Raises Unreadable with every problem in it, or OSError."""
    return read_text(Path(path).read_text(encoding="utf-8"), str(path))


def read_text(text: str, path: str = "") -> Rehearsal:
    """Read a rehearsal out of its text. Raises Unreadable."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or "this is not YAML"
        hint = " Write a text with { } : ? , or # in it between quotation marks."
        told = f"YAML: {words}.".replace("..", ".") + hint
        raise Unreadable([Problem(mark.line + 1 if mark else 1, told)]) from None
    if root is None:
        raise Unreadable([Problem(1, "There is nothing in this file.")])
    reader = _Reader()
    rehearsal = _read_parts(reader, root, path)
    if reader.problems:
        raise Unreadable(sorted(reader.problems, key=lambda each: each.line))
    return rehearsal


def _read_parts(reader: _Reader, root: Node, path: str) -> Rehearsal:
    parts = reader.pairs(root, "A rehearsal")
    head: dict[str, Any] = {}
    known = [*HEAD, *WORLD, "steps"]
    for name, (key, value) in parts.items():
        if name in HEAD:
            head[name] = reader.value(value, HEAD[name], name)
        elif name not in known:
            reader.tell(key, f"“{key.value}” is no part of a rehearsal.{suggest(name, known)}")
    for needed in ("rehearsal", "steps"):
        if needed not in parts:
            reader.tell(root, f"A rehearsal needs “{needed}”.")
    read = Rehearsal(
        path,
        str(head.get("rehearsal") or ""),
        str(head.get("row") or ""),
        str(head.get("about") or ""),
        head.get("starts"),
    )
    for sort in WORLD:  # in this order, whatever the file's: what is named stands before its name
        if sort in parts:
            read.world[sort] = reader.world(parts[sort][1], sort)
    if "steps" in parts:
        key, steps = parts["steps"]
        read.steps = reader.steps(steps)
        if not reader.problems and not any(step.expect for step in read.steps):
            reader.tell(key, NO_EXPECTATION)
    return read
