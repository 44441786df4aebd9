"""The report to funders in words: what each table is called, and what each figure means."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.applications.rules_outcomes import OutcomeKind
from assistedaccess.casework.rules_closings import Alone
from assistedaccess.consent.rules import VisitChannel

from . import words
from .queries_report import NO_SITE, NO_WARD, NOT_SAID
from .rules_report import OTHERS, By, Quarter

BYS: dict[By, Any] = {
    By.MONTH: _l("By month"),
    By.SITE: _l("By site"),
    By.WARD: _l("By ward of the site"),
}
TITLES: dict[str, Any] = {
    "visits": _l("Visits"),
    "people": _l("People"),
    "services": _l("Cases opened, by service"),
    "reasons": _l("Why people needed help"),
    "outcomes": _l("What became of applications"),
    "pounds": _l("Money gained"),
    "alone": _l("Could they do it alone next time?"),
}
DEFINITIONS: dict[str, Any] = {
    "visits": _l(
        "One person, one helper, one site, one day; or one telephone call. Counted on its day. "
        "A register of a group session counts nothing: whoever is helped there is counted by the "
        "yes that they give, once."
    ),
    "people": _l(
        "Different people who visited. Somebody who came in two months, or to two sites, counts "
        "in each, and once in the total. A ward is the sum of its sites."
    ),
    "services": _l(
        "Cases that were opened in the quarter, by the service that they are about. Services with "
        "fewer than five cases are put together."
    ),
    "reasons": _l(
        "What the helper wrote down as the reason when the case was opened. A case may have "
        "several, so the columns do not add up to the cases. Reasons that were given fewer than "
        "five times are put together."
    ),
    "outcomes": _l(
        "Applications of which something was heard that happened in the quarter, each once, by "
        "what was heard last. What was written down by mistake is not counted."
    ),
    "pounds": _l(
        "A year of the weekly amount and what was paid for the time before, as the person or the "
        "letter said it. Counted in the quarter in which it was first decided or paid. Whether "
        "somebody would have got it without help, nobody can say."
    ),
    "alone": _l(
        "Cases that were closed in the quarter, by what the helper said at the close. Nobody has "
        "to say it."
    ),
    "cost": _l(
        "The mean of the minutes that helpers counted at the close of a case, at what an hour "
        "costs your organisation. Cases of which no minutes were counted are left out. Not shown "
        "for fewer than five."
    ),
}
OUTCOMES: dict[str, Any] = {
    OutcomeKind.RECEIVED: _l("Received"),
    OutcomeKind.MORE_ASKED: _l("More was asked for"),
    OutcomeKind.ANSWERED: _l("What was asked for was sent"),
    OutcomeKind.DECIDED: _l("Granted"),
    OutcomeKind.PAID: _l("Paid"),
    OutcomeKind.REFUSED: _l("Refused"),
    OutcomeKind.CHALLENGED: _l("Decision challenged"),
    OutcomeKind.NOT_KNOWN: _l("Nobody will know"),
}
ALONE: dict[str, Any] = {
    Alone.YES: _l("Yes"),
    Alone.WITH_PRACTICE: _l("With some practice"),
    Alone.NO: _l("No"),
}
CHANNELS: dict[str, Any] = {
    VisitChannel.IN_PERSON: _l("In person"),
    VisitChannel.TELEPHONE: _l("By telephone"),
}


_CATEGORIES: dict[str, Mapping[Any, Any]] = {
    "visits": CHANNELS,
    "reasons": words.WHY_HELP,
    "outcomes": OUTCOMES,
    "alone": ALONE,
}


def name_category(table: str, category: Hashable) -> str:
    """The heading of a column."""
    if category == OTHERS:
        return _("All others")
    if category == NOT_SAID:
        return _("No service chosen") if table == "services" else _("Not said")
    if table == "services":
        return str(words.name_service(str(category)))
    if table in ("people", "pounds"):
        return str(TITLES[table])
    return str(_CATEGORIES[table].get(str(category), category))


def name_group(label: object) -> str:
    """The heading of a row: a month, a site or a ward."""
    if isinstance(label, date):
        return str(format_date(label, "MMMM yyyy"))
    return {NO_SITE: _("No site"), NO_WARD: _("No ward entered")}.get(str(label), str(label))


def name_quarter(quarter: Quarter) -> str:
    """Such as "July 2026 to September 2026"."""
    first, _second, last = quarter.months
    return _("%(first)s to %(last)s", first=name_group(first), last=name_group(last))
