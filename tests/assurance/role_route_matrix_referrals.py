"""Which role may open the pages of referrals and of the places that people are referred to."""

from __future__ import annotations

OF_REFERRALS: dict[str, str] = {
    "casework.accept_referral": "site:work",
    "casework.add_place": "place:keep",
    "casework.change_place": "place:keep",
    "casework.list_calculators": "service:view",
    "casework.list_places": "organisation:view",
    "casework.list_referrals": "today:view",
    "casework.make_referral": "site:work",
    "casework.print_referral": "today:view",
    "casework.record_benefits_check": "case:change",
    "casework.record_referral_in": "site:work",
    "casework.remove_place": "place:keep",
    "casework.return_referral": "site:work",
    "casework.say_arrived": "site:work",
    "casework.view_referral_in": "today:view",
    "casework.view_referral": "today:view",
    "casework.withdraw_referral": "site:work",
}
