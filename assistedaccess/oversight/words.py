"""The journal's closed vocabularies in words that a court can read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.audit import Outcome
from assistedaccess.notices.rules_reading import ReadHow

from .queries import Entry
from .rules import Explained, Took
from .rules_findings import EntryKind, ReferredTo, State
from .rules_flags import Decision, FlagKind
from .rules_life import PartKind
from .rules_samples import SampleKind
from .words_actions import ACTIONS as ACTIONS
from .words_why import CHANNELS as CHANNELS
from .words_why import NOTICE_STATES as NOTICE_STATES
from .words_why import name_service as name_service
from .words_why import name_services as name_services
from .words_why import say_detail as say_detail
from .words_why import say_evidence as say_evidence
from .words_why import say_powers as say_powers
from .words_why import say_reason as say_reason
from .words_why import say_reasons as say_reasons
from .words_why import say_review_state as say_review_state
from .words_why import say_strength as say_strength
from .words_why import say_way as say_way
from .words_why import spaced as spaced

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

PARTS = {
    PartKind.ASKED: _l("The person was asked"),
    PartKind.BEGUN: _l("The person agreed, and it began"),
    PartKind.CHANGED: _l("The person agreed to something else, which took its place"),
    PartKind.WAITED: _l("It waited for a second human"),
    PartKind.USED: _l("It was used"),
    PartKind.LOOKED: _l("Somebody looked"),
    PartKind.WARNED: _l("Its end came near, or the person was asked whether it goes on"),
    PartKind.RESTED: _l("It came to rest"),
    PartKind.STOPPED: _l("It was stopped"),
    PartKind.LIFTED: _l("The stop was lifted"),
    PartKind.OBJECTED: _l("The person did not agree"),
    PartKind.ENDED: _l("It ended"),
}
"""The parts of the life of one delegation."""

READ_HOW = {
    ReadHow.ANSWERED: _l("Answered"),
    ReadHow.OPENED: _l("Opened"),
    ReadHow.CODE_USED: _l("The code in it was used"),
    ReadHow.READ_OUT: _l("Read out"),
    ReadHow.HANDED: _l("Given on paper"),
}
"""What shows that a notice was read: no more is claimed."""

_ROLES = {
    "helper": _l("Helper"),
    "reviewer": _l("Reviewer"),
    "safeguarding_lead": _l("Safeguarding lead"),
    "manager": _l("Manager"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}

SUBJECTS = {
    "account": _l("Account"),
    "application": _l("Application"),
    "audit_event": _l("Event of the journal"),
    "audit_remit": _l("Audit remit"),
    "assisting": _l("The person’s yes on this visit"),
    "appointment": _l("Appointment"),
    "group_session": _l("Group session"),
    "register_entry": _l("Line of a register"),
    "register_correction": _l("Correction of a register"),
    "case": _l("Case"),
    "consent": _l("Consent"),
    "contact_point": _l("Contact point"),
    "declared_interest": _l("Declared interest"),
    "delegation": _l("Delegation"),
    "factor": _l("Second factor"),
    "passkey": _l("Passkey"),
    "finding": _l("Finding"),
    "flag": _l("Something in the auditors’ queue"),
    "form_definition": _l("Form"),
    "identity_evidence": _l("Identity evidence"),
    "document": _l("Document"),
    "letter": _l("Letter from the person"),
    "lone_worker_warning": _l("Lone-worker warning"),
    "membership": _l("Membership"),
    "notice": _l("Notice"),
    "organisation": _l("Organisation"),
    "pending_act": _l("Second human’s decision"),
    "person": _l("Person"),
    "person_search": _l("Search"),
    "record_of_help": _l("Record of help"),
    "role_grant": _l("Role"),
    "secret_link": _l("Link of a calendar or a screen"),
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
    "access_card": _l("Card of the person"),
    "complaint": _l("Complaint"),
    "data_request": _l("Request about personal data"),
    "emergency_gift": _l("Emergency help that was given"),
    "establishment": _l("Landlord or home"),
    "evidence": _l("Paper or photograph handed in"),
    "legal_authority": _l("Authority in law"),
    "look": _l("Look at a record"),
    "objection": _l("Objection of the person"),
    "payment": _l("Payment"),
    "private_moment": _l("Private moment"),
    "record_reading": _l("Record read out"),
    "record_session": _l("Record opened online by the person"),
    "refund": _l("Refund"),
    "till": _l("Till of a desk"),
    "event": _l("What happened"),
}


EXPLAINED: dict[str, Any] = {
    Explained.BY_RECORDS: _l("explained by the records"),
    Explained.STATED: _l("with a reason that was typed"),
    Explained.BROKE_GLASS: _l("with broken glass"),
    Explained.NOT: _l("not explained by the records"),
    Explained.NOT_ASKED: _l("for which no reason is asked"),
}

FLAG_KINDS: dict[str, Any] = {
    FlagKind.BREAK_GLASS: _l("Broken glass"),
    FlagKind.UNEXPLAINED_LOOK: _l("A look that nothing explains"),
    FlagKind.TIP: _l("Somebody says that something is wrong"),
    FlagKind.AUDITOR_LOOK: _l("A look of another auditor"),
    FlagKind.STOP_RAN_OUT: _l("A stop ran out, and nobody has shown that it was the person’s"),
    FlagKind.SHARED_ACCOUNT: _l("One bank account for several people"),
    FlagKind.SHARED_CONTACT: _l("One telephone or e-mail for several people"),
    FlagKind.SPLIT_MONEY: _l("Payments that come to much together"),
    FlagKind.CHARGE: _l("A charge for help, out of a person’s money"),
    FlagKind.GHOSTS: _l("New people whom one helper alone has seen"),
    FlagKind.AFTER_DEATH: _l("Something done after a person’s death"),
    FlagKind.REUSED_PAPER: _l("One paper for several people"),
    FlagKind.COPIED_TEXT: _l("The same words for several people"),
    FlagKind.COPIED_SIGNATURE: _l("Nearly the same signature for several people"),
    FlagKind.ONE_BRANCH: _l("Accounts of several people at one branch"),
    FlagKind.REFUSED_AGAIN: _l("Refused for several people, for want of their yes"),
    FlagKind.SEARCH_ONLY: _l("Many searches, and nothing opened"),
    FlagKind.LOOK_SURGE: _l("Many looked at one person"),
    FlagKind.REVIEW_PAIR: _l("One reviewer decides for one helper, again and again"),
    FlagKind.SILENCED: _l("Told less, by whoever then did more or was to decide"),
    FlagKind.TOLD_NOTHING: _l("No message goes to a person any more"),
    FlagKind.BRIEF_ROLE: _l("A role for a moment, or for oneself"),
    FlagKind.SETTINGS: _l("A rule was changed, and changed again"),
}

FOUND: dict[str, Any] = {
    FlagKind.SHARED_ACCOUNT: _l(
        "People who do not live together are paid into one account, and the same helper told most "
        "of it. A landlord or a home that pays for many can be registered."
    ),
    FlagKind.SHARED_CONTACT: _l(
        "One number or address stands for people who do not live together, and the same helper "
        "typed most of it. Some people have none of their own, and borrow one."
    ),
    FlagKind.SPLIT_MONEY: _l(
        "What went out for the person within days is over the line, in parts or at once. A second "
        "person looks at the last part before it counts."
    ),
    FlagKind.CHARGE: _l("The name of the account says a fee. It was refused."),
    FlagKind.GHOSTS: _l(
        "The same helper registered them within 90 days, at one postcode, or with no way to reach "
        "them and money or vouchers for each, and nobody else has seen who they are. A new block "
        "of flats looks the same, and so does a desk to which people come who have nothing."
    ),
    FlagKind.AFTER_DEATH: _l(
        "It was done, or tried, after the day of the death. Families often do not know yet whom to "
        "tell."
    ),
    FlagKind.COPIED_TEXT: _l(
        "The same words, or nearly, or the same landlord, were sent for people who do not live "
        "together, by the same helper and hardly anybody else. Some landlords have many tenants."
    ),
    FlagKind.COPIED_SIGNATURE: _l(
        "Signatures of people who do not live together look nearly alike, and one helper took "
        "them. Some people sign alike: look at the pictures, and ask the people."
    ),
    FlagKind.ONE_BRANCH: _l(
        "Within a week, people who do not live together were paid into accounts at one branch of a "
        "bank, by the same helper and hardly anybody else, and some of their forms say the same."
    ),
    FlagKind.REUSED_PAPER: _l(
        "The same file was handed in for people who do not live together, by the same helper."
    ),
    FlagKind.REFUSED_AGAIN: _l(
        "A yes that ran out is overlooked at times. Here it was so for several people in 60 days."
    ),
    FlagKind.SEARCH_ONLY: _l("Names were searched for within a day, and hardly a record opened."),
    FlagKind.LOOK_SURGE: _l("Within two days, and no record explains it. Look at each of them."),
    FlagKind.REVIEW_PAIR: _l(
        "In 60 days, quickly or nearly all of them, and never a no. Where few reviewers can be "
        "drawn, that may be chance."
    ),
    FlagKind.SILENCED: _l(
        "They were to decide on something about the same person; or they recorded that the person "
        "is told less, and a second person did not find that in order, or they then changed where "
        "money goes, who acts or how the person is reached. Somebody who flees may ask for all of "
        "it in one visit: see who else asked them alone."
    ),
    FlagKind.TOLD_NOTHING: _l(
        "The person wishes it, a helper recorded, or two people agreed to it for a time. Whoever "
        "is afraid needs it, so it says nothing against anybody. A second person looks the next "
        "day: see that they did, and what was done since. Do not write to the person, or ring."
    ),
    FlagKind.BRIEF_ROLE: _l("It ended within days, and was used, or was asked for by its holder."),
    FlagKind.SETTINGS: _l("Two changes lie close together. See what was done in between."),
}
"""Why the scan put it here; with what makes it honest."""

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
    Took.HOUR: _l("Within an hour"),
    Took.FOUR_HOURS: _l("Within 4 hours"),
    Took.DAY: _l("Within a day"),
    Took.THREE_DAYS: _l("Within 3 days"),
    Took.WEEK: _l("Within a week"),
    Took.LONGER: _l("Longer"),
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
    return SUBJECTS.get(kind, kind.replace("_", " ").capitalize())


def say_why(entry: Entry) -> list[Any]:
    """On what an act stood: the authority, the service, the reason; what there is of them."""
    return [
        said
        for said in (
            entry.authority_kind and say_subject(entry.authority_kind),
            entry.service and name_service(entry.service),
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
