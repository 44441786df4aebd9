"""What ``assistedaccess bench`` does: choose the databases, measure, print."""

from __future__ import annotations

import json
import sys

import click

from assistedaccess.kernel.places import load_config

from .browser import PageFailed
from .report import write_report
from .run import Result, Size, as_dict, describe_machine, measure
from .scratch import POSTGRESQL, SQLITE, NoDatabase
from .server import NotServing


def run_bench(
    *, as_json: bool, scale: float, rounds: int, events: int, postgresql: str, only: str
) -> int:
    """Measure and print; returns the exit code. ``events`` 0: no second journal."""
    url = postgresql or _find_postgresql()
    if only == POSTGRESQL and not url:
        raise click.UsageError("Say which PostgreSQL: give --postgresql its address.")
    kinds = [only] if only else [SQLITE, POSTGRESQL] if url else [SQLITE]
    size = Size(scale=scale, rounds=rounds, journal=events)
    results: list[Result] = []
    try:
        for kind in kinds:
            results.append(measure(kind, url, size, _Teller(kind).tell))
    except (NoDatabase, NotServing, PageFailed) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(as_dict(results)))
    else:
        click.echo(write_report(describe_machine(), results))
    return 0


def _find_postgresql() -> str:
    """The address of the settings' PostgreSQL, where they are whole and name one."""
    config = load_config()
    try:
        settings = config.load_settings()
    except config.SettingsError:
        return ""  # only the scratch installation's own settings are needed
    return "" if settings.is_sqlite else str(settings.migration_database_url)


class _Teller:
    """Tells on a terminal how far it is, on one line for each thing that is done."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def tell(self, what: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= total else ""
            click.echo(f"\r{self.kind}: {what} {done:,} of {total:,}{end}", nl=False, err=True)
