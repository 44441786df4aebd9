"""What is held for a second human is ended by what touches the same field, and by nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, service_address, service_contact, service_identity
from tests.factories import people

MOVED = {"line_1": "2 New Road", "town": "Ash Vale", "postcode": "M1 1AE"}
pytestmark = pytest.mark.usefixtures("app")


def later(days: float) -> Any:
    moment = clock.now() + timedelta(days=days)
    return clock.set_clock(lambda: moment)


@pytest.mark.parametrize("is_moved_meanwhile", [False, True])
def test_a_move_that_waits_is_ended_by_another_move_and_by_nothing_else(
    is_moved_meanwhile: bool,
) -> None:
    with later(-400):
        desk = people.make_desk()
        helper, colleague = people.make_helper(desk), people.make_helper(desk)
        reviewer = people.make_helper(desk, "reviewer")
        person_id = people.make_person(colleague, contact_points=[people.mobile()])
    with later(-20):  # the accounts are no sleepers
        for actor in (helper, colleague):
            people.make_person(actor, "Bea Bell")

    def move(actor: Actor, line_1: str, version: int, **more: Any) -> UUID:
        return service_address.change_address(
            actor=actor,
            person_id=person_id,
            version=version,
            housing="address",
            address={**MOVED, "line_1": line_1},
            **more,
        )

    def find_version() -> int:
        with reading():
            return queries.get_person(person_id).version

    for _again in range(2):  # the same thing asked twice is one pending act
        with pytest.raises(Held) as held:
            move(helper, "9 New Road", find_version())
    service_contact.add_contact_point(
        actor=colleague, person_id=person_id, kind="email", value="ada@example.org"
    )
    service_identity.add_identity_evidence(
        actor=colleague, person_id=person_id, kind="known_here", level="low"
    )
    if is_moved_meanwhile:
        move(colleague, "1 Other Road", find_version())
    with reading() as session:
        (waiting,) = session.scalars(
            select(PendingAct).where(PendingAct.command == "people.change_address")
        )
    assert waiting.reference == held.value.pending_reference
    decision = release_pending_act(actor=reviewer, pending_act_id=waiting.id, reason="I rang")
    with reading():
        address = queries.find_address(queries.get_person(person_id))
    assert address is not None
    if is_moved_meanwhile:
        assert (decision.state, address.line_1) == ("failed", "1 Other Road")
        assert "changed again after it was asked" in decision.words
        assert "ask for it again" in decision.next_step
    else:
        assert (decision.state, address.line_1) == ("released", "9 New Road")
