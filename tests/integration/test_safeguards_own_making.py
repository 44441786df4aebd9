"""What somebody made themself, and of which nothing came, explains no look any more (A30)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.oversight.models import Flag
from assistedaccess.people.service import open_person
from assistedaccess.safeguards.scan import scan_everything
from tests.factories import casework, consent, people
from tests.support.clocks import Hand
from tests.support.desks import hand

__all__ = ["hand"]


class Scene:
    """A clerk, a colleague, and somebody whom neither has ever met."""

    def __init__(self, **person: Any) -> None:
        desk = people.make_desk()
        self.clerk, self.colleague = people.make_helper(desk), people.make_helper(desk)
        self.person_id = people.make_person(people.make_helper(desk), **person)

    def do(self, action: Action, actor: Actor) -> None:
        run_transaction(lambda: record(action, actor=actor, person_id=self.person_id))

    def look(self) -> None:
        open_person(actor=self.clerk, person_id=self.person_id)


def scanned() -> list[tuple[UUID | None, str | None]]:
    """Seal and scan: who stands in the queue for a look, and what the look was said to rest on."""
    seal_all()
    scan_everything()
    with reading() as session:
        query = select(Flag.account_id, AuditEvent.reason_code)
        query = query.join(AuditEvent, AuditEvent.id == Flag.event_id)
        query = query.where(Flag.kind == "unexplained_look")
        return [(row.account_id, row.reason_code) for row in session.execute(query)]


@pytest.fixture
def scene(app: Flask, hand: Hand) -> Scene:
    made = Scene()
    scanned()
    hand.move(days=2)
    return made


def nothing(scene: Scene) -> None:
    scene.do(Action.NOTE_ADDED, scene.clerk)


def own_form(scene: Scene) -> None:
    scene.do(Action.ANSWERS_SAVED, scene.clerk)


def colleague(scene: Scene) -> None:
    scene.do(Action.TASK_ADDED, scene.colleague)


@pytest.mark.parametrize(
    ("hours", "reason", "meanwhile", "is_seen"),
    [
        (25, "mistake", nothing, True),
        (25, "not_wanted", nothing, True),
        (25, "done", nothing, False),
        (0.5, "mistake", nothing, False),
        (25, "not_wanted", own_form, False),
        (25, "mistake", colleague, False),
    ],
)
def test_a_case_of_ones_own_explains_no_look_once_it_came_to_nothing(
    scene: Scene,
    hand: Hand,
    hours: float,
    reason: str,
    meanwhile: Callable[[Scene], None],
    is_seen: bool,
) -> None:
    case = casework.make_case(scene.clerk, scene.person_id)
    scene.look()
    hand.move(hours=hours)
    meanwhile(scene)
    scene.look()
    assert scanned() == []
    casework.close_case(scene.clerk, case, reason)
    expected = [(scene.clerk.account_id, "explained.open_case")] if is_seen else []
    assert scanned() == expected
    assert scanned() == expected


@pytest.mark.parametrize("closer", ["colleague", "clerk"])
def test_the_case_of_a_colleague_explains_as_before(scene: Scene, hand: Hand, closer: str) -> None:
    case = casework.make_case(scene.colleague, scene.person_id)
    hand.move(hours=25)
    scene.look()
    casework.close_case(getattr(scene, closer), case, "mistake")
    assert scanned() == []


@pytest.mark.parametrize(
    ("meanwhile", "is_seen"), [(nothing, True), (own_form, False), (colleague, False)]
)
def test_a_yes_of_which_nobody_could_be_told_explains_no_look_once_its_day_is_over(
    scene: Scene, hand: Hand, meanwhile: Callable[[Scene], None], is_seen: bool
) -> None:
    consent.assist(scene.clerk, scene.person_id)
    scene.look()
    meanwhile(scene)
    hand.move(hours=19)
    assert scanned() == []
    hand.move(hours=2)
    expected = [(scene.clerk.account_id, "explained.consent_today")] if is_seen else []
    assert scanned() == expected
    hand.move(hours=30)
    assert scan_everything().flags == 0


def test_whoever_can_be_told_says_no_themself(app: Flask, hand: Hand) -> None:
    scene = Scene(contact_points=[people.mobile(whose="own", is_safe=True)])
    scanned()
    hand.move(days=40)
    consent.assist(scene.clerk, scene.person_id)
    scene.look()
    hand.move(hours=30)
    assert scanned() == []
