"""A person's access pack: all that is held about them, read from every table that concerns them.

What stands in it is decided by the register, column by column; how the rows of a table belong to a
person follows from the models (their own ``person_id``, whose key seals them, or the row that they
hang on). One statement for each table that is shown, whatever its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Column, ColumnElement, Select, Table, Uuid, bindparam, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import Fingerprint, Sealed, get_session, metadata
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.schema import import_models
from assistedaccess.my_record import story

from . import values
from .held import REGISTER
from .labels import LABELS
from .rules import Held, Withheld

WHOSE = ("person_id", "sealed_for")
NOT_THROUGH = frozenset(
    {"account", "form_definition", "human", "organisation", "person", "site", "statement"}
)
"""Rows that many people's rows hang on, so that they lead to nobody."""

SHARED_FIELDS = {("notice_entry", "facts"): "notice.facts"}
"""Sealed under another column's name than their own."""
NOT_FOR_THE_PERSON = {"waiting_person": "organisation_id"}
"""Whose values are sealed with another key than the person's: they may be nobody we know."""
BOUND_TO = {"submission": "application_id"}
"""Whose values are sealed under another row's key than their own."""


@dataclass(frozen=True)
class Line:
    """One column of one row, in words."""

    label: str
    words: str


@dataclass(frozen=True)
class Section:
    """What one table holds about the person: its rows, each a list of lines."""

    title: str
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True)
class Scope:
    """What this copy shows. ``organisation_id``: whose desk gives it, so that only what is theirs
    or shared is in it; None: the copy that is made for the person away from any desk.
    ``covers_address``: what tells, or may tell, where they live is left out."""

    organisation_id: UUID | None
    covers_address: bool

    @property
    def at_desk(self) -> bool:
        return self.organisation_id is not None


def find_whose(table: Table, names: tuple[str, ...] = WHOSE) -> ColumnElement[bool] | None:
    """The condition by which a table's rows are a person's; None where they are nobody's.

    With ``("organisation_id",)``: an organisation's. The parameter is ``of_`` and the first name.
    """
    if table.name == "person" and names is WHOSE:
        return table.c.id == bindparam(f"of_{names[0]}", type_=Uuid())
    for name in names:
        if name in table.c:
            return table.c[name] == bindparam(f"of_{names[0]}", type_=Uuid())
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent = key.column.table
        if parent.name in NOT_THROUGH or parent is table:
            continue
        found = find_whose(parent, names)
        if found is not None:
            return key.parent.in_(select(key.column).where(found))
    return None


def list_tables_about_people() -> list[Table]:
    """Every table whose rows can be led back to a person, in the register's order."""
    import_models()
    found = [table for table in metadata.tables.values() if find_whose(table) is not None]
    order = list(REGISTER)
    return sorted(found, key=lambda table: order.index(table.name) if table.name in order else -1)


@cache
def _statement(name: str, columns: tuple[str, ...], at_desk: bool) -> Select[Any]:
    table = metadata.tables[name]
    whose = find_whose(table)
    assert whose is not None  # noqa: S101  (only such tables are asked)
    keys = [column for column in _list_keys(table) if column.name not in columns]
    if name in NOT_FOR_THE_PERSON:
        keys.append(table.c[NOT_FOR_THE_PERSON[name]])
    query = select(*(table.c[column] for column in columns), *keys).where(whose)
    if name == "audit_detail":  # of what the story tells, and of nothing that it keeps quiet
        told = select(AuditEvent.id).where(
            AuditEvent.person_id == bindparam("of_person_id", type_=Uuid()),
            AuditEvent.action.in_([str(action) for action in sorted(story.LISTED)]),
        )
        query = query.where(table.c.event_id.in_(told))
    if at_desk:
        whose_desk = find_whose(table, ("organisation_id",))
        if not REGISTER[name].is_shared and whose_desk is not None:
            query = query.where(whose_desk)
    return query.order_by(*table.primary_key)


def _list_keys(table: Table) -> list[Column[Any]]:
    """The columns that a row's values are sealed under, beside the column's own name."""
    if table.name in BOUND_TO:
        return [table.c[BOUND_TO[table.name]]]
    return list(table.primary_key)


def is_given_at(table: Table, held: Held, scope: Scope) -> bool:
    """Whether a copy of that scope has this table: a desk gives what is shared or its own."""
    if held.all_withheld:
        return False
    if not scope.at_desk or held.is_shared:
        return True
    return find_whose(table, ("organisation_id",)) is not None


def list_columns(table: Table, held: Held, scope: Scope) -> tuple[str, ...]:
    """The columns of a table that a copy of that scope shows."""
    return tuple(
        column.name
        for column in table.columns
        if held.shows(
            column.name,
            is_fingerprint=isinstance(column.type, Fingerprint),
            at_desk=scope.at_desk,
        )
    )


def read_sections(person_id: UUID, scope: Scope) -> list[Section]:
    """All that is stored, table by table. The caller has recorded the look."""
    encryption.load_keys([person_id])
    return list(_read(person_id, scope))


def _read(person_id: UUID, scope: Scope) -> Iterator[Section]:
    given = {"of_person_id": person_id, "of_organisation_id": scope.organisation_id}
    for table in list_tables_about_people():
        held = REGISTER[table.name]
        columns = list_columns(table, held, scope)
        if not is_given_at(table, held, scope) or not columns:
            continue
        found = get_session().execute(_statement(table.name, columns, scope.at_desk), given)
        rows = [
            _tell(table, held, columns, dict(row), person_id, scope) for row in found.mappings()
        ]
        rows = [row for row in rows if row]
        if rows:
            yield Section(str(held.title), tuple(rows))


def _tell(
    table: Table,
    held: Held,
    columns: tuple[str, ...],
    row: dict[str, Any],
    person_id: UUID,
    scope: Scope,
) -> tuple[Line, ...]:
    lines = []
    for name in columns:
        value = row[name]
        if value is None or value == "" or value == []:
            continue
        if scope.covers_address and held.tells_address(name):
            words = values.say_covered()
        elif isinstance(table.c[name].type, Sealed):
            words = _open(table, name, row, person_id)
        else:
            words = values.say(name, value)
        if words:
            lines.append(Line(str(LABELS[name]), words))
    return tuple(lines)


def _open(table: Table, column: str, row: dict[str, Any], person_id: UUID) -> str:
    """A sealed value in words, under the name by which its package sealed it."""
    keys = [row[key.name] for key in _list_keys(table)]
    whole = f"{table.name}.{column}"
    names = [
        SHARED_FIELDS.get((table.name, column), whole),
        f"{whole}.{keys[0]}",
        f"{whole}.{''.join(str(key) for key in keys)}",
    ]
    subject = NOT_FOR_THE_PERSON.get(table.name)
    for name in names:
        try:
            opened = encryption.unseal_bytes(
                row[subject] if subject else person_id, name, bytes(row[column])
            )
            return values.say_opened(opened)
        except InvalidTag:
            continue
        except KeyForgotten:
            return values.say_erased()
    raise InvalidTag(f"nothing opens {whole}")


def list_withheld() -> list[Withheld]:
    """Why something may be left out, each reason once: the same words whether there is any."""
    given = {held.all_withheld for held in REGISTER.values()}
    given |= {why for held in REGISTER.values() for why in held.withheld.values()}
    return [why for why in Withheld if why in given]
