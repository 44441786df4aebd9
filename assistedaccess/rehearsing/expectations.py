"""What came of a step, and how it differs from what its file expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from assistedaccess.applications.models import Application
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.verify import verify_journal
from assistedaccess.casework.models import Case
from assistedaccess.delegation import queries as delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.oversight.models import Flag

from .kinds import spell_span
from .looks import LOOKS, Outcome, looks_at
from .stage import Stage
from .timers import run_timers

ACCUSING = re.compile(
    r"\b(fraud|suspic|suspect|accus|abus|steal|stole|theft|thief|dishonest|crimin|cheat|"
    r"offend|offence|lying|liar|wrongdoing|guilty)",
    re.IGNORECASE,
)
"""Words that no helper is shown of their own act (scenarios: nobody is accused)."""


def find_differences(stage: Stage, expect: dict[str, Any], outcome: Outcome) -> list[str]:
    """Everything that is otherwise than expected. Without a word of the outcome, it is allow."""
    wrong = list(_look_at_outcome(expect, outcome))
    found = ACCUSING.search(outcome.words)
    if found:
        wrong.append(f"The words accuse: “{found[0]}” in “{outcome.words}”")
    for name, value in expect.items():
        if name in LOOKS:
            wrong += LOOKS[name](stage, value, outcome)
    return wrong


def _look_at_outcome(expect: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    wanted = next((word for word in ("hold", "refuse") if word in expect), "allow")
    if wanted == "allow" and expect.get("allow") is False:
        if outcome.verdict not in ("hold", "refuse"):
            yield f"expected hold or refuse, was {outcome}"
        return
    codes = (
        [code for code in expect.get(wanted) or () if code != "any"] if wanted != "allow" else []
    )
    if wanted != outcome.verdict:
        reasons = f" ({', '.join(codes)})" if codes else ""
        yield f"expected {wanted}{reasons}, was {outcome}"
    elif wanted == "hold" and not set(codes) <= set(outcome.codes):
        yield f"expected hold ({', '.join(codes)}), was {outcome}"
    elif wanted == "refuse" and codes and not set(codes) & set(outcome.codes):
        yield f"expected refuse ({' or '.join(codes)}), was {outcome}"


@looks_at("due")
def _due(stage: Stage, value: timedelta, outcome: Outcome) -> Iterator[str]:
    with reading() as session:
        row = session.scalars(
            select(PendingAct).filter_by(reference=outcome.reference)
        ).one_or_none()
        if row is None:
            yield "nothing waits, so nothing is due"
        elif row.due_at - row.asked_at - value > timedelta(minutes=1):
            is_in = spell_span(row.due_at - row.asked_at)
            yield f"expected to be due within {spell_span(value)}, is within {is_in}"


@looks_at("says")
def _says(stage: Stage, value: list[str], outcome: Outcome) -> Iterator[str]:
    for words in value:
        if words.lower() not in outcome.words.lower():
            yield f"expected the words “{words}”, were “{outcome.words}”"


# -- flags


@dataclass
class FlagPromise:
    """A flag that has to stand in the auditors' queue by a time."""

    stage: Stage
    wanted: dict[str, Any]
    due: datetime
    line: int = 0
    is_kept: bool = False

    def look(self) -> bool:
        if not self.is_kept:
            self.is_kept = self.count() >= int(self.wanted.get("at_least", 1))
        return self.is_kept

    def count(self) -> int:
        query = select(func.count()).select_from(Flag).where(Flag.raised_at <= self.due)
        if self.wanted["kind"] != "any":
            query = query.where(Flag.kind == self.wanted["kind"])
        if "person" in self.wanted:
            query = query.where(Flag.person_id == self.stage.person(self.wanted["person"]))
        if "account" in self.wanted:
            human_id = self.stage.accounts[self.wanted["account"]].human_id
            query = query.where(Flag.human_id == human_id)
        with reading() as session:
            return session.scalar(query) or 0

    def __str__(self) -> str:
        about = ", ".join(f"{key} {value}" for key, value in self.wanted.items() if key != "within")
        return f"expected a flag ({about}) by {clock.local(self.due):%d %B %Y %H:%M}"


