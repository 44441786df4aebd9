"""Every reason code that the application can give, gathered from the application itself."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from assistedaccess.kernel.errors import Refused
from assistedaccess.organisations.service_roles import TWO_HUMANS
from assistedaccess.safeguards.control import RULES

PACKAGE = Path(__file__).parents[1]
APART = ("bench", "cli", "demo", "installation", "rehearsing", "serving")
_FINDING = re.compile(
    r"(?:Finding\(\s*(?:Verdict\.\w+|\w+),|(?:\bhold|\brefuse)\(|reason_code=)"
    r"\s*(?:\"([a-z][a-z0-9_]+)\"|([A-Z][A-Z_]+)\b)"
)
_ENDED = {
    "not_found": "There is no such record, or none that this actor may know of.",
    "invalid_input": "A value that no rule allows: the page shows the form again.",
    "reason_needed": "Nothing in the records explains the look: the reason is asked first.",
}
"""Ends of an act that are no refusal in the journal."""
_SAID = {
    "capacity_doubted": "Somebody has recorded a doubt whether the person can decide this.",
    "emergency_second_look": "More help than goes at once, or than one helper gives alone.",
    "legal_authority_seen_by_two": "The papers of an authority in law are seen by two humans.",
    "payee_disowned": "The person said no to where their money goes: that before is offered.",
    "payee_is_a_helper": "The account is one that a colleague declared.",
    "payee_is_helper": "The account is the helper's own, and no law lets them be paid.",
    "payee_needs_the_persons_word": "The helper has no power over payment details: the person "
    "confirms it to somebody else (`confirm payee`), on whose word alone it goes on.",
    "payment_second_look": "A payment out of a delegation's limit that two humans look at.",
    "policy_change": "Two humans change what a yes needs, with a day's notice.",
    "refund_second_human": "Two humans hand money back.",
    "second_look": "A grant that somebody else looks at before it begins: it is to a relative, has "
    "much power or money, was written down late, or the person was not heard alone.",
    "silence_not_by_the_person": "Notices are stopped by two humans, unless the person says so.",
}
"""What the codes mean whose rule has no sentence of its own."""


@cache
def list_reason_codes() -> dict[str, str]:
    """Codes by name, each with the sentence that says what it means, where its rule has one."""
    found = {**_ENDED, **_SAID}
    for acts in TWO_HUMANS:
        found[f"{acts.replace('.', '_')}_second_human"] = "Two humans change this."
    for module in pkgutil.walk_packages([str(PACKAGE)], "assistedaccess."):
        if module.name.split(".")[1] not in APART:
            for code in _list_findings(importlib.import_module(module.name)):
                found.setdefault(code, "")
    for rule in RULES:
        words = (inspect.getdoc(rule.is_met) or "").split("\n\n")[0].replace("\n", " ")
        found[str(rule.reason)] = _capital(words.removeprefix("Whether "))
    # In the order of their names: that of their import differs from start to start, and where two
    # packages have one code the words would too.
    for each in sorted(list_refusals(), key=lambda one: (one.__module__, one.__qualname__)):
        if each.reason_code == Refused.reason_code:  # a kind of refusal, and none of its own
            continue
        words = (inspect.getdoc(each) or "").split("\n\n")[0].replace("\n", " ")
        if not found.get(each.reason_code):
            found[each.reason_code] = words
    return dict(sorted(found.items()))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _list_findings(module: ModuleType) -> Iterator[str]:
    """The codes of the controls in a module: written there, by a constant, or in its Reason."""
    for written, constant in _FINDING.findall(inspect.getsource(module)):
        code = written or getattr(module, constant, "")
        if isinstance(code, str) and code:
            yield code
    reasons = getattr(module, "Reason", None)
    if inspect.isclass(reasons) and reasons.__module__ == module.__name__:
        yield from (str(reason.value) for reason in getattr(reasons, "__members__", {}).values())


def list_refusals(of: type[Refused] = Refused) -> list[type[Refused]]:
    """Every kind of refusal that this process knows."""
    return [each for sub in of.__subclasses__() for each in (sub, *list_refusals(sub))]
