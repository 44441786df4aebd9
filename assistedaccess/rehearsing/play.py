"""A rehearsal is played: its world made, its steps gone through, and what came of each kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assistedaccess.applications import rules_payee
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import SECOND_LOOKS
from assistedaccess.audit.explain import ReasonNeeded
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.logs import get_logger
from assistedaccess.kernel.transactions import reading
from config import Settings

from .expectations import find_differences, list_flags
from .looks import Outcome
from .looks_money import count_money
from .stage import Stage, StageClock
from .timers import pass_time, run_timers
from .world import make_world
from .written import Rehearsal, Step

log = get_logger(__name__)

FOLLOWING = (rules_payee.RESTORE,)
"""What waits because of an act that is done: of the person's no, the account that was before."""
STARTS = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""When a rehearsal begins that does not say: a Monday, at ten in the morning."""


@dataclass
class Played:
    """One step as it went. ``wrong`` is everything that was otherwise than expected."""

    line: int
    what: str
    note: str
    expected: str
    happened: str
    at: datetime
    wrong: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "act": self.what,
            "note": self.note,
            "at": clock.local(self.at).isoformat(timespec="seconds"),
            "expected": self.expected,
            "happened": self.happened,
            "ok": not self.wrong,
            "wrong": self.wrong,
        }


@dataclass
class Report:
    """How one rehearsal ended."""

    path: str
    title: str
    row: str = ""
    steps: list[Played] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it ended as written."""
        return not self.problems and not any(step.wrong for step in self.steps)

    def as_dict(self) -> dict[str, Any]:
        return {
            "file": self.path,
            "rehearsal": self.title,
            "row": self.row,
            "ok": self.ok,
            "problems": self.problems,
            "steps": [step.as_dict() for step in self.steps],
        }

    def words(self) -> str:
        """For whoever reads a terminal: each step, and what differs."""
        lines = [f"{self.path}: {self.title}"]
        lines += [f"  line {each['line']}: {each['words']}" for each in self.problems]
        for step in self.steps:
            mark = "as expected" if not step.wrong else "NOT AS EXPECTED"
            lines.append(f"  line {step.line}: {step.what} – {step.happened} – {mark}")
            lines += [f"      {words}" for words in step.wrong]
        lines.append("  It ended as written." if self.ok else "  It did NOT end as written.")
        return "\n".join(lines)


def play(rehearsal: Rehearsal, settings: Settings, folder: Path | None = None) -> Report:
    """Play one rehearsal on the application that is bound to this process, whose database holds
    nothing but what an installation begins with."""
    starts = getattr(rehearsal.starts, "by", None)
    begins = rehearsal.starts or STARTS
    if starts is not None:
        begins = STARTS + starts
    begins = begins.astimezone(UTC)
    moving = StageClock(begins)
    stage = Stage(settings, moving, folder)
    report = Report(rehearsal.path, rehearsal.title, rehearsal.row)
    with clock.set_clock(moving):
        made = attempt(lambda: make_world(stage, rehearsal.world, begins))
        if made.verdict != "allow":
            words = f"“{stage.entry}” of the world cannot be made: {made}"
            report.problems.append({"line": stage.line, "words": words})
            return report
        run_timers(stage)
        for step in rehearsal.steps:
            report.steps.append(play_step(stage, step))
        report.steps += _see_promises_out(stage)
    return report


def play_step(stage: Stage, step: Step) -> Played:
    """One step: what is done, what comes of it, and what is looked at."""
    began = stage.clock.moment
    money = count_money() if "money" in step.expect else {}
    outcome = _do(stage, step)
    outcome.line, outcome.began, outcome.money_before = step.line, began, money
    what = step.act.name if step.act else "look"
    if outcome.is_question:
        stage.questions.append(f"line {step.line}, {what}: {outcome}")
    wrong = find_differences(stage, step.expect, outcome)
    return Played(
        step.line,
        _spell_step(step),
        step.note,
        _spell_expected(step.expect),
        str(outcome),
        began,
        wrong,
    )


