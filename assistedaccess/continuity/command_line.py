"""``assistedaccess backup``, ``restore`` and ``drill``: what operators and timers type."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from assistedaccess import audit
from assistedaccess.kernel import encryption
from assistedaccess.kernel.places import load_config


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def backup(prepare: Any, file: Path, as_json: bool) -> None:
    """Write all that the installation holds into FILE, encrypted, while it is in use.

    The database as it is at one moment, the files of DATA_DIR and the newest checkpoint; not the
    keys. It opens under the master key of now: keep that, or its escrow copy, somewhere else.
    """
    settings = prepare()
    from .taking import AlreadyThere, back_up

    try:
        manifest = back_up(settings, file)
    except AlreadyThere:
        raise click.UsageError(f"{file} is there already: a backup overwrites nothing.") from None
    except OSError as error:
        raise click.ClickException(f"The backup was not made: {error}.") from None
    if as_json:
        said = asdict(manifest) | {"file": str(file), "size": file.stat().st_size}
        click.echo(json.dumps({key: said[key] for key in said if key != "tables"}))
        return
    click.echo(
        f"{file} holds {manifest.events} events, {manifest.sealed} of them sealed, and all that "
        f"they are about. It opens under master key {manifest.master_key}."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the newest checkpoint that was kept outside.",
)
@click.option(
    "--accept-older",
    is_flag=True,
    help="Restore a backup that is older than the checkpoint: the loss is known.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def restore(file: Path, checkpoint: Path | None, accept_older: bool, as_json: bool) -> None:
    """Restore the backup in FILE into an empty place: no tables, and nothing in DATA_DIR but keys.

    It checks every part of the backup, every event of the journal, and that the journal goes on
    from the checkpoint; then it seals what was not sealed. Exits 0 when all of it is there, 1 when
    the backup is refused (nothing was changed then), 2 when it could not be tried.
    """
    settings = _load_settings()
    encryption.use_master_key(settings.master_key, *settings.older_master_keys)
    audit.register()
    from .restoring import CannotRestore, NotEmptyPlace
    from .restoring import restore as restore_into

    try:
        note = checkpoint.read_text("utf-8") if checkpoint else None
        done = restore_into(settings, file, checkpoint=note, accept_older=accept_older)
    except NotEmptyPlace as error:
        raise click.UsageError(f"This is no empty place: {error}. Nothing was changed.") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{checkpoint} is no checkpoint.") from None
    except OperationalError:
        raise click.UsageError(
            "The database does not answer, or refuses. Look whether it runs, and at "
            "ASSISTEDACCESS_DATABASE_URL."
        ) from None
    except (CannotRestore, OSError) as error:
        if as_json:
            click.echo(json.dumps({"ok": False, "reason": str(error)}))
        else:
            click.echo(f"Not restored. {error}", err=True)
        sys.exit(1)
    for words in done.warnings:
        click.echo(words, err=True)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "ok": True,
                    "made_at": done.manifest.made_at,
                    "events": done.events,
                    "sealed": done.sealed,
                    "files": done.files,
                    "held": done.held,
                    "warnings": done.warnings,
                }
            )
        )
        return
    click.echo(
        f"Restored as it was at {done.manifest.made_at}: {done.events} events, which hold, and "
        f"{done.files} files. {done.sealed} events are sealed now."
    )


def _load_settings() -> Any:
    config = load_config()
    try:
        return config.load_settings()
    except config.SettingsError as error:
        raise click.UsageError(str(error)) from None


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the signed report goes. Default: a dated file in DATA_DIR/drills.",
)
@click.option(
    "--scratch-database",
    metavar="URL",
    default="",
    help="A PostgreSQL on which a database may be made, where the installation's role may not.",
)
@click.option(
    "--check",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say whether the journal's key has signed this report, and drill nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def drill(
    prepare: Any, out: Path | None, scratch_database: str, check: Path | None, as_json: bool
) -> None:
    """Make a backup and restore it in a scratch place; try a damaged and an older one too.

    Both must be refused. Writes a dated report that the journal's key has signed. The installation
    is in use meanwhile. Exits 0 when everything held, 1 when not, 2 when it could not be tried.
    """
    settings = prepare()
    from . import drill as drills

    if check is not None:
        _check_report(check)
        return
    try:
        held = drills.hold_drill(settings, scratch_url=scratch_database)
        file = out or settings.data_dir / "drills" / f"{_dated(held.begun_at)}.drill"
        drills.write_report(drills.sign_report(held), file)
    except drills.NoScratch as error:
        raise click.UsageError(str(error)) from None
    except FileExistsError:
        raise click.UsageError(f"{out} is there already: no report overwrites another.") from None
    if as_json:
        click.echo(json.dumps(held.as_dict() | {"report": str(file)}))
    else:
        click.echo(f"{held.words()}The signed report: {file}")
    sys.exit(0 if held.held else 1)


def _dated(begun_at: str) -> str:
    return begun_at.partition("+")[0].replace(":", "") + "Z"


def _check_report(file: Path) -> None:
    from assistedaccess.audit.notes import BadNote

    from .drill import check_report

    try:
        click.echo(check_report(file.read_text("utf-8")), nl=False)
    except (BadNote, UnicodeDecodeError) as error:
        click.echo(f"This report says nothing: {error}.", err=True)
        sys.exit(1)
