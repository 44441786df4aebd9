"""An address in the United Kingdom, as an object of its lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import (
    Answer,
    Asking,
    Posted,
    Question,
    Reading,
    first_posted,
    tidy,
)
from assistedaccess.services.messages import N_, Problem

LINES = {
    "addressLine1": N_("Address line 1"),
    "addressLine2": N_("Address line 2 (optional)"),
    "town": N_("Town or city"),
    "county": N_("County (optional)"),
    "postcode": N_("Postcode"),
}
_NEEDED = {
    "addressLine1": messages.ENTER_ADDRESS_LINE_1,
    "town": messages.ENTER_TOWN,
    "postcode": messages.ENTER_POSTCODE,
}
_AUTOCOMPLETE = "off"  # a shared screen must not offer the last person's address
# The form of a postcode as the Cabinet Office's schema gives it (BS 7666), BFPO included.
_POSTCODE = re.compile(
    r"GIR0AA|(?:[A-PR-UWYZ]"
    r"(?:[0-9]{1,2}|[A-HK-Y][0-9](?:[0-9]|[ABEHMNPRV-Y])?|[0-9][A-HJKPS-UW]))"
    r"[0-9][ABD-HJLNP-UW-Z]{2}"
)


@dataclass(frozen=True)
class AddressQuestion(Question):
    """Address lines; each at most 100 characters, the postcode a full UK one."""

    macro: ClassVar[str] = "address"
    in_fieldset: ClassVar[bool] = True
    longest: ClassVar[int] = 100

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(LINES)

    @property
    def part_kinds(self) -> Mapping[str, str]:
        return dict.fromkeys(LINES, "TextField")

    def read(self, posted: Posted, asking: Asking) -> Reading:
        typed = {part: tidy(first_posted(posted, self.part_control(part))) for part in LINES}
        if not any(words is None or words for words in typed.values()) and not self.required:
            return Reading(None)
        problems, answer = [], {}
        for part, words in typed.items():
            problem = self._check(part, words, asking)
            if problem is not None:
                problems.append(problem)
            elif words:
                answer[part] = format_postcode(words) if part == "postcode" else words
        return Reading(None, tuple(problems)) if problems else Reading(answer)

    def _check(self, part: str, words: str | None, asking: Asking) -> Problem | None:
        label = asking.translate(LINES[part]).split(" (")[0]
        if words is None:
            return Problem(messages.UNFIT_CHARACTERS, {"What": label}, part)
        if not words:
            return Problem(_NEEDED[part], {}, part) if part in _NEEDED else None
        if len(words) > self.longest:
            return Problem(messages.TOO_LONG, {"What": label, "limit": str(self.longest)}, part)
        if part == "postcode" and format_postcode(words) is None:
            return Problem(messages.BAD_POSTCODE, {}, part)
        return None

    def repost(self, answer: Answer) -> dict[str, list[str]]:
        lines = answer if isinstance(answer, dict) else {}
        return {
            self.part_control(part): [lines[part]]
            for part in LINES
            if isinstance(lines.get(part), str)
        }

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        lines = answer if isinstance(answer, dict) else {}
        return tuple(lines[part] for part in LINES if isinstance(lines.get(part), str))

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        inputs = [
            {
                "id": self.part_control(part),
                "name": self.part_control(part),
                "label": {"text": asking.translate(label)},
                "value": first_posted(posted, self.part_control(part)),
                "autocomplete": _AUTOCOMPLETE,
                "classes": _WIDTHS.get(part, ""),
                "part": part,
            }
            for part, label in LINES.items()
        ]
        return {"id": f"{self.control}-group", "inputs": inputs}


_WIDTHS = {
    "town": "govuk-!-width-two-thirds",
    "county": "govuk-!-width-two-thirds",
    "postcode": "govuk-input--width-10",
}


def format_postcode(words: str) -> str | None:
    """``words`` as a postcode is written (``AA3 1AB``), or None when it is none."""
    compact = re.sub(r"[\s\-.]", "", words).upper()
    if not _POSTCODE.fullmatch(compact):
        return None
    return f"{compact[:-3]} {compact[-3:]}"
