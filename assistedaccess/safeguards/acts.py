"""The acts that the rules look at, by what they put at risk."""

from __future__ import annotations

from assistedaccess.applications import rules_emergency, rules_payee, rules_payments, rules_refunds
from assistedaccess.delegation.rules import GRANT
from assistedaccess.delegation.rules_legal import RECORD_INSTRUMENT

SUBMIT = "applications.submit_application"
KEEP = rules_payee.KEEP
CHANGE = rules_payee.CHANGE
PAYEE = frozenset({CHANGE, KEEP, SUBMIT})
"""Where somebody's money goes: of a claim, its account alone waits, never the claim."""

FIRST_PAYEE = frozenset({KEEP, SUBMIT})
"""The account that a claim names itself."""

ADD_CONTACT = "people.add_contact_point"
CHANGE_CONTACT = "people.change_contact_point"
CHANGE_ADDRESS = "people.change_address"
REGISTER = "people.register_person"
NEW_CONTACT = frozenset({ADD_CONTACT, CHANGE_CONTACT, REGISTER})
CONTACT = frozenset(
    {
        ADD_CONTACT,
        CHANGE_CONTACT,
        CHANGE_ADDRESS,
        "people.mark_contact_point_unsafe",
        "people.end_contact_point",
    }
)
SILENCE = "people.set_safe_contact"
BREAK_GLASS = "people.break_glass"
MONEY = frozenset({rules_payments.TAKE, rules_emergency.GIVE})
POWER = frozenset({GRANT, RECORD_INSTRUMENT})
RISKY = PAYEE | (CONTACT - {ADD_CONTACT}) | POWER | {rules_refunds.REFUND}
"""What a stolen or forgotten account would be used for."""
RISKY_FROM_AFAR = RISKY | {ADD_CONTACT}
"""And of one that may be in other hands: what they add is where the next code goes."""
