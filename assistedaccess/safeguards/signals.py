"""The signals by name: what each looks at, and for which scenarios it was made.

The measure and the live scan both go by this list, so that what is measured is what runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import signals_consent as consent
from . import signals_identity as identity
from . import signals_looking as looking
from . import signals_payee as payee
from . import signals_power as power
from .signals_seen import Seen, SeenLook

ACT_SIGNALS: dict[str, Callable[[Seen], float]] = {
    function.__name__: function
    for function in (
        payee.account_collects,
        payee.account_is_helpers,
        payee.payee_without_name,
        payee.contact_then_payee,
        payee.payee_then_cash,
        payee.split_payments,
        payee.typo_that_is_none,
        payee.fee,
        payee.small_sums,
        payee.names_beside_peers,
        payee.stolen_sign_in,
        payee.same_payees_in_a_week,
        identity.ghosts,
        identity.ghost_is_paid,
        identity.no_identity,
        identity.vouching_pair,
        identity.after_known_death,
        identity.after_death,
        identity.sleeping_record,
        identity.reused_document,
        identity.paper_in_many_hands,
        identity.landlord_by_one_hand,
        identity.facts_that_change,
        identity.same_words,
        consent.consent_after_act,
        consent.dead_authority,
        consent.new_yes_after_no,
        consent.same_signature,
        consent.other_text_signed,
        consent.text_not_understood,
        consent.power_to_who_sits_beside,
        consent.power_to_representative,
        consent.power_by_telephone,
        consent.phone_collects,
        consent.phone_is_helpers,
        consent.capacity_by_nobody,
        consent.one_assessor,
        consent.out_of_hours,
        consent.person_said_no,
        power.after_leaving,
        power.own_review,
        power.one_pair,
        power.quick_review,
        power.silenced_before,
        power.reviewer_took_part,
        power.own_grant,
        power.role_for_a_moment,
        power.setting_changed,
        power.setting_there_and_back,
        power.under_loose_settings,
        power.burst_of_risk,
    )
}
LOOK_SIGNALS: dict[str, Callable[[SeenLook], float]] = {
    function.__name__: function
    for function in (
        looking.unexplained_near,
        looking.unexplained_again,
        looking.own_record,
        looking.surge,
        looking.searches_that_open_nothing,
        looking.searches_over_weeks,
        looking.own_street,
        looking.broken_glass,
        looking.looks_at_random,
    )
}
NAMES = (*ACT_SIGNALS, *LOOK_SIGNALS)


@dataclass(frozen=True, slots=True)
class Hit:
    """One signal on one act or look. ``at`` is when it can be known; ``about`` is the account that
    money goes to, or the person who was looked at; it may be empty."""

    at: int
    item: str
    helper: str
    about: str
    person: str
    signal: str
    strength: float


def judge_act(seen: Seen) -> list[tuple[str, float]]:
    """Every signal that an act gives, with its strength."""
    return [
        (name, min(1.0, found)) for name, ask in ACT_SIGNALS.items() if (found := ask(seen)) > 0
    ]


def judge_look(seen: SeenLook) -> list[tuple[str, float]]:
    """Every signal that a look gives, with its strength."""
    return [
        (name, min(1.0, found)) for name, ask in LOOK_SIGNALS.items() if (found := ask(seen)) > 0
    ]
