"""Signals about credentials, approvers and administrators: A38 to A48. Pure, as signals_payee."""

from __future__ import annotations

from .signals_seen import Seen


def after_leaving(seen: Seen) -> float:
    """An act of somebody who has left (A38)."""
    return 1.0 if seen.has_left else 0.0


def own_review(seen: Seen) -> float:
    """Who decides is who asked, under another account (A41)."""
    return 1.0 if seen.is_own_review else 0.0


def one_pair(seen: Seen) -> float:
    """One reviewer for one helper, far more than a draw would have it, and hardly a no (A42).

    One no in five is looking; a rarer one does not clear a pair that is quick three times in four,
    or that has nine in ten of a helper's cases (A42) where three and more are drawn.
    """
    if seen.kind != "review" or seen.pair_reviews < 2:
        return 0.0
    if seen.pair_refused * 5 > seen.pair_reviews:
        return 0.0
    is_drawn_by_nobody = (
        seen.pair_reviews >= 6 and seen.pair_share >= 0.9 and seen.reviewers_drawn >= 3
    )
    least = 0.6 if is_drawn_by_nobody else 0.0
    if seen.pair_refused:
        is_quick = seen.pair_reviews >= 5 and seen.pair_quick * 4 >= seen.pair_reviews * 3
        return 0.6 if is_quick else least
    if seen.pair_share < 0.4 and seen.pair_reviews < 3:
        return 0.0
    odd = 0.15 * min(seen.pair_reviews, 3) + 0.4 * seen.pair_quick / seen.pair_reviews
    return max(least, min(1.0, odd))


def quick_review(seen: Seen) -> float:
    """Released faster than anybody can read, again and again (A42: under 20 seconds)."""
    if seen.kind != "review" or seen.review_seconds >= 20:
        return 0.0
    return min(1.0, 0.2 + 0.2 * seen.slips)


def silenced_before(seen: Seen) -> float:
    """Letters were stopped, and then the payee changed (A44).

    By the same helper: power and a contact point too, and for as long as somebody else's wish may
    last (people.rules_silence.LONGEST); of the payee, as long as no way is left to tell the person.
    Stopping alone is what somebody in danger asks for.
    """
    if seen.is_told_nothing and seen.kind == "change_payee":
        return 0.9
    if seen.notice_stopped_by_same and seen.kind in ("change_payee", "represent", "change_contact"):
        return 0.9 if seen.days_since_notice_stopped < 90 else 0.0
    if seen.kind not in ("change_payee", "review", "represent"):
        return 0.0
    return 0.9 if seen.days_since_notice_stopped < 14 else 0.0


def reviewer_took_part(seen: Seen) -> float:
    """Who decides had a hand in it days before (A44)."""
    return 0.9 if seen.kind == "review" and seen.reviewer_touched_person else 0.0


def own_grant(seen: Seen) -> float:
    """A role to oneself (A45)."""
    return 1.0 if seen.is_own_grant else 0.0


def role_for_a_moment(seen: Seen) -> float:
    """A role that was given, used and taken back within a day (A45), or for one helper alone.

    Cover for a colleague's night or leave decides for whoever comes (A45, on-call cover). Over a
    week or so that may be one act of one helper, which is nobody's friend yet; two of one are.
    """
    if seen.kind != "grant_role" or seen.grant_hours > 30 * 24:
        return 0.0
    if seen.grant_hours < 24 and seen.grant_uses:
        return 1.0
    is_for_one = seen.grant_askers == 1
    if seen.grant_hours > 80:
        return 0.5 if is_for_one and seen.grant_uses > 1 else 0.0
    return 0.6 if is_for_one else 0.3


def setting_changed(seen: Seen) -> float:
    """What others are held by is another number from now on (A48): rare enough to be looked at."""
    return 0.5 if seen.setting_is_new else 0.0


def setting_there_and_back(seen: Seen) -> float:
    """A threshold that was looser for a while, or is changed at night (A48)."""
    if seen.kind != "change_setting":
        return 0.0
    if seen.setting_hours < 15 * 24:
        return 1.0 if seen.setting_hours < 48 else 0.7
    return 0.6 if seen.is_night else 0.0


def under_loose_settings(seen: Seen) -> float:
    """Payees on the day when a threshold had been loosened (A48)."""
    if seen.kind != "change_payee" or not seen.setting_is_fresh or seen.name_fits:
        return 0.0
    return 0.3 + 0.1 * min(seen.risky_acts_in_a_day, 5)


def burst_of_risk(seen: Seen) -> float:
    """One helper changes payees again and again within a day, under other names (A02, A39)."""
    if seen.kind != "change_payee" or seen.risky_acts_in_a_day < 4 or seen.has_authority:
        return 0.0
    if seen.name_fits:
        return 0.0
    return min(1.0, seen.risky_acts_in_a_day / 8)
