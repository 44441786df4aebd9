"""The journal's closed vocabularies in words that a court can read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.audit import Action, Outcome

from .queries import Entry
from .rules import Explained
from .rules_findings import EntryKind, ReferredTo, State
from .rules_flags import Decision, FlagKind
from .rules_samples import SampleKind

ACTIONS: dict[str, Any] = {
    Action.ACT_REFUSED: _l("An act was refused"),
    Action.ACT_HELD: _l("An act was held for a second human"),
    Action.ACCESS_REFUSED: _l("A page was refused"),
    Action.ACCOUNT_INVITED: _l("Account invited"),
    Action.ACCOUNT_CREATED: _l("Account created"),
    Action.ACCOUNT_DISABLED: _l("Account disabled"),
    Action.ACCOUNT_ENABLED: _l("Account enabled"),
    Action.INVITATION_ACCEPTED: _l("Invitation accepted"),
    Action.PASSWORD_CHANGED: _l("Password changed"),
    Action.RECOVERY_REQUESTED: _l("Way back into an account asked for"),
    Action.RECOVERY_VOUCHED: _l("Way back into an account vouched for"),
    Action.RECOVERY_USED: _l("Way back into an account used"),
    Action.FACTOR_ADDED: _l("Second factor added"),
    Action.FACTOR_REMOVED: _l("Second factor removed"),
    Action.CODES_ISSUED: _l("One-time codes issued"),
    Action.PASSWORD_ACCEPTED: _l("Password accepted"),
    Action.SIGN_IN_SUCCEEDED: _l("Signed in"),
    Action.SIGN_IN_FAILED: _l("Sign-in failed"),
    Action.SIGN_IN_BLOCKED: _l("Sign-in blocked for a while"),
    Action.SIGN_IN_ENDED: _l("Signed out"),
    Action.SIGN_IN_LOCKED: _l("Screen locked"),
    Action.SIGN_IN_UNLOCKED: _l("Screen unlocked"),
    Action.SIGN_IN_ROLE_CHOSEN: _l("Role chosen"),
    Action.ORGANISATION_CREATED: _l("Organisation created"),
    Action.ORGANISATION_CHANGED: _l("Organisation changed"),
    Action.SITE_CREATED: _l("Site created"),
    Action.SITE_CHANGED: _l("Site changed"),
    Action.MEMBERSHIP_STARTED: _l("Membership started"),
    Action.MEMBERSHIP_CHANGED: _l("Membership changed"),
    Action.MEMBERSHIP_SUSPENDED: _l("Membership suspended"),
    Action.MEMBERSHIP_RESUMED: _l("Membership resumed"),
    Action.MEMBERSHIP_ENDED: _l("Membership ended"),
    Action.TRAINING_RECORDED: _l("Training recorded"),
    Action.CHECK_RECORDED: _l("Background check recorded"),
    Action.INTEREST_DECLARED: _l("Interest declared"),
    Action.ROLE_GRANTED: _l("Role granted"),
    Action.ROLE_ENDED: _l("Role ended"),
    Action.PENDING_ACT_RELEASED: _l("Pending act released"),
    Action.PENDING_ACT_REFUSED: _l("Pending act refused"),
    Action.PENDING_ACT_FAILED: _l("Pending act could not be done"),
    Action.PENDING_ACT_REDRAWN: _l("Reviewer drawn"),
    Action.PENDING_ACT_ESCALATED: _l("Pending act escalated"),
    Action.PENDING_ACT_OPENED: _l("Pending act opened"),
    Action.PENDING_ACT_WITHDRAWN: _l("Pending act withdrawn"),
    Action.PERSON_SEARCHED: _l("Person searched for"),
    Action.PERSON_REGISTERED: _l("Person registered"),
    Action.PERSON_OPENED: _l("Person’s record opened"),
    Action.PERSON_CHANGED: _l("Person’s record changed"),
    Action.PERSON_PROTECTED: _l("Record protected"),
    Action.PERSON_UNPROTECTED: _l("Record protected no longer"),
    Action.PERSON_DUPLICATE_SHOWN: _l("Probable duplicate shown"),
    Action.CONTACT_POINT_ADDED: _l("Contact point added"),
    Action.CONTACT_POINT_CHANGED: _l("Contact point changed"),
    Action.CONTACT_POINT_ENDED: _l("Contact point ended"),
    Action.SAFE_CONTACT_CHANGED: _l("Safe contact changed"),
    Action.CARD_ISSUED: _l("Access card issued"),
    Action.CARD_PRINTED: _l("Access card printed"),
    Action.CARD_PUT_AWAY: _l("Access card put away"),
    Action.CARD_ENDED: _l("Access card ended"),
    Action.CARD_SHEETS_ERASED: _l("Printed numbers of cards erased"),
    Action.CARD_NUMBER_ASKED: _l("Number of an access card asked for"),
    Action.CARD_NUMBER_USED: _l("Number of an access card used"),
    Action.CARD_NUMBER_FAILED: _l("Wrong number of an access card"),
    Action.CONSENT_FORM_PRINTED: _l("Consent form printed"),
    Action.CONSENT_LETTER_SENT: _l("Consent letter sent"),
    Action.CONSENT_SEEN: _l("Consent seen by a second member of staff"),
    Action.CONSENT_PICTURE_KEPT: _l("Picture of a consent kept"),
    Action.CONSENT_PICTURE_OPENED: _l("Picture of a consent opened"),
    Action.CONSENT_STRENGTHENED: _l("Consent strengthened by later evidence"),
    Action.CONSENT_LAPSED: _l("Consent lapsed"),
    Action.CONSENT_SAMPLED: _l("Consent drawn into the sample"),
    Action.POLICY_CHANGED: _l("Policy of consent changed"),
    Action.DELEGATION_WIDENED: _l("Delegation widened"),
    Action.DELIVERY_CHOSEN: _l("Way of sending chosen"),
    Action.DELIVERY_TYPED: _l("Answer typed in elsewhere"),
    Action.DELIVERY_FAILED: _l("Sending failed"),
    Action.DELIVERED: _l("Delivered to the other side"),
    Action.EVIDENCE_ADDED: _l("Evidence added"),
    Action.EVIDENCE_OPENED: _l("Evidence opened"),
    Action.EVIDENCE_REMOVED: _l("Evidence removed"),
    Action.IDENTITY_EVIDENCE_ADDED: _l("Identity evidence added"),
    Action.PRIVATE_MOMENT_HELD: _l("Private moment held"),
    Action.CASE_OPENED: _l("Case opened"),
    Action.CASE_VIEWED: _l("Case looked at"),
    Action.CASE_CLOSED: _l("Case closed"),
    Action.CASE_REOPENED: _l("Case reopened"),
    Action.CASE_CHANGED: _l("Case changed"),
    Action.CONCERN_RAISED: _l("Safeguarding concern raised"),
    Action.CONCERN_VIEWED: _l("Safeguarding concern read"),
    Action.CONCERN_ENTRY_ADDED: _l("Safeguarding concern written to"),
    Action.NOTE_ADDED: _l("Note added"),
    Action.TASK_ADDED: _l("Task added"),
    Action.TASK_DONE: _l("Task done"),
    Action.SERVICE_PUBLISHED: _l("Service published"),
    Action.VISIT_STARTED: _l("Visit started"),
    Action.VISIT_ENDED: _l("Visit ended"),
    Action.CONSENT_RECORDED: _l("Consent recorded"),
    Action.CONSENT_WITHDRAWN: _l("Consent withdrawn"),
    Action.CONSENT_CODE_SENT: _l("Code sent to the person"),
    Action.CONSENT_CODE_FAILED: _l("Wrong code given"),
    Action.CONSENT_CONFIRMED: _l("Consent confirmed"),
    Action.CONSENT_STARTED: _l("Consent begun"),
    Action.STATEMENT_SHOWN: _l("Consent statement shown"),
    Action.STATEMENT_READ: _l("Consent statement read"),
    Action.CONSENT_SAID_BACK: _l("Three points said back"),
    Action.CONSENT_VIEWED: _l("Consent looked at"),
    Action.RECEIPT_PRINTED: _l("Receipt printed"),
    Action.STATEMENT_PUBLISHED: _l("Consent statement published"),
    Action.DELEGATION_GRANTED: _l("Delegation granted"),
    Action.DELEGATION_VIEWED: _l("Delegation looked at"),
    Action.DELEGATION_ENDED: _l("Delegation ended"),
    Action.DELEGATION_FROZEN: _l("Delegation frozen"),
    Action.DELEGATION_LIFTED: _l("Freeze lifted"),
    Action.DELEGATION_SUSPENDED: _l("Delegations at rest"),
    Action.DELEGATION_WARNED: _l("Warned that a delegation ends"),
    Action.DELEGATION_EXPIRED: _l("Delegation ran out"),
    Action.DELEGATION_CHECK_IN_ASKED: _l("Check-in asked for"),
    Action.DELEGATION_CHECKED_IN: _l("The person said that it may go on"),
    Action.LIMIT_RESERVED: _l("Part of a limit reserved"),
    Action.LIMIT_USED: _l("Part of a limit used"),
    Action.LIMIT_GIVEN_BACK: _l("Part of a limit given back"),
    Action.APPLICATION_STARTED: _l("Application begun"),
    Action.APPLICATION_OPENED: _l("Application looked at"),
    Action.ANSWERS_SAVED: _l("Answers saved"),
    Action.ANSWERS_KEPT: _l("Answers kept after a refusal"),
    Action.APPLICATION_READ_BACK: _l("Answers read back"),
    Action.APPLICATION_DECLARED: _l("Declaration made"),
    Action.APPLICATION_SUBMITTED: _l("Application submitted"),
    Action.APPLICATION_WITHDRAWN: _l("Application withdrawn"),
    Action.APPLICATION_CHANGED: _l("Application goes on in another way"),
    Action.APPLICATION_PRINTED: _l("Application printed"),
    Action.RECORD_OF_HELP_MADE: _l("Record of help made"),
    Action.RECORD_OF_HELP_VIEWED: _l("Record of help looked at"),
    Action.NOTICE_QUEUED: _l("Notice queued"),
    Action.NOTICE_SENT: _l("Notice sent"),
    Action.NOTICE_FAILED: _l("Notice could not be sent"),
    Action.NOTICE_DELIVERY_NOTED: _l("Provider said what became of a message"),
    Action.NOTICE_PRINTED: _l("Letter printed"),
    Action.TODAY_VIEWED: _l("Today’s work looked at"),
    Action.RECORD_ASKED: _l("Person asked for their record"),
    Action.RECORD_PRINTED: _l("Record printed or read out"),
    Action.RECORD_READ: _l("Record shown to the person"),
    Action.RECORD_SESSION_BEGUN: _l("Record asked for online"),
    Action.RECORD_SESSION_PROVEN: _l("Record opened online"),
    Action.RECORD_SESSION_FAILED: _l("Wrong number or code given online"),
    Action.RECORD_SESSION_ENDED: _l("Record closed online"),
    Action.RECORD_LETTER_ASKED: _l("Code by post asked for"),
    Action.CONSENT_LINK_SENT: _l("Link sent to the person"),
    Action.CONSENT_GIVEN_ONLINE: _l("The person said yes online"),
    Action.CONSENT_DECLINED_ONLINE: _l("The person said no online"),
    Action.RECEIPT_CHECKED: _l("Receipt checked"),
    Action.OBJECTION_RAISED: _l("The person said that they did not agree"),
    Action.OBJECTION_DRAWN: _l("Objection given to somebody from elsewhere"),
    Action.OBJECTION_ESCALATED: _l("Objection not answered in time"),
    Action.OBJECTION_OPENED: _l("Objection opened"),
    Action.OBJECTION_ANSWERED: _l("Objection answered"),
    Action.OBJECTIONS_LISTED: _l("Objections looked through"),
    Action.JOURNAL_SEARCHED: _l("Journal searched"),
    Action.JOURNAL_EXPORTED: _l("Journal exported"),
    Action.JOURNAL_EVENT_OPENED: _l("Event of the journal opened"),
    Action.QUESTION_SAVED: _l("Question to the journal kept"),
    Action.QUESTION_DROPPED: _l("Question to the journal kept no longer"),
    Action.TIP_RECEIVED: _l("Somebody told that something is wrong"),
    Action.FLAGS_LISTED: _l("Auditors’ queue looked at"),
    Action.FLAG_OPENED: _l("Something in the auditors’ queue opened"),
    Action.FLAG_DECIDED: _l("Something in the auditors’ queue decided"),
    Action.FINDINGS_LISTED: _l("Findings listed"),
    Action.FINDING_OPENED: _l("Finding begun"),
    Action.FINDING_VIEWED: _l("Finding looked at"),
    Action.FINDING_CHANGED: _l("Something added to a finding"),
    Action.FINDING_PRINTED: _l("Finding printed"),
    Action.FINDING_BUNDLED: _l("Finding bundled for a court"),
    Action.SAMPLE_ORDERED: _l("Sample ordered"),
    Action.SAMPLE_DRAWN: _l("Sample drawn"),
    Action.SAMPLE_JUDGED: _l("Item of a sample judged"),
    Action.SAMPLES_VIEWED: _l("Samples looked at"),
    Action.INSTALLATION_PREPARED: _l("Installation prepared"),
    Action.DEMONSTRATION_SEEDED: _l("Demonstration seeded"),
    Action.REQUEST_REPEATED: _l("The same request came again and was done once"),
    Action.FACTOR_BEGUN: _l("Second factor begun"),
    Action.CODES_PUT_AWAY: _l("One-time codes put away"),
    Action.SIGN_IN_RENEWED: _l("Signed in afresh"),
    Action.SIGN_INS_EXPIRED: _l("Old sign-ins ended by time"),
    Action.RECOVERY_TURNED_DOWN: _l("Way back into an account turned down"),
    Action.ACCOUNT_CHANGED: _l("Account changed"),
    Action.FORM_KEPT: _l("Typed text kept for its account"),
    Action.FORM_DROPPED: _l("Kept text dropped"),
    Action.ORGANISATION_CLOSED: _l("Organisation closed"),
    Action.AUDIT_REMIT_GRANTED: _l("Audit remit granted"),
    Action.AUDIT_REMIT_ENDED: _l("Audit remit ended"),
    Action.INTEREST_ENDED: _l("Declared interest ended"),
    Action.PENDING_ACT_STORED: _l("Act put before a second human"),
    Action.PENDING_ACT_DRAWN: _l("Reviewer drawn for the first time"),
    Action.IDENTITY_EVIDENCE_ENDED: _l("Identity evidence ended"),
    Action.LOOK_REASON_STATED: _l("Reason for a look stated"),
    Action.ROUTE_NOT_INDEPENDENT: _l("No route out of the helper’s reach"),
    Action.HUMAN_LINKED: _l("Person’s record tied to an account’s holder"),
    Action.WAITING_PERSON_ADDED: _l("Somebody joined the queue"),
    Action.WAITING_PERSON_TAKEN: _l("Somebody was called from the queue"),
    Action.WAITING_PERSON_LEFT: _l("Somebody left the queue"),
    Action.QUEUES_CLEARED: _l("Queues of earlier days cleared"),
}

_OUTCOMES = {
    Outcome.DONE: _l("Done"),
    Outcome.REFUSED: _l("Refused"),
    Outcome.HELD: _l("Held"),
}

_ACTOR_KINDS = {
    "account": _l("An account"),
    "person": _l("The person themself"),
    "system": _l("The system"),
    "public": _l("Somebody who was not signed in"),
}

_ROLES = {
    "helper": _l("Helper"),
    "reviewer": _l("Reviewer"),
    "safeguarding_lead": _l("Safeguarding lead"),
    "manager": _l("Manager"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

_SUBJECTS = {
    "account": _l("Account"),
    "application": _l("Application"),
    "audit_event": _l("Event of the journal"),
    "audit_remit": _l("Audit remit"),
    "assisting": _l("The person’s yes on this visit"),
    "case": _l("Case"),
    "consent": _l("Consent"),
    "contact_point": _l("Contact point"),
    "declared_interest": _l("Declared interest"),
    "delegation": _l("Delegation"),
    "factor": _l("Second factor"),
    "finding": _l("Finding"),
    "flag": _l("Something in the auditors’ queue"),
    "form_definition": _l("Form"),
    "identity_evidence": _l("Identity evidence"),
    "membership": _l("Membership"),
    "notice": _l("Notice"),
    "organisation": _l("Organisation"),
    "pending_act": _l("Second human’s decision"),
    "person": _l("Person"),
    "person_search": _l("Search"),
    "record_of_help": _l("Record of help"),
    "role_grant": _l("Role"),
    "service": _l("Service"),
    "sign_in": _l("Sign-in"),
    "sample": _l("Sample"),
    "saved_question": _l("Question to the journal"),
    "site": _l("Site"),
    "statement": _l("Consent statement"),
    "task": _l("Task"),
    "tip": _l("Message of somebody"),
    "visit": _l("Visit"),
    "waiting_person": _l("Somebody in the queue"),
}


EXPLAINED: dict[str, Any] = {
    Explained.BY_RECORDS: _l("explained by the records"),
    Explained.STATED: _l("with a reason that was typed"),
    Explained.BROKE_GLASS: _l("with broken glass"),
    Explained.NOT: _l("not explained by the records"),
}

FLAG_KINDS: dict[str, Any] = {
    FlagKind.BREAK_GLASS: _l("Broken glass"),
    FlagKind.UNEXPLAINED_LOOK: _l("A look that nothing explains"),
    FlagKind.TIP: _l("Somebody says that something is wrong"),
    FlagKind.AUDITOR_LOOK: _l("A look of another auditor"),
}

DECISIONS: dict[str, Any] = {
    Decision.IN_ORDER: _l("It was in order"),
    Decision.CANNOT_TELL: _l("It was looked into, and cannot be told"),
    Decision.FINDING: _l("It is in a finding"),
}

SAMPLE_KINDS: dict[str, Any] = {
    SampleKind.DISCOVERY: _l("Whether there is any at all"),
    SampleKind.ATTRIBUTE: _l("That there are not too many"),
    SampleKind.MONETARY: _l("That not too much money is wrong"),
}

WAITS: dict[str, Any] = {
    "1 h": _l("Within an hour"),
    "4 h": _l("Within 4 hours"),
    "1 day": _l("Within a day"),
    "3 days": _l("Within 3 days"),
    "1 week": _l("Within a week"),
    "more": _l("Longer"),
}

ENTRY_KINDS: dict[str, Any] = {
    EntryKind.WHAT: _l("What was found"),
    EntryKind.EVIDENCE: _l("Evidence"),
    EntryKind.NOTE: _l("Note"),
    EntryKind.QUESTION: _l("Question to the organisation"),
    EntryKind.ANSWER: _l("Answer of the organisation"),
    EntryKind.DEADLINE: _l("Deadline"),
    EntryKind.CONCLUSION: _l("Conclusion"),
    EntryKind.REFERRED: _l("Handed on"),
    EntryKind.CLOSED: _l("Closed"),
}

REFERRED_TO: dict[str, Any] = {
    ReferredTo.ORGANISATION: _l("the organisation itself"),
    ReferredTo.INFORMATION_COMMISSIONER: _l("the Information Commissioner"),
    ReferredTo.POLICE: _l("the police"),
    ReferredTo.SAFEGUARDING: _l("the safeguarding board"),
    ReferredTo.OMBUDSMAN: _l("an ombudsman"),
    ReferredTo.OTHER: _l("somebody else"),
}

FINDING_STATES: dict[str, tuple[Any, str]] = {
    State.OPEN: (_l("Open"), "blue"),
    State.ASKED: (_l("Waits for an answer"), "yellow"),
    State.ANSWERED: (_l("Answered"), "turquoise"),
    State.CONCLUDED: (_l("Concluded"), "purple"),
    State.REFERRED: (_l("Handed on"), "purple"),
    State.CLOSED: (_l("Closed"), "grey"),
}


def say_action(action: str) -> Any:
    """What was done, in words."""
    return ACTIONS.get(action, action)


def say_outcome(outcome: str) -> Any:
    """How it ended."""
    return _OUTCOMES.get(Outcome(outcome), outcome)


def say_actor_kind(kind: str) -> Any:
    """Who acted, where there is no account to name."""
    return _ACTOR_KINDS.get(kind, kind)


def say_role(role: str) -> Any:
    """A role's name."""
    return _ROLES.get(role, role)


def say_subject(kind: str) -> Any:
    """The kind of a record."""
    return _SUBJECTS.get(kind, kind.replace("_", " ").capitalize())


def say_reason(code: str) -> str:
    """A reason code in words: explained by the records, stated by the helper, or a rule's name."""
    how, _dot, what = code.partition(".")
    plain = (what or how).replace("_", " ")
    if how == "explained" and what:
        return _("Explained by the records: %(what)s", what=plain)
    if how == "stated" and what:
        return _("Stated by who looked: %(what)s", what=plain)
    if how == "break_glass" and what:
        return _("Broke the glass: %(what)s", what=plain)
    return code.replace("_", " ").capitalize()


def say_why(entry: Entry) -> list[Any]:
    """On what an act stood: the authority, the service, the reason; what there is of them."""
    return [
        said
        for said in (
            entry.authority_kind and say_subject(entry.authority_kind),
            entry.service,
            entry.reason_code and say_reason(entry.reason_code),
        )
        if said
    ]


def arguments(asked: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs of an address's query, for url_for."""
    gathered: dict[str, list[str]] = {}
    for name, value in asked:
        gathered.setdefault(name, []).append(value)
    return gathered
