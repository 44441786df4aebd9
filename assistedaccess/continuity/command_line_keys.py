"""``assistedaccess keys``: another key in the place of one, and the master key's escrow copy."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from assistedaccess.kernel.places import load_config
from assistedaccess.kernel.transactions import reading

_share = click.Path(exists=True, dir_okay=False, path_type=Path)
_new_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def keys() -> None:
    """The keys of the installation."""


@keys.command("rotate")
@click.argument("which", type=click.Choice(["master", "journal"]), default="master")
@click.option("--retire", is_flag=True, help="Take older master keys out: nothing is under them.")
@click.pass_obj
def rotate(prepare: Any, which: str, retire: bool) -> None:
    """Have a new key in the place of the old one, while the installation is in use.

    MASTER (the default): every subject's key is wrapped under a new master key. Run it again where
    it was stopped; then, a day later, with --retire. JOURNAL: a new key signs the journal, let in
    by the old one. It prints the new verifier key, for the auditors; who has the old one needs
    nothing.
    """
    settings = prepare()
    if which == "journal":
        from assistedaccess.audit.recording import rotate_journal_key

        if retire:
            raise click.UsageError("--retire is for master keys: the journal's are kept for good.")
        click.echo(rotate_journal_key())
        return
    from .rotation import CannotRotate, retire_older_keys, rotate_master_key

    try:
        if retire:
            done = retire_older_keys(settings)
        else:
            done = rotate_master_key(settings, load_config().read_master_keys)
    except CannotRotate as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{done.wrapped} keys were wrapped anew. All are under master key {done.key_id}.")
    if retire and settings.master_key_file is None:
        click.echo("Take the older keys out of where you keep them.")
    elif not retire:
        click.echo(
            "The old key still opens. Make a new escrow copy and a new backup now, and run "
            "assistedaccess keys rotate --retire tomorrow. Backups of before need the old key's "
            "escrow copy for as long as you keep them."
        )


@keys.command("renew")
@click.pass_obj
def renew(prepare: Any) -> None:
    """After a leak: a new key for everybody's data, while the installation is in use.

    What is sealed from now on opens under the new keys alone. Rotate and retire the master key
    first. Run it again where it was stopped: it goes on, and nobody gets two.
    """
    prepare()
    from .renewal import renew_data_keys

    click.echo(
        f"{renew_data_keys()} people and accounts have a new key for what is sealed from now on. "
        "What was sealed before opens as before, also for whoever copied it. What else to change "
        "after a leak: docs/operating.md, The master key."
    )


@keys.group()
def escrow() -> None:
    """The copy of the master key, in two shares that are both needed."""


@escrow.command("make")
@click.argument("first", type=_new_file)
@click.argument("second", type=_new_file)
@click.pass_obj
def make(prepare: Any, first: Path, second: Path) -> None:
    """Write the two shares of the master key of now into FIRST and SECOND, to be printed.

    Give them to two people, then remove the files. One share alone says nothing about the key.
    """
    settings = prepare()
    from assistedaccess.kernel.master_keys import key_id

    from .escrow import split
    from .service import record_escrow

    for file in (first, second):
        if file.exists():
            raise click.UsageError(f"{file} is there already: no share overwrites another.")
    if first.resolve() == second.resolve():
        raise click.UsageError("The two shares go into two files.")
    record_escrow(outcome="made", key=key_id(settings.master_key))
    for share, file in zip(split(settings.master_key), (first, second), strict=True):
        _write(file, share.text())
    click.echo(
        f"{first} and {second} are the two shares of master key {key_id(settings.master_key)}."
    )


@escrow.command("test")
@click.argument("first", type=_share)
@click.argument("second", type=_share)
@click.pass_obj
def test(prepare: Any, first: Path, second: Path) -> None:
    """Say whether the two shares open what the installation holds: exit code 0 if so, else 1."""
    prepare()
    from assistedaccess.kernel.encryption import opens_installation
    from assistedaccess.kernel.master_keys import key_id

    from .escrow import BadShare, join, read_share
    from .service import record_escrow

    name, words = "unknown", ""
    try:
        key = join(read_share(_read(first)), read_share(_read(second)))
        name = key_id(key)
        with reading():
            if not opens_installation(key):
                words = f"They give master key {name}, which is not the newest one here"
    except BadShare as error:
        words = f"The shares are no copy: {error}"
    record_escrow(outcome="failed" if words else "held", key=name)
    if words:
        click.echo(f"{words}.", err=True)
        sys.exit(1)
    click.echo(f"The two shares give master key {name}, and it opens what is here.")


@escrow.command("open")
@click.argument("first", type=_share)
@click.argument("second", type=_share)
@click.option("--to", required=True, type=_new_file, help="The file to write the key into.")
def open_escrow(first: Path, second: Path, to: Path) -> None:
    """Write the master key that the two shares give into a file, for MASTER_KEY_FILE.

    For when the key, or the whole machine, is lost: it needs no database and no settings.
    """
    import base64

    from .escrow import BadShare, join, read_share

    if to.exists():
        raise click.UsageError(f"{to} is there already: move it away first.")
    try:
        key = join(read_share(_read(first)), read_share(_read(second)))
    except BadShare as error:
        click.echo(f"The shares are no copy: {error}.", err=True)
        sys.exit(1)
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(to, f"{base64.b64encode(key).decode()}\n")
    click.echo(f"{to} holds the master key. Set ASSISTEDACCESS_MASTER_KEY_FILE={to}")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def _write(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
