"""Retention, carried out: each rule in a transaction of its own, and a fact of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, and_, delete, func, or_, select, update

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session, metadata
from assistedaccess.kernel.schema import import_models
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.notices.senders import OutboxSender
from assistedaccess.people.models import Person

from . import erasing, erasing_complaints
from .rules import Kept
from .rules_retention import RULES, Rule

MOST_PEOPLE = 1_000
"""Records that one run erases at most; the next run goes on."""


def carry_out_retention(
    *, actor: Actor, periods: Mapping[Kept, timedelta], only_count: bool = False
) -> dict[str, int]:
    """Do what the rules say is due; how many rows of each table, and how many people.

    ``only_count`` changes nothing. Said again at once, nothing is due any more.
    """
    import_models()
    done: dict[str, int] = {}
    for number, rule in enumerate(RULES):
        with reading() as session:
            due = session.scalar(select(func.count()).where(_is_due(rule, periods))) or 0
        if due and not only_count:
            due = carry_out_rule(actor=actor, number=number, days=periods[rule.kind].days)
        done[rule.table] = due
    for kind in (Kept.COMPLAINT_WAY, Kept.COMPLAINT):
        with reading():
            complaints = erasing_complaints.list_due(kind, periods[kind], MOST_PEOPLE)
        if complaints and not only_count:
            complaints = erase_complaints(actor=actor, kind=str(kind), days=periods[kind].days)
        done[str(kind)] = len(complaints)
    with reading():
        people = erasing.list_due(periods, MOST_PEOPLE)
    for person_id in [] if only_count else people:
        erase_person(actor=actor, person_id=person_id, days=_in_days(periods))
    done["person"] = len(people)
    if not only_count:
        record_run(actor=actor, done=done)
    return done


def _is_due(rule: Rule, periods: Mapping[Kept, timedelta]) -> ColumnElement[bool]:
    table = metadata.tables[rule.table]
    due = table.c[rule.since] < clock.now() - periods[rule.kind]
    if rule.columns:
        due = and_(due, or_(*(table.c[column].is_not(None) for column in rule.columns)))
    if rule.unless_used_by:
        other, column = rule.unless_used_by
        used = select(metadata.tables[other].c[column])
        used = used.where(metadata.tables[other].c[column].is_not(None))
        due = and_(due, table.c.id.not_in(used))
    if "person_id" in table.c:
        # Who asked that their record is kept and not used has it kept (UK GDPR, Article 18).
        kept = select(Person.id).where(Person.restricted.is_not(None))
        due = and_(due, or_(table.c.person_id.is_(None), table.c.person_id.not_in(kept)))
    return due


@command("data_protection.carry_out_rule")
def carry_out_rule(*, actor: Actor, number: int, days: int) -> int:
    """Carry out one rule of RULES with that period; how many rows it was."""
    require(actor, Permission.RETENTION_RUN)
    rule = RULES[number]
    table = metadata.tables[rule.table]
    due = _is_due(rule, {rule.kind: timedelta(days=days)})
    statement: Any = delete(table).where(due)
    if rule.columns:
        statement = update(table).where(due).values(dict.fromkeys(rule.columns))
    result = cast("CursorResult[Any]", get_session().execute(statement))
    count = result.rowcount
    record(
        Action.RETENTION_CARRIED_OUT,
        actor=actor,
        reason=rule.table,
        details={"rows": count, "days": days, "columns": list(rule.columns)},
    )
    return count


@command("data_protection.erase_complaints")
def erase_complaints(*, actor: Actor, kind: str, days: int) -> list[UUID]:
    """Forget whoever complained and has no record here: how to reach them, or all they told."""
    require(actor, Permission.RETENTION_RUN)
    forgotten = erasing_complaints.forget_due(Kept(kind), timedelta(days=days), MOST_PEOPLE)
    record(
        Action.RETENTION_CARRIED_OUT,
        actor=actor,
        reason=kind,
        details={"rows": len(forgotten), "days": days},
    )
    return forgotten


@command("data_protection.erase_person")
def erase_person(*, actor: Actor, person_id: UUID, days: dict[str, int]) -> UUID:
    """Erase a record whose time is over, or whose person asked; what keeps it is asked again.

    Raises MustStay where something has been done since.
    """
    require(actor, Permission.RETENTION_RUN)
    periods = {Kept(kind): timedelta(days=number) for kind, number in days.items()}
    erasing.lock_person(person_id)
    erasing.refuse_what_stays(person_id, periods)
    erasing.erase(actor, person_id, "asked" if erasing.has_asked(person_id) else "time_is_over")
    return person_id


def _in_days(periods: Mapping[Kept, timedelta]) -> dict[str, int]:
    return {str(kind): period.days for kind, period in periods.items()}


@command("data_protection.record_run")
def record_run(*, actor: Actor, done: dict[str, int]) -> None:
    """That retention was carried out today, with how many of each, none included."""
    require(actor, Permission.RETENTION_RUN)
    record(Action.RETENTION_RUN, actor=actor, details=done)


SWEPT_FOR = timedelta(days=30)
"""How long after it was erased what was sent to a person is looked for in the outbox folder: each
run looks again, so one that was broken off leaves nothing behind."""


def clear_outbox(outbox: OutboxSender) -> None:
    """Take the messages to people who were erased out of the outbox folder, where they stand in
    clear. After the erasure is committed; a file has no transaction."""
    with reading() as session:
        references = session.scalars(
            select(Notice.reference)
            .join(Person, Person.id == Notice.person_id)
            .where(Person.erased_at >= clock.now() - SWEPT_FOR)
        ).all()
    outbox.forget(references)
