"""What stories are made of: one source for each kind of thing. See story.py.

What an organisation owns (cases, notes, consents, applications, records of help, notices) is told
to its own members alone; who may act for a person is shared (design, section 4, rule 12).
"""

from __future__ import annotations

from sqlalchemy import String, and_, case, cast, exists, func, or_

from assistedaccess.applications.models import Application, RecordOfHelp
from assistedaccess.applications.models_emergency import EmergencyGift
from assistedaccess.applications.models_outcomes import AwaitedOutcome, Outcome
from assistedaccess.applications.models_payments import Payment
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case, Note, Task
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.models_groups import RegisterEntry
from assistedaccess.casework.queries_entries import CHANGES
from assistedaccess.casework.rules import CaseState
from assistedaccess.consent.models import Consent
from assistedaccess.delegation.models import Delegation
from assistedaccess.documents.models import Document, Letter

from .sources_elsewhere import benefits_checks, referrals, referrals_in
from .sources_messages import notices, notices_of_case
from .story import Asked, Part, Source, entry_columns, owned, under


def notes(scope: Asked) -> Part:
    """``state`` is the kind of note, ``human_id`` the author's; who may read is asked later."""
    return entry_columns(
        "note",
        id=Note.id,
        at=Note.written_at,
        account_id=Note.author_id,
        human_id=Note.author_human_id,
        state=Note.kind,
        sealed=Note.text,
    ).where(Note.case_id == scope.case_id)


def tasks(scope: Asked) -> Part:
    """``until`` is when it was done."""
    return entry_columns(
        "task",
        id=Task.id,
        at=Task.added_at,
        account_id=Task.added_by,
        until=Task.done_at,
        sealed=Task.what,
    ).where(Task.case_id == scope.case_id)


def appointments(scope: Asked) -> Part:
    """``state`` as rules_appointments has it, ``detail`` the kind, ``until`` when it begins."""
    part = entry_columns(
        "appointment",
        id=Appointment.id,
        at=Appointment.booked_at,
        account_id=Appointment.booked_by,
        state=Appointment.state,
        detail=Appointment.kind,
        until=Appointment.starts_at,
    )
    return owned(part, scope, Appointment, Appointment.case_id)


def register_entries(scope: Asked) -> Part:
    """``state`` as rules_groups has it, ``about_id`` the session, ``until`` when it begins.

    Of the case; of a person, what was written down without one. Never what it is about.
    """
    part = entry_columns(
        "register_entry",
        id=RegisterEntry.id,
        at=RegisterEntry.added_at,
        account_id=RegisterEntry.added_by,
        state=RegisterEntry.state,
        about_id=RegisterEntry.session_id,
        until=RegisterEntry.starts_at,
    )
    if scope.case_id is not None:
        return part.where(RegisterEntry.case_id == scope.case_id)
    return under(part, scope, RegisterEntry).where(
        RegisterEntry.organisation_id == scope.organisation_id, RegisterEntry.case_id.is_(None)
    )


def changes(scope: Asked) -> Part:
    """What the journal says of the case: ``state`` is the action, ``detail`` its reason."""
    return entry_columns(
        "change",
        id=AuditEvent.id,
        at=AuditEvent.occurred_at,
        account_id=AuditEvent.account_id,
        state=AuditEvent.action,
        detail=AuditEvent.reason_code,
    ).where(
        AuditEvent.subject_id == scope.case_id,
        AuditEvent.subject_kind == "case",
        AuditEvent.action.in_([str(action) for action in CHANGES]),
    )


def consents(scope: Asked) -> Part:
    """``state`` is the mode, ``detail`` the strength, ``until`` when it was taken back.

    A yes to acting for somebody on which no delegation rests yet is ``not_begun``.
    """
    nothing_rests = ~exists().where(Delegation.consent_id == Consent.id)
    part = entry_columns(
        "consent",
        id=Consent.id,
        at=Consent.recorded_at,
        account_id=Consent.account_id,
        reference=Consent.reference,
        services=Consent.services,
        state=case(
            (and_(Consent.mode == "representing", nothing_rests), "not_begun"), else_=Consent.mode
        ),
        detail=Consent.strength,
        until=Consent.withdrawn_at,
    )
    return owned(part, scope, Consent, Consent.case_id)


def applications(scope: Asked) -> Part:
    """``state`` as applications.rules.State, ``until`` when it was sent or withdrawn.

    ``detail`` is its purpose; the sealed words say what a change report changed.
    """
    part = entry_columns(
        "application",
        id=Application.id,
        at=Application.started_at,
        account_id=Application.started_by,
        reference=Application.reference,
        service=Application.service,
        state=Application.state,
        detail=Application.purpose,
        until=func.coalesce(Application.submitted_at, Application.withdrawn_at),
        sealed=Application.told,
    )
    return owned(part, scope, Application, Application.case_id)


def records_of_help(scope: Asked) -> Part:
    """The sealed facts say what was asked."""
    part = entry_columns(
        "help",
        id=RecordOfHelp.id,
        at=RecordOfHelp.made_at,
        account_id=RecordOfHelp.made_by,
        reference=RecordOfHelp.reference,
        service=RecordOfHelp.service,
        sealed=RecordOfHelp.facts,
    )
    return owned(part, scope, RecordOfHelp, RecordOfHelp.case_id)


def outcomes(scope: Asked) -> Part:
    """``state`` is what was heard (rules_outcomes.OutcomeKind); ``about_id`` of what it was."""
    part = entry_columns(
        "outcome",
        id=Outcome.id,
        at=Outcome.heard_at,
        account_id=Outcome.heard_by,
        service=AwaitedOutcome.service,
        state=Outcome.kind,
        sealed=Outcome.words,
        about_id=Outcome.awaited_id,
    ).where(Outcome.awaited_id == AwaitedOutcome.id)
    return owned(part, scope, AwaitedOutcome, AwaitedOutcome.case_id)


