"""No sequence of grants, amendments, endings, stops, deaths, leavings, check-ins, clock steps and
payments gives an allow that an independent model denies, nor a refusal where it sees no reason.

The model knows nothing of the application: it keeps a list of what was said, and reads it out.
"""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.consent import service as consent_service
from assistedaccess.delegation import service, service_life
from assistedaccess.delegation.rules_grant import StopStands
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.errors import Held, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.service import end_membership, start_membership
from assistedaccess.people.service_death import record_death, undo_death
from tests.factories import consent as make
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.clocks import Hand

pytestmark = pytest.mark.usefixtures("app")

SERVICES = [make.SERVICE, make.OTHER_SERVICE]
HOURS_FROZEN = 72


@dataclass
class Said:
    """One delegation, as the model remembers it."""

    id: UUID
    consent_id: UUID
    holder: str  # anna, ben, or the desk
    services: set[str]
    powers: set[str]
    limit: int | None
    begins: datetime
    ends: datetime
    is_over: bool = False
    stopped: bool = False
    stopped_until: datetime | None = None
    rests: bool = False
    asked_by: datetime | None = None  # from then on it rests, unless the person said so
    dead_since: datetime | None = None
    paid: dict[str, int] = field(default_factory=dict)  # by month


@dataclass
class Model:
    """What was said, in the order in which it was said."""

    said: list[Said] = field(default_factory=list)
    died_at: datetime | None = None

    def allows(
        self, who: str, service_key: str, power: str, pence: int | None, now: datetime
    ) -> list[Said]:
        return [
            one
            for one in self.said
            if self.died_at is None
            and one.holder in (who, "desk")
            and service_key in one.services
            and power in one.powers
            and not one.is_over
            and one.begins <= now < one.ends
            and not self.is_stopped(one, now)
            and not one.rests
            and (one.asked_by is None or now < one.asked_by)
            and (pence is None or self.has_room(one, pence, now))
        ]

    def is_stopped(self, one: Said, now: datetime) -> bool:
        return one.stopped and (one.stopped_until is None or now < one.stopped_until)

    def has_stopped(self, who: str, now: datetime) -> bool:
        """Whether the person has stopped what this helper, or their desk, does for them."""
        return any(
            one.holder in (who, "desk") and not one.is_over and self.is_stopped(one, now)
            for one in self.said
        )

    def has_room(self, one: Said, pence: int, now: datetime) -> bool:
        return one.limit is not None and one.paid.get(month(now), 0) + pence <= one.limit


def month(now: datetime) -> str:
    return f"{clock.local(now):%B %Y}"


WHO = st.sampled_from(["anna", "ben"])
POWERS = st.lists(st.sampled_from(["see", "fill_in", "submit", "pay"]), min_size=1, unique=True)
INDEX = st.integers(min_value=0, max_value=5)
PENCE = st.sampled_from([1, 3_000, 6_000, 10_000])
STEPS = st.one_of(
    st.tuples(
        st.just("grant"),
        WHO,
        st.sampled_from(["account", "organisation"]),
        POWERS,
        st.lists(st.sampled_from(SERVICES), min_size=1, unique=True),
        st.sampled_from([0, 1, 30, 200]),
    ),
    st.tuples(st.just("amend"), INDEX, WHO, POWERS, st.sampled_from([1, 30])),
    st.tuples(st.just("leave"), WHO),
    st.tuples(st.just("die")),
    st.tuples(st.just("undo")),
    st.tuples(st.just("check_in"), INDEX),
    st.tuples(st.just("end"), INDEX),
    st.tuples(st.just("end_all")),
    st.tuples(st.just("withdraw"), INDEX),
    st.tuples(st.just("freeze"), st.booleans(), st.none() | INDEX),
    st.tuples(st.just("lift"), st.none() | INDEX),
    st.tuples(st.just("wait"), st.sampled_from([-3, 1, 26, 73, 24 * 10, 24 * 90])),
    st.tuples(st.just("pay"), WHO, st.sampled_from(SERVICES), PENCE),
)
WHILE_DEAD = ("wait", "undo", "pay", "leave", "end", "end_all", "withdraw", "freeze")
"""What may be said of somebody who is recorded as dead: what stops, holds if that is undone."""


_numbers = itertools.count()


