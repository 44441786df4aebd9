"""Commands about hand-overs: offer a case to another organisation, take it, return it.

Nothing is moved from one organisation to the other: who takes a case opens one of its own, with the
first contact's date, and reads of the old one what the person agreed to share. Until it is taken
the giver goes on with it, so that no claim waits for a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record, record_look
from assistedaccess.audit.once import Once
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, RefusedInput, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.events import OrganisationStopped
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.queries import find_organisation_name
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_alive, check_may_begin, load_reached, reach_person

from . import queries, queries_handover, rules, rules_handover
from .events import CaseClosed, CaseHandedOver
from .models import Case
from .models_handover import HandOver
from .queries_handover import HandOverPage, HandOverRow
from .rules import CaseState, CloseReason
from .rules_handover import HandOverState, Part, ReturnReason
from .service import lock_open_case, open_case
from .service_reminders import remind
from .service_spoken_yes import read_yes, record_yes

OFFER = "casework.offer_hand_over"
SUBJECT = "hand_over"


class OtherHasClosed(RefusedInput):
    """What is offered to an organisation that has closed waits where nobody looks."""

    reason_code = "other_has_closed"


def say_shared(parts: Sequence[str]) -> str:
    """What the other organisation gets to know, as the person is told it."""
    said = [_("what you need done"), _("why you need help"), _("when you first asked")]
    if Part.NOTES in parts:
        said.append(_("our notes"))
    if Part.TASKS in parts:
        said.append(_("what is still to do"))
    return ", ".join(said)


@command(OFFER)
def offer_hand_over(
    *,
    actor: Actor,
    case_id: UUID,
    to_organisation_id: UUID,
    parts: list[str],
    is_warm: bool,
    said_yes: bool,
    how_said: str,
    message: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Offer a case to another organisation, with the person's yes to what is shared.

    The yes is recorded as one to this very purpose. Raises InvalidInput without it, or for an
    organisation that is closed; StaleVersion where the case is closed or offered already.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    once = Once(actor, OFFER, request_key, case_id, to_organisation_id)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_open_case(actor, case_id)
    person = get_person(case.person_id)
    check_alive(person)
    check_may_begin(person)
    if queries_handover.find_offer(case.id) is not None:
        raise StaleVersion(
            _("This case is offered to an organisation already."),
            next_step=_("Take that offer back first, or wait for the answer."),
        )
    try:
        joined = rules_handover.join_parts(parts)
    except ValueError as error:
        raise InvalidInput("parts", _("Select what they may know")) from error
    words = read_text("message", message, rules_handover.LONGEST_MESSAGE)
    channel = read_yes(how_said, said_yes=said_yes)
    to = lock_open_organisation(actor, to_organisation_id, "to_organisation_id")
    purpose = _(
        "%(name)s goes on with this. They get to know: %(what)s.",
        name=to.name[:150],
        what=say_shared(parts),
    )
    consent_id = record_yes(actor, case, person, purpose, channel)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row = HandOver(
        id=new_id(),
        case_id=case.id,
        person_id=case.person_id,
        from_organisation_id=case.organisation_id,
        to_organisation_id=to.id,
        is_warm=is_warm,
        parts=joined,
        message=encryption.seal(person.id, "hand_over.message", words) if words else None,
        consent_id=consent_id,
        state=HandOverState.OFFERED,
        offered_at=clock.now(),
        offered_by=actor.account_id,
    )
    get_session().add(row)
    get_session().flush()
    _record(Action.HAND_OVER_OFFERED, actor, row, "warm" if is_warm else "cold")
    _tell(actor, row, NoticeKind.HAND_OVER_OFFERED, to.name)
    return once.keep(row.id)


def lock_open_organisation(actor: Actor, organisation_id: UUID, field: str) -> Organisation:
    """Another organisation that is open; ``field`` is where an error is shown.

    Locked, so that its closing and what is offered to it have an order: none waits where nobody
    looks.
    """
    to = get_session().get(
        Organisation, organisation_id, with_for_update=True, populate_existing=True
    )
    if to is None or to.id == actor.organisation_id:
        raise InvalidInput(field, _("Select an organisation"))
    if to.closed_on is not None:
        raise OtherHasClosed(field, _("This organisation has closed. Select another one"))
    return to


def _lock(actor: Actor, hand_over_id: UUID, *, is_giver: bool) -> HandOver:
    row = get_session().get(HandOver, hand_over_id, with_for_update=True, populate_existing=True)
    queries_handover.check_known(actor, row)
    assert row is not None  # noqa: S101  (check_known refused it)
    own = row.from_organisation_id if is_giver else row.to_organisation_id
    if own != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)
    concerns(subject=(SUBJECT, row.id))
    if row.state != HandOverState.OFFERED:
        raise StaleVersion(
            _("Somebody has answered this already."), next_step=_("Open it again to see how.")
        )
    return row


@command("casework.take_hand_over")
def take_hand_over(*, actor: Actor, hand_over_id: UUID) -> UUID:
    """Take a case that is offered to the actor's organisation; returns the id of the new case.

    It keeps the first contact and the claim's dates. The giver's own is closed with it, and the
    person is told who helps them from now on.
    """
    require(actor, Permission.CASE_OPEN)
    require_may_act(actor)
    row = _lock(actor, hand_over_id, is_giver=False)
    session = get_session()
    old = session.get_one(Case, row.case_id, with_for_update=True, populate_existing=True)
    giver = find_organisation_name(row.from_organisation_id) or ""
    basis = queries.open_text(old.person_id, "case.first_contact_basis", old.first_contact_basis)
    new_case_id = open_case(
        actor=actor,
        person_id=old.person_id,
        need=queries.open_text(old.person_id, "case.need", old.need),
        why_help=list(rules.split_reasons(old.why_help)),
        first_contact_on=old.first_contact_on,
        first_contact_basis=f"{giver[:80]}: {basis or old.reference}"[: rules.LONGEST_BASIS],
        service=old.service,
    )
    session.get_one(Case, new_case_id).claim_sent_on = old.claim_sent_on
    row.state = HandOverState.TAKEN
    row.new_case_id = new_case_id
    _decide(actor, row)
    old.state = CaseState.CLOSED
    old.closed_at = clock.now()
    old.closed_by = actor.account_id
    old.close_reason = CloseReason.DONE_ELSEWHERE
    old.version += 1
    session.flush()
    _record(Action.HAND_OVER_TAKEN, actor, row)
    publish(CaseClosed(old.id, actor))
    publish(CaseHandedOver(old.id, new_case_id, actor))
    _tell(actor, row, NoticeKind.HAND_OVER_TAKEN, find_organisation_name(row.to_organisation_id))
    return new_case_id


@command("casework.return_hand_over")
def return_hand_over(
    *, actor: Actor, hand_over_id: UUID, reason: str, words: str | None = None
) -> UUID:
    """Do not take a case, and say why: it is a task for who looks after it at the giver's."""
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, hand_over_id, is_giver=False)
    chosen = read_word("reason", reason, ReturnReason, _("Select why you do not take it"))
    if chosen is ReturnReason.CLOSED:
        raise InvalidInput("reason", _("Select why you do not take it"))
    said = read_text(
        "words",
        words,
        rules_handover.LONGEST_RETURN,
        _("Enter why you do not take it") if chosen is ReturnReason.OTHER else "",
    )
    if said:
        row.return_words = encryption.seal(row.person_id, "hand_over.return_words", said)
    _return(actor, row, chosen)
    return row.id


