"""Keyed hashes of what was written freely in a form, by which the same words elsewhere are found.

Equality alone: of the words, less digits, case, marks and the person's own name, so that a text
that is copied from person to person stays the same. Nothing of a text can be read from them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, insert
from sqlalchemy.orm import Mapped, mapped_column

from assistedaccess.kernel import encryption
from assistedaccess.kernel.database import Base, Fingerprint, get_session
from assistedaccess.services.components.plain import MultilineQuestion
from assistedaccess.services.definition import Definition

LEAST_WORDS = 5
"""Fewer words than these are everybody's: *The boiler is broken*. A starting value, of nobody's
measuring (docs/controls.md)."""

_WORDS = re.compile(r"[^\W\d_]+")


class SubmittedText(Base):
    """That an application has these words at one question, as a keyed hash."""

    __tablename__ = "submitted_text"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(Fingerprint, primary_key=True, index=True)


def normalise(text: str, name: str) -> str:
    """What is compared of a text about somebody of that name; empty where it says too little."""
    own = set(_WORDS.findall(name.casefold()))
    words = [word for word in _WORDS.findall(text.casefold()) if word not in own]
    return " ".join(words) if len(words) >= LEAST_WORDS else ""


def keep_texts(
    application_id: UUID, definition: Definition, answers: Mapping[str, Any], name: str
) -> None:
    """Keep the hashes of what was sent, in the caller's transaction; one statement, or none."""
    prints = {
        encryption.fingerprint("submitted_text", f"{key}|{words}")
        for key, question in definition.questions.items()
        if isinstance(question, MultilineQuestion)
        and isinstance(answers.get(key), str)
        and (words := normalise(answers[key], name))
    }
    if prints:
        rows = [{"application_id": application_id, "fingerprint": each} for each in sorted(prints)]
        get_session().execute(insert(SubmittedText), rows)
