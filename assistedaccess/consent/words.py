"""Consent in plain words: what each power lets a helper do, and why a yes is worth what it is."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from .rules import HowSaid, Period, Power, Strength, VisitChannel

POWERS: dict[str, Any] = {
    Power.SEE: _l("See the application and how it is getting on"),
    Power.FILL_IN: _l("Fill in forms"),
    Power.SUBMIT: _l("Send forms"),
    Power.PAY: _l("Pay, up to a limit"),
    Power.REPORT_CHANGE: _l("Tell the service when something changes"),
    Power.RECEIVE_MESSAGES: _l("Get letters and messages about it"),
    Power.CHANGE_PAYMENT_DETAILS: _l("Change where money is paid"),
    Power.CHANGE_CONTACT_DETAILS: _l("Change how the person is contacted"),
}

STRENGTHS: dict[str, Any] = {
    Strength.BASIC: _l("Basic"),
    Strength.STANDARD: _l("Standard"),
    Strength.STRONG: _l("Strong"),
}

REASONS: dict[str, Any] = {
    "said_yes_in_presence": _l("The person was there and said yes"),
    "code_to_own_phone": _l("A code came to the person’s own phone, and was right"),
    "number_from_this_helper": _l("The helper put that phone number into the record"),
    "number_added_today": _l("That phone number came into the record today"),
    "phone_is_shared": _l("Somebody else uses that phone too"),
    "spoken_before_witness": _l("The person said yes out loud before a witness"),
    "witness_at_same_address": _l("The witness lives with the person or with the helper"),
    "witness_address_not_known": _l("Nobody knows where the witness lives"),
}

WAYS: dict[str, Any] = {
    "said_yes": _l("The person said yes"),
    "code": _l("A code sent to the person’s own phone"),
    "witness": _l("The spoken word before a witness"),
}

PERIODS: dict[str, Any] = {
    Period.MONTH: _l("in a month"),
    Period.TERM: _l("in all"),
}

CHANNELS: dict[str, Any] = {
    VisitChannel.IN_PERSON: _l("In person"),
    VisitChannel.TELEPHONE: _l("By telephone"),
}

HOW_SAID: dict[str, Any] = {
    HowSaid.IN_FRONT: _l("In person, face to face"),
    HowSaid.TELEPHONE: _l("By telephone"),
}

LANGUAGES: dict[str, Any] = {"en": _l("English"), "cy": _l("Welsh")}
