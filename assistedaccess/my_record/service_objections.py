"""“I did not agree to this”: what it names stops at once, and somebody from elsewhere answers.

The reviewer is drawn as for everything that waits for a second human (approvals), from all
organisations but those concerned. The person is told that it is open, and told the answer.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.access.policy import require_person
from assistedaccess.applications.service_payee_stopping import let_go, stop_at_the_persons_word
from assistedaccess.approvals.stops import end_at_the_persons_word, lock_waiting
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.once import Once
from assistedaccess.consent.service import tell_person, withdraw_consent
from assistedaccess.delegation import service_stops
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference
from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.notices.rules import NoticeKind

from . import rules_objections as rules
from .models import Objection
from .named import Named, list_standing, list_told_of_money, load_named
from .reviewers import RAISE_COMMAND, check_may_answer, draw_reviewer
from .rules import HowAsked
from .rules_objections import Outcome
from .service import get_open_reading, registered_at


@command(RAISE_COMMAND)
def raise_objection(
    *,
    actor: Actor,
    reading_id: UUID,
    delegation_ids: list[UUID],
    event_ids: list[UUID],
    words: str,
    is_proven: bool,
    request_key: str,
    pending_ids: list[UUID] | None = None,
) -> UUID:
    """Record at a desk, or on the telephone, that the person did not agree; returns its id.

    ``delegation_ids``, ``event_ids`` (facts of the record) and ``pending_ids`` (what waits for a
    second human) are what it names; where it names none, everything is stopped. Of a caller who
    could not be recognised (``is_proven`` False) the stop holds for 72 hours, unless the person
    confirms it. Sent twice: raised once.
    """
    require(actor, Permission.DELEGATION_END)
    reading = get_open_reading(actor, reading_id)
    concerns(person_id=reading.person_id)
    once = Once(actor, RAISE_COMMAND, request_key)
    made = once.find("objection", reading.person_id)
    if made is not None:
        return made
    objection_id = open_objection(
        actor,
        person_id=reading.person_id,
        organisation_id=reading.organisation_id,
        how=HowAsked(reading.how),
        delegation_ids=delegation_ids,
        event_ids=event_ids,
        pending_ids=pending_ids or (),
        words=words,
        is_proven=is_proven or reading.how == HowAsked.IN_FRONT,
    )
    return once.keep(objection_id)


def open_objection(
    actor: Actor,
    *,
    person_id: UUID,
    organisation_id: UUID | None,
    how: HowAsked,
    delegation_ids: Collection[UUID],
    event_ids: Collection[UUID],
    pending_ids: Collection[UUID] = (),
    words: str,
    is_proven: bool,
) -> UUID:
    """Stop what is named, and open the objection, inside the caller's transaction.

    What waits for a second human ends at the word of whoever has shown who they are; at anybody
    else's it cannot be released until this is answered (find_stop). ``organisation_id``: whose
    desk heard it; None online, where an organisation concerned, else the one that registered the
    person, is named in the letters.
    """
    said = read_words(words, "words")
    if len(delegation_ids) + len(event_ids) + len(pending_ids) > rules.MOST_NAMED:
        raise InvalidInput("what", _("Select fewer things, or say it in words"))
    named = load_named(person_id, delegation_ids, event_ids, pending_ids)
    if named.is_empty and not said:
        raise InvalidInput("words", _("Select what the person did not agree to, or say it"))
    _stop(actor, person_id, named, str(how), is_proven)
    rests = 0
    if is_proven:
        told = list_told_of_money(named.events)
        rests = stop_at_the_persons_word(actor, person_id, told)
    concerned = named.concerned or list_standing(person_id)
    reported_at = organisation_id or min(concerned, default=None) or registered_at(person_id)
    now = clock.now()
    row = Objection(
        id=new_id(),
        reference=new_reference("J"),
        person_id=person_id,
        how=str(how),
        names=named.as_json(),
        organisation_ids=sorted(str(each) for each in concerned),
        words=encryption.seal(person_id, "objection.words", said) if said else None,
        raised_at=now,
        raised_by=actor.account_id,
        raised_by_human_id=actor.human_id,
        organisation_id=reported_at,
        due_at=now + rules.ANSWER_WITHIN,
    )
    get_session().add(row)
    get_session().flush()
    record(
        Action.OBJECTION_RAISED,
        actor=actor,
        person_id=person_id,
        organisation_id=reported_at,
        subject=("objection", row.id),
        authority=named.authority,
        reason=str(how),
    )
    draw_reviewer(row)
    tell_person(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.OBJECTION_RAISED,
        organisation_id=reported_at,
        facts={"their_reference": row.reference, "rests": "yes" if rests else ""},
    )
    return row.id


def _stop(actor: Actor, person_id: UUID, named: Named, how: str, is_proven: bool) -> None:
    """Freeze the delegations that are named, take back a yes on which nothing has begun; freeze
    everything where the person could not say what it was."""
    if named.is_empty:
        service_stops.freeze(
            actor=actor, person_id=person_id, how=how, is_proven=is_proven, is_asked_about=True
        )
        return
    for row in named.delegations:
        if row.ended_at is None:
            service_stops.freeze(
                actor=actor,
                person_id=person_id,
                delegation_id=row.id,
                how=how,
                is_proven=is_proven,
                is_asked_about=True,
            )
    for consent in named.consents:
        if consent.withdrawn_at is None:
            withdraw_consent(actor=actor, consent_id=consent.id, how=how)
    if is_proven:
        for act in named.waiting:
            end_at_the_persons_word(actor, act)


def read_words(text: str, field: str, required: str = "") -> str:
    """What was typed, as it may be kept. Raises InvalidInput."""
    try:
        said = clean_text(text or "", multiline=True)
    except UnfitText:
        raise InvalidInput(field, _("Remove the characters that cannot be printed")) from None
    if required and not said:
        raise InvalidInput(field, required)
    if len(said) > rules.LONGEST_WORDS:
        raise InvalidInput(field, _("This must be 1000 characters or less"))
    return said


def lock_objection(objection_id: UUID) -> Objection:
    """The objection, locked. Raises NotFound."""
    row = get_session().get(Objection, objection_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    concerns(person_id=row.person_id, subject=("objection", row.id))
    return row


@command("my_record.object_online")
def object_online(
    *,
    actor: Actor,
    delegation_ids: list[UUID],
    event_ids: list[UUID],
    words: str,
    request_key: str,
    pending_ids: list[UUID] | None = None,
) -> UUID:
    """The person says online that they did not agree; sent twice: raised once."""
    person_id = require_person(actor)
    concerns(person_id=person_id)
    once = Once(actor, RAISE_COMMAND, request_key)
    made = once.find("objection", person_id)
    if made is not None:
        return made
    objection_id = open_objection(
        actor,
        person_id=person_id,
        organisation_id=None,
        how=HowAsked.ONLINE,
        delegation_ids=delegation_ids,
        event_ids=event_ids,
        pending_ids=pending_ids or (),
        words=words,
        is_proven=True,
    )
    return once.keep(objection_id)


def _find_told_of_money(row: Objection) -> set[UUID]:
    ids = rules.list_ids(row.names, "event")
    events = get_session().scalars(select(AuditEvent).where(AuditEvent.id.in_(ids)))
    return list_told_of_money(events) if ids else set()


@command("my_record.answer_objection")
def answer_objection(*, actor: Actor, objection_id: UUID, outcome: str, answer: str) -> UUID:
    """Close an objection with what was found, in words for the person, who is told.

    Where the person is right, what it names stays stopped until they say otherwise, what waits of
    it ends, and no money goes where it told; where they had agreed, it goes there again. Raises
    NotFound, NotFromElsewhere, AlreadyAnswered.
    """
    require(actor, Permission.OBJECTION_ANSWER)
    row = lock_objection(objection_id)
    check_may_answer(actor, row)
    if row.closed_at is not None:
        raise rules.AlreadyAnswered(
            _("This has been answered already."),
            next_step=_("Open it again to see the answer."),
        )
    found = Outcome(outcome)
    said = read_words(answer, "answer", _("Enter the answer to the person"))
    row.outcome = str(found)
    row.answer = encryption.seal(row.person_id, "objection.answer", said)
    row.closed_at = clock.now()
    row.closed_by = actor.account_id
    get_session().flush()
    rests = 0
    if found is Outcome.NOT_AGREED:
        service_stops.keep_frozen(actor, row.person_id, rules.list_ids(row.names, "delegation"))
        rests = stop_at_the_persons_word(actor, row.person_id, _find_told_of_money(row))
        waits = rules.list_ids(row.names, rules.PENDING)
        for act in lock_waiting(row.person_id, waits) if waits else ():
            if act.id in waits:
                end_at_the_persons_word(actor, act)
    if found is Outcome.AGREED:
        let_go(actor, row.person_id, _find_told_of_money(row))
    record(
        Action.OBJECTION_ANSWERED,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("objection", row.id),
        reason=str(found),
        details={"answer": said},
    )
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.OBJECTION_ANSWERED,
        organisation_id=row.organisation_id,
        facts={
            "their_reference": row.reference,
            "outcome": str(found),
            "rests": "yes" if rests else "",
        },
    )
    return row.id
