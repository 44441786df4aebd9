"""Which declarations of helpers count: for every rule that keeps them off both sides of an act."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, or_, select

from assistedaccess.accounts.models import Account
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.text import fold_text

from .models import DeclaredInterest
from .queries_members import INTEREST

STILL_COUNTS_FOR = timedelta(days=28)
"""How long a declaration goes on counting after it was taken back: nobody takes one back to do
what it bars, and declares it again. A starting value of this project."""


def counting_interests_since() -> datetime:
    """Declarations count that have not been taken back, or were so after this moment."""
    return clock.now() - STILL_COUNTS_FOR


def interest_counts(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a DeclaredInterest counts; ``since`` is counting_interests_since()."""
    return or_(DeclaredInterest.ended_at.is_(None), DeclaredInterest.ended_at > since)


def list_related(some: AbstractSet[UUID], others: AbstractSet[UUID]) -> set[UUID]:
    """Of ``others``, the humans who are a declared relative or friend of one of ``some``, whoever
    of the two declared it. A declaration names its relative, so the names of their accounts are
    compared; two of one name are both taken to be meant. Two statements."""
    if not some or not others:
        return set()
    session = get_session()
    declared = session.execute(
        select(DeclaredInterest.human_id, DeclaredInterest.value).where(
            DeclaredInterest.human_id.in_(some | others),
            DeclaredInterest.kind == "relative",
            interest_counts(counting_interests_since()),
        )
    ).all()
    if not declared:
        return set()
    names: dict[str, set[UUID]] = {}
    accounts = select(Account.human_id, Account.name).where(Account.human_id.in_(some | others))
    for human_id, name in session.execute(accounts):
        names.setdefault(fold_text(name), set()).add(human_id)
    found = set()
    for human_id, value in declared:
        name = encryption.unseal(human_id, INTEREST, value)
        meant = names.get(fold_text(name), set()) if name else set()
        if human_id in some:
            found |= meant & others
        if human_id in others and meant & some:
            found.add(human_id)
    return found
