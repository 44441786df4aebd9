"""The record in plain words: one short sentence for each fact of the journal, and why it was.

Every action about a person stands in SENTENCES, or in UNTOLD with what tells of it instead. Short
words, short sentences: a nine-year-old can read them (tests/architecture/test_reading_age.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from assistedaccess.audit import Action as A

from .rules import Sensitivity
from .rules_objections import Outcome
from .words_untold import UNTOLD as UNTOLD

ORDINARY, SENSITIVE = Sensitivity.ORDINARY, Sensitivity.SENSITIVE


@dataclass(frozen=True)
class Sentence:
    """How a fact reads. ``kind`` chooses its picture: said, done, changed, stopped or looked.

    The words may use ``who`` acted, and ``holder``, who may act under the delegation concerned.
    ``names_place``: it is said where it was, which may be what endangers them.
    """

    kind: str
    words: Any
    sensitivity: Sensitivity = ORDINARY
    names_place: bool = True


SAID, DONE, CHANGED, STOPPED, LOOKED = "said", "done", "changed", "stopped", "looked"

SENTENCES: dict[str, Sentence] = {
    # what the person said
    A.CONSENT_RECORDED: Sentence(SAID, _l("You said yes to help from %(who)s.")),
    A.CONSENT_CONFIRMED: Sentence(SAID, _l("You said yes to what %(who)s asked you.")),
    A.CONSENT_GIVEN_ONLINE: Sentence(SAID, _l("You said yes on a computer or a phone.")),
    A.CONSENT_DECLINED_ONLINE: Sentence(SAID, _l("You said no on a computer or a phone.")),
    A.DELEGATION_GRANTED: Sentence(SAID, _l("From now on %(holder)s may act for you.")),
    A.CONSENT_WITHDRAWN: Sentence(STOPPED, _l("You took your yes back.")),
    A.DELEGATION_ENDED: Sentence(STOPPED, _l("It ended. %(holder)s may not act for you.")),
    A.DELEGATION_CHECKED_IN: Sentence(SAID, _l("You said that %(holder)s may go on.")),
    A.DELEGATION_FROZEN: Sentence(STOPPED, _l("You put a stop on it. %(holder)s had to wait.")),
    A.DELEGATION_EXPIRED: Sentence(STOPPED, _l("It ran out. %(holder)s may not act for you.")),
    A.DELEGATION_SUSPENDED: Sentence(STOPPED, _l("%(holder)s may not act for you for now.")),
    A.DELEGATION_STOP_RAN_OUT: Sentence(DONE, _l("The stop is over. %(holder)s may act again.")),
    A.DELEGATION_LIFTED: Sentence(SAID, _l("You took the stop away. %(holder)s may act again.")),
    A.OBJECTION_RAISED: Sentence(STOPPED, _l("You said that you did not agree to something.")),
    A.OBJECTION_ANSWERED: Sentence(DONE, _l("%(who)s looked into it. You got an answer.")),
    A.CONSENT_SEEN: Sentence(SAID, _l("You told %(who)s yes too.")),
    A.CONSENT_DENIED: Sentence(STOPPED, _l("%(who)s said that your yes was not so. It stopped.")),
    A.CONSENT_LAPSED: Sentence(STOPPED, _l("A form that you signed did not come in. It ended.")),
    # what was done
    A.CONSENT_LETTER_SENT: Sentence(DONE, _l("%(who)s had a letter sent to you.")),
    A.CONSENT_STRENGTHENED: Sentence(DONE, _l("%(who)s added the form that you signed.")),
    A.DELEGATION_REVIVED: Sentence(CHANGED, _l("%(holder)s may act for you again, as before.")),
    A.AUTHORITY_PRINTED: Sentence(DONE, _l("%(who)s printed a form for you to sign.")),
    A.AUTHORITY_SENT: Sentence(DONE, _l("%(who)s sent off that %(holder)s may act for you.")),
    A.LEGAL_AUTHORITY_RECORDED: Sentence(DONE, _l("The law lets %(holder)s act for you.")),
    A.CAPACITY_DOUBTED: Sentence(
        DONE, _l("%(who)s wrote down that it was hard to decide."), SENSITIVE
    ),
    A.APPOINTEE_ROUTE_OPENED: Sentence(
        DONE, _l("%(who)s began to look for somebody to act for you."), SENSITIVE
    ),
    A.DEATH_RECORDED: Sentence(DONE, _l("%(who)s was told of a death and closed this record.")),
    A.DEATH_UNDONE: Sentence(CHANGED, _l("%(who)s opened this record again. It was a mistake.")),
    A.PERSON_MERGED: Sentence(CHANGED, _l("%(who)s put two records of yours together.")),
    A.PERSON_MERGE_UNDONE: Sentence(CHANGED, _l("%(who)s took two records apart again.")),
    A.SECOND_LOOK_TAKEN: Sentence(DONE, _l("Somebody else asked if all is well with you.")),
    A.PERSON_REGISTERED: Sentence(DONE, _l("%(who)s made a record for you.")),
    A.CASE_OPENED: Sentence(DONE, _l("%(who)s began to help you with something.")),
    A.CASE_CLOSED: Sentence(DONE, _l("%(who)s ended the work on something.")),
    # What the step was stands above it. Of a step that is not told, this is not told either.
    A.ACT_UNDONE: Sentence(CHANGED, _l("%(who)s took that back. It was a slip.")),
    A.CASE_REOPENED: Sentence(DONE, _l("%(who)s began again on something.")),
    A.APPOINTMENT_BOOKED: Sentence(DONE, _l("%(who)s set a time to meet you.")),
    A.APPOINTMENT_MOVED: Sentence(DONE, _l("%(who)s set another time to meet you.")),
    A.APPOINTMENT_KEPT: Sentence(DONE, _l("You met with %(who)s.")),
    A.APPOINTMENT_CANCELLED: Sentence(STOPPED, _l("%(who)s took back a time to meet you.")),
    # A group is told as a time to meet: whoever reads it beside them learns of no group.
    A.REGISTER_ENTRY_ADDED: Sentence(DONE, _l("%(who)s set a time to meet you.")),
    A.REGISTER_ENTRY_MOVED: Sentence(DONE, _l("%(who)s set another time to meet you.")),
    A.REGISTER_ENTRY_CAME: Sentence(DONE, _l("You met with %(who)s.")),
    A.REGISTER_ENTRY_LEFT: Sentence(DONE, _l("You met with %(who)s.")),
    A.REGISTER_ENTRY_CANCELLED: Sentence(STOPPED, _l("%(who)s took back a time to meet you.")),
    A.DOCUMENT_ADDED: Sentence(DONE, _l("%(who)s kept a paper of yours.")),
    A.LETTER_RECEIVED: Sentence(DONE, _l("%(who)s got a letter for you.")),
    A.LETTER_READ: Sentence(SAID, _l("You heard what was in a letter to you.")),
    A.LETTER_CHECKED: Sentence(SAID, _l("You heard a letter of yours and said yes to it.")),
    A.LETTER_SENT: Sentence(DONE, _l("%(who)s finished a letter for you.")),
    A.HAND_OVER_OFFERED: Sentence(
        SAID, _l("You said that somebody else may go on. %(who)s asked them.")
    ),
    A.HAND_OVER_TAKEN: Sentence(DONE, _l("%(who)s goes on with what you need.")),
    A.HAND_OVER_RETURNED: Sentence(
        STOPPED, _l("Somebody else did not go on. We still help you with it.")
    ),
    A.HAND_OVER_WITHDRAWN: Sentence(
        STOPPED, _l("%(who)s asked nobody else any more. We still help you with it.")
    ),
    # Which place, and what for, is told by no line that somebody at home may read.
    A.REFERRAL_MADE: Sentence(
        SAID, _l("You said that another place may help you. %(who)s wrote it down.")
    ),
    A.REFERRAL_PRINTED: Sentence(LOOKED, _l("%(who)s printed a paper for you.")),
    A.REFERRAL_ACCEPTED: Sentence(DONE, _l("Another place can help you.")),
    A.REFERRAL_RETURNED: Sentence(STOPPED, _l("Another place could not help you.")),
    A.REFERRAL_WITHDRAWN: Sentence(STOPPED, _l("You no longer wanted help from another place.")),
    A.REFERRAL_FOLLOWED_UP: Sentence(DONE, _l("We asked if another place could help you.")),
    A.REFERRAL_IN_RECORDED: Sentence(SAID, _l("You told %(who)s who sent you here.")),
    A.BENEFITS_CHECK_RECORDED: Sentence(
        SAID, _l("You asked %(who)s to keep how much you may get.")
    ),
    A.APPLICATION_STARTED: Sentence(DONE, _l("%(who)s began a form for you.")),
    A.APPLICATION_READ_BACK: Sentence(SAID, _l("You heard what was in the form.")),
    A.APPLICATION_SUBMITTED: Sentence(DONE, _l("%(who)s sent a form for you.")),
    A.CHANGE_STARTED: Sentence(DONE, _l("%(who)s began to tell of a change for you.")),
    A.CHANGE_SUBMITTED: Sentence(DONE, _l("%(who)s told of a change for you.")),
    A.PAYMENT_DETAILS_STARTED: Sentence(
        DONE, _l("%(who)s began to change where your money is paid.")
    ),
    A.PAYMENT_DETAILS_CONFIRMED: Sentence(
        SAID, _l("You told %(who)s if your money should go somewhere else.")
    ),
    A.PAYMENT_DETAILS_KEPT: Sentence(CHANGED, _l("Somebody else agreed to where you are paid.")),
    A.PAYMENT_DETAILS_CHANGED: Sentence(CHANGED, _l("%(who)s changed where your money is paid.")),
    A.PAYMENT_DETAILS_STOPPED: Sentence(
        STOPPED, _l("You said no to where your money is paid. Nothing went there from then on.")
    ),
    A.PAYMENT_DETAILS_LIFTED: Sentence(
        CHANGED, _l("Somebody else said that money goes there again.")
    ),
    A.PAYMENT_DETAILS_RESTORED: Sentence(
        CHANGED, _l("Somebody else agreed. Your money goes where it went before.")
    ),
    A.DELIVERED: Sentence(DONE, _l("Your form came to where it had to go.")),
    A.APPLICATION_WITHDRAWN: Sentence(STOPPED, _l("%(who)s stopped a form. It was not sent.")),
    A.OUTCOME_HEARD: Sentence(DONE, _l("%(who)s wrote down what became of a form of yours.")),
    A.OUTCOME_ASKED: Sentence(DONE, _l("%(who)s asked you what became of a form.")),
    A.RECORD_OF_HELP_MADE: Sentence(DONE, _l("%(who)s helped you on another website.")),
    A.PAYMENT_TAKEN: Sentence(DONE, _l("You paid a fee. %(who)s took it.")),
    A.PAY_LINK_BEGUN: Sentence(DONE, _l("%(who)s got a page for you to pay on.")),
    A.PAY_LINK_STOPPED: Sentence(STOPPED, _l("%(who)s stopped a payment of yours.")),
    A.PAYMENT_FAILED: Sentence(STOPPED, _l("A payment of yours did not go through.")),
    A.REFUND_AGREED: Sentence(DONE, _l("Two people said that you get money back.")),
    A.REFUND_PAID: Sentence(DONE, _l("You got money back that you had paid.")),
    A.REFUND_FAILED: Sentence(STOPPED, _l("Money did not get back to your card.")),
    A.HELP_GIVEN: Sentence(DONE, _l("%(who)s gave you help at once.")),
    A.HELP_REVIEWED: Sentence(DONE, _l("Somebody else looked at help that you got.")),
    A.HELP_OPENED: Sentence(LOOKED, _l("%(who)s looked at help that you got.")),
    A.FEE_WAIVED: Sentence(DONE, _l("%(who)s said that you need not pay a fee.")),
    A.PAYMENT_RECEIPT_PRINTED: Sentence(DONE, _l("%(who)s printed a receipt for you.")),
    A.PAYMENT_OPENED: Sentence(LOOKED, _l("%(who)s looked at what you paid.")),
    A.LIMIT_USED: Sentence(DONE, _l("%(who)s paid something for you.")),
    A.LIMIT_GIVEN_BACK: Sentence(DONE, _l("A payment for you did not go through.")),
    A.EVIDENCE_ADDED: Sentence(DONE, _l("%(who)s kept a paper of yours.")),
    A.EVIDENCE_REMOVED: Sentence(STOPPED, _l("%(who)s took a paper of yours out again.")),
    A.RECEIPT_PRINTED: Sentence(DONE, _l("%(who)s printed what you agreed to.")),
    A.RECORD_PRINTED: Sentence(DONE, _l("%(who)s gave you this record.")),
    A.DATA_REQUEST_RECORDED: Sentence(SAID, _l("You asked something about what we keep.")),
    A.DATA_REQUEST_OPENED: Sentence(LOOKED, _l("%(who)s looked at what you asked.")),
    A.DATA_REQUEST_ANSWERED: Sentence(DONE, _l("%(who)s answered what you asked.")),
    A.DATA_REQUESTS_TOLD: Sentence(LOOKED, _l("%(who)s looked at what you asked.")),
    A.DATA_REQUEST_END_SAID: Sentence(
        DONE, _l("%(who)s wants to use your record again, and told you why.")
    ),
    A.DATA_REQUEST_ENDED: Sentence(CHANGED, _l("We may use your record again, as before.")),
    A.PACK_GIVEN: Sentence(DONE, _l("%(who)s gave you a copy of all that we hold.")),
    A.ACT_REFUSED: Sentence(STOPPED, _l("%(who)s tried to do something. It was not allowed.")),
    A.ACT_HELD: Sentence(DONE, _l("%(who)s asked for something. Somebody else looks at it first.")),
    A.LOOK_WAS_MISTAKE: Sentence(
        CHANGED, _l("%(who)s told us: they opened your record by mistake.")
    ),
    A.PENDING_ACT_REFUSED: Sentence(STOPPED, _l("Somebody else looked at it and said no.")),
    A.CARD_ISSUED: Sentence(DONE, _l("%(who)s gave you an access card.")),
    A.CARD_ENDED: Sentence(STOPPED, _l("Your access card was stopped.")),
    A.CARD_NUMBER_USED: Sentence(SAID, _l("You said a number of your access card.")),
    # what was changed in the record
    A.PERSON_CHANGED: Sentence(CHANGED, _l("%(who)s changed something in your record."), SENSITIVE),
    A.CONTACT_POINT_ADDED: Sentence(CHANGED, _l("%(who)s added a way to reach you."), SENSITIVE),
    A.CONTACT_POINT_CHANGED: Sentence(
        CHANGED, _l("%(who)s changed a way to reach you."), SENSITIVE
    ),
    A.CONTACT_POINT_ENDED: Sentence(CHANGED, _l("%(who)s took out a way to reach you."), SENSITIVE),
    A.SAFE_CONTACT_CHANGED: Sentence(
        CHANGED, _l("%(who)s changed how it is safe to reach you."), SENSITIVE
    ),
    A.PERSON_PROTECTED: Sentence(
        CHANGED, _l("%(who)s hid you from helpers who do not need to see you."), SENSITIVE
    ),
    A.PERSON_UNPROTECTED: Sentence(
        CHANGED, _l("%(who)s no longer hides you from other helpers."), SENSITIVE
    ),
    A.IDENTITY_EVIDENCE_ADDED: Sentence(CHANGED, _l("%(who)s wrote down how we know who you are.")),
    A.IDENTITY_EVIDENCE_ENDED: Sentence(CHANGED, _l("%(who)s took out how we know who you are.")),
    # who looked
    A.EVIDENCE_OPENED: Sentence(LOOKED, _l("%(who)s looked at a paper of yours.")),
    A.CONSENT_PICTURE_OPENED: Sentence(LOOKED, _l("%(who)s looked at what you signed.")),
    A.DOCUMENT_OPENED: Sentence(LOOKED, _l("%(who)s looked at a paper of yours.")),
    A.LETTER_OPENED: Sentence(LOOKED, _l("%(who)s looked at a letter of yours.")),
    A.LETTER_PRINTED: Sentence(LOOKED, _l("%(who)s printed a letter of yours.")),
    A.PERSON_OPENED: Sentence(LOOKED, _l("%(who)s looked at your record.")),
    A.CASE_VIEWED: Sentence(LOOKED, _l("%(who)s looked at what we help you with.")),
    A.HAND_OVER_OPENED: Sentence(LOOKED, _l("%(who)s looked if they can go on with it.")),
    A.REFERRAL_OPENED: Sentence(LOOKED, _l("%(who)s looked at what we help you with.")),
    A.REFERRAL_IN_OPENED: Sentence(LOOKED, _l("%(who)s looked at what we help you with.")),
    A.CONSENT_VIEWED: Sentence(LOOKED, _l("%(who)s looked at what you agreed to.")),
    A.DELEGATION_VIEWED: Sentence(LOOKED, _l("%(who)s looked at who may act for you.")),
    A.APPLICATION_OPENED: Sentence(LOOKED, _l("%(who)s looked at a form of yours.")),
    A.APPLICATION_PRINTED: Sentence(LOOKED, _l("%(who)s printed a form of yours.")),
    A.OUTCOME_OPENED: Sentence(LOOKED, _l("%(who)s looked at what became of a form of yours.")),
    A.RECORD_OF_HELP_VIEWED: Sentence(LOOKED, _l("%(who)s looked at help that you had.")),
    A.PENDING_ACT_OPENED: Sentence(LOOKED, _l("%(who)s looked at what waits for a yes.")),
    A.NOTICE_PRINTED: Sentence(LOOKED, _l("%(who)s printed a letter to you.")),
    A.JOURNAL_SEARCHED: Sentence(LOOKED, _l("%(who)s checked what was done for you.")),
    A.JOURNAL_EVENT_OPENED: Sentence(LOOKED, _l("%(who)s checked what was done for you.")),
    A.JOURNAL_EXPORTED: Sentence(LOOKED, _l("%(who)s took a list of what was done for you.")),
    A.RECORD_SESSION_PROVEN: Sentence(LOOKED, _l("%(who)s opened this record online.")),
    A.RECEIPT_CHECKED: Sentence(LOOKED, _l("Somebody checked a receipt of yours.")),
    A.OBJECTION_OPENED: Sentence(LOOKED, _l("%(who)s looked at what you did not agree to.")),
    A.NOTICE_READ: Sentence(DONE, _l("You read what we had written to you.")),
    A.PERSON_COMPARED: Sentence(LOOKED, _l("%(who)s looked if two records are yours.")),
    A.PERSON_DUPLICATE_SHOWN: Sentence(LOOKED, _l("%(who)s saw that you may have a record.")),
}

_YOU_ENDED_IT = Sentence(STOPPED, _l("You ended it. %(holder)s may not act for you."))

SPECIAL: dict[tuple[str, str], Sentence] = {
    # On the person's own word, at whichever door they said it.
    (A.DELEGATION_ENDED, "in_front"): _YOU_ENDED_IT,
    (A.DELEGATION_ENDED, "telephone"): _YOU_ENDED_IT,
    (A.DELEGATION_ENDED, "online"): _YOU_ENDED_IT,
    (A.DELEGATION_ENDED, "consent_withdrawn"): _YOU_ENDED_IT,
    (A.DELEGATION_ENDED, "superseded"): Sentence(
        SAID, _l("You changed what %(holder)s may do. A new one goes on.")
    ),
    (A.DELEGATION_ENDED, "handed_over"): Sentence(
        SAID, _l("You gave it to somebody else. %(holder)s may not act for you.")
    ),
    (A.DELEGATION_ENDED, "done"): Sentence(
        STOPPED, _l("It is done. %(holder)s may not act for you any more.")
    ),
    (A.ACT_UNDONE, A.CASE_CLOSED): Sentence(
        CHANGED, _l("It was a slip. %(who)s goes on with your help.")
    ),
    (A.ACT_UNDONE, A.APPOINTMENT_CANCELLED): Sentence(
        CHANGED, _l("It was a slip. You can still meet %(who)s.")
    ),
    (A.DELEGATION_ENDED, "died"): Sentence(STOPPED, _l("It ended by itself.")),
    # What was refused and is nobody's fault: the time was taken, a colleague was quicker.
    (A.ACT_REFUSED, "double_booking"): Sentence(
        STOPPED, _l("%(who)s chose a time that was taken.")
    ),
    (A.ACT_REFUSED, "time_on_no_clock"): Sentence(
        STOPPED, _l("%(who)s chose a time that does not exist.")
    ),
    (A.ACT_REFUSED, "contradicts_outcome"): Sentence(
        STOPPED, _l("%(who)s had to look again at what you were told.")
    ),
    (A.ACT_REFUSED, "other_has_closed"): Sentence(
        STOPPED, _l("%(who)s asked a place that has closed.")
    ),
    **{
        (A.PAYMENT_TAKEN, f"{way}.delegated"): Sentence(
            DONE, _l("%(who)s paid a fee for you, with your money.")
        )
        for way in ("card_link", "card_terminal", "cash", "cheque")
    },
    **{
        (action, "private"): Sentence(SENTENCES[action].kind, words, SENSITIVE, names_place=False)
        for action, words in (
            (A.REFERRAL_MADE, _l("You said that another place may help you.")),
            (A.REFERRAL_OPENED, _l("Somebody looked at where you may get help.")),
            (A.REFERRAL_ACCEPTED, _l("Another place can help you.")),
            (A.REFERRAL_IN_RECORDED, _l("You said who sent you here.")),
            (A.REFERRAL_RETURNED, _l("Another place could not help you.")),
            (A.REFERRAL_WITHDRAWN, _l("You no longer wanted help from another place.")),
            (A.REFERRAL_FOLLOWED_UP, _l("We asked if another place could help you.")),
        )
    },
    **{
        (action, "private"): Sentence(SENTENCES[action].kind, words, SENSITIVE, names_place=False)
        for action, words in (
            (A.REGISTER_ENTRY_ADDED, _l("Somebody set a time to meet you.")),
            (A.REGISTER_ENTRY_MOVED, _l("Somebody set another time to meet you.")),
            (A.REGISTER_ENTRY_CAME, _l("You met with somebody.")),
            (A.REGISTER_ENTRY_LEFT, _l("You met with somebody.")),
            (A.REGISTER_ENTRY_CANCELLED, _l("Somebody took back a time to meet you.")),
        )
    },
    (A.DELEGATION_FROZEN, "named_denies"): Sentence(STOPPED, _l("We put a stop on it.")),
    (A.CONSENT_STRENGTHENED, "own_word"): Sentence(SAID, _l("%(who)s said that you said yes.")),
    # What shows that a message was read, called what it is.
    (A.NOTICE_READ, "answered"): Sentence(SAID, _l("You answered a message from us.")),
    (A.NOTICE_READ, "opened"): Sentence(LOOKED, _l("You opened what we had sent you.")),
    (A.NOTICE_READ, "code_used"): Sentence(DONE, _l("You used a code that we had sent you.")),
    (A.NOTICE_READ, "read_out"): Sentence(DONE, _l("What we had written was read to you.")),
    (A.NOTICE_READ, "handed"): Sentence(DONE, _l("You got on paper what we had written to you.")),
    # Nobody takes what is paid on the payment page.
    (A.PAYMENT_TAKEN, "card_link.own"): Sentence(DONE, _l("You paid a fee by card.")),
}
"""Where the reason of a fact makes it another thing to say."""

WHY: dict[str, Any] = {
    "explained.open_case": _l("They help you with something."),
    "explained.appointment": _l("You had a time to meet them."),
    "explained.group_session": _l("You had a time to meet them."),
    "explained.hand_over": _l("They were asked to go on with what you need."),
    "referred": _l("You said that they may help you."),
    "explained.referral": _l("They help you with something."),
    "explained.queue": _l("You were waiting for help that day."),
    "explained.registered": _l("They had just made your record."),
    "explained.task": _l("They have something to do for you."),
    "explained.delegation": _l("You let them act for you."),
    "explained.asking": _l("They asked you if you want this."),
    "explained.second_pair_of_eyes": _l("They came to hear from you that you want this."),
    "explained.consent_today": _l("You asked them for help that day."),
    "explained.merged": _l("They looked at all that you have with us."),
    "explained.supervision": _l("It is their job to check how we help people."),
    "explained.review": _l("They were asked to check something for you."),
    "stated.person_is_here": _l("They said that you were with them."),
    "stated.on_the_telephone": _l("They said that you were on the phone."),
    "stated.open_matter": _l("They said that they had to finish something for you."),
    "stated.other": _l("They gave a reason in their own words."),
    "stated.registered": _l("They had just made your record."),
    "stated.asked_to_stop": _l("You asked them to stop something."),
    "letter_to_print": _l("They print our letters."),
}
BY_THE_AUDITOR = _l("It is their job to check us.")

HOW_ENDED: dict[str, Any] = {
    "in_front": _l("You said so in person."),
    "telephone": _l("You said so by phone."),
    "online": _l("You said so online."),
    "consent_withdrawn": _l("You took your yes back."),
    "already_ended": _l("It had ended before."),
    "already_withdrawn": _l("You had done so before."),
    "nothing_to_end": _l("Nobody could act for you any more."),
    "nothing_to_freeze": _l("Nobody could act for you at that time."),
    "objection": _l("You were right, so the stop goes on."),
    "confirmed": _l("You said that the stop was yours. It goes on."),
    "nothing_to_lift": _l("There was no stop to take away."),
}

WITHOUT_WHY: frozenset[str] = frozenset({A.APPOINTMENT_BOOKED, A.AUTHORITY_SENT})
"""What stands there as a reason is where one meets, or how a form went: nothing the person said."""

OUTCOMES: dict[str, Any] = {
    Outcome.NOT_AGREED: _l("You were right. It should not have been done."),
    Outcome.AGREED: _l("We found that you had said yes to it."),
    Outcome.NOT_CLEAR: _l("We could not find out how it was."),
}
STILL_OPEN = _l("Somebody from elsewhere looks into it. You will get an answer.")

KINDS: dict[str, Any] = {
    SAID: _l("Your word"),
    DONE: _l("Done for you"),
    CHANGED: _l("Your record"),
    STOPPED: _l("Stopped"),
    LOOKED: _l("Somebody looked"),
}
HEADINGS: dict[str, Any] = {
    DONE: _l("What you said, and what was done"),
    STOPPED: _l("What was stopped"),
    LOOKED: _l("Who looked"),
}
"""What stands above the things of one day: a word and what is done on it belong together."""
A_HELPER = _l("a helper")
A_HELPER_BEGINS = _l("A helper")
TOLD_IN_PERSON = _l("something that we tell you in person")
"""In place of a service whose name says what somebody is ill with."""
WAITS = _l("Somebody asked for this, and it waits: %(what)s")
NOT_YET = _l("It has not happened yet.")
YOU = _l("You")
THE_COMPUTER = _l("Our computer")
POWERS: dict[str, Any] = {
    "see": _l("They may see the form and how it is getting on."),
    "fill_in": _l("They may fill in forms."),
    "submit": _l("They may send forms."),
    "pay": _l("They may pay for you, up to a limit."),
    "report_change": _l("They may say when something changes."),
    "receive_messages": _l("They may get letters about it."),
    "change_payment_details": _l("They may change where money goes."),
    "change_contact_details": _l("They may change how to reach you."),
}
"""What each power lets a helper do, said to the person."""