class World:
    """The application and the model, side by side."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        # Never the same twice: one that comes to the fourth household would wait, and the numbers
        # that are free for stories are fewer than the worlds of a long run.
        own = people.email(f"ada{next(_numbers)}@example.org", whose="own", is_safe=True)
        scene = make.make_scene(contact_points=[own])
        make.allow_money(scene.colleague)
        self.person_id = scene.person_id
        self.actors = {"anna": scene.helper, "ben": scene.colleague}
        desk = people.make_desk("Hillside Advice")
        self.outsider = people.make_helper(desk)
        self.reviewer = people.make_helper(desk, role="reviewer")
        self.model = Model()
        self.death_id: UUID | None = None

    def do(self, step: tuple[Any, ...]) -> None:
        if self.model.died_at is None or step[0] in WHILE_DEAD:
            getattr(self, step[0])(*step[1:])

    def pick(self, index: int | None) -> list[Said]:
        if index is None:
            return self.model.said
        return self.model.said[index : index + 1]

    def grant(self, who: str, kind: str, powers: list[str], services: list[str], days: int) -> None:
        last = clock.today() + timedelta(days=days)
        terms = {"powers": powers, "services": services, "holder_kind": kind, "until_on": last}
        consent_id = make.represent(self.actors[who], self.person_id, **terms)
        stopped = self.model.has_stopped(who, self.hand.now)
        try:
            delegation_id = service.grant_delegation(actor=self.actors[who], consent_id=consent_id)
        except Held:  # so much money waits for a second human, and nothing has begun
            assert not stopped
            return
        except StopStands:
            assert stopped
            return
        assert not stopped
        half = clock.end_of_day(clock.today() + timedelta(days=days // 2))
        self.model.said.append(
            Said(
                delegation_id,
                consent_id,
                who if kind == "account" else "desk",
                set(services),
                set(powers),
                10_000 if "pay" in powers else None,
                self.hand.now,
                clock.end_of_day(last),
                asked_by=half if days > 90 else None,
            )
        )

    def amend(self, index: int, who: str, powers: list[str], days: int) -> None:
        """Another edition, by whoever asks: the old one ends, what was paid counts on."""
        for old in self.pick(index):
            may = not old.is_over and not self.model.is_stopped(old, self.hand.now)
            may = may and not self.model.has_stopped(who, self.hand.now)
            last = clock.today() + timedelta(days=days)
            terms: dict[str, Any] = {"powers": powers, "until_on": last}
            if "pay" in powers:
                terms |= {"money_limit_pence": 10_000, "money_period": "month"}
            try:
                new_id_ = granted.amend(self.actors[who], old.id, **terms)
            except Held:
                assert may
                return
            except Refused:
                assert not may
                return
            assert may
            old.is_over = True
            self.model.said.append(
                Said(
                    new_id_,
                    granted.get_delegation(new_id_).consent_id,
                    who,
                    {make.SERVICE},
                    set(powers),
                    10_000 if "pay" in powers else None,
                    self.hand.now,
                    clock.end_of_day(last),
                    paid=old.paid,
                )
            )

    def leave(self, who: str) -> None:
        """Out of the door, and in again as a new member: nothing of theirs revives."""
        actor = self.actors[who]
        end_membership(actor=SYSTEM, membership_id=actor.membership_id, reason="Left")
        membership_id = start_membership(
            actor=SYSTEM,
            organisation_id=actor.organisation_id,
            account_id=actor.account_id,
            kind="staff",
            starts_on=clock.today() - timedelta(days=1),
        )
        self.actors[who] = replace(actor, membership_id=membership_id)
        make.allow_money(self.actors[who])
        for one in self.model.said:
            if one.holder == who:
                one.rests = True

    def die(self) -> None:
        self.death_id = record_death(
            actor=self.outsider, person_id=self.person_id, died_on=clock.today(), told_by="family"
        )
        self.model.died_at = self.hand.now
        for one in self.model.said:
            if not one.is_over:
                one.is_over, one.dead_since = True, self.hand.now

    def undo(self) -> None:
        """It was a mistake, two humans say: of today, all is as it was; of another day, nothing."""
        if self.model.died_at is None or self.death_id is None:
            return
        try:
            undo_death(actor=self.outsider, death_id=self.death_id, reason="Here with me")
        except Held as held:
            with reading() as session:
                waiting = session.query(PendingAct).filter_by(reference=held.pending_reference)
                pending_id = waiting.one().id
        release_pending_act(actor=self.reviewer, pending_act_id=pending_id, reason="I see her")
        is_today = f"{clock.local(self.model.died_at):%F}" == f"{clock.local(self.hand.now):%F}"
        for one in self.model.said:
            if one.dead_since is not None and is_today:
                one.is_over = False
            one.dead_since = None
        self.model.died_at = None

    def check_in(self, index: int) -> None:
        for one in self.pick(index):
            try:
                service_life.check_in(actor=self.outsider, delegation_id=one.id, how="in_front")
            except Refused:
                assert one.is_over or self.hand.now >= one.ends
            else:
                one.asked_by = None

    def end(self, index: int) -> None:
        for one in self.pick(index):
            service.end_delegation(actor=self.outsider, delegation_id=one.id, how="telephone")
            one.is_over, one.dead_since = True, None

    def end_all(self) -> None:
        service.end_all(actor=self.outsider, person_id=self.person_id, how="in_front")
        for one in self.model.said:
            one.is_over, one.dead_since = True, None

    def withdraw(self, index: int) -> None:
        for one in self.pick(index):
            consent_service.withdraw_consent(
                actor=self.outsider, consent_id=one.consent_id, how="in_front"
            )
            one.is_over, one.dead_since = True, None

    def freeze(self, is_proven: bool, index: int | None) -> None:
        chosen = [one for one in self.pick(index) if not one.is_over or one.dead_since]
        if index is not None and not chosen:
            return
        service.freeze(
            actor=self.outsider,
            person_id=self.person_id,
            how="telephone",
            is_proven=is_proven,
            delegation_id=chosen[0].id if index is not None else None,
        )
        until = None if is_proven else self.hand.now + timedelta(hours=HOURS_FROZEN)
        for one in chosen:
            if self.model.is_stopped(one, self.hand.now):
                if one.stopped_until is None:
                    continue
                one.stopped_until = None if until is None else max(until, one.stopped_until)
            else:
                one.stopped, one.stopped_until = True, until

    def lift(self, index: int | None) -> None:
        chosen = self.pick(index)
        service.lift(
            actor=self.outsider,
            person_id=self.person_id,
            how="in_front",
            delegation_id=chosen[0].id if index is not None and chosen else None,
        )
        for one in chosen if index is None or chosen else self.model.said:
            if not one.is_over and self.model.is_stopped(one, self.hand.now):
                one.stopped = False

    def wait(self, hours: int) -> None:
        self.hand.move(hours=hours)

    def pay(self, who: str, service_key: str, pence: int) -> None:
        allowed = self.model.allows(who, service_key, "pay", pence, self.hand.now)
        try:
            taken = granted.reserve(self.actors[who], self.person_id, pence, new_id(), service_key)
        except Refused:
            assert not allowed
            return
        paid = next(one for one in self.model.said if one.id == taken.authority.id)
        assert paid in allowed
        key = month(self.hand.now)
        paid.paid[key] = paid.paid.get(key, 0) + pence

    def check(self) -> None:
        """Ask both of them everything."""
        for who, actor in self.actors.items():
            for service_key in SERVICES:
                for power, pence in (("see", None), ("submit", None), ("pay", 5_000)):
                    allowed = self.model.allows(who, service_key, power, pence, self.hand.now)
                    try:
                        found = ask(actor, self.person_id, service_key, power, pence)
                    except Refused:
                        assert not allowed
                    else:
                        assert found.id in {one.id for one in allowed}


def ask(
    actor: Any, person_id: UUID, service_key: str, power: str, pence: int | None
) -> service.Authority:
    return run_transaction(
        lambda: service.authorise(
            actor=actor,
            person_id=person_id,
            service=service_key,
            power=power,
            amount_pence=pence,
            mode="representing",
        )
    )


SEQUENCES = st.lists(STEPS, min_size=1, max_size=10)


# `make test` samples; `make soak` looks for longer.
SOAK = os.environ.get("SOAK", "") not in ("", "0")
EXAMPLES = 10_000 if SOAK else int(os.environ.get("SOAK_EXAMPLES", "15"))


GRANT = ("grant", "anna", "account", ["see"], [make.SERVICE], 1)


@pytest.mark.soak
@settings(max_examples=EXAMPLES)
@example([GRANT, ("die",), ("leave", "anna"), ("undo",)])
@example([GRANT, ("die",), ("freeze", True, None), ("undo",)])
@example([GRANT, ("die",), ("end", 0), ("undo",)])
@given(SEQUENCES)
def test_no_sequence_allows_what_the_model_denies(steps: list[tuple[Any, ...]]) -> None:
    hand = Hand()
    with clock.set_clock(hand):
        world = World(hand)
        for step in steps:
            world.do(step)
        world.check()
