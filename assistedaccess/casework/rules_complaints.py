"""Complaints: by when they are acknowledged and answered, and who may deal with them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.text import fold_text
from assistedaccess.kernel.working_days import add_working_days
from assistedaccess.organisations.rules import Nation

LONGEST_TOLD = 4_000
LONGEST_SHORT = 300
LAST_STAGE = 2


class About(StrEnum):
    """What a complaint is about."""

    SERVICE = "service"
    HELPER = "helper"
    DATA = "data"


class Way(StrEnum):
    """How a complaint came in. Every way counts (Equality Act 2010, s.20: the way that suits)."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    OTHER = "other"


class HowTold(StrEnum):
    """How whoever complained was told something."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    LETTER = "letter"
    EMAIL = "email"
    KEPT = "kept"  # there is no safe way to reach them: it waits until they ask by the number


class TellBy(StrEnum):
    """By which way whoever complained wishes to be told: a channel of notices."""

    TEXT = "text"
    EMAIL = "email"
    LETTER = "letter"


class Outcome(StrEnum):
    """What the answer says."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"


class EntryKind(StrEnum):
    """What is written to a complaint. It only grows."""

    NOTE = "note"
    ACKNOWLEDGED = "acknowledged"
    EXTENDED = "extended"
    ANSWERED = "answered"
    ASKED_AGAIN = "asked_again"


WRITTEN = (EntryKind.NOTE, EntryKind.ACKNOWLEDGED, EntryKind.EXTENDED, EntryKind.ASKED_AGAIN)
"""What is written by itself; an answer has a form of its own."""


