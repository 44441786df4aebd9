"""What is held about the help somebody gets: cases, applications, money, what keeps them safe."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from .rules import Activity as A
from .rules import Held, withhold
from .rules import Kept as K
from .rules import Withheld as W

HELP: dict[str, Held] = {
    "case": Held(
        A.HELP,
        K.CASE,
        _l("What we help you with"),
        shown="need service why_help first_contact_basis keep_date_by state close_reason",
    ),
    "note": Held(A.HELP, K.CASE, _l("Notes"), shown="text kind"),
    "task": Held(A.HELP, K.CASE, _l("What has to be done"), shown="what"),
    "appointment": Held(
        A.HELP,
        K.CASE,
        _l("Times to meet"),
        shown="kind note interpreter interpreter_words state",
    ),
    # Without its register it is about nobody: what it is about, when, and where.
    "group_session": Held(A.HELP, K.SETTINGS, settings="kind topic is_private room places state"),
    "group_leader": Held(A.HELP, K.STAFF),
    # Named as any time to meet: whoever reads the paper at home learns of no group.
    "register_entry": Held(
        A.HELP,
        K.CASE,
        _l("Times to meet"),
        shown="called walked_in state",
        withheld={"to_tell": W.NUMBER},
    ),
    "register_correction": Held(
        A.HELP,
        K.CASE,
        _l("What was put right about a time to meet"),
        shown="state",
        away="words",  # they may tell what the group was about
    ),
    "lone_worker_warning": Held(
        A.PROTECT,
        K.CASE,
        # Who wrote it has told the person, or said why that is not safe; paper tells a household
        withheld=withhold("words basis not_told_why end_reason", W.HARM),
        all_withheld=W.HARM,
    ),
    "waiting_person": Held(A.HELP, K.QUEUE, _l("Waiting for your turn"), shown="called"),
    "concern": Held(
        A.PROTECT,
        K.CONCERN,
        withheld={"kinds": W.HARM, "is_urgent": W.HARM, "told": W.HARM, "sealed_for": W.HARM},
        all_withheld=W.HARM,
    ),
    "concern_entry": Held(
        A.PROTECT,
        K.CONCERN,
        withheld={"kind": W.HARM, "text": W.HARM, "sealed_for": W.HARM},
        all_withheld=W.HARM,
    ),
    # Nobody at the desk learns of it from a pack: it may be about them. Whoever answers gives it.
    "complaint": Held(
        A.ANSWER,
        K.COMPLAINT,
        withheld=withhold("kinds way told stage acknowledge_by law_by answer_by outcome", W.COPY),
        all_withheld=W.COPY,
    ),
    "complaint_entry": Held(
        A.ANSWER,
        K.COMPLAINT,
        withheld=withhold("kind stage text learned outcome how", W.COPY),
        all_withheld=W.COPY,
    ),
    "complaint_bar": Held(A.ANSWER, K.COMPLAINT, all_withheld=W.OTHERS),
    # Of somebody without a record: the owner prints the page of the complaint for them.
    "complaint_way": Held(
        A.ANSWER,
        K.COMPLAINT_WAY,
        withheld=withhold("kind address", W.COPY),
        all_withheld=W.COPY,
    ),
    "case_closing": Held(
        A.HELP,
        K.CASE,
        _l("What help it took"),
        shown="visits channel alone minutes given wants_skills",
    ),
    # About the helper's work. That somebody looked at the case stands among the looks.
    "supervision_item": Held(
        A.OVERSEE,
        K.CASE,
        withheld=withhold("month checkpoint_size", W.OTHERS),
        all_withheld=W.OTHERS,
    ),
    "supervision_form": Held(
        A.OVERSEE,
        K.CASE,
        withheld=withhold("answers outcome words", W.OTHERS),
        all_withheld=W.OTHERS,
    ),
    "application": Held(
        A.APPLY,
        K.CASE,
        _l("Forms"),
        shown="service purpose told waits_as mode language state read_back_answer declared_by "
        "declarer withdrawn_reason",
        address="told",
        withheld={"read_back_version": W.NUMBER, "waiting_account": W.NUMBER},
    ),
    "answer_page": Held(
        A.APPLY, K.CASE, _l("Your answers"), shown="path answers", address="answers"
    ),
    "kept_text": Held(
        A.APPLY,
        K.UNSENT,
        _l("What was typed and not saved"),
        shown="path posted reason",
        address="posted",
    ),
    "submission": Held(
        A.APPLY,
        K.CASE,
        _l("What was sent"),
        shown="body",
        address="body",
        withheld={"salt": W.NUMBER, "commitment": W.NUMBER},
    ),
    "submitted_text": Held(
        A.OVERSEE,
        K.CASE,
        withheld={"fingerprint": W.NUMBER, "is_landlord": W.NUMBER},
        all_withheld=W.NUMBER,
    ),
    "delivery": Held(
        A.APPLY, K.CASE, _l("How it was sent"), shown="way standing ticked their_reference"
    ),
    "evidence": Held(A.APPLY, K.CASE, _l("Papers that we keep"), shown="question name kind scan"),
    "evidence_content": Held(A.APPLY, K.CASE, withheld={"body": W.COPY}, all_withheld=W.COPY),
    "document": Held(
        A.APPLY,
        K.CASE,
        _l("Papers and letters of yours"),
        shown="kind title text proves valid_until answer_by read_how answer file_name file_scan",
        address="text",
        withheld={"file_kind": W.NUMBER, "file_size": W.NUMBER},
    ),
    "document_content": Held(A.APPLY, K.CASE, withheld={"body": W.COPY}, all_withheld=W.COPY),
    "letter": Held(
        A.APPLY,
        K.CASE,
        _l("Letters that we wrote for you"),
        shown="kind recipient text checked_how sent_how",
        address="text",
        withheld={"holds_address": W.NUMBER},
    ),
    "record_of_help": Held(
        A.APPLY,
        K.CASE,
        _l("Help on other websites"),
        shown="service facts word mode was_sent",
        address="facts",
    ),
    "hand_over": Held(
        A.HELP,
        K.CASE,
        _l("Somebody else was asked to go on"),
        shown="is_warm parts message state return_reason return_words",
    ),
    "referral": Held(
        A.HELP,
        K.CASE,
        _l("Other places that may help you"),
        shown="shared way state arrival return_reason",
        # Which place it is may endanger who takes the paper home: read from the referral's page
        away="is_private facts return_words",
    ),
    "referral_in": Held(A.HELP, K.CASE, _l("How you came here"), away="is_private facts"),
    "benefits_check": Held(
        A.HELP, K.CASE, _l("What a benefits calculator said"), shown="calculator facts"
    ),
    "awaited_outcome": Held(A.APPLY, K.CASE, _l("What we wait to hear"), shown="service standing"),
    "outcome": Held(
        A.APPLY,
        K.CASE,
        _l("What became of your forms"),
        shown="kind weekly_pence arrears_pence last_day limit_from words correction",
    ),
    "payment_details": Held(
        A.MONEY,
        K.MONEY,
        _l("Where your money goes"),
        shown="account without whose name_check",
    ),
    "payment_confirmation": Held(
        A.MONEY, K.MONEY, _l("How you said where your money goes"), shown="how"
    ),
    "payment": Held(
        A.MONEY,
        K.MONEY,
        _l("What was paid"),
        shown="amount_pence way whose state waive_reason slip",
    ),
    "pay_link": Held(
        A.MONEY,
        K.MONEY,
        _l("Payments by card"),
        shown="standing said",
        withheld={"code": W.NUMBER, "next_url": W.SECRET},
    ),
    "refund": Held(
        A.MONEY,
        K.MONEY,
        _l("Money back"),
        shown="amount_pence reason words state slip expected_pence",
    ),
    "emergency_gift": Held(
        A.MONEY, K.MONEY, _l("Help at once"), shown="service kind amount_pence serial need"
    ),
    "pending_act": Held(
        A.ANSWER,
        K.JOURNAL,
        # Its end is told in the story. What waits, and with whom, may be silent help.
        withheld=withhold(
            "command command_version arguments sealed_for actor_kind role deciding_role reasons "
            "answered words state drawn_role decision_reason failure",
            W.STORY,
        ),
        all_withheld=W.STORY,
    ),
    "pending_act_draw": Held(
        A.ANSWER,
        K.JOURNAL,
        withheld={"end_reason": W.STORY, "words": W.OTHERS},
        all_withheld=W.STORY,
    ),
    "pending_act_word": Held(
        A.ANSWER,
        K.JOURNAL,
        withheld={"kind": W.STORY, "words": W.STORY},
        all_withheld=W.STORY,
    ),
    "audit_event": Held(
        A.ANSWER,
        K.JOURNAL,
        withheld=withhold(
            "lane_seq body signature commitment action command outcome reason_code actor_kind role "
            "subject_kind service xid",
            W.STORY,
        ),
        all_withheld=W.STORY,
    ),
    "audit_detail": Held(
        A.ANSWER,
        K.JOURNAL,
        _l("What stood there before a change"),
        away="details",
        withheld={"salt": W.NUMBER},
    ),
    "flag": Held(A.OVERSEE, K.JOURNAL, withheld={"kind": W.OVERSIGHT}, all_withheld=W.OVERSIGHT),
    "flag_decision": Held(
        A.OVERSEE,
        K.JOURNAL,
        withheld={"decision": W.OVERSIGHT, "words": W.OVERSIGHT},
        all_withheld=W.OVERSIGHT,
    ),
}
