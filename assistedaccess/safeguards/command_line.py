"""``assistedaccess safeguards``: look for what only shows over time, and measure the looking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


@click.group()
def safeguards() -> None:
    """Safeguards against fraud and against looking without need."""


@safeguards.command("score")
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--budget",
    type=click.FloatRange(0.0001, 1),
    default=0.01,
    show_default=True,
    help="What reviewers can look at, as a share of the acts.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def score(folder: Path, budget: float, as_json: bool) -> None:
    """Rank the world that `simulate` wrote to DIR, then open its labels and say what it was worth.

    Reads DIR/world alone, writes DIR/ranking, and only then reads DIR/labels. It reports: the exit
    code is 0. What cannot be said is null; docs/measure.md says what each figure means.
    """
    from .facts_world import BadWorld
    from .score_command import score_world

    try:
        report = score_world(folder, budget)
    except BadWorld as error:
        raise click.UsageError(str(error)) from None
    if report["baselines"]["isolation_forest"] is None:
        click.echo("scikit-learn is not installed (extra `bench`): no IsolationForest.", err=True)
    click.echo(json.dumps(report) if as_json else "\n".join(_say(report)))


def _say(report: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for name, value in report.items():
        title = f"{indent}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            lines.extend([f"{title}:", *_say(value, indent + "  ")])
        else:
            lines.append(f"{title}: {'not known' if value is None else value}")
    return lines
