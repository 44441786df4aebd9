"""``assistedaccess notices held``, ``release`` and ``put-away``: what a restore holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import reading

_references = click.argument("references", nargs=-1)
_all = click.option("--all", "all_of_them", is_flag=True, help="All that are held.")


@click.group()
def notices() -> None:
    """What people are told."""


@notices.command("held")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def held(prepare: Any, as_json: bool) -> None:
    """List the messages that a restore holds, because they may have been sent since the backup.

    Look for each, by its reference, in the provider's list of what it has sent.
    """
    prepare()
    found = _list()
    if as_json:
        click.echo(json.dumps({"held": [asdict(each) for each in found]}, default=str))
        return
    for each in found:
        failure = f", the last try failed: {each.last_failure}" if each.last_failure else ""
        click.echo(
            f"{each.reference}  {each.kind}, by {each.channel}, "
            f"queued {each.queued_at:%d %b %H:%M} UTC, due {each.due_at:%d %b %H:%M}, "
            f"tried {each.attempts} times before the backup{failure}"
        )
    click.echo(f"{len(found)} messages are held.")


@notices.command("release")
@_references
@_all
@click.pass_obj
def release(prepare: Any, references: Sequence[str], all_of_them: bool) -> None:
    """Have held messages sent by the next "notices send": they have not left, or may come twice."""
    prepare()
    from .service_held import release_held

    chosen = _choose(references, all_of_them)
    done = _try(lambda: release_held(actor=SYSTEM, references=chosen))
    click.echo(f"{done} messages will be sent.")


@notices.command("put-away")
@_references
@_all
@click.option(
    "--as",
    "put_away_as",
    type=click.Choice(["sent", "stale"]),
    required=True,
    help="sent: the provider's list has it. stale: it comes too late; whoever asked for it sees "
    "that it could not be sent.",
)
@click.pass_obj
def put_away(prepare: Any, references: Sequence[str], all_of_them: bool, put_away_as: str) -> None:
    """Send held messages never, and say why; it is in the journal."""
    prepare()
    from .service_held import PutAwayAs, put_held_away

    chosen, why = _choose(references, all_of_them), PutAwayAs(put_away_as)
    done = _try(lambda: put_held_away(actor=SYSTEM, references=chosen, put_away_as=why))
    click.echo(f"{done} messages are put away.")


def _list() -> Any:
    from .service_held import list_held

    with reading():
        return list_held()


def _choose(references: Sequence[str], all_of_them: bool) -> list[str]:
    if all_of_them == bool(references):
        raise click.UsageError("Name the references, or say --all.")
    return [each.reference for each in _list()] if all_of_them else list(references)


def _try(act: Any) -> Any:
    try:
        return act()
    except NotFound:
        raise click.UsageError(
            "One of them is not held: see assistedaccess notices held. Nothing was changed."
        ) from None