@dataclass(frozen=True)
class Told:
    """What whoever complained told; all but ``words`` may be empty.

    ``who``: whom it is about, in their words. ``name`` and ``reach``: theirs, if they wish.
    """

    words: str
    who: str = ""
    wanted: str = ""
    name: str = ""
    reach: str = ""

    @classmethod
    def read(cls, opened: Mapping[str, str]) -> Told:
        """What was stored; a word of a later version is passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in opened.items() if name in known})


def join_kinds(kinds: Iterable[str]) -> str:
    """The kinds as one text, each once, in the order of About. Raises ValueError for none."""
    chosen = {About(kind) for kind in kinds}
    if not chosen:
        raise ValueError("a complaint is about something")
    return ",".join(kind for kind in About if kind in chosen)


def split_kinds(joined: str) -> tuple[About, ...]:
    """What join_kinds wrote."""
    return tuple(About(kind) for kind in joined.split(",") if kind)


@dataclass(frozen=True)
class Steps:
    """In how many working days a complaint is acknowledged and answered. ``source`` is the name of
    the code that says so, never translated."""

    acknowledge: int
    answer: int
    second_answer: int
    source: str

    def days_to_answer(self, stage: int) -> int:
        """In how many working days the answer of that stage is due; once, as many more."""
        return self.answer if stage == 1 else self.second_answer


# England: acknowledged in 5, answered in 10 from then, at most 10 more with good reason; the second
# answer in 20, at most 20 more (Code, sections 6.1 to 6.15; summary: llg.org.uk, "The LGSCO release
# the Complaint Handling Code", checked November 2026).
# Wales: the ombudsman's model policy under the Public Services Ombudsman (Wales) Act 2019, part 4.
# Its days could not be checked against the source in November 2026.
# Scotland: the first answer in 5, in exceptional cases 5 more; the second acknowledged in 3 and
# given in 20 (as published by the Scottish Commission on Social Security and North Lanarkshire
# Council). An acknowledgement of the first stage is not asked for; 3 days are ours.
# Northern Ireland: as Scotland; ten days in all at the first stage (Ards and North Down Borough
# Council; Belfast City Council, "Our complaints handling procedure").
STEPS: dict[Nation, Steps] = {
    Nation.ENGLAND: Steps(
        5, 10, 20, "Local Government and Social Care Ombudsman, Complaint Handling Code (2024)"
    ),
    Nation.WALES: Steps(
        5, 10, 20, "Public Services Ombudsman for Wales, Model Concerns and Complaints Policy"
    ),
    Nation.SCOTLAND: Steps(
        3, 5, 20, "Scottish Public Services Ombudsman, Model Complaints Handling Procedure"
    ),
    Nation.NORTHERN_IRELAND: Steps(
        3, 5, 20, "Northern Ireland Public Services Ombudsman, Model Complaints Handling Procedure"
    ),
}
"""The procedures that public bodies of each nation follow. A charity is not bound by them, and is
held to the same: whoever complains should not have to know the difference. The time to answer is
counted from the day the complaint came, which is never later than the codes ask for."""

DATA_DAYS = 30
"""A complaint about personal data is acknowledged within 30 days of its receipt (Data Protection
Act 2018, s.164A(3), put there by the Data (Use and Access) Act 2025, s.103; in force since 19 June
2026). The Information Commissioner counts from the day after, and lets a last day on a weekend or
holiday run on to the next working day. The second is not used here: a clock that ends a little
early harms nobody."""


@dataclass(frozen=True)
class Clocks:
    """Until when: by the procedure, and, for data, by the law (None for any other)."""

    acknowledge_by: date
    answer_by: date
    law_by: date | None


def set_clocks(received_on: date, nation: Nation, kinds: Iterable[About]) -> Clocks:
    """The clocks of a complaint that came on that day."""
    steps = STEPS[nation]
    law_by = received_on + timedelta(days=DATA_DAYS) if About.DATA in set(kinds) else None
    return Clocks(
        add_working_days(received_on, steps.acknowledge, nation),
        add_working_days(received_on, steps.answer, nation),
        law_by,
    )


def answer_again_by(asked_on: date, nation: Nation) -> date:
    """Until when the second answer, by somebody else, is due."""
    return add_working_days(asked_on, STEPS[nation].second_answer, nation)


def extend(answer_by: date, stage: int, nation: Nation) -> date:
    """Until when, where an answer takes longer: once a stage, as many working days again.

    That is the most that England's code lets pass without another reason, and twice the five days
    of Scotland and Northern Ireland; counted from the day that was said, not from today.
    """
    return add_working_days(answer_by, STEPS[nation].days_to_answer(stage), nation)


@dataclass(frozen=True)
class Outside:
    """Somebody outside who looks at a complaint; names and addresses are never translated."""

    name: str
    telephone: str
    address: str
    source: str


PUBLIC_SERVICES: dict[Nation, Outside] = {
    Nation.ENGLAND: Outside(
        "Local Government and Social Care Ombudsman",
        "0300 061 0614",
        "PO Box 4771, Coventry CV4 0EH",
        "https://www.lgo.org.uk/contact-us",
    ),
    Nation.WALES: Outside(
        "Public Services Ombudsman for Wales",
        "0300 790 0203",
        "1 Ffordd yr Hen Gae, Pencoed CF35 5LJ",
        "https://www.ombudsman.wales/contact-us",
    ),
    Nation.SCOTLAND: Outside(
        "Scottish Public Services Ombudsman",
        "0800 377 7330",
        "Bridgeside House, 99 McDonald Road, Edinburgh EH7 4NS",
        "https://www.spso.org.uk/contact-us",
    ),
    Nation.NORTHERN_IRELAND: Outside(
        "Northern Ireland Public Services Ombudsman",
        "0800 34 34 24",
        "Progressive House, 33 Wellington Place, Belfast BT1 6HN",
        "https://www.nipso.org.uk/contact-us",
    ),
}
"""Who looks at complaints about councils and the public services of a nation, and where they say
how to reach them. Checked in November 2026 against what councils and the ombudsmen publish: England
by thanet.gov.uk and bathnes.gov.uk, Wales by ombudsman.wales (case review process), Scotland by
aberdeencity.gov.uk; of Northern Ireland the number alone (nipso.org.uk), not the street."""

INFORMATION = Outside(
    "Information Commissioner",
    "0303 123 1113",
    "the office moves from Wilmslow to Manchester in autumn 2026: ring and ask where to write",
    "https://ico.org.uk/make-a-complaint",
)
"""Who looks at complaints about personal data, in all four nations (UK GDPR, article 77). The lease
of Wycliffe House ends in autumn 2026 (Hansard, Westminster Hall, 16 July 2025): nobody is sent to
the old address, and where to write to now could not be found in November 2026."""


def list_outside(nation: Nation | None, kinds: Iterable[About]) -> list[Outside]:
    """To whom one may turn from here: where it is about data, the Information Commissioner too.

    All of them where no place, and so no nation, is known.
    """
    found = [PUBLIC_SERVICES[nation]] if nation else [*PUBLIC_SERVICES.values()]
    if About.DATA in set(kinds):
        found.append(INFORMATION)
    return found


class AlreadyAnswered(Refused):
    """Somebody was quicker; an answer is not written over."""

    reason_code = "already_answered"


class NotAnswered(Refused):
    """Nobody asks again before there is an answer."""

    reason_code = "not_answered"


class NoFurtherStage(Refused):
    """A complaint is answered twice, by two humans; from then on somebody outside looks at it."""

    reason_code = "no_further_stage"


class AlreadyExtended(Refused):
    """An answer is put off once a stage; after that somebody outside may be asked."""

    reason_code = "already_extended"


class NotTheOwner(Refused):
    """Nobody but its owner answers a complaint."""

    reason_code = "not_the_owner"


def may_mean(who: str, name: str) -> bool:
    """Whether words that say whom a complaint is about may mean the human of that name.

    One word of three letters or more in common is enough: somebody too many who may not deal with
    a complaint is better than one who deals with what is about themself.
    """
    return bool(_long_words(who) & _long_words(name))


def _long_words(text: str) -> set[str]:
    return {word for word in fold_text(text).split() if len(word) > 2}
