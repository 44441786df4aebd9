"""What may stand in the world of a rehearsal before its first step."""

from __future__ import annotations

from assistedaccess.access import Role
from assistedaccess.organisations.rules import (
    CheckLevel,
    Course,
    MembershipKind,
    Nation,
    OrganisationKind,
)
from assistedaccess.organisations.service_interests import Relation
from assistedaccess.people.rules import EvidenceKind, Format, Hearing, Housing, IdentityLevel
from assistedaccess.people.rules_routes import PointKind
from assistedaccess.safeguards.models import EstablishmentKind

from .kinds import (
    ACCOUNT,
    ADDRESS,
    BANK,
    BORN,
    DAY,
    MONEY,
    NUMBER,
    ORGANISATION,
    POINT,
    SITE,
    SPAN,
    TEXT,
    TONGUE,
    YES,
    Kind,
    choice,
    many,
    named,
    record,
)

SITE_FIELDS = record(
    "a site",
    {
        "name": TEXT,
        "address": TEXT,
        "phone": TEXT,
        "hours": record(
            "opening hours by day, such as monday: 09:30-17:00",
            {
                day: many(TEXT)
                for day in (
                    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
                )
            },
        ),
    },
    ("name",),
)  # fmt: skip

ORGANISATION_FIELDS = record(
    "an organisation",
    {
        "name": TEXT,
        "kind": choice(OrganisationKind),
        "nation": choice(Nation),
        "sites": many(SITE_FIELDS),
        "is_pool": YES,
        "required_courses": many(choice(Course)),
        "required_check": choice(CheckLevel),
        "audits": many(ORGANISATION),
    },
    ("name",),
)

RELATED = record(
    "a relation: to whom, and how",
    {"to": TEXT, "as": choice(Relation)},
    ("to", "as"),
)

ACCOUNT_FIELDS = record(
    "an account",
    {
        "name": TEXT,
        "email": TEXT,
        "organisation": ORGANISATION,
        "sites": many(SITE),
        "roles": many(choice(Role)),
        "kind": choice(MembershipKind),
        "same_human_as": ACCOUNT,
        "starts_on": DAY,
        "ends_on": DAY,
        "check": choice((*CheckLevel, "none")),
        "courses": many(choice(Course)),
        "bank_accounts": many(BANK),
        "contact_points": many(TEXT),
        "relations": many(RELATED),
        "is_person": TEXT,
        "rests": YES,
        "device": TEXT,
        "network": TEXT,
    },
    ("name",),
)

IDENTITY = record(
    "evidence of who somebody is",
    {
        "kind": choice(EvidenceKind),
        "level": choice(IdentityLevel),
        "seen": TEXT,
        "by": ACCOUNT,
    },
    ("kind", "level"),
)

PERSON_FIELDS: dict[str, Kind] = {
    "known_as": TEXT,
    "birth_date": BORN,
    "nation": choice(Nation),
    "housing": choice(Housing),
    "address": ADDRESS,
    "hides_address": YES,
    "letters_are_safe": YES,
    "national_insurance_number": TEXT,
    "contact_points": many(POINT),
    "language": choice(("en", "cy")),
    "spoken_language": TONGUE,
    "needs_interpreter": YES,
    "formats": many(choice(Format)),
    "support_needs": TEXT,
    "hearing": many(choice(Hearing)),
    "contact_is_unsafe": YES,
    "no_messages_left": YES,
    "no_paper_at_home": YES,
    "preferred_contact": choice(PointKind),
    "best_times": TEXT,
    "safe_words": TEXT,
}
"""What register_person takes, as far as it can be written."""

PERSON_ENTRY = record(
    "a person",
    {
        "name": TEXT,
        "as": TEXT,
        "registered_by": ACCOUNT,
        "registered": SPAN,
        **PERSON_FIELDS,
        "identity": many(IDENTITY),
        "private_moment": record(
            "a private moment, with the sign that was agreed",
            {"by": ACCOUNT, "word": TEXT, "card": YES},
        ),
        "is_protected": YES,
        "access_card": YES,
    },
    ("name",),
)

ESTABLISHMENT = record(
    "an establishment that two humans have verified",
    {
        "name": TEXT,
        "kind": choice(EstablishmentKind),
        "organisation": ORGANISATION,
        "postcode": TEXT,
        "account": BANK,
        "telephone": TEXT,
    },
    ("name",),
)

FUND = record(
    "the terms of the fund that gives emergency help, where they are others than the catalogue’s",
    {
        "most": MONEY,
        "within_days": NUMBER,
        "at_once": MONEY,
    },
    ("most", "within_days", "at_once"),
)

LINE = "line"
"""Where an entry of the world stands in its file."""

WORLD: dict[str, Kind] = {
    "organisations": ORGANISATION_FIELDS,
    "accounts": ACCOUNT_FIELDS,
    "establishments": ESTABLISHMENT,
    "people": PERSON_ENTRY,
    "fund": FUND,
}
"""The parts of a rehearsal's world, in the order in which they are made."""

THING = {
    sort: named(sort, f"what “as” has named: {words}")
    for sort, words in {
        "case": "a case",
        "hand_over": "a case that is offered",
        "referral": "a referral",
        "appointment": "an appointment",
        "application": "an application",
        "change": "a change report",
        "payee_change": "new payment details",
        "request": "what a person is asked",
        "consent": "a consent",
        "delegation": "a delegation",
        "payment": "a payment",
        "refund": "a refund",
        "pending": "an act that waits",
        "till": "a till",
        "checkpoint": "a checkpoint that is kept outside",
        "objection": "an objection",
        "finding": "a finding",
    }.items()
}
