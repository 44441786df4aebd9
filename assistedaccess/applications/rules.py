"""What may be done with an application, in which order, and who may declare. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from assistedaccess.consent.rules import Mode
from assistedaccess.kernel.card_numbers import holds_card_number
from assistedaccess.kernel.errors import DomainError, InvalidInput, Refused
from assistedaccess.kernel.foreign_passwords import holds_password
from assistedaccess.services.definition import Definition, PageKind
from assistedaccess.services.journey import Journey, choose_way

LONGEST_CORRECTION = 1_000
LONGEST_ASKED = 500
LONGEST_SERVICE_NAME = 100
LONGEST_THEIR_REFERENCE = 60
LONGEST_NOTE = 2_000
LONGEST_DECLARER = 200
MOST_KEPT = 20
"""How many texts that could not be saved are kept for one account and application."""


class State(StrEnum):
    """Where an application stands. Only a draft changes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


class WithdrawReason(StrEnum):
    """Why a draft was given up."""

    NOT_WANTED = "not_wanted"
    DONE_ELSEWHERE = "done_elsewhere"
    MISTAKE = "mistake"


class SaidBack(StrEnum):
    """What the person said when the answers were read to them."""

    YES = "yes"
    CORRECTION = "correction"
    NOT_HERE = "not_here"


class Word(StrEnum):
    """On whose word help elsewhere was given."""

    HERE = "here"
    TELEPHONE = "telephone"
    DELEGATION = "delegation"

    @property
    def mode(self) -> Mode:
        """Whoever acts on a delegation represents; else the person decides."""
        return Mode.REPRESENTING if self is Word.DELEGATION else Mode.ASSISTING


class Step(StrEnum):
    """What comes before sending, in this order. To declare and to send is one step."""

    QUESTIONS = "questions"
    READ_BACK = "read_back"
    DECLARATION = "declaration"


class Declarer(StrEnum):
    """Who may declare that an application is true, where its service allows it."""

    PERSON = "person"
    PARTNER = "partner"
    PARENT = "parent"
    APPOINTEE = "appointee"
    ATTORNEY = "attorney"
    DEPUTY = "deputy"
    GUARDIAN = "guardian"
    CONTROLLER = "controller"
    HELPER = "helper_under_delegation"

    @property
    def is_somebody_else(self) -> bool:
        """Whether it is neither the person nor the helper, so that their name is asked."""
        return self not in (Declarer.PERSON, Declarer.HELPER)


class ApplicationClosed(Refused):
    """It was sent or withdrawn: nothing in it changes any more."""

    reason_code = "application_closed"


class CaseIsClosed(Refused):
    """Nothing is begun in a case that is closed."""

    reason_code = "case_closed"


class HelpIsRegulated(Refused):
    """Only an organisation that is registered for it helps with this service."""

    reason_code = "help_is_regulated"


class DeclarerNotAllowed(Refused):
    """The service does not let this person declare."""

    reason_code = "declarer_not_allowed"


class StepMissing(DomainError):
    """Something comes first: ``path`` is the page of the form, where it is a question."""

    def __init__(self, step: Step, path: str = "") -> None:
        super().__init__("")
        self.step = step
        self.path = path


class NotFit(InvalidInput):
    """An answer that the page does not take; the page itself said so, or was gone round."""


def leads_out(definition: Definition, journey: Journey, now: datetime) -> str:
    """The address outside the form to which the answers lead, or nothing."""
    if journey.incomplete is not None or not journey.pages:
        return ""
    way = choose_way(definition, journey.pages[-1], journey.answers, now)
    return way.redirect if way is not None else ""


def can_be_sent(definition: Definition, journey: Journey) -> bool:
    """Whether the answers lead to where the form is sent, not to a page that says why not.

    A page without a way on is such a page, unless the form has no summary at all.
    """
    end = journey.end
    if end is None:
        return False
    if end.kind in (PageKind.SUMMARY, PageKind.CONFIRM):
        return True
    kinds = {page.kind for page in definition.pages.values()}
    return not end.next and not kinds & {PageKind.SUMMARY, PageKind.CONFIRM}


def first_unanswered(definition: Definition, journey: Journey) -> str:
    """The path of the page to go on with; nothing when the form can be sent.

    Where the answers lead to a page that says why it cannot be sent, that page.
    """
    if journey.incomplete is not None:
        return journey.incomplete.path
    if can_be_sent(definition, journey) or not journey.pages:
        return ""
    return journey.pages[-1].path


