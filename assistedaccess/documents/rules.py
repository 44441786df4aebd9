"""What documents prove and until when, and what still has to be done with a letter. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_WHY = 2_000
LONGEST_RECIPIENT = 400
LONGEST_THEIR_REFERENCE = 100
LONGEST_ADDRESS = 300
ENDS_SOON = timedelta(days=30)
"""Long enough to get a new one before the old one ends."""
OLDEST_YEARS = 10
FURTHEST_YEARS = 30
"""A passport or a lease holds that long; further is a slip of the year."""


class DocumentKind(StrEnum):
    """Brought by the person, or a letter that came to the organisation for them."""

    BROUGHT = "brought"
    LETTER = "letter"


class Proof(StrEnum):
    """What a document can show."""

    IDENTITY = "identity"
    ADDRESS = "address"
    STATUS = "status"
    INCOME = "income"
    BENEFIT = "benefit"
    SAVINGS = "savings"
    RENT = "rent"
    HEALTH = "health"
    FAMILY = "family"
    DECISION = "decision"


class HowRead(StrEnum):
    """How the person came to know what a letter says."""

    ALOUD = "aloud"
    TELEPHONE = "telephone"
    THEMSELF = "themself"


class Answer(StrEnum):
    """How a letter was answered."""

    LETTER = "letter"
    OTHERWISE = "otherwise"
    NOT_NEEDED = "not_needed"


class LetterKind(StrEnum):
    """The letters that there are templates for. A form of authority is delegation's own."""

    CHALLENGE = "challenge"
    REASONS = "reasons"
    SUBJECT_ACCESS = "subject_access"
    ADDRESS = "address"


class HowSent(StrEnum):
    """How a letter left the desk."""

    GIVEN = "given"
    POSTED = "posted"


class Validity(StrEnum):
    """Whether a document still proves what it proves."""

    NO_END = "no_end"
    HOLDS = "holds"
    ENDS_SOON = "ends_soon"
    OVER = "over"


class Step(StrEnum):
    """What comes next with a letter that came in."""

    READ = "read"
    ANSWER = "answer"
    FILE = "file"
    NOTHING = "nothing"


@dataclass(frozen=True)
class LetterFacts:
    """What was done with a letter that came in."""

    is_read: bool
    is_answered: bool
    is_filed: bool


def join_proofs(proofs: Iterable[str]) -> str:
    """What a document proves, as one column holds it: each once, in the order of Proof.

    Raises ValueError for a word that is none.
    """
    chosen = {Proof(proof) for proof in proofs}
    return ",".join(proof for proof in Proof if proof in chosen)


def split_proofs(joined: str) -> tuple[Proof, ...]:
    """What join_proofs wrote."""
    return tuple(Proof(proof) for proof in joined.split(",")) if joined else ()


def judge_validity(valid_until: date | None, today: date) -> Validity:
    """Whether a document still proves something on ``today``; its last day counts."""
    if valid_until is None:
        return Validity.NO_END
    if valid_until < today:
        return Validity.OVER
    return Validity.ENDS_SOON if valid_until - today <= ENDS_SOON else Validity.HOLDS


def find_step(facts: LetterFacts) -> Step:
    """What comes next: nobody answers, or files, what the person does not know of."""
    if facts.is_filed:
        return Step.NOTHING
    if not facts.is_read:
        return Step.READ
    return Step.FILE if facts.is_answered else Step.ANSWER
