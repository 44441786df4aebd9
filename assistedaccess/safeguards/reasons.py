"""Every reason code of this package's controls, in one place (docs/controls.md says what each is).

Codes of the features' own controls stand where their rules are: applications.rules_payee,
applications.rules_payments, rules_refunds and rules_emergency, delegation.rules and rules_legal,
people.rules_silence and rules_death, organisations.service_roles, consent.service_policy.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why an act is held or refused; the same word in the journal, in rehearsals and in tests."""

    # payee
    ACCOUNT_SHARED = "account_shared"
    PAYEE_IS_CHARGE = "payee_is_charge"
    PAYEE_NAME = "payee_name"
    PAYEE_WAITS = "payee_waits"
    PAYEE_ELSEWHERE = "payee_elsewhere"
    PAYEE_AFTER_CONTACT = "payee_after_contact"
    PAYEE_CHANGED = "payee_changed"
    PAYEE_IS_SOMEBODY_ELSE = "payee_is_somebody_else"
    PAYEE_OF_RESIDENT = "payee_of_resident"
    PAYEE_BY_INBOUND_CALL = "payee_by_inbound_call"
    PAYEE_BY_CALL = "payee_by_call"
    MONEY_OVER_LINE = "money_over_line"

    # identity
    IDENTITY_UNCONFIRMED = "identity_unconfirmed"
    IDENTITY_CLUSTER = "identity_cluster"
    IDENTITY_NOT_SHOWN = "identity_not_shown"
    RECORD_DORMANT = "record_dormant"
    FACTS_CHANGED = "facts_changed"

    # consent and contact
    CONTACT_SHARED = "contact_shared"
    CONTACT_BY_INBOUND_CALL = "contact_by_inbound_call"
    CONTACT_BY_FAMILY = "contact_by_family"
    CONTACT_WITHOUT_PERSON = "contact_without_person"

    # looking
    GLASS_BROKEN_OFTEN = "glass_broken_often"

    # volume, time and place
    ACCOUNT_DORMANT = "account_dormant"
    DEVICE_UNUSUAL = "device_unusual"
    PLACE_UNUSUAL = "place_unusual"

    # people in power
    REVIEWER_CHANGES_CONTACT = "reviewer_changes_contact"
    SETTINGS_SECOND_HUMAN = "settings_second_human"
    ESTABLISHMENT_SECOND_HUMAN = "establishment_second_human"
