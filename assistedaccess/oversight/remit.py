"""Whose acts an auditor may see: the organisations of their remit, never their own, never their own
acts under any account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, union_all

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import AuditRemit, Membership, Organisation

from .models_tally import NOBODY, JournalTally


def list_remit(actor: Actor) -> list[tuple[UUID, str]]:
    """The organisations that this auditor may look into, by name; never one where they belong,
    by whichever account. Read once in a unit of work."""
    kept = get_session().info.setdefault("audit_remits", {})
    key = (actor.human_id, actor.organisation_id)
    if key not in kept:
        kept[key] = _read_remit(actor)
    return list(kept[key])


def _read_remit(actor: Actor) -> list[tuple[UUID, str]]:
    own = select(Membership.organisation_id).where(
        Membership.human_id == actor.human_id, Membership.ended_at.is_(None)
    )
    rows = get_session().execute(
        select(Organisation.id, Organisation.name)
        .join(AuditRemit, AuditRemit.audited_organisation_id == Organisation.id)
        .where(
            AuditRemit.auditing_organisation_id == actor.organisation_id,
            AuditRemit.ended_at.is_(None),
            Organisation.id != actor.organisation_id,
            Organisation.id.not_in(own),
        )
        .order_by(Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def list_remit_ids(actor: Actor) -> list[UUID]:
    """The keys of list_remit."""
    return [organisation_id for organisation_id, _ in list_remit(actor)]


def split_remit(actor: Actor, remit: list[UUID]) -> list[ColumnElement[bool]]:
    """The parts of a remit: each organisation's events, and those of no organisation (sign-ins) of
    people who work there. Each has an index that gives its newest without a sort."""
    of_no_organisation = and_(
        AuditEvent.organisation_id.is_(None),
        or_(AuditEvent.account_id.is_(None), _works_there(actor, remit, AuditEvent.account_id)),
    )
    return [*(AuditEvent.organisation_id == each for each in remit), of_no_organisation]


def _works_there(actor: Actor, remit: list[UUID], account_id: Any) -> ColumnElement[bool]:
    workers = select(Membership.account_id).where(Membership.organisation_id.in_(remit))
    own = select(Membership.account_id).where(
        Membership.organisation_id == actor.organisation_id, Membership.account_id.is_not(None)
    )
    return and_(account_id.in_(workers), account_id.not_in(own))


def tally_within_remit(actor: Actor, remit: list[UUID], query: Select[Any]) -> Select[Any]:
    """What within_remit says of events, of the rows of the tally."""
    if not remit:
        return query.where(false())
    account_id = JournalTally.account_id
    of_no_organisation = and_(
        JournalTally.organisation_id == NOBODY,
        or_(account_id == NOBODY, _works_there(actor, remit, account_id)),
    )
    return query.where(
        or_(JournalTally.organisation_id.in_(remit), of_no_organisation),
        JournalTally.human_id != actor.human_id,
    )


def within_remit(actor: Actor, remit: list[UUID], query: Select[Any]) -> Select[Any]:
    """Events of the remit (split_remit).

    Nobody audits their own organisation or themself, under whichever account.
    """
    if not remit:
        return query.where(false())
    *_organisations, of_no_organisation = split_remit(actor, remit)
    return query.where(
        or_(AuditEvent.organisation_id.in_(remit), of_no_organisation), not_own(actor)
    )


def newest_in_remit(
    actor: Actor, remit: list[UUID], asked: Select[tuple[UUID]], size: int
) -> Select[tuple[UUID]]:
    """The newest ``size`` keys of the remit that ``asked``, a query of keys, finds.

    Each part's newest by its own index, then the newest of those: for an OR over organisations
    SQLite reads and sorts all that they ever did.
    """
    newest = asked.where(not_own(actor)).order_by(AuditEvent.id.desc()).limit(size)
    parts = [select(newest.where(part).subquery()) for part in split_remit(actor, remit)]
    found = union_all(*parts).subquery()
    return select(found.c.id).order_by(found.c.id.desc()).limit(size)


def not_own(actor: Actor) -> ColumnElement[bool]:
    return or_(AuditEvent.human_id.is_(None), AuditEvent.human_id != actor.human_id)
