"""The closed vocabulary of the journal: what can be said to have happened."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """``subject.past_tense``. A new one is added here, with the package that records it."""

    # kernel: what did not happen
    ACT_REFUSED = "act.refused"
    ACT_HELD = "act.held"
    ACCESS_REFUSED = "access.refused"
    REQUEST_REPEATED = "request.repeated"

    # accounts
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    INVITATION_ACCEPTED = "invitation.accepted"
    PASSWORD_CHANGED = "password.changed"  # noqa: S105
    RECOVERY_REQUESTED = "recovery.requested"
    RECOVERY_VOUCHED = "recovery.vouched"
    RECOVERY_USED = "recovery.used"
    FACTOR_BEGUN = "factor.begun"
    FACTOR_ADDED = "factor.added"
    FACTOR_REMOVED = "factor.removed"
    CODES_ISSUED = "codes.issued"
    CODES_PUT_AWAY = "codes.put_away"
    PASSWORD_ACCEPTED = "password.accepted"  # noqa: S105
    SIGN_IN_SUCCEEDED = "sign_in.succeeded"
    SIGN_IN_FAILED = "sign_in.failed"
    SIGN_IN_BLOCKED = "sign_in.blocked"
    SIGN_IN_ENDED = "sign_in.ended"
    SIGN_IN_LOCKED = "sign_in.locked"
    SIGN_IN_UNLOCKED = "sign_in.unlocked"
    SIGN_IN_ROLE_CHOSEN = "sign_in.role_chosen"
    SIGN_IN_RENEWED = "sign_in.renewed"
    SIGN_INS_EXPIRED = "sign_ins.expired"
    RECOVERY_TURNED_DOWN = "recovery.turned_down"
    ACCOUNT_CHANGED = "account.changed"
    FORM_KEPT = "form.kept"
    FORM_DROPPED = "form.dropped"

    # organisations
    ORGANISATION_CREATED = "organisation.created"
    ORGANISATION_CHANGED = "organisation.changed"
    ORGANISATION_CLOSED = "organisation.closed"
    AUDIT_REMIT_GRANTED = "audit_remit.granted"
    AUDIT_REMIT_ENDED = "audit_remit.ended"
    SITE_CREATED = "site.created"
    SITE_CHANGED = "site.changed"
    MEMBERSHIP_STARTED = "membership.started"
    MEMBERSHIP_CHANGED = "membership.changed"
    MEMBERSHIP_SUSPENDED = "membership.suspended"
    MEMBERSHIP_RESUMED = "membership.resumed"
    MEMBERSHIP_ENDED = "membership.ended"
    TRAINING_RECORDED = "training.recorded"
    CHECK_RECORDED = "check.recorded"
    INTEREST_DECLARED = "interest.declared"
    INTEREST_ENDED = "interest.ended"
    ROLE_GRANTED = "role.granted"
    ROLE_ENDED = "role.ended"

    # approvals
    PENDING_ACT_STORED = "pending_act.stored"
    PENDING_ACT_DRAWN = "pending_act.drawn"
    PENDING_ACT_RELEASED = "pending_act.released"
    PENDING_ACT_REFUSED = "pending_act.refused"
    PENDING_ACT_FAILED = "pending_act.failed"
    PENDING_ACT_REDRAWN = "pending_act.redrawn"
    PENDING_ACT_ESCALATED = "pending_act.escalated"
    PENDING_ACT_OPENED = "pending_act.opened"
    PENDING_ACT_WITHDRAWN = "pending_act.withdrawn"

    # people
    PERSON_SEARCHED = "person.searched"
    PERSON_REGISTERED = "person.registered"
    PERSON_OPENED = "person.opened"
    PERSON_CHANGED = "person.changed"
    PERSON_PROTECTED = "person.protected"
    PERSON_UNPROTECTED = "person.unprotected"
    PERSON_DUPLICATE_SHOWN = "person.duplicate_shown"
    CONTACT_POINT_ADDED = "contact_point.added"
    CONTACT_POINT_CHANGED = "contact_point.changed"
    CONTACT_POINT_ENDED = "contact_point.ended"
    SAFE_CONTACT_CHANGED = "safe_contact.changed"
    IDENTITY_EVIDENCE_ADDED = "identity_evidence.added"
    IDENTITY_EVIDENCE_ENDED = "identity_evidence.ended"
    LOOK_REASON_STATED = "look_reason.stated"
    ROUTE_NOT_INDEPENDENT = "route.not_independent"
    HUMAN_LINKED = "human.linked"
    CARD_ISSUED = "card.issued"
    CARD_PRINTED = "card.printed"
    CARD_PUT_AWAY = "card.put_away"
    CARD_ENDED = "card.ended"
    CARD_SHEETS_ERASED = "card_sheets.erased"
    CARD_NUMBER_ASKED = "card_number.asked"
    CARD_NUMBER_USED = "card_number.used"
    CARD_NUMBER_FAILED = "card_number.failed"

    # casework
    CASE_OPENED = "case.opened"
    CASE_VIEWED = "case.viewed"
    CASE_CLOSED = "case.closed"
    CASE_REOPENED = "case.reopened"
    CASE_CHANGED = "case.changed"
    NOTE_ADDED = "note.added"
    TASK_ADDED = "task.added"
    TASK_DONE = "task.done"
    WAITING_PERSON_ADDED = "waiting_person.added"
    WAITING_PERSON_TAKEN = "waiting_person.taken"
    WAITING_PERSON_LEFT = "waiting_person.left"
    QUEUES_CLEARED = "queues.cleared"

    # services
    SERVICE_PUBLISHED = "service.published"

    # consent
    VISIT_STARTED = "visit.started"
    VISIT_ENDED = "visit.ended"
    CONSENT_RECORDED = "consent.recorded"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_CODE_SENT = "consent_code.sent"
    CONSENT_CODE_FAILED = "consent_code.failed"
    CONSENT_CONFIRMED = "consent.confirmed"
    CONSENT_STARTED = "consent.started"
    STATEMENT_SHOWN = "statement.shown"
    STATEMENT_READ = "statement.read"
    CONSENT_SAID_BACK = "consent.said_back"
    CONSENT_VIEWED = "consent.viewed"
    RECEIPT_PRINTED = "receipt.printed"
    STATEMENT_PUBLISHED = "statement.published"

    # delegation
    DELEGATION_GRANTED = "delegation.granted"
    DELEGATION_VIEWED = "delegation.viewed"
    DELEGATION_ENDED = "delegation.ended"
    DELEGATION_FROZEN = "delegation.frozen"
    DELEGATION_LIFTED = "delegation.lifted"
    LIMIT_RESERVED = "limit.reserved"
    LIMIT_USED = "limit.used"
    LIMIT_GIVEN_BACK = "limit.given_back"

    # applications
    APPLICATION_STARTED = "application.started"
    APPLICATION_OPENED = "application.opened"
    ANSWERS_SAVED = "answers.saved"
    ANSWERS_KEPT = "answers.kept"
    APPLICATION_READ_BACK = "application.read_back"
    APPLICATION_DECLARED = "application.declared"
    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_CHANGED = "application.changed"
    APPLICATION_PRINTED = "application.printed"
    RECORD_OF_HELP_MADE = "record_of_help.made"
    RECORD_OF_HELP_VIEWED = "record_of_help.viewed"

    # notices
    NOTICE_QUEUED = "notice.queued"
    NOTICE_SENT = "notice.sent"
    NOTICE_FAILED = "notice.failed"
    NOTICE_PRINTED = "notice.printed"

    # desk, my_record, oversight
    TODAY_VIEWED = "today.viewed"
    RECORD_ASKED = "record.asked"
    RECORD_PRINTED = "record.printed"
    RECORD_READ = "record.read"
    JOURNAL_SEARCHED = "journal.searched"
    JOURNAL_EXPORTED = "journal.exported"
    JOURNAL_EVENT_OPENED = "journal.event_opened"

    # cli
    INSTALLATION_PREPARED = "installation.prepared"
    DEMONSTRATION_SEEDED = "demonstration.seeded"
