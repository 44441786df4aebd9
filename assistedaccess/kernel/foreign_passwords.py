"""A password of the person: nobody may keep it, in whichever field it is typed.

Design, section 4, rule 11. A helper who knows a password acts as the person, and nothing that is
done with it can be told from what the person does.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

_PASSWORD = re.compile(
    r"\b(?:pass\s?-?(?:word|code|phrase)|passwd|pwd|cyfrinair|memorable\s+(?:word|information)"
    r"|pin(?:\s+(?:number|code))?)\b"
    r"\s*(?:(?:is|was|yw|are)\b\s*[:=：＝]?|[:=：＝])\s*\S+"
    r"|\bpin(?:\s+(?:number|code))?\s+\d{4,8}\b",
    re.IGNORECASE,
)


def holds_password(text: str) -> bool:
    """Whether ``text`` seems to hold somebody's password or PIN.

    Looks for a password's name followed by "is", ":" or "=" and a value, or a PIN and its digits; a
    note *about* a forgotten password passes.
    """
    return _PASSWORD.search(text) is not None


MASK = "…"


def mask_password(text: str) -> str:
    """``text`` with what holds_password sees taken out, so that it can be shown and kept."""
    while holds_password(text):
        text = _PASSWORD.sub(MASK, text)
    return text


def words_for_mask(name: str) -> str:
    """What is said at a field whose password has been taken out."""
    return str(
        _(
            "%(name)s held a password or PIN, which has been taken out. Nobody may keep it, and "
            "you never need to know it. Check what is left",
            name=name,
        )
    )


def words_for_password() -> str:
    """What is said at a field that seems to hold one."""
    return str(_("Take out the password or PIN. Nobody may keep it, and you never need to know it"))
