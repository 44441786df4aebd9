"""Signals about payees and money: A01 to A08, A39. Pure: from what was seen to a strength.

A strength is 0 where there is nothing, 1 where it is as the scenario has it, between where it is a
careful shade of that. Each number is the scenario's own, or said beside it.
"""

from __future__ import annotations

from .signals_seen import Seen

PAYS = ("change_payee", "pay", "apply")


def account_collects(seen: Seen) -> float:
    """One account for unrelated people, through few hands (A02: from the third person on).

    A landlord or a council is paid by many through many hands: the helper's share tells them apart.
    """
    if seen.kind not in PAYS or seen.people_on_account < 2 or seen.has_authority:
        return 0.0
    if seen.kind == "pay" and not seen.pays_new_payee:
        return 0.0  # who is paid out of somebody's money is another signal's
    if seen.people_on_account == 2 and seen.kind == "change_payee":
        return 0.0 if seen.name_fits and not seen.name_is_near else 0.45 * seen.account_by_hand
    return min(1.0, seen.people_on_account / 4) * seen.account_by_hand


def account_is_helpers(seen: Seen) -> float:
    """Somebody who helps gets the money (A01, A03, A08), where no authority says so."""
    if seen.kind not in ("change_payee", "pay") or not seen.account_is_helpers:
        return 0.0
    return 0.0 if seen.has_authority or seen.is_own_household else 1.0


def payee_without_name(seen: Seen) -> float:
    """The account bears another name, and nobody but the helper says why (A01, A03, A16).

    Stronger where the way to reach the person was changed shortly before (A13, A25).
    """
    if seen.kind != "change_payee" or seen.has_authority or seen.is_own_household:
        return 0.0
    if seen.is_towns_payee or (seen.name_fits and not seen.name_is_near):
        return 0.0
    odd = 0.25 if not seen.name_fits else 0.05
    odd += 0.2 * seen.is_unconfirmed_act
    odd += 0.35 * (seen.days_since_contact_change < 45)
    odd += 0.15 * (seen.call != "in_person") + 0.1 * seen.is_related
    odd += 0.15 * (seen.helper_bad_names >= 2) + 0.1 * (seen.digits_changed >= 3)
    return min(odd, 1.0)


def contact_then_payee(seen: Seen) -> float:
    """First the way to reach somebody, then where their money goes, by one hand (A13, A25)."""
    if seen.kind != "change_payee" or seen.days_since_contact_change > 45:
        return 0.0
    if seen.is_own_household or seen.has_authority:
        return 0.0
    odd = 0.1 + 0.2 * seen.contact_changed_by_same + 0.3 * (not seen.name_fits)
    return odd + 0.15 * seen.is_unconfirmed_act + 0.1 * seen.name_is_near


def payee_then_cash(seen: Seen) -> float:
    """A new payee whose name did not fit, and money to it soon after (A05)."""
    if seen.kind != "pay" or not seen.pays_new_payee or seen.days_since_payee_change > 12:
        return 0.0
    odd = 0.3 * (not seen.new_payee_fits) + 0.2 * (seen.days_since_payee_change < 1)
    odd += 0.2 * seen.is_urgent + 0.15 * seen.payee_changed_by_same
    return min(odd + 0.1 * (seen.amount >= 20_000), 1.0)


def split_payments(seen: Seen) -> float:
    """Parts under the line that are over it together, to one payee (A06: 500 pounds in 10 days)."""
    if seen.kind != "pay" or seen.largest_part >= 50_000 or seen.people_on_account > 3:
        return 0.0
    if seen.parts_in_10_days >= 3 and seen.pence_in_10_days > 50_000:
        return 1.0
    if seen.pence_in_10_days > 50_000 and seen.parts_in_10_days == 2:
        return 0.7
    return 0.5 if seen.pence_in_30_days > 75_000 and seen.largest_part < 50_000 else 0.0


def typo_that_is_none(seen: Seen) -> float:
    """A *correction* of the account that is another account, soon after (A07: over 2 digits)."""
    if seen.kind != "change_payee" or seen.digits_changed < 3 or seen.has_authority:
        return 0.0
    if seen.days_since_payee_change > 30 or (seen.name_fits and not seen.name_is_near):
        return 0.0
    odd = 0.2 + 0.2 * seen.payee_changed_by_same + 0.2 * (not seen.name_fits)
    return odd + 0.15 * seen.is_unconfirmed_act


def fee(seen: Seen) -> float:
    """A line for the one who helps (A08): a benefit cannot be assigned."""
    if not seen.is_fee_line:
        return 0.0
    return 1.0 if seen.account_is_helpers else min(1.0, 0.3 + 0.3 * seen.slips)


def small_sums(seen: Seen) -> float:
    """Small sums of several people to one account that hardly anybody else pays to (A08)."""
    if seen.kind != "pay" or seen.small_payments_by_hand < 3 or seen.people_on_account > 25:
        return 0.0
    return min(1.0, seen.small_payments_by_hand / 5) * seen.account_by_hand


def names_beside_peers(seen: Seen) -> float:
    """A helper whose people's accounts bear other names far oftener than everybody's.

    Compared as a Poisson count with what all helpers would have: three over, and three times it.
    """
    if seen.kind != "change_payee" or seen.name_fits or seen.has_authority:
        return 0.0
    over = seen.helper_bad_names / max(seen.helper_bad_names_expected, 0.3)
    if seen.helper_bad_names < 3 or over < 3:
        return 0.0
    return min(1.0, over / 8)


def stolen_sign_in(seen: Seen) -> float:
    """A new place and device, and at once where money goes (A39)."""
    if seen.kind not in ("change_payee", "change_contact", "represent"):
        return 0.0
    if not (seen.network_is_new and seen.device_is_new):
        return 0.0
    odd = 0.25 + 0.2 * (seen.hours_since_other_network < 2)
    return odd + 0.4 * (seen.kind == "change_payee" and not seen.name_fits)


def same_payees_in_a_week(seen: Seen) -> float:
    """Many new accounts at one branch, by one helper within a week (A36).

    Where others' people are paid there too, or most of this helper's are not, it is a bank that
    many have; where no two forms share their words, people who live in one town (L01: a variety of
    payees, texts). A world of the measure tells none of these.
    """
    if seen.branch_by_hand < 0.8 or seen.branch_share < 0.5 or not seen.branch_same_words:
        return 0.0
    return min(1.0, seen.branch_in_7_days / 8) if seen.branch_in_7_days >= 5 else 0.0
