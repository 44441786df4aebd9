"""Every act there is: importing this module registers them."""

from __future__ import annotations

from . import (
    acts_applications,
    acts_between,
    acts_cases,
    acts_consent,
    acts_contact,
    acts_delegation,
    acts_journal,
    acts_merging,
    acts_money,
    acts_online,
    acts_organisations,
    acts_outcomes,
    acts_people,
    acts_reviews,
    acts_safeguards,
)
from .register import ACTS

GROUPS = (
    acts_people.PEOPLE,
    acts_people.LOOKING,
    acts_contact.CONTACT,
    acts_cases.CASES,
    acts_consent.CONSENT,
    acts_delegation.DELEGATION,
    acts_applications.APPLICATIONS,
    acts_money.MONEY,
    acts_reviews.REVIEWS,
    acts_reviews.RECORD,
    acts_organisations.ACCOUNTS,
    acts_safeguards.SAFEGUARDS,
    acts_journal.AUDIT,
    acts_journal.DATABASE,
    acts_journal.TIME,
)

__all__ = ["ACTS", "GROUPS", "acts_between", "acts_merging", "acts_online", "acts_outcomes"]
