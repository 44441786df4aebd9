"""What an auditor is shown of a change that was told: which answers, and their ends alone."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from assistedaccess.applications.queries_changes import Changed, Changes
from assistedaccess.applications.rules_changes import Difference
from assistedaccess.kernel import clock
from assistedaccess.oversight.rules import cover_details, split_changes

DIFFERENCES = [
    Difference("condition", "What is the condition?", ("Arthritis in both hips",), ("None",)),
    Difference("accountNumber", "Account number", ("66374958",), ("12345678",)),
]


def test_answers_and_accounts_are_told_to_auditors_by_their_ends() -> None:
    changes = Changes(
        id=uuid4(),
        reference="A-1",
        before_id=uuid4(),
        before_reference="A-1",
        sent_at=clock.now(),
        form_hash="",
        same_form=True,
        what="My hips are better",
        since_on=date(2026, 3, 1),
        answers={"condition": "Arthritis in both hips"},
    )
    details = Changed(changes, DIFFERENCES, {}).for_journal()
    rows = {name: (before, after) for name, before, after in split_changes(details)}
    assert rows["answer condition"] == ("••• ips", "•••")
    assert set(rows) == {"answer condition", "answer accountNumber"}
    shown = f"{rows} {cover_details(details)}"
    for private in ("Arthritis", "66374958", "12345678", "My hips"):
        assert private not in shown
    assert cover_details(details)["since"] == "2026-03-01"
