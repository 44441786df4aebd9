"""“Was this you?” – *no*, by a text or with the number of the notice alone.

Nobody has shown who they are, so that it is heard as of a caller who could not be recognised:
delegations rest for 72 hours, what waits cannot be released until somebody from elsewhere has
looked (named.find_stop), and nothing is ever said in answer to whoever sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from assistedaccess.accounts import attempts
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor, ActorKind
from assistedaccess.kernel.canonical import CONTACT_POINT, canonical_phone
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import first_id_at, read_reference
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.rules import Channel, NoticeKind
from assistedaccess.notices.rules_reading import ReadHow
from assistedaccess.notices.service_reading import note_read, these
from assistedaccess.people.models import ContactPoint, Person

from . import rules_replies as rules
from .models import Objection
from .rules import HowAsked
from .rules_objections import MOST_NAMED, PENDING
from .service_objections import open_objection

SAID = {
    HowAsked.TELEPHONE: _l("No, by text message"),
    HowAsked.ONLINE: _l("No, with the number of the message"),
}

OWN = ("own", "shared")
"""Whose telephone a *no* without a number may come from: not of somebody who gets copies."""


@command("my_record.hear_text")
def hear_text(*, actor: Actor, number: str, message: str) -> int:
    """Hear a text message that came in; returns how many objections it opened.

    By the number of a notice, whoever's telephone sent it; without one, by the telephone, of all
    that it was told within a week. Told twice: heard once, and nothing is ever answered.
    """
    said = rules.read_reply(message)
    who = canonical_phone(number) or number[:40]
    if attempts.take_turn("reply", who, rules.FROM_ONE):
        return _note(actor, "too_many")
    if not said.is_no:
        _note_answered(actor, _find_by_reference(said.reference) if said.reference else ())
        return _note(actor, "no_no")
    rows = _find_by_reference(said.reference) if said.reference else _find_by_phone(who)
    return _heed(actor, rows, HowAsked.TELEPHONE)


@command("my_record.say_no")
def say_no(*, actor: Actor, reference: str, address: str) -> int:
    """The number of a notice, typed on the page for it without signing in, says *no* to it.

    The page answers alike whether there is such a notice. Raises InvalidInput for what can be no
    number, TooManyAttempts.
    """
    spelt = read_reference("N", reference)
    if spelt is None:
        raise InvalidInput(
            "reference", _("Enter the number in the message. It begins with N. Look at each letter")
        )
    wait = attempts.take_turn("reply", address, rules.FROM_ONE)
    if wait:
        raise TooManyAttempts(
            _("This was tried very often from here."),
            retry_after=wait,
            next_step=_("Go to any desk, or ring one: they can stop it at once."),
        )
    return _heed(actor, _find_by_reference(spelt), HowAsked.ONLINE)


def _note_answered(actor: Actor, rows: Sequence[Notice]) -> None:
    """Whatever was said: who names a message has read it, or had it read to them."""
    for row in rows:
        if row.person_id is not None:
            note_read(actor, row.person_id, ReadHow.ANSWERED, these([row.id]))


def _note(actor: Actor, reason: str, person_id: UUID | None = None) -> int:
    record(Action.REPLY_HEARD, actor=actor, person_id=person_id, reason=reason)
    return 0


def _find_by_reference(reference: str) -> Sequence[Notice]:
    return (
        get_session()
        .scalars(
            select(Notice)
            .where(Notice.reference == reference, Notice.person_id.is_not(None))
            .with_for_update()
        )
        .all()
    )


def _find_by_phone(number: str) -> Sequence[Notice]:
    """The risky acts that this telephone was told of by text, also where it has been replaced."""
    points = get_session().execute(
        select(ContactPoint.id, ContactPoint.person_id).where(
            ContactPoint.fingerprint == encryption.fingerprint(CONTACT_POINT, number),
            ContactPoint.whose.in_(OWN),
        )
    )
    found = points.all()
    return (
        get_session()
        .scalars(
            select(Notice)
            .where(
                Notice.person_id.in_({point.person_id for point in found}),
                Notice.contact_point_id.in_({point.id for point in found}),
                Notice.channel == Channel.TEXT,
                Notice.is_risky,
                Notice.id >= first_id_at(clock.now() - rules.ANSWERED_WITHIN),
            )
            .order_by(Notice.id)
            .with_for_update()
        )
        .all()
    )


def _heed(actor: Actor, rows: Sequence[Notice], how: HowAsked) -> int:
    """One objection for each person concerned, of what was not objected to already."""
    by_person: dict[UUID, list[UUID]] = {}
    for row in rows:
        if row.person_id is not None:
            by_person.setdefault(row.person_id, []).append(row.id)
    if not by_person:
        return _note(actor, "unknown")
    opened = 0
    for person_id, notice_ids in by_person.items():
        opened += _heed_person(actor, person_id, notice_ids, how)
    return opened


def _heed_person(actor: Actor, person_id: UUID, notice_ids: list[UUID], how: HowAsked) -> int:
    concerns(person_id=person_id)
    is_closed = get_session().get_one(Person, person_id).died_on is not None
    told = get_session().execute(
        select(NoticeEntry.event_id, AuditEvent.subject_kind, AuditEvent.subject_id)
        .outerjoin(AuditEvent, AuditEvent.id == NoticeEntry.event_id)
        .where(
            NoticeEntry.notice_id.in_(notice_ids),
            NoticeEntry.kind.not_in([str(kind) for kind in rules.NOTHING_TO_STOP]),
            or_(
                NoticeEntry.kind.not_in([str(kind) for kind in rules.OWN_STOPS]),
                func.coalesce(AuditEvent.actor_kind, "") != ActorKind.PERSON,
            ),
            # Once their death is on record, nothing is asked but whether that is true.
            *([NoticeEntry.kind == NoticeKind.DEATH_RECORDED] if is_closed else []),
        )
        .order_by(NoticeEntry.id.desc())
        .limit(MOST_NAMED)
    )
    entries = told.all()
    if is_closed and not entries:
        return _note(actor, "unknown", person_id)
    note_read(actor, person_id, ReadHow.ANSWERED, these(notice_ids))
    if not entries:
        return _note(actor, "nothing_to_stop", person_id)
    open_names = get_session().scalars(
        select(Objection.names).where(
            Objection.person_id == person_id, Objection.closed_at.is_(None)
        )
    )
    known: set[str] = set()
    stops_all = False
    for names in open_names:
        known |= {each["id"] for each in names}
        stops_all = stops_all or not names
    fresh = {
        entry.event_id
        for entry in entries
        if str(entry.subject_id if entry.subject_kind == PENDING else entry.event_id) not in known
    }
    # What was told before notices named their facts has none: then everything is stopped, once.
    if not fresh - {None} and (stops_all or None not in fresh):
        return _note(actor, "said_already", person_id)
    record(Action.REPLY_HEARD, actor=actor, person_id=person_id, reason="stopped")
    open_objection(
        Actor(ActorKind.PERSON, person_id=person_id, request_id=actor.request_id),
        person_id=person_id,
        organisation_id=None,
        how=how,
        delegation_ids=(),
        event_ids=sorted(each for each in fresh if each is not None),
        words=str(SAID[how]),
        is_proven=False,
    )
    return 1


def find_told(reference: str) -> str:
    """The reference of the person whom a notice told. Raises NotFound."""
    found = get_session().scalar(
        select(Person.reference)
        .join(Notice, Notice.person_id == Person.id)
        .where(Notice.reference == reference)
    )
    if found is None:
        raise NotFound
    return found
