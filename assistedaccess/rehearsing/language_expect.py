"""What may be expected of a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistedaccess.audit.findings import HOLDS
from assistedaccess.audit.findings import Kind as JournalFault
from assistedaccess.notices.rules import Channel, NoticeKind
from assistedaccess.oversight.rules_flags import FlagKind

from .kinds import (
    ACCOUNT,
    BANK,
    COUNT,
    NUMBER,
    ORGANISATION,
    PERSON,
    SAID,
    SPAN,
    TEXT,
    YES,
    choice,
    many,
    record,
)

OUTCOMES = ("allow", "hold", "refuse")
EFFECTS = ("effect", "no effect")


def _list_flag_kinds() -> tuple[str, ...]:
    return tuple(str(kind.value) for kind in FlagKind)


FLAG = record(
    "a flag: its kind, and within what time it stands in the queue",
    {
        "kind": choice(_list_flag_kinds()),
        "within": SPAN,
        "person": PERSON,
        "account": ACCOUNT,
        "at_least": COUNT,
    },
    ("kind",),
)
NOTICE_FIELDS = {
    "to": PERSON,
    "kind": choice((*NoticeKind, "any")),
    "route": choice((*Channel, "any")),
    "is_independent": YES,
}
NOTICE = record(
    "a notice: to whom, of what kind, by which route",
    {**NOTICE_FIELDS, "at_least": COUNT},
    ("to",),
)
NO_NOTICE = record(
    "a notice that is not there: to whom, of what kind, by which route", NOTICE_FIELDS, ("to",)
)


def _find_no_payee(read: Mapping[str, Any]) -> str:
    if "account" in read and read.get("is_without"):
        return "is with an account or without one, not both"
    if not set(read) & {"account", "is_without", "is_stopped"}:
        return "says nothing of where the money goes: “account”, “is_without” or “is_stopped”"
    return ""


def _find_nobody(read: Mapping[str, Any]) -> str:
    return "" if read else "says nothing of who was drawn: “is” or “is_not”"


def _find_no_word(read: Mapping[str, Any]) -> str:
    return "" if read else "says nothing: say what is expected, or leave it out"


EXPECTATIONS = record(
    "what is expected",
    {
        "allow": YES,
        "hold": many(TEXT),
        "refuse": many(TEXT),
        "due": SPAN,
        "says": many(SAID),
        "flags": many(FLAG),
        "no_flags": many(choice((*_list_flag_kinds(), "any"))),
        "notices": many(NOTICE),
        "no_notices": many(NO_NOTICE),
        "money": choice(EFFECTS),
        "paid_into": record(
            "where a person's money goes by what was sent last: one at least of `account` (with "
            "its `holder` if one is named), `is_without` (`yes`: paid without an account, or by "
            "nothing yet; `no`: into some account) and `is_stopped` (`yes`: it went there, and "
            "rests since the person said no)",
            {"person": PERSON, "account": BANK, "is_without": YES, "is_stopped": YES},
            ("person",),
            _find_no_payee,
        ),
        "applications": many(
            record(
                "how many of a person's applications are in a state",
                {
                    "person": PERSON,
                    "state": choice(("draft", "submitted", "withdrawn")),
                    "count": NUMBER,
                },
                ("person", "state", "count"),
            )
        ),
        "delegations": many(
            record(
                "how many of a person's delegations are in a state",
                {
                    "person": PERSON,
                    "state": choice(("live", "frozen", "suspended", "ended", "expired")),
                    "count": NUMBER,
                },
                ("person", "state", "count"),
            )
        ),
        "cases": many(
            record(
                "how many of a person's cases are in a state, at one organisation or anywhere",
                {
                    "person": PERSON,
                    "state": choice(("open", "waiting", "closed")),
                    "count": NUMBER,
                    "organisation": ORGANISATION,
                },
                ("person", "state", "count"),
            )
        ),
        "waiting": NUMBER,
        "reviewer": record(
            "who was drawn to decide on what waits",
            {"is": ACCOUNT, "is_not": many(ACCOUNT)},
            misfit=_find_nobody,
        ),
        "questions": NUMBER,
        "look": choice(("explained", "stated", "broken_glass")),
        "journal": choice((HOLDS, *JournalFault, "fails")),
        "first_bad": NUMBER,
    },
    misfit=_find_no_word,
)
WORDS = {
    "allow": "`yes`: the act goes through. Nothing said of the outcome means this. `no`: it is "
    "held or refused, whatever for.",
    "hold": "The act waits for a second human, for each of these reason codes (or `any`); of a "
    "claim that is sent all the same, where its money goes.",
    "refuse": "The act is refused with one of these reason codes (or `any`).",
    "due": "What waits is due within this time, or sooner (the clock that whoever asked is shown).",
    "says": "The words that the helper is shown hold each of these texts.",
    "flags": "Each stands in the auditors' queue `within` its time from this step (else: now). "
    "The timers run until then; the rehearsal goes on meanwhile.",
    "no_flags": "No flag of these kinds (or `any`) was raised by now.",
    "notices": "The person is told so, since this step began (`at_least` once).",
    "no_notices": "The person is not told so since this step began.",
    "money": "`no effect`: no payment, refund, gift or payment details were added or changed by "
    "this step. `effect`: something was.",
    "paid_into": "Where the person's money goes, by the newest payment details in force.",
    "applications": "How many applications of a person stand so.",
    "delegations": "How many delegations of a person stand so.",
    "cases": "How many cases of a person stand so.",
    "waiting": "So many acts that came up in this step wait for a second human.",
    "reviewer": "Who was drawn for the act that this step left waiting.",
    "questions": "In the whole rehearsal so far, at most so many acts were answered with a "
    "question: a hold, or something more to be said. (That no word accuses anybody is looked at "
    "after every act.)",
    "look": "How the look of this step stands in the journal: explained by the records, only "
    "stated, or glass was broken.",
    "journal": "What checking the whole journal finds; `fails`: any fault.",
    "first_bad": "The number of the first event in the journal's tree that is bad.",
}
