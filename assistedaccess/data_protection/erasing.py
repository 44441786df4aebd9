"""A person's record is erased: what keeps it from that, and what is done.

Their key is forgotten, so that all that was sealed for them is gone, from every backup too; what
stood in clear about them is emptied; what would find them again is taken out. The journal and the
rows that say that something was done stay, and no longer say about whom.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assistedaccess.applications.models import Application, RecordOfHelp
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_payments import Payment
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit import Action, record
from assistedaccess.casework.models import Case
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.consent.models import Consent
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.append_only import APPEND_ONLY
from assistedaccess.kernel.database import Fingerprint, get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.my_record.models import Objection
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import WAITING, State
from assistedaccess.people.models import ContactPoint, Person, PersonNameKey

from .models import DataRequest
from .pack import find_whose, list_tables_about_people
from .rules import Kept
from .rules_requests import Kind, MustStay, Outcome, Stays

ON_ITS_WAY = (*WAITING, State.TO_PRINT)
NAME_OF_NOBODY = "—"
"""What stands where the name stood."""

EMPTIED: Mapping[str, object] = {
    "name": NAME_OF_NOBODY,
    "known_as": None,
    "name_key": "",
    "birth_year": None,
    "birth_month": None,
    "birth_day": None,
    "nation": None,
    "housing": "not_known",
    "address": None,
    "national_insurance_number": None,
    "language": "en",
    "spoken_language": "en",
    "needs_interpreter": False,
    "formats": "",
    "support": None,
    "preferred_contact": None,
    "safe_contact": None,
    "told_less_until": None,
    "ask_again_on": None,
    "human_id": None,
    "restricted": None,
    "left_out_at": None,
}


def list_keepers(
    person: InstrumentedAttribute[UUID] | UUID, periods: Mapping[Kept, timedelta]
) -> dict[Stays, ColumnElement[bool]]:
    """For each reason, the condition by which a record must stay for now."""
    now = clock.now()
    other = aliased(Person)

    def since(kind: Kept) -> datetime:
        return now - periods[kind]

    def has(model: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(model.person_id == person, *conditions)

    return {
        Stays.OPEN_HELP: or_(
            has(Case, Case.state != "closed"),
            has(
                PendingAct,
                PendingAct.state == "waiting",
                PendingAct.asked_at > since(Kept.PERSON),
            ),
        ),
        Stays.ON_ITS_WAY: has(Notice, Notice.state.in_(ON_ITS_WAY)),
        Stays.MAY_ACT: has(Delegation, Delegation.ended_at.is_(None), Delegation.expires_at > now),
        Stays.OBJECTION: has(Objection, Objection.closed_at.is_(None)),
        Stays.CLAIMS: or_(
            has(Consent, Consent.recorded_at > since(Kept.PERSON)),
            has(Delegation, Delegation.expires_at > since(Kept.PERSON)),
            has(Application, Application.changed_at > since(Kept.PERSON)),
            has(RecordOfHelp, RecordOfHelp.made_at > since(Kept.PERSON)),
            has(Case, Case.closed_at > since(Kept.PERSON)),
            has(
                Concern,
                or_(Concern.closed_at.is_(None), Concern.closed_at > since(Kept.CONCERN)),
            ),
        ),
        # Kept and not used, Article 18: to delete is to use.
        Stays.RESTRICTED: exists().where(other.id == person, other.restricted.is_not(None)),
        # One record's end is not the other's: what still leads here would lead to nobody.
        Stays.LED_TO: exists().where(other.merged_into_id == person, other.erased_at.is_(None)),
        Stays.MONEY: or_(
            has(Payment, Payment.begun_at > since(Kept.MONEY)),
            has(Refund, or_(Refund.settled_at.is_(None), Refund.settled_at > since(Kept.MONEY))),
            has(EmergencyGift, EmergencyGift.given_at > since(Kept.MONEY)),
        ),
    }


def list_what_stays(person_id: UUID, periods: Mapping[Kept, timedelta]) -> list[Stays]:
    """Why a record cannot be erased today; empty where it can. One statement."""
    keepers = list_keepers(person_id, periods)
    row = get_session().execute(select(*(keepers[why].label(why) for why in keepers))).one()
    return [why for why in keepers if getattr(row, why)]


def refuse_what_stays(
    person_id: UUID, periods: Mapping[Kept, timedelta], *, but: Stays | None = None
) -> None:
    """Raise MustStay where the law keeps something of this person, for another reason than but."""
    if set(list_what_stays(person_id, periods)) - {but}:
        raise MustStay(
            _("The law says that this record must stay for now."),
            next_step=_("The page of the request says what must stay, and why."),
        )


def lock_person(person_id: UUID) -> Person:
    """The person's row, locked. Raises NotFound, also for one that is erased already."""
    person = get_session().get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None or person.erased_at is not None:
        raise NotFound
    return person


