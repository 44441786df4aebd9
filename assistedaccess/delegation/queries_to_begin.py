"""The yeses that whoever was named has confirmed, and on which nothing has begun yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from assistedaccess.consent.models import Consent
from assistedaccess.consent.models_evidence import ConsentWord
from assistedaccess.consent.queries_waiting import PAGE, WaitingRow
from assistedaccess.consent.rules_words import ASKED_FOR, Answer, Called
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from .models import Delegation

STANDS_HERE = ASKED_FOR
"""So long after the word came: a yes that nobody has used by then is to be asked anew."""


def list_to_begin(actor: Actor) -> list[WaitingRow]:
    """What this account can let begin now, oldest first; one statement.

    It is the helper who took the yes who lets it begin: it is granted as theirs, under the rules
    and the stops of that moment, and not in the name of whoever gave a word.
    """
    found = get_session().execute(
        select(
            Consent.reference,
            name_in_lists(to_family=actor.is_family),
            ConsentWord.answered_at,
            Consent.until_on,
        )
        .join(Consent, Consent.id == ConsentWord.request_id)
        .join(Person, Person.id == Consent.person_id)
        .where(
            Consent.account_id == actor.account_id,
            Consent.organisation_id == actor.organisation_id,
            Consent.withdrawn_at.is_(None),
            Person.died_on.is_(None),
            Consent.until_on >= clock.today(),
            ConsentWord.called != str(Called.SECOND),
            ConsentWord.answer == str(Answer.YES),
            ConsentWord.answered_at > clock.now() - STANDS_HERE,
            ~exists().where(Delegation.consent_id == Consent.id),
        )
        .order_by(ConsentWord.answered_at)
        .limit(PAGE)
    )
    return [
        WaitingRow("begin", reference, initials_of(name), min(until_on, _last_day(answered_at)))
        for reference, name, answered_at, until_on in found
        if answered_at is not None
    ]


def _last_day(answered_at: datetime) -> date:
    return clock.local(answered_at + STANDS_HERE - timedelta(minutes=1)).date()
