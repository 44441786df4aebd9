"""The life of a delegation after it was given: another edition, a check-in, the task done, rest.

What only time asks for stands in service_time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.consent import service_asking
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import get_policy
from assistedaccess.consent.rules import HolderKind, HowSaid, VisitChannel
from assistedaccess.consent.service import get_person_for_act, tell_person
from assistedaccess.consent.stops import check_may_take_yes
from assistedaccess.consent.terms import terms_of
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.events import publish
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.events import MemberStopped, OrganisationStopped
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import check_alive, reach_person

from . import rules_term
from .authority import Authority
from .events import DelegationEnded
from .models import Delegation, lasts
from .queries import make_facts
from .rules import EndedHow, SuspendedHow
from .service import lock_replaced
from .surroundings import is_own, list_organisations


class RenewedElsewhere(Refused):
    """Another organisation's delegation is taken over, with the person's yes; not renewed."""

    reason_code = "renewed_elsewhere"


def _lock(actor: Actor, delegation_id: UUID) -> Delegation:
    row = get_session().get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    check_theirs(actor, ("delegation", row.id))
    concerns(person_id=row.person_id, subject=("delegation", row.id))
    return row


@command("delegation.ask_person")
def ask_person(*, actor: Actor, person_id: UUID, **asked: Any) -> UUID:
    """Begin to ask a person, as consent's begin_request does; returns the request's id.

    Raises StopStands at once where the person has stopped this helper: not after all the reading.
    """
    require(actor, Permission.DELEGATION_GRANT)
    check_may_take_yes(actor, person_id)
    return service_asking.begin_request(actor=actor, person_id=person_id, **asked)


@command("delegation.begin_edition")
def begin_edition(
    *,
    actor: Actor,
    delegation_id: UUID,
    request_key: str,
    language: str,
    holder_kind: str,
    services: list[str],
    powers: list[str],
    until_on: date,
    purpose: str,
    money_limit_pence: int | None = None,
    money_period: str | None = None,
    act_limit_pence: int | None = None,
    is_one_task: bool = False,
    telling: str = "",
    holder_account_id: UUID | None = None,
    channel: str = VisitChannel.IN_PERSON,
) -> UUID:
    """Begin to ask a person for another edition of a delegation; returns the request's id.

    Other terms, or another holder: the same commands as for a first one follow, and with the yes
    the old edition ends as the new one begins. Raises what rules_term.check_replacing raises.
    """
    require(actor, Permission.DELEGATION_GRANT)
    row = _lock(actor, delegation_id)
    get_person_for_act(actor, row.person_id)
    lock_replaced(row.id, row.person_id)
    return service_asking.begin_request(
        actor=actor,
        person_id=row.person_id,
        request_key=request_key,
        language=language,
        holder_kind=holder_kind,
        services=services,
        powers=powers,
        until_on=until_on,
        purpose=purpose,
        money_limit_pence=money_limit_pence,
        money_period=money_period,
        act_limit_pence=act_limit_pence,
        is_one_task=is_one_task,
        telling=telling,
        replaces_id=row.id,
        holder_account_id=holder_account_id,
        channel=channel,
    )


@command("delegation.begin_renewal")
def begin_renewal(
    *,
    actor: Actor,
    delegation_id: UUID,
    request_key: str,
    channel: str = VisitChannel.IN_PERSON,
) -> UUID:
    """Begin to ask a person to go on with a delegation as it is; returns the request's id.

    The same holder, services, powers and money, for the same length again from today. It holds
    only when the person confirms it, like any other yes; what was paid counts on. The words count
    as shown from now on. Raises RenewedElsewhere for another organisation's.
    """
    require(actor, Permission.DELEGATION_GRANT)
    row = _lock(actor, delegation_id)
    if row.organisation_id != actor.organisation_id:
        raise RenewedElsewhere(
            _("Another organisation vouches for this, so it cannot be renewed here."),
            next_step=_("It is renewed where it was given. Or the person lets you take it over."),
        )
    lock_replaced(row.id, row.person_id)
    consent = get_session().get_one(Consent, row.consent_id)
    terms = terms_of(consent)
    until_on = rules_term.renewed_until(
        clock.local(row.starts_at).date(),
        terms.until_on,
        clock.today(),
        get_policy().longest_months,
    )
    holder = row.holder_account_id
    request_id = begin_edition(
        actor=actor,
        delegation_id=row.id,
        request_key=request_key,
        language=consent.language,
        holder_kind=row.holder_kind,
        services=list(terms.services),
        powers=[str(power) for power in terms.powers],
        until_on=until_on,
        purpose=terms.purpose,
        money_limit_pence=terms.money_limit_pence,
        money_period=str(terms.money_period) if terms.money_period else None,
        act_limit_pence=terms.act_limit_pence,
        is_one_task=terms.is_one_task,
        telling=terms.telling,
        holder_account_id=holder if holder != actor.account_id else None,
        channel=channel,
    )
    service_asking.show_statement(actor=actor, request_id=request_id)
    return request_id


@command("delegation.check_in")
def check_in(*, actor: Actor, delegation_id: UUID, how: str) -> UUID:
    """Note that the person, asked half-way of a long term, wants it to go on.

    Not by the helper who holds it, nor by any of the organisation that does; the person is told at
    once. ``how`` they said so: in_front or telephone. Raises OwnCheckIn, and a refusal for one that
    has ended or run out.
    """
    require(actor, Permission.DELEGATION_GRANT)
    require_may_act(actor)
    row = _lock(actor, delegation_id)
    check_alive(reach_person(actor, row.person_id))
    said = HowSaid(how)
    rules_term.check_checking_in(is_own=is_own(actor, row, list_organisations(actor)))
    rules_term.check_running(row.ended_at, row.expires_at, clock.now())
    repeated = row.check_in_on is None
    row.check_in_on = row.check_in_asked_at = None
    if not repeated:
        row.checked_in_at = clock.now()
        row.checked_in_by = actor.account_id
        row.version += 1
    get_session().flush()
    record(
        Action.DELEGATION_CHECKED_IN,
        actor=actor,
        person_id=row.person_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        reason="already_checked_in" if repeated else str(said),
    )
    if not repeated:
        tell_person(
            actor=actor,
            person_id=row.person_id,
            kind=NoticeKind.DELEGATION_CHECKED_IN,
            organisation_id=actor.organisation_id or row.organisation_id,
            facts=make_facts(row.person_id, [row]),
        )
    return row.id


# -- one task


@command("delegation.finish_task")
def finish_task(*, actor: Actor, delegation_id: UUID) -> UUID:
    """Say that the one task of a delegation is done: it ends. By whoever it was given to.

    Raises NotFound for others, and for one that is for more than a task.
    """
    require(actor, Permission.DELEGATION_GRANT)
    row = _lock(actor, delegation_id)
    is_theirs = row.organisation_id == actor.organisation_id and (
        row.holder_kind == HolderKind.ORGANISATION or row.holder_human_id == actor.human_id
    )
    if not is_theirs or not row.is_one_task:
        raise NotFound
    if row.ended_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("delegation", row.id))
        return row.id
    _end_done(actor, row)
    return row.id


def end_with_task(actor: Actor, authority: Authority) -> None:
    """End the delegation on which an act rested where that was its one task; same transaction."""
    if authority.kind != "delegation":
        return
    row = get_session().get_one(Delegation, authority.id)  # locked by authorise()
    if row.is_one_task and row.ended_at is None:
        _end_done(actor, row)


def _end_done(actor: Actor, row: Delegation) -> None:
    row.ended_at = clock.now()
    row.ended_how = str(EndedHow.DONE)
    row.ended_by = actor.account_id
    row.version += 1
    get_session().flush()
    record(
        Action.DELEGATION_ENDED,
        actor=actor,
        person_id=row.person_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        reason=str(EndedHow.DONE),
    )
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=NoticeKind.DELEGATION_DONE,
        organisation_id=row.organisation_id,
        facts=make_facts(row.person_id, [row]),
    )
    publish(DelegationEnded(row.id, row.person_id, row.organisation_id, str(EndedHow.DONE)))


# -- rest


def suspend_with_member(event: MemberStopped) -> None:
    """A helper has left: what people let them do rests, in the same transaction.

    A suspended member is another matter: they cannot act meanwhile (organisations.rules.may_act),
    and what people had agreed to is there again when they are cleared.
    """
    if event.why == "ended":
        suspend_holder(event.account_id, event.organisation_id, ("membership", event.membership_id))


def suspend_holder(account_id: UUID, organisation_id: UUID, subject: tuple[str, UUID]) -> int:
    """Let everything rest that one account holds at an organisation; returns how many."""
    return _suspend(
        SuspendedHow.HELPER_LEFT,
        subject,
        organisation_id,
        Delegation.organisation_id == organisation_id,
        Delegation.holder_account_id == account_id,
    )


def suspend_with_organisation(event: OrganisationStopped) -> None:
    """An organisation has closed: whatever it vouched for rests."""
    _suspend(
        SuspendedHow.ORGANISATION_CLOSED,
        ("organisation", event.organisation_id),
        event.organisation_id,
        Delegation.organisation_id == event.organisation_id,
    )


def _suspend(
    how: SuspendedHow, subject: tuple[str, UUID], organisation_id: UUID, *which: object
) -> int:
    """One statement however many there are; each person is told by what time asks for."""
    now = clock.now()
    ids = list(
        get_session().scalars(
            update(Delegation)
            .where(
                *which,  # type: ignore[arg-type]
                lasts(),
                Delegation.suspended_at.is_(None),
                Delegation.expires_at > now - timedelta(days=366),
            )
            .values(suspended_at=now, suspended_how=str(how), version=Delegation.version + 1)
            .returning(Delegation.id)
            .execution_options(synchronize_session=False)
        )
    )
    if ids:
        record(
            Action.DELEGATION_SUSPENDED,
            actor=SYSTEM,
            organisation_id=organisation_id,
            subject=subject,
            reason=str(how),
            details={"delegations": sorted(str(one) for one in ids)},
        )
    return len(ids)
