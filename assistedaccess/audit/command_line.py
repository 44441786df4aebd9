"""``assistedaccess audit``: seal, verify, export, prove. What operators and auditors type.

The application's settings are read by what the command line leaves in the context's ``obj``; what
needs no database (checking an export or a proof) does without.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from assistedaccess.kernel.places import find_place
from assistedaccess.kernel.transactions import reading

PROOF_ENDS_IN = ".tlog-proof"


@click.group()
def audit() -> None:
    """The journal."""


@audit.command("seal")
@click.option("--follow", is_flag=True, help="Stay, and seal within two seconds of each commit.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a checkpoint.")
@click.pass_context
def seal(context: click.Context, follow: bool, as_json: bool) -> None:
    """Make committed events leaves of the tree, sign a checkpoint, and send it outside when due.

    Where it goes the settings say: CHECKPOINT_FOLDER, CHECKPOINT_EMAILS, TIMESTAMP_URL.
    """
    context.meta["open_app"]()  # whoever counts what is sealed does it in this very transaction
    from . import sealing
    from .anchors import send_due_anchors
    from .checkpoints import Checkpoint

    def say_what_did_not_leave() -> None:
        for words in send_due_anchors():
            click.echo(words, err=True)

    def tell(made: Checkpoint) -> None:
        if as_json:
            click.echo(json.dumps({"size": made.size, "root": made.root.hex()}))
        else:
            click.echo(f"{made.size} events are sealed.")

    if follow:
        sealing.follow(tell, also=say_what_did_not_leave)
        return
    sealed = sealing.seal_all()
    say_what_did_not_leave()
    if sealed is not None:
        tell(sealed)
    else:
        click.echo("{}" if as_json else "Nothing new to seal.")


@audit.command("verify")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
@click.option(
    "--since",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="A file with a checkpoint that was kept outside. May be given more than once.",
)
@click.option("--key", default="", help="With FOLDER: the verifier key you were given, or a file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def verify(
    prepare: Any, folder: str | None, since: tuple[str, ...], key: str, as_json: bool
) -> None:
    """Check the journal in the database, or the export in FOLDER.

    Every event, lane, signature and copied column, the tree over them, every checkpoint, and that
    the journal goes on from the checkpoints that were kept. Exits 0 when it holds, 1 when it does
    not, 2 when it could not be checked.
    """
    kept = [_read_text(file) for file in since]
    progress = None if as_json else _progress
    if folder is not None:
        key = key if "+" in key or not key else _read_text(key)
        found = _verify_folder(folder, key, kept, progress)
        words = load_verifier().in_words(found, key)
    else:
        if key:
            raise click.UsageError("--key goes with the FOLDER of an export.")
        prepare()
        from .verify import verify_journal

        with reading():
            report = verify_journal(progress, since=kept)
        found, words = report.as_dict(), report.words()
    if progress and sys.stderr.isatty():
        click.echo("", err=True)
    click.echo(json.dumps(found) if as_json else words)
    sys.exit(0 if found["ok"] else 1)


def _read_text(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{file} cannot be read: {error}") from None


def _verify_folder(folder: str, key: str, kept: list[str], progress: Any) -> dict[str, Any]:
    verifier = load_verifier()
    try:
        return verifier.verify_export(folder, key, kept, progress or (lambda done, total: None))
    except verifier.UNREADABLE as error:
        raise click.UsageError(f"{folder} cannot be checked: {error!r}") from None


@cache
def load_verifier() -> ModuleType:
    """verify_journal.py, the file that strangers run: one reading of an export, not two."""
    spec = importlib.util.spec_from_file_location("verify_journal", find_place("verify_journal.py"))
    if spec is None or spec.loader is None:
        raise ImportError("verify_journal.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Place(click.ParamType):
    """A leaf's index, or a day."""

    name = "index or date"

    def convert(self, value: Any, param: Any, context: Any) -> int | date:
        if isinstance(value, int | date):
            return value
        try:
            return int(value) if value.isdigit() else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is neither an index nor a date like 2026-11-23", param, context)


@audit.command("export")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--from", "begin", type=_Place(), help="The first leaf, by index or by its day.")
@click.option("--to", "end", type=_Place(), help="The leaf after the last one, or the last day.")
@click.pass_obj
def export(prepare: Any, folder: str, begin: int | date | None, end: int | date | None) -> None:
    """Write the journal into FOLDER, for anybody to check with verify_journal.py.

    That it leaves the system is in the journal; that event is sealed later, and so in the next
    export.
    """
    prepare()
    from .export import NotEmpty, NothingSealed, export_journal
    from .recording import record_export

    record_export()
    try:
        with reading():
            made = export_journal(Path(folder), begin=begin, end=end, progress=_progress)
    except NotEmpty:
        raise click.UsageError(f"{folder} is not empty.") from None
    except NothingSealed:
        raise click.ClickException(
            "Nothing is sealed yet. Run: assistedaccess audit seal"
        ) from None
    click.echo(f"{made.size} events, as the checkpoint has them. Check them with:")
    click.echo(f"python3 {find_place('verify_journal.py')} {folder} --key KEY")


@audit.command("prove")
@click.argument("reference")
@click.pass_obj
def prove(prepare: Any, reference: str) -> None:
    """Print the proof (C2SP tlog-proof) that an event is in the journal.

    REFERENCE is the event's id, its index in the tree, or a file that ends in .tlog-proof: then
    that proof is checked, and the exit code says whether it holds.
    """
    prepare()
    from .notes import BadNote
    from .proofs import NotSealed, check_receipt, find_event, prove_receipt

    if reference.endswith(PROOF_ENDS_IN):
        try:
            with reading():
                checked = check_receipt(Path(reference).read_text("utf-8"))
        except OSError as error:
            raise click.UsageError(f"{reference} cannot be read: {error}") from None
        except (BadNote, UnicodeDecodeError) as error:
            click.echo(f"This proves nothing: {error}.")
            sys.exit(1)
        click.echo(f"Proved: it is event {checked.index} of the first {checked.size}.")
        return
    with reading():
        event_id = find_event(reference)
        if event_id is None:
            raise click.UsageError(f"{reference} is no event of this journal.")
        try:
            click.echo(prove_receipt(event_id), nl=False)
        except NotSealed:
            click.echo("The event is not sealed yet. Run: assistedaccess audit seal", err=True)
            sys.exit(1)


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done} of {total}", nl=False, err=True)
