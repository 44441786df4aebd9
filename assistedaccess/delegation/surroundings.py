"""What stands around a grant: other grants of its holder, stops, calls for help, company."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, and_, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.consent import silent
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import unseal_json
from assistedaccess.consent.rules import HolderKind
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Membership
from assistedaccess.organisations.rules import MembershipKind, limits_for
from assistedaccess.organisations.service import Holder
from assistedaccess.people.private import has_private_moment
from assistedaccess.people.queries_merging import records_of

from . import rules, rules_grant
from .models import Delegation

_STOPPED = aliased(Delegation)  # made once: an alias copies each column


def check_people(holder: Holder | None, person_id: UUID) -> None:
    """Raise TooManyPeople where the holder's human, through whichever account, has enough."""
    if holder is None:
        return
    # Two grants at once to one human count one after the other: their memberships are locked.
    get_session().execute(
        select(Membership.id)
        .where(Membership.human_id == holder.human_id, Membership.ended_at.is_(None))
        .order_by(Membership.id)
        .with_for_update()
    )
    counted = get_session().scalar(
        select(func.count(distinct(Delegation.person_id))).where(
            Delegation.holder_human_id == holder.human_id,
            Delegation.person_id != person_id,
            Delegation.ended_at.is_(None),
            Delegation.expires_at > clock.now(),
        )
    )
    rules.check_people(counted or 0, limits_for(holder.kind).most_people)


@dataclass(frozen=True)
class Around:
    """What stands around a grant. ``standing_pence``: the money limits that the same holder has for
    this person already, less what this one takes the place of.
    """

    standing_pence: int
    asks_for_help: bool
    misses_private_moment: bool


def look_around(consent: Consent, holder: Holder | None) -> Around:
    """What the controls and the rules of a grant ask; one statement."""
    at_organisation = Delegation.organisation_id == consent.organisation_id
    theirs: ColumnElement[bool] = at_organisation
    if holder is not None:
        # Whatever the holder's human can spend: their own limits, whichever organisation vouches
        # for them, and the organisation's.
        by_organisation = and_(at_organisation, Delegation.holder_kind == HolderKind.ORGANISATION)
        theirs = or_(Delegation.holder_human_id == holder.human_id, by_organisation)
    kind, human_id = (holder.kind, holder.human_id) if holder is not None else (None, None)
    query = select(
        func.coalesce(func.sum(Delegation.money_limit_pence), 0),
        silent.must_wait(consent.id, consent.person_id, consent.organisation_id).label("help"),
        _was_alone(consent, human_id).label("alone"),
    ).where(
        Delegation.person_id.in_(records_of(consent.person_id)),
        theirs,
        Delegation.ended_at.is_(None),
        Delegation.expires_at > clock.now(),
    )
    if consent.replaces_id is not None:
        query = query.where(Delegation.id != consent.replaces_id)
    standing, asks, alone = get_session().execute(query).one()
    needed = _needs_private_moment(consent, kind, human_id)
    return Around(int(standing or 0), bool(asks), needed and not alone)


def _is_stopped(human_id: UUID | None, person_id: UUID) -> Exists:
    """Whether a stop of the person stands on what this human, or a body they belong to, holds.

    One that they ended themself, while it was stopped, is stopped still: an end does not lift it.
    """
    own = select(Membership.organisation_id).where(
        Membership.human_id == human_id, Membership.ended_at.is_(None)
    )
    accounts = select(Account.id).where(Account.human_id == human_id)
    return exists().where(
        _STOPPED.person_id.in_(records_of(person_id)),
        or_(
            _STOPPED.holder_human_id == human_id,
            and_(
                _STOPPED.holder_kind == HolderKind.ORGANISATION,
                _STOPPED.organisation_id.in_(own),
            ),
        ),
        _STOPPED.frozen_at.is_not(None),
        or_(_STOPPED.frozen_until.is_(None), _STOPPED.frozen_until > clock.now()),
        or_(_STOPPED.ended_at.is_(None), _STOPPED.ended_by.in_(accounts)),
    )


def _was_alone(consent: Consent, holder: UUID | None) -> Exists:
    """Whether another human has spoken with the person alone, from the day of the question on."""
    day = clock.local(consent.read_began_at or consent.recorded_at).date()
    taker_and_holder = [human for human in (consent.human_id, holder) if human is not None]
    return has_private_moment(
        consent.person_id, since=clock.start_of_day(day), but_humans=taker_and_holder
    )


def _needs_private_moment(consent: Consent, holder_kind: str | None, holder: UUID | None) -> bool:
    said: dict[str, str] = unseal_json(consent.person_id, "consent.said", consent.said)
    present = said.get("present", "")
    name = None
    if present and consent.holder_account_id is not None:
        name = get_session().scalar(
            select(Account.name).where(Account.id == consent.holder_account_id)
        )
    return rules_grant.needs_private_moment(
        present=present,
        holder=name or "",
        in_private=bool(said.get("in_private")),
        reasons=consent.reasons,
        holder_is_family=holder_kind == MembershipKind.FAMILY,
        taken_by_holder=holder == consent.human_id,
    )


def find_missing(arguments: Mapping[str, Any]) -> str:
    """What has to be done before a grant that waits can be released, in words; else empty."""
    consent = get_session().get(Consent, arguments["consent_id"])
    if consent is None:
        return ""
    account_id = consent.holder_account_id or consent.account_id
    kind = holder = None
    if consent.holder_kind == HolderKind.ACCOUNT:
        found = get_session().execute(
            select(Membership.kind, Membership.human_id)
            .where(
                Membership.account_id == account_id,
                Membership.organisation_id == consent.organisation_id,
            )
            .order_by(Membership.ended_at.is_not(None), Membership.id.desc())
            .limit(1)
        )
        kind, holder = found.one_or_none() or (None, None)
    missing = _needs_private_moment(consent, kind, holder) and not get_session().scalar(
        select(_was_alone(consent, holder))
    )
    return rules_grant.spell_missing(missing)


def check_no_stop(actor: Actor, person_id: UUID) -> None:
    """Raise StopStands where the person has stopped what this helper does for them."""
    stopped = get_session().scalar(select(_is_stopped(actor.human_id, person_id)))
    rules_grant.check_no_stop(is_stopped=bool(stopped))


def list_organisations(actor: Actor) -> set[UUID]:
    """Where the actor's human belongs now, by whichever account."""
    return set(
        get_session().scalars(
            select(Membership.organisation_id).where(
                Membership.human_id == actor.human_id, Membership.ended_at.is_(None)
            )
        )
    )


def is_own(actor: Actor, row: Delegation, organisations: Collection[UUID]) -> bool:
    """Whether what is given by ``row`` is the actor's own; ``organisations``: where they belong."""
    held_by_desk = row.holder_kind == HolderKind.ORGANISATION
    return rules.is_own(
        holder_human_id=row.holder_human_id,
        holder_organisation_id=row.organisation_id if held_by_desk else None,
        human_id=actor.human_id,
        organisations=organisations,
    )
