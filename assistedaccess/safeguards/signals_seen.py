"""What had been seen when an act or a look happened: named numbers, the past alone.

The signals are pure functions of these. In the measure they are gathered by ``signals_memory`` from
the rows of a world; in the live scan, by queries. A field that nobody can know there keeps its
default, which means *nothing odd*.
"""

from __future__ import annotations

from dataclasses import dataclass

NEVER = 10_000.0
"""Days since something that has not happened."""


@dataclass(slots=True)
class Seen:
    """What was known of an act in the moment when it was done. ``days_…`` are days since.

    Shares are 0 to 1. *Unrelated* people live at different addresses. ``…_by_hand``: the share of
    those people who came by this helper. Accounts and contact points of registered
    establishments, and what a whole town pays to, are not counted.
    """

    kind: str = ""
    # the account
    people_on_account: int = 0
    account_by_hand: float = 0.0
    account_is_helpers: bool = False
    name_fits: bool = True
    name_is_near: bool = False
    digits_changed: int = 0
    is_before_first_payment: bool = False
    is_fee_line: bool = False
    is_urgent: bool = False
    is_own_household: bool = False
    has_authority: bool = False
    is_related: bool = False
    days_since_contact_change: float = NEVER
    contact_changed_by_same: bool = False
    days_since_payee_change: float = NEVER
    payee_changed_by_same: bool = False
    pays_new_payee: bool = False
    new_payee_fits: bool = True
    parts_in_10_days: int = 0
    pence_in_10_days: int = 0
    pence_in_30_days: int = 0
    largest_part: int = 0
    small_payments_by_hand: int = 0
    amount: int = 0
    is_towns_payee: bool = False
    """Many unrelated people, through many hands: a landlord, a council."""
    helper_bad_names: int = 0
    helper_bad_names_expected: float = 0.0
    # the person
    is_unconfirmed: bool = False
    was_registered_by_same: bool = False
    is_unreachable: bool = False
    ghosts_of_helper: int = 0
    newcomers_at_address: int = 0
    pair_vouches: int = 0
    is_known_dead: bool = False
    acts_after_death: int = 0
    days_since_reopened: float = NEVER
    reopened_by_same: bool = False
    has_no_identity: bool = False
    facts_changed: int = 0
    people_on_document: int = 0
    document_by_hand: float = 0.0
    document_in_30_days: int = 0
    """For how many unrelated people, whoever handed it in; this one among them."""
    people_on_landlord: int = 0
    landlord_by_hand: float = 0.0
    people_on_text: int = 0
    text_by_hand: float = 0.0
    text_in_7_days: int = 0
    branch_in_7_days: int = 0
    branch_by_hand: float = 1.0  # of all whom anybody had paid there of late
    branch_share: float = 1.0  # of all accounts that the same hand told in those days
    branch_same_words: bool = True  # some of these people's forms say the same
    # the consent
    minutes_recorded_late: float = 0.0
    hours_claimed_before: float = 0.0
    consent_state: str = "live"
    days_since_withdrawn: float = NEVER
    withdrawn_at_other_desk: bool = False
    people_on_signature: int = 0
    people_near_signature: int = 0
    near_by_hand: float = 0.0
    text_differs: bool = False
    language_differs: bool = False
    partner_beside: bool = False
    partner_represents: bool = False
    no_private_moment: bool = False
    call: str = "in_person"
    confirmed_by_new_route: bool = False
    is_unconfirmed_act: bool = False
    people_on_phone: int = 0
    phone_by_hand: float = 0.0
    phone_is_helpers: bool = False
    no_assessor: bool = False
    people_of_assessor: int = 0
    assessor_by_hand: float = 0.0
    days_since_represented: float = NEVER
    represented_by_same: bool = False
    slips: int = 0
    """With how many people this helper slipped in the same way in 60 days; 0: no slip."""
    # who, when and where
    has_left: bool = False
    is_out_of_hours: bool = False
    network_is_new: bool = False
    device_is_new: bool = False
    hours_since_other_network: float = NEVER
    risky_acts_in_a_day: int = 0
    # second humans
    is_own_review: bool = False
    pair_reviews: int = 0
    pair_share: float = 0.0
    review_seconds: int = 10_000
    pair_refused: int = 0
    reviewers_drawn: int = 1
    """Among how many the draw has chosen there of late."""
    pair_quick: int = 0
    reviewer_touched_person: bool = False
    days_since_notice_stopped: float = NEVER
    notice_stopped_by_same: bool = False
    """Whoever does this had it stopped: the live scan knows, and asks of nobody else."""
    is_told_nothing: bool = False
    """No way is left by which a notice reaches the person."""
    is_own_grant: bool = False
    grant_hours: float = NEVER
    grant_uses: int = 0
    grant_askers: int = 0
    setting_is_new: bool = False
    setting_hours: float = NEVER
    is_night: bool = False
    setting_is_fresh: bool = False
    # the person's own word
    said_no: bool = False
    noes_of_helper: int = 0


@dataclass(slots=True)
class SeenLook:
    """What was known of a look by the end of its day."""

    kind: str = "open"
    is_explained: bool = True
    is_own: bool = False
    is_near: bool = False
    """A rare surname, or an address, shared with the helper."""
    broke_glass: bool = False
    glass_in_7_days: int = 0
    unexplained_of_person_in_2_days: int = 0
    is_notable: bool = False
    unexplained_at_same: int = 0
    unexplained_of_helper_in_7_days: int = 0
    searches_in_a_day: int = 0
    searches_opened: int = 0
    searches_unused_in_60_days: int = 0
    """After which the same helper opened and did nothing for half an hour."""
    searches_unused_share: float = 0.0
    same_street_in_7_days: int = 0
    is_own_street: bool = False


def again(slips: int, once: float) -> float:
    """What a slip weighs: ``once`` the first time, more with each other person in 60 days."""
    return min(1.0, once + 0.25 * max(0, slips - 1))
