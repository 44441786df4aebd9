"""The controls port: whoever registers gives a verdict on an act before it happens.

The severest verdict wins; nobody registered means allow. A hold parks the act for a second human:
what a reviewer has answered holds no more when the act is released, any new reason holds again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from uuid import UUID

from .actor import Actor
from .errors import Held, Refused
from .transactions import get_transaction


class Verdict(IntEnum):
    """In order of severity."""

    ALLOW = 0
    HOLD = 1
    REFUSE = 2


@dataclass(frozen=True)
class Act:
    """What is about to happen, in whole pence; ``facts`` are named by the command."""

    name: str
    actor: Actor
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    service: str | None = None
    power: str | None = None
    amount_pence: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """One reason of one control. ``words`` are what the helper may say; nobody is accused.

    ``deciding_role``: the one role that may answer a hold, where not just any reviewer may.
    """

    verdict: Verdict
    reason_code: str
    words: str
    next_step: str = ""
    rule_version: str = "1"
    deciding_role: str | None = None


Control = Callable[[Act], Iterable[Finding]]

_controls: list[Control] = []


def register_control(control: Control) -> None:
    """Have ``control`` asked about each act, once, however often this is said."""
    if control not in _controls:
        _controls.append(control)


def assess(act: Act) -> list[Finding]:
    """What the controls find, less the reasons that a reviewer has answered, severest first."""
    answered = get_transaction().answered_reasons
    found = [
        finding
        for control in _controls
        for finding in control(act)
        if finding.verdict is not Verdict.ALLOW
        and not (finding.verdict is Verdict.HOLD and finding.reason_code in answered)
    ]
    return sorted(found, key=lambda finding: -finding.verdict)


def decide(act: Act) -> None:
    """Let the act go on, or end it.

    Raises Refused with the severest refusal, or Held with every reason for a hold.
    """
    found = assess(act)
    if not found:
        return
    refuse(found)
    raise hold(found)


def refuse(found: Sequence[Finding]) -> None:
    """Raise Refused with the severest of ``found``, where that is a refusal."""
    first = next(iter(found), None)
    if first is not None and first.verdict is Verdict.REFUSE:
        refusal = Refused(first.words, next_step=first.next_step, reason_code=first.reason_code)
        refusal.rules = {first.reason_code: first.rule_version}
        raise refusal


def hold(found: Sequence[Finding]) -> Held:
    """The hold that ``found`` come to, to be raised: every reason, the first one's words, and each
    way that would speed it up or do without."""
    steps = dict.fromkeys(finding.next_step for finding in found if finding.next_step)
    held = Held(
        " ".join([found[0].words, *steps]),
        reasons=tuple(sorted({finding.reason_code for finding in found})),
        deciding_role=next((f.deciding_role for f in found if f.deciding_role), None),
    )
    held.rules = {finding.reason_code: finding.rule_version for finding in found}
    return held
