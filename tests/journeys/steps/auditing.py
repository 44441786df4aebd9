"""The auditor asks the journal: what was done for this person, who did it, on what."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from .screen import Screen


def ask_about(
    auditor: Screen, *, person: str = "", action: str = "", helper: str = ""
) -> list[str]:
    """What the journal answers, page after page: a line an event, with what, who and on what."""
    auditor.open("/journal", "Journal")
    auditor.page.get_by_text("Ask for something else").click()
    if person:
        auditor.type("Person’s reference", person)
    if helper:
        auditor.type("Helper’s name, or a part of it", helper)
    if action:
        auditor.pick("What was done", action)
    auditor.press("Show what happened", "Journal")
    lines = _read_lines(auditor)
    while auditor.page.get_by_role("link", name="Older").count():
        auditor.follow("Older", "Journal")
        lines += _read_lines(auditor)
    return lines


def _read_lines(auditor: Screen) -> list[str]:
    rows = auditor.page.locator("table tbody tr").all_inner_texts()
    return [" ".join(row.split()) for row in rows]


def save_as_csv(auditor: Screen) -> list[list[str]]:
    """The rows of the file that the auditor takes away."""
    with auditor.page.expect_download() as started:
        auditor.press("Save these events as a CSV file")
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))
