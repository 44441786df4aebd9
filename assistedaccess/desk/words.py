"""The words for states and kinds on the pages of the desk."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _l

from assistedaccess.applications import words_outcomes, words_payments
from assistedaccess.audit import Action
from assistedaccess.casework.forms import CLOSE_REASONS
from assistedaccess.casework.forms import WHY_HELP as WHY_HELP
from assistedaccess.casework.forms_appointments import KINDS as APPOINTMENT_KINDS
from assistedaccess.casework.forms_appointments import STATES as APPOINTMENT_STATES
from assistedaccess.casework.forms_benefits import NAMES as CALCULATORS  # noqa: F401  (for the templates)
from assistedaccess.casework.forms_groups import ENTRY_STATES
from assistedaccess.casework.forms_referrals import ARRIVALS as _ARRIVALS
from assistedaccess.casework.forms_referrals import STATES as _REFERRAL_STATES
from assistedaccess.casework.queries import find_service_entry
from assistedaccess.casework.rules import CaseState, Urgency
from assistedaccess.consent import words as consent_words
from assistedaccess.documents import words as document_words
from assistedaccess.kernel import clock
from assistedaccess.people import forms as people_forms
from assistedaccess.people import forms_contact

from .rules_losses import Loss

CASE_STATES: dict[str, tuple[Any, str]] = {
    CaseState.OPEN: (_l("Open"), "blue"),
    CaseState.WAITING: (_l("Waiting for somebody else"), "yellow"),
    CaseState.CLOSED: (_l("Closed"), "grey"),
}
URGENCIES: dict[str, tuple[Any, str]] = {
    Urgency.LOST: (_l("Date lost"), "grey"),
    Urgency.TODAY: (_l("Last day"), "red"),
    Urgency.SOON: (_l("Soon"), "orange"),
    Urgency.LATER: (_l("In time"), "teal"),
}
LOSSES: dict[str, tuple[Any, str]] = {
    Loss.CLAIM: (_l("Claim date"), "red"),
    Loss.LAST_DAY: (_l("Last day"), "red"),
    Loss.LETTER: (_l("Not read yet"), "orange"),
    Loss.APPOINTMENT: (_l("Appointment"), "blue"),
    Loss.GROUP: (_l("Group session"), "blue"),
    Loss.TASK: (_l("To do"), "teal"),
}
NOTICE_STATES: dict[str, tuple[Any, str]] = {
    "queued": (_l("Not sent yet"), "blue"),
    "sending": (_l("Not sent yet"), "blue"),
    "retrying": (_l("Not sent yet"), "blue"),
    "held": (_l("May have been sent"), "blue"),  # a backup was restored since
    "to_print": (_l("To be printed"), "blue"),
    "sent": (_l("Sent"), ""),
    "delivered": (_l("Delivered"), ""),
    "posted": (_l("Posted"), ""),
    "in_person": (_l("Tell the person yourself"), "orange"),
    "failed": (_l("Could not be sent"), "red"),
    "not_sent": (_l("Could not be sent"), "red"),
}
APPLICATION_STATES: dict[str, tuple[Any, str]] = {
    "draft": (_l("Not submitted yet"), "blue"),
    "submitted": (_l("Submitted"), "green"),
    "withdrawn": (_l("Withdrawn"), "grey"),
}
PAYMENT_STATES = words_payments.STATES
REFUND_STATES = words_payments.REFUND_STATES
HELP_KINDS = words_payments.HELP_KINDS
APPLICATIONS: dict[str, Any] = {
    "claim": _l("Application: %(what)s"),
    "change_report": _l("Change report: %(what)s"),
    "payment_details": _l("Where the money is paid: %(what)s"),
}
OUTCOME_KINDS = words_outcomes.KINDS
DOCUMENT_KINDS = document_words.KINDS
LETTERS = document_words.LETTERS
APPOINTMENTS = {"kinds": APPOINTMENT_KINDS, "states": APPOINTMENT_STATES}
GROUPS = ENTRY_STATES
REFERRALS: dict[str, tuple[Any, str]] = {**_REFERRAL_STATES, **_ARRIVALS}
CHANNELS: dict[str, Any] = {
    "text": _l("Text message"),
    "email": _l("Email"),
    "letter": _l("Letter"),
    "in_person": _l("Told in person"),
    "none": _l("No safe way to tell"),
}
POINT_KINDS: dict[str, Any] = {
    "mobile": _l("Mobile"),
    "landline": _l("Telephone"),
    "email": _l("Email"),
    "postal": _l("Letters"),
    "held_at_desk": _l("Letters held at a desk"),
}
WHOSE = {choice.value: choice.label for choice in forms_contact.WHOSE}
FORMATS = {choice.value: choice.label for choice in people_forms.FORMATS}
HEARING = {choice.value: choice.label for choice in people_forms.HEARING}
IDENTITY: dict[str, Any] = {
    "none": _l("Not sure at all. That is allowed."),
    "low": _l("Low"),
    "medium": _l("Medium"),
    "high": _l("High"),
    "very_high": _l("Very high"),
}
CONSENT_MODES: dict[str, Any] = {
    "assisting": _l("help while they are here"),
    "representing": _l("acting for them"),
    "not_begun": _l("acting for them, which has not started"),
}
POWERS = consent_words.POWERS
_CHANGES: dict[tuple[str, str | None], Any] = {
    (Action.CASE_OPENED, None): _l("Case opened"),
    (Action.CASE_REOPENED, None): _l("Case reopened"),
    (Action.HAND_OVER_OFFERED, None): _l("Offered to another organisation"),
    (Action.HAND_OVER_TAKEN, None): _l("Taken by another organisation, and closed here"),
    (Action.HAND_OVER_RETURNED, None): _l("Returned by the other organisation"),
    (Action.HAND_OVER_WITHDRAWN, None): _l("Offer to another organisation taken back"),
    (Action.ACT_UNDONE, None): _l("Undone at once"),
    (Action.ACT_UNDONE, Action.CASE_CLOSED): _l("Undone at once: the case stays open"),
    (Action.ACT_UNDONE, Action.TASK_DONE): _l("Undone at once: the task is still to do"),
    (Action.ACT_UNDONE, Action.CASE_CHANGED): _l("Undone at once: the case stands as before"),
    (Action.CASE_CHANGED, "assigned"): _l("Case given to somebody else"),
    (Action.CASE_CHANGED, "waiting"): _l("Waits for somebody outside"),
    (Action.CASE_CHANGED, "open"): _l("There is something to do here again"),
}


def say_change(action: str, reason: str | None) -> Any:
    """What happened to a case, from the journal's action and reason."""
    return _CHANGES.get((action, reason)) or _CHANGES.get((action, None)) or _l("Case closed")


def say_close_reason(reason: str | None) -> Any:
    """Why a case was closed."""
    return CLOSE_REASONS.get(reason, "")  # type: ignore[call-overload]


def say_wait(minutes: int) -> str:
    """How long somebody has waited, as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(num)s minute", "%(num)s minutes", rest)
    said = ngettext("%(num)s hour", "%(num)s hours", hours)
    return f"{said}, {ngettext('%(num)s minute', '%(num)s minutes', rest)}" if rest else said


def last_day(until: datetime) -> date:
    """The last day of what ends at ``until``, mostly the midnight after it."""
    return clock.local(until - timedelta(seconds=1)).date()


def name_service(key: str) -> str:
    """The name of a service in the language of the page; its key where it has gone."""
    entry = find_service_entry(key)
    return entry.name.in_language(str(get_locale() or "en")) if entry else key


def name_services(keys: list[str]) -> str:
    """Several, in one line."""
    return ", ".join(name_service(key) for key in keys)
