"""What was queued before a way became unsafe: the evening's message reaches nobody at home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.senders import Message
from assistedaccess.notices.service import send_due_notices
from assistedaccess.people import queries, service_contact, service_identity
from assistedaccess.people.models import Person
from tests.factories import consent as make
from tests.factories.people import days_later, make_desk, make_helper, make_person, mobile

pytestmark = pytest.mark.usefixtures("app")


class Phone:
    """Whoever holds the phones and opens the letters."""

    channels = frozenset({"text", "email", "letter"})

    def __init__(self) -> None:
        self.read: list[Message] = []

    def send(self, message: Message) -> str:
        self.read.append(message)
        return ""

    def in_the_evening(self) -> Sequence[Message]:
        with clock.set_clock(clock.now() + timedelta(hours=23)):
            send_due_notices(sender=self)
        return self.read


@pytest.fixture
def helper() -> Actor:
    return make_helper(make_desk())


@pytest.fixture
def person_id() -> UUID:
    """Registered a month ago by somebody else, with a phone and a letter box."""
    with clock.set_clock(days_later(-40)):
        made = make_person(
            make_helper(make_desk("Ash Vale Council")),
            housing="address",
            address={"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
            letters_are_safe=True,
            contact_points=[mobile("07700 900123", whose="own", is_safe=True)],
        )
        Phone().in_the_evening()
    return made


def do_something(helper: Actor, person_id: UUID, kind: str = "bank_card") -> None:
    """An ordinary act, told in the digest of the visit."""
    service_identity.add_identity_evidence(
        actor=helper, person_id=person_id, kind=kind, level="low"
    )


def point_of(person_id: UUID, kind: str = "mobile") -> UUID:
    with reading():
        return next(p.id for p in queries.list_contact_points(person_id) if p.kind == kind)


def say_unsafe(helper: Actor, person_id: UUID, *, alone: bool) -> None:
    with reading() as session:
        version = session.get_one(Person, person_id).version
    service_contact.set_safe_contact(
        actor=helper,
        person_id=person_id,
        version=version,
        contact_is_unsafe=True,
        person_was_alone=alone,
        reason=None if alone else "Her son reads her messages",
        until_on=None if alone else clock.today() + timedelta(days=30),
    )


def list_waiting(person_id: UUID) -> list[tuple[str, list[str]]]:
    """How each notice that has not left stands, and the kinds of acts that it tells of."""
    with reading() as session:
        rows = session.scalars(
            select(Notice)
            .where(Notice.person_id == person_id, Notice.sent_at.is_(None))
            .order_by(Notice.id)
        ).all()
        return [
            (
                row.channel,
                list(
                    session.scalars(
                        select(NoticeEntry.kind)
                        .where(NoticeEntry.notice_id == row.id)
                        .order_by(NoticeEntry.id)
                    )
                ),
            )
            for row in rows
        ]


def test_nothing_leaves_once_the_person_alone_says_that_it_is_not_safe(
    helper: Actor, person_id: UUID
) -> None:
    do_something(helper, person_id)
    say_unsafe(helper, person_id, alone=True)
    do_something(helper, person_id, "birth_certificate")
    assert {channel for channel, _kinds in list_waiting(person_id)} == {"in_person"}
    told = [kind for _channel, kinds in list_waiting(person_id) for kind in kinds]
    assert sorted(told) == ["identity_checked", "identity_checked", "safe_contact_changed"]
    assert Phone().in_the_evening() == []


def test_what_waits_for_a_phone_that_is_unsafe_goes_by_letter(
    helper: Actor, person_id: UUID
) -> None:
    do_something(helper, person_id)
    service_contact.mark_contact_point_unsafe(
        actor=helper, contact_point_id=point_of(person_id), person_was_alone=True
    )
    read = Phone().in_the_evening()
    assert {message.channel for message in read} == {"letter"}
    assert len(read) == 2  # the act of the visit, and the change itself


def test_a_letter_that_waits_to_be_printed_is_taken_back(helper: Actor, person_id: UUID) -> None:
    service_contact.mark_contact_point_unsafe(
        actor=helper, contact_point_id=point_of(person_id), person_was_alone=True
    )
    nobody = Phone()
    nobody.channels = frozenset()
    nobody.in_the_evening()
    say_unsafe(helper, person_id, alone=True)
    assert {channel for channel, _kinds in list_waiting(person_id)} == {"in_person"}


def test_a_helper_alone_calls_nothing_back(helper: Actor, person_id: UUID) -> None:
    """Nobody is silenced by a tick: what was told is told on, until somebody else agrees."""
    do_something(helper, person_id)
    with pytest.raises(Held):
        say_unsafe(helper, person_id, alone=False)
    do_something(helper, person_id, "birth_certificate")
    assert list_waiting(person_id) == [("text", ["identity_checked", "identity_checked"])]


def test_a_code_is_called_back_and_shown_to_nobody(person_id: UUID) -> None:
    scene = make.make_scene()
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id)
    make.send_code(scene.helper, request_id, scene.person_id)
    say_unsafe(scene.colleague, scene.person_id, alone=True)
    channels = {tuple(kinds): channel for channel, kinds in list_waiting(scene.person_id)}
    assert channels[("consent_code",)] == "none"


def test_an_old_way_that_may_be_told_still_is(helper: Actor, person_id: UUID) -> None:
    do_something(helper, person_id)
    service_contact.change_contact_point(
        actor=helper, contact_point_id=point_of(person_id), value="07700 900555"
    )
    read = Phone().in_the_evening()
    assert [message.to for message in read if message.channel == "text"].count("+447700900123") == 2
