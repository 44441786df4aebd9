"""Cases that were drawn for supervision, for a manager of their organisation: never their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import open_text
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.people.queries import is_counted

from .models import SupervisionForm, SupervisionItem
from .rules_supervision import Answer, Outcome, Question, split_answers

MOST_CASES = 50_000
MOST_SHOWN = 1_000


@dataclass(frozen=True)
class ItemRow:
    """A case that was drawn, without the person."""

    id: UUID
    case_reference: str
    helper: str
    outcome: Outcome | None
    written_by: str


@dataclass(frozen=True)
class Written:
    """The form of a case."""

    answers: dict[Question, Answer]
    outcome: Outcome
    words: str
    written_by: str
    written_at: datetime


def list_work(organisation_id: UUID, start: date, end: date) -> dict[UUID, list[tuple[str, UUID]]]:
    """What is drawn from, by the human who looks after it: key and person of each case that was
    open on a day of the month from ``start`` to the day before ``end``."""
    rows = get_session().execute(
        select(Case.id, Case.person_id, Account.human_id)
        .join(Account, Account.id == Case.assigned_to)
        .where(
            Case.organisation_id == organisation_id,
            Case.opened_at < clock.start_of_day(end),
            or_(Case.closed_at.is_(None), Case.closed_at >= clock.start_of_day(start)),
            is_counted(Case.person_id),
        )
        .order_by(Case.id)
        .limit(MOST_CASES)
    )
    found: dict[UUID, list[tuple[str, UUID]]] = defaultdict(list)
    for row in rows:
        found[row.human_id].append((str(row.id), row.person_id))
    return found


def find_accounts(case_ids: list[UUID]) -> dict[UUID, UUID]:
    """Whose account each of the cases is assigned to."""
    rows = get_session().execute(select(Case.id, Case.assigned_to).where(Case.id.in_(case_ids)))
    return {row.id: row.assigned_to for row in rows}


def is_drawn(organisation_id: UUID, month: date) -> bool:
    """Whether the month has been drawn."""
    query = select(SupervisionItem.id).where(
        SupervisionItem.organisation_id == organisation_id, SupervisionItem.month == month
    )
    return get_session().scalar(query.limit(1)) is not None


def list_items(actor: Actor, month: date) -> list[ItemRow]:
    """What was drawn of that month, by helper, less the actor's own work."""
    helper, author = aliased(Account), aliased(Account)
    rows = get_session().execute(
        select(
            SupervisionItem.id,
            Case.reference,
            helper.name.label("helper"),
            SupervisionForm.outcome,
            author.name.label("written_by"),
        )
        .join(Case, Case.id == SupervisionItem.case_id)
        .join(helper, helper.id == SupervisionItem.account_id)
        .outerjoin(SupervisionForm, SupervisionForm.item_id == SupervisionItem.id)
        .outerjoin(author, author.id == SupervisionForm.written_by)
        .where(
            SupervisionItem.organisation_id == actor.organisation_id,
            SupervisionItem.month == month,
            SupervisionItem.human_id != actor.human_id,
        )
        .order_by(helper.name, SupervisionItem.human_id, Case.reference)
        .limit(MOST_SHOWN)
    )
    return [
        ItemRow(
            row.id,
            row.reference,
            row.helper,
            Outcome(row.outcome) if row.outcome else None,
            row.written_by or "",
        )
        for row in rows
    ]


def find_item(actor: Actor, item_id: UUID, *, lock: bool = False) -> SupervisionItem | None:
    """A case that was drawn, of another human's work at the actor's organisation; or None."""
    query = select(SupervisionItem).where(
        SupervisionItem.id == item_id,
        SupervisionItem.organisation_id == actor.organisation_id,
        SupervisionItem.human_id != actor.human_id,
    )
    return get_session().scalar(query.with_for_update() if lock else query)


def find_form(item: SupervisionItem) -> Written | None:
    """What somebody made of it."""
    row = get_session().execute(
        select(SupervisionForm, Account.name)
        .join(Account, Account.id == SupervisionForm.written_by)
        .where(SupervisionForm.item_id == item.id)
    )
    found = row.one_or_none()
    if found is None:
        return None
    form, name = found
    words = open_text(form.sealed_for, f"supervision_form.words.{item.id}", form.words)
    return Written(split_answers(form.answers), Outcome(form.outcome), words, name, form.written_at)


def explain_by_supervision(actor: Actor) -> Reasons | None:
    """Why a manager looks: a case that was drawn of somebody else's work, whose form is not
    written yet. Answers explain."""
    return _DRAWN if actor.role == Role.MANAGER else None


_DRAWN = (
    reasons("supervision", "supervision_item", SupervisionItem.id)
    .outerjoin(SupervisionForm, SupervisionForm.item_id == SupervisionItem.id)
    .where(
        SupervisionItem.person_id == bindparam("person_id"),
        SupervisionItem.organisation_id == bindparam("organisation_id"),
        SupervisionForm.item_id.is_(None),
    )
)
