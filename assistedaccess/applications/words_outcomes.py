"""The words for what can become of an application."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.working_days import Unit
from assistedaccess.services.queries import find_service

from .rules_outcomes import Correction, LimitFrom, OutcomeKind

KINDS: dict[str, tuple[Any, str]] = {
    OutcomeKind.RECEIVED: (_l("Received by the other side"), "blue"),
    OutcomeKind.MORE_ASKED: (_l("More is asked for"), "orange"),
    OutcomeKind.ANSWERED: (_l("Answered what was asked"), "blue"),
    OutcomeKind.DECIDED: (_l("Decided: yes"), "green"),
    OutcomeKind.PAID: (_l("Paid"), "green"),
    OutcomeKind.REFUSED: (_l("Refused"), "red"),
    OutcomeKind.CHALLENGED: (_l("Challenged"), "yellow"),
    OutcomeKind.NOT_KNOWN: (_l("We will not hear"), "grey"),
}
NOT_HEARD: tuple[Any, str] = (_l("Not heard yet"), "yellow")
HINTS: dict[str, Any] = {
    OutcomeKind.MORE_ASKED: _l("They want a paper, an answer, or to see the person."),
    OutcomeKind.DECIDED: _l("They said yes, to all of it or to a part."),
    OutcomeKind.PAID: _l("The money, the badge or the pass has come."),
    OutcomeKind.CHALLENGED: _l("The person asked them to look again, or appealed."),
    OutcomeKind.NOT_KNOWN: _l("The person cannot be reached, or does not want to say."),
}
CORRECTIONS: dict[str, Any] = {
    Correction.CHANGED: _l("Both are right: it was changed since"),
    Correction.MISTAKE: _l("What was written down before is wrong"),
}
LIMITS: dict[str, Any] = {
    LimitFrom.RULE: _l("As is usual for this service"),
    LimitFrom.LETTER: _l("Until a day that the letter gives"),
    LimitFrom.WITHIN: _l("Within some days or months of its date"),
    LimitFrom.NOT_SAID: _l("The letter does not say"),
}
UNITS: dict[str, Any] = {
    Unit.DAYS: _l("days"),
    Unit.WORKING_DAYS: _l("working days"),
    Unit.MONTHS: _l("months"),
}


def name_service(key: str | None) -> str:
    """The name of a service in the language of the page; a word for one that nobody listed."""
    view = find_service(key) if key else None
    return view.name(str(get_locale() or "en")) if view is not None else _("Another service")


def say_kind(kind: str | None) -> Any:
    """What was heard, in a few words."""
    return KINDS[kind][0] if kind else NOT_HEARD[0]


def say_task(kind: OutcomeKind, act_by: str) -> str:
    """What the helper has to do about it; nothing of the person is in it."""
    if kind is OutcomeKind.MORE_ASKED:
        if act_by:
            return _("Send what they ask for. It must go by %(day)s", day=act_by)
        return _("Send what they ask for")
    if act_by:
        return _("Refused: ask the person if they challenge it. It must go by %(day)s", day=act_by)
    return _("Refused: ask the person if they challenge it, and find out the last day")
