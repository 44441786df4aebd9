"""What is held about a person: who they are, how to reach them, who may act, what they are told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from .rules import Activity as A
from .rules import Held
from .rules import Kept as K
from .rules import Withheld as W

_TERMS = (
    "services powers money_limit_pence money_period act_limit_pence is_one_task holder_kind "
    "language purpose telling said"
)

PEOPLE: dict[str, Held] = {
    "person": Held(
        A.IDENTIFY,
        K.PERSON,
        _l("About you"),
        is_shared=True,
        shown="name known_as birth_year birth_month birth_day nation housing address hides_address "
        "is_protected national_insurance_number language spoken_language needs_interpreter formats "
        "support contact_is_unsafe no_messages_left no_paper_at_home preferred_contact "
        "safe_contact restricted",
        address="address",
        withheld={"name_key": W.NUMBER},
    ),
    "person_name_key": Held(
        A.IDENTIFY, K.PERSON, withheld={"token": W.NUMBER}, all_withheld=W.NUMBER
    ),
    "identity_evidence": Held(
        A.IDENTIFY,
        K.PERSON,
        _l("How we know who you are"),
        is_shared=True,
        shown="kind level what_was_seen",
    ),
    "death": Held(
        A.IDENTIFY, K.PERSON, _l("After a death"), is_shared=True, shown="told_by undone_reason"
    ),
    "record_merge": Held(
        A.IDENTIFY,
        K.PERSON,
        _l("Two records put together"),
        is_shared=True,
        shown="why end_reason",
    ),
    "contact_point": Held(
        A.REACH,
        K.PERSON,
        _l("Ways to reach you"),
        is_shared=True,
        shown="kind value whose is_safe end_reason may_be_told",
        address="value",
    ),
    "private_moment": Held(A.PROTECT, K.PERSON, all_withheld=W.HARM),
    "silent_sign": Held(A.PROTECT, K.PERSON, withheld={"kind": W.HARM}, all_withheld=W.HARM),
    "silent_help": Held(A.PROTECT, K.PERSON, withheld={"occasion": W.HARM}, all_withheld=W.HARM),
    "visit": Held(A.HELP, K.PERSON, _l("When you were helped"), shown="channel visited_on"),
    "access_card": Held(
        A.IDENTIFY,
        K.PERSON,
        _l("Your access cards"),
        is_shared=True,
        shown="delivery end_reason",
        withheld={"sheet": W.SECRET},
    ),
    "access_card_handling": Held(
        A.IDENTIFY, K.PERSON, withheld={"how": W.STORY}, all_withheld=W.STORY
    ),
    "access_card_number": Held(A.IDENTIFY, K.PERSON, all_withheld=W.SECRET),
    "look_reason": Held(
        A.ANSWER, K.SIGN_IN, _l("Reasons that somebody gave to look"), shown="reason words"
    ),
    "consent": Held(
        A.AUTHORITY,
        K.PERSON,
        _l("What you said yes to"),
        shown=f"{_TERMS} mode way strength reasons withdrawn_how",
        # Names witnesses, interpreters and vouchers: the receipt shows to whom you said it.
        withheld={"evidence": W.OTHERS, "policy_version": W.NUMBER},
    ),
    "consent_request": Held(
        A.AUTHORITY, K.PERSON, _l("What you were asked"), shown=f"{_TERMS} waits_until"
    ),
    "consent_code": Held(A.AUTHORITY, K.CODE, withheld={"kind": W.SECRET}, all_withheld=W.SECRET),
    "online_ask": Held(
        A.AUTHORITY, K.PERSON, _l("Links that were sent to you"), shown="by_helper is_new is_shared"
    ),
    "signature_trace": Held(
        A.OVERSEE, K.PERSON, withheld={"fingerprint": W.NUMBER}, all_withheld=W.NUMBER
    ),
    "consent_picture": Held(
        A.AUTHORITY,
        K.PERSON,
        _l("Pictures of what you signed"),
        shown="kind language",
        withheld={"content": W.COPY, "media_type": W.NUMBER},
    ),
    "consent_paper": Held(A.AUTHORITY, K.PERSON, _l("Signed forms"), shown="due_on"),
    "consent_sighting": Held(A.AUTHORITY, K.PERSON, all_withheld=W.STORY),
    "consent_word": Held(
        A.AUTHORITY,
        K.PERSON,
        # Names who was asked, and what they wrote for the safeguarding leads.
        withheld={"called": W.OTHERS, "answer": W.OTHERS, "said": W.OTHERS},
        all_withheld=W.OTHERS,
    ),
    "receipt_code": Held(A.AUTHORITY, K.PERSON, all_withheld=W.SECRET),
    "delegation": Held(
        A.AUTHORITY,
        K.PERSON,
        _l("Who may act, or could"),
        is_shared=True,
        shown="holder_kind services powers edition is_one_task money_limit_pence money_period "
        "act_limit_pence ended_how frozen_how suspended_how",
        withheld={"warned_days": W.NUMBER},
    ),
    "limit_entry": Held(
        A.MONEY,
        K.MONEY,
        _l("What was paid under your limits"),
        shown="kind amount_pence period",
        withheld={"subject_kind": W.NUMBER},
    ),
    "legal_authority": Held(
        A.AUTHORITY,
        K.PERSON,
        _l("What the law says"),
        is_shared=True,
        shown="kind number named scope seen_as",
    ),
    "capacity_concern": Held(
        A.AUTHORITY,
        K.PERSON,
        _l("When it was hard to decide"),
        shown="decision signs support assessor outcome",
    ),
    "sent_authority": Held(
        A.AUTHORITY, K.PERSON, _l("Who was told that somebody may act"), shown="service how"
    ),
    "record_reading": Held(
        A.TELL,
        K.JOURNAL,
        _l("When you got this record"),
        is_shared=True,
        shown="how in_private style language",
    ),
    "record_code": Held(A.TELL, K.CODE, withheld={"proof": W.SECRET}, all_withheld=W.SECRET),
    "record_session": Held(
        A.TELL, K.CODE, _l("When it was opened online"), is_shared=True, shown="proof"
    ),
    "objection": Held(
        A.TELL,
        K.PERSON,
        _l("What you did not agree to"),
        is_shared=True,
        shown="how outcome answer",
        away="words",  # nobody at the helper's organisation reads them
        withheld={"names": W.STORY, "organisation_ids": W.STORY},
    ),
    "data_request": Held(
        A.TELL,
        K.PERSON,
        _l("What you asked about your information"),
        shown="kind words outcome answer goes_on end_why ended_how",
        is_shared=True,
    ),
    "notice": Held(
        A.TELL,
        K.NOTICE,
        _l("Messages to you"),
        shown="kind is_risky channel independent language is_brief is_large_print address facts "
        "state read_how",
        address="address",
        withheld={
            "digest_key": W.NUMBER,
            "second_of": W.NUMBER,
            "is_rerouted": W.NUMBER,
            "provider_reference": W.NUMBER,
        },
    ),
    "notice_entry": Held(
        A.TELL, K.PERSON, _l("What the messages said"), shown="kind is_sensitive facts"
    ),
}
