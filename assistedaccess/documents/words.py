"""The words for what documents prove, and for how letters stand."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from .rules import Answer, DocumentKind, HowRead, HowSent, LetterKind, Proof, Step, Validity

PROOFS = {
    Proof.IDENTITY: _l("Who they are"),
    Proof.ADDRESS: _l("Where they live"),
    Proof.STATUS: _l("That they may live here"),
    Proof.INCOME: _l("What they earn"),
    Proof.BENEFIT: _l("What benefit they get"),
    Proof.SAVINGS: _l("What savings they have"),
    Proof.RENT: _l("What rent they pay"),
    Proof.HEALTH: _l("A health condition or a disability"),
    Proof.FAMILY: _l("Who belongs to the family"),
    Proof.DECISION: _l("What was decided"),
}
KINDS = {
    DocumentKind.BROUGHT: _l("Document"),
    DocumentKind.LETTER: _l("Letter that came for them"),
}
VALIDITIES: dict[Validity, tuple[Any, str]] = {
    Validity.NO_END: (_l("No last day"), ""),
    Validity.HOLDS: (_l("Holds"), "green"),
    Validity.ENDS_SOON: (_l("Ends soon"), "orange"),
    Validity.OVER: (_l("Over"), "red"),
}
STEPS: dict[Step, tuple[Any, str]] = {
    Step.READ: (_l("To be read to them"), "red"),
    Step.ANSWER: (_l("To be answered"), "orange"),
    Step.FILE: (_l("To be filed"), "blue"),
    Step.NOTHING: (_l("Filed"), ""),
}
HOW_READ = {
    HowRead.ALOUD: _l("I read it to them here"),
    HowRead.TELEPHONE: _l("I read it to them by telephone"),
    HowRead.THEMSELF: _l("They read it themself"),
}
ANSWERS = {
    Answer.LETTER: _l("By letter"),
    Answer.OTHERWISE: _l("By telephone, online or in person"),
    Answer.NOT_NEEDED: _l("It needs no answer"),
}
LETTERS = {
    LetterKind.CHALLENGE: _l("Challenge a decision"),
    LetterKind.REASONS: _l("Ask for the reasons of a decision"),
    LetterKind.SUBJECT_ACCESS: _l("Ask what they hold about the person"),
    LetterKind.ADDRESS: _l("Tell them a new address"),
}
HOW_SENT = {
    HowSent.GIVEN: _l("The person takes it"),
    HowSent.POSTED: _l("We post it, signed by the person"),
}


def say_letter_state(checked: object, sent: object) -> tuple[Any, str]:
    """How a letter from the person stands, and the colour of its tag."""
    if sent:
        return _l("Sent"), "green"
    return (_l("To be sent"), "blue") if checked else (_l("To be checked with them"), "orange")
