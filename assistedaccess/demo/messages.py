"""What a demonstration would have sent: it reaches no telephone, so it is read from the outbox."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SHOWN = 10
"""The newest are what somebody looks for: a code that was sent a moment ago."""


@dataclass(frozen=True)
class SentMessage:
    """One text or e-mail in the outbox."""

    reference: str
    channel: str
    to: str
    subject: str
    body: str
    language: str
    sent_at: datetime


def list_messages(folder: Path) -> list[SentMessage]:
    """The newest messages of the outbox in ``folder``; none where nothing was ever sent."""
    files = [(file.stat().st_mtime, file) for file in (folder / "outbox").glob("[!.]*.json")]
    newest = sorted(files, key=lambda each: each[0], reverse=True)[:SHOWN]
    return [_read(file, moment) for moment, file in newest]


def _read(file: Path, moment: float) -> SentMessage:
    found = json.loads(file.read_text(encoding="utf-8"))
    return SentMessage(
        reference=found["reference"],
        channel=found["channel"],
        to=found["to"],
        subject=found["subject"],
        body=found["body"],
        language=found["language"],
        sent_at=datetime.fromtimestamp(moment, UTC),
    )
