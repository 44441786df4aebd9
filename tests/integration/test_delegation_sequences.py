"""No sequence of grants, endings, stops, clock steps and payments gives an allow that an
independent model denies, nor a refusal where the model sees no reason for one.

The model knows nothing of the application: it keeps a list of what was said, and reads it out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistedaccess.consent import service as consent_service
from assistedaccess.delegation import service
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction
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
    paid: dict[str, int] = field(default_factory=dict)  # by month


@dataclass
class Model:
    """What was said, in the order in which it was said."""

    said: list[Said] = field(default_factory=list)

    def allows(
        self, who: str, service_key: str, power: str, pence: int | None, now: datetime
    ) -> list[Said]:
        return [
            one
            for one in self.said
            if one.holder in (who, "desk")
            and service_key in one.services
            and power in one.powers
            and not one.is_over
            and one.begins <= now < one.ends
            and not self.is_stopped(one, now)
            and (pence is None or self.has_room(one, pence, now))
        ]

    def is_stopped(self, one: Said, now: datetime) -> bool:
        return one.stopped and (one.stopped_until is None or now < one.stopped_until)

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
        st.sampled_from([0, 1, 30]),
    ),
    st.tuples(st.just("end"), INDEX),
    st.tuples(st.just("end_all")),
    st.tuples(st.just("withdraw"), INDEX),
    st.tuples(st.just("freeze"), st.booleans(), st.none() | INDEX),
    st.tuples(st.just("lift"), st.none() | INDEX),
    st.tuples(st.just("wait"), st.sampled_from([-3, 1, 26, 73, 24 * 10])),
    st.tuples(st.just("pay"), WHO, st.sampled_from(SERVICES), PENCE),
)


class World:
    """The application and the model, side by side."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        scene = make.make_scene()
        make.allow_money(scene.colleague)
        self.person_id = scene.person_id
        self.actors = {"anna": scene.helper, "ben": scene.colleague}
        self.outsider = people.make_helper(people.make_desk("Hillside Advice"))
        self.model = Model()

    def do(self, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(*step[1:])

    def pick(self, index: int | None) -> list[Said]:
        if index is None:
            return self.model.said
        return self.model.said[index : index + 1]

    def grant(self, who: str, kind: str, powers: list[str], services: list[str], days: int) -> None:
        last = clock.today() + timedelta(days=days)
        terms = {"powers": powers, "services": services, "holder_kind": kind, "until_on": last}
        consent_id = make.represent(self.actors[who], self.person_id, **terms)
        delegation_id = service.grant_delegation(actor=self.actors[who], consent_id=consent_id)
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
            )
        )

    def end(self, index: int) -> None:
        for one in self.pick(index):
            service.end_delegation(actor=self.outsider, delegation_id=one.id, how="telephone")
            one.is_over = True

    def end_all(self) -> None:
        service.end_all(actor=self.outsider, person_id=self.person_id, how="in_front")
        for one in self.model.said:
            one.is_over = True

    def withdraw(self, index: int) -> None:
        for one in self.pick(index):
            consent_service.withdraw_consent(
                actor=self.outsider, consent_id=one.consent_id, how="in_front"
            )
            one.is_over = True

    def freeze(self, is_proven: bool, index: int | None) -> None:
        chosen = [one for one in self.pick(index) if not one.is_over]
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
EXAMPLES = int(os.environ.get("SOAK_EXAMPLES", "15"))


@pytest.mark.soak
@settings(max_examples=EXAMPLES)
@given(SEQUENCES)
def test_no_sequence_allows_what_the_model_denies(steps: list[tuple[Any, ...]]) -> None:
    hand = Hand()
    with clock.set_clock(hand):
        world = World(hand)
        for step in steps:
            world.do(step)
        world.check()
