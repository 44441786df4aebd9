"""What a world has shown so far: fed act by act in the order of time, it never looks ahead."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from .facts_world import DAY, HOUR, Act, Answer, Helper, Person, Relation, Site, World
from .signals_seen import NEVER, Seen

_RISKY = frozenset({"change_payee", "change_contact", "represent", "capacity", "pay"})


@dataclass(slots=True)
class Spread:
    """Who a value stands for, and through whose hands it came."""

    homes: dict[str, str] = field(default_factory=dict)
    """By address, the helper who brought it first."""
    people: set[str] = field(default_factory=set)
    joint: set[str] = field(default_factory=set)
    """Those who said that it is not theirs alone."""

    def add(self, person: str, home: str, helper: str) -> None:
        self.people.add(person)
        self.homes.setdefault(home, helper)

    def by_hand(self, helper: str) -> float:
        """The share of the homes that came by ``helper``."""
        if not self.homes:
            return 0.0
        return sum(1 for one in self.homes.values() if one == helper) / len(self.homes)


@dataclass(slots=True)
class OfPerson:
    """What has happened about one person so far: (when, who) of the last of each."""

    helpers: set[str] = field(default_factory=set)
    registered_by: str = ""
    registered_at: int | None = None
    vouchers: set[str] = field(default_factory=set)
    contact: tuple[int, str] | None = None
    payee: tuple[int, str, str, str] | None = None
    """When, who, the account, and what the name check said."""
    reopened: tuple[int, str] | None = None
    withdrawn: tuple[int, str] | None = None
    represented: tuple[int, str, bool] | None = None
    silenced: tuple[int, str] | None = None
    touched: dict[str, int] = field(default_factory=dict)
    acts: deque[Act] = field(default_factory=lambda: deque(maxlen=12))
    payments: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))


@dataclass(slots=True)
class OfHelper:
    """What one helper has done so far."""

    places: dict[str, int] = field(default_factory=dict)
    devices: set[str] = field(default_factory=set)
    risky: deque[int] = field(default_factory=deque)
    ghosts: dict[str, str] = field(default_factory=dict)
    """People whom nobody else has seen, with their address."""
    small: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By account: the people from whom small sums went there."""
    names: int = 0
    bad_names: int = 0
    noes: deque[int] = field(default_factory=deque)
    texts: deque[tuple[int, str, str]] = field(default_factory=deque)
    slips: dict[str, deque[tuple[int, str]]] = field(default_factory=lambda: defaultdict(deque))
    """By kind of slip: when, and with whom."""
    reviews: dict[str, list[tuple[int, int, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By helper reviewed: when, seconds, refused."""
    roles: dict[str, int] = field(default_factory=dict)
    granted_by: str = ""


class Memory:
    """Everything that the signals may know at this moment."""

    def __init__(self, world: World) -> None:
        self.people: dict[str, Person] = {row.id: row for row in world.people}
        self.helpers: dict[str, Helper] = {row.id: row for row in world.helpers}
        self.sites: dict[str, Site] = {row.id: row for row in world.sites}
        self.relations: dict[tuple[str, str], Relation] = {
            (row.helper, row.person): row for row in world.relations
        }
        homes = world.establishments
        self.registered = {h.account for h in homes} | {h.phone for h in homes}
        self.registered |= {h.address for h in homes} | {s.phone for s in world.sites}
        self.registered.discard("")
        self.own_accounts: dict[str, set[str]] = defaultdict(set)
        self.own_phones: dict[str, set[str]] = defaultdict(set)
        for helper in world.helpers:
            if helper.account:
                self.own_accounts[helper.account].add(helper.human)
            self.own_phones[helper.phone].add(helper.human)
        self.shifts: dict[tuple[str, int], tuple[int, int]] = {
            (row.helper, row.begins_at // DAY): (row.begins_at, row.ends_at) for row in world.shifts
        }
        self.of_person: dict[str, OfPerson] = defaultdict(OfPerson)
        self.of_helper: dict[str, OfHelper] = defaultdict(OfHelper)
        self.spreads: dict[str, Spread] = defaultdict(Spread)
        self.pair_vouches: dict[tuple[str, str], int] = defaultdict(int)
        self.reviewed: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.reviewers: dict[str, set[str]] = defaultdict(set)
        self.branches: dict[tuple[str, str, int], set[str]] = defaultdict(set)
        self.papers: dict[str, deque[tuple[int, str]]] = defaultdict(deque)
        self.names = [1, 40]  # bad ones and all, so that the first ones are not a surprise
        self.settings: deque[tuple[int, str]] = deque(maxlen=2)

    # what a value stands for

    def home_of(self, person: str) -> str:
        known = self.people.get(person)
        return known.address if known and known.address else person

    def spread(self, value: str) -> Spread | None:
        """Who the value stands for; None for what is registered or was not recorded."""
        if not value or value in self.registered:
            return None
        return self.spreads[value]

    # an act

    def see(self, act: Act) -> Seen:
        """What is known of ``act`` as it happens; afterwards, it is part of what is known."""
        from .signals_gather import gather

        seen = gather(self, act)
        self.keep(act)
        return seen

    def keep(self, act: Act) -> None:
        """Make ``act`` part of the past."""
        mine = self.of_helper[act.helper]
        mine.places[act.network] = act.at
        mine.devices.add(act.device)
        if act.kind in _RISKY:
            mine.risky.append(act.at)
            while mine.risky and mine.risky[0] < act.at - DAY:
                mine.risky.popleft()
        if act.kind == "grant_role":
            theirs = self.of_helper[act.subject]
            theirs.roles[act.result] = act.at
            theirs.granted_by = act.helper
        if act.kind == "change_setting":
            self.settings.append((act.at, act.result))
        if act.person:
            self._keep_person(act, mine)

    def _keep_person(self, act: Act, mine: OfHelper) -> None:
        theirs, home = self.of_person[act.person], self.home_of(act.person)
        values = [act.document, act.landlord, act.text, act.signature, act.signature_near]
        values.append(act.assessor)
        if act.kind != "register":
            values.append(act.phone)
        if act.kind in ("change_payee", "pay", "apply"):
            values.append(act.account)
        for value in values:
            if value and value not in self.registered:
                self.spreads[value].add(act.person, home, act.helper)
        if act.whose == "joint" and act.account and act.account not in self.registered:
            self.spreads[act.account].joint.add(act.person)
        if act.kind == "review":
            mine.reviews[act.reviewed_helper].append(
                (act.at, act.review_seconds or 0, act.result == "refused")
            )
            self.reviewed[act.reviewed_helper][act.helper] += 1
            self.reviewers[act.organisation].add(act.helper)
            theirs.acts.append(act)
            return
        stamp = (act.at, act.helper)
        if act.kind == "register":
            theirs.registered_by, theirs.registered_at = act.helper, act.at
            if act.identity == "none" or not self.people[act.person].has_id:
                mine.ghosts[act.person] = home
        elif act.kind == "change_contact":
            theirs.contact = stamp
        elif act.kind == "reopen":
            theirs.reopened = stamp
        elif act.kind == "withdraw":
            theirs.withdrawn = stamp
        elif act.kind == "stop_notice":
            theirs.silenced = stamp
        elif act.kind == "represent":
            theirs.represented = (act.at, act.helper, act.present == "partner")
        elif act.kind == "vouch":
            theirs.vouchers.add(act.helper)
            self.pair_vouches[(act.helper, theirs.registered_by)] += 1
        elif act.kind == "pay":
            theirs.payments[act.account].append((act.at, act.amount or 0))
            if (act.amount or 0) < 6_000:
                mine.small[act.account].add(act.person)
        elif act.kind == "change_payee":
            theirs.payee = (act.at, act.helper, act.account, act.name_check)
            self._keep_name(act, mine)
        theirs.touched[act.helper] = act.at
        if act.kind != "vouch":
            theirs.helpers.add(act.helper)
        if len(theirs.helpers) > 1 and theirs.registered_by:
            self.of_helper[theirs.registered_by].ghosts.pop(act.person, None)
        if act.text:
            mine.texts.append((act.at, act.text, act.person))
            while mine.texts and mine.texts[0][0] < act.at - 7 * DAY:
                mine.texts.popleft()
        if act.branch and act.kind in ("change_payee", "apply"):
            self.branches[(act.helper, act.branch, act.at // (7 * DAY))].add(act.person)
        theirs.acts.append(act)

    def _keep_name(self, act: Act, mine: OfHelper) -> None:
        mine.names += 1
        self.names[1] += 1
        if act.name_check == "none" and act.account not in self.registered:
            mine.bad_names += 1
            self.names[0] += 1

    def hear(self, answer: Answer, act: Act) -> Seen:
        """What is known when somebody answers that ``act`` was theirs, or was not."""
        mine = self.of_helper[act.helper]
        if answer.said == "no":
            mine.noes.append(answer.at)
        while mine.noes and mine.noes[0] < answer.at - 90 * DAY:
            mine.noes.popleft()
        return Seen(kind="answer", said_no=answer.said == "no", noes_of_helper=len(mine.noes))

    def learn_death(self, person: Person) -> tuple[Seen, Act] | None:
        """What was done for somebody between their death and the day when it came to be known."""
        after = [
            act
            for act in self.of_person[person.id].acts
            if person.died_at is not None and act.at > person.died_at + DAY
        ]
        if not after:
            return None
        return Seen(kind=after[-1].kind, acts_after_death=len(after)), after[-1]

    def count_slips(self, helper: str, kind: str, at: int, person: str) -> int:
        """With how many people ``helper`` slipped so in 60 days, this one among them."""
        slips = self.of_helper[helper].slips[kind]
        slips.append((at, person))
        while slips[0][0] < at - 60 * DAY:
            slips.popleft()
        return len({who for _at, who in slips})

    def is_on_rota(self, helper: str, at: int) -> bool:
        found = self.shifts.get((helper, at // DAY))
        return found is not None and found[0] - HOUR <= at <= found[1] + HOUR

    def since(self, now: int, stamp: tuple[Any, ...] | None) -> float:
        """Days since ``stamp``; NEVER where there was none."""
        return NEVER if stamp is None else (now - int(stamp[0])) / DAY
