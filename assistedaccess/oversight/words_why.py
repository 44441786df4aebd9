"""Why something was done or looked at, on which authority, and on what evidence, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.approvals import words as approval_words
from assistedaccess.consent import queries as consent
from assistedaccess.consent import words as consent_words

from .words_reasons import REASONS

EXPLAINED_BY: dict[str, Any] = {
    "open_case": _l("an open case"),
    "appointment": _l("an appointment"),
    "group_session": _l("a place on the register of a group session"),
    "queue": _l("a place in the queue"),
    "task": _l("a task that was theirs"),
    "hand_over": _l("a case that their organisation was asked to take"),
    "referral": _l("a referral that nobody had heard of yet"),
    "registered": _l("they had just registered the person"),
    "delegation": _l("a delegation in force"),
    "consent_today": _l("the person’s yes on that day"),
    "asking": _l("the person was being asked for a yes"),
    "second_pair_of_eyes": _l("they were the second to see the person say yes"),
    "review": _l("a decision for which they were drawn"),
    "supervision": _l("a case that was drawn for supervision"),
    "merged": _l("two records that were put together"),
}
"""What the explain port found, by its code."""

STATED: dict[str, Any] = {
    "person_is_here": _l("the person is here"),
    "on_the_telephone": _l("the person is on the telephone"),
    "open_matter": _l("they work on something that is open for them"),
    "other": _l("in their own words, which stand in the event’s details"),
    "registered": _l("they had just registered the person"),
    "asked_to_stop": _l("the person asked them to stop something"),
    "risk_to_life": _l("somebody’s life is at risk"),
    "safeguarding": _l("somebody may be harmed"),
}
"""What whoever looked said, by its code; the last two break the glass."""

CHANNELS: dict[str, Any] = {
    "text": _l("Text message"),
    "email": _l("Email"),
    "letter": _l("Letter"),
    "in_person": _l("Told in person"),
    "none": _l("No safe way to tell"),
}

NOTICE_STATES: dict[str, Any] = {
    "queued": _l("Not sent yet"),
    "sending": _l("Not sent yet"),
    "retrying": _l("Not sent yet"),
    "held": _l("May have been sent"),
    "to_print": _l("To be printed"),
    "sent": _l("Sent"),
    "delivered": _l("Delivered"),
    "posted": _l("Posted"),
    "in_person": _l("To be told in person"),
    "failed": _l("Could not be sent"),
    "not_sent": _l("Could not be sent"),
}


def say_reason(code: str) -> str:
    """A reason code in words: explained by the records, stated by the helper, or a rule's name."""
    how, _dot, what = code.partition(".")
    if how == "explained" and what:
        return _("Explained by the records: %(what)s", what=EXPLAINED_BY.get(what) or spaced(what))
    if how == "stated" and what:
        return _("Stated by who looked: %(what)s", what=STATED.get(what) or spaced(what))
    if how == "break_glass" and what:
        return _("Broke the glass: %(what)s", what=STATED.get(what) or spaced(what))
    return str(REASONS.get(code) or spaced(code).capitalize())


def say_reasons(codes: Iterable[str]) -> list[str]:
    """Several, each in words."""
    return [say_reason(code) for code in codes]


def spaced(code: str) -> str:
    """A code of which nobody has said more than its own words."""
    return code.replace("_", " ")


def name_service(key: str) -> str:
    """The name of a service in the language of the page; its key where it has gone."""
    return name_services([key])


def name_services(keys: Iterable[str]) -> str:
    """Several, in one line."""
    return consent.name_services(list(keys), str(get_locale() or "en"))


def say_powers(powers: Iterable[str]) -> str:
    """The powers of a delegation, in one line."""
    return "; ".join(str(consent_words.POWERS.get(each, spaced(each))) for each in powers)


def say_way(way: str) -> Any:
    """How a yes was confirmed."""
    return consent_words.WAYS.get(way, spaced(way).capitalize())


def say_strength(strength: str) -> Any:
    """What a yes is worth."""
    return consent_words.STRENGTHS.get(strength, strength)


def say_evidence(reasons: Iterable[str]) -> list[Any]:
    """Why a yes is worth that."""
    return [consent_words.REASONS.get(each, spaced(each)) for each in reasons]


def say_review_state(state: str) -> Any:
    """Where a second human's decision stands."""
    return approval_words.STATES[state][0] if state in approval_words.STATES else spaced(state)


def say_detail(name: str, value: object) -> str:
    """A private detail of an event: services and powers by their names, lists in one line."""
    said = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    if name in ("service", "services"):
        return name_services(said)
    return say_powers(said) if name == "powers" else ", ".join(said)
