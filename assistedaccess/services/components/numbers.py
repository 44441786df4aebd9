"""Numbers: stored as the text of a decimal, never as a float."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from assistedaccess.services import messages
from assistedaccess.services.components.base import Answer, Asking, Posted, Reading
from assistedaccess.services.components.base import whole_number as read_whole
from assistedaccess.services.components.plain import TextQuestion, plain_digits
from assistedaccess.services.messages import Problem

_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,10})?")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,10})?")


@dataclass(frozen=True)
class NumberQuestion(TextQuestion):
    """A number between the schema's ``min`` and ``max``, whole with ``integer``.

    ``precision`` is the most decimal places. Typed commas, spaces and the sign of the prefix are
    dropped; leading noughts stay, since a registration number may be asked for as a number.
    """

    longest: ClassVar[int] = 60

    @property
    def low(self) -> Decimal | None:
        """The least that is allowed."""
        return read_decimal(self.schema.get("min"))

    @property
    def high(self) -> Decimal | None:
        """The most that is allowed."""
        return read_decimal(self.schema.get("max"))

    @property
    def places(self) -> int | None:
        """The most decimal places; None where any number of them will do."""
        if self.schema.get("integer") in (True, "true"):
            return 0
        return read_whole(self.schema.get("precision"))

    @property
    def limits(self) -> tuple[int, int]:
        return 0, self.longest

    def read(self, posted: Posted, asking: Asking) -> Reading:
        reading = super().read(posted, asking)
        if reading.answer is None:
            return reading
        problem = self._check_size(reading.answer, asking)
        return Reading(None, (problem,)) if problem else reading

    def normalise(self, text: str) -> str | None:
        compact = plain_digits(text).replace(" ", "").replace("\u00a0", "").replace("−", "-")
        for side in ("prefix", "suffix"):
            sign = self.options.get(side)
            if isinstance(sign, str) and sign.strip():
                compact = compact.removeprefix(sign.strip()).removesuffix(sign.strip())
        compact = compact.removeprefix("£")
        if _GROUPED.fullmatch(compact):
            compact = compact.replace(",", "")
        return compact if _NUMBER.fullmatch(compact) else None

    @property
    def bad_format(self) -> str:  # type: ignore[override]
        return messages.NOT_A_NUMBER

    def _check_size(self, answer: str, asking: Asking) -> Problem | None:
        number, places = Decimal(answer), self.places
        decimals = len(answer.partition(".")[2].rstrip("0"))
        if places is not None and decimals > places:
            template = messages.TOO_PRECISE if places else messages.NOT_WHOLE
            return self.problem(template, asking, limit=places)
        low, high = self.low, self.high
        too_low = low is not None and number < low
        too_high = high is not None and number > high
        if (too_low or too_high) and low is not None and high is not None:
            return self.problem(
                messages.NOT_BETWEEN, asking, low=self._with_sign(low), high=self._with_sign(high)
            )
        if too_low and low is not None:
            return self.problem(messages.TOO_LOW, asking, limit=self._with_sign(low))
        if too_high and high is not None:
            return self.problem(messages.TOO_HIGH, asking, limit=self._with_sign(high))
        return None

    def _with_sign(self, number: Decimal) -> str:
        sign = self.options.get("prefix")
        return f"{sign if isinstance(sign, str) else ''}{number:,f}"

    def show(self, answer: Answer, asking: Asking) -> tuple[str, ...]:
        if not isinstance(answer, str) or not answer:
            return ()
        before, after = self.options.get("prefix"), self.options.get("suffix")
        words = f"{before if isinstance(before, str) else ''}{answer}"
        return (f"{words} {after}" if isinstance(after, str) and after else words,)

    def params(self, posted: Posted, asking: Asking) -> dict[str, Any]:
        built = super().params(posted, asking)
        built["inputmode"] = "numeric" if self.places == 0 else "decimal"
        built["classes"] = built["classes"] or "govuk-input--width-10"
        return built | {"spellcheck": False}


def read_decimal(raw: object) -> Decimal | None:
    """A limit of a schema, which definitions write as a number or as text."""
    if raw is None or isinstance(raw, bool) or raw == "":
        return None
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None
