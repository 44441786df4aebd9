"""What a password may be (NIST SP 800-63B, section 5.1.1; ASVS 5.0, 6.2). Pure.

Long is good, and that is all: no rule about kinds of characters, no expiry. What is refused is what
guessing tries first: common passwords, and words about this service or this account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from flask_babel import gettext as _

SHORTEST = 8
RECOMMENDED = 15
LONGEST = 1000

SERVICE_WORDS = ("Assisted Access",)
_SHORTEST_WORD = 4


def find_fault(password: str, about: Iterable[str], is_common: Callable[[str], bool]) -> str | None:
    """What is wrong with a new password, in words, or None.

    ``about`` are names that belong to the account: its holder, e-mail address, organisations.
    ``is_common`` says whether a lower-case text is on the list of common passwords.
    """
    if len(password) < SHORTEST:
        return _("Password must be %(count)s characters or more", count=SHORTEST)
    folded = password.casefold()
    if is_common(folded) or is_common(_without_ends(folded)) or _is_monotonous(folded):
        return _("This password is one of the first that a guesser tries. Choose another")
    core = _letters(folded)
    for name in (*SERVICE_WORDS, *about):
        words = _letters(name.casefold())
        if len(words) >= _SHORTEST_WORD and core in (words, words * 2):
            return _("Password must not be a name of yours, of your work or of this service")
    return None


def _without_ends(folded: str) -> str:
    # "password2026!" is as common as "password".
    return folded.strip("0123456789!?.,*#$ ")


def _is_monotonous(folded: str) -> bool:
    return len(set(folded)) < 3 and len(folded) < RECOMMENDED


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())
