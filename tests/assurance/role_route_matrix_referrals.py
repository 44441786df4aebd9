"""Which role may open the pages of referrals and of the places that people are referred to."""

from __future__ import annotations

OF_REFERRALS: dict[str, str] = {
    "casework.accept_referral": "case:change",
    "casework.add_place": "place:keep",
    "casework.change_place": "place:keep",
    "casework.list_calculators": "service:view",
    "casework.list_places": "organisation:view",
    "casework.list_referrals": "case:view",
    "casework.make_referral": "case:change",
    "casework.print_referral": "case:view",
    "casework.record_benefits_check": "case:change",
    "casework.record_referral_in": "case:change",
    "casework.remove_place": "place:keep",
    "casework.return_referral": "case:change",
    "casework.say_arrived": "case:change",
    "casework.view_referral_in": "case:view",
    "casework.view_referral": "case:view",
    "casework.withdraw_referral": "case:change",
}
