"""Keyed hashes of what was written freely in a form, by which the same words elsewhere are found.

Equality alone: of the words, less digits, case, marks and the person's own name, so that a text
that is copied from person to person stays the same; and, of a longer one, of samples of its pairs
of words (MinHash: Broder, 1997), so that it stays nearly the same with a word more or another.
Nothing of a text can be read from them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, false, insert
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import Base, Fingerprint, get_session
from assistedaccess.services.components.plain import MultilineQuestion
from assistedaccess.services.definition import Definition

LEAST_WORDS = 5
"""Fewer words than these are everybody's: *The boiler is broken*. A starting value, of nobody's
measuring (docs/controls.md)."""

LEAST_WORDS_NEARLY = 10
"""A text that is to be found again with other words in it has at least so many."""

SAMPLES, EACH = 8, 3
"""So many samples of so many pairs of words each. Of two texts that share the half of their pairs
two in three have a sample in common, of two that share one in ten pairs one in a hundred."""

LANDLORD = "landlord"
"""What the forms that are built in call that question."""

_FIRMS = frozenset({"the", "ltd", "limited", "llp", "plc", "co", "company", "cyf"})
_WORDS = re.compile(r"[^\W\d_]+")


class SubmittedText(Base):
    """That an application has these words at one question, as a keyed hash. ``is_landlord``: they
    name the person's landlord, who may have many tenants (SCENARIOS, A15)."""

    __tablename__ = "submitted_text"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(Fingerprint, primary_key=True, index=True)
    is_landlord: Mapped[bool] = mapped_column(server_default=false())


def normalise(text: str, name: str) -> str:
    """What is compared of a text about somebody of that name; empty where it says too little."""
    own = set(_WORDS.findall(name.casefold()))
    words = [word for word in _WORDS.findall(text.casefold()) if word not in own]
    return " ".join(words) if len(words) >= LEAST_WORDS else ""


def normalise_landlord(text: str) -> str:
    """What is compared of a landlord's name: the words, less what every firm is called."""
    return " ".join(word for word in _WORDS.findall(text.casefold()) if word not in _FIRMS)


def sample(words: str) -> tuple[str, ...]:
    """What nearly the same text has in common with this one, normalised; nothing of a short one."""
    parts = words.split()
    if len(parts) < LEAST_WORDS_NEARLY:
        return ()
    pairs = {f"{one} {other}" for one, other in pairwise(parts)}
    least = [min(_place(number, pair) for pair in pairs) for number in range(SAMPLES * EACH)]
    return tuple(
        f"{number}:{' '.join(least[number * EACH : (number + 1) * EACH])}"
        for number in range(SAMPLES)
    )


def _place(number: int, pair: str) -> str:
    return hashlib.blake2b(pair.encode(), digest_size=6, salt=str(number).encode()).hexdigest()


def keep_texts(
    application_id: UUID, definition: Definition, answers: Mapping[str, Any], name: str
) -> None:
    """Keep the hashes of what was sent, in the caller's transaction; one statement, or none."""
    prints = {
        encryption.fingerprint("submitted_text", f"{key}|{part}")
        for key, question in definition.questions.items()
        if isinstance(question, MultilineQuestion)
        and isinstance(answers.get(key), str)
        and (words := normalise(answers[key], name))
        for part in (words, *sample(words))
    }
    landlord = answers.get(LANDLORD)
    named = normalise_landlord(landlord) if isinstance(landlord, str) else ""
    rows = [
        {"application_id": application_id, "fingerprint": each, "is_landlord": False}
        for each in sorted(prints)
    ]
    if named:
        known = encryption.fingerprint("submitted_landlord", named)
        rows.append({"application_id": application_id, "fingerprint": known, "is_landlord": True})
    if rows:
        get_session().execute(insert(SubmittedText), rows)
