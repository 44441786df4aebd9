"""What the record does not tell in a sentence of its own, and what tells of it instead."""

from __future__ import annotations

from assistedaccess.audit import Action as A

UNTOLD: frozenset[str] = frozenset(
    {
        # steps on the way to what is told
        A.VISIT_STARTED,
        A.VISIT_ENDED,
        A.CONSENT_STARTED,
        A.STATEMENT_SHOWN,
        A.STATEMENT_READ,
        A.CONSENT_SAID_BACK,
        A.CONSENT_CODE_SENT,
        A.CONSENT_CODE_FAILED,
        A.CONSENT_FORM_PRINTED,
        A.CONSENT_SAMPLED,
        A.POLICY_CHANGED,
        A.SAFEGUARD_SETTINGS_CHANGED,
        A.ESTABLISHMENT_REGISTERED,
        A.ESTABLISHMENT_ENDED,
        A.CONSENT_PICTURE_KEPT,
        A.DELEGATION_WIDENED,
        A.ANSWERS_SAVED,
        A.ANSWERS_KEPT,
        A.APPLICATION_DECLARED,
        A.APPLICATION_CHANGED,
        A.DELEGATION_WARNED,  # the notice
        A.DELEGATION_CHECK_IN_ASKED,  # the notice
        A.LIMIT_RESERVED,
        A.REFUND_NOTED,  # on the way back, whose end is told
        A.PAY_LINK_NOTED,  # on the way to a payment, which is told
        A.DELIVERY_CHOSEN,
        A.DELIVERY_TYPED,
        A.DELIVERY_FAILED,
        A.LOOK_REASON_STATED,
        A.REQUEST_REPEATED,
        A.CARD_PRINTED,
        A.CARD_PUT_AWAY,
        A.CARD_SHEETS_ERASED,
        A.CARD_NUMBER_ASKED,
        A.CARD_NUMBER_FAILED,
        A.RECORD_ASKED,
        A.RECORD_READ,
        A.DATA_REQUESTS_LISTED,
        A.PERSON_ERASED,  # there is nobody left to tell
        A.RECORD_SESSION_BEGUN,
        A.RECORD_SESSION_FAILED,
        A.RECORD_SESSION_ENDED,
        A.RECORD_LETTER_ASKED,
        A.CONSENT_LINK_SENT,
        A.CONSENT_WORD_ASKED,  # their answer is
        A.OBJECTION_DRAWN,
        A.OBJECTION_ESCALATED,
        A.OBJECTIONS_LISTED,
        # for the safeguarding leads alone; no history may show that there is one
        A.CONCERN_RAISED,
        A.CONCERN_VIEWED,
        A.CONCERN_ENTRY_ADDED,
        # for whoever deals with it; a complaint about a helper does not stand in what they print
        A.COMPLAINT_RECEIVED,
        A.COMPLAINT_OWNER_DRAWN,
        A.COMPLAINT_VIEWED,
        A.COMPLAINT_TAKEN_OVER,
        A.COMPLAINT_ENTRY_ADDED,
        A.COMPLAINT_ANSWERED,
        A.COMPLAINED_OF_NAMED,
        A.COMPLAINT_ASKED_ABOUT,
        A.COMPLAINT_ACKNOWLEDGED,
        A.COMPLAINT_WAY_ENDED,
        A.COMPLAINT_LETTER_PRINTED,
        A.COMPLAINT_LETTER_POSTED,
        A.TEAM_VIEWED,  # nobody who is helped stands in it
        A.REPORT_VIEWED,
        A.HOURLY_COST_SET,
        A.PLACE_ADDED,
        A.PLACE_CHANGED,
        A.PLACE_REMOVED,
        A.AGREEMENT_PROPOSED,
        A.AGREEMENT_CONFIRMED,
        A.AGREEMENT_ENDED,
        A.SUPERVISION_DRAWN,
        # about the helper's work; the look at the person's case is told as any look
        A.SUPERVISION_VIEWED,
        A.SUPERVISION_WRITTEN,
        # the auditors' and the operators' own work, which no person is the subject of
        A.JOURNAL_KEY_ROTATED,
        A.BACKUP_MADE,
        A.BACKUP_RESTORED,
        A.DRILL_DONE,
        A.MASTER_KEY_ROTATED,
        A.DATA_KEYS_RENEWED,
        A.ESCROW_COPY_HANDLED,
        A.QUESTION_SAVED,
        A.QUESTION_DROPPED,
        A.TIP_RECEIVED,
        A.FLAGS_LISTED,
        A.FLAG_RAISED,
        A.FLAG_OPENED,
        A.FLAG_DECIDED,
        A.LOOK_ASKED_ABOUT,  # the look itself is told
        A.LOOK_REASON_GIVEN,
        A.FINDINGS_LISTED,
        A.FINDING_OPENED,
        A.FINDING_VIEWED,
        A.FINDING_CHANGED,
        A.FINDING_PRINTED,
        A.FINDING_BUNDLED,
        A.SAMPLE_ORDERED,
        A.SAMPLE_DRAWN,
        A.SAMPLE_JUDGED,
        A.SAMPLES_VIEWED,
        # how a review goes on; its end is told
        A.PENDING_ACT_STORED,
        A.PENDING_ACT_DRAWN,
        A.PENDING_ACT_REDRAWN,
        A.PENDING_ACT_ESCALATED,
        A.PENDING_ACT_RELEASED,
        A.PENDING_ACT_FAILED,
        A.PENDING_ACT_WITHDRAWN,
        A.PENDING_ACT_DISCUSSED,
        # messages to the person, who has them
        A.NOTICE_QUEUED,
        A.NOTICE_WITHDRAWN,  # what it told of was undone, which is told
        A.NOTICE_HELD,  # by a restore: they have it already, or get it, or a helper tells them
        A.NOTICE_SENT,
        A.NOTICE_FAILED,
        A.NOTICE_DELIVERY_NOTED,
        A.REPLY_HEARD,  # what it stopped is told
        A.ROUTE_NOT_INDEPENDENT,
        # inside a case: told when it opens and when it closes
        A.CASE_CHANGED,
        A.NOTE_ADDED,
        A.TASK_ADDED,
        A.TASK_DONE,
        A.INTERPRETER_CONFIRMED,
        # what is done with a letter: told when it came, when it was heard and when one went off
        A.LETTER_ANSWERED,
        A.LETTER_FILED,
        A.LETTER_WRITTEN,
        A.LETTER_CHANGED,
        # told by whoever writes it, or kept back with a reason: a line on paper tells the household
        A.LONE_WORKER_WARNING_ADDED,
        A.LONE_WORKER_WARNINGS_MET,
        A.LONE_WORKER_WARNING_ENDED,
        # without blame: a day on which somebody could not come is nobody's business
        A.APPOINTMENT_MISSED,
        A.REGISTER_ENTRY_MISSED,
        A.REGISTER_ENTRY_CORRECTED,  # of a day that is over, beside what was told of it
        # about nobody who is helped
        A.GROUP_SESSION_PLANNED,
        A.GROUP_SESSION_CHANGED,
        A.GROUP_SESSION_CANCELLED,
        A.REGISTER_OPENED,  # initials in a list, as on Today
        A.REGISTER_PRINTED,
        A.REGISTER_CLOSED,
        # never told on paper or aloud: somebody at home may read or hear it
        A.PRIVATE_MOMENT_HELD,
        # for the auditors
        A.HUMAN_LINKED,
        A.ACCESS_REFUSED,
    }
)
