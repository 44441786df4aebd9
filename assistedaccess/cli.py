"""The ``assistedaccess`` command: what operators, timers and CI type.

Each subcommand works from any folder with the settings alone, does its work and exits; only
``run`` stays. What checks something exits 0 when it holds, 1 when it does not, 2 on bad usage.
"""

from __future__ import annotations

import json
import sys
from math import inf
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from assistedaccess import create_app, prepare
from assistedaccess.audit import anchors
from assistedaccess.audit.command_line import audit
from assistedaccess.continuity.command_group import DAMAGED, Commands, NotReady
from assistedaccess.continuity.command_line import backup, drill, restore
from assistedaccess.continuity.command_line_keys import keys
from assistedaccess.continuity.command_line_refill import refill
from assistedaccess.data_protection.command_line import person, retention
from assistedaccess.kernel import damage, logs, migrations
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.encryption import get_installation_key
from assistedaccess.kernel.errors import DomainError, InvalidInput
from assistedaccess.kernel.master_keys import WrongMasterKey
from assistedaccess.kernel.places import load_config
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.command_line import notices
from assistedaccess.safeguards.command_line import safeguards
from assistedaccess.simulate.command_line import simulate


def _settings() -> Any:
    config = load_config()
    try:
        return config.load_settings()
    except config.SettingsError as error:
        raise click.UsageError(str(error)) from None


def _ready_settings() -> Any:
    """The settings, once their database answers and has this version's tables."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        is_behind = migrations.is_behind(settings)
    except OperationalError:
        raise NotReady(
            "The database does not answer. Look whether it runs, and at "
            "ASSISTEDACCESS_DATABASE_URL."
        ) from None
    if is_behind:
        raise NotReady("The database is not at this version's tables. Run: assistedaccess migrate")
    return settings


def _prepare() -> Any:
    settings = _ready_settings()
    prepare(settings)
    _unlock(settings)
    return settings


def _open_app() -> Any:
    settings = _ready_settings()
    app = create_app(settings)
    _unlock(settings)
    return app


def _unlock(settings: Any) -> None:
    """What every command needs once the database is bound: the right key, and where anchors go."""
    _check_master_key()
    anchors.use_ways(lambda: _list_ways(settings))


def _warn_of_a_disk_alone() -> None:
    """Nobody runs without a copy of the log and does not know it."""
    from assistedaccess.web.measures import find_log_behind

    with reading():
        if find_log_behind() == inf:
            click.echo(
                "Nobody receives PostgreSQL's log: with this machine's disk all is lost since the "
                "last backup. See docs/operating.md, Production, 2 (postgresql-wal.service).",
                err=True,
            )


def _list_ways(settings: Any) -> Any:
    from assistedaccess.installation import list_anchor_ways

    return list_anchor_ways(settings)


def _refuse_demonstration(settings: Any) -> None:
    """A demonstration's passwords are known, in whichever folder its files were."""
    from assistedaccess.demo.seed import is_seeded

    if settings.is_production and is_seeded():
        raise click.UsageError(
            "The database holds a demonstration, whose passwords are known: choose an empty one "
            "for production."
        )


