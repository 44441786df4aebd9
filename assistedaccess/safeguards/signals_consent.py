"""Signals about consent: A17 to A29. Pure, as signals_payee."""

from __future__ import annotations

from .signals_seen import Seen, again

POWERS = ("represent", "change_payee")


def consent_after_act(seen: Seen) -> float:
    """A yes that was recorded after what it allows (A17). Once it is paper; again, a habit."""
    return again(seen.slips, 0.35) if seen.minutes_recorded_late > 10 else 0.0


def dead_authority(seen: Seen) -> float:
    """On a yes that was taken back, has run out, or says something else (A18, A19, A20).

    What was taken back weighs at once: somebody said no. A yes that ran out is overlooked at times.
    """
    if seen.consent_state == "withdrawn":
        return 0.9
    return again(seen.slips, 0.35) if seen.consent_state in ("expired", "out_of_scope") else 0.0


def new_yes_after_no(seen: Seen) -> float:
    """Days after a person took their yes back, a new one that nothing confirms (A18, careful)."""
    if seen.kind != "consent" or seen.days_since_withdrawn > 8 or not seen.is_unconfirmed_act:
        return 0.0
    return again(seen.slips, 0.3 + 0.1 * seen.withdrawn_at_other_desk)


def same_signature(seen: Seen) -> float:
    """One picture of a signature, or near it, for unrelated people by one helper (A22).

    A plain cross is made by many, before many: it is nobody's picture.
    """
    if seen.people_on_signature >= 1:
        return 1.0
    if seen.people_near_signature < 1 or seen.near_by_hand < 0.7:
        return 0.0
    return min(1.0, 0.3 + 0.2 * seen.people_near_signature)


def other_text_signed(seen: Seen) -> float:
    """Signed is another text than was shown (A23); more so where it gives a power."""
    if not seen.text_differs:
        return 0.0
    return again(seen.slips, 0.7 if seen.kind == "represent" else 0.35)


def text_not_understood(seen: Seen) -> float:
    """Shown in a language that is not the person's, without an interpreter (A23, careful)."""
    if not seen.language_differs or seen.kind not in ("represent", "consent"):
        return 0.0
    return again(seen.slips, 0.6 if seen.kind == "represent" else 0.2)


def power_to_who_sits_beside(seen: Seen) -> float:
    """A partner beside, and no moment alone before the power (A24), or the money under no name."""
    if seen.kind not in POWERS or not seen.partner_beside or seen.has_authority:
        return 0.0
    if seen.kind == "represent":
        return 0.6 if seen.no_private_moment else 0.0
    odd = 0.1 + 0.4 * (seen.days_since_represented < 90)
    return odd + 0.3 * (not seen.name_fits) + 0.1 * seen.name_is_near


def power_to_representative(seen: Seen) -> float:
    """Power first and the money soon after, by one hand (A23, A24, A25)."""
    if seen.kind != "change_payee" or seen.days_since_represented > 75 or seen.has_authority:
        return 0.0
    odd = 0.1 + 0.2 * (seen.days_since_represented < 2) + 0.2 * seen.represented_by_same
    odd += 0.3 * (not seen.name_fits) + 0.2 * seen.partner_represents
    return min(1.0, odd)


def power_by_telephone(seen: Seen) -> float:
    """Power or payee by a call that came in, or by one back to a new number (A25)."""
    if seen.kind not in POWERS or seen.call not in ("inbound", "called_back"):
        return 0.0
    odd = 0.3 if seen.call == "inbound" else 0.1 + 0.4 * (seen.days_since_contact_change < 45)
    odd += 0.3 * (seen.kind == "change_payee" and not seen.name_fits)
    odd += 0.2 * (seen.days_since_represented < 2) + 0.2 * (seen.slips > 1)
    return min(1.0, odd)


def phone_collects(seen: Seen) -> float:
    """One number for unrelated people, through one hand (A27: from the fourth on; two may be a
    couple of whom the record does not say that they are one, L08)."""
    if seen.kind != "change_contact" or seen.people_on_phone < 3 or seen.is_related:
        return 0.0
    return min(1.0, seen.people_on_phone / 4) * seen.phone_by_hand


def phone_is_helpers(seen: Seen) -> float:
    """The number of somebody who helps stands as the person's (A27)."""
    return 1.0 if seen.kind == "change_contact" and seen.phone_is_helpers else 0.0


def capacity_by_nobody(seen: Seen) -> float:
    """Doubt about capacity without a named assessor (A29)."""
    return again(seen.slips, 0.45) if seen.kind == "capacity" and seen.no_assessor else 0.0


def one_assessor(seen: Seen) -> float:
    """The same assessor for one helper's people, and nobody else's (A29, careful)."""
    if seen.kind != "capacity" or seen.people_of_assessor < 1:
        return 0.0
    return min(1.0, 0.4 + 0.3 * seen.people_of_assessor) * seen.assessor_by_hand


def out_of_hours(seen: Seen) -> float:
    """A yes or a payee when the desk was shut, and nobody says that the person was there (A17)."""
    if not seen.is_out_of_hours or seen.kind not in ("consent", "represent", "change_payee"):
        return 0.0
    odd = 0.25 + 0.25 * (seen.call == "") + 0.2 * (seen.kind != "consent")
    return min(1.0, odd + 0.15 * (seen.slips - 1))


def person_said_no(seen: Seen) -> float:
    """Somebody answers that this was not theirs; more so where others of the helper did too."""
    return min(1.0, 0.6 + 0.2 * (seen.noes_of_helper - 1)) if seen.said_no else 0.0