def _do(stage: Stage, step: Step) -> Outcome:
    if step.act is None:
        return Outcome("allow")
    fields = step.act.fields
    given = {fields[name].parameter: value for name, value in step.given.items()}
    began = stage.clock.moment
    outcome = attempt(lambda: _act(stage, step, given))
    if outcome.verdict == "allow":
        outcome = find_waiting(began) or outcome
    if outcome.reference:
        stage.keep("pending", outcome.reference)
        if step.name:
            stage.things["pending", step.name] = outcome.reference
    return outcome


def _act(stage: Stage, step: Step, given: dict[str, Any]) -> None:
    assert step.act is not None  # noqa: S101
    stage.making = (step.act.makes, step.name) if step.name else None
    step.act.play(stage, **given)


def attempt(act: Callable[[], Any]) -> Outcome:
    """Do it, and say how it ended."""
    try:
        act()
    except Held as held:
        return Outcome("hold", held.reasons, str(held.words), held.pending_reference)
    except Refused as refused:
        words = " ".join(filter(None, (str(refused.words), str(refused.next_step))))
        return Outcome("refuse", (refused.code,), words)
    except ReasonNeeded:
        return Outcome("refuse", ("reason_needed",), "Say why you look.")
    except NotFound as error:
        return Outcome("refuse", ("not_found",), str(error.words))
    except InvalidInput as error:
        return Outcome("refuse", ("invalid_input", f"at {error.field}"), str(error.words))
    except LookupError as error:
        return Outcome("impossible", (), str(error))
    except Exception as error:
        # A fault of the application ends this step, never the other rehearsals.
        log.exception("a step of a rehearsal failed")
        return Outcome("broken", (), f"The application failed: {type(error).__name__}: {error}")
    return Outcome("allow")


def find_waiting(since: datetime) -> Outcome | None:
    """What an act left waiting that itself went through: of a claim, where its money goes. A second
    look afterwards holds nothing."""
    with reading() as session:
        rows = session.scalars(
            select(PendingAct)
            .where(
                PendingAct.state == "waiting",
                PendingAct.asked_at >= since,
                PendingAct.command.not_in(SECOND_LOOKS),
            )
            .order_by(PendingAct.id)
        ).all()
        if not rows:
            return None
        held = [row for row in rows if row.command not in FOLLOWING]
        codes = sorted({code for row in held for code in row.reasons})
        words = " ".join(row.words for row in held)
        return Outcome("hold" if held else "allow", tuple(codes), words, rows[-1].reference)


def _see_promises_out(stage: Stage) -> list[Played]:
    """Time goes on until everything that was promised within a time is due."""
    due = [promise.due for promise in stage.promises if not promise.is_kept]
    if due:
        pass_time(stage, max([*due, stage.clock.moment]))
    for promise in stage.promises:
        promise.look()
    return [
        Played(
            promise.line,
            "by the end",
            "",
            str(promise),
            f"there are: {list_flags()}",
            stage.clock.moment,
            [f"{promise}; there are: {list_flags()}"],
        )
        for promise in stage.promises
        if not promise.is_kept
    ]


def _spell_step(step: Step) -> str:
    if step.act is None:
        return "look"
    named = (step.given.get(key) for key in ("by", "account", "person", "name", "to"))
    names = [name for name in named if isinstance(name, str)]
    return f"{step.act.name} ({', '.join(names)})" if names else step.act.name


def _spell_expected(expect: dict[str, Any]) -> str:
    parts = [f"{name}: {_plain(value)}" for name, value in expect.items()]
    if not any(word in expect for word in ("allow", "hold", "refuse")):
        parts.insert(0, "allow")
    return "; ".join(parts)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        return " ".join(f"{key} {_plain(each)}" for key, each in value.items())
    return str(value)
