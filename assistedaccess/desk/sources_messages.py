"""What the person was told in one case: a source of its story.

A notice belongs to no case. It tells of acts, each with its fact in the journal, and a fact is
about a subject: a message is of a case where that subject is the case, or belongs to it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, CompoundSelect, case, exists, select, union_all

from assistedaccess.applications.models import Application, RecordOfHelp
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.applications.models_payments import Payment
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import RegisterEntry
from assistedaccess.casework.models_handover import HandOver
from assistedaccess.casework.models_referrals import Referral
from assistedaccess.consent.models import Consent
from assistedaccess.documents.models import Document, Letter
from assistedaccess.notices.models import Notice, NoticeEntry

from .story import Asked, Part, entry_columns, under

_OF_A_CASE: tuple[Any, ...] = (
    Appointment,
    RegisterEntry,
    Consent,
    Application,
    RecordOfHelp,
    AwaitedOutcome,
    EmergencyGift,
    Document,
    Letter,
    HandOver,
)


def notices(scope: Asked) -> Part:
    """``state`` is where the notice stands, ``detail`` its channel, ``until`` when it went."""
    part = entry_columns(
        "notice",
        id=Notice.id,
        at=Notice.queued_at,
        account_id=Notice.queued_by_account_id,
        reference=Notice.reference,
        state=Notice.state,
        detail=Notice.channel,
        until=case((Notice.posted_at.is_not(None), Notice.posted_at), else_=Notice.sent_at),
    )
    return under(part, scope, Notice).where(Notice.organisation_id == scope.organisation_id)


def notices_of_case(scope: Asked) -> Part:
    """The same, of those that tell of something in the case. Of a private referral, none."""
    assert scope.case_id is not None  # noqa: S101  (no source of a person's story)
    tells = exists().where(
        NoticeEntry.notice_id == Notice.id,
        AuditEvent.id == NoticeEntry.event_id,
        AuditEvent.subject_id.in_(_subjects(scope.case_id)),
    )
    return notices(scope).where(tells)


def _subjects(case_id: BindParameter[UUID]) -> CompoundSelect[Any]:
    return union_all(
        select(case_id),
        *(select(table.id).where(table.case_id == case_id) for table in _OF_A_CASE),
        select(Payment.id).where(
            Payment.application_id == Application.id, Application.case_id == case_id
        ),
        select(Referral.id).where(Referral.case_id == case_id, Referral.is_private.is_(False)),
    )
