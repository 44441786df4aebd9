"""The recorded look by which the drawn reviewer opens what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import and_, select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record, record_look
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation

from . import describe, reserved, rules
from .models import PendingAct, PendingActDraw
from .rules import State
from .sealing import open_arguments
from .service import check_reviewer, find_missing
from .service_words import Said, list_said


@dataclass(frozen=True)
class Review:
    """What a reviewer decides on: facts, and no score. ``person`` is (name, reference).

    ``is_conflict``: it has turned out to concern the reviewer; then nothing else is shown.
    """

    id: UUID
    reference: str
    state: str
    is_conflict: bool
    description: describe.Description
    person: tuple[str, str] | None
    asked_by: str
    asked_in_role: str
    asked_at_organisation: str
    organisation: str
    asked_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    words: str
    follows: str
    said: Sequence[Said]


@command("approvals.open_review")
def open_review(*, actor: Actor, reference: str) -> Review:
    """Open what waits for this reviewer. The look is recorded, for the person too.

    Raises NotFound for anybody who was not drawn, SameHuman for whoever asked.
    """
    require(actor, Permission.APPROVAL_DECIDE)
    session = get_session()
    found = session.execute(
        select(PendingAct, Account.name, Organisation.name, PendingActDraw)
        .outerjoin(Account, Account.id == PendingAct.account_id)
        .outerjoin(Organisation, Organisation.id == PendingAct.organisation_id)
        .outerjoin(
            PendingActDraw,
            and_(PendingActDraw.pending_act_id == PendingAct.id, PendingActDraw.ended_at.is_(None)),
        )
        .where(PendingAct.reference == reference)
        .order_by(PendingActDraw.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound
    row, asked_by, organisation, drawn = found
    concerns(
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
    )
    is_conflict = False
    try:
        check_reviewer(actor, row)
    except rules.ConflictOfInterest:
        is_conflict = True
    hidden = is_conflict or row.state != State.WAITING
    _record_opened(actor, row, hidden=hidden)
    if not hidden and drawn is not None and drawn.opened_at is None:
        drawn.opened_at = clock.now()
    return Review(
        id=row.id,
        reference=row.reference,
        state=row.state,
        is_conflict=is_conflict,
        description=(
            describe.Description(describe.find_title(row.command), ()) if hidden else _describe(row)
        ),
        person=describe.find_person(row.person_id) if row.person_id and not hidden else None,
        asked_by=asked_by or "",
        asked_in_role=row.role or "",
        asked_at_organisation=_name_of(row, organisation),
        organisation=organisation or "",
        asked_at=row.asked_at,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        words=row.words,
        follows=_follows(row),
        said=() if hidden else list_said(row, to_who_decides=True),
    )


def _describe(row: PendingAct) -> describe.Description:
    plain = describe.describe(row.command, open_arguments(row))
    first = reserved.list_words(row.deciding_role)
    missing = find_missing(row)
    if missing:
        first.append((_("Before you release it"), missing))
    return describe.Description(plain.title, [*first, *plain.rows])


def _record_opened(actor: Actor, row: PendingAct, *, hidden: bool) -> None:
    subject = ("pending_act", row.id)
    if row.person_id is not None and not hidden:
        record_look(
            Action.PENDING_ACT_OPENED, actor=actor, person_id=row.person_id, subject=subject
        )
        for other in describe.list_shown(row.command, open_arguments(row)):
            record(
                Action.PENDING_ACT_OPENED,
                actor=actor,
                person_id=other,
                subject=subject,
                authority=subject,
                reason="explained.review",
            )
    else:
        record(
            Action.PENDING_ACT_OPENED,
            actor=actor,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            subject=subject,
        )


def _name_of(row: PendingAct, organisation: str | None) -> str:
    if row.actor_organisation_id == row.organisation_id or row.actor_organisation_id is None:
        return organisation or ""
    name: str | None = get_session().scalar(
        select(Organisation.name).where(Organisation.id == row.actor_organisation_id)
    )
    return name or ""


def _follows(row: PendingAct) -> str:
    if row.follows_id is None:
        return ""
    return get_session().get_one(PendingAct, row.follows_id).reference
