"""What the reference says of the rules that a rehearsal meets: who may say yes to what and how
strongly, what an act needs, who decides, what may be asked of a form. Read out of the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from itertools import product

from assistedaccess.approvals.rules import NOTICE, find_notice, review_hours, roles_that_decide
from assistedaccess.consent.rules import ASSISTING_POWERS, Mode, read_policy
from assistedaccess.consent.rules_statements import parse_statement
from assistedaccess.consent.rules_strength import (
    Evidence,
    OwnPart,
    compute_strength,
    list_weighed_ways,
)
from assistedaccess.consent.rules_terms import LONGEST_TASK_DAYS
from assistedaccess.consent.service_statements import POLICY, STATEMENTS
from assistedaccess.consent.ways.interpreter import INDEPENDENT
from assistedaccess.delegation.rules_term import ASKED_ABOUT_DAYS
from assistedaccess.kernel import clock
from assistedaccess.people.rules import SPOKEN_LANGUAGES
from assistedaccess.safeguards.settings import NUMBERS
from assistedaccess.services.catalogue import load_catalogue
from assistedaccess.services.components import CheckboxesQuestion, Question

from .questions import SERVICES, list_questions, load_form

DECIDED = {
    "grant role": "organisations.grant_role",
    "change settings": "safeguards.change_settings",
    "change consent policy": "consent.change_policy",
}
"""The acts whose deciders, clock or notice are others than everybody's."""


def write_yes() -> str:
    """Which power needs how strong a yes, who may hold it, for how long; how strong each way is."""
    policy = read_policy(json.loads(POLICY.read_text(encoding="utf-8")))
    lines = [
        f"`assist` is a yes to one visit: that day, that helper, that service. It carries "
        f"{_list(sorted(ASSISTING_POWERS))}, nothing else, and is said again on another day. "
        "Everything else needs a `grant`; each power that needs a strong yes is asked for alone. "
        "`holder_account` is who may act, else whoever asked. A grant to a relative or friend "
        "waits until somebody else has spoken with the person alone (`hold private moment`, or "
        "`in_private`).",
        "",
        f"A grant lasts {policy.longest_months} months at most, one task (`is_one_task`) "
        f"{LONGEST_TASK_DAYS} days. One of more than {ASKED_ABOUT_DAYS} days has a `check in` "
        "half-way, by a helper who may not act on it (of what an organisation holds, by one of "
        "another organisation): without it the delegation rests from then on "
        "(`check_in_missed`).",
        "",
    ]
    for power, strength in policy.strengths.items():
        kinds = [str(kind) for kind, held in policy.holders.items() if power in held]
        lines.append(f"- `{power}`: a {strength} yes or a stronger one; for {_list(kinds)}")
    lines += [
        "",
        "How strong a yes is, by the way in which it is confirmed, and what makes it less:",
    ]
    return "\n".join([*lines, "", *(_weigh(way) for way in sorted(list_weighed_ways()))])


def _weigh(way: str) -> str:
    free = [each.name for each in fields(Evidence) if each.name not in ("way", "own_part")]
    found = [
        compute_strength(Evidence(way, own_part=part, **dict(zip(free, given, strict=True))))
        for part in OwnPart
        for given in product((False, True), repeat=len(free))
    ]
    best = max((each.strength for each in found), key=lambda each: each.rank)
    less = {
        (reason.at_most, reason.code)
        for each in found
        for reason in each.reasons
        if reason.at_most.rank < best.rank
    }
    told = [f"{strength} where `{code}`" for strength, code in sorted(less)]
    return f"- `{way}`: {best}{'; ' if told else ''}{', '.join(told)}"


def write_languages() -> str:
    """In which languages a yes is read, how another becomes one, and what is written instead."""
    texts = [
        parse_statement(file.read_text(encoding="utf-8"))
        for file in sorted(STATEMENTS.glob("*.txt"))
    ]
    lines = [
        "The `language` of a yes is one in which the words are approved; another is refused "
        "(`invalid_input`). No act approves words: in their file (consent/statements) whoever "
        "knows the language puts `approved-by` and `approved-on`, and the next version of the "
        "program publishes them. Until then a person who speaks it says yes by the way "
        "`interpreter`, whose `interpreter_language` is one of the words below, or `other` with "
        "the name in `interpreter_other`. `interpreter_relation`: "
        f"{_list(sorted(INDEPENDENT))} carry it whole, the others make it weaker (see above). "
        "A form, and what a person is sent, is in `en` or `cy`.",
        "",
    ]
    for kind in Mode:
        ready = [text.language for text in texts if text.kind is kind and text.approved_on]
        drafts = [text.language for text in texts if text.kind is kind and not text.approved_on]
        waiting = f"; not approved yet: {_list(drafts)}" if drafts else ""
        lines.append(f"- words of `{kind}`: {_list(ready)}{waiting}")
    spoken = ", ".join(f"`{key}` {name}" for key, name in SPOKEN_LANGUAGES.items())
    return "\n".join([*lines, f"- `interpreter_language`, `spoken_language`: {spoken}"])


def write_deciders() -> str:
    """Who decides on what waits, by when, and from when on."""
    lines = [
        "What waits is given to one human, drawn among the reviewers of the organisation and of a "
        "pool (`is_pool`): never to who asked, under whichever account. A rehearsal in which "
        "something is released needs somebody in that role; without one it waits on. "
        f"They have {review_hours('')} hours; then somebody else is drawn.",
        "",
    ]
    for act, command in DECIDED.items():
        waits = find_notice(command, {"role": "reviewer"}, clock.now()) is not None
        notice = f", not before {NOTICE.total_seconds() / 3600:.0f} hours" if waits else ""
        roles = _list(sorted(roles_that_decide(command)))
        lines.append(f"- `{act}`: {roles}, within {review_hours(command)} hours{notice}")
    return "\n".join(lines)


def write_numbers() -> str:
    """The numbers that the controls count with, their bounds, and what each is."""
    counted = (
        "`money_line_pence` counts what a helper pays out of the person's money, and what they "
        "give them as money, cash or goods: no voucher, and nothing that a form asks others for."
    )
    lines = [
        f"- `{name}`: {number.start} ({number.least} to {number.most}); {number.source}"
        for name, number in NUMBERS.items()
    ]
    return "\n".join([*lines, "", counted])


def write_forms() -> str:
    """The questions of each service's form by the names that ``answers`` takes."""
    lines = [
        "What `answers` may name, with the words that a question of a list takes ([…]: several of "
        "them in a list, or one). What is left out "
        "is answered in an ordinary way. `account` answers what is asked about the account, and "
        "`document` the forms that take papers; `declarer` is who may declare that they are true.",
        "",
    ]
    entries = {entry.slug: entry for entry in load_catalogue()}
    for service in SERVICES:
        form = load_form(service)
        papers = " (takes papers)" if form.takes_files else ""
        asked = ", ".join(_ask(name, each) for name, each in list_questions(form).items())
        declared = _list(sorted(entries[service].may_declare))
        lines.append(f"- `{service}`{papers}: {asked}. `declarer`: {declared}")
    return "\n".join(lines)


def _ask(name: str, question: Question) -> str:
    words = [choice.value for choice in question.choices]
    several = "[…]" if isinstance(question, CheckboxesQuestion) else ""
    told = f" ({' | '.join(words)})" if 0 < len(words) <= MOST_WORDS else ""
    return f"`{name}`{several}{told}"


MOST_WORDS = 8
"""A longer list of words is told by the error that a wrong one meets."""


def _list(words: Iterable[object]) -> str:
    return ", ".join(f"`{word}`" for word in words)
