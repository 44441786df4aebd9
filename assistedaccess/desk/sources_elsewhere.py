"""What stories are made of, beyond the own desk: referrals out and in, and benefits calculators."""

from __future__ import annotations

from sqlalchemy import case, func, null

from assistedaccess.casework.models_benefits import BenefitsCheck
from assistedaccess.casework.models_referrals import Referral
from assistedaccess.casework.models_referrals_in import ReferralIn

from .story import Asked, Part, entry_columns, owned


def referrals(scope: Asked) -> Part:
    """``state`` is whether they arrived, else where it stands (casework.rules_referrals).

    A private one is ``private``, and brings nothing that says which place it is.
    """
    part = entry_columns(
        "referral",
        id=Referral.id,
        at=Referral.made_at,
        account_id=Referral.made_by,
        state=case(
            (Referral.is_private, "private"),
            else_=func.coalesce(Referral.arrival, Referral.state),
        ),
        sealed=case((Referral.is_private, null()), else_=Referral.facts),
    )
    return owned(part, scope, Referral, Referral.case_id)


def referrals_in(scope: Asked) -> Part:
    """``state`` is ``private``, with nothing that says which place it was, or nothing."""
    part = entry_columns(
        "referral_in",
        id=ReferralIn.id,
        at=ReferralIn.noted_at,
        account_id=ReferralIn.noted_by,
        state=case((ReferralIn.is_private, "private"), else_=null()),
        sealed=case((ReferralIn.is_private, null()), else_=ReferralIn.facts),
    )
    return owned(part, scope, ReferralIn, ReferralIn.case_id)


def benefits_checks(scope: Asked) -> Part:
    """``state`` is the calculator (casework.rules_benefits)."""
    part = entry_columns(
        "benefits_check",
        id=BenefitsCheck.id,
        at=BenefitsCheck.recorded_at,
        account_id=BenefitsCheck.recorded_by,
        state=BenefitsCheck.calculator,
        sealed=BenefitsCheck.facts,
    )
    return owned(part, scope, BenefitsCheck, BenefitsCheck.case_id)