def list_due(periods: Mapping[Kept, timedelta], limit: int) -> list[UUID]:
    """People whose record is to be erased: nothing was done for, with or about them for so long, or
    they asked and it was agreed. Nothing keeps it."""
    cutoff = clock.now() - periods[Kept.PERSON]
    keepers = list_keepers(Person.id, periods).values()
    still_open = _has_request(Person.id, DataRequest.closed_at.is_(None))
    is_over = and_(Person.created_at < cutoff, Person.changed_at < cutoff)
    found = get_session().scalars(
        select(Person.id)
        .where(
            Person.erased_at.is_(None),
            or_(is_over, _agreed(Person.id)),
            ~still_open,
            *(~keeper for keeper in keepers),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    return list(found)


def _has_request(
    person: InstrumentedAttribute[UUID] | UUID, *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    return exists().where(DataRequest.person_id == person, *conditions)


def _agreed(person: InstrumentedAttribute[UUID] | UUID) -> ColumnElement[bool]:
    return _has_request(
        person, DataRequest.kind == Kind.ERASURE, DataRequest.outcome == Outcome.DONE
    )


def has_asked(person_id: UUID) -> bool:
    """Whether they asked to be erased, and it was agreed."""
    return bool(get_session().scalar(select(_agreed(person_id))))


def erase(actor: Actor, person_id: UUID, reason: str) -> None:
    """Erase a person's record, inside the caller's transaction. Raises NotFound.

    ``reason``: time_is_over or asked.
    """
    session = get_session()
    person = lock_person(person_id)
    for name, value in EMPTIED.items():
        setattr(person, name, value)
    person.erased_at = person.changed_at = clock.now()
    person.version += 1
    session.flush()
    session.execute(delete(PersonNameKey).where(PersonNameKey.person_id == person_id))
    session.execute(
        update(ContactPoint).where(ContactPoint.person_id == person_id).values(replaces_id=None)
    )
    session.execute(delete(ContactPoint).where(ContactPoint.person_id == person_id))
    _drop_traces(person_id)
    encryption.forget(person_id)
    record(
        Action.PERSON_ERASED,
        actor=actor,
        person_id=person_id,
        subject=("person", person_id),
        reason=reason,
    )


def _drop_traces(person_id: UUID) -> None:
    """Put chance in place of every keyed hash by which something of theirs could be found again."""
    session = get_session()
    for table in list_tables_about_people():
        traces = [column for column in table.columns if isinstance(column.type, Fingerprint)]
        whose = find_whose(table)
        if not traces or whose is None or table.name in APPEND_ONLY:
            continue
        keys = list(table.primary_key)
        found = session.execute(select(*keys, *traces).where(whose), {"of_person_id": person_id})
        for row in found.all():
            same = and_(*(key == value for key, value in zip(keys, row, strict=False)))
            chance = {
                column: secrets.token_bytes(32)
                for column, value in zip(traces, row[len(keys) :], strict=True)
                if value is not None
            }
            if chance:
                session.execute(update(table).where(same).values(chance))
