"""authorise() and reserve(): whether somebody may do this for a person now, decided under a lock.

Plain functions, called inside the command of whoever acts: what they find and what is done on it
commit together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, insert, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.audit import Action, record
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import find_live_assisting_consent
from assistedaccess.consent.rules import ASSISTING_POWERS, HolderKind, Mode, Period, Power
from assistedaccess.consent.service import get_person_for_act
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import get_transaction
from assistedaccess.organisations.service import require_may_act

from . import rules
from .models import Delegation, EntryKind, LimitEntry
from .queries import sum_taken
from .rules import Asked, DelegationFacts, NoAuthority


@dataclass(frozen=True)
class Authority:
    """On what an act rests: ``kind`` is assisting (a consent's id) or delegation (its id)."""

    kind: str
    id: UUID

    @property
    def pair(self) -> tuple[str, UUID]:
        """As ``record`` and ``concerns`` take it."""
        return (self.kind, self.id)


@dataclass(frozen=True)
class Reserved:
    """Part of a money limit, taken until it is used or given back."""

    authority: Authority
    reserve_id: UUID


def authorise(
    *,
    actor: Actor,
    person_id: UUID,
    service: str | None,
    power: str,
    amount_pence: int | None = None,
    mode: str | None = None,
) -> Authority:
    """Let the command that runs go on only on a live authority; returns it, locked.

    Asked at every save, never only when a page was opened. A live assisting consent of this visit
    carries ``fill_in`` and ``submit`` for its service; anything else needs a delegation to this
    account, or to its organisation. ``mode`` (assisting or representing) asks for the one or the
    other; without it, either will do. ``amount_pence`` is measured against the limit, not taken
    from it: see reserve().

    Raises a refusal named for the rule, with words and the next step: those of
    organisations.rules (the helper), of people.rules (the person), or of rules.
    """
    asked = _ask(actor, person_id, service, power, amount_pence)
    if mode != Mode.REPRESENTING and asked.power in ASSISTING_POWERS:
        consent_id = find_live_assisting_consent(actor, person_id, service, lock=True)
        if consent_id is not None:
            return _found(Authority("assisting", consent_id))
    if mode == Mode.ASSISTING:
        raise _no_assisting(asked.power)
    held = _lock_held(actor, person_id)
    return _found(Authority("delegation", rules.choose_delegation(held, asked)))


def find_hindrance(
    *, actor: Actor, person_id: UUID, service: str | None, power: str, mode: str | None = None
) -> Refused | None:
    """What authorise() would refuse now because no yes stands; None where one does.

    For a page that says so before somebody has done the work: nothing is locked, and the save asks
    again. Two statements at most.
    """
    asked = _as_asked(actor, service, power, None)
    may_assist = mode != Mode.REPRESENTING and asked.power in ASSISTING_POWERS
    if may_assist and find_live_assisting_consent(actor, person_id, service) is not None:
        return None
    if mode == Mode.ASSISTING:
        return _no_assisting(asked.power)
    held = [
        make_facts(row.Delegation, row.withdrawn_at, 0)
        for row in get_session().execute(_held(actor, person_id))
    ]
    try:
        rules.choose_delegation(held, asked)
    except Refused as refused:
        return refused
    return None


def find_power(*, actor: Actor, person_id: UUID, power: Power) -> UUID | None:
    """The delegation to this helper that gives ``power`` now, for whichever service.

    For an act that is about no service, such as how a person is reached. One statement.
    """
    for row in get_session().execute(_held(actor, person_id)):
        facts = make_facts(row.Delegation, row.withdrawn_at, 0)
        asked = replace(_as_asked(actor, None, power, None), service=min(facts.services))
        try:
            rules.choose_delegation([facts], asked)
        except Refused:
            continue
        return facts.id
    return None


def _ask(
    actor: Actor, person_id: UUID, service: str | None, power: str, amount_pence: int | None
) -> Asked:
    """What is asked, once helper and person are such that anything may be asked at all."""
    get_transaction()  # outside a transaction a lock would be gone before the act
    if not actor.is_account:
        raise NoAuthority(_("Only a helper acts for a person."))
    require_may_act(actor, power)
    get_person_for_act(actor, person_id)
    return _as_asked(actor, service, power, amount_pence)


def _as_asked(actor: Actor, service: str | None, power: str, amount_pence: int | None) -> Asked:
    return Asked(
        account_id=actor.account_id,
        organisation_id=actor.organisation_id,
        service=service,
        power=Power(power),
        amount_pence=amount_pence,
        now=clock.now(),
    )


def _found(authority: Authority) -> Authority:
    concerns(authority=authority.pair)
    return authority


def _no_assisting(power: Power) -> Refused:
    if power not in ASSISTING_POWERS:
        return NoAuthority(
            _("Helping somebody who is here does not include this."),
            next_step=_("The person can let you act for them in this."),
        )
    return NoAuthority(
        _("The person has not said yes to this help at this visit."),
        next_step=_("Ask the person, and record their yes. What you typed is kept."),
    )


def _lock_held(actor: Actor, person_id: UUID) -> list[DelegationFacts]:
    """The person's delegations to this organisation and its helpers, locked; two statements.

    Those that ended within a year are there too, so that a refusal can say what has ended.
    """
    query = _held(actor, person_id).with_for_update(of=Delegation)
    rows = list(get_session().execute(query.execution_options(populate_existing=True)))
    taken = sum_taken([row.Delegation for row in rows])
    return [
        make_facts(row.Delegation, row.withdrawn_at, taken.get(row.Delegation.id, 0))
        for row in rows
    ]


def _held(actor: Actor, person_id: UUID) -> Select[*tuple[Any, ...]]:
    year = clock.now() - timedelta(days=366)
    # What was given to an organisation is for whoever works there, not for those it sponsors.
    kinds = [HolderKind.ACCOUNT] if actor.is_family else list(HolderKind)
    return (
        select(Delegation, Consent.withdrawn_at)
        .outerjoin(Consent, Consent.id == Delegation.consent_id)
        .where(
            Delegation.person_id == person_id,
            Delegation.organisation_id == actor.organisation_id,
            Delegation.holder_kind.in_(kinds),
            or_(Delegation.ended_at.is_(None), Delegation.ended_at > year),
        )
        .order_by(Delegation.id)
    )


def make_facts(row: Delegation, withdrawn_at: datetime | None, taken_pence: int) -> DelegationFacts:
    """A delegation as the rules take it."""
    return DelegationFacts(
        id=row.id,
        reference=row.reference,
        holder_kind=HolderKind(row.holder_kind),
        holder_account_id=row.holder_account_id,
        organisation_id=row.organisation_id,
        services=frozenset(row.services),
        powers=frozenset(row.powers),
        starts_at=row.starts_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        is_replaced=row.ended_how in (rules.EndedHow.SUPERSEDED, rules.EndedHow.HANDED_OVER),
        consent_withdrawn_at=withdrawn_at,
        frozen_at=row.frozen_at,
        frozen_until=row.frozen_until,
        suspended_at=row.suspended_at,
        check_in_by=clock.end_of_day(row.check_in_on) if row.check_in_on else None,
        limit_pence=row.money_limit_pence,
        act_limit_pence=row.act_limit_pence,
        taken_pence=taken_pence,
    )


# -- the ledger


def reserve(
    *, actor: Actor, person_id: UUID, service: str, amount_pence: int, subject: tuple[str, UUID]
) -> Reserved:
    """Take ``amount_pence`` from the money limit before something is paid; authorises ``pay``.

    Under the lock of the delegation, so that of two tabs that each take 60 % one is refused.
    ``subject`` is what is paid for, such as ("application", id): while its reserve is open, the
    same amount again is the same reserve. Raises LimitReached, and whatever authorise() raises.
    """
    asked = _ask(actor, person_id, service, Power.PAY, amount_pence)
    held = _lock_held(actor, person_id)
    open_reserve = _find_open_reserve(subject)
    if open_reserve is not None:
        # Only while what it was taken from still stands; its own money is no obstacle to itself.
        chosen = rules.choose_delegation(held, replace(asked, amount_pence=None))
        if (open_reserve.delegation_id, open_reserve.amount_pence) != (chosen, amount_pence):
            raise rules.AlreadyReserved(
                _("Another amount is already set aside for this."),
                next_step=_("Give that back first, or pay that amount."),
            )
        record(Action.REQUEST_REPEATED, actor=actor, person_id=person_id, subject=subject)
        return Reserved(_found(Authority("delegation", chosen)), open_reserve.id)
    authority = _found(Authority("delegation", rules.choose_delegation(held, asked)))
    delegation = get_session().get_one(Delegation, authority.id)
    assert delegation.money_period is not None  # noqa: S101  (else there was no limit to be within)
    reserve_id = _enter(
        actor,
        delegation.id,
        EntryKind.RESERVE,
        amount_pence,
        rules.period_key(Period(delegation.money_period), clock.now()),
        subject,
    )
    record(
        Action.LIMIT_RESERVED,
        actor=actor,
        person_id=person_id,
        subject=subject,
        authority=authority.pair,
        service=service,
        details={"amount_pence": amount_pence},
    )
    return Reserved(authority, reserve_id)


def use_reserve(*, actor: Actor, reserve_id: UUID, amount_pence: int | None = None) -> None:
    """Say that what was reserved has been paid; what was not needed is given back."""
    taken, person_id = _lock_reserve(reserve_id)
    used = taken.amount_pence if amount_pence is None else amount_pence
    if not 0 < used <= taken.amount_pence:
        raise rules.LimitReached(_("This is more than was set aside."))
    subject = (taken.subject_kind, taken.subject_id)
    _settle(actor, taken, EntryKind.USE, used, person_id)
    if used < taken.amount_pence:
        rest = taken.amount_pence - used
        _enter(
            actor,
            taken.delegation_id,
            EntryKind.GIVE_BACK,
            rest,
            taken.period,
            subject,
            taken.id,
        )


def give_back(*, actor: Actor, reserve_id: UUID) -> None:
    """Give back what was reserved: nothing was paid. Needs no live authority."""
    taken, person_id = _lock_reserve(reserve_id)
    _settle(actor, taken, EntryKind.GIVE_BACK, taken.amount_pence, person_id)


def use_after_all(*, actor: Actor, reserve_id: UUID) -> UUID:
    """Say that what had been given back was paid all the same; the new reserve's id.

    The money is gone, so the ledger says so even where it goes over the limit: no refusal would
    bring it back, and the next payment meets a limit that is used up. Raises NotFound.
    """
    session = get_session()
    before = session.get(LimitEntry, reserve_id)
    if before is None or before.kind != EntryKind.RESERVE:
        raise NotFound
    delegation = session.get_one(Delegation, before.delegation_id, with_for_update=True)
    subject = (before.subject_kind, before.subject_id)
    again = _enter(
        actor, delegation.id, EntryKind.RESERVE, before.amount_pence, before.period, subject
    )
    taken = session.get_one(LimitEntry, again)
    _settle(actor, taken, EntryKind.USE, taken.amount_pence, delegation.person_id)
    return again


def _find_open_reserve(subject: tuple[str, UUID]) -> LimitEntry | None:
    settled = aliased(LimitEntry)
    return (
        get_session()
        .scalars(
            select(LimitEntry)
            .outerjoin(settled, settled.reserve_id == LimitEntry.id)
            .where(
                LimitEntry.subject_id == subject[1],
                LimitEntry.subject_kind == subject[0],
                LimitEntry.kind == EntryKind.RESERVE,
                settled.id.is_(None),
            )
            .limit(1)
        )
        .one_or_none()
    )


def _lock_reserve(reserve_id: UUID) -> tuple[LimitEntry, UUID]:
    """An open reserve, under its delegation's lock, with the person's id."""
    session = get_session()
    taken = session.get(LimitEntry, reserve_id)
    if taken is None or taken.kind != EntryKind.RESERVE:
        raise NotFound
    delegation = session.get(Delegation, taken.delegation_id, with_for_update=True)
    assert delegation is not None  # noqa: S101  (a foreign key)
    is_settled = session.scalar(select(LimitEntry.id).where(LimitEntry.reserve_id == reserve_id))
    if is_settled is not None:
        raise rules.AlreadySettled(_("This has been paid, or given back, already."))
    return taken, delegation.person_id


def _settle(
    actor: Actor, taken: LimitEntry, kind: EntryKind, amount_pence: int, person_id: UUID
) -> None:
    subject = (taken.subject_kind, taken.subject_id)
    _enter(actor, taken.delegation_id, kind, amount_pence, taken.period, subject, taken.id)
    record(
        Action.LIMIT_USED if kind is EntryKind.USE else Action.LIMIT_GIVEN_BACK,
        actor=actor,
        person_id=person_id,
        subject=subject,
        authority=("delegation", taken.delegation_id),
        details={"amount_pence": amount_pence},
    )


def _enter(
    actor: Actor,
    delegation_id: UUID,
    kind: EntryKind,
    amount_pence: int,
    period: str,
    subject: tuple[str, UUID],
    reserve_id: UUID | None = None,
) -> UUID:
    values = {
        "id": new_id(),
        "delegation_id": delegation_id,
        "kind": str(kind),
        "amount_pence": amount_pence,
        "period": period,
        "reserve_id": reserve_id,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "account_id": actor.account_id,
        "entered_at": clock.now(),
    }
    get_session().execute(insert(LimitEntry), [values])
    return UUID(str(values["id"]))
