"""The facts that the rules and signals see, as rows, and how they stand in files.

A world is a folder of CSV files, one for each record type below, a header and then one line a row
(UTF-8). Times are whole seconds since 1970 in UTC, money is in whole pence, yes is ``1`` and no
``0``; an empty field means that nobody recorded it. Whatever is secret in the real system (phones,
accounts, addresses, texts, documents, signatures) is a token: two equal tokens are two equal
values, as two equal keyed hashes are, and nothing else can be read from them.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY


@dataclass(slots=True)
class Organisation:
    """``kind``: council, library, advice, housing, health or care."""

    id: str
    kind: str


@dataclass(slots=True)
class Site:
    """Where helpers sit. Its address, phone and network are shared by all who are helped there."""

    id: str
    organisation: str
    address: str
    phone: str
    network: str


@dataclass(slots=True)
class Helper:
    """One account. ``human`` is the being behind it; two accounts may share one.

    ``kind``: staff, volunteer, family or corporate. ``role``: helper, reviewer, manager or
    administrator. ``account`` and ``phone`` are their own, as they declared them.
    """

    id: str
    human: str
    organisation: str
    site: str
    kind: str
    role: str
    surname: str
    address: str
    phone: str
    account: str
    starts_at: int | None
    ends_at: int | None


@dataclass(slots=True)
class Person:
    """Who is helped, as they were when first seen; what changes later is in the acts.

    ``human`` is theirs where they also have an account. ``known_dead_at`` is when the death came
    to be known; nothing may use ``died_at`` before that moment. ``is_notable``: marked as somebody
    whom many would like to look at. An address begins with its street: ``S12-40``.
    """

    id: str
    human: str
    surname: str
    born: int | None
    address: str
    phone: str
    account: str
    language: str
    has_id: bool | None
    establishment: str
    is_notable: bool
    died_at: int | None
    known_dead_at: int | None


@dataclass(slots=True)
class Establishment:
    """A registered care home, hostel or corporate appointee, verified once."""

    id: str
    kind: str
    address: str
    phone: str
    account: str


@dataclass(slots=True)
class Relation:
    """What a helper declared to be to a person, and whether a legal authority was recorded."""

    helper: str
    person: str
    kind: str
    has_authority: bool
    declared_at: int


@dataclass(slots=True)
class Case:
    """Why somebody may be looking: a case, an appointment, a referral, a task or a duty queue.

    ``helper`` is whose it is: empty where it is anybody's at the ``site``, and with that empty too,
    anybody's at the organisation.
    """

    id: str
    organisation: str
    site: str
    helper: str
    person: str
    kind: str
    begins_at: int
    ends_at: int


@dataclass(slots=True)
class Shift:
    """A line of the rota."""

    helper: str
    site: str
    begins_at: int
    ends_at: int


@dataclass(slots=True)
class Act:
    """One act, as it was attempted; what does not belong to its kind is empty.

    ``kind``: register, consent, withdraw, represent, apply, record_help, report_change,
    change_payee, change_contact, pay, emergency, reopen, vouch, capacity, review, stop_notice,
    grant_role, change_setting.

    Money: ``account`` with its ``branch``; ``whose`` it is, as the person says (own, joint, other);
    ``name_check`` is match, close or none;
    ``digits_changed`` against the account before; ``is_before_first_payment``; ``is_urgent``;
    ``is_fee_line``: a line for the one who helps. Contact: ``phone``, ``address``. Words and
    papers: ``text`` (near-equal texts have one token), ``document``, ``landlord``, ``signature``
    and its near-equal class ``signature_near``; ``text_shown`` and ``text_signed``: versions.
    Consent: ``consented_at`` as claimed, ``consent_recorded_at``, ``consent_state`` (live,
    withdrawn, expired, out_of_scope). Who and how: ``present`` (nobody, relative, partner,
    interpreter), ``had_private_moment``, ``call`` (in_person, inbound, called_back), ``identity``
    (none, vouch, known_facts, document), ``confirmed_by`` (nothing, new_route, old_route, letter,
    second_staff), ``assessor``. Application: ``facts_changed`` since a refused one, ``result``.
    Second humans: ``reviewed`` is the act, ``reviewed_helper`` whose it is,
    ``review_seconds``. Place: ``device`` and ``network``. ``subject`` is another helper: to whom a
    role is granted, who vouches.
    """

    id: str
    at: int
    helper: str
    organisation: str
    site: str
    person: str
    kind: str
    service: str = ""
    amount: int | None = None
    account: str = ""
    branch: str = ""
    whose: str = ""
    name_check: str = ""
    digits_changed: int | None = None
    is_before_first_payment: bool | None = None
    is_urgent: bool | None = None
    is_fee_line: bool | None = None
    phone: str = ""
    address: str = ""
    text: str = ""
    document: str = ""
    landlord: str = ""
    signature: str = ""
    signature_near: str = ""
    text_shown: str = ""
    text_signed: str = ""
    consented_at: int | None = None
    consent_recorded_at: int | None = None
    consent_state: str = ""
    present: str = ""
    had_private_moment: bool | None = None
    call: str = ""
    identity: str = ""
    confirmed_by: str = ""
    assessor: str = ""
    facts_changed: int | None = None
    result: str = ""
    reviewed: str = ""
    reviewed_helper: str = ""
    review_seconds: int | None = None
    device: str = ""
    network: str = ""
    subject: str = ""


@dataclass(slots=True)
class Look:
    """A search or an opened record. ``reason`` is what was stated; ``broke_glass`` where it opened
    everything at once. A search has ``street`` and ``results``; ``person`` is empty."""

    id: str
    at: int
    helper: str
    organisation: str
    kind: str
    person: str = ""
    reason: str = ""
    broke_glass: bool | None = None
    street: str = ""
    results: int | None = None


@dataclass(slots=True)
class Answer:
    """What came back to *Was this you?*, or a concern that somebody raised about an act."""

    id: str
    at: int
    person: str
    act: str
    said: str


Row = TypeVar("Row")

FILES: dict[str, type] = {
    "organisations": Organisation,
    "sites": Site,
    "helpers": Helper,
    "people": Person,
    "establishments": Establishment,
    "relations": Relation,
    "cases": Case,
    "shifts": Shift,
    "acts": Act,
    "looks": Look,
    "answers": Answer,
}


@dataclass
class World:
    """All the rows of a world; acts, looks and answers in the order of time."""

    organisations: list[Organisation]
    sites: list[Site]
    helpers: list[Helper]
    people: list[Person]
    establishments: list[Establishment]
    relations: list[Relation]
    cases: list[Case]
    shifts: list[Shift]
    acts: list[Act]
    looks: list[Look]
    answers: list[Answer]


class BadWorld(Exception):
    """A file of a world is missing or cannot be read; says which and where."""


def write_rows(file: Path, kind: type, rows: Iterable[Any]) -> None:
    """Write ``rows`` of the dataclass ``kind`` as CSV."""
    names = [each.name for each in fields(kind)]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow([_say(getattr(row, name)) for name in names])


def _say(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value  # None becomes an empty field


def read_rows(file: Path, kind: type[Row]) -> list[Row]:
    """Read rows that ``write_rows`` wrote. Raises BadWorld."""
    return list(_each(file, kind))


def _each(file: Path, kind: type[Row]) -> Iterator[Row]:
    readers = [_reader(each.type) for each in fields(kind)]  # type: ignore[arg-type]
    names = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines)
            if next(reader, None) != names:
                raise BadWorld(f"{file.name}: the first line must be {','.join(names)}")
            for number, line in enumerate(reader, 2):
                try:
                    yield kind(*[r(text) for r, text in zip(readers, line, strict=True)])
                except ValueError as error:
                    raise BadWorld(f"{file.name}, line {number}: {error}") from None
    except OSError as error:
        raise BadWorld(f"{file} cannot be read: {error.strerror}") from None


def _reader(said: Any) -> Callable[[str], Any]:
    if "bool" in str(said):
        return _read_yes
    return _read_whole if "int" in str(said) else str


def _read_yes(text: str) -> bool | None:
    return None if text == "" else text == "1"


def _read_whole(text: str) -> int | None:
    return None if text == "" else int(text)


def write_world(folder: Path, world: World) -> None:
    """Write each record type to a file of its own in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, kind in FILES.items():
        write_rows(folder / f"{name}.csv", kind, getattr(world, name))


def read_world(folder: Path) -> World:
    """Read what ``write_world`` wrote. Raises BadWorld."""
    return World(**{name: read_rows(folder / f"{name}.csv", kind) for name, kind in FILES.items()})
