"""Tills: what should be in one, what went through it, and those that wait to be counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.casework.queries import open_text
from assistedaccess.consent.queries import place_of
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import read_reference
from assistedaccess.organisations.models import Site

from .models_emergency import EmergencyGift
from .models_payments import Payment, Till
from .models_refunds import Refund
from .rules_payments import Way
from .rules_till import Contents, TillState

PAGE = 25


def load_contents(till: Till) -> Contents:
    """What should be in a till now; one statement."""
    return _add_up(till.float_pence, list_movements(till.id))


@dataclass(frozen=True)
class Movement:
    """Money that went in or out, by its receipt: nobody is named beside it."""

    id: UUID
    reference: str
    way: str
    amount_pence: int
    at: datetime
    by_name: str


@cache
def _movements() -> CompoundSelect[*tuple[Any, ...]]:
    """One statement for what came in, what went back and what was given out of a till."""
    till_id: BindParameter[Any] = bindparam("till_id")
    came_in = (
        select(
            Payment.id,
            Payment.reference,
            Payment.way,
            Payment.amount_pence,
            Payment.begun_at.label("at"),
            Account.name.label("by_name"),
        )
        .join(Account, Account.id == Payment.begun_by)
        .where(Payment.till_id == till_id)
    )
    went_back = (
        select(
            Refund.id,
            Refund.reference,
            literal(str(Way.CASH)),
            -Refund.amount_pence,
            Refund.settled_at,
            Account.name,
        )
        .join(Account, Account.id == Refund.settled_by)
        .where(Refund.till_id == till_id)
    )
    went_out = (
        select(
            EmergencyGift.id,
            EmergencyGift.reference,
            literal(str(Way.CASH)),
            -EmergencyGift.amount_pence,
            EmergencyGift.given_at,
            Account.name,
        )
        .join(Account, Account.id == EmergencyGift.given_by)
        .where(EmergencyGift.till_id == till_id)
    )
    return union_all(came_in, went_back, went_out)


def list_movements(till_id: UUID) -> list[Movement]:
    """All that went through a till, in order; one statement."""
    found = get_session().execute(_movements(), {"till_id": till_id})
    return sorted((Movement(*row) for row in found), key=lambda each: (each.at, each.id))


def _add_up(float_pence: int, movements: list[Movement]) -> Contents:
    cash = [each.amount_pence for each in movements if each.way == Way.CASH]
    return Contents(
        float_pence=float_pence,
        cash_in_pence=sum(pence for pence in cash if pence > 0),
        cash_out_pence=-sum(pence for pence in cash if pence < 0),
        cheques_pence=sum(each.amount_pence for each in movements if each.way == Way.CHEQUE),
    )


@dataclass(frozen=True)
class TillView:
    """A till as its page shows it. The counts are None until they are made."""

    id: UUID
    reference: str
    place: str
    day: date
    state: TillState
    contents: Contents
    movements: list[Movement]
    opened_at: datetime
    opened_by_name: str
    expected_cash_pence: int | None
    expected_cheques_pence: int | None
    counted_cash_pence: int | None
    counted_cheques_pence: int | None
    counted_at: datetime | None
    counted_by_name: str | None
    counted_by_human: UUID | None
    checked_cash_pence: int | None
    checked_cheques_pence: int | None
    checked_at: datetime | None
    checked_by_name: str | None
    reason: str

    @property
    def difference_pence(self) -> int:
        """What the second human found more, or (below nothing) less, than there should be."""
        found = (self.checked_cash_pence or 0) + (self.checked_cheques_pence or 0)
        return found - (self.expected_cash_pence or 0) - (self.expected_cheques_pence or 0)

    def may_be_checked_by(self, actor: Actor) -> bool:
        """Whether this human is a second one to it."""
        is_counted = self.state is TillState.COUNTED
        return is_counted and not actor.is_same_human(self.counted_by_human)


def load_till(actor: Actor, reference: str) -> TillView:
    """The organisation's till with that reference; two statements. Raises NotFound."""
    opener, counter, checker = aliased(Account), aliased(Account), aliased(Account)
    row = (
        get_session()
        .execute(
            select(
                Till,
                Site.name.label("place"),
                opener.name.label("opened_by_name"),
                counter.name.label("counted_by_name"),
                checker.name.label("checked_by_name"),
            )
            .outerjoin(Site, Site.id == Till.site_id)
            .join(opener, opener.id == Till.opened_by)
            .outerjoin(counter, counter.id == Till.counted_by)
            .outerjoin(checker, checker.id == Till.checked_by)
            .where(
                Till.reference == (read_reference("Z", reference) or ""),
                Till.organisation_id == actor.organisation_id,
            )
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound
    till: Till = row.Till
    movements = list_movements(till.id)
    same = (
        *("id", "reference", "day", "opened_at", "counted_at", "counted_by_human", "checked_at"),
        *("expected_cash_pence", "expected_cheques_pence", "counted_cash_pence"),
        *("counted_cheques_pence", "checked_cash_pence", "checked_cheques_pence"),
    )
    return TillView(
        **{name: getattr(till, name) for name in same},
        place=row.place or "",
        state=TillState(till.state),
        contents=_add_up(till.float_pence, movements),
        movements=movements,
        opened_by_name=row.opened_by_name,
        counted_by_name=row.counted_by_name,
        checked_by_name=row.checked_by_name,
        # Sealed for who checked, and there only once it was.
        reason=open_text(till.checked_by, reason_field(till.id), till.reason)
        if till.checked_by
        else "",
    )


def reason_field(till_id: UUID) -> str:
    """Under which name it is sealed why a till was not what it should be."""
    return f"till.reason.{till_id}"


@dataclass(frozen=True)
class TillRow:
    """A line of the list of tills."""

    id: UUID
    reference: str
    place: str
    day: date
    state: TillState
    counted_by_human: UUID | None


def list_tills(
    actor: Actor, *, before: UUID | None = None, limit: int = PAGE
) -> tuple[list[TillRow], UUID | None]:
    """The organisation's tills, newest first, paged by key; and the key of the next page."""
    query = (
        select(
            Till.id,
            Till.reference,
            func.coalesce(Site.name, "").label("place"),
            Till.day,
            Till.state,
            Till.counted_by_human,
        )
        .outerjoin(Site, Site.id == Till.site_id)
        .where(Till.organisation_id == actor.organisation_id)
    )
    if before is not None:
        query = query.where(Till.id < before)
    found = get_session().execute(query.order_by(Till.id.desc()).limit(limit + 1))
    rows = [TillRow(**{**row._mapping, "state": TillState(row.state)}) for row in found]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def find_open_reference(actor: Actor) -> str | None:
    """The open till of the place where the actor sits."""
    return get_session().scalar(
        select(Till.reference).where(
            Till.place_id == place_of(actor),
            Till.organisation_id == actor.organisation_id,
            Till.state == TillState.OPEN,
        )
    )


def get_till_reference(till_id: UUID) -> str:
    """The reference of a till that the caller has just opened."""
    return get_session().get_one(Till, till_id).reference
