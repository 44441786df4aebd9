"""Anchors: checkpoints are taken outside, by themselves, to where whoever runs this cannot reach.

A way out is tried when it is due and there is something new; what left is noted, what did not is
said and tried again. It leaves before it is noted: a checkpoint that goes out twice does no harm,
one that was noted and did not leave would.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction

from .checkpoints import Checkpoint, find_checkpoint
from .models_tree import AuditAnchor


class AnchorFailed(Exception):
    """It did not leave; it is tried again. The message is for the operator."""


@dataclass(frozen=True)
class Way:
    """A way out: ``send`` takes a checkpoint there and may bring back a receipt.

    ``send`` raises AnchorFailed. ``every``: no more often than this.
    """

    kind: str
    every: timedelta
    send: Callable[[Checkpoint], bytes | None]


_list_ways: Callable[[], Sequence[Way]] = tuple


def use_ways(list_ways: Callable[[], Sequence[Way]]) -> None:
    """Say which ways this installation has; asked when the first checkpoint is to go out."""
    global _list_ways
    _list_ways = list_ways


def send_due_anchors() -> list[str]:
    """Take the newest checkpoint out by every way that is due; what did not work, in sentences."""
    return [words for way in _list_ways() if (words := _send_by(way)) is not None]


def _send_by(way: Way) -> str | None:
    with reading() as session:
        newest = find_checkpoint()
        last = session.execute(
            select(AuditAnchor.size, AuditAnchor.sent_at)
            .where(AuditAnchor.kind == way.kind)
            .order_by(AuditAnchor.sent_at.desc())
            .limit(1)
        ).one_or_none()
    if newest is None or (last is not None and not _is_due(way, newest, *last)):
        return None
    try:
        receipt = way.send(newest)
    except AnchorFailed as error:
        return f"The checkpoint of {newest.size} events did not leave by {way.kind}: {error}."
    run_transaction(lambda: _note(way.kind, newest.size, receipt))
    return None


def _is_due(way: Way, newest: Checkpoint, size: int, sent_at: datetime) -> bool:
    return newest.size > size and clock.now() - sent_at >= way.every


def _note(kind: str, size: int, receipt: bytes | None) -> None:
    anchor = AuditAnchor(id=new_id(), kind=kind, size=size, sent_at=clock.now(), receipt=receipt)
    get_session().add(anchor)


def to_folder(folder: Path) -> Way:
    """Into ``folder``, one file a checkpoint and ``newest``: a medium that is written once, a share
    of somebody else's, a repository that others fetch."""

    def send(checkpoint: Checkpoint) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in (f"{checkpoint.size:012}.checkpoint", "newest.checkpoint"):
                partial = folder / f".{name}.{os.getpid()}"
                partial.write_text(checkpoint.note, "utf-8")
                partial.replace(folder / name)
        except OSError as error:
            raise AnchorFailed(f"{folder}: {error.strerror}") from error

    return Way("folder", timedelta(minutes=10), send)


def by_email(
    deliver: Callable[[str, str, str], None], list_addresses: Callable[[], list[str]]
) -> Way:
    """To everybody whose addresses ``list_addresses`` gives, once a day: each has it in a place of
    their own. ``deliver`` is given a reference, an address and the text, and raises AnchorFailed.
    """

    def send(checkpoint: Checkpoint) -> None:
        addresses = list_addresses()
        if not addresses:
            raise AnchorFailed("there is nobody to send it to")
        for number, address in enumerate(addresses):
            deliver(f"checkpoint-{checkpoint.size}-{number}", address, LETTER + checkpoint.note)

    return Way("email", timedelta(days=1), send)


LETTER = """Keep this. It is what the journal was today, signed. With it, anybody can tell later \
whether the journal was changed or cut: save what stands below the line as a file, and run \
verify_journal.py with --since and that file.

----------
"""


def by_timestamp(url: str, ask: Callable[[str, bytes], bytes]) -> Way:
    """By a timestamp of somebody who sells them (RFC 3161), once an hour; the answer is kept.

    ``ask`` posts a request to ``url`` and returns the answer, and raises AnchorFailed. Needs the
    extra ``timestamp``.
    """

    def send(checkpoint: Checkpoint) -> bytes:
        from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

        note = checkpoint.note.encode()
        request = (
            TimestampRequestBuilder()
            .data(note)
            .nonce(nonce=True)
            .cert_request(cert_request=True)
            .build()
        )
        answer = ask(url, request.as_bytes())
        try:
            response = decode_timestamp_response(answer)
            said = response.tst_info
        except ValueError as error:
            raise AnchorFailed(f"{url} gave no timestamp") from error
        if response.status not in (0, 1):
            raise AnchorFailed(f"{url} refused, with status {response.status}")
        if said.message_imprint.message != request.message_imprint.message:
            raise AnchorFailed(f"{url} gave a timestamp of something else")
        if said.nonce != request.nonce:
            raise AnchorFailed(f"{url} gave a timestamp of another time")
        return answer

    return Way("timestamp", timedelta(hours=1), send)
