"""What a rehearsal is played on: its clock, and what its names stand for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from assistedaccess.accounts import sign_ins
from assistedaccess.accounts.hats import Hat, wear
from assistedaccess.accounts.models import SignIn
from assistedaccess.accounts.rules import Stage as SignInStage
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.queries import list_hats
from config import Settings

from .kinds import Ago
from .language_world import LINE

DEVICE = "Firefox, Windows"


class StageClock:
    """Stands where the rehearsal puts it, and goes on by a millisecond at each look, so that what
    happened in order reads so."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment


class NoRole(Refused):
    """The account has no live role there: signing in leads nowhere."""

    reason_code = "no_role"


class Promise(Protocol):
    """Something that is expected within a time: looked at while time passes, and when it is due."""

    due: datetime
    line: int
    is_kept: bool

    def look(self) -> bool:
        """Whether it is kept by now; remembered once it is."""


@dataclass
class StagedAccount:
    """An account of the rehearsal. ``secret`` and ``password`` are set once it signs in itself."""

    name: str
    email: str
    account_id: UUID
    human_id: UUID
    organisation: str = ""
    memberships: list[UUID] = field(default_factory=list)
    device: str = DEVICE
    network: str = "192.0.2.1"
    secret: str = ""
    next_code_at: datetime | None = None
    sign_in_id: UUID | None = None
    rests: bool = False
    """Whether it does nothing but what the rehearsal says. Others go on working between steps."""


@dataclass
class Stage:
    """The names of a rehearsal, and what happened last to whom."""

    settings: Settings
    clock: StageClock
    folder: Any = None
    organisations: dict[str, UUID] = field(default_factory=dict)
    sites: dict[str, tuple[str, UUID]] = field(default_factory=dict)
    accounts: dict[str, StagedAccount] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    things: dict[tuple[str, str], Any] = field(default_factory=dict)
    told: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    latest: dict[tuple[str, UUID | None], Any] = field(default_factory=dict)
    cards: dict[UUID, list[str]] = field(default_factory=dict)
    worked: datetime | None = None
    """When everybody who does not rest was last at work, beside what the steps say."""
    promises: list[Promise] = field(default_factory=list)
    making: tuple[str, str] | None = None
    """What the step that runs makes, and the name that it gives to it."""
    questions: list[str] = field(default_factory=list)
    entry: str = ""
    line: int = 1
    """Who or what of the world is being made, and where it is written, for whoever is told that it
    cannot be."""

    def begin(self, entry: dict[str, Any]) -> str:
        """An entry of the world is being made; returns its name."""
        self.entry, self.line = str(entry["name"]), entry.get(LINE, 1)
        return self.entry

    # -- time

    def day(self, written: date | Ago | None) -> date | None:
        """The day that was meant, counted from today where it was written so."""
        if isinstance(written, Ago):
            return clock.today() + timedelta(days=round(written.by / timedelta(days=1)))
        return written

    # -- who acts

    def actor(self, name: str, *wanted: str, site: str | None = None) -> Actor:
        """The actor that a request of this account has: in the first of the ``wanted`` roles that
        it holds, else in any. Raises NoRole where it holds none any more."""
        account = self.accounts[name]
        with reading():
            hats = list_hats(account.account_id)
        if site is not None:
            site_id = self.sites[site][1]
            hats = [hat for hat in hats if hat.site_id == site_id]
        ranked = sorted(
            hats, key=lambda hat: wanted.index(hat.role) if hat.role in wanted else len(wanted)
        )
        if not ranked:
            raise NoRole(
                "This account has no role here any more.",
                next_step="Ask a manager whether it is right that the role has ended.",
            )
        hat = ranked[0]
        if account.sign_in_id is None:
            account.sign_in_id = open_sign_in(account, hat)
        return as_actor(account, hat, account.sign_in_id)

    def go_on_working(self, everybody: bool = False) -> None:
        """Everybody who has work here and does not rest signs in, as on any day of theirs."""
        self.worked = self.clock.moment
        for account in self.accounts.values():
            if account.rests and not everybody:
                continue
            with reading():
                hats = list_hats(account.account_id)
            if hats:
                worked = open_sign_in(account, hats[0])
                account.sign_in_id = account.sign_in_id and worked

    # -- what is meant

    def person(self, name: str) -> UUID:
        """The id of a person."""
        return self.people[name]

    def find(self, sort: str, name: str | None, person: str | None = None) -> Any:
        """What ``as`` has named so; else the newest of that sort, of that person if one is named.

        Raises LookupError where there is none."""
        if name is not None:
            if (sort, name) not in self.things:
                raise LookupError(f"“{name}” names no {sort}: that step made none.")
            return self.things[sort, name]
        person_id = self.people[person] if person is not None else None
        found = self.latest.get((sort, person_id))
        if found is None:
            of = f" of {person}" if person else ""
            raise LookupError(f"There is no {sort}{of} yet.")
        return found

    def has(self, sort: str, person: str) -> bool:
        """Whether there is one of that sort for that person."""
        return (sort, self.people[person]) in self.latest

    def keep(self, sort: str, made: Any, person: str | UUID | None = None) -> Any:
        """Remember it as the newest of its sort, and of its person."""
        person_id = self.people[person] if isinstance(person, str) else person
        if self.making is not None and self.making[0] == sort:
            self.things[self.making] = made
        self.latest[sort, None] = made
        if person_id is not None:
            self.latest[sort, person_id] = made
        return made

    def keep_case(self, actor: Actor, person: str, made: UUID) -> None:
        """Remember the newest case of a person that this actor goes on with."""
        self.latest[_whose_case(actor), self.people[person]] = made

    def find_case(self, actor: Actor, person: str) -> UUID | None:
        """The case that this actor would go on with, if there is one."""
        return self.latest.get((_whose_case(actor), self.people[person]))


def _whose_case(actor: Actor) -> str:
    # A relative goes on with the cases that they opened themself, a desk with all of its own.
    return f"case of {actor.account_id if actor.is_family else actor.organisation_id}"


def as_actor(account: StagedAccount, hat: Hat, sign_in_id: UUID | None) -> Actor:
    """As a request is given its actor (accounts.current)."""
    return wear(hat, account.account_id, account.human_id, sign_in_id=sign_in_id)


def open_sign_in(account: StagedAccount, hat: Hat) -> UUID:
    """A sign-in that is open, where a rehearsal does not tell how its account signed in."""

    def write() -> UUID:
        started = sign_ins.start(account.account_id, SignInStage.SETUP, account.device, None)
        get_session().flush()
        row = get_session().get_one(SignIn, started.sign_in_id)
        token = sign_ins.let_in(PUBLIC, row, "rehearsal")
        sign_ins.put_on(row, hat)
        return token.sign_in_id

    return run_transaction(write)
