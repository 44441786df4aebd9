"""What stands around who acts: whether their account rested, and whence it is used now.

Columns of the one statement that queries_surroundings asks, each answered by an index.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import SignIn
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import spelt

from . import facts

BACK_SINCE = timedelta(days=7)
"""For so long after it came back, an account that rested is looked at (a starting value)."""

_ACCOUNT: BindParameter[UUID] = bindparam("account")


def read_helper(row: Any, actor: Actor, now: datetime, rest: timedelta) -> facts.Helper:
    """The helper of a row with these columns; ``rest``: after so long an account has rested."""
    if actor.account_id is None:
        return facts.Helper()
    return facts.Helper(
        was_dormant=row.last_at is not None and (row.back_at or now) - row.last_at >= rest,
        device_is_unusual=bool(row.beside and not row.device_known),
        place_is_unusual=bool(row.elsewhere and not row.place_known),
        is_family=actor.is_family,
    )


def helper_columns() -> list[ColumnElement[Any]]:
    """When the account was used before and since it came back; devices and networks beside this."""
    own, other = aliased(SignIn), aliased(SignIn)
    device = select(own.device).where(own.id == bindparam("sign_in")).scalar_subquery()
    network = select(own.network).where(own.id == bindparam("sign_in")).scalar_subquery()
    theirs = AuditEvent.account_id == _ACCOUNT
    return [
        # The last act before the last week, and the first in it: the rest lay between them.
        select(AuditEvent.occurred_at)
        .where(theirs, AuditEvent.id < bindparam("back_since"))
        .order_by(AuditEvent.id.desc())
        .limit(spelt(1))
        .scalar_subquery()
        .label("last_at"),
        select(AuditEvent.occurred_at)
        .where(theirs, AuditEvent.id >= bindparam("back_since"))
        .order_by(AuditEvent.id)
        .limit(spelt(1))
        .scalar_subquery()
        .label("back_at"),
        exists()
        .where(
            other.account_id == _ACCOUNT,
            other.id != bindparam("sign_in"),
            other.device != device,
            other.network != network,  # a room has many computers (L01)
            other.seen_at >= bindparam("device_since"),
        )
        .label("beside"),
        exists()
        .where(
            other.account_id == _ACCOUNT,
            other.device == device,
            other.started_at < bindparam("device_known"),
        )
        .label("device_known"),
        exists()
        .where(
            other.account_id == _ACCOUNT,
            other.id != bindparam("sign_in"),
            other.network != network,
            other.seen_at >= bindparam("place_since"),
        )
        .label("elsewhere"),
        exists()
        .where(
            other.account_id == _ACCOUNT,
            other.network == network,
            other.started_at < bindparam("device_known"),
        )
        .label("place_known"),
    ]
