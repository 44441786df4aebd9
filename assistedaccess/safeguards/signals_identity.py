"""Signals about identity, ghosts, death and volume: A10 to A16, A36. Pure, as signals_payee."""

from __future__ import annotations

from .signals_seen import Seen, again


def ghosts(seen: Seen) -> float:
    """People without papers whom one helper registered and nobody else has seen (A10: from 4).

    At one address, or, wherever they live, of whom the money waits because nothing shows them.
    """
    if seen.kind not in ("register", "pay") or seen.ghosts_of_helper < 3:
        return 0.0
    if seen.kind == "pay" and seen.is_unconfirmed and seen.ghosts_of_helper >= 4:
        return 0.6
    if seen.newcomers_at_address >= 3:
        return 1.0
    return 0.5 if seen.ghosts_of_helper >= 6 and seen.has_no_identity else 0.0


def ghost_is_paid(seen: Seen) -> float:
    """Money for somebody without papers whom nobody but the payer has ever seen (A10)."""
    if seen.kind != "pay" or not seen.is_unconfirmed:
        return 0.0
    return min(1.0, 0.15 + 0.15 * seen.is_unreachable + 0.15 * seen.ghosts_of_helper)


def no_identity(seen: Seen) -> float:
    """Contact or payee of somebody who showed nothing and was not vouched for (A16)."""
    if not seen.has_no_identity or not seen.slips:
        return 0.0
    odd = 0.3 + 0.3 * (seen.kind == "change_payee" and not seen.name_fits)
    return again(seen.slips, odd + 0.2 * (seen.days_since_contact_change < 1))


def vouching_pair(seen: Seen) -> float:
    """Two who vouch for each other's newcomers, again and again (A10, careful)."""
    return min(1.0, seen.pair_vouches / 4) if seen.pair_vouches >= 3 else 0.0


def after_known_death(seen: Seen) -> float:
    """An act for somebody who is known to be dead (A12): money at once, the rest again."""
    if not seen.is_known_dead or seen.kind not in ("apply", "pay", "report_change"):
        return 0.0
    return again(seen.slips, 0.6 if seen.kind == "pay" else 0.3)


def after_death(seen: Seen) -> float:
    """Acts between a death and the day when it came to be known (A12): looked at on that day."""
    return min(1.0, 0.5 + 0.25 * (seen.acts_after_death - 1)) if seen.acts_after_death else 0.0


def sleeping_record(seen: Seen) -> float:
    """A record that slept for long gets a new payee (A13), more so under another name."""
    if seen.kind != "change_payee" or seen.days_since_reopened > 45:
        return 0.0
    odd = 0.1 + 0.1 * seen.reopened_by_same + 0.3 * (not seen.name_fits)
    return odd + 0.1 * seen.is_unconfirmed_act + 0.2 * (seen.days_since_contact_change < 45)


def reused_document(seen: Seen) -> float:
    """One paper for unrelated people, through one hand (A15)."""
    if seen.kind != "apply" or seen.people_on_document < 1 or seen.document_by_hand < 0.7:
        return 0.0
    return min(1.0, 0.4 + 0.2 * seen.people_on_document)


def paper_in_many_hands(seen: Seen) -> float:
    """One paper for three unrelated people within a month, through as many hands as there are (A15:
    a gang uses several desks); not what half a town hands in."""
    if seen.kind != "apply" or not 3 <= seen.document_in_30_days <= 12:
        return 0.0
    return 0.6


def landlord_by_one_hand(seen: Seen) -> float:
    """A landlord of many people whom one helper alone knows (A15)."""
    if seen.kind != "apply" or seen.people_on_landlord < 2 or seen.landlord_by_hand < 0.7:
        return 0.0
    return min(1.0, seen.people_on_landlord / 5) * seen.landlord_by_hand


def facts_that_change(seen: Seen) -> float:
    """Refused, and sent again with three or more material facts changed (A15); by habit."""
    if seen.facts_changed < 3:
        return 0.0
    return again(seen.slips, 0.3) + 0.2 * (seen.landlord_by_hand > 0.7)


def same_words(seen: Seen) -> float:
    """Near-equal words for unrelated people that nobody else uses (A36); not a desk's own words."""
    if seen.kind != "apply" or seen.text_in_7_days < 3 or seen.text_by_hand < 0.8:
        return 0.0
    return min(1.0, seen.text_in_7_days / 5) * seen.text_by_hand
