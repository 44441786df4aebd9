"""Questions answered by typing one text: lines, paragraphs, e-mail, phone, website, NI number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Answer,
    Asking,
    Posted,
    Question,
    Reading,
    first_posted,
    tidy,
    whole_number,
)
from assistedaccess.services.messages import Problem
from assistedaccess.services.patterns import search_pattern

SPACED = re.compile(r"[\s-]+")


@dataclass(frozen=True)
class TextQuestion(Question):
    """One line of text, bounded by the schema's ``min``, ``max``, ``length`` and ``regex``."""

    longest: ClassVar[int] = LONGEST_LINE
    multiline: ClassVar[bool] = False
    input_type: ClassVar[str] = "text"
    input_mode: ClassVar[str] = ""
    pattern: ClassVar[re.Pattern[str] | None] = None
    bad_format: ClassVar[str] = messages.WRONG_FORMAT

    @property
    def limits(self) -> tuple[int, int]:
        """The fewest and the most characters; every text has a most."""
        exact = whole_number(self.schema.get("length"))
        fewest = exact or whole_number(self.schema.get("min")) or 0
        most = exact or whole_number(self.schema.get("max")) or self.longest
        return max(fewest, 0), min(most, LONGEST_TEXT) if most > 0 else self.longest

    def read(self, posted: Posted, asking: Asking) -> Reading:
        text = tidy(first_posted(posted, self.control), multiline=self.multiline)
        if text is None:
            return Reading(None, (self.problem(messages.UNFIT_CHARACTERS, asking),))
        if not text:
            return Reading(None, (self.missing(asking),) if self.required else ())
        text = self.squeeze(text)
        problem = self.check_length(text, asking)
        if problem is not None:
            return Reading(None, (problem,))
        answer = self.normalise(text)
        if answer is None:
            return Reading(None, (self.problem(self.bad_format, asking),))
        return Reading(answer)

    def squeeze(self, text: str) -> str:
        """A number as its form wants it, without the spaces and hyphens in which it is read out."""
        wanted = self.schema.get("regex")
        digits = SPACED.sub("", text)
        if not isinstance(wanted, str) or not wanted or not digits.isdecimal():
            return text
        is_told = len(text) <= self.limits[1] and search_pattern(wanted, text)
        return text if is_told or not search_pattern(wanted, digits) else digits

    def check_length(self, text: str, asking: Asking) -> Problem | None:
        """The Problem of ``text`` being too long or too short, if it is."""
        fewest, most = self.limits
        if len(text) > most or len(text) < fewest:
            if fewest == most:
                return self.problem(messages.WRONG_LENGTH, asking, limit=most)
            template = messages.TOO_LONG if len(text) > most else messages.TOO_SHORT
            return self.problem(template, asking, limit=most if len(text) > most else fewest)
        return None

    def normalise(self, text: str) -> str | None:
        """``text`` as it is stored, or None when its form is wrong."""
        if self.pattern is not None and not self.pattern.fullmatch(text):
            return None
        wanted = self.schema.get("regex")
        if isinstance(wanted, str) and wanted and not search_pattern(wanted, text):
            return None
        return text

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built: dict[str, Any] = {
            "id": self.control,
            "name": self.control,
            "value": first_posted(posted, self.control),
            "type": self.input_type,
            "classes": self.classes,
        }
        if self.input_mode:
            built["inputmode"] = self.input_mode
        # Never the definition's autocomplete: a browser would offer the helper's own, or the last
        # person's.
        built["autocomplete"] = "off"
        for side in ("prefix", "suffix"):
            words = self.options.get(side)
            if isinstance(words, str) and words:
                built[side] = {"text": words}
        return built


@dataclass(frozen=True)
class MultilineQuestion(TextQuestion):
    """Paragraphs, bounded by characters, and by words with the option ``maxWords``."""

    macro: ClassVar[str] = "textarea"
    longest: ClassVar[int] = LONGEST_TEXT
    multiline: ClassVar[bool] = True

    @property
    def most_words(self) -> int | None:
        """The most words, where there is such a limit."""
        return whole_number(self.options.get("maxWords"))

    def check_length(self, text: str, asking: Asking) -> Problem | None:
        most = self.most_words
        if most is not None and len(text.split()) > most:
            return self.problem(messages.TOO_MANY_WORDS, asking, limit=most)
        return super().check_length(text, asking)

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        return tuple(answer.split("\n")) if isinstance(answer, str) and answer else ()

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built = super().params(posted, asking)
        built["rows"] = str(min(whole_number(self.options.get("rows")) or 5, 50))
        for name in ("type", "inputmode", "prefix", "suffix"):
            built.pop(name, None)
        return built


@dataclass(frozen=True)
class EmailQuestion(TextQuestion):
    """An e-mail address."""

    longest: ClassVar[int] = 254
    input_type: ClassVar[str] = "email"
    bad_format: ClassVar[str] = messages.BAD_EMAIL
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(
        r"[^\s@<>()\[\],;:\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
    )


@dataclass(frozen=True)
class TelephoneQuestion(TextQuestion):
    """A phone number of 7 to 15 digits, in any of the ways that people write them."""

    longest: ClassVar[int] = 40
    input_type: ClassVar[str] = "tel"
    bad_format: ClassVar[str] = messages.BAD_TELEPHONE
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(
        r"\+?(?:[\s().\-/]*[0-9]){7,15}[\s).]*(?:(?:x|ext\.?|extension)\s*[0-9]{1,6})?",
        re.IGNORECASE,
    )

    def normalise(self, text: str) -> str | None:
        return super().normalise(plain_digits(text))


@dataclass(frozen=True)
class WebsiteQuestion(TextQuestion):
    """The address of a website: with or without http(s), no other scheme."""

    longest: ClassVar[int] = 2_000
    input_type: ClassVar[str] = "url"
    bad_format: ClassVar[str] = messages.BAD_WEBSITE
    pattern: ClassVar[re.Pattern[str] | None] = re.compile(
        r"(?:https?://)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]"
        r"(?::[0-9]{1,5})?(?:[/?#]\S*)?",
        re.IGNORECASE,
    )

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        # A browser's own check of type=url refuses "www.example.org", which we take.
        return super().params(posted, asking) | {"type": "text", "inputmode": "url"}


@dataclass(frozen=True)
class NinoQuestion(TextQuestion):
    """A National Insurance number, stored as ``QQ123456C``.

    The pattern is HMRC's (National Insurance Manual NIM39110): two prefix letters, neither D, F,
    I, Q, U or V, the second not O, some pairs never used, six digits and a suffix A to D. In the
    demonstration range, QQ is taken too: it is never issued, and is what examples are made of.
    """

    longest: ClassVar[int] = 40
    bad_format: ClassVar[str] = messages.BAD_NINO
    _NINO: ClassVar[re.Pattern[str]] = re.compile(
        r"(?:(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ)[0-9]{6}[A-D]"
    )

    def normalise(self, text: str) -> str | None:
        compact = re.sub(r"[\s\-–.]", "", plain_digits(text)).upper()
        return compact if self._NINO.fullmatch(compact) else None

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        if not isinstance(answer, str) or len(answer) != 9:
            return super().show(answer, asking)
        return (f"{answer[:2]} {answer[2:4]} {answer[4:6]} {answer[6:8]} {answer[8]}",)

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built = super().params(posted, asking)
        built["classes"] = built["classes"] or "govuk-input--width-10"
        return built | {"spellcheck": False}


def plain_digits(text: str) -> str:
    """``text`` with the decimal digits of any script as 0 to 9."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)
