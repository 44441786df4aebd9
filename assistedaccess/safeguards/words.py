"""The words for what this package names, for pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.kernel.money import spell_money

from .models import EstablishmentKind


@dataclass(frozen=True)
class Asked:
    """How a number is asked for, and what it does."""

    label: object
    hint: object


NUMBERS: dict[str, Asked] = {
    "people_on_account": Asked(
        _l("Households paid into one account"),
        _l("From this many on, a second person looks. Members of one household count once."),
    ),
    "confirmed_for_one": Asked(
        _l("Changes of account that one colleague confirms for one helper"),
        _l("From this many on within 90 days, a second person looks at the next all the same."),
    ),
    "people_on_contact": Asked(
        _l("Households with one telephone or email address"),
        _l("From this many on, a second person looks. Members of one household count once."),
    ),
    "money_days": Asked(
        _l("Days over which money is added up"), _l("For one person, whoever helps.")
    ),
    "money_line_pence": Asked(
        _l("Sum over which money waits, in pounds"),
        _l(
            "Out of the person’s money, to where they are paid, in cash or in goods, with what "
            "waits. Vouchers never wait for this."
        ),
    ),
    "identity_cluster": Asked(
        _l("People at one postcode whom one helper alone has seen"),
        _l("From this many on, a second person looks before money is paid."),
    ),
    "new_days": Asked(
        _l("Days for which a record, an address or a contact is new"),
        _l("What is older counts as known before."),
    ),
    "dormant_record_days": Asked(
        _l("Days after which a record counts as asleep"),
        _l("New contact details and a new account together are then looked at."),
    ),
    "dormant_account_days": Asked(
        _l("Days after which a helper’s account counts as asleep"),
        _l("For a week after that, a second person looks at what is risky."),
    ),
    "facts_changed": Asked(
        _l("Answers that contradict the claim before"),
        _l("From this many on, where the money goes waits. The claim is sent."),
    ),
    "facts_days": Asked(
        _l("Days within which a claim counts as the one before"), _l("For the same service.")
    ),
    "glass_times": Asked(
        _l("Records opened for a concern, of which nothing came"),
        _l("From this many on, a second person looks first. A risk to life always opens."),
    ),
    "glass_days": Asked(_l("Days within which these are counted"), _l("For one helper.")),
    "device_hours": Asked(
        _l("Hours within which two devices of one account are looked at"),
        _l("Signing in and reading go on."),
    ),
    "place_minutes": Asked(
        _l("Minutes within which two places of one account are looked at"),
        _l("Where the second is new to it. Signing in and reading go on."),
    ),
    "device_known_days": Asked(
        _l("Days after which a device or a place is usual"), _l("Since it was first used.")
    ),
}

KINDS: dict[str, object] = {
    EstablishmentKind.CARE_HOME: _l("Care home"),
    EstablishmentKind.HOSTEL: _l("Hostel"),
    EstablishmentKind.DAY_CENTRE: _l("Day centre"),
    EstablishmentKind.CORPORATE_APPOINTEE: _l("Corporate appointee"),
}


def spell(name: str, number: int) -> str:
    """A number as the page shows it: money in pounds."""
    return spell_money(number) if name.endswith("_pence") else str(number)


def spell_account(ends: str | None) -> str:
    """Enough of an account to tell two apart."""
    return _("account ending in %(digits)s", digits=ends) if ends else _("None")
