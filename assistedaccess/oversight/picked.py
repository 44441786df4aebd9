"""What stands behind one bar or line of a picture, in the same words of SQL that count it: so that
each opens to its own rows, however many they are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, case, cast, extract, func, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.applications.models import Application
from assistedaccess.applications.models_payee import PaymentDetails
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.kernel.database import get_session

from .rules import GIVEN, LOOKS, RELEASED, SENT, WITHIN, Question, Took

IS_LOOK = AuditEvent.action.in_(LOOKS)
IS_EXPLAINED = AuditEvent.reason_code.startswith("explained.")
IS_NOT_EXPLAINED = or_(
    AuditEvent.reason_code.startswith("stated."), AuditEvent.reason_code.startswith("break_glass.")
)
IS_NOT_ASKED = IS_LOOK & ~func.coalesce(IS_EXPLAINED | IS_NOT_EXPLAINED, False)
"""Lists, searches, prints at the desk: recorded, and no reason is asked for."""

WAS_RELEASED = AuditEvent.action == RELEASED
WAS_GIVEN = (AuditEvent.action == GIVEN[0]) & (AuditEvent.reason_code == GIVEN[1])
WAS_SENT = AuditEvent.action.in_(SENT)
COUNTS = PaymentDetails.fingerprint.is_not(None) & PaymentDetails.ended_at.is_(None)
"""Where money is paid now; not what was put aside."""


def took() -> ColumnElement[str]:
    """How long a release took, by whole seconds, as a value of Took."""
    seconds = _seconds(PendingAct.decided_at) - _seconds(PendingAct.asked_at)
    steps = [(seconds <= most, str(name)) for name, most in WITHIN.items()]
    return case(*steps, else_=str(Took.LONGER))


def _seconds(moment: Any) -> ColumnElement[int]:
    if get_session().get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", moment), Integer)
    return func.floor(extract("epoch", moment))


def conditions(question: Question) -> list[ColumnElement[bool]]:
    """What a question asks of the pictures; nothing for any other."""
    found: list[ColumnElement[bool]] = []
    if question.took is not None:
        so_long = select(PendingAct.id).where(took() == str(question.took))
        found += [WAS_RELEASED, AuditEvent.subject_id.in_(so_long)]
    if question.given is not None:
        giver, taker = question.given
        of_both = select(Case.id).where(Case.opened_by == giver, Case.assigned_to == taker)
        found += [WAS_GIVEN, AuditEvent.subject_id.in_(of_both)]
    if question.paid_like is not None:
        one = aliased(PaymentDetails)
        alike = (
            select(PaymentDetails.application_id)
            .join(one, one.fingerprint == PaymentDetails.fingerprint)
            .where(one.application_id == question.paid_like, COUNTS)
        )
        sender = select(Application.ended_by).where(Application.id == question.paid_like)
        found += [
            WAS_SENT,
            AuditEvent.subject_id.in_(alike),
            AuditEvent.account_id == sender.scalar_subquery(),
        ]
    return found
