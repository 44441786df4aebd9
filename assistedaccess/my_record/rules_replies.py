"""What a person's answer to a notice says. Pure.

Whoever holds the telephone can stop and do nothing else: no word here approves, confirms or asks
for anything. Where it is in doubt, it is a *no*: a stop costs days, what it stops may cost a home.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from assistedaccess.accounts.rules import Limit
from assistedaccess.kernel.ids import read_reference
from assistedaccess.notices.rules import NoticeKind

SAYS_NO = frozenset(
    {"no", "not", "nope", "never", "stop", "stopped", "wrong", "didnt", "dont", "fraud", "scam"}
    | {"na", "nage", "nid", "nac", "stopiwch", "peidiwch", "peidio"}
)
"""English and Welsh, without their marks; anywhere in the message."""

ANSWERED_WITHIN = timedelta(days=7)
"""A *no* without a number is about every risky act that this telephone was told of since."""

FROM_ONE = Limit(tries=20, window=timedelta(hours=1))
"""Answers of one telephone, or from one address: numbers of notices cannot be tried out."""

LONGEST = 2000

NOTHING_TO_STOP = frozenset(
    {NoticeKind.OBJECTION_RAISED, NoticeKind.OBJECTION_ANSWERED, NoticeKind.CONSENT_CODE}
)
"""What only answers the person, or asks nothing of them but a word that they need not say."""

OWN_STOPS = frozenset(
    {NoticeKind.DELEGATION_FROZEN, NoticeKind.DELEGATION_ENDED, NoticeKind.CONSENT_WITHDRAWN}
)
"""Of these, what the person's own word did: the *no* before this one, say."""


@dataclass(frozen=True)
class Reply:
    """What was said: whether it is a *no*, and the number of the notice where one was typed."""

    is_no: bool
    reference: str | None


_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MOST_PARTS = 4


def read_reply(message: str) -> Reply:
    """A text message as it came: any case, any spaces, the number anywhere in it or nowhere."""
    words = _WORDS.findall(message[:LONGEST])
    plain = {word.casefold().replace("'", "").replace("’", "") for word in words}
    return Reply(bool(plain & SAYS_NO), _find_reference(words))


def _find_reference(words: list[str]) -> str | None:
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_PARTS, len(words)) + 1):
            found = read_reference("N", "-".join(words[start:end]))
            if found is not None:
                return found
    return None
