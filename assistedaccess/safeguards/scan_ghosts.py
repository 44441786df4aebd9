"""What the scan sees of people for whom money is asked, and of whom nobody but one helper knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.consent.models import Visit
from assistedaccess.kernel.database import get_session
from assistedaccess.people.models import ContactPoint, Person

from .models import Establishment
from .queries_surroundings import has_shown_others
from .scan_money import MOST, NEWCOMERS
from .signals_seen import Seen


def see_unseen(events: Sequence[Any]) -> dict[UUID, Seen]:
    """How many people whom this human registered in 90 days have money or vouchers, and are known
    to nobody else: no way to reach them (not a letter that is kept at a desk either), met by no
    other human, and no paper that another saw. That a colleague types a vouch for each, or that
    the helper alone saw a passport, is no second pair of eyes (A10: *no third-party contact*).

    What is no money to an account counts half: whoever gives out food meets many who have nothing
    (L01). Residents of a registered establishment are not counted (L02).
    """
    newcomer = Person.created_at >= min(event.occurred_at for event in events) - NEWCOMERS
    paid = exists().where(
        PaymentDetails.person_id == Person.id, PaymentDetails.fingerprint.is_not(None)
    )
    fed = exists().where(EmergencyGift.person_id == Person.id)
    reached = exists().where(ContactPoint.person_id == Person.id, ContactPoint.ended_at.is_(None))
    met = exists().where(Visit.person_id == Person.id, Visit.human_id != Person.created_by_human_id)
    at_home = exists().where(
        Establishment.place == Person.postcode_fingerprint, Establishment.ended_at.is_(None)
    )
    query = (
        select(Person.created_by_human_id.label("human_id"), paid.label("is_paid"))
        .where(
            Person.created_by_human_id.in_({event.human_id for event in events if event.human_id}),
            newcomer,
            or_(paid, fed),
            ~reached,
            ~met,
            ~has_shown_others(Person.id, Person.created_by_human_id),
            ~at_home,
        )
        .limit(MOST)
    )
    halves: Counter[UUID | None] = Counter()
    for row in get_session().execute(query):
        halves[row.human_id] += 2 if row.is_paid else 1
    return {
        event.id: Seen(
            kind="pay", is_unconfirmed=True, ghosts_of_helper=halves[event.human_id] // 2
        )
        for event in events
        if halves[event.human_id]
    }
