"""What an auditor asks of the journal, as plain values; and cells that no spreadsheet runs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from itertools import takewhile
from typing import Any
from uuid import UUID

from . import rules_time

PAGE = 50
EXPORT_ROWS = 50_000

# A cell that begins with one of these is run as a formula by common spreadsheets (OWASP, "CSV
# Injection"), full-width forms too. What cannot be seen in front of them hides such a beginning:
# spaces of every width, tabs, line ends, and characters that only steer how text is shown.
_DANGEROUS = frozenset("=+-@＝＋－＠﹢﹣﹦﹫−")


LOOKS = (
    "person.opened",
    "person.searched",
    "person.duplicate_shown",
    "person.compared",
    "card.printed",
    "case.viewed",
    "concern.viewed",
    "complaint.viewed",
    "complaint.letter_printed",
    "document.opened",
    "letter.opened",
    "letter.printed",
    "lone_worker_warnings.met",
    "register.opened",
    "register.printed",
    "hand_over.opened",
    "referral.opened",
    "referral.printed",
    "referral_in.opened",
    "consent.viewed",
    "consent_form.printed",
    "consent_picture.opened",
    "statement.shown",
    "delegation.viewed",
    "authority.printed",
    "application.opened",
    "application.printed",
    "evidence.opened",
    "record_of_help.viewed",
    "outcome.opened",
    "payment.opened",
    "payment_receipt.printed",
    "emergency_help.opened",
    "receipt.printed",
    "receipt.checked",
    "record.printed",
    "record.read",
    "pack.given",
    "data_request.opened",
    "data_requests.listed",
    "data_requests.told",
    "notice.printed",
    "pending_act.opened",
    "objection.opened",
    "objections.listed",
    "today.viewed",
    "team.viewed",
    "report.viewed",
    "supervision.viewed",
    "flags.listed",
    "flag.opened",
    "findings.listed",
    "finding.viewed",
    "finding.printed",
    "finding.bundled",
    "samples.viewed",
    "journal.searched",
    "journal.event_opened",
    "journal.exported",
)
"""The actions by which somebody saw something, and changed nothing."""

RELEASED = "pending_act.released"
GIVEN = ("case.changed", "assigned")
"""The action and reason of a case that goes to another helper."""
SENT = ("application.submitted", "change_report.submitted", "payment_details.changed")
"""The actions by which a form that names an account is sent."""
NO_SITE = UUID(int=0)
"""As a question's site: what was done at none."""


class Kind(StrEnum):
    """Whether somebody looked at something or did something."""

    LOOKS = "looks"
    ACTS = "acts"


class Explained(StrEnum):
    """What stands behind a look."""

    BY_RECORDS = "records"
    STATED = "stated"
    BROKE_GLASS = "broke_glass"
    NOT = "not"
    NOT_ASKED = "not_asked"


class Took(StrEnum):
    """How long a release took; each longer than the one before."""

    HOUR = "1h"
    FOUR_HOURS = "4h"
    DAY = "1d"
    THREE_DAYS = "3d"
    WEEK = "1w"
    LONGER = "longer"


WITHIN = {
    Took.HOUR: 3600,
    Took.FOUR_HOURS: 4 * 3600,
    Took.DAY: 24 * 3600,
    Took.THREE_DAYS: 72 * 3600,
    Took.WEEK: 168 * 3600,
}
"""In seconds; what took more is LONGER."""


@dataclass(frozen=True)
class Question:
    """What is asked for; None asks nothing of that column. Days and times are those of clocks in
    the United Kingdom; a time stands beside its day, and ``until_at`` itself does not count.

    The last three are asked by the pictures (picked): releases that ``took`` so long; cases
    ``given`` from who opened them to who has them now; forms ``paid_like`` one form, into the same
    account and sent by the same helper.
    """

    person_id: UUID | None = None
    account_ids: tuple[UUID, ...] | None = None
    organisation_id: UUID | None = None
    action: str | None = None
    outcome: str | None = None
    subject_ids: tuple[UUID, ...] | None = None
    authority_ids: tuple[UUID, ...] | None = None
    sign_in_id: UUID | None = None
    site_id: UUID | None = None
    service: str | None = None
    kind: Kind | None = None
    explained: Explained | None = None
    from_on: date | None = None
    from_at: time | None = None
    until_on: date | None = None
    until_at: time | None = None
    took: Took | None = None
    given: tuple[UUID, ...] | None = None
    paid_like: UUID | None = None

    @property
    def begins(self) -> datetime | None:
        """The first moment that counts."""
        return rules_time.begin_at(self.from_on, self.from_at) if self.from_on else None

    @property
    def ends(self) -> datetime | None:
        """The first moment that counts no longer."""
        return rules_time.end_at(self.until_on, self.until_at) if self.until_on else None

    @property
    def is_life(self) -> bool:
        """Whether it asks for what rests on one authority: that is told from its beginning."""
        return self.authority_ids is not None

    @property
    def is_wide(self) -> bool:
        """Whether it names nothing that has an index of its own but organisations."""
        names = (self.person_id, self.account_ids, self.organisation_id, self.action)
        others = (self.subject_ids, self.authority_ids, self.sign_in_id, self.explained)
        picked = (self.took, self.given, self.paid_like)
        return all(each is None for each in (*names, *others, *picked))

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
    before = "".join(takewhile(_is_hidden, text))
    seen = text[len(before) :][:1]
    return f"'{text}" if seen in _DANGEROUS or not _BREAKS.isdisjoint(before) else text


_BREAKS = frozenset("\t\r\n")


def _is_hidden(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Mn")


def csv_line(cells: Iterable[object]) -> str:
    """One line of RFC 4180 CSV, every cell quoted and safe."""
    quoted = ('"' + safe_cell(cell).replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted) + "\r\n"


_COVERED = (
    *("address", "postcode", "value", "number", "phone", "email", "contact", "safe", "times"),
    "answer",
)
SHOWN_OF_COVERED = 3


def cover(text: str) -> str:
    """The end of a private text, enough to compare two of them: ``••• 123``."""
    shown = text[-SHOWN_OF_COVERED:] if len(text) > 2 * SHOWN_OF_COVERED else ""
    return f"••• {shown}".strip() if text else ""


def is_covered(field: str) -> bool:
    """Whether a detail of that name says how somebody is reached, where they live, a number, or
    what they answered."""
    return any(word in field for word in _COVERED)


def cover_details(details: dict[str, Any]) -> dict[str, Any]:
    """Details as an auditor is shown them: who, why and how many in clear, the rest covered."""
    return {
        name: cover(value) if isinstance(value, str) and is_covered(name) else value
        for name, value in details.items()
        if name not in ("before", "after")
    }


def split_changes(details: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What a change changed: (field, before, after), private values covered."""
    before, after = details.get("before"), details.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    rows = []
    for name in sorted({*before, *after}):
        old, new = str(before.get(name) or ""), str(after.get(name) or "")
        rows.append((name, cover(old), cover(new)) if is_covered(name) else (name, old, new))
    return rows
