"""What an auditor asks of the journal, as plain values; and cells that no spreadsheet runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from uuid import UUID

PAGE = 50
EXPORT_ROWS = 50_000

# A cell that begins with one of these is run as a formula by common spreadsheets (OWASP, "CSV
# Injection"), full-width forms too. What cannot be seen in front of them hides such a beginning:
# spaces of every width, tabs, line ends, and characters that only steer how text is shown.
_DANGEROUS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫−")


@dataclass(frozen=True)
class Question:
    """What is asked for; None asks nothing of that column. Dates are days in the United Kingdom."""

    person_id: UUID | None = None
    account_ids: tuple[UUID, ...] | None = None
    organisation_id: UUID | None = None
    action: str | None = None
    outcome: str | None = None
    subject_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None

    def as_details(self) -> dict[str, str]:
        """The question as the journal keeps it."""
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            for name, value in asked.items()
            if value is not None
        }


def safe_cell(value: object) -> str:
    """``value`` as the text of a cell that is never run as a formula."""
    text = "" if value is None else str(value)
    seen = next((c for c in text if not _is_hidden(c)), "")
    return f"'{text}" if seen in _DANGEROUS or text[:1] in _BREAKS else text


_BREAKS = frozenset("\t\r\n")


def _is_hidden(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Mn")


def csv_line(cells: Iterable[object]) -> str:
    """One line of RFC 4180 CSV, every cell quoted and safe."""
    quoted = ('"' + safe_cell(cell).replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted) + "\r\n"
