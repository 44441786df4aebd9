"""Which declarations of helpers count: for every rule that keeps them off both sides of an act."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, or_

from assistedaccess.kernel import clock

from .models import DeclaredInterest

STILL_COUNTS_FOR = timedelta(days=28)
"""How long a declaration goes on counting after it was taken back: nobody takes one back to do
what it bars, and declares it again. A starting value of this project."""


def counting_interests_since() -> datetime:
    """Declarations count that have not been taken back, or were so after this moment."""
    return clock.now() - STILL_COUNTS_FOR


def interest_counts(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a DeclaredInterest counts; ``since`` is counting_interests_since()."""
    return or_(DeclaredInterest.ended_at.is_(None), DeclaredInterest.ended_at > since)
