"""Signals about looking without need: A30 to A35. Pure: from what was seen to a strength."""

from __future__ import annotations

from .signals_seen import SeenLook


def unexplained_near(look: SeenLook) -> float:
    """Nothing explains the look, and helper and person are near each other (A30)."""
    if look.is_explained or look.kind != "open":
        return 0.0
    return 1.0 if look.is_near else 0.0


def unexplained_again(look: SeenLook) -> float:
    """The same helper at the same person again, and nothing explains it (A30)."""
    if look.is_explained or look.unexplained_at_same < 2:
        return 0.0
    return min(1.0, 0.4 + 0.2 * look.unexplained_at_same)


def own_record(look: SeenLook) -> float:
    """Somebody opens their own record (A31)."""
    return 1.0 if look.is_own else 0.0


def surge(look: SeenLook) -> float:
    """Many look at one person within two days, and nothing explains it (A32)."""
    if look.is_explained or look.unexplained_of_person_in_2_days < 2:
        return 0.0
    return min(1.0, look.unexplained_of_person_in_2_days / 5 + 0.2 * look.is_notable)


def searches_that_open_nothing(look: SeenLook) -> float:
    """Name after name, and nothing opened (A33)."""
    if look.kind != "search" or look.searches_in_a_day < 10:
        return 0.0
    share = 1 - look.searches_opened / look.searches_in_a_day
    return min(1.0, look.searches_in_a_day / 25) * share if share > 0.7 else 0.0


def searches_over_weeks(look: SeenLook) -> float:
    """A few names a day of which nothing is opened, week after week (A33, careful).

    Half of what the helper searches for, at least: who is asked at a counter whether somebody is
    known opens most of them, or registers them.
    """
    if look.kind != "search" or look.searches_in_a_day <= look.searches_opened:
        return 0.0
    if look.searches_unused_in_60_days < 25 or look.searches_unused_share < 0.5:
        return 0.0
    return min(1.0, look.searches_unused_in_60_days / 50)


def own_street(look: SeenLook) -> float:
    """Search upon search of one street, or of the helper's own (A33)."""
    if look.kind != "search" or look.same_street_in_7_days < 5:
        return 0.0
    return min(1.0, look.same_street_in_7_days / 12) * (1.0 if look.is_own_street else 0.6)


def broken_glass(look: SeenLook) -> float:
    """Glass was broken, and no case came of it; more so where it is not the first (A35)."""
    if not look.broke_glass or look.is_explained:
        return 0.0
    return min(1.0, 0.2 + 0.25 * look.glass_in_7_days)


def looks_at_random(look: SeenLook) -> float:
    """A helper with many unexplained looks in a week, at whomever."""
    if look.is_explained or look.unexplained_of_helper_in_7_days < 4:
        return 0.0
    return min(1.0, look.unexplained_of_helper_in_7_days / 8)
