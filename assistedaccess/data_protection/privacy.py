"""Privacy notices, one for each kind of reader (UK GDPR, Articles 13 and 14).

Short words. What is kept for how long comes from the table of retention rules, so that a notice
never says another period than is carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .rules import Kept
from .rules_retention import read_periods


class Reader(StrEnum):
    """Whom a notice is for."""

    PEOPLE = "people"
    WITNESSES = "witnesses"
    VOUCHERS = "vouchers"
    INTERPRETERS = "interpreters"
    COMPLAINANTS = "complainants"
    HELPERS = "helpers"


@dataclass(frozen=True)
class Part:
    """A heading and its sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """One notice, ready to be read."""

    title: str
    parts: tuple[Part, ...]


TITLES: Mapping[Reader, Any] = {
    Reader.PEOPLE: _l("Privacy notice for people who are helped"),
    Reader.WITNESSES: _l("Privacy notice for witnesses"),
    Reader.VOUCHERS: _l("Privacy notice for people who vouch for somebody"),
    Reader.INTERPRETERS: _l("Privacy notice for interpreters"),
    Reader.COMPLAINANTS: _l("Privacy notice for people who complain"),
    Reader.HELPERS: _l("Privacy notice for helpers and other staff"),
}

WHAT: Mapping[Reader, tuple[Any, ...]] = {
    Reader.PEOPLE: (
        _l("Your name, and your birth date as far as it is known. Nothing else must be known."),
        _l("How it is safe to reach you, your language, and what support you need."),
        _l("What you asked for, what you said yes to, and who was there."),
        _l("The answers in your forms, your papers, and what was paid."),
        _l("What tells of your health, if a form asks for it or if it helps us to support you."),
        _l("Each time that somebody opens your record: who, when and why."),
    ),
    Reader.WITNESSES: (
        _l("Your name, and how you know the person."),
        _l("What you heard or saw, and when."),
        _l("If you get a letter or an e-mail about it, your address."),
    ),
    Reader.VOUCHERS: (
        _l("Your name, and how we know that it is you."),
        _l("How you know the person, since when, and what you confirmed."),
    ),
    Reader.INTERPRETERS: (
        _l("Your name, the language, and for whom you work."),
        _l("When you were there, and what was read to the person."),
        _l("Of what was said in the room, only the person’s own answer is kept."),
    ),
    Reader.COMPLAINANTS: (
        _l("What you tell us, and the day. Your name, if you give it."),
        _l("A number or an address, if you want to be told what becomes of it."),
        _l("What we found, and what we told you."),
    ),
    Reader.HELPERS: (
        _l("Your name, your e-mail address, your organisations and roles."),
        _l("Your training and checks. What a check found is not kept."),
        _l("Relatives, phone numbers and accounts that you declare."),
        _l("When and on which device you signed in, and tries to sign in that failed."),
        _l("Everything that you do and look at here. Nobody can take it out again."),
    ),
}

WHY: Mapping[Reader, tuple[Any, ...]] = {
    Reader.PEOPLE: (
        _l("To do what you asked for, to show that you asked for it, and to keep you safe."),
        _l(
            "The law lets us: it is a task for the public good. For a charity it is a fair reason "
            "of its own. Your yes lets somebody act for you. It is not why we may keep this."
        ),
        _l(
            "What tells of your health is kept for a public task that the law names, or to keep "
            "somebody safe."
        ),
    ),
    Reader.WITNESSES: (_l("To show, to a court if need be, that the person said yes freely."),),
    Reader.VOUCHERS: (_l("To show how we know who the person is."),),
    Reader.INTERPRETERS: (_l("To show that the person heard it in their own language."),),
    Reader.COMPLAINANTS: (
        _l("To find out what happened, to put it right, and to tell you."),
        _l("The law asks us to deal with it. A message says nothing of what it is about."),
    ),
    Reader.HELPERS: (
        _l("To let you in and keep others out, and to show who did what."),
        _l("To find fraud and mistakes. A rule can stop an act; a human always decides on it."),
    ),
}

WHO: Mapping[Reader, tuple[Any, ...]] = {
    Reader.PEOPLE: (
        _l("The organisation that helps you. It alone sees your cases, notes and forms."),
        _l(
            "Your name, how to reach you and who may act for you: every organisation that uses "
            "this service, if it has your number, or your name and birth date."
        ),
        _l("Whoever a form is sent to. They tell you what they do with it."),
        _l("Auditors, who check us. Each look of theirs is written down too."),
    ),
    Reader.WITNESSES: (_l("The person, the organisation, auditors, and a court."),),
    Reader.VOUCHERS: (_l("The person, the organisation, auditors, and a court."),),
    Reader.INTERPRETERS: (_l("The person, the organisation, auditors, and a court."),),
    Reader.COMPLAINANTS: (
        _l("Managers or auditors whom it is not about. Never the person it is about."),
        _l("How to reach you: only the one person who deals with it."),
        _l("Somebody outside who checks us, if you ask them to."),
    ),
    Reader.HELPERS: (
        _l("The people whom you help see what you did for them, and your name."),
        _l("Managers of your organisation, auditors, and a court."),
    ),
}


def _days(kind: Kept) -> int:
    """As retention carries it out in this installation."""
    return read_periods(current_app.config["SETTINGS"].retention)[kind].days


def _years(kind: Kept) -> int:
    return round(_days(kind) / 365.25)


def _say_how_long(reader: Reader) -> tuple[str, ...]:
    stays = _(
        "The list of what was done stays. It holds numbers, and no names and no answers of people."
    )
    if reader is Reader.HELPERS:
        return (
            _(
                "Sign-ins for %(days)s days, and the number of a check for %(other)s days.",
                days=_days(Kept.SIGN_IN),
                other=_days(Kept.CERTIFICATE),
            ),
            _("Your name stays for as long as somebody may ask who did what."),
            stays,
        )
    if reader is Reader.COMPLAINANTS:
        return (
            _(
                "How to reach you: %(days)s days after the answer, or until you say stop. Then it "
                "is forgotten.",
                days=_days(Kept.COMPLAINT_WAY),
            ),
            _(
                "What you told us: %(years)s years after the answer. Then it is erased.",
                years=_years(Kept.COMPLAINT),
            ),
            stays,
        )
    return (
        _(
            "%(years)s years after the last thing that was done for the person. Then it is erased.",
            years=_years(Kept.PERSON),
        ),
        _(
            "%(years)s years for what a safeguarding lead wrote, after it was closed.",
            years=_years(Kept.CONCERN),
        ),
        stays,
    )


def make_notice(reader: Reader) -> Notice:
    """The notice for ``reader``, in the language of the page."""

    def say(lines: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(str(line) for line in lines)

    responsible = _(
        "The organisation at whose desk you are. It tells you its name and how to reach its data "
        "protection officer. What the organisations share, they answer for together."
    )
    return Notice(
        str(TITLES[reader]),
        (
            Part(_("Who is responsible"), (responsible,)),
            Part(_("What is kept"), say(WHAT[reader])),
            Part(_("Why, and what lets us"), say(WHY[reader])),
            Part(_("Who sees it"), say(WHO[reader])),
            Part(_("How long it is kept"), _say_how_long(reader)),
        ),
    )
