"""Whose acts an auditor may see: the organisations of their remit, never their own, never their own
acts under any account."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, false, or_, select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import AuditRemit, Membership, Organisation


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


def within_remit(actor: Actor, remit: list[UUID], query: Select[Any]) -> Select[Any]:
    """Events of the remit, and those of no organisation (sign-ins) of people who work there.

    Nobody audits their own organisation or themself, under whichever account.
    """
    if not remit:
        return query.where(false())
    workers = select(Membership.account_id).where(Membership.organisation_id.in_(remit))
    own = select(Membership.account_id).where(
        Membership.organisation_id == actor.organisation_id, Membership.account_id.is_not(None)
    )
    of_no_organisation = and_(
        AuditEvent.organisation_id.is_(None),
        or_(
            AuditEvent.account_id.is_(None),
            and_(AuditEvent.account_id.in_(workers), AuditEvent.account_id.not_in(own)),
        ),
    )
    return query.where(
        or_(AuditEvent.organisation_id.in_(remit), of_no_organisation),
        or_(AuditEvent.human_id.is_(None), AuditEvent.human_id != actor.human_id),
    )
