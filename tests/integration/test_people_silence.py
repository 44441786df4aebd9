"""Nobody but the person has a person told less; what one helper alone reaches is looked at."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.approvals import describe
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.sealing import open_arguments
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.desk.service import view_today
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held, InvalidInput
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import Route
from assistedaccess.people import queries, service_contact
from assistedaccess.people.reviewing import exclude_concerned
from assistedaccess.people.routes import choose_route
from assistedaccess.people.rules import IdentityLevel
from assistedaccess.people.service_silence import end_silences
from tests.factories.casework import make_case
from tests.factories.people import Desk, days_later, make_desk, make_helper, make_person, mobile
from tests.support.journal import list_events


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    return make_helper(desk)


@pytest.fixture
def reviewer(desk: Desk) -> Actor:
    return make_helper(desk, "reviewer")


@pytest.fixture
def known(app: Flask) -> UUID:
    """A person whom somebody else registered a month ago, with a mobile."""
    with clock.set_clock(days_later(-40)):
        other = make_helper(make_desk("Ash Vale Council"))
        return make_person(other, contact_points=[mobile()])


def version_of(person_id: UUID) -> int:
    with reading():
        return queries.get_person(person_id).version


def route(person_id: UUID, actor: Actor) -> Route:
    with reading():
        return choose_route(person_id, actor)


def told(kind: str) -> list[str]:
    """The channels by which that was told."""
    with reading() as session:
        return list(session.scalars(select(Notice.channel).where(Notice.kind == kind)))


def find_pending(command: str, reason: str) -> PendingAct:
    with reading() as session:
        rows = session.scalars(select(PendingAct).where(PendingAct.command == command))
        (found,) = [row for row in rows if row.reasons == [reason]]
        return found


def silence(helper: Actor, known: UUID, **more: object) -> None:
    """Ask that the person be told nothing, without having asked them alone."""
    given = {"reason": "Her son reads her messages", "until_on": soon(30), **more}
    service_contact.set_safe_contact(
        actor=helper,
        person_id=known,
        version=version_of(known),
        contact_is_unsafe=True,
        person_was_alone=False,
        **given,  # type: ignore[arg-type]
    )


def soon(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_nobody_is_silenced_by_one_human(helper: Actor, reviewer: Actor, known: UUID) -> None:
    with pytest.raises(Held) as held:
        silence(helper, known)
    assert held.value.reasons == ("silence_not_by_the_person",)
    assert route(known, helper).channel == "text"  # until somebody else agrees
    service_contact.set_safe_contact(  # and what is written beside it meanwhile stays
        actor=helper,
        person_id=known,
        version=version_of(known),
        contact_is_unsafe=False,
        best_times="Before noon",
    )

    pending = find_pending("people.set_safe_contact", "silence_not_by_the_person")
    release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="I rang her")
    assert told("safe_contact_changed") == ["text"] * 2
    assert route(known, helper).channel == "in_person"
    with reading():
        assert queries.make_view(queries.get_person(known), IdentityLevel.NONE).best_times == (
            "Before noon"
        )

    with clock.set_clock(days_later(29)):
        assert run_transaction(end_silences) == 0
    with clock.set_clock(days_later(30)):
        assert run_transaction(end_silences) == 1
    assert route(known, helper).channel == "text"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": None}, "reason"),
        ({"reason": "  "}, "reason"),
        ({"until_on": None}, "until_on"),
        ({"until_on": date(2020, 1, 1)}, "until_on"),
        ({"until_on": date(2999, 1, 1)}, "until_on"),
    ],
)
def test_somebody_elses_wish_has_a_reason_and_an_end(
    helper: Actor, known: UUID, more: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        silence(helper, known, **more)
    assert refused.value.field == field


def test_the_persons_own_wish_is_looked_at_afterwards(
    helper: Actor, reviewer: Actor, known: UUID
) -> None:
    service_contact.set_safe_contact(
        actor=helper,
        person_id=known,
        version=version_of(known),
        contact_is_unsafe=True,
        person_was_alone=True,
    )
    assert route(known, helper).channel == "in_person"  # at once
    look = find_pending("people.note_silence_reviewed", "own_no_more_letters")
    assert look.person_id == known
    assert (look.due_at - look.asked_at) // timedelta(hours=1) == 24  # the next day
    assert view_today(actor=helper).pending == []  # whoever recorded it hears nothing of it
    run_transaction(redraw_pending_acts)
    release_pending_act(actor=reviewer, pending_act_id=look.id, reason="I asked her")
    assert [event.reason_code for event in list_events("second_look.taken")] == [
        "own_no_more_letters"
    ]
    with clock.set_clock(days_later(400)):
        assert run_transaction(end_silences) == 0  # and without an end


def test_the_persons_own_wish_is_asked_for_again_and_nothing_is_sent(
    app: Flask, desk: Desk, helper: Actor, known: UUID
) -> None:
    def wish(actor: Actor, *, unsafe: bool = True, alone: bool = True, **more: object) -> None:
        service_contact.set_safe_contact(
            actor=actor,
            person_id=known,
            version=version_of(known),
            contact_is_unsafe=unsafe,
            person_was_alone=alone,
            **more,  # type: ignore[arg-type]
        )

    def ask_again_on() -> date | None:
        with reading():
            return queries.get_person(known).ask_again_on

    wish(helper)
    assert ask_again_on() == soon(180)
    make_case(helper, known)
    assert [row.is_to_be_asked for row in view_today(actor=helper).cases] == [False]
    with clock.set_clock(days_later(180)):
        assert run_transaction(end_silences) == 0
        assert route(known, helper).channel == "in_person"  # whom they fear gets no letter
        assert [row.is_to_be_asked for row in view_today(actor=helper).cases] == [True]
        other = make_helper(desk)
        with pytest.raises(InvalidInput, match="Nothing was changed"):
            wish(other, alone=False)
        sent = len(told("safe_contact_changed"))
        wish(other)
        assert (ask_again_on(), len(told("safe_contact_changed"))) == (soon(180), sent)
        with reading() as session:
            looks = session.scalars(
                select(PendingAct.human_id).where(
                    PendingAct.command == "people.note_silence_reviewed"
                )
            ).all()
        assert set(looks) == {helper.human_id, other.human_id}
        wish(other, best_times="Before noon", alone=False)
        assert ask_again_on() == soon(180)  # what is written beside it puts nothing off
        wish(other, unsafe=False)
        assert ask_again_on() is None


def test_whoever_had_them_told_less_or_gave_a_number_lately_decides_nothing_about_them(
    desk: Desk, helper: Actor, known: UUID
) -> None:
    giver, silencer = make_helper(desk), make_helper(desk)
    service_contact.add_contact_point(
        actor=giver, person_id=known, kind="email", value="ada@example.org"
    )

    def silence_them(unsafe: bool) -> None:
        service_contact.set_safe_contact(
            actor=silencer,
            person_id=known,
            version=version_of(known),
            contact_is_unsafe=unsafe,
            person_was_alone=True,
        )

    def excluded() -> set[UUID]:
        with reading():
            return exclude_concerned("", {}, known)

    silence_them(True)
    assert excluded() == {giver.human_id, silencer.human_id}
    with clock.set_clock(days_later(31)):
        assert excluded() == {silencer.human_id}  # as long as the person is told less
        silence_them(False)
        assert excluded() == set()


def test_a_way_that_the_helper_made_is_looked_at_by_somebody_else(
    helper: Actor, reviewer: Actor
) -> None:
    person_id = make_person(helper, contact_points=[mobile()])
    pending = find_pending("people.note_second_look", "route_not_independent")
    assert pending.person_id == person_id
    assert pending.drawn_account_id is None  # nobody waited at the desk for a draw
    assert view_today(actor=helper).pending == []  # whoever made the way hears of no second look
    run_transaction(redraw_pending_acts)
    with reading():
        rows = describe.describe(pending.command, open_arguments(pending)).rows
    assert "+447700900123" in [value for _, value in rows]
    release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="It is hers")
    assert [event.person_id for event in list_events("second_look.taken")] == [person_id]
    # Still not independent of this helper, and not asked again at each act.
    service_contact.add_contact_point(
        actor=helper, person_id=person_id, kind="email", value="ada@example.org"
    )
    assert not route(person_id, helper).independent
    with reading() as session:
        waiting = session.scalars(
            select(PendingAct.state).where(PendingAct.command == "people.note_second_look")
        ).all()
    assert waiting == ["released"]