def payments(scope: Asked) -> Part:
    """``state`` as rules_payments.PaymentState, ``detail`` the pence, ``until`` when settled.

    Of a case: those of its applications.
    """
    part = entry_columns(
        "payment",
        id=Payment.id,
        at=Payment.begun_at,
        account_id=Payment.begun_by,
        reference=Payment.reference,
        service=Application.service,
        state=Payment.state,
        detail=cast(Payment.amount_pence, String),
        until=Payment.settled_at,
    ).where(Payment.application_id == Application.id)
    return owned(part, scope, Payment, Application.case_id)


def refunds(scope: Asked) -> Part:
    """``reference``: the payment's; ``state``: rules_refunds.RefundState; ``detail``: pence."""
    part = entry_columns(
        "refund",
        id=Refund.id,
        at=Refund.agreed_at,
        account_id=Refund.asked_by,
        reference=Payment.reference,
        service=Application.service,
        state=Refund.state,
        detail=cast(Refund.amount_pence, String),
    ).where(Refund.payment_id == Payment.id, Payment.application_id == Application.id)
    return owned(part, scope, Refund, Application.case_id)


def emergency_gifts(scope: Asked) -> Part:
    """``state`` is what was given (rules_emergency.HelpKind), ``detail`` the pence."""
    part = entry_columns(
        "gift",
        id=EmergencyGift.id,
        at=EmergencyGift.given_at,
        account_id=EmergencyGift.given_by,
        reference=EmergencyGift.reference,
        state=EmergencyGift.kind,
        detail=cast(EmergencyGift.amount_pence, String),
    )
    return owned(part, scope, EmergencyGift, EmergencyGift.case_id)


def documents(scope: Asked) -> Part:
    """``state`` is documents.rules.DocumentKind, ``until`` when a letter was filed."""
    part = entry_columns(
        "document",
        id=Document.id,
        at=Document.added_at,
        account_id=Document.added_by,
        state=Document.kind,
        until=Document.filed_at,
        sealed=Document.title,
    )
    return owned(part, scope, Document, Document.case_id)


def letters(scope: Asked) -> Part:
    """``state`` is documents.rules.LetterKind, ``until`` when it was sent."""
    part = entry_columns(
        "letter",
        id=Letter.id,
        at=Letter.written_at,
        account_id=Letter.written_by,
        reference=Letter.reference,
        state=Letter.kind,
        until=Letter.sent_at,
    )
    return owned(part, scope, Letter, Letter.case_id)


def open_cases(scope: Asked) -> Part:
    """``account_id`` is who looks after it; the words are sealed."""
    part = entry_columns(
        "case",
        id=Case.id,
        at=Case.opened_at,
        account_id=Case.assigned_to,
        reference=Case.reference,
        service=Case.service,
        state=Case.state,
        sealed=Case.need,
    )
    return under(part, scope, Case).where(
        Case.organisation_id == scope.organisation_id, Case.state != CaseState.CLOSED
    )


def closed_cases(scope: Asked) -> Part:
    """``until`` is when it was closed, ``detail`` why."""
    part = entry_columns(
        "closed_case",
        id=Case.id,
        at=Case.opened_at,
        account_id=Case.closed_by,
        reference=Case.reference,
        service=Case.service,
        detail=Case.close_reason,
        until=Case.closed_at,
        sealed=Case.need,
    )
    return under(part, scope, Case).where(
        Case.organisation_id == scope.organisation_id, Case.state == CaseState.CLOSED
    )


def live_delegations(scope: Asked) -> Part:
    """Who may act for the person, whichever organisation vouches for them.

    ``who`` holds it, or the organisation where that is empty. ``state``: live, frozen or resting;
    ``until``: the end of its last day.
    """
    frozen = and_(
        Delegation.frozen_at.is_not(None),
        or_(Delegation.frozen_until.is_(None), Delegation.frozen_until > scope.now),
    )
    resting = or_(
        Delegation.suspended_at.is_not(None),
        Delegation.check_in_on < scope.today,
    )
    part = entry_columns(
        "delegation",
        id=Delegation.id,
        at=Delegation.granted_at,
        account_id=Delegation.holder_account_id,
        organisation_id=Delegation.organisation_id,
        reference=Delegation.reference,
        services=Delegation.services,
        powers=Delegation.powers,
        state=case((frozen, "frozen"), (resting, "resting"), else_="live"),
        until=Delegation.expires_at,
    )
    return under(part, scope, Delegation).where(
        Delegation.ended_at.is_(None), Delegation.expires_at > scope.now
    )


CASE_OF_A_RELATIVE: tuple[Source, ...] = (
    notes,
    tasks,
    appointments,
    register_entries,
    changes,
    consents,
    applications,
    records_of_help,
    outcomes,
    payments,
    refunds,
    emergency_gifts,
    documents,
    letters,
    referrals,
    referrals_in,
    benefits_checks,
)
CASE_STORY: tuple[Source, ...] = (*CASE_OF_A_RELATIVE, notices_of_case)
PERSON_STORY: tuple[Source, ...] = (
    open_cases,
    closed_cases,
    appointments,
    register_entries,
    consents,
    applications,
    records_of_help,
    outcomes,
    payments,
    refunds,
    emergency_gifts,
    documents,
    letters,
    referrals,
    referrals_in,
    benefits_checks,
    notices,
)
PERSON_PAGE: tuple[Source, ...] = (*PERSON_STORY, live_delegations)
