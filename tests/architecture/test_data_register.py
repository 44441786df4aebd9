"""Every column has a purpose, and is in a person's access pack or withheld for a reason.

Built from the models: a table or a column of which nobody has said what it is for fails here.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Table

from assistedaccess.data_protection import article_30
from assistedaccess.data_protection.held import REGISTER
from assistedaccess.data_protection.labels import LABELS, WITHHELD
from assistedaccess.data_protection.pack import find_whose, list_tables_about_people
from assistedaccess.data_protection.rules import Activity, Held, Sort, Withheld, sort_column
from assistedaccess.kernel.database import Fingerprint, metadata
from assistedaccess.kernel.schema import import_models

SAY_SO = "say what it is for in assistedaccess/data_protection/held_….py"


@pytest.fixture(autouse=True, scope="module")
def _models() -> None:
    import_models()


def is_fingerprint(column: Column) -> bool:
    return isinstance(column.type, Fingerprint)


def list_undecided(table: Table, held: Held) -> list[str]:
    """Columns whose name says nothing and that the table's declaration does not name."""
    return [
        column.name
        for column in table.columns
        if column.name not in held.named
        and sort_column(column.name, is_fingerprint=is_fingerprint(column)) is None
    ]


def test_every_table_is_in_the_register_and_no_other() -> None:
    assert sorted(set(metadata.tables) - set(REGISTER)) == [], SAY_SO
    assert sorted(set(REGISTER) - set(metadata.tables)) == []


def test_every_column_has_a_purpose() -> None:
    undecided = {
        name: found
        for name, table in metadata.tables.items()
        if name in REGISTER and (found := list_undecided(table, REGISTER[name]))
    }
    assert undecided == {}, SAY_SO


def test_no_declaration_names_a_column_that_is_not_there() -> None:
    gone = {
        name: sorted(held.named - set(metadata.tables[name].columns.keys()))
        for name, held in REGISTER.items()
        if held.named - set(metadata.tables[name].columns.keys())
    }
    assert gone == {}


def test_every_column_about_a_person_is_in_the_pack_or_withheld_for_a_reason() -> None:
    tables = list_tables_about_people()
    assert {"person", "note", "answer_page", "evidence_content", "notice_entry"} <= {
        table.name for table in tables
    }
    wrong = []
    for table in tables:
        held = REGISTER[table.name]
        if not held.all_withheld and not held.title:
            wrong.append(table.name)  # about a person, and nobody said whether they see it
        for column in table.columns:
            trace = is_fingerprint(column)
            shown = held.shows(column.name, is_fingerprint=trace, at_desk=False)
            if shown == (held.why_withheld(column.name, is_fingerprint=trace) is not None):
                wrong.append(f"{table.name}.{column.name}")
            if shown and column.name not in LABELS:
                wrong.append(f"{table.name}.{column.name}: a word for it in labels.py")
    assert wrong == [], SAY_SO


def test_what_hangs_on_a_person_only_through_a_code_or_a_key_is_found_too() -> None:
    table = metadata.tables["evidence_content"]
    assert "person" not in str(table.columns.keys())
    assert "evidence.sealed_for" in str(find_whose(table))
    assert find_whose(metadata.tables["factor"]) is None


def test_each_reason_has_words_that_name_no_table() -> None:
    assert set(WITHHELD) == set(Withheld)


def test_a_column_that_nobody_spoke_of_would_fail() -> None:
    table = Table("person_hobby", type(metadata)(), Column("person_id"), Column("hobby"))
    assert list_undecided(table, REGISTER["visit"]) == ["hobby"]
    assert REGISTER["visit"].why_withheld("hobby") is None


def test_the_record_of_processing_says_what_the_models_do() -> None:
    assert set(article_30.ACTIVITIES) == set(Activity)
    assert set(article_30.SORTS) == set(Sort)
    written = article_30.FILE.read_text("utf-8")
    assert written == article_30.write_record(), (
        "write it anew: python -m assistedaccess.data_protection.article_30"
    )
