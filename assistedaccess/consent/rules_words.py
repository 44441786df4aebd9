"""The own word of whoever is named in a yes: until when, and what an answer does. Pure.

A name and an address are typed by the helper. What the named human says in a sign-in of their own
is theirs; until then the yes is worth what it is worth without them (rules_strength.OwnPart).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext as _

from assistedaccess.kernel.errors import Refused

ASKED_FOR = timedelta(days=14)
"""So long somebody can say yes; what they heard is in nobody's head for longer. A no is always
heard."""

LONGEST_SAID = 500


class Called(StrEnum):
    """As what somebody is named."""

    WITNESS = "witness"
    VOUCHER = "voucher"
    INTERPRETER = "interpreter"
    SECOND = "second"


class Answer(StrEnum):
    """Whether it was so."""

    YES = "yes"
    NO = "no"


class SaidNo(Refused):
    """Whoever was named has said that it was not so: nothing begins on that yes."""

    reason_code = "named_denies"


class WordTooLate(Refused):
    """The days in which somebody could confirm it are over."""

    reason_code = "word_too_late"


def check_answer(before: str | None, answer: Answer, asked_at: datetime, now: datetime) -> None:
    """Raise SaidNo for a yes after a no, WordTooLate for a yes after the last day.

    A no after a yes is heard: somebody may have been pressed.
    """
    if answer is Answer.NO:
        return
    if before == Answer.NO:
        raise SaidNo(
            _("You have said that it was not so, and that is written down."),
            next_step=_("If that was a mistake, tell your manager. The person can say a new yes."),
        )
    if now > asked_at + ASKED_FOR:
        raise WordTooLate(
            _("This was asked too long ago to be confirmed."),
            next_step=_("The helper can ask the person anew, with you there."),
        )


def deny() -> SaidNo:
    """What whoever goes on with such a yes reads."""
    return SaidNo(
        _("Somebody who was named in this says that it was not so. Nothing begins on it."),
        next_step=_("The safeguarding leads look into it. The person can be asked anew."),
    )
