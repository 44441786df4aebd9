"""``assistedaccess rehearse``: files are read, and each is played on a fresh installation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from assistedaccess.accounts import passwords, tokens
from assistedaccess.bench.scratch import (
    POSTGRESQL,
    SQLITE,
    NoDatabase,
    Scratch,
    Scratches,
    bind,
    create_tables,
)
from assistedaccess.kernel.transactions import get_database

from .language import read_rehearsal
from .play import Report, play
from .written import Rehearsal, Unreadable

GOOD, DIFFERENT, UNREADABLE = 0, 1, 2


def run_rehearsals(paths: tuple[str, ...], *, as_json: bool, postgresql: str = "") -> int:
    """Read all files, play those that can be read, and print what came of each, first what cannot.
    Returns the exit code: 0 where all ended as written, 1 where one did not, 2 where one cannot be
    read, no file is given, or no database can be made."""
    rehearsals: dict[str, Rehearsal] = {}
    reports: dict[str, Report] = {}
    for path in paths:
        try:
            rehearsals[path] = read_rehearsal(path)
        except Unreadable as error:
            problems = [{"line": each.line, "words": each.words} for each in error.problems]
            reports[path] = Report(path, "It cannot be read.", problems=problems)
        except (OSError, UnicodeDecodeError) as error:
            words = f"The file cannot be read: {error}"
            reports[path] = Report(path, words, problems=[{"line": 0, "words": words}])
    if not as_json:
        for report in reports.values():
            click.echo(report.words(), err=True)
    is_all_read = bool(paths) and not reports
    try:
        with cheap_hashing(), stages(postgresql) as make_stage:
            for path, rehearsal in rehearsals.items():
                reports[path] = play_fresh(rehearsal, make_stage())
                if not as_json:
                    click.echo(reports[path].words())
    except NoDatabase as error:
        click.echo(str(error), err=True)
        return UNREADABLE
    in_order = [reports[path] for path in dict.fromkeys(paths)]
    is_good = bool(paths) and all(report.ok for report in in_order)
    if as_json:
        given = {"ok": is_good, "rehearsals": [report.as_dict() for report in in_order]}
        click.echo(json.dumps(given, ensure_ascii=False))
    if not is_all_read:
        return UNREADABLE
    return GOOD if is_good else DIFFERENT


class StageMaker:
    """Makes an installation for each rehearsal: a copy of one that was set up once."""

    def __init__(self, scratches: Scratches, template: Scratch) -> None:
        self.scratches = scratches
        self.template = template

    def __call__(self) -> Scratch:
        return self.scratches.make(self.template)


@contextmanager
def stages(postgresql: str) -> Iterator[StageMaker]:
    """The maker of installations: SQLite in a temporary folder, or in databases that are made and
    dropped on that server. Raises NoDatabase."""
    with Scratches(POSTGRESQL if postgresql else SQLITE, postgresql) as scratches:
        template = scratches.make()
        create_tables(template.settings)
        yield StageMaker(scratches, template)


def play_fresh(rehearsal: Rehearsal, scratch: Scratch) -> Report:
    """Play one on an installation of its own, which goes away afterwards."""
    bind(scratch)
    try:
        return play(rehearsal, scratch.settings, scratch.folder)
    finally:
        get_database().dispose()
        shutil.rmtree(Path(scratch.folder), ignore_errors=True)


@contextmanager
def cheap_hashing() -> Iterator[None]:
    """Passwords of invented accounts are hashed at little cost: nobody attacks them."""
    from argon2 import PasswordHasher

    before = passwords._hasher, tokens._hasher
    passwords._hasher = tokens._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    try:
        yield
    finally:
        passwords._hasher, tokens._hasher = before
