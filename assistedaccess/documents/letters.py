"""The templates of letters: what each kind says, in plain English, from what the record knows.

The person signs; nothing in them is a rule of ours. What the law gives is named for the reader:
article 15 and article 12(3) of the UK General Data Protection Regulation, a month to answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from flask_babel import gettext as _

from .rules import LetterKind


@dataclass(frozen=True)
class LetterWords:
    """What a letter is filled with. Empty where it is not known: then a line is left out, or left
    free to be written by hand.

    ``address``: where the person wants the answer; empty for who hides where they live.
    """

    name: str
    address: str
    recipient: str
    service: str
    their_reference: str
    written_on: date
    decided_on: date | None
    why: str
    new_address: str
    moved_on: date | None
    helper_at: str
    our_reference: str


def compose(kind: LetterKind, words: LetterWords) -> str:
    """The whole letter, one line or paragraph after the other."""
    paragraphs = [
        "\n".join(filter(None, (words.name, words.address))),
        words.recipient,
        _long(words.written_on),
        "\n".join(_about(kind, words)),
        _("To whoever reads this,"),
        *_BODIES[kind](words),
        _("Please write to me at the address above.")
        if words.address
        else _("Please write to me where you have always written to me."),
        _("Yours faithfully,"),
        "\n\n" + words.name,
        _(
            "I had help with this letter from %(organisation)s. Their number for it is "
            "%(reference)s. Please do not tell them anything about me unless I have said yes.",
            organisation=words.helper_at,
            reference=words.our_reference,
        ),
    ]
    return "\n\n".join(filter(None, paragraphs))


def _long(day: date) -> str:
    return str(format_date(day, "d MMMM y", locale="en_GB"))


def _about(kind: LetterKind, words: LetterWords) -> list[str]:
    lines = [_SUBJECTS[kind]()]
    if words.service:
        lines.append(_("About: %(service)s", service=words.service))
    if words.their_reference:
        lines.append(_("Your number for me: %(number)s", number=words.their_reference))
    return lines


_SUBJECTS = {
    LetterKind.CHALLENGE: lambda: _("Please look again at your decision"),
    LetterKind.REASONS: lambda: _("Please tell me the reasons for your decision"),
    LetterKind.SUBJECT_ACCESS: lambda: _("Please send me what you hold about me"),
    LetterKind.ADDRESS: lambda: _("I have a new address"),
}


def _decision(words: LetterWords) -> str:
    if words.decided_on is None:
        return _("You have made a decision about me.")
    return _("You made a decision about me on %(day)s.", day=_long(words.decided_on))


def _challenge(words: LetterWords) -> list[str]:
    return [
        f"{_decision(words)} {_('I do not agree with it. Please look at it again.')}",
        f"{_('This is why:')} {words.why}",
        _("If you need to know more, please ask me before you decide."),
        _("Please tell me in writing what you decide, and why. Please tell me what I can do next."),
    ]


def _reasons(words: LetterWords) -> list[str]:
    asked = _("Please tell me in writing why. Which facts and which rules did you use?")
    return [
        f"{_decision(words)} {asked}",
        words.why,
        _("I may want you to look at it again. My time for that is short, so please answer soon."),
    ]


def _subject_access(words: LetterWords) -> list[str]:
    return [
        _("Please send me a copy of all that you hold about me. The law gives me this right."),
        _("It is article 15 of the UK General Data Protection Regulation."),
        f"{_('I want this above all:')} {words.why}" if words.why else "",
        _("You have one month. It costs me nothing."),
        _("If you have to be sure who I am, please tell me now what you need to see."),
    ]


def _address(words: LetterWords) -> list[str]:
    since = (
        _("I live here since %(day)s:", day=_long(words.moved_on))
        if words.moved_on
        else _("I live here now:")
    )
    return [
        f"{since}\n{words.new_address}",
        words.why,
        _("Please change it in all that you hold about me. Please tell me when it is done."),
    ]


_BODIES = {
    LetterKind.CHALLENGE: _challenge,
    LetterKind.REASONS: _reasons,
    LetterKind.SUBJECT_ACCESS: _subject_access,
    LetterKind.ADDRESS: _address,
}
