"""What a finding is made of, where it stands, and what may be added to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused


class EntryKind(StrEnum):
    """What can be added to a finding. Nothing is ever taken away."""

    WHAT = "what"
    EVIDENCE = "evidence"
    NOTE = "note"
    QUESTION = "question"
    ANSWER = "answer"
    DEADLINE = "deadline"
    CONCLUSION = "conclusion"
    REFERRED = "referred"
    CLOSED = "closed"


WRITTEN_BY_AUDITORS = (
    EntryKind.NOTE,
    EntryKind.QUESTION,
    EntryKind.CONCLUSION,
    EntryKind.REFERRED,
    EntryKind.DEADLINE,
    EntryKind.CLOSED,
)
"""What an auditor adds by the form of the finding's page."""


class ReferredTo(StrEnum):
    """To whom a finding may be handed on."""

    ORGANISATION = "organisation"
    INFORMATION_COMMISSIONER = "ico"
    POLICE = "police"
    SAFEGUARDING = "safeguarding"
    OMBUDSMAN = "ombudsman"
    OTHER = "other"


class State(StrEnum):
    """Where a finding stands: what its newest telling entry says."""

    OPEN = "open"
    ASKED = "asked"
    ANSWERED = "answered"
    CONCLUDED = "concluded"
    REFERRED = "referred"
    CLOSED = "closed"


SAYS = {
    EntryKind.WHAT: State.OPEN,
    EntryKind.QUESTION: State.ASKED,
    EntryKind.ANSWER: State.ANSWERED,
    EntryKind.CONCLUSION: State.CONCLUDED,
    EntryKind.REFERRED: State.REFERRED,
    EntryKind.CLOSED: State.CLOSED,
}
TELLING = frozenset(SAYS)
"""The kinds of entry that say where a finding stands."""

ANSWER_WITHIN = timedelta(days=10)
FINISH_WITHIN = timedelta(days=28)
"""What an auditor is offered; each deadline can be set otherwise."""


@dataclass(frozen=True)
class Step:
    """As much of an entry as its rules ask for."""

    kind: EntryKind
    due_on: date | None = None


class FindingClosed(Refused):
    """A finding that is closed takes no more; a new one can name it."""

    reason_code = "finding_closed"


class NotConcluded(Refused):
    """A finding is closed with a conclusion, and rests on evidence."""

    reason_code = "not_concluded"


def find_state(steps: Iterable[Step]) -> State:
    """Where a finding stands, by its entries in their order."""
    state = State.OPEN
    for step in steps:
        state = SAYS.get(step.kind, state)
    return state


def find_deadline(steps: Iterable[Step]) -> date | None:
    """The deadline that counts: the newest that was set; none once the finding is closed."""
    due: date | None = None
    for step in steps:
        due = step.due_on or due
        if step.kind is EntryKind.CLOSED:
            return None
    return due


def check_entry(steps: Iterable[Step], kind: EntryKind) -> None:
    """Raise FindingClosed or NotConcluded where ``kind`` cannot follow what is there."""
    there = {step.kind for step in steps}
    if EntryKind.CLOSED in there:
        raise FindingClosed(
            _("This finding is closed. Nothing can be added to it."),
            next_step=_("Open a new finding and name this one in it."),
        )
    if kind is EntryKind.CLOSED and EntryKind.CONCLUSION not in there:
        raise NotConcluded(
            _("This finding has no conclusion yet."),
            next_step=_("Write down what you conclude, then close it."),
        )
    if kind is EntryKind.CONCLUSION and EntryKind.EVIDENCE not in there:
        raise NotConcluded(
            _("This finding has no evidence yet."),
            next_step=_("Open the event in the journal that shows it, and use it as evidence."),
        )
