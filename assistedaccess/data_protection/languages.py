"""In which languages the access pack can be given: those that have its every word, as its record.

What people typed stands as they typed it, and a word of a closed list as it is stored.
"""

from __future__ import annotations

from functools import cache

from assistedaccess.my_record import languages
from assistedaccess.my_record.languages import list_template_words, message_of

from .held import REGISTER
from .labels import LABELS, WITHHELD
from .values import SAID


@cache
def list_words() -> frozenset[str]:
    """Every message of the pack beside those of the record in it."""
    titles = [held.title for held in REGISTER.values() if held.title]
    said = [*titles, *LABELS.values(), *WITHHELD.values(), *SAID.values()]
    pack = list_template_words("data_protection/show_pack.html")
    return frozenset(pack | {message_of(each) for each in said})


def list_languages() -> tuple[str, ...]:
    """The languages that are offered, English first."""
    return languages.list_languages(list_words())
