"""Checks a form definition: what is wrong with it, and whether an applicant can get through it.

``ok`` means: no errors, nothing unsupported, and every page that can be reached was walked to an
end with answers that the same validation took as on the web.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistedaccess.kernel import clock
from assistedaccess.services.definition import Definition
from assistedaccess.services.parsing import load_definition, parse_definition, read_definition
from assistedaccess.services.walking import walk_definition

LONGEST_WALK = 20.0
"""How many seconds a definition is walked at most: somebody waits for it."""


@dataclass(frozen=True)
class Report:
    """What checking one definition came to."""

    file: str
    ok: bool
    pages: int
    reachable: int
    walked: int
    components: int
    unsupported: tuple[str, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The report as the command line prints it in JSON."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    def words(self) -> str:
        """The report for a reader."""
        verdict = "ok" if self.ok else "NOT OK"
        lines = [
            f"{self.file}: {verdict}. {self.pages} pages, {self.reachable} reachable, "
            f"{self.walked} walked, {self.components} components."
        ]
        remarks = {
            "Error": self.errors,
            "Not supported": self.unsupported,
            "Warning": self.warnings,
        }
        lines += [f"  {kind}: {remark}" for kind, said in remarks.items() for remark in said]
        return "\n".join(lines)


def check_file(path: Path | str, now: datetime | None = None) -> Report:
    """The Report on the definition in the file at ``path``; an unreadable one has an error."""
    return _check(load_definition(Path(path)), str(path), now, LONGEST_WALK)


@lru_cache(maxsize=16)
def check_incoming(body: bytes) -> Report:
    """The Report on the definition in ``body``: but for the name, what ``check_file`` says of it.

    Kept: walking takes seconds, so that a command which checks again under a lock does not.
    """
    return _check(read_definition(body), "", None, LONGEST_WALK)


def check_definition(
    raw: object, name: str = "", now: datetime | None = None, seconds: float | None = None
) -> Report:
    """The Report on ``raw``, the decoded JSON of a definition; walked for ``seconds`` at most."""
    return _check(parse_definition(raw), name, now, seconds)


def check_files(paths: Iterable[Path | str], now: datetime | None = None) -> Iterator[Report]:
    """The Reports on the files at ``paths``, one after the other, for a progress bar."""
    for path in paths:
        yield check_file(path, now)


def _check(
    definition: Definition, file: str, now: datetime | None, seconds: float | None = None
) -> Report:
    errors, warnings = list(definition.errors), list(definition.warnings)
    reachable = find_reachable(definition)
    for path in definition.pages:
        if path not in reachable:
            warnings.append(f"Page {path}: no page leads to it")
    for loop in find_loops(definition):
        round_trip = " → ".join([*loop, loop[0]])
        if _has_way_out(definition, loop):
            warnings.append(f"The pages {round_trip} form a loop, which has a way out")
        else:
            errors.append(f"The pages {round_trip} form a loop without a way out")
    walked: set[str] = set()
    if not errors:
        walk = walk_definition(definition, now or clock.local(clock.now()), seconds)
        walked = walk.walked & reachable
        errors += walk.errors
        warnings += walk.warnings
        errors += [
            f"Page {path}: no answers were found that lead through it to an end"
            for path in definition.pages
            if path in reachable - walked
        ]
    return Report(
        file=file,
        ok=not errors and not definition.unsupported and walked == reachable,
        pages=len(definition.pages),
        reachable=len(reachable),
        walked=len(walked),
        components=sum(len(page.components) for page in definition.pages.values()),
        unsupported=definition.unsupported,
        warnings=tuple(warnings),
        errors=tuple(errors),
    )


def find_reachable(definition: Definition) -> set[str]:
    """The paths that the start page leads to, whatever the conditions."""
    waiting, found = [definition.start_path], set[str]()
    while waiting:
        path = waiting.pop()
        page = definition.pages.get(path)
        if page is None or path in found:
            continue
        found.add(path)
        waiting += _ways(definition, path)
    return found


def find_loops(definition: Definition) -> list[list[str]]:
    """The groups of pages that lead back to themselves (Tarjan, without recursion)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    loops: list[list[str]] = []
    for root in definition.pages:
        if root in order:
            continue
        work = [(root, iter(_ways(definition, root)))]
        order[root] = low[root] = len(order)
        stack.append(root)
        while work:
            path, ways = work[-1]
            following = next(ways, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[path])
                if low[path] == order[path]:
                    place = stack.index(path)
                    group, stack[place:] = stack[place:], []
                    if len(group) > 1 or path in _ways(definition, path):
                        loops.append(group)
            elif following not in order:
                order[following] = low[following] = len(order)
                stack.append(following)
                work.append((following, iter(_ways(definition, following))))
            elif following in stack:
                low[path] = min(low[path], order[following])
    return loops


def _ways(definition: Definition, path: str) -> list[str]:
    page = definition.pages[path]
    if page.is_end:
        return []
    return [way.path for way in page.next if way.path in definition.pages]


def _has_way_out(definition: Definition, loop: list[str]) -> bool:
    pages = [definition.pages[path] for path in loop]
    return any(page.is_end for page in pages) or any(
        way.redirect or way.path not in loop for page in pages for way in page.next
    )
