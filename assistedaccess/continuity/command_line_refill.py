"""``assistedaccess refill``: the folders that the database fills are filled again from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from assistedaccess.kernel import clock


@click.command()
@click.option(
    "--since",
    required=True,
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="From when on something may be missing, by clocks in the United Kingdom.",
)
@click.pass_context
def refill(context: click.Context, since: datetime) -> None:
    """Write again into DATA_DIR/outbox and DATA_DIR/submissions what left by them and is missing.

    For when their disk is gone and the database is there. Each is written under its reference, as
    it was; what somebody had taken out of the folders before is written too, so choose --since as
    late as you can. It is in the journal.
    """
    app = context.meta["open_app"]()
    settings = app.config["SETTINGS"]
    from assistedaccess.applications.delivering import FolderDestination, make_destination
    from assistedaccess.applications.service_refilling import refill_submissions
    from assistedaccess.notices.senders import OutboxSender, make_sender
    from assistedaccess.notices.service_refilling import refill_outbox

    moment = since.replace(tzinfo=clock.LONDON)
    sender: Any = make_sender(settings)
    destination: Any = make_destination(settings)
    with app.app_context():
        if isinstance(sender, OutboxSender):
            click.echo(f"outbox: {refill_outbox(sender, since=moment)} written again.")
        if isinstance(destination, FolderDestination):
            forms = refill_submissions(destination, since=moment)
            click.echo(f"submissions: {forms} written again.")
    if not isinstance(sender, OutboxSender) and not isinstance(destination, FolderDestination):
        click.echo("Nothing leaves by a folder here: there is nothing to write again.")
