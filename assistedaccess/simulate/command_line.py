"""``assistedaccess simulate DIR``: write a synthetic town's year."""

from __future__ import annotations

import json
from pathlib import Path

import click

from . import figures


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", type=int, required=True, help="The same seed writes the same files.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 0.5),
    default=0.01,
    show_default=True,
    help="Which share of the acts is abuse.",
)
@click.option("--weeks", type=click.IntRange(6, 520), default=figures.WEEKS, show_default=True)
@click.option(
    "--people", type=click.IntRange(200, 200_000), default=figures.PEOPLE, show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(folder: Path, seed: int, rate: float, weeks: int, people: int, as_json: bool) -> None:
    """Write the facts that the rules see to DIR/world, and the truth to DIR/labels.

    Helpers, organisations, acts and looks go with the people and the weeks. Nobody in it is real.
    """
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty.")
    from .town import Size
    from .writing import simulate as write

    made = write(folder, Size(seed=seed, rate=rate, weeks=weeks, people=people))
    if as_json:
        click.echo(json.dumps(made))
        return
    for what, count in made.items():
        click.echo(f"{what.replace('_', ' ')}: {count:,}")
