"""The command that searches: why first, then a reference, or a name with one other known fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import find_explanation, say_stated
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.canonical import CONTACT_POINT
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, TooManyAttempts
from assistedaccess.kernel.ids import new_id, read_reference
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.kernel.partial_date import PartialDate

from . import inputs, queries_matching, rules
from .models import Person, PersonSearch
from .queries_matching import Found, show_found
from .queries_merging import follow
from .reach import insert_reasons
from .rules_matching import MOST_RESULTS

WINDOW = timedelta(minutes=10)
MOST_SEARCHES = 60
"""Searches of one account within WINDOW; a busy desk needs a tenth of it."""


class SearchBy(StrEnum):
    """By what a person is searched for; all but the reference need a name as well."""

    REFERENCE = "reference"
    BIRTH_DATE = "birth_date"
    POSTCODE = "postcode"
    PHONE = "phone"
    NINO = "nino"


@dataclass(frozen=True)
class SearchOutcome:
    """What was found: at most five; ``has_more``: more match, so another fact is needed, and then
    nothing is shown."""

    search_id: UUID
    found: tuple[Found, ...]
    has_more: bool


@command("people.search_people")
def search_people(
    *,
    actor: Actor,
    why: str,
    by: str,
    value: str,
    name: str | None = None,
    why_words: str | None = None,
) -> SearchOutcome:
    """Search for a person; recorded with why, by what, and how many were found.

    ``value`` is the reference, birth date (as PartialDate writes it), postcode, telephone number
    or National Insurance number. The reason given here holds for opening what was found.
    Raises TooManyAttempts where one account searches without end.
    """
    require(actor, Permission.PERSON_FIND)
    reason, words = inputs.read_why(why, why_words)
    way = read_word("by", by, SearchBy, _("Select what you know about the person"))
    check_rate(actor)
    people = follow(_find(way, name, value))
    has_more = len(people) > MOST_RESULTS
    shown = () if has_more else tuple(people)
    search = note_search(actor, has_more=has_more)
    found = tuple(show_found(shown))
    sought = found[0].person_id if len(found) == 1 else None
    work = find_explanation(actor, sought) if sought else None
    if found:
        insert_reasons(actor, {one.person_id: words for one in found}, reason, search.id)
    record(
        Action.PERSON_SEARCHED,
        actor=actor,
        # A single hit concerns that person, who can then read that they were looked for; and it
        # says what work of the helper's it was for, though nobody is opened (L01 at a reception).
        person_id=sought,
        subject=("person_search", search.id),
        authority=work.subject if work else None,
        reason=say_stated(reason),
        details={
            "by": str(way),
            "name": (name or "") if way is not SearchBy.REFERENCE else "",
            "value": value,
            "words": words or "",
            "found": len(found),
            "more": has_more,
            "shown": [one.reference for one in found],
        },
    )
    return SearchOutcome(search.id, found, has_more)


def note_search(actor: Actor, *, has_more: bool) -> PersonSearch:
    """Count a search of this account; what it was for stands in the journal alone."""
    search = PersonSearch(
        id=new_id(),
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        has_more=has_more,
        searched_at=clock.now(),
    )
    get_session().add(search)
    get_session().flush()
    return search


def check_rate(actor: Actor) -> None:
    """Raise TooManyAttempts where this account has shown itself people without end."""
    since = clock.now() - WINDOW
    count, first = (
        get_session()
        .execute(
            select(func.count(), func.min(PersonSearch.searched_at)).where(
                PersonSearch.account_id == actor.account_id, PersonSearch.searched_at > since
            )
        )
        .one()
    )
    if count >= MOST_SEARCHES:
        wait = first + WINDOW - clock.now()
        raise TooManyAttempts(
            _("You have searched very often in the last minutes."),
            retry_after=max(1, int(wait.total_seconds()) + 1),
            next_step=_("Wait a few minutes, then search again."),
        )


def _find(by: SearchBy, name: str | None, value: str) -> list[Person]:
    if by is SearchBy.REFERENCE:
        reference = read_reference("P", read_text("reference", value, most=60, multiline=False))
        if reference is None:
            raise InvalidInput(
                "reference", _("Enter a reference in the correct format, like P-7K3M-9QTR")
            )
        return queries_matching.search_by_reference(reference)
    known = inputs.read_name("name", name)
    if not rules.name_tokens(known):
        return []
    if by is SearchBy.BIRTH_DATE:
        return queries_matching.search_by_birth_date(known, _read_day(value))
    if by is SearchBy.POSTCODE:
        postcode = inputs.read_postcode("postcode", value, required=True)
        fingerprint = inputs.fingerprint_postcode(postcode)
        assert fingerprint is not None  # noqa: S101  (the postcode is required)
        return queries_matching.search_by_postcode(known, fingerprint)
    if by is SearchBy.PHONE:
        number = inputs.read_phone("phone", value)
        return queries_matching.search_by_phone(
            known, encryption.fingerprint(CONTACT_POINT, number)
        )
    nino = inputs.read_nino(value)
    if nino is None:
        raise InvalidInput("nino", _("Enter the National Insurance number"))
    return queries_matching.search_by_nino(known, encryption.fingerprint(inputs.NINO, nino))


def _read_day(value: str) -> PartialDate:
    day = inputs.read_birth_date(value)
    if day.is_unknown:
        raise InvalidInput("birth_date", _("Enter the birth date, or as much of it as is known"))
    return day
