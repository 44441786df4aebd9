"""The record of processing activities (UK GDPR, Article 30), written from the register.

``python -m assistedaccess.data_protection.article_30`` writes docs/record-of-processing.md anew; a
test fails where the file says something else than the models do. It is in English alone: it is for
whoever is accountable, and for the Information Commissioner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Column

from assistedaccess.kernel.database import Fingerprint, Sealed, metadata
from assistedaccess.kernel.places import PACKAGE
from assistedaccess.kernel.schema import import_models

from .held import REGISTER
from .rules import Activity, Held, Kept, Sort, sort_column
from .rules_retention import PERIODS, RULES

FILE = PACKAGE.parent / "docs" / "record-of-processing.md"

TASK = "6(1)(e): a task in the public interest (charities: 6(1)(f), legitimate interests)"
DUTY = "6(1)(c): a legal duty"


@dataclass(frozen=True)
class Processing:
    """One activity: why, on which basis, about whom, and who else receives it."""

    purpose: str
    basis: str
    special: str
    about: str
    recipients: str


HELPED = "people who are helped"
NONE = "none on purpose; free text may hold some"
PUBLIC_INTEREST = (
    "9(2)(g) with DPA 2018, Schedule 1, paragraph 6 (statutory and government purposes)"
)
CARE = "9(2)(g) with DPA 2018, Schedule 1, paragraph 18 (safeguarding of individuals at risk)"

ACTIVITIES: dict[Activity, Processing] = {
    Activity.IDENTIFY: Processing(
        "Know who the person is, and tell them from others",
        TASK,
        "none",
        HELPED,
        "organisations of the installation, by reference, or by name and birth date together",
    ),
    Activity.REACH: Processing(
        "Reach the person in a way that is safe for them",
        TASK,
        CARE + ", where contact is unsafe",
        HELPED,
        "the sender of texts, e-mails and letters: the address and a sentence",
    ),
    Activity.AUTHORITY: Processing(
        "Prove what the person agreed to, and who may act for them, within which limits",
        TASK,
        PUBLIC_INTEREST + ": capacity, and services that tell of health",
        f"{HELPED}, witnesses, vouchers, interpreters, attorneys and deputies",
        "the body that is dealt with, where it asks for the authority",
    ),
    Activity.HELP: Processing(
        "Do, in order and in time, what the person asked for",
        TASK,
        PUBLIC_INTEREST,
        HELPED,
        "another organisation, by hand-over with the person's yes",
    ),
    Activity.APPLY: Processing(
        "Fill in, send and prove an application in the person's name",
        TASK,
        PUBLIC_INTEREST + ": health and disability, as the forms ask",
        f"{HELPED}, and whoever their answers name",
        "the department or council that decides",
    ),
    Activity.MONEY: Processing(
        "Take and return money, and change where it is paid, so that it can be accounted for",
        f"{TASK}; accounts: {DUTY}",
        "none",
        HELPED,
        "the card payment service; the organisation's auditors",
    ),
    Activity.TELL: Processing(
        "Tell the person what was done in their name, and answer them",
        f"{DUTY} (Articles 12 to 22), and {TASK}",
        "sensitive entries are told in person alone",
        HELPED,
        "the sender of texts, e-mails and letters",
    ),
    Activity.PROTECT: Processing(
        "Keep people safe from harm, and let them ask for help unseen",
        f"{TASK}; Care Act 2014, section 42, and its counterparts",
        CARE,
        f"{HELPED}, and whoever they fear",
        "safeguarding leads; adult social care or the police, by a lead's decision",
    ),
    Activity.ANSWER: Processing(
        "Show who did what, for whom, on which authority, and who looked",
        f"{TASK}; Article 5(2), accountability",
        "none: identifiers and salted commitments; details are sealed",
        f"{HELPED}, helpers and other staff",
        "auditors; a court, by export",
    ),
    Activity.STAFF: Processing(
        "Vouch for helpers: training, checks, membership",
        TASK,
        "10 and DPA 2018, Schedule 1, paragraph 18: that a criminal record check was made; no "
        "conviction is stored",
        "helpers and other staff",
        "managers and auditors",
    ),
    Activity.SIGN_IN: Processing(
        "Let the right human in, and keep everybody else out",
        f"{TASK}; Article 32, security",
        "none",
        "helpers and other staff; whoever tries to sign in",
        "none",
    ),
    Activity.OVERSEE: Processing(
        "Find fraud and mistakes, and say what was found",
        f"{TASK}; DPA 2018, Schedule 1, paragraph 14 (preventing fraud)",
        NONE,
        f"{HELPED}, helpers and other staff, whoever tells of a wrong",
        "auditors; whoever they refer a finding to",
    ),
    Activity.RUN: Processing(
        "Keep the service running: settings, keys, the catalogue of services",
        TASK,
        "none",
        "nobody",
        "none",
    ),
}

SORTS: dict[Sort, str] = {
    Sort.KEY: "ties the row to others",
    Sort.ACTOR: "who did it, so that they answer for it",
    Sort.MOMENT: "when it was, and when its time is over",
    Sort.PLACE: "which organisation answers for it",
    Sort.REFERENCE: "what people say and type to find it",
    Sort.TRACE: "recognises an equal without showing it",
    Sort.WORKING: "keeps work in order: once, and not twice",
}


def write_record() -> str:
    """The whole record, as Markdown."""
    import_models()
    if missing := sorted(set(metadata.tables) - set(REGISTER)):
        raise SystemExit(
            f"Say what {', '.join(missing)} is for in assistedaccess/data_protection/held_….py"
        )
    return "\n".join([*_begin(), *_list_activities(), *_list_periods(), *_list_tables()]) + "\n"


def _begin() -> Iterator[str]:
    yield from (
        "# Record of processing activities",
        "",
        "UK GDPR, Article 30. Written from the tables themselves by",
        "`python -m assistedaccess.data_protection.article_30`; change what is said there, and not "
        "this file.",
        "A table or column of which nobody has said what it is for fails the build.",
        "",
        "Controller: each organisation, for what it records; together, for what they share",
        "([controllers.md](controllers.md)). Nothing goes to another country by this "
        "system. Security: [operating.md](operating.md).",
        "",
    )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _list_activities() -> Iterator[str]:
    yield from ("## What for", "")
    yield _row("activity", "purpose", "basis (Article)", "special categories", "about", "seen by")
    yield _row(*["---"] * 6)
    for name, one in ACTIVITIES.items():
        yield _row(name, one.purpose, one.basis, one.special, one.about, one.recipients)
    yield ""


def _list_periods() -> Iterator[str]:
    yield from ("## How long", "")
    yield _row("kind", "days", "since", "source", "what `retention run` does")
    yield _row(*["---"] * 5)
    for kind, period in PERIODS.items():
        days = str(period.days) if period.days is not None else "stays"
        yield _row(kind, days, period.since, period.source, _say_rules(kind))
    yield ""


def _say_rules(kind: Kept) -> str:
    done = [
        f"empties {rule.table}.{', '.join(rule.columns)}"
        if rule.columns
        else f"deletes {rule.table}"
        for rule in RULES
        if rule.kind is kind
    ]
    if kind is Kept.PERSON:
        done.append("erases the person's record")
    return "; ".join(done) or "—"


def _list_tables() -> Iterator[str]:
    yield from ("## What is held", "")
    for name in sorted(metadata.tables):
        held, table = REGISTER[name], metadata.tables[name]
        yield from (f"### {name}", "")
        yield f"For: {held.activity}. Kept as: {held.kept}."
        yield ""
        yield _row("column", "what for", "in the access pack")
        yield _row(*["---"] * 3)
        for column in table.columns:
            yield _row(_name(column), _say_purpose(column, held), _say_pack(column, held))
        yield ""


def _name(column: Column) -> str:
    return f"{column.name} (sealed)" if isinstance(column.type, Sealed) else str(column.name)


def _say_purpose(column: Column, held: Held) -> str:
    sort = sort_column(column.name, is_fingerprint=isinstance(column.type, Fingerprint))
    if sort is not None and column.name not in held.named:
        return SORTS[sort]
    return ACTIVITIES[held.activity].purpose.lower()


def _say_pack(column: Column, held: Held) -> str:
    trace = isinstance(column.type, Fingerprint)
    if held.title and held.shows(column.name, is_fingerprint=trace):
        return "yes"
    if held.title and held.shows(column.name, is_fingerprint=trace, at_desk=False):
        return "yes, but not at a desk"
    why = held.why_withheld(column.name, is_fingerprint=trace)
    return f"no: {why}" if why and (held.title or held.all_withheld) else "about nobody helped"


if __name__ == "__main__":
    FILE.write_text(write_record(), "utf-8")
