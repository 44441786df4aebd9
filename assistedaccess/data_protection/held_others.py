"""What is held about helpers and other staff, and what is about no person at all."""

from __future__ import annotations

from .rules import Activity as A
from .rules import Held
from .rules import Kept as K
from .rules import Withheld as W

OTHERS: dict[str, Held] = {
    # Helpers and other staff, who see their own on their own pages.
    "human": Held(A.STAFF, K.STAFF),
    "account": Held(A.SIGN_IN, K.STAFF, settings="name email language is_first"),
    "membership": Held(A.STAFF, K.STAFF, settings="kind suspension_reason"),
    "membership_site": Held(A.STAFF, K.STAFF),
    "role_grant": Held(A.STAFF, K.STAFF, settings="role"),
    "training": Held(A.STAFF, K.STAFF, settings="course"),
    "background_check": Held(A.STAFF, K.CERTIFICATE, settings="level certificate"),
    "declared_interest": Held(A.OVERSEE, K.STAFF, settings="kind value relation person_reference"),
    "invitation": Held(A.SIGN_IN, K.CODE),
    "secret_link": Held(A.HELP, K.STAFF, settings="purpose fetches"),
    "factor": Held(A.SIGN_IN, K.STAFF, settings="kind secret last_used_step"),
    "passkey": Held(A.SIGN_IN, K.STAFF, settings="name credential_id public_key sign_count"),
    "one_time_code": Held(A.SIGN_IN, K.STAFF, settings="kind"),
    "recovery": Held(A.SIGN_IN, K.CODE, settings="kind vouched_how"),
    "sign_in": Held(
        A.SIGN_IN,
        K.SIGN_IN,
        settings="stage device network end_reason return_path shown_once challenge",
    ),
    "attempt": Held(A.SIGN_IN, K.SIGN_IN, settings="purpose key count"),
    "kept_form": Held(A.SIGN_IN, K.UNSENT, settings="path fields"),
    "person_search": Held(A.ANSWER, K.SIGN_IN, settings="has_more"),
    "saved_question": Held(A.OVERSEE, K.JOURNAL, settings="name asked"),
    "till": Held(
        A.MONEY,
        K.MONEY,
        settings="day state float_pence expected_cash_pence expected_cheques_pence "
        "counted_cash_pence counted_cheques_pence checked_cash_pence checked_cheques_pence reason",
    ),
    "sharing_agreement": Held(A.RUN, K.SETTINGS, settings="purpose shared"),
    "outside_place": Held(A.RUN, K.SETTINGS, settings="name kinds area reach hours"),
    # The auditors' work.
    "audit_remit": Held(A.OVERSEE, K.JOURNAL),
    "tip": Held(A.OVERSEE, K.JOURNAL, settings="words teller"),
    "finding": Held(A.OVERSEE, K.JOURNAL, settings="title"),
    "finding_entry": Held(A.OVERSEE, K.JOURNAL, settings="kind text leaf_index referred_to"),
    "sample": Held(
        A.OVERSEE,
        K.JOURNAL,
        settings="kind certainty rate expected allowed asked frame frame_size",
    ),
    "sample_draw": Held(A.OVERSEE, K.JOURNAL, settings="checkpoint_size note chosen"),
    "sample_result": Held(A.OVERSEE, K.JOURNAL, settings="item is_exception words"),
    "journal_tally": Held(
        A.OVERSEE, K.JOURNAL, settings="day explained unexplained not_asked acts"
    ),
    # About no person: the journal's proofs, settings, keys.
    "audit_anchor": Held(A.ANSWER, K.JOURNAL, settings="kind receipt"),
    "audit_checkpoint": Held(A.ANSWER, K.JOURNAL, settings="root note cluster low_water"),
    "audit_key": Held(A.ANSWER, K.JOURNAL, settings="number name public_key endorsement"),
    "audit_lane": Held(A.ANSWER, K.JOURNAL, settings="public_key endorsement last_seq"),
    "audit_leaf": Held(A.ANSWER, K.JOURNAL, settings="leaf_index"),
    "audit_tile": Held(A.ANSWER, K.JOURNAL, settings="level number hashes"),
    "organisation": Held(
        A.RUN,
        K.SETTINGS,
        settings="name name_key kind nation required_courses training_valid_months required_check "
        "check_valid_months is_pool regulated_help hourly_cost_pence",
    ),
    "site": Held(A.RUN, K.SETTINGS, settings="name address phone hours ward"),
    "service": Held(A.RUN, K.SETTINGS, settings="key facts risk"),
    "form_definition": Held(A.RUN, K.SETTINGS, settings="service_key hash body"),
    "statement": Held(A.AUTHORITY, K.SETTINGS, settings="kind language text"),
    "consent_policy": Held(A.AUTHORITY, K.SETTINGS, settings="document"),
    "scan_cursor": Held(A.OVERSEE, K.SETTINGS, settings="next_leaf moved_at"),
    "safeguard_settings": Held(A.OVERSEE, K.SETTINGS, settings="numbers reason"),
    "establishment": Held(
        A.OVERSEE, K.SETTINGS, settings="kind name place account account_ends contact"
    ),
    "data_key": Held(A.RUN, K.PERSON, settings="wrapped", withheld={"subject_id": W.NUMBER}),
    "installation_key": Held(A.RUN, K.SETTINGS, settings="purpose wrapped"),
    "request_key": Held(A.RUN, K.CODE),
    "undo_offer": Held(A.RUN, K.CODE, settings="command steps"),
}
