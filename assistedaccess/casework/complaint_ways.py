"""How whoever complained is told: by their own way, or, a person of ours, by their safe route.

Who they are does not matter: everybody hears that the complaint came, that it takes longer, that
there is an answer, and who outside can be asked. Only the fixed sentences of notices leave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from assistedaccess.accounts.attempts import take_turn
from assistedaccess.accounts.mails import tell
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.rules import Limit
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id
from assistedaccess.notices.rules import AccountMail, Channel, Route, State
from assistedaccess.notices.rules_complaints import ComplaintMessage
from assistedaccess.notices.sending import ComplaintNoticeSettled
from assistedaccess.notices.service_complaints import queue_complaint_notice
from assistedaccess.people.inputs import EnteredPoint, read_point
from assistedaccess.people.routes import choose_other_route
from assistedaccess.people.rules_routes import PointKind

from . import queries_complaints, rules_complaints
from .complaint_owners import list_barred
from .models_complaints import Complaint, ComplaintEntry, ComplaintWay
from .rules_complaints import LAST_STAGE, EntryKind, TellBy

MESSAGES = Limit(tries=3, window=timedelta(days=1))
"""How many complaints a day are acknowledged to one number or address by themselves: whoever types
a stranger's number into the public page sends them no more than that."""
MOST_ASKED = 3
"""Of whom it is made sure that the person's route is none of theirs; with more, no message goes."""
POINTS = {
    TellBy.TEXT: PointKind.MOBILE,
    TellBy.EMAIL: PointKind.EMAIL,
    TellBy.LETTER: PointKind.POSTAL,
}
SAYS_THEY_KNOW = (EntryKind.ACKNOWLEDGED, EntryKind.ANSWERED)


@dataclass(frozen=True)
class GivenWay:
    """A way that whoever complained has given, read and checked."""

    kind: TellBy
    point: EnteredPoint


def read_way(tell_by: str, address: str) -> GivenWay | None:
    """The way as it was typed; None where none is wished. Raises InvalidInput."""
    if not tell_by:
        return None
    try:
        kind = TellBy(tell_by)
    except ValueError as error:
        raise InvalidInput("tell_by", "no such way to be told") from error
    return GivenWay(kind, read_point(kind=POINTS[kind], value=address))


def keep_way(row: Complaint, given: GivenWay) -> bool:
    """Keep it, under a key of its own. Whether a message may go there by itself today."""
    way_id = new_id()
    get_session().add(
        ComplaintWay(
            id=way_id,
            complaint_id=row.id,
            kind=str(given.kind),
            address=encryption.seal(way_id, "complaint_way.address", given.point.value),
            given_at=clock.now(),
        )
    )
    get_session().flush()
    return not take_turn("complaint_way", f"{given.kind}|{given.point.canonical}", MESSAGES)


def find_way(complaint_id: UUID) -> ComplaintWay | None:
    """The way that was given and still stands, locked."""
    return get_session().scalar(
        select(ComplaintWay)
        .where(ComplaintWay.complaint_id == complaint_id, ComplaintWay.ended_at.is_(None))
        .with_for_update()
    )


def end_way(way: ComplaintWay, ended_by: UUID | None) -> None:
    """Forget it: what has not left does not leave, and nobody reads the address again."""
    way.address, way.ended_at, way.ended_by = None, clock.now(), ended_by
    encryption.forget(way.id)
    get_session().flush()


def tell_complainant(actor: Actor, row: Complaint, kind: ComplaintMessage) -> bool:
    """Queue what has become of a complaint, in the command's transaction; whether there is a way.

    A person of ours is told by a route in which nobody has a hand whom it may be about, or not at
    all: then the owner tells them.
    """
    found = _find_route(row)
    if found is None:
        return False
    sealed_for, route = found
    nation = queries_complaints.get_nation(row.organisation_id)
    kinds = rules_complaints.split_kinds(row.kinds)
    outside = rules_complaints.list_outside(nation if row.organisation_id else None, kinds)
    facts = {
        "number": row.reference,
        "received": row.received_on.isoformat(),
        "by": row.answer_by.isoformat(),
        "outcome": row.outcome or "",
        "is_last": "yes" if row.stage == LAST_STAGE else "",
        "nation": str(nation) if row.organisation_id else "",
        "outside": "\n".join(f"{one.name}|{one.telephone}|{one.address}" for one in outside),
        "stage": str(row.stage),
    }
    queue_complaint_notice(
        actor=actor,
        complaint_id=row.id,
        sealed_for=sealed_for,
        kind=kind,
        route=route,
        organisation_id=row.organisation_id,
        facts=facts,
    )
    return True


def _find_route(row: Complaint) -> tuple[UUID, Route] | None:
    """Whose key seals the message, and where it goes."""
    if row.person_id is not None:
        route = find_safe_route(row.id, row.person_id, row.taken_by_human)
        return (row.person_id, route) if route is not None else None
    way = find_way(row.id)
    if way is None or way.address is None:
        return None
    return way.id, Route(
        channel=way.kind,
        contact_point_id=None,
        address=encryption.unseal(way.id, "complaint_way.address", way.address),
        language="en",
        independent=True,
        name=queries_complaints.open_told(row).name,
    )


def find_safe_route(complaint_id: UUID, person_id: UUID, taken_by: UUID | None) -> Route | None:
    """The person's own route, where it is in no hand that the complaint may be about."""
    barred: set[UUID | None] = {*list_barred(complaint_id)}
    if len(barred) > MOST_ASKED:
        return None
    found = {
        replace(choose_other_route(person_id, human_id=human_id, failed=None), language="en")
        for human_id in barred or {taken_by}
    }
    route = found.pop()
    is_theirs = bool(barred) and not route.independent
    if found or is_theirs or route.channel in (Channel.IN_PERSON, Channel.NONE):
        return None
    return route


def note_settled(event: ComplaintNoticeSettled) -> None:
    """That it has left acknowledges the complaint; that it failed takes that back, and the owner is
    told."""
    row = get_session().get(Complaint, event.complaint_id, with_for_update=True)
    if row is None:
        return
    is_first = event.kind == ComplaintMessage.RECEIVED
    if event.state in (State.SENT, State.DELIVERED, State.POSTED):
        if is_first and row.acknowledged_at is None:
            row.acknowledged_at = clock.now()
            _record(row, "message")
        return
    if is_first and row.acknowledged_at is not None and not _know_otherwise(row.id):
        row.acknowledged_at = None
        _record(row, "not_delivered")
    if row.person_id is None and find_way(row.id) is None:
        return  # they wanted no more messages
    owner = get_session().get(Account, row.owner_account_id) if row.owner_account_id else None
    if owner is not None:
        tell(SYSTEM, owner, AccountMail.COMPLAINT_UNTOLD)


def _know_otherwise(complaint_id: UUID) -> bool:
    """Whether the owner has told them, by their own hand."""
    found = select(ComplaintEntry.id).where(
        ComplaintEntry.complaint_id == complaint_id, ComplaintEntry.kind.in_(SAYS_THEY_KNOW)
    )
    return get_session().scalar(found.limit(1)) is not None


def _record(row: Complaint, reason: str) -> None:
    get_session().flush()
    record(
        Action.COMPLAINT_ACKNOWLEDGED,
        actor=SYSTEM,
        organisation_id=row.organisation_id,
        subject=("complaint", row.id),
        reason=reason,
    )
