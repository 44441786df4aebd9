"""What a rule is, and how a set of them is put to an act. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistedaccess.kernel.controls import Finding, Verdict

from .facts import Facts
from .reasons import Reason
from .settings import Settings


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Rule:
    """One rule: on which acts it looks, when it is met, what it says then, and its twin.

    ``words`` accuse nobody and say what happens; ``next_step`` what the helper can do lawfully, or
    what speeds it up. ``version`` goes up whenever ``is_met`` means another thing.
    ``twin`` names the honest look-alikes that have to pass (tests/rehearsals, L01 to L10).
    """

    reason: Reason
    version: int
    verdict: Verdict
    acts: frozenset[str]
    is_met: Callable[[Facts, Settings], bool]
    words: Callable[[], str]
    twin: str
    next_step: Callable[[], str] = _nothing


def judge(facts: Facts, settings: Settings, rules: Iterable[Rule]) -> list[Finding]:
    """What ``rules`` find in ``facts``, the severest first; nothing: the act goes on."""
    found = [
        Finding(
            rule.verdict,
            str(rule.reason),
            rule.words(),
            rule.next_step(),
            rule_version=f"{rule.version}, settings {settings.version}",
        )
        for rule in rules
        if facts.act in rule.acts and rule.is_met(facts, settings)
    ]
    return sorted(found, key=lambda finding: -finding.verdict)


def list_acts(rules: Sequence[Rule]) -> frozenset[str]:
    """Every act that one of the rules looks at: of the others no fact is fetched."""
    return frozenset(act for rule in rules for act in rule.acts)
