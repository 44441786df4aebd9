"""Consent in plain words: what each power lets a helper do, and why a yes is worth what it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
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
    "number_is_new": _l("That number came into the record less than 30 days ago"),
    "number_added_today": _l("That phone number came into the record today"),  # until November 2026
    "phone_is_shared": _l("Somebody else uses that phone too"),
    "signed_on_screen": _l("The person signed these very words by hand"),
    "typed_name": _l("The person typed their name: it shows nothing of their hand"),
    "signed_on_paper": _l("The person signed these very words on paper"),
    "paper_not_in_yet": _l("The signed paper has not been photographed yet"),
    "spoken_before_witness": _l("The person said yes before a witness"),
    "witness_signed": _l("The witness signed by hand"),
    "witness_left_nothing": _l("The witness left nothing of their own: no word, no signature"),
    "named_confirmed": _l("Whoever was named confirmed it in a sign-in of their own"),
    "named_not_answered_yet": _l("Whoever was named has not confirmed it yet in their own sign-in"),
    "named_denies": _l("Whoever was named says that it was not so"),
    "witness_at_same_address": _l("The witness lives with the person or with the helper"),
    "witness_is_family": _l("The witness is family of the person"),
    "read_and_said_online": _l("The person read it on their own device, and said yes there"),
    "witness_address_not_known": _l("Nobody knows where the witness lives"),
    "vouched_for": _l("Somebody who knows the person vouched for them"),
    "seen_by_second": _l("A second member of staff saw the person and heard their yes"),
    "one_of_the_two": _l("Only one of these was there: somebody who vouches, or a colleague"),
    "voucher_address_not_known": _l("Nobody knows where the one who vouched lives"),
    "card_number": _l("A number from the person’s own card was right"),
    "identity_below_medium": _l("We are not very sure yet who the person is"),
    "identity_by_this_helper": _l("Only this helper has seen who the person is"),
    "rung_on_number_on_record": _l("The helper rang the person’s own number on record"),
    "said_through_interpreter": _l("The person said yes through an interpreter"),
    "interpreter_not_independent": _l("The interpreter is close to the person or to the helper"),
    "interpreter_has_no_account": _l("The interpreter has no sign-in here of their own"),
    "not_their_language": _l("They need an interpreter for these words, and none is named"),
    "address_is_new": _l("That address came into the record less than 30 days ago"),
    "code_by_post": _l("The code in the letter came back, and was right"),
    "signed_at_home": _l("The person signed the paper form at home"),
    "entered_late": _l("It was written up by the helper afterwards"),
}

DRAFT = _l("Nobody has approved these words yet. They are shown in this demonstration alone.")

WAYS: dict[str, Any] = {
    "said_yes": _l("The person said yes"),
    "code": _l("A code sent to the person’s own phone"),
    "card": _l("A number from the person’s access card"),
    "signature": _l("Their signature on the screen"),
    "paper": _l("Their signature on a printed form"),
    "witness": _l("The spoken word before a witness"),
    "voucher": _l("Somebody who knows the person, or a colleague who has seen them"),
    "interpreter": _l("Through an interpreter, a text relay or sign-language video"),
    "telephone": _l("By telephone: I ring the person"),
    "post": _l("By post: a letter with a code"),
    "home_visit": _l("After a home visit: from the paper form"),
    "online": _l("On the person’s own device"),
}

SIGNS: dict[str, Any] = {
    "word": _l("Out loud, or in sign language"),
    "mark": _l("By a mark of their own"),
    "key": _l("By pressing a key or a button"),
    "signature": _l("Their signature"),
}

LIVES: dict[str, Any] = {
    "elsewhere": _l("lives elsewhere"),
    "with_person": _l("lives with the person"),
    "with_helper": _l("lives with the helper, or with who is to act"),
    "not_known": _l("nobody knows where they live"),
}

RELATIONS: dict[str, Any] = {
    "nurse_or_carer": _l("a nurse, doctor or carer"),
    "caseworker": _l("a caseworker"),
    "other_work": _l("known from work"),
    "neighbour": _l("a neighbour"),
    "friend": _l("a friend"),
    "other_life": _l("known from a club, a church, a school or the like"),
    "professional": _l("a professional interpreter or operator"),
    "colleague": _l("a colleague of the helper"),
    "family": _l("family of the person"),
    "partner": _l("the person’s partner"),
}

MEANS: dict[str, Any] = {
    "room": _l("in the room"),
    "pool": _l("on the telephone, from the shared pool"),
    "telephone": _l("on the telephone"),
    "sign_video": _l("by sign-language video"),
    "text_relay": _l("by text relay"),
}

BACK: dict[str, Any] = {
    "in_person": _l("The person came in"),
    "telephone": _l("The person rang"),
    "letter": _l("By letter"),
    "other": _l("Another way"),
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
    HowSaid.ONLINE: _l("Online"),
}

LANGUAGES: dict[str, Any] = {"en": _l("English"), "cy": _l("Welsh")}


def spell_day(day: date) -> str:
    """A day as the language that is spoken now writes it."""
    return str(format_date(day, "d MMMM y", locale=get_locale() or "en_GB"))