@looks_at("flags")
def _flags(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        within = wanted.get("within")
        if within is None:
            run_timers(stage)
            promise = FlagPromise(stage, wanted, stage.clock.moment, outcome.line)
            if not promise.look():
                yield f"{promise}; there are: {list_flags()}"
        else:
            due = (outcome.began or stage.clock.moment) + within
            promise = FlagPromise(stage, wanted, due, outcome.line)
            stage.promises.append(promise)


def list_flags() -> str:
    """The kinds of all flags, to say what there is instead."""
    with reading() as session:
        kinds = sorted(session.scalars(select(Flag.kind)))
    return ", ".join(kinds) or "none"


@looks_at("no_flags")
def _no_flags(stage: Stage, value: list[str], outcome: Outcome) -> Iterator[str]:
    run_timers(stage)
    with reading() as session:
        kinds = set(session.scalars(select(Flag.kind)))
    found = kinds if "any" in value else kinds & set(value)
    if found:
        yield f"expected no flag, there is: {', '.join(sorted(found))}"


# -- notices


def _count_notices(stage: Stage, wanted: dict[str, Any], since: datetime | None) -> int:
    query = (
        select(func.count(NoticeEntry.id))
        .join(Notice, Notice.id == NoticeEntry.notice_id)
        .where(Notice.person_id == stage.person(wanted["to"]))
    )
    if since is not None:
        query = query.where(NoticeEntry.happened_at >= since)
    if wanted.get("kind", "any") != "any":
        query = query.where(NoticeEntry.kind == wanted["kind"])
    if wanted.get("route", "any") != "any":
        query = query.where(Notice.channel == wanted["route"])
    if "is_independent" in wanted:
        query = query.where(Notice.independent.is_(wanted["is_independent"]))
    with reading() as session:
        return session.scalar(query) or 0


def _list_notices(stage: Stage, person: str, since: datetime | None) -> str:
    query = (
        select(NoticeEntry.kind, Notice.channel, Notice.independent)
        .join(Notice, Notice.id == NoticeEntry.notice_id)
        .where(Notice.person_id == stage.person(person), NoticeEntry.happened_at >= since)
    )
    with reading() as session:
        rows = session.execute(query).all()
    return "; ".join(
        f"{row.kind} by {row.channel}{'' if row.independent else ' (not independent)'}"
        for row in rows
    ) or "none"  # fmt: skip


@looks_at("notices")
def _notices(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        if _count_notices(stage, wanted, outcome.began) < int(wanted.get("at_least", 1)):
            there = _list_notices(stage, wanted["to"], outcome.began)
            yield f"expected a notice {_spell(wanted)}; there are: {there}"


@looks_at("no_notices")
def _no_notices(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        if _count_notices(stage, wanted, outcome.began):
            there = _list_notices(stage, wanted["to"], outcome.began)
            yield f"expected no notice {_spell(wanted)}; there are: {there}"


def _spell(wanted: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in wanted.items())


# -- money, and what stands in the records


@looks_at("applications")
def _applications(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        given = {"person_id": stage.person(wanted["person"]), "state": wanted["state"]}
        with reading() as session:
            count = session.query(Application).filter_by(**given).count()
        if count != wanted["count"]:
            yield f"expected {wanted['count']} applications {wanted['state']}; there are {count}"


@looks_at("delegations")
def _delegations(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        with reading():
            rows = delegations.list_delegations(stage.person(wanted["person"]))
        count = sum(row.state == wanted["state"] for row in rows)
        if count != wanted["count"]:
            there = ", ".join(str(row.state) for row in rows) or "none"
            yield f"expected {wanted['count']} delegations {wanted['state']}; there are: {there}"


@looks_at("cases")
def _cases(stage: Stage, value: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    for wanted in value:
        given = {"person_id": stage.person(wanted["person"]), "state": wanted["state"]}
        if "organisation" in wanted:
            given["organisation_id"] = stage.organisations[wanted["organisation"]]
        with reading() as session:
            count = session.query(Case).filter_by(**given).count()
        if count != wanted["count"]:
            yield f"expected {wanted['count']} cases {wanted['state']}; there are {count}"


@looks_at("waiting")
def _waiting(stage: Stage, value: int, outcome: Outcome) -> Iterator[str]:
    with reading() as session:
        rows = (
            session.query(PendingAct.command)
            .filter(PendingAct.state == "waiting", PendingAct.asked_at >= outcome.began)
            .all()
        )
    if len(rows) != value:
        there = ", ".join(row.command for row in rows) or "nothing"
        yield f"expected {value} acts to wait; there are {len(rows)}: {there}"


@looks_at("reviewer")
def _reviewer(stage: Stage, value: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    with reading() as session:
        row = session.scalars(
            select(PendingAct).filter_by(reference=outcome.reference)
        ).one_or_none()
        drawn = row.drawn_account_id if row is not None else None
    names: dict[UUID | None, str] = {each.account_id: name for name, each in stage.accounts.items()}
    name = names.get(drawn, "nobody")
    if "is" in value and name != value["is"]:
        yield f"expected {value['is']} to be drawn; it is {name}"
    if name in value.get("is_not", ()):
        yield f"expected {name} not to be drawn"


@looks_at("questions")
def _questions(stage: Stage, value: int, outcome: Outcome) -> Iterator[str]:
    if len(stage.questions) > value:
        yield f"expected at most {value} questions; there were: {'; '.join(stage.questions)}"


@looks_at("look")
def _look(stage: Stage, value: str, outcome: Outcome) -> Iterator[str]:
    with reading():
        event = (
            get_session()
            .scalars(
                select(AuditEvent)
                .where(AuditEvent.action.in_(("person.opened", "application.opened")))
                .order_by(AuditEvent.id.desc())
            )
            .first()
        )
    reason = (event.reason_code or "") if event is not None else ""
    how = {"stated": "stated", "break_glass": "broken_glass"}.get(
        reason.partition(".")[0], "explained"
    )
    if event is None or how != value:
        yield f"expected the look to be {value}; it is {how if event else 'not there'} ({reason})"


# -- the journal


@looks_at("journal")
def _journal(stage: Stage, value: str, outcome: Outcome) -> Iterator[str]:
    report = _verify(stage)
    found = "fails" if value == "fails" and not report.ok else report.verdict
    if value != found and value not in report.kinds:
        yield f"expected the journal: {value}; it is {report.verdict}: {'; '.join(report.faults)}"


@looks_at("first_bad")
def _first_bad(stage: Stage, value: int, outcome: Outcome) -> Iterator[str]:
    report = _verify(stage)
    if report.first_bad_index != value:
        yield f"expected event {value} to be the first bad one; it is {report.first_bad_index}"


def _verify(stage: Stage) -> Any:
    kept = stage.latest.get(("checkpoint", None))
    with reading():
        return verify_journal(since=[kept] if kept else [])
