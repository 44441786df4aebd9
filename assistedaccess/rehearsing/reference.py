"""The reference of the language and its JSON Schema, written from the register itself.

``python -m assistedaccess.rehearsing.reference`` writes what follows the mark in docs/rehearsals.md
and docs/rehearsals.schema.json; a test fails where they differ from what this would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from assistedaccess.consent.rules import ASSISTING_POWERS

from .acts import ACTS, GROUPS
from .evidence import DEFAULTS, EVIDENCE
from .kinds import MONEY, Kind, spell_span
from .language import HEAD
from .language_expect import EXPECTATIONS, FLAG, NOTICE, OUTCOMES, WORDS
from .language_world import WORLD
from .reasons import list_reason_codes
from .reference_terms import (
    write_deciders,
    write_forms,
    write_languages,
    write_numbers,
    write_yes,
)
from .register import ActField, ActWords

MARK = "<!-- What follows is written by assistedaccess.rehearsing.reference. -->"
PAGE = "rehearsals.md"
SCHEMA = "rehearsals.schema.json"
LONG = 70
"""A part of the schema of more characters is written once."""


# -- the page


def write_reference() -> str:
    """Everything that may be written in a rehearsal, for docs/rehearsals.md."""
    parts = [
        "## The world",
        *(part for sort, kind in WORLD.items() for part in _world(sort, kind)),
        "## Acts",
        "Every act takes `as`, `note`, `each` and `expect` too. *Needed* fields have no default. "
        "Whose role is not named acts as a helper.",
        *(part for group in GROUPS for part in _group(group)),
        "## Parts",
        "What stands inside a field that has fields of its own.",
        *_parts(),
        "## Who may say yes to what",
        write_yes(),
        "## Languages",
        write_languages(),
        "## Who decides on what waits",
        write_deciders(),
        "## The numbers of the controls",
        write_numbers(),
        "## The questions of the forms",
        write_forms(),
        "## Evidence of a yes",
        _evidence(),
        "## Expectations",
        _expectations(),
        "## Reason codes",
        "What `hold` and `refuse` may name. Those of the controls are explained in "
        "[controls.md](controls.md), where they have no sentence here.",
        _reasons(),
    ]
    return "\n\n".join(parts) + "\n"


def _world(sort: str, kind: Kind) -> Iterator[str]:
    yield f"### {sort}"
    yield _fields(kind)


def _fields(kind: Kind) -> str:
    return "\n".join(
        f"- `{name}`{' *needed*' if name in kind.required else ''}: {_spell(each)}"
        for name, each in kind.fields.items()
    )


def _spell(kind: Kind) -> str:
    if kind.each is not None:
        return f"{_spell(kind.each)}, or a list of them"
    if kind.fields:
        inner = ", ".join(f"`{name}`{'*' if name in kind.required else ''}" for name in kind.fields)
        return f"{kind.words}: {inner}"
    if kind.choices:
        return ", ".join(f"`{word}`" for word in kind.choices)
    return kind.words


def _group(group: str) -> Iterator[str]:
    yield f"### {group}"
    for act in sorted(ACTS.values(), key=lambda each: each.name):
        if act.group == group:
            yield write_act(act)


def write_act(act: ActWords) -> str:
    """What one act is, in which role, and its fields with what they begin with."""
    words = " ".join(act.words.split())
    made = f" `as` names {_article(act.makes)}." if act.makes else ""
    lines = [f"#### {act.name.replace('_', ' ')}", "", f"{words}{made}{_say_needs(act)}", ""]
    for name, field in act.fields.items():
        lines.append(f"- `{name}`{_need(field)}: {_spell(field.kind)}")
    return "\n".join(lines).rstrip()


def _say_needs(act: ActWords) -> str:
    told = ""
    if act.roles and act.roles != ("helper",):
        told += f" In the role {' or '.join(f'`{role}`' for role in act.roles)}."
    if act.needs:
        powers = " and ".join(f"`{power}`" for power in act.needs)
        is_visit = ASSISTING_POWERS.issuperset(act.needs)
        ways = "an `assist` of this day, or a delegation" if is_visit else "a delegation (`grant`)"
        told += f" Needs {powers}: {ways}."
    return told


def _parts() -> Iterator[str]:
    """Every record that stands in a field, once, by what it is."""
    told: dict[str, str] = {}
    for kind in _list_kinds():
        if kind.fields and kind not in (EVIDENCE, FLAG, NOTICE):
            told.setdefault(kind.words, _fields(kind))
    for words, spelt in sorted(told.items()):
        yield f"**{words[0].upper()}{words[1:]}**\n\n{spelt}"


def _list_kinds() -> Iterator[Kind]:
    outer = [*WORLD.values(), EXPECTATIONS]
    for act in ACTS.values():
        outer += [Kind("", str, {}, fields={n: f.kind for n, f in act.fields.items()})]
    for kind in outer:
        for each in kind.fields.values():
            yield each.each or each


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _need(field: ActField) -> str:
    if field.is_needed:
        return " *needed*"
    default = field.default
    if default is None or default == "" or default is False:
        return ""
    if default is True:
        return " (yes)"
    if field.kind is MONEY and isinstance(default, int):
        return f" (£{default / 100:,.0f})" if default % 100 == 0 else f" (£{default / 100:,.2f})"
    if isinstance(default, timedelta):
        return f" ({spell_span(default)})"
    if isinstance(default, list):
        return f" ({', '.join(str(each) for each in default)})"
    return f" ({default})"


def _evidence() -> str:
    lines = ["What `evidence` may hold. Each way begins with what stands behind it here.", ""]
    for way, given in DEFAULTS.items():
        spelt = ", ".join(f"{name}: {value}" for name, value in given.items()) or "nothing more"
        lines.append(f"- `{way}`: {spelt}")
    return "\n".join([*lines, "", _fields(EVIDENCE)])


def _expectations() -> str:
    lines = []
    for name, kind in EXPECTATIONS.fields.items():
        lines.append(f"- `{name}`: {WORDS[name]} {_spell(kind)[0].upper()}{_spell(kind)[1:]}.")
    return "\n\n".join(
        ["\n".join(lines), "Of a flag:", _fields(FLAG), "Of a notice:", _fields(NOTICE)]
    )


def _reasons() -> str:
    return "\n".join(
        f"- `{code}`{f': {words}' if words else ''}" for code, words in list_reason_codes().items()
    )


# -- the schema


def write_schema() -> dict[str, Any]:
    """The JSON Schema of a rehearsal, for editors and for other programs."""
    shared = _Shared()
    written = shared.replace(_write_whole())
    written["$defs"] |= shared.definitions
    return dict(written)


class _Shared:
    """Long parts that stand in many acts are written once, under a number."""

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._names: dict[str, str] = {}

    def replace(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self.replace(each) for each in part]
        if not isinstance(part, dict):
            return part
        spelt = json.dumps(part, sort_keys=True)
        is_shared = len(spelt) > LONG and ("enum" in part or "anyOf" in part or "type" in part)
        if not is_shared or "$defs" in part or "act" in part.get("properties", {}):
            return {key: self.replace(value) for key, value in part.items()}
        if spelt not in self._names:
            name = f"kind{len(self._names) + 1}"
            self._names[spelt] = name
            self.definitions[name] = {key: self.replace(value) for key, value in part.items()}
        return {"$ref": f"#/$defs/{self._names[spelt]}"}


def _write_whole() -> dict[str, Any]:
    step = {"anyOf": [*(_act_schema(act) for act in ACTS.values()), _look_schema(), _many_schema()]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rehearsal of Assisted Access",
        "type": "object",
        "additionalProperties": False,
        "required": ["rehearsal", "steps"],
        "properties": {
            **{name: dict(kind.schema) for name, kind in HEAD.items()},
            **{sort: _one_or_many(_entry(kind)) for sort, kind in WORLD.items()},
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        },
        "$defs": {"step": step, "each": _each_schema(), "expect": _expect_schema()},
    }


def _one_or_many(entry: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [entry, {"type": "array", "items": entry}]}


def _entry(kind: Kind) -> dict[str, Any]:
    entry = dict(kind.schema)
    entry["properties"] = {**entry["properties"], "each": {"$ref": "#/$defs/each"}}
    return entry


def _each_schema() -> dict[str, Any]:
    return {"anyOf": [{"type": "array"}, {"type": "string", "pattern": r"^\d+ to \d+$"}]}


def _expect_schema() -> dict[str, Any]:
    return {"anyOf": [{"enum": list(OUTCOMES)}, dict(EXPECTATIONS.schema)]}


def _common() -> dict[str, Any]:
    return {
        "as": {"type": ["string", "number"]},
        "note": {"type": "string"},
        "each": {"$ref": "#/$defs/each"},
        "expect": {"$ref": "#/$defs/expect"},
    }


def _act_schema(act: ActWords) -> dict[str, Any]:
    names = sorted({act.name, act.name.replace("_", " "), act.name.replace("_", "-")})
    return {
        "title": act.name,
        "type": "object",
        "additionalProperties": False,
        "required": ["act", *(name for name, field in act.fields.items() if field.is_needed)],
        "properties": {
            "act": {"enum": names},
            **{name: dict(field.kind.schema) for name, field in act.fields.items()},
            **_common(),
        },
    }


def _look_schema() -> dict[str, Any]:
    return {
        "title": "a look alone",
        "type": "object",
        "additionalProperties": False,
        "required": ["expect"],
        "properties": {name: kind for name, kind in _common().items() if name != "as"},
    }


def _many_schema() -> dict[str, Any]:
    return {
        "title": "several steps, once for each",
        "type": "object",
        "additionalProperties": False,
        "required": ["steps"],
        "properties": {
            "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
            "note": {"type": "string"},
            "each": {"$ref": "#/$defs/each"},
        },
    }


def spell_schema() -> str:
    """The schema as its file has it."""
    return json.dumps(write_schema(), indent=1, ensure_ascii=False) + "\n"


def write_files(folder: Path) -> None:
    """Write both into a folder; what stands above the mark stays."""
    page = folder / PAGE
    above = page.read_text(encoding="utf-8").partition(MARK)[0]
    page.write_text(f"{above}{MARK}\n\n{write_reference()}", encoding="utf-8")
    (folder / SCHEMA).write_text(spell_schema(), encoding="utf-8")


if __name__ == "__main__":
    write_files(Path(__file__).parents[2] / "docs")
