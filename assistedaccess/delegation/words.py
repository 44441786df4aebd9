"""Delegations in plain words, for pages and for who decides on one that waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.consent import words
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import name_services
from assistedaccess.kernel.database import get_session

from .queries import name_holders
from .rules import EndedHow, SuspendedHow
from .rules_authority import HowSent
from .rules_legal import InstrumentKind, SeenAs

STATES: dict[str, Any] = {
    "live": _l("In force"),
    "frozen": _l("Stopped for now"),
    "resting": _l("At rest"),
    "expired": _l("Run out"),
    "ended": _l("Ended"),
}
STATE_COLOURS = {
    "live": "green",
    "frozen": "yellow",
    "resting": "yellow",
    "expired": "grey",
    "ended": "grey",
}

STEPS: dict[str, Any] = {
    "agreed": _l("The person said yes"),
    "granted": _l("It began"),
    "frozen": _l("The person put a stop on it"),
    "withdrawn": _l("The person took their yes back"),
    "ended": _l("It ended"),
    "expired": _l("It ran out"),
    "suspended": _l("Nobody could act on it any more"),
    "checked_in": _l("The person said that it may go on"),
}

INSTRUMENTS: dict[str, Any] = {
    InstrumentKind.APPOINTEE: _l("Appointee: a letter from DWP, HMRC or the council"),
    InstrumentKind.ATTORNEY: _l("Attorney for money: a lasting, enduring or continuing power"),
    InstrumentKind.WELFARE_ATTORNEY: _l("Attorney for health, care and welfare"),
    InstrumentKind.DEPUTY: _l("Deputy, by order of the Court of Protection"),
    InstrumentKind.GUARDIAN: _l("Guardian, in Scotland"),
    InstrumentKind.CONTROLLER: _l("Controller, in Northern Ireland"),
}
SEEN_AS: dict[str, Any] = {
    SeenAs.ORIGINAL: _l("The original, or an official letter"),
    SeenAs.CERTIFIED_COPY: _l("A certified copy"),
    SeenAs.ONLINE: _l("The official online service, by an access code"),
}

HOW_SENT: dict[str, Any] = {
    HowSent.POST: _l("By post"),
    HowSent.ONLINE: _l("In the person’s own account there, typed by the person"),
    HowSent.EMAIL: _l("By email"),
    HowSent.HANDED_OVER: _l("Handed over at their desk"),
    HowSent.TELEPHONE: _l("By telephone: the person told them"),
}

HOW: dict[str, Any] = {
    **words.WAYS,
    EndedHow.IN_FRONT: _l("said in person"),
    EndedHow.TELEPHONE: _l("said by telephone"),
    EndedHow.ONLINE: _l("said online"),
    EndedHow.CONSENT_WITHDRAWN: _l("with the yes that it rested on"),
    EndedHow.DIED: _l("the person died"),
    EndedHow.SUPERSEDED: _l("the person agreed to another version"),
    EndedHow.HANDED_OVER: _l("the person agreed that somebody else goes on"),
    EndedHow.DONE: _l("what it was for is done"),
    SuspendedHow.HELPER_LEFT: _l("the helper left"),
    SuspendedHow.ORGANISATION_CLOSED: _l("the organisation closed"),
}


def describe_grant(arguments: Mapping[str, Any]) -> Sequence[tuple[object, object]]:
    """Rows of label and value for the reviewer of a grant: what was agreed, and how it is known."""
    consent = get_session().get(Consent, arguments["consent_id"])
    if consent is None:
        return ()
    rows: list[tuple[object, object]] = [
        (_("Who may act"), name_holders([consent])),
        (_("In what"), name_services(consent.services, str(get_locale() or "en"))),
        (_("What they may do"), "; ".join(str(words.POWERS[power]) for power in consent.powers)),
        (_("The last day"), spell_date(consent.until_on)),
        (_("How the person said yes"), words.WAYS[consent.way]),
        (_("How strong that is"), words.STRENGTHS[consent.strength]),
        (
            _("Why it is that strong"),
            "; ".join(str(words.REASONS[reason]) for reason in consent.reasons),
        ),
        (_("Reference of the yes"), consent.reference),
    ]
    if consent.money_limit_pence is not None:
        period = words.PERIODS[consent.money_period] if consent.money_period else ""
        most = f"{_pounds(consent.money_limit_pence)} {period}"
        rows.insert(3, (_("The most they may pay"), most))
    return rows


def spell_date(day: date) -> str:
    """A day as the page's language writes it."""
    return str(format_date(day, "d MMMM y", locale=get_locale() or "en_GB"))


def _pounds(pence: int) -> str:
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"
