"""Dates in three boxes, whole or in part. An error names the part and links to it."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from babel.dates import format_date, get_month_names
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.utils import unset_value

from .. import clock
from ..partial_date import UNKNOWN_DATE, PartialDate
from ..text import UnfitText, clean_text
from .base import AppField
from .rendering import call_macro

PARTS = ("day", "month", "year")
_LONGEST_PART = 20
_WHEN = ("past", "today_or_past", "future", "today_or_future")


class PartError(ValueError):
    """Words for the error, and the parts that they are about."""

    def __init__(self, words: str, parts: tuple[str, ...] = PARTS) -> None:
        super().__init__(words)
        self.parts = parts


class _DatePartsField(AppField):
    """Three boxes. Months may be numbers or names, in English or Welsh."""

    macro = "date_input"
    in_fieldset = True
    sufficient: ClassVar[tuple[frozenset[str], ...]] = (frozenset(PARTS),)

    def __init__(
        self,
        label: object = "",
        *,
        must_be: str | None = None,
        earliest: date | None = None,
        latest: date | None = None,
        autocomplete: bool = False,
        **kwargs: Any,
    ) -> None:
        if must_be is not None and must_be not in _WHEN:
            raise ValueError(f"must_be is one of {_WHEN}")
        super().__init__(label, **kwargs)
        self.must_be = must_be
        self.earliest = earliest
        self.latest = latest
        self.autocomplete = autocomplete
        self.entered = dict.fromkeys(PARTS, "")
        self.parts_in_error: tuple[str, ...] = ()

    # -- what came in

    process_errors: list[str]

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors = []
        if data is unset_value:
            data = self.default() if callable(self.default) else self.default
        self.object_data = self.data = data
        if formdata is None:
            self.entered = self.split(data)
            return
        self.raw_data = [formdata.get(f"{self.name}-{part}", "") for part in PARTS]
        self.data = None
        try:
            self.entered = self._clean(dict(zip(PARTS, self.raw_data, strict=True)))
            self.data = self.read(formdata)
        except PartError as error:
            self._fail(error)

    def _fail(self, error: PartError) -> None:
        self.process_errors = [str(error)]
        self.parts_in_error = error.parts

    def _clean(self, raw: dict[str, Any]) -> dict[str, str]:
        cleaned = {}
        for part, value in raw.items():
            try:
                cleaned[part] = clean_text(value if isinstance(value, str) else "")[:_LONGEST_PART]
            except UnfitText:
                cleaned[part] = "?"  # not a number: the date is not a real one
        return cleaned

    def read(self, formdata: Any) -> Any:
        """The data for what stands in the boxes. Raises PartError."""
        given = frozenset(part for part in PARTS if self.entered[part])
        if not given:
            return None
        if given not in self.sufficient:
            self._refuse_missing(given)
        return self.make(self._read_numbers(given))

    def _refuse_missing(self, given: frozenset[str]) -> None:
        # The nearest that would do: a month and day want a year only where it is demanded.
        wanted = min((s for s in self.sufficient if given < s), key=len, default=frozenset(PARTS))
        missing = tuple(part for part in PARTS if part in wanted - given)
        names = {"day": _("day"), "month": _("month"), "year": _("year")}
        if len(missing) == 1:
            words = _(
                "%(name)s must include a %(part)s",
                name=self.name_in_errors,
                part=names[missing[0]],
            )
        else:
            words = _(
                "%(name)s must include a %(part)s and %(other)s",
                name=self.name_in_errors,
                part=names[missing[0]],
                other=names[missing[1]],
            )
        raise PartError(words, missing)

    def _read_numbers(self, given: frozenset[str]) -> dict[str, int]:
        not_real = _("%(name)s must be a real date", name=self.name_in_errors)
        numbers = {}
        for part in PARTS:
            if part not in given:
                continue
            text = self.entered[part]
            number = _month_number(text) if part == "month" else None
            if number is None and not text.isdecimal():
                raise PartError(not_real, (part,))
            numbers[part] = int(text) if number is None else number
        if "year" in given and len(self.entered["year"]) != 4:
            raise PartError(_("Year must include 4 numbers"), ("year",))
        if "month" in given and not 1 <= numbers["month"] <= 12:
            raise PartError(not_real, ("month",))
        if "day" in given and not 1 <= numbers["day"] <= 31:
            raise PartError(not_real, ("day",))
        try:
            PartialDate(**numbers)
        except ValueError:  # 31 April, 29 February, the year 0000
            raise PartError(not_real, PARTS if numbers.get("year", 1) else ("year",)) from None
        return numbers

    def make(self, numbers: dict[str, int]) -> Any:
        """The data for the numbers, which make a real date."""
        raise NotImplementedError

    def split(self, data: Any) -> dict[str, str]:
        """What stands in the boxes for ``data``."""
        return {part: str(getattr(data, part, None) or "") for part in PARTS}

    def clear(self) -> None:
        self.data = None
        self.entered = dict.fromkeys(PARTS, "")

    def check_form(self, form: Any) -> None:
        if self.data is None:
            self.parts_in_error = PARTS if self.required else ()
            return
        first, last = self.span()
        if first is None or last is None:
            return
        try:
            self._check_when(first, last)
            self._check_limits(first, last)
        except PartError as error:
            self.parts_in_error = error.parts
            raise

    def span(self) -> tuple[date | None, date | None]:
        """The first and the last day that the data can mean."""
        raise NotImplementedError

    def _check_when(self, first: date, last: date) -> None:
        today = clock.today()
        name = self.name_in_errors
        if self.must_be == "past" and first >= today:
            raise PartError(_("%(name)s must be in the past", name=name))
        if self.must_be == "today_or_past" and first > today:
            raise PartError(_("%(name)s must be today or in the past", name=name))
        if self.must_be == "future" and last <= today:
            raise PartError(_("%(name)s must be in the future", name=name))
        if self.must_be == "today_or_future" and last < today:
            raise PartError(_("%(name)s must be today or in the future", name=name))

    def _check_limits(self, first: date, last: date) -> None:
        name = self.name_in_errors
        if self.earliest and last < self.earliest:
            day = _spell(self.earliest)
            raise PartError(_("%(name)s must be the same as or after %(day)s", name=name, day=day))
        if self.latest and first > self.latest:
            day = _spell(self.latest)
            raise PartError(_("%(name)s must be the same as or before %(day)s", name=name, day=day))

    # -- what goes out

    @property
    def anchor(self) -> str:
        part = self.parts_in_error[0] if self.parts_in_error else "day"
        return f"{self.id}-{part}"

    def params(self) -> dict[str, Any]:
        labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
        # An error that nobody tied to a part (form.add_error) is about all of them.
        wrong = (self.parts_in_error or PARTS) if self.errors else ()
        items = []
        for part in PARTS:
            classes = f"govuk-input--width-{4 if part == 'year' else 2}"
            if part in wrong:
                classes += " govuk-input--error"
            item: dict[str, Any] = {
                "id": f"{self.id}-{part}",
                "name": f"{self.name}-{part}",
                "label": labels[part],
                "value": self.entered[part],
                "classes": classes,
            }
            if self.autocomplete:
                item["autocomplete"] = f"bday-{part}"
            items.append(item)
        return {"id": self.id, "items": items}


class DateField(_DatePartsField):
    """A whole date; data is ``datetime.date``, or None when nothing was entered."""

    def make(self, numbers: dict[str, int]) -> date:
        return date(**numbers)

    def span(self) -> tuple[date | None, date | None]:
        return self.data, self.data


class PartialDateField(_DatePartsField):
    """As much of a date as is known; data is a PartialDate, or None when nothing was entered.

    ``unknown`` is the label of a checkbox that says that nothing is known: data is then
    UNKNOWN_DATE.
    """

    sufficient = (
        frozenset({"year"}),
        frozenset({"month", "year"}),
        frozenset({"day", "month"}),
        frozenset(PARTS),
    )

    def __init__(self, label: object = "", *, unknown: object = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.unknown = unknown
        self.unknown_ticked = False

    def split(self, data: Any) -> dict[str, str]:
        self.unknown_ticked = data == UNKNOWN_DATE
        return super().split(data)

    def read(self, formdata: Any) -> PartialDate | None:
        self.unknown_ticked = bool(self.unknown) and formdata.get(f"{self.name}-unknown") == "yes"
        if not self.unknown_ticked:
            known: PartialDate | None = super().read(formdata)
            return known
        given = tuple(part for part in PARTS if self.entered[part])
        if given:
            raise PartError(
                _(
                    "%(name)s: enter what is known, or tick that it is not known, not both",
                    name=self.name_in_errors,
                ),
                given,
            )
        return UNKNOWN_DATE

    def make(self, numbers: dict[str, int]) -> PartialDate:
        return PartialDate(**numbers)

    def span(self) -> tuple[date | None, date | None]:
        return self.data.earliest(), self.data.latest()

    def clear(self) -> None:
        super().clear()
        self.unknown_ticked = False

    def params(self) -> dict[str, Any]:
        params = super().params()
        if self.unknown:
            params["formGroup"] = {"afterInputs": {"html": self._show_unknown()}}
        return params

    def _show_unknown(self) -> Markup:
        name = f"{self.name}-unknown"
        item = {
            "value": "yes",
            "text": self.unknown,
            "id": f"{self.id}-unknown",
            "checked": self.unknown_ticked,
        }
        return call_macro(
            "checkboxes",
            {
                "idPrefix": f"{self.id}-unknown",
                "name": name,
                "classes": "govuk-checkboxes--small",
                "items": [item],
                "formGroup": {"classes": "app-date-unknown"},
            },
        )


def _month_number(text: str) -> int | None:
    """The month that a name, or its first three letters or more, means in English or Welsh."""
    word = text.casefold().rstrip(".")
    if len(word) < 3:
        return None
    for language in ("en", "cy"):
        # Welsh writes months alone and inside a date alike.
        names = get_month_names("wide", locale=language)
        found = [number for number, name in names.items() if name.casefold().startswith(word)]
        if len(found) == 1:
            return int(found[0])
    return None


def _spell(day: date) -> str:
    return format_date(day, "d MMMM y", locale=get_locale() or "en_GB")
