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


@cache
def list_reason_codes() -> dict[str, str]:
    """Codes by name, each with the sentence that says what it means, where its rule has one."""
    found = dict(_ENDED)
    for acts in TWO_HUMANS:
        found[f"{acts.replace('.', '_')}_second_human"] = "Two humans change this."
    for module in pkgutil.walk_packages([str(PACKAGE)], "assistedaccess."):
        if module.name.split(".")[1] not in APART:
            for code in _list_findings(importlib.import_module(module.name)):
                found.setdefault(code, "")
    # In the order of their names: that of their import differs from start to start, and where two
    # packages have one code the words would too.
    for each in sorted(_list_refusals(Refused), key=lambda one: (one.__module__, one.__qualname__)):
        if each.reason_code == Refused.reason_code:  # a kind of refusal, and none of its own
            continue
        words = (inspect.getdoc(each) or "").split("\n\n")[0].replace("\n", " ")
        if not found.get(each.reason_code):
            found[each.reason_code] = words
    return dict(sorted(found.items()))


def _list_findings(module: ModuleType) -> Iterator[str]:
    """The codes of the controls in a module: written there, by a constant, or in its Reason."""
    for written, constant in _FINDING.findall(inspect.getsource(module)):
        code = written or getattr(module, constant, "")
        if isinstance(code, str) and code:
            yield code
    reasons = getattr(module, "Reason", None)
    if inspect.isclass(reasons) and reasons.__module__ == module.__name__:
        yield from (str(reason.value) for reason in getattr(reasons, "__members__", {}).values())


def _list_refusals(of: type[Refused]) -> list[type[Refused]]:
    return [each for sub in of.__subclasses__() for each in (sub, *_list_refusals(sub))]
