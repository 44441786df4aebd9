"""What people are told: the outbox stands for their phones, until a real sender is chosen."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask

from assistedaccess.consent.silent import tell_calls
from assistedaccess.notices.service import send_due_notices


def send_what_is_due(app: Flask) -> list[dict[str, Any]]:
    """What ``assistedaccess notices send`` does; all that has left so far, the oldest first."""
    with app.app_context():
        tell_calls()
        result = send_due_notices()
    assert not result.failed
    outbox = app.config["SETTINGS"].data_dir / "outbox"
    files = sorted(outbox.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def read_code_on_phone(app: Flask) -> str:
    """The code in the newest text message, as the person reads it out."""
    texts = [message for message in send_what_is_due(app) if message["channel"] == "text"]
    found = re.search(r"\b\d{6}\b", texts[-1]["body"])
    assert found is not None, texts[-1]["body"]
    return found.group()
