"""How long each kind of record is kept, since when, and on whose word: one table. Pure.

A rule deletes rows, or empties columns, once its time is over. A person's record is erased whole
(``erasing``): their key is forgotten, so that whatever was sealed for them is gone from every
backup too, and what stood in clear is emptied. The journal stays; it says nothing of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from .rules import Kept


@dataclass(frozen=True)
class Period:
    """How long a kind of record is kept. ``since`` and ``source`` are said in docs and notices;
    ``days`` is None where it is never deleted by its age, and ``source`` then says why."""

    days: int | None
    since: str
    source: str


SIX_YEARS = 2192
"""Six years in days, leap days included."""

PERIODS: dict[Kept, Period] = {
    Kept.PERSON: Period(
        SIX_YEARS,
        "the last thing that was done for or about the person",
        "Limitation Act 1980, section 5; Limitation (Northern Ireland) Order 1989, article 4: a "
        "claim about what was done may be brought for six years (five in Scotland: Prescription "
        "and Limitation (Scotland) Act 1973, section 6)",
    ),
    Kept.CASE: Period(
        SIX_YEARS, "as the person's record, with which it is erased", "as the person's record"
    ),
    Kept.MONEY: Period(
        SIX_YEARS,
        "the payment; erased with the person's record, which it keeps from being erased before",
        "Companies Act 2006, section 388, and HMRC's notice 700/21: accounts and their vouchers, "
        "six years",
    ),
    Kept.CONCERN: Period(
        2922,
        "the day on which the concern was closed",
        "NHS Records Management Code of Practice 2021: adult social care records, eight years",
    ),
    Kept.COMPLAINT: Period(
        SIX_YEARS,
        "the answer; of a person who is helped, with their record",
        "As the person's record: a claim about what was done may be brought for so long",
    ),
    Kept.COMPLAINT_WAY: Period(
        400,
        "the answer",
        "Local Government Act 1974, section 26B: the ombudsman is asked within 12 months; a month "
        "more, so that nobody is out of reach while they are",
    ),
    Kept.STAFF: Period(
        None,
        "—",
        "Who acted stays named for as long as the journal says that they did; a member who left "
        "cannot sign in. The organisation decides when nothing they did can be asked about",
    ),
    Kept.JOURNAL: Period(
        None,
        "—",
        "It outlives what it describes, and holds identifiers and salted commitments alone; its "
        "details are sealed with the person's key and erased with it (design, section 4, rule 3)",
    ),
    Kept.NOTICE: Period(
        730,
        "the day on which it was made",
        "As long as the person may ask what they were told: their own record keeps that it was",
    ),
    Kept.CODE: Period(
        30,
        "the day on which it was made, or could last be used",
        "UK GDPR, Article 5(1)(e): no longer than is needed to notice that a code was tried twice",
    ),
    Kept.QUEUE: Period(7, "the day on which somebody came", "UK GDPR, Article 5(1)(e)"),
    Kept.UNSENT: Period(
        90, "the day on which it was typed", "UK GDPR, Article 5(1)(e): long enough to come back"
    ),
    Kept.SIGN_IN: Period(
        400,
        "its end",
        "National Cyber Security Centre, logging for security purposes: six months at least; one "
        "year and a month, so that last year's can be compared",
    ),
    Kept.CERTIFICATE: Period(
        183,
        "the day on which it was recorded",
        "Disclosure and Barring Service, code of practice: the certificate's details no longer "
        "than six months after the decision; that a check was made stays",
    ),
    Kept.SETTINGS: Period(None, "—", "About no person"),
}


@dataclass(frozen=True)
class Rule:
    """What happens to the rows of one table when the time of their kind is over.

    ``since`` is the column from which it counts. ``columns`` are emptied; where there are none, the
    row is deleted. ``unless_used_by``: (table, column) of rows that still name it.
    """

    kind: Kept
    table: str
    since: str
    columns: tuple[str, ...] = ()
    unless_used_by: tuple[str, str] | None = None


RULES: tuple[Rule, ...] = (
    Rule(Kept.QUEUE, "waiting_person", "arrived_at"),
    Rule(Kept.UNSENT, "kept_form", "expires_at"),
    Rule(Kept.UNSENT, "kept_text", "kept_at"),
    Rule(Kept.CODE, "consent_code", "sent_at"),
    Rule(Kept.CODE, "record_code", "sent_at"),
    Rule(Kept.CODE, "record_session", "started_at"),
    Rule(Kept.CODE, "recovery", "expires_at"),
    Rule(Kept.CODE, "invitation", "expires_at"),
    Rule(Kept.CODE, "request_key", "claimed_at"),
    Rule(Kept.CODE, "undo_offer", "offered_at"),
    Rule(Kept.SIGN_IN, "sign_in", "ended_at"),
    Rule(Kept.SIGN_IN, "attempt", "window_started_at"),
    Rule(Kept.SIGN_IN, "look_reason", "good_until"),
    Rule(
        Kept.SIGN_IN,
        "person_search",
        "searched_at",
        unless_used_by=("look_reason", "search_id"),
    ),
    Rule(Kept.NOTICE, "notice", "queued_at", columns=("address",)),
    # The first names of who walked in, where nobody closed the register, which empties them.
    Rule(Kept.QUEUE, "register_entry", "added_at", columns=("called",)),
    Rule(Kept.CERTIFICATE, "background_check", "recorded_at", columns=("certificate",)),
)
"""In the order in which they are carried out: what names a row goes before it."""


class NoSuchKind(ValueError):
    """The setting names a kind of record that there is not, or no number of days."""


def read_periods(given: str) -> dict[Kept, timedelta]:
    """The periods, with what the setting RETENTION changes: ``notice=365 sign_in=200`` in days.

    Raises NoSuchKind for anything else, and for a kind that is not deleted by its age.
    """
    days = {kind: period.days for kind, period in PERIODS.items() if period.days is not None}
    for word in given.replace(",", " ").split():
        name, _, number = word.partition("=")
        known = {str(kind): kind for kind in days}
        if name not in known or not number.isdecimal() or not 0 < int(number) < 40_000:
            raise NoSuchKind(word)
        days[known[name]] = int(number)
    return {kind: timedelta(days=number) for kind, number in days.items()}
