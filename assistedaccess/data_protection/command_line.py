"""``assistedaccess person`` and ``retention``: for a person's request, and for a timer."""

from __future__ import annotations

import json
from typing import Any

import click

from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.transactions import reading


def _open(context: click.Context) -> Any:
    """The application, whose context holds the words that are printed."""
    return context.meta["open_app"]()


@click.group()
def person() -> None:
    """What a person can ask of whoever keeps their data."""


@person.command("pack")
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--with-address", is_flag=True, help="Show a hidden address too: only the person may get it."
)
@click.pass_context
def person_pack(context: click.Context, reference: str, as_json: bool, with_address: bool) -> None:
    """Print a person's access pack: all that is held, from every organisation, and who looked.

    It is recorded, and the person is told. Give it to nobody but the person.
    """
    app = _open(context)
    from assistedaccess.people.queries import find_by_reference

    from .printing import as_object, as_text
    from .service_pack import make_pack

    with app.app_context():
        with reading():
            person_id = find_by_reference(reference)
        if person_id is None:
            raise click.UsageError("Nobody here has this reference. They look like P-7K3M-9QTR.")
        made = make_pack(actor=SYSTEM, person_id=person_id, shows_address=with_address)
        click.echo(json.dumps(as_object(made)) if as_json else as_text(made))


@click.group()
def retention() -> None:
    """How long what is held is kept."""


@retention.command("run")
@click.option("--only-count", is_flag=True, help="Say what is due, and change nothing.")
@click.pass_context
def retention_run(context: click.Context, only_count: bool) -> None:
    """Delete what is past its time, and erase the records of people whose time is over.

    ASSISTEDACCESS_RETENTION changes the periods of docs/record-of-processing.md, in days:
    person=3650.
    """
    app = _open(context)
    from assistedaccess.notices.senders import find_outbox

    from .rules_retention import NoSuchKind, read_periods
    from .service_retention import carry_out_retention, clear_outbox

    try:
        periods = read_periods(app.config["SETTINGS"].retention)
    except NoSuchKind as error:
        raise click.UsageError(
            f"ASSISTEDACCESS_RETENTION has {error}: write kind=days, with a kind that is kept for "
            "a time."
        ) from None
    with app.app_context():
        done = carry_out_retention(actor=SYSTEM, periods=periods, only_count=only_count)
        if not only_count:
            clear_outbox(find_outbox(app.config["SETTINGS"]))
    for table, count in done.items():
        if count:
            click.echo(f"{table.replace('_', ' ')}: {count}")
    click.echo("Due." if only_count else "Done.")
