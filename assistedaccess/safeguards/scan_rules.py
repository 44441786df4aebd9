"""What the live scan makes of an event: which signals there are, and which flag each raises. Pure.

The signals are those of the measure (``signals``), asked of what queries have seen. A refusal or a
hold says by its reason code what was tried: some of those stand in the auditors' queue at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from . import score_queue
from .signals import judge_act, judge_look
from .signals_seen import Seen, SeenLook

REST = timedelta(seconds=score_queue.REST)
"""So long the same kind of flag about the same account is not raised again: as in the measure."""


class Suspicion(StrEnum):
    """The kinds of flag that the scan raises; the auditors' queue has the same words."""

    SHARED_ACCOUNT = "shared_account"
    SHARED_CONTACT = "shared_contact"
    SPLIT_MONEY = "split_money"
    CHARGE = "charge"
    GHOSTS = "ghosts"
    AFTER_DEATH = "after_death"
    REUSED_PAPER = "reused_paper"
    COPIED_TEXT = "copied_text"
    COPIED_SIGNATURE = "copied_signature"
    ONE_BRANCH = "one_branch"
    REFUSED_AGAIN = "refused_again"
    SEARCH_ONLY = "search_only"
    LOOK_SURGE = "look_surge"
    REVIEW_PAIR = "review_pair"
    SILENCED = "silenced"
    TOLD_NOTHING = "told_nothing"
    BRIEF_ROLE = "brief_role"
    SETTINGS = "settings"


ABOUT_PERSON = frozenset({Suspicion.LOOK_SURGE, Suspicion.AFTER_DEATH, Suspicion.TOLD_NOTHING})
"""Of these there is one for the person, whoever had a hand in it; of the others one for the helper,
whoever they did it to: a number that stands for nine people is one thing to look at."""

NO_DOUBT = frozenset({Suspicion.TOLD_NOTHING})
"""Raised by what is done itself, by whomever: no signal is weighed, since it is no doubt of anybody
(scan_silence.find_told_nothing)."""

FLAGS: Mapping[str, Suspicion] = {
    "account_collects": Suspicion.SHARED_ACCOUNT,
    "phone_collects": Suspicion.SHARED_CONTACT,
    "ghosts": Suspicion.GHOSTS,
    "after_death": Suspicion.AFTER_DEATH,
    "reused_document": Suspicion.REUSED_PAPER,
    "paper_in_many_hands": Suspicion.REUSED_PAPER,
    "same_words": Suspicion.COPIED_TEXT,
    "landlord_by_one_hand": Suspicion.COPIED_TEXT,
    "same_signature": Suspicion.COPIED_SIGNATURE,
    "same_payees_in_a_week": Suspicion.ONE_BRANCH,
    "dead_authority": Suspicion.REFUSED_AGAIN,
    "searches_that_open_nothing": Suspicion.SEARCH_ONLY,
    "searches_over_weeks": Suspicion.SEARCH_ONLY,
    "surge": Suspicion.LOOK_SURGE,
    "one_pair": Suspicion.REVIEW_PAIR,
    "quick_review": Suspicion.REVIEW_PAIR,
    "reviewer_took_part": Suspicion.SILENCED,
    "silenced_before": Suspicion.SILENCED,
    "role_for_a_moment": Suspicion.BRIEF_ROLE,
    "setting_changed": Suspicion.SETTINGS,
    "setting_there_and_back": Suspicion.SETTINGS,
}
"""By signal. The other signals of the measure need facts that the database does not keep in the
open (claimed times, say) or are the reviewers' and not the auditors'."""

TRIED: Mapping[str, Suspicion] = {
    "account_shared": Suspicion.SHARED_ACCOUNT,
    "contact_shared": Suspicion.SHARED_CONTACT,
    "money_over_line": Suspicion.SPLIT_MONEY,
    "payee_is_charge": Suspicion.CHARGE,
    "identity_cluster": Suspicion.GHOSTS,
    "record_closed": Suspicion.AFTER_DEATH,
    "reviewer_changes_contact": Suspicion.SILENCED,
    "own_role_grant": Suspicion.BRIEF_ROLE,
}
"""By reason code of a refusal or a hold."""

ASKED_AGAIN = 3
"""So many refusals for the cap of the fund, for one person within ``money_days`` (A06: three)."""

NO_AUTHORITY: Mapping[str, str] = {
    "consent_withdrawn": "withdrawn",
    "delegation_ended": "expired",
    "delegation_expired": "expired",
    "out_of_scope": "out_of_scope",
}
"""Refusals of authority, as the signals call them (A18 to A20): one is a slip."""


def find_kinds(seen: Seen | SeenLook) -> set[Suspicion]:
    """The flags that an event raises by what was seen of it."""
    found = judge_act(seen) if isinstance(seen, Seen) else judge_look(seen)
    return {
        FLAGS[name] for name, strength in found if name in FLAGS and strength >= score_queue.LEAST
    }


def find_tried(reason_code: str) -> set[Suspicion]:
    """The flag that a refusal or a hold raises by its reason, if any."""
    return {TRIED[reason_code]} if reason_code in TRIED else set()
