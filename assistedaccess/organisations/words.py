"""The words for what this package names, for pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from assistedaccess.accounts.rules_alarms import Alarm

from .rules import (
    CheckLevel,
    Course,
    MembershipKind,
    Nation,
    OrganisationKind,
    RegulatedHelp,
)
from .service_interests import InterestKind, Relation

KINDS: dict[str, object] = {
    OrganisationKind.COUNCIL: _l("Council"),
    OrganisationKind.LIBRARY: _l("Library"),
    OrganisationKind.CHARITY: _l("Charity"),
    OrganisationKind.CARE_HOME: _l("Care home"),
    OrganisationKind.DEPARTMENT: _l("Government department"),
}

NATIONS: dict[str, object] = {
    Nation.ENGLAND: _l("England"),
    Nation.WALES: _l("Wales"),
    Nation.SCOTLAND: _l("Scotland"),
    Nation.NORTHERN_IRELAND: _l("Northern Ireland"),
}

MEMBERSHIP_KINDS: dict[str, object] = {
    MembershipKind.STAFF: _l("Staff"),
    MembershipKind.VOLUNTEER: _l("Volunteer"),
    MembershipKind.FAMILY: _l("Family helper"),
}

MEMBERSHIP_HINTS: dict[str, object] = {
    MembershipKind.STAFF: _l("They work for the organisation."),
    MembershipKind.VOLUNTEER: _l("They help without pay."),
    MembershipKind.FAMILY: _l("They help up to five relatives or friends. You sponsor them."),
}

COURSES: dict[str, object] = {
    Course.ASSISTED_ACCESS: _l("Using this service"),
    Course.DATA_PROTECTION: _l("Data protection"),
    Course.SAFEGUARDING_ADULTS: _l("Safeguarding adults"),
    Course.CONSENT_AND_CAPACITY: _l("Consent and mental capacity"),
    Course.HANDLING_MONEY: _l("Handling other people's money"),
}

REGULATED_HELP: dict[str, object] = {
    RegulatedHelp.IMMIGRATION: _l("Immigration advice"),
    RegulatedHelp.DEBT: _l("Debt advice"),
}

_CHECKS: dict[str, object] = {
    CheckLevel.BASIC: _l("Basic check"),
    CheckLevel.STANDARD: _l("Standard check"),
    CheckLevel.ENHANCED: _l("Enhanced check"),
    CheckLevel.ENHANCED_WITH_BARRED_LIST: _l("Enhanced check with the adults' barred list"),
}

# Disclosure (Scotland) Act 2020, as in force since 1 April 2025 (Disclosure Scotland, levels).
_CHECKS_IN_SCOTLAND: dict[str, object] = {
    CheckLevel.BASIC: _l("Level 1 disclosure"),
    CheckLevel.STANDARD: _l("Level 2 disclosure"),
    CheckLevel.ENHANCED: _l("Level 2 disclosure with barred list check"),
    CheckLevel.ENHANCED_WITH_BARRED_LIST: _l("PVG scheme membership"),
}


def check_words(nation: str) -> dict[str, object]:
    """What the levels of check are called in that nation."""
    return _CHECKS_IN_SCOTLAND if nation == Nation.SCOTLAND else _CHECKS


CHECK_ISSUERS: dict[str, object] = {
    Nation.ENGLAND: _l("Disclosure and Barring Service (DBS)"),
    Nation.WALES: _l("Disclosure and Barring Service (DBS)"),
    Nation.SCOTLAND: _l("Disclosure Scotland"),
    Nation.NORTHERN_IRELAND: _l("AccessNI"),
}

INTEREST_KINDS: dict[str, object] = {
    InterestKind.RELATIVE: _l("Relatives and friends"),
    InterestKind.BANK_ACCOUNT: _l("Your own bank accounts"),
    InterestKind.CONTACT_POINT: _l("Your own phone numbers and email addresses"),
}

INTEREST_COUNTS: dict[str, object] = {
    InterestKind.RELATIVE: _l("Relatives and friends"),
    InterestKind.BANK_ACCOUNT: _l("Own bank accounts"),
    InterestKind.CONTACT_POINT: _l("Own phone numbers and email addresses"),
}

RELATIONS: dict[str, object] = {
    Relation.PARTNER: _l("Husband, wife or partner"),
    Relation.PARENT: _l("Parent"),
    Relation.CHILD: _l("Child"),
    Relation.SIBLING: _l("Brother or sister"),
    Relation.OTHER_FAMILY: _l("Other family"),
    Relation.HOUSEHOLD: _l("Lives in the same household"),
    Relation.FRIEND: _l("Close friend"),
}

WEEKDAYS: dict[str, object] = {
    "monday": _l("Monday"),
    "tuesday": _l("Tuesday"),
    "wednesday": _l("Wednesday"),
    "thursday": _l("Thursday"),
    "friday": _l("Friday"),
    "saturday": _l("Saturday"),
    "sunday": _l("Sunday"),
}

# State of a membership: the word, and the colour of its tag.
STATES: dict[str, tuple[object, str]] = {
    "live": (_l("May act"), "green"),
    "missing": (_l("Something is missing"), "yellow"),
    "not_started": (_l("Not started"), "grey"),
    "suspended": (_l("Suspended"), "red"),
    "ended": (_l("Ended"), "grey"),
}

ALARMS: dict[str, tuple[object, object]] = {
    Alarm.MANY_FAILURES: (
        _l("Many wrong passwords or codes"),
        _l("Ask them whether it was they. If not, somebody is guessing: have them change it."),
    ),
    Alarm.FROM_ONE_ADDRESS: (
        _l("Very many tries from one place"),
        _l("Somebody tries many accounts. Ask whether all is well, and tell your IT people."),
    ),
    Alarm.NEW_AFTER_FAILURES: (
        _l("Signed in from a new place, after wrong tries"),
        _l("Call them on the number that you know. If it was not they, suspend them at once."),
    ),
    Alarm.RECOVERY_USED: (
        _l("Was let in again after something was lost"),
        _l("Ask them whether it was they. If it was not, suspend them at once."),
    ),
    Alarm.FACTOR_VOUCHED: (
        _l("A manager vouched for them: their second proof was lost"),
        _l("Ask that manager how they made sure. Nobody vouches for a voice they do not know."),
    ),
    Alarm.COPIED_KEY: (
        _l("There may be a copy of their passkey"),
        _l("Ask where the key was. They remove it and change their password."),
    ),
}
"""What a sign of a break-in is, and what a manager does about it."""
