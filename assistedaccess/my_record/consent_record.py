"""A consent as a JSON record by ISO/IEC TS 27560:2023, clause 6.3 (docs/consent-record.md).

The consent is authority to act. It is not the lawful basis of the processing, which the
organisation has by its own function; the record says so rather than borrow a name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistedaccess.consent.rules import Mode
from assistedaccess.consent.service_viewing import ConsentView

SCHEMA = "ISO/IEC TS 27560:2023"
LAWFUL_BASIS = (
    "The organisation's own function (UK GDPR, Article 6(1)(e) or (f)). This record is evidence of "
    "authority to act, not the lawful basis."
)
RIGHTS = ("access", "rectification", "erasure", "restriction", "objection", "withdrawal")

REQUIRED: dict[str, tuple[str, ...]] = {
    "header": ("schema_version", "record_id", "pii_principal_id"),
    "pii_processing": (
        "privacy_notice",
        "language",
        "purposes",
        "pii_controllers",
        "collection_method",
        "storage_locations",
        "retention_period",
        "withdrawal_method",
        "privacy_rights",
        "jurisdictions",
    ),
    "party_identification": ("party_id", "party_name", "party_role", "party_contact"),
    "event": ("event_time", "validity_duration", "entity_id", "event_type", "event_state"),
}
"""The fields without which a section is not whole; a list is whole where each of its items is."""


def make_record(
    consent: ConsentView,
    *,
    state: str,
    entry: int | None,
    address: str,
    telephone: str,
    jurisdiction: str,
) -> dict[str, Any]:
    """The record of one consent. ``address`` is the installation's, without a slash at its end.

    ``state``: valid, ended or not begun, today; ``entry``: its number in the sealed journal.
    """
    return {
        "header": {
            "schema_version": SCHEMA,
            "record_id": consent.reference,
            "pii_principal_id": consent.person_reference,
        },
        "pii_processing": {
            "privacy_notice": f"{address}/privacy",
            "language": consent.language,
            "notice_text_hash": f"sha-256:{consent.statement.text_hash}",
            "notice_version": consent.statement.version,
            "purposes": [
                {
                    "purpose": consent.purpose or ", ".join(consent.services),
                    "purpose_type": consent.mode,
                    "lawful_basis": LAWFUL_BASIS,
                    "services": list(consent.services),
                    "powers": list(consent.powers),
                    "pii_information": [
                        {
                            "pii_type": "what the forms of these services ask",
                            "pii_optional": False,
                            "sensitive_pii_category": True,
                        }
                    ],
                }
            ],
            "pii_controllers": [consent.organisation_name],
            "collection_method": consent.way,
            "storage_locations": ["United Kingdom"],
            "retention_period": "as long as the organisation's retention schedule says",
            "withdrawal_method": "at any desk, by telephone or online; no reason is asked",
            "privacy_rights": list(RIGHTS),
            "jurisdictions": [jurisdiction],
        },
        "party_identification": [
            {
                "party_id": consent.organisation_name,
                "party_name": consent.organisation_name,
                "party_role": "PII controller",
                "party_contact": telephone or address,
            },
            {
                "party_id": consent.person_reference,
                "party_name": consent.person_name,
                "party_role": "PII principal",
                "party_contact": "as the organisation holds it",
            },
            {
                "party_id": consent.holder_name,
                "party_name": consent.holder_name,
                "party_role": (
                    "assists" if consent.mode == Mode.ASSISTING else "represents the principal"
                ),
                "party_contact": telephone or address,
            },
        ],
        "event": [
            {
                "event_time": _spell(consent.recorded_at),
                "validity_duration": f"until {consent.until_on.isoformat()}",
                "entity_id": consent.person_reference,
                "event_type": "explicit",
                "event_state": "consent given",
                "strength": consent.strength,
                "reasons": list(consent.reasons),
            },
            *_withdrawal(consent),
        ],
        "current_state": state,
        "journal_entry": entry,
    }


def _withdrawal(consent: ConsentView) -> list[dict[str, Any]]:
    if consent.withdrawn_at is None:
        return []
    return [
        {
            "event_time": _spell(consent.withdrawn_at),
            "validity_duration": "none",
            "entity_id": consent.person_reference,
            "event_type": "explicit",
            "event_state": "consent withdrawn",
            "how": consent.withdrawn_how or "",
        }
    ]


def _spell(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def find_missing(record: dict[str, Any]) -> list[str]:
    """The required fields that are not there or empty: none, in a record that is whole."""
    missing = []
    for section, fields in REQUIRED.items():
        found = record.get(section)
        for item in found if isinstance(found, list) else [found or {}]:
            missing += [f"{section}.{name}" for name in fields if not item.get(name)]
    return missing
