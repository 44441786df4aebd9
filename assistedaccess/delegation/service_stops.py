"""Stop: ending, freezing and lifting at the person's word, in front of whomever they tell.

Nothing may stand between a person and *stop* (design, section 4, rule 6): any helper at any
organisation can, whatever their training. The person is told, so that nobody ends in their name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.access.policy import require_own
from assistedaccess.audit import Action, record
from assistedaccess.audit.explain import check_theirs
from assistedaccess.consent.events import ConsentWithdrawn
from assistedaccess.consent.models import Consent
from assistedaccess.consent.queries import name_services
from assistedaccess.consent.rules import HowSaid
from assistedaccess.consent.service import (
    lock_standing,
    take_back,
    tell_person,
    withdraw_waiting,
)
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.words import spell_day
from assistedaccess.people.models import Person
from assistedaccess.people.queries import PointView, get_person
from assistedaccess.people.queries_merging import list_records
from assistedaccess.people.queries_own_points import list_independent_numbers
from assistedaccess.people.reach import reach_person

from . import rules, rules_lifting
from .events import DelegationEnded, DelegationFrozen, StoppedUnproven
from .models import Delegation, lasts
from .queries import make_facts
from .rules import EndedHow
from .surroundings import is_own, list_organisations


@command("delegation.end_delegation")
def end_delegation(*, actor: Actor, delegation_id: UUID, how: str) -> UUID:
    """End a delegation at once, at the person's word (design, section 4, rule 6).

    Any helper at any organisation, whatever their training: nothing may stand between a person
    and *stop*; a relative, where it was given to them. ``how`` they said so: in_front or telephone.
    Said twice: ended once, both recorded.
    """
    require(actor, Permission.YES_TAKE_BACK)
    row = get_session().get(Delegation, delegation_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    require_own(actor, row.person_id)
    check_theirs(actor, ("delegation", row.id))
    concerns(person_id=row.person_id, subject=("delegation", row.id))
    said = EndedHow(HowSaid(how))
    if row.ended_at is None or row.ended_how == EndedHow.DIED:
        _end(actor, [row], said)
    else:
        record(
            Action.DELEGATION_ENDED,
            actor=actor,
            person_id=row.person_id,
            subject=("delegation", row.id),
            authority=("delegation", row.id),
            reason="already_ended",
        )
    return row.id


@command("delegation.end_all")
def end_all(*, actor: Actor, person_id: UUID, how: str) -> int:
    """End everything that lets somebody act for a person; returns how many delegations ended.

    Their yes to whatever still waits for a second human is taken back with it, and to help of a
    visit that nobody has ended. Where records of theirs were merged, under each of these.
    """
    require(actor, Permission.DELEGATION_END)
    require_own(actor, person_id)
    concerns(person_id=person_id)
    said = HowSaid(how)
    return _stop_each(person_id, lambda one: _end_all(actor, one, said))


def _stop_each(person_id: UUID, stop: Callable[[UUID], int]) -> int:
    """Stop what stands under every record of one human; returns how many were stopped.

    Looked for again after the first: its stop is what locks a record, and a merge may have been
    committed until then.
    """
    stopped: dict[UUID, int] = {}
    while left := [one for one in list_records(person_id) if one not in stopped]:
        stopped.update((one, stop(one)) for one in left)
    return sum(stopped.values())


def _end_all(actor: Actor, person_id: UUID, said: HowSaid) -> int:
    _wait_for_grants(actor, person_id)
    withdrawn = withdraw_waiting(actor=actor, person_id=person_id, how=said)
    rows = _lock_live(person_id)
    _end(actor, rows, EndedHow(said))
    if not rows:
        _tell_of_yes(actor, person_id, withdrawn)
        record(Action.DELEGATION_ENDED, actor=actor, person_id=person_id, reason="nothing_to_end")
    return len(rows)


def _wait_for_grants(actor: Actor, person_id: UUID) -> None:
    """Let whatever is being granted for this person commit, and keep anything else from beginning.

    A grant that another transaction makes has no row yet that could be locked, but a key of the
    person's, as each row about them has; the lock on the person waits for it. Rows first, the
    person last: an act that has locked its delegation goes on to write about the person.
    """
    lock_standing(actor, person_id)
    _lock_live(person_id)
    get_session().execute(select(Person.id).where(Person.id == person_id).with_for_update())


def _lock_live(person_id: UUID) -> Sequence[Delegation]:
    return list(
        get_session().scalars(
            select(Delegation)
            .where(Delegation.person_id == person_id, lasts())
            .order_by(Delegation.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _end(actor: Actor, rows: Sequence[Delegation], how: EndedHow) -> None:
    now = clock.now()
    for row in rows:
        row.ended_at = now
        row.ended_how = str(how)
        row.ended_by = actor.account_id
        row.version += 1
    get_session().flush()
    _tell(actor, rows, Action.DELEGATION_ENDED, NoticeKind.DELEGATION_ENDED, how)
    for row in rows:
        publish(DelegationEnded(row.id, row.person_id, row.organisation_id, str(how)))


def end_replaced(actor: Actor, row: Delegation, how: EndedHow) -> None:
    """End an edition, locked, whose place another takes in the same transaction.

    The person hears of both in one notice, that of what begins.
    """
    row.ended_at = clock.now()
    row.ended_how = str(how)
    row.ended_by = actor.account_id
    row.version += 1
    get_session().flush()
    record(
        Action.DELEGATION_ENDED,
        actor=actor,
        person_id=row.person_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        reason=str(how),
    )
    publish(DelegationEnded(row.id, row.person_id, row.organisation_id, str(how)))


def _tell(
    actor: Actor, rows: Sequence[Delegation], action: Action, kind: NoticeKind, how: str
) -> None:
    """Record what became of each, and tell the person of all of them in one notice."""
    for row in rows:
        record(
            action,
            actor=actor,
            person_id=row.person_id,
            subject=("delegation", row.id),
            authority=("delegation", row.id),
            reason=str(how),
        )
    if rows:
        tell_person(
            actor=actor,
            person_id=rows[0].person_id,
            kind=kind,
            organisation_id=actor.organisation_id or rows[0].organisation_id,
            facts={**make_facts(rows[0].person_id, rows), **_spell_end(rows)},
        )


def _spell_end(rows: Sequence[Delegation]) -> dict[str, str]:
    """The day on which a stop on these ends by itself, for the person; nothing where it lasts."""
    ends = [row.frozen_until for row in rows if row.frozen_until is not None]
    if len(ends) < len(rows):
        return {}
    return {"stop_until": spell_day(max(ends), get_person(rows[0].person_id).language)}


def _tell_of_yes(actor: Actor, person_id: UUID, consent_ids: Sequence[UUID]) -> None:
    """Tell the person that what had not begun does not begin."""
    if not consent_ids:
        return
    services = get_session().scalars(select(Consent.services).where(Consent.id.in_(consent_ids)))
    keys = dict.fromkeys(key for listed in services for key in listed)
    organisation_id = actor.organisation_id or get_session().scalar(
        select(Consent.organisation_id).where(Consent.id == consent_ids[0])
    )
    assert organisation_id is not None  # noqa: S101  (each consent has one)
    tell_person(
        actor=actor,
        person_id=person_id,
        kind=NoticeKind.CONSENT_WITHDRAWN,
        organisation_id=organisation_id,
        facts={"service": name_services(keys, get_person(person_id).language)},
    )


def _take_back_what_waits(actor: Actor, person_id: UUID, how: str) -> None:
    """A stop on everything has nothing to hold on to in what has not begun: that is taken back."""
    standing = lock_standing(actor, person_id)
    granted = set(
        get_session().scalars(
            select(Delegation.consent_id).where(Delegation.person_id == person_id)
        )
    )
    waiting = [row for row in standing if row.id not in granted]
    _tell_of_yes(actor, person_id, take_back(actor, waiting, how))


def end_with_consent(event: ConsentWithdrawn) -> None:
    """A consent was taken back: the delegation that rests on it ends in the same transaction."""
    rows = list(
        get_session().scalars(
            select(Delegation)
            .where(Delegation.consent_id == event.consent_id, lasts())
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    _end(event.actor, rows, EndedHow.CONSENT_WITHDRAWN)


@command("delegation.freeze")
def freeze(
    *,
    actor: Actor,
    person_id: UUID,
    how: str,
    is_proven: bool,
    delegation_id: UUID | None = None,
    is_asked_about: bool = False,
) -> int:
    """Put a stop on one delegation, or on all of a person's; returns how many are stopped.

    It holds until the person lifts it. Of a caller who could not be recognised (``is_proven``
    False) it holds for 72 hours, unless the person then confirms it, of which somebody from
    elsewhere asks them (``is_asked_about``: is asking already). A shorter stop never replaces a
    longer one. Where everything is stopped, a yes on which nothing has begun yet is
    taken back: it would begin beside the stop. *All* is all of one human's, also under records
    that were merged.
    """
    require(actor, Permission.DELEGATION_END)
    require_own(actor, person_id)
    concerns(person_id=person_id)
    said = HowSaid(how)

    def stop(one: UUID) -> int:
        rows = _freeze(actor, one, said, is_proven, delegation_id)
        if not is_proven and not is_asked_about:
            ids = [row.id for row in rows if row.frozen_until is not None]
            publish(StoppedUnproven(actor, one, ids))
        return len(rows)

    return stop(person_id) if delegation_id is not None else _stop_each(person_id, stop)


def _freeze(
    actor: Actor, person_id: UUID, said: HowSaid, is_proven: bool, delegation_id: UUID | None
) -> Sequence[Delegation]:
    if delegation_id is None:
        _wait_for_grants(actor, person_id)
        _take_back_what_waits(actor, person_id, said)
    rows = [row for row in _lock_live(person_id) if delegation_id in (None, row.id)]
    if delegation_id is not None and not rows:
        raise NotFound
    now = clock.now()
    until = None if is_proven else now + rules.UNPROVEN_FREEZE
    for row in rows:
        if rules.stops_longer(row.frozen_at, row.frozen_until, until, now):
            row.frozen_at = now
            row.frozen_until = until
            row.frozen_how = str(said)
            row.frozen_by = actor.account_id
            row.version += 1
    get_session().flush()
    _tell(actor, rows, Action.DELEGATION_FROZEN, NoticeKind.DELEGATION_FROZEN, said)
    for row in rows:
        publish(DelegationFrozen(row.id, row.person_id, row.organisation_id))
    if not rows:
        record(
            Action.DELEGATION_FROZEN, actor=actor, person_id=person_id, reason="nothing_to_freeze"
        )
    return rows


def keep_frozen(
    actor: Actor, person_id: UUID, delegation_ids: Sequence[UUID], reason: str = "objection"
) -> list[Delegation]:
    """Let a stop on these hold until the person lifts it, inside the caller's transaction; returns
    those of which it holds longer than before.

    For an objection that was right: the stop of a caller who could not be recognised would run out;
    for one that the person confirms; and where somebody named in the yes says that it was not so.
    """
    now = clock.now()
    kept = []
    for row in _lock_live(person_id):
        if row.id in delegation_ids and rules.stops_longer(
            row.frozen_at, row.frozen_until, None, now
        ):
            row.frozen_at = now
            row.frozen_until = None
            row.frozen_how = row.frozen_how or str(HowSaid.IN_FRONT)
            row.frozen_by = actor.account_id
            row.version += 1
            record(
                Action.DELEGATION_FROZEN,
                actor=actor,
                person_id=person_id,
                subject=("delegation", row.id),
                authority=("delegation", row.id),
                reason=reason,
            )
            kept.append(row)
    get_session().flush()
    return kept


@command("delegation.lift")
def lift(*, actor: Actor, person_id: UUID, how: str, delegation_id: UUID | None = None) -> int:
    """Lift the stop at the person's word, before a helper who is not the one who was stopped.

    Where the organisation is the holder, none of its own helpers lifts it either, under whichever
    hat; nor does a relative, or the person by an account of their own. ``how``: in_front, or
    telephone: rung by this helper, on one of list_numbers_to_ring.
    """
    require(actor, Permission.DELEGATION_END)
    reach_person(actor, person_id)
    said = HowSaid(how)
    now = clock.now()
    own = list_organisations(actor)
    rows = [
        row
        for row in _lock_live(person_id)
        if delegation_id in (None, row.id) and rules.is_frozen(row.frozen_at, row.frozen_until, now)
    ]
    if rows:
        rules_lifting.check_heard(said, has_number=bool(_list_numbers(actor, person_id, rows)))
    for row in rows:
        rules_lifting.check_lifting(is_own=is_own(actor, row, own))
        row.frozen_at = row.frozen_until = row.frozen_how = row.frozen_by = None
        row.version += 1
    get_session().flush()
    _tell(actor, rows, Action.DELEGATION_LIFTED, NoticeKind.DELEGATION_LIFTED, said)
    if not rows:
        record(Action.DELEGATION_LIFTED, actor=actor, person_id=person_id, reason="nothing_to_lift")
    return len(rows)


def list_numbers_to_ring(actor: Actor, person_id: UUID) -> list[PointView]:
    """The person's telephones on which this helper hears whether a stop is to be lifted."""
    now = clock.now()
    rows = get_session().scalars(
        select(Delegation).where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
    )
    stopped = [row for row in rows if rules.is_frozen(row.frozen_at, row.frozen_until, now)]
    return _list_numbers(actor, person_id, stopped)


def _list_numbers(actor: Actor, person_id: UUID, stopped: Sequence[Delegation]) -> list[PointView]:
    humans = [actor.human_id, *(row.holder_human_id for row in stopped)]
    return list_independent_numbers(person_id, [each for each in humans if each is not None])
