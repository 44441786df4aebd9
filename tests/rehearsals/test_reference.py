"""The page and the schema say what the program knows, and the rehearsals are written so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from assistedaccess.rehearsing.reference import MARK, SCHEMA, spell_schema, write_reference

DOCS = Path(__file__).parents[2] / "docs"
FILES = sorted(Path(__file__).parent.rglob("*.yaml"))
AGAIN = "write it anew: python -m assistedaccess.rehearsing.reference"


def test_the_page_is_what_the_program_would_write() -> None:
    page = (DOCS / "rehearsals.md").read_text(encoding="utf-8")
    assert page.partition(MARK)[2].strip() == write_reference().strip(), AGAIN


def test_the_schema_is_what_the_program_would_write() -> None:
    assert (DOCS / SCHEMA).read_text(encoding="utf-8") == spell_schema(), AGAIN


def load(text: str) -> Any:
    """As an editor reads it that follows the schema: everything a text."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (makes nothing but texts)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(spell_schema()))


def test_the_rehearsals_follow_the_schema(validator: Draft202012Validator) -> None:
    for file in FILES:
        errors = list(validator.iter_errors(load(file.read_text(encoding="utf-8"))))
        assert not errors, f"{file.name}: {errors[0].json_path}: {errors[0].message[:300]}"


def test_the_schema_tells_a_misspelling(validator: Draft202012Validator) -> None:
    step = {"act": "apply", "by": "A", "person": "B"}
    good = {"rehearsal": "A", "steps": [step]}
    assert validator.is_valid(good)
    for wrong in (
        {**good, "stepps": []},
        {**good, "steps": [{**step, "servise": "blue-badge"}]},
        {**good, "steps": [{**step, "act": "aply"}]},
        {**good, "steps": [{**step, "expect": "alow"}]},
        {**good, "steps": [{"act": "apply", "by": "A"}]},
    ):
        assert not validator.is_valid(wrong), wrong
