"""How values are written on a page: dates as GOV.UK writes them, money, people's names."""

from __future__ import annotations

from datetime import date, datetime, time

from babel.dates import format_date as babel_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from assistedaccess.kernel import clock
from assistedaccess.kernel.money import spell_money
from assistedaccess.kernel.partial_date import PartialDate

MINUS = "−"
_BEGIN, _END = Markup("<bdi>"), Markup("</bdi>")


def format_date(value: date | datetime | PartialDate | None) -> str:
    """``23 November 2026``; what is known of a partial date; moments by the UK's calendar."""
    if value is None or (isinstance(value, PartialDate) and value.is_unknown):
        return _("not known")
    if isinstance(value, PartialDate):
        return _format_partial(value)
    day = clock.local(value).date() if isinstance(value, datetime) else value
    return _spell(day, "d MMMM y")


def _format_partial(value: PartialDate) -> str:
    stand_in = date(value.year or 2000, value.month or 1, value.day or 1)  # 2000 had a 29 February
    pattern = " ".join(
        part
        for part, known in (("d", value.day), ("MMMM", value.month), ("y", value.year))
        if known is not None
    )
    return _spell(stand_in, pattern)


def _spell(day: date, pattern: str) -> str:
    return babel_date(day, pattern, locale=get_locale() or "en_GB")


def format_time(value: datetime | time, *, seconds: bool = False) -> str:
    """``4:05pm``, ``4pm``, ``midday``, ``midnight``; a moment by the clocks of the UK."""
    local = clock.local(value).time() if isinstance(value, datetime) else value
    if not seconds and local.minute == 0 and local.hour in (0, 12):
        return _("midday") if local.hour else _("midnight")
    period = _("pm") if local.hour >= 12 else _("am")
    text = f"{local.hour % 12 or 12}"
    if seconds:
        text += f":{local.minute:02}:{local.second:02}"
    elif local.minute:
        text += f":{local.minute:02}"
    return text + period


def format_datetime(value: datetime | None, *, seconds: bool = False) -> str:
    """``23 November 2026 at 4:05pm`` by the clocks of the UK."""
    if value is None:
        return _("not known")
    return _(
        "%(day)s at %(time)s", day=format_date(value), time=format_time(value, seconds=seconds)
    )


def format_money(pence: int | None, *, always_pence: bool = False) -> str:
    """Integer pence as ``£1,480``, ``£4.93``; in a column of sums, always with the pence."""
    if pence is None:
        return _("not known")
    text = spell_money(abs(pence), always_pence=always_pence)
    return MINUS + text if pence < 0 else text


def relative_day(value: date | datetime | None) -> str:
    """``today``, ``yesterday``, ``in 3 days``, ``12 days ago``, by the UK's calendar."""
    if value is None:
        return _("not known")
    day = clock.local(value).date() if isinstance(value, datetime) else value
    days = (day - clock.today()).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    if days == -1:
        return _("yesterday")
    if days > 0:
        return ngettext("in %(num)s day", "in %(num)s days", days)
    return ngettext("%(num)s day ago", "%(num)s days ago", -days)


def isolate(value: object) -> Markup:
    """Text that somebody typed, in ``<bdi>``: its direction does not spill into what follows."""
    return _BEGIN + escape("" if value is None else value) + _END


def lines(value: object) -> Markup:
    """Text that somebody typed, isolated, with its line breaks kept."""
    escaped = [escape(line) for line in ("" if value is None else str(value)).splitlines()]
    return _BEGIN + Markup("<br>").join(escaped) + _END


FILTERS = (
    format_date,
    format_datetime,
    format_money,
    format_time,
    isolate,
    lines,
    relative_day,
)
