"""How a referral goes on: accepted or sent back by a place inside, taken back, arrived or not.

Accepting opens nothing: the person comes with their own yes, or does not come.
"""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.consent.events import ConsentWithdrawn
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.organisations.events import OrganisationStopped
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import reach_person

from . import queries_referrals
from . import rules_referrals as rules
from .models import Case
from .models_referrals import Referral
from .rules_referrals import Arrival, ReferralState, SentBack
from .service_entries import finish_if_left
from .service_reminders import remind

SUBJECT = "referral"


@command("casework.accept_referral")
def accept_referral(*, actor: Actor, referral_id: UUID) -> UUID:
    """Accept what was referred to the actor's organisation: it expects the person."""
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, referral_id)
    _check_waits_here(actor, row)
    row.state = ReferralState.ACCEPTED
    _decide(actor, row)
    record_step(Action.REFERRAL_ACCEPTED, actor, row)
    return row.id


@command("casework.return_referral")
def return_referral(
    *, actor: Actor, referral_id: UUID, reason: str, words: str | None = None
) -> UUID:
    """Send a referral back, and say why: it is a task for who looks after the person's case."""
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, referral_id)
    _check_waits_here(actor, row)
    chosen = read_word("reason", reason, SentBack, _("Select why you send it back"))
    if chosen is SentBack.CLOSED:
        raise InvalidInput("reason", _("Select why you send it back"))
    said = read_text(
        "words",
        words,
        rules.LONGEST_RETURN,
        _("Enter why you send it back") if chosen is SentBack.OTHER else "",
    )
    if said:
        row.return_words = encryption.seal(row.person_id, "referral.return_words", said)
    _return(actor, row, chosen)
    return row.id


def _return(actor: Actor, row: Referral, reason: SentBack) -> None:
    row.state = ReferralState.RETURNED
    row.return_reason = reason
    _decide(actor, row)
    record_step(Action.REFERRAL_RETURNED, actor, row, {"reason": str(reason)})
    case = get_session().get_one(Case, row.case_id)
    words = _("A referral came back: see why, and tell the person")
    remind(SYSTEM, case, words, added_by=row.made_by)
    _finish_task(actor, row)


@command("casework.withdraw_referral")
def withdraw_referral(*, actor: Actor, referral_id: UUID) -> UUID:
    """Take a referral back, at the person's word: a place inside sees it no longer."""
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, referral_id)
    if row.organisation_id != actor.organisation_id:
        raise NotFound
    if row.state not in rules.STANDING:
        raise _answered()
    _take_back(actor, row)
    return row.id


def _take_back(actor: Actor, row: Referral) -> None:
    row.state = ReferralState.WITHDRAWN
    _decide(actor, row)
    record_step(Action.REFERRAL_WITHDRAWN, actor, row)
    _finish_task(actor, row)


@command("casework.say_arrived")
def say_arrived(*, actor: Actor, referral_id: UUID, arrival: str) -> UUID:
    """Say whether the person arrived; said again, the last word counts, the journal keeps both.

    By whoever made the referral, or the place inside that accepted it. The task is done with it.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = _lock(actor, referral_id)
    is_giver = row.organisation_id == actor.organisation_id
    if not rules.may_say_arrived(ReferralState(row.state), is_giver=is_giver):
        raise StaleVersion(
            _("This referral does not wait for an answer to that."),
            next_step=_("Open it again to see how it stands."),
        )
    said = read_word("arrival", arrival, Arrival, _("Select whether they arrived"))
    row.arrival = said
    row.heard_at, row.heard_by = clock.now(), actor.account_id
    get_session().flush()
    record_step(Action.REFERRAL_FOLLOWED_UP, actor, row, {"arrival": str(said)})
    _finish_task(actor, row)
    return row.id


def return_referrals_with_organisation(event: OrganisationStopped) -> None:
    """What waits for an organisation that closes goes back, in the transaction that closes it."""
    for row in _lock_all(
        Referral.to_organisation_id == event.organisation_id,
        Referral.state.in_(rules.STANDING),
        Referral.arrival.is_(None),
    ):
        _return(SYSTEM, row, SentBack.CLOSED)


def withdraw_with_consent(event: ConsentWithdrawn) -> None:
    """The person took their yes back: the other place sees nothing from now on."""
    for row in _lock_all(
        Referral.consent_id == event.consent_id, Referral.state.in_(rules.STANDING)
    ):
        _take_back(event.actor, row)


def _lock_all(*which: ColumnElement[bool]) -> list[Referral]:
    query = select(Referral).where(*which).order_by(Referral.id).with_for_update()
    return list(get_session().scalars(query.execution_options(populate_existing=True)))


def _lock(actor: Actor, referral_id: UUID) -> Referral:
    """The row, locked, for one of the two who may open it. Raises NotFound."""
    row = queries_referrals.get_referral(actor, referral_id, lock=True)
    reach_person(actor, row.person_id)
    concerns(subject=(SUBJECT, row.id))
    if not queries_referrals.may_open(actor, row, get_session().get_one(Case, row.case_id)):
        raise NotFound
    return row


def _check_waits_here(actor: Actor, row: Referral) -> None:
    if row.to_organisation_id != actor.organisation_id:
        raise NotFound
    if row.state != ReferralState.MADE:
        raise _answered()


def _answered() -> StaleVersion:
    return StaleVersion(
        _("Somebody has answered this already."), next_step=_("Open it again to see how.")
    )


def _finish_task(actor: Actor, row: Referral) -> None:
    # Who works at the other place is named in no list of tasks: it might be a refuge.
    own = actor.organisation_id == row.organisation_id
    finish_if_left(actor if own else SYSTEM, row.task_id)


def _decide(actor: Actor, row: Referral) -> None:
    row.decided_at = clock.now()
    row.decided_by = actor.account_id
    get_session().flush()


def record_step(
    action: Action, actor: Actor, row: Referral, details: dict[str, str] | None = None
) -> None:
    """In the story of the case, whoever acts; that it is private is told to the person alone."""
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("case", row.case_id),
        authority=("assisting", row.consent_id),
        reason="private" if row.is_private else None,
        details={"referral": str(row.id), **(details or {})},
    )