@dataclass(frozen=True)
class Progress:
    """How far an application is; versions as Application has them."""

    version: int
    read_back_version: int | None
    read_back_answer: str | None
    unanswered: str  # path of the first page without its answer, or nothing


def next_step(progress: Progress) -> Step:
    """What comes next. What was read back holds for the answers as they were then."""
    if progress.unanswered:
        return Step.QUESTIONS
    if progress.read_back_version != progress.version or progress.read_back_answer not in (
        SaidBack.YES,
        SaidBack.NOT_HERE,
    ):
        return Step.READ_BACK
    return Step.DECLARATION


def check_step(progress: Progress, wanted: Step) -> None:
    """Raise StepMissing where something comes before ``wanted``."""
    order = list(Step)
    found = next_step(progress)
    if order.index(found) < order.index(wanted):
        raise StepMissing(found, progress.unanswered)


def list_declarers(may_declare: Collection[str], mode: Mode) -> list[Declarer]:
    """Who may declare to this helper, the person first.

    A helper may only where they represent and the service says so. Claims for somebody who is
    terminally ill without their knowledge are an authority of their own, and are not made here.
    """
    return [
        declarer
        for declarer in Declarer
        if declarer in may_declare
        and (declarer is not Declarer.HELPER or mode is Mode.REPRESENTING)
    ]


def list_read_back(mode: Mode) -> list[SaidBack]:
    """What can come of reading back: only who represents may do without the person."""
    answers = [SaidBack.YES, SaidBack.CORRECTION]
    return [*answers, SaidBack.NOT_HERE] if mode is Mode.REPRESENTING else answers


def write_submission(
    *,
    reference: str,
    service: str,
    form_version: int,
    form_hash: str,
    mode: str,
    language: str,
    answers: Mapping[str, Any],
    from_record: Collection[str],
    declared_by: str,
    declared_words_hash: str,
    read_back: str,
    submitted_at: str,
    changes: Mapping[str, Any] | None = None,
    payee_waits: bool = False,
) -> dict[str, Any]:
    """What is sent, as the JSON object that is sealed and committed to.

    ``answers`` are those in play alone, canonical, by key; None is "asked and left empty".
    ``submitted_at`` is UTC in ISO 8601. ``changes``, of a change report: what it changes, the
    person's words, and each answer that differs as it was before. ``payee_waits``: a second human
    has still to look at the account that is named; nothing is to be paid there until they have.
    """
    return {
        **({"changes": dict(changes)} if changes is not None else {}),
        **({"payee": "waits"} if payee_waits else {}),
        "v": 1,
        "reference": reference,
        "service": service,
        "form": {"version": form_version, "sha256": form_hash},
        "mode": mode,
        "language": language,
        "answers": dict(answers),
        "from_record": sorted(set(from_record) & set(answers)),
        "declared": {"by": declared_by, "words_sha256": declared_words_hash},
        "read_back": read_back,
        "submitted_at": submitted_at,
    }


def find_passwords(answers: Mapping[str, Any]) -> list[str]:
    """The keys of answers that seem to hold somebody's password or PIN (design, section 4, 11)."""
    return [key for key, answer in answers.items() if any(map(holds_password, _texts(answer)))]


def find_card_numbers(answers: Mapping[str, Any]) -> list[str]:
    """The keys of answers that seem to hold the number of a payment card."""
    return [key for key, answer in answers.items() if any(map(holds_card_number, _texts(answer)))]


def _texts(answer: Any) -> list[str]:
    if isinstance(answer, str):
        return [answer]
    inner = answer.values() if isinstance(answer, dict) else answer or ()
    return [text for each in inner for text in _texts(each)]


OLDEST_PAPER = timedelta(days=28)
"""How long a signed paper pack may wait to be typed in."""


def check_written_on(written_on: date | None, today: date) -> date | None:
    """The earlier day on which paper was written on, as it may be said; None where it was not.

    Raises InvalidInput for today or later, and for what is older than OLDEST_PAPER.
    """
    if written_on is None:
        return None
    if not today - OLDEST_PAPER <= written_on < today:
        raise InvalidInput(
            "written_on", _("Enter a day before today, of the last %(days)s days", days=28)
        )
    return written_on