def _check_master_key() -> None:
    try:
        with reading():
            get_installation_key("fingerprint")
    except WrongMasterKey:
        raise click.ClickException(
            "The master key is not the one that this installation's data are encrypted with. "
            "Give the right one in ASSISTEDACCESS_MASTER_KEY_FILE. Where it is lost, both shares "
            "of its escrow copy give it back: assistedaccess keys escrow open. Nothing is lost as "
            "long as they are there."
        ) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Assisted Access: act for people who cannot use digital government, with their consent."""
    context.with_resource(logs.to_stderr(context.invoked_subcommand or ""))
    context.obj = _prepare  # for the commands that a feature brings along
    context.meta["open_app"] = _open_app  # for those that print what people read


main.add_command(audit)
main.add_command(backup)
main.add_command(restore)
main.add_command(refill)
main.add_command(drill)
main.add_command(keys)
main.add_command(notices)
main.add_command(person)
main.add_command(retention)
main.add_command(safeguards)
main.add_command(simulate)


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables, and seed statements and services."""
    settings = _settings()
    migrations.upgrade(settings)
    prepare(settings)
    from assistedaccess.installation import prepare_installation

    address = settings.public_url.partition("://")[2] or "assistedaccess"
    prepare_installation(journal_name=f"{address}/journal")
    _check_master_key()
    click.echo("The database is ready.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def run(host: str, port: int, workers: int) -> None:
    """Serve the pages, until it is stopped."""
    settings = _prepare()
    _refuse_demonstration(settings)
    if damage.look(settings.database_url, settings.data_dir):
        click.echo(f"{DAMAGED} Until then the pages show what can be read.", err=True)
    _warn_of_a_disk_alone()
    from assistedaccess.serving import serve

    if settings.is_demo:
        from assistedaccess.demo import introduce, seal_beside, settings_of_address

        address = f"http://{host}:{port}"
        shown = settings_of_address(settings, address)
        click.echo(introduce(address))
        serve(lambda: seal_beside(create_app(shown)), host=host, port=port, workers=workers)
    else:
        serve(lambda: create_app(settings), host=host, port=port, workers=workers)


@main.command()
def demo() -> None:
    """Seed the demonstration, a small town, once; a second time keeps what is there."""
    settings = _settings()
    if not settings.is_demo:
        raise click.UsageError("Set ASSISTEDACCESS_ENV=demo: real people are not for a demo.")
    create_app(_ready_settings())
    from assistedaccess.demo import Unfinished, seed_demonstration

    try:
        with click.progressbar(length=100, label="Seeding a small town") as bar:
            made = seed_demonstration(
                settings, progress=lambda percent: bar.update(percent - bar.pos)
            )
    except Unfinished:
        raise click.ClickException(
            "The seeding was stopped before the town was whole. Remove the database (and "
            f"{settings.data_dir}, where it is kept there), then do the same again."
        ) from None
    click.echo("The demonstration is ready." if made else "The demonstration was there already.")


@main.group()
def users() -> None:
    """Accounts, before anybody can sign in to make them."""


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The name of the human who will hold the account.")
def users_add(email: str, name: str) -> None:
    """Make one of the first two administrators; prints the link by which they set their sign-in.

    From the third on, administrators are made in the pages, by two humans.
    """
    settings = _ready_settings()
    app = create_app(settings)
    _check_master_key()
    from assistedaccess.installation import add_first_administrator

    with app.app_context():
        try:
            path = add_first_administrator(actor=SYSTEM, email=email, name=name)
        except InvalidInput as error:
            raise click.UsageError(f"{error.words}.") from None
        except DomainError as error:
            raise click.ClickException(str(error.words)) from None
    base = settings.public_url or "http://127.0.0.1:8000"
    click.echo(f"Open this link once, within 7 days, to set the sign-in of {name}:\n{base}{path}")


@notices.command("send")
@click.option("--limit", default=500, show_default=True, help="At most so many in one run.")
def notices_send(limit: int) -> None:
    """Send the notices that are due, and put letters into the queue to be printed.

    Forms that are sent to the other side as data go with them, and card payments are looked after.
    """
    settings = _ready_settings()
    app = create_app(settings)
    from assistedaccess.applications.delivering import make_destination, send_due_deliveries
    from assistedaccess.applications.paying import look_after_links, make_provider
    from assistedaccess.applications.refunding import send_due_refunds
    from assistedaccess.consent.silent import tell_calls
    from assistedaccess.notices.service import send_due_notices

    with app.app_context():
        tell_calls()  # first: what it tells the leads by mail goes with this run
        result = send_due_notices(limit=limit)
        went, failed = send_due_deliveries(destination=make_destination(settings), limit=limit)
        provider = make_provider(settings)
        return_url = f"{settings.public_url}/paid"
        looked = 0
        if provider is not None:
            looked = look_after_links(provider=provider, return_url=return_url, limit=limit)
            looked += send_due_refunds(provider=provider, limit=limit)
    click.echo(f"{result.sent} sent, {result.failed} not sent.")
    if went or failed:
        click.echo(f"Forms: {went} sent, {failed} not sent.")
    if looked:
        click.echo(f"Card payments: {looked} looked at.")


@main.command()
def expire() -> None:
    """Do what time asks for: end what has run out, escalate what waits too long."""
    settings = _ready_settings()
    damage.look(settings.database_url, settings.data_dir, at_most_daily=True)
    app = create_app(settings)
    from assistedaccess.installation import expire_everything

    with app.app_context():
        for what, count in expire_everything().items():
            click.echo(f"{what}: {count}")


@safeguards.command("scan")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def safeguards_scan(as_json: bool) -> None:
    """Look for what only shows over time, and put it into the auditors' queue.

    It goes on where the last scan ended, judges each event once, and may be stopped at any time.
    """
    app = create_app(_ready_settings())
    _check_master_key()
    from assistedaccess.audit.sealing import seal_all
    from assistedaccess.safeguards.scan import scan_everything

    with app.app_context():
        seal_all()
        done = scan_everything()
    if as_json:
        click.echo(json.dumps({"events": done.events, "flags": done.flags}))
    else:
        click.echo(f"{done.events} events looked at, {done.flags} signs of something to look at.")


@main.group()
def services() -> None:
    """The services that can be applied for."""


@services.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def services_check(files: tuple[str, ...], as_json: bool) -> None:
    """Read form definitions, report what is wrong with them, and walk each to its end."""
    from assistedaccess.services.check import Report, check_files

    reports: list[Report] = []
    with click.progressbar(files, label="Walking", file=sys.stderr, hidden=as_json) as each:
        for file in each:
            reports.extend(check_files([file]))
    if as_json:
        click.echo(json.dumps({"files": [report.as_dict() for report in reports]}))
    else:
        for report in reports:
            click.echo(report.words())
    sys.exit(0 if all(report.ok for report in reports) else 1)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--scale", type=click.FloatRange(0.01), default=1.0, show_default=True)
@click.option(
    "--rounds",
    type=click.IntRange(2, 50),
    default=40,
    show_default=True,
    help="How often each page is measured.",
)
@click.option(
    "--events",
    type=click.IntRange(min=1_000),
    help="Compare the auditor's list with a journal of so many events, such as 1000000.",
)
@click.option(
    "--postgresql",
    metavar="URL",
    help="Measure on PostgreSQL too, in a database that is made and dropped there. "
    "Default: the settings' server, where they name one.",
)
@click.option("--only", type=click.Choice(["sqlite", "postgresql"]), help="Measure on one alone.")
def bench(
    as_json: bool,
    scale: float,
    rounds: int,
    events: int | None,
    postgresql: str | None,
    only: str | None,
) -> None:
    """Measure the main pages against a bare one, in a scratch installation of a known size.

    1,000 people, 1,000 delegations and 20,000 events, times --scale. It reports: the exit code is
    0 unless a page answered with an error.
    """
    from assistedaccess.bench.command import run_bench

    sys.exit(
        run_bench(
            as_json=as_json,
            scale=scale,
            rounds=rounds,
            events=events or 0,
            postgresql=postgresql or "",
            only=only or "",
        )
    )


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--postgresql",
    metavar="URL",
    default="",
    help="Play on PostgreSQL, each in a database that is made and dropped on that server. "
    "Default: SQLite, in a temporary folder.",
)
def rehearse(files: tuple[str, ...], as_json: bool, postgresql: str) -> None:
    """Play scenarios of abuse and of honest work against the whole application.

    Each on a fresh installation and a set clock. Exits 0 when all end as written, 1 when one does
    not, 2 when one cannot be read. The language: docs/rehearsals.md.
    """
    from assistedaccess.rehearsing.command import run_rehearsals

    sys.exit(run_rehearsals(files, as_json=as_json, postgresql=postgresql))


if __name__ == "__main__":
    main()