def _return(actor: Actor, row: HandOver, reason: ReturnReason) -> None:
    row.state = HandOverState.RETURNED
    row.return_reason = reason
    _decide(actor, row)
    to_name = find_organisation_name(row.to_organisation_id) or ""
    _record(Action.HAND_OVER_RETURNED, actor, row, str(reason))
    remind(
        actor,
        get_session().get_one(Case, row.case_id),
        _("%(name)s does not take this case: see why", name=to_name[:120]),
        added_by=row.offered_by,
    )
    _tell(actor, row, NoticeKind.HAND_OVER_RETURNED, to_name)


@command("casework.withdraw_hand_over")
def withdraw_hand_over(*, actor: Actor, hand_over_id: UUID) -> UUID:
    """Take an offer back, at the person's word or because it is not needed any more."""
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, hand_over_id, is_giver=True)
    row.state = HandOverState.WITHDRAWN
    _decide(actor, row)
    _record(Action.HAND_OVER_WITHDRAWN, actor, row)
    _tell(actor, row, NoticeKind.HAND_OVER_RETURNED, find_organisation_name(row.to_organisation_id))
    return row.id


def return_with_organisation(event: OrganisationStopped) -> None:
    """What waits for an organisation that closes goes back, in the transaction that closes it."""
    waiting = select(HandOver).where(
        HandOver.to_organisation_id == event.organisation_id,
        HandOver.state == HandOverState.OFFERED,
    )
    for row in get_session().scalars(waiting.order_by(HandOver.id).with_for_update()).all():
        _return(SYSTEM, row, ReturnReason.CLOSED)


@command("casework.view_hand_over")
def view_hand_over(
    *, actor: Actor, hand_over_id: UUID, stated_reason: str | None = None
) -> HandOverPage:
    """One hand-over as far as its reader may see it, the look recorded first.

    A helper to whose organisation it is offered looks because it is: that explains this page, which
    shows what the person agreed to share, and no other of theirs (ADR 0034).
    """
    require(actor, Permission.TODAY_VIEW)
    row = queries_handover.get_hand_over(actor, hand_over_id)
    _person, found = load_reached(actor, row.person_id, lock=False)
    concerns(subject=(SUBJECT, row.id))
    if queries_handover.is_asked(actor, row):
        record(
            Action.HAND_OVER_OPENED,
            actor=actor,
            person_id=row.person_id,
            subject=(SUBJECT, row.id),
            authority=(SUBJECT, row.id),
            reason="explained.hand_over",
        )
    else:
        record_look(
            Action.HAND_OVER_OPENED,
            actor=actor,
            person_id=row.person_id,
            subject=(SUBJECT, row.id),
            stated_reason=stated_reason or found.stated,
            needs_details=True,
        )
    return queries_handover.load_page(actor, row)


@command("casework.list_hand_overs")
def list_hand_overs(*, actor: Actor) -> list[HandOverRow]:
    """What is offered to the organisation, and what it has offered; by initials alone."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="hand_overs")
    return queries_handover.list_hand_overs(actor)


# -- what several of them need


def _decide(actor: Actor, row: HandOver) -> None:
    row.decided_at = clock.now()
    row.decided_by = actor.account_id
    get_session().flush()


def _record(action: Action, actor: Actor, row: HandOver, reason: str | None = None) -> None:
    """In the story of the case that is given, whoever acts."""
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.from_organisation_id,
        subject=("case", row.case_id),
        authority=("assisting", row.consent_id),
        reason=reason,
        details={"hand_over": str(row.id), "to": str(row.to_organisation_id)},
    )


def _tell(actor: Actor, row: HandOver, kind: NoticeKind, name: str | None) -> None:
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=kind,
        organisation_id=actor.organisation_id or row.from_organisation_id,
        facts={"helper": name or ""},
    )
