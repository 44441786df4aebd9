"""What the provider says afterwards: one state, however often and in whatever order it is said.

And a provider that is down, slow, doubles or answers out of order loses nothing and doubles
nothing (assurance, faults 19 to 21).
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices import rules
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import Delivery, State
from assistedaccess.notices.senders import DeliveryFailed
from assistedaccess.notices.service import send_due_notices
from assistedaccess.notices.service_callbacks import note_delivery
from tests.factories.people import days_later, email, make_desk, make_helper, make_person, mobile
from tests.support.journal import list_events

from .test_notices_sending import Recorder, queue

TOKEN = "a provider's token of thirty-two characters"


@pytest.fixture
def helper(app):
    return make_helper(make_desk())


@pytest.fixture
def person(helper) -> UUID:
    """Somebody with two ways to be told, whose first digest is away."""
    person_id = make_person(helper, contact_points=[mobile(), email()])
    with clock.set_clock(days_later(1)):
        send_due_notices(sender=Recorder())
    return person_id


def get_notice(notice_id: UUID) -> Notice:
    with reading() as session:
        row = session.scalars(select(Notice).where(Notice.id == notice_id)).one()
        session.expunge(row)
        return row


def say(notice_id: UUID, status: str, provider_id: str | None = None) -> str:
    row = get_notice(notice_id)
    return note_delivery(
        actor=PUBLIC,
        reference=row.reference,
        provider_id=provider_id or f"theirs-{row.reference}",
        status=status,
    )


def send_one(helper, person) -> UUID:
    notice_id = queue(helper, person)
    send_due_notices(sender=Recorder())
    assert get_notice(notice_id).state == "sent"
    return notice_id


def test_thrice_is_once(helper, person) -> None:
    notice_id = send_one(helper, person)
    assert [say(notice_id, "delivered") for _ in range(3)] == ["delivered"] * 3
    said = [event.reason_code for event in list_events("notice.delivery_noted")]
    assert said == ["delivered", "already_known", "already_known"]
    sender = Recorder()
    with clock.set_clock(days_later(2)):
        send_due_notices(sender=sender)
    assert sender.sent == []


def test_what_was_not_delivered_is_tried_by_the_next_way_once(helper, person) -> None:
    notice_id = send_one(helper, person)
    for _ in range(3):
        say(notice_id, "permanent-failure")
    row = get_notice(notice_id)
    assert (row.state, row.is_rerouted) == ("queued", True)
    sender = Recorder()
    send_due_notices(sender=sender)
    assert len(sender.sent) == 1
    say(notice_id, "permanent-failure", "theirs-of-the-first-sending")
    assert get_notice(notice_id).state == "sent"  # that was the sending before


@pytest.mark.parametrize(
    "order",
    list(itertools.permutations(["created", "delivered", "temporary-failure", "delivered"])),
    ids=lambda order: "-".join(word[0] for word in order),
)
@pytest.mark.parametrize("database_kind", ["sqlite"])  # the rule is pure: one is enough
def test_shuffled_is_one_state(app, order) -> None:
    helper = make_helper(make_desk())
    person = make_person(helper, contact_points=[mobile(), email()])
    notice_id = send_one(helper, person)
    for status in order:
        say(notice_id, status)
    assert get_notice(notice_id).state == "delivered"
    sender = Recorder()
    send_due_notices(sender=sender)
    assert not [message for message in sender.sent if message.reference == notice_id]


def test_a_word_that_comes_before_our_own_note_is_not_undone(helper, person) -> None:
    """The provider calls back while the sender still waits for its answer, which never comes."""
    notice_id = queue(helper, person)

    class CallsBack(Recorder):
        def send(self, message):
            note_delivery(
                actor=PUBLIC,
                reference=message.reference,
                provider_id="theirs",
                status="delivered",
            )
            raise DeliveryFailed("unreachable")

    send_due_notices(sender=CallsBack())
    assert get_notice(notice_id).state == "delivered"
    sender = Recorder()
    with clock.set_clock(days_later(1)):
        send_due_notices(sender=sender)
    assert sender.sent == []  # never doubled


def test_a_provider_that_is_down_for_a_while_gets_it_later_once(helper, person) -> None:
    notice_id = queue(helper, person)
    send_due_notices(sender=Recorder(*[DeliveryFailed("http_503")] * 2))
    assert get_notice(notice_id).state == "retrying"
    sender = Recorder()
    with clock.set_clock(days_later(0.1)):
        send_due_notices(sender=sender)
        send_due_notices(sender=sender)
    assert len(sender.sent) == 1
    assert get_notice(notice_id).state == "sent"


def test_what_is_unknown_changes_nothing(helper, person) -> None:
    notice_id = send_one(helper, person)
    nothing = note_delivery(
        actor=PUBLIC, reference="N-0000-0000", provider_id="x", status="delivered"
    )
    assert nothing == ""
    assert say(notice_id, "on its way") == ""
    assert get_notice(notice_id).state == "sent"


@given(
    said=st.lists(st.sampled_from(Delivery), min_size=1, max_size=6),
    ids=st.lists(st.sampled_from(["a", "b"]), min_size=6, max_size=6),
    has_other_way=st.booleans(),
)
@example(said=[Delivery.FAILED, Delivery.DELIVERED], ids=["a"] * 6, has_other_way=False)
def test_delivered_wins_whatever_the_order(
    said: list[Delivery], ids: list[str], has_other_way: bool
) -> None:
    def run(order: list[tuple[Delivery, str]]) -> str:
        state, known = str(State.SENT), "a"
        for each, said_id in order:
            after = rules.settle_delivery(state, known_id=known, said_id=said_id, said=each)
            state = str(after or state)
            if state == State.FAILED and has_other_way:  # queued again, by another route
                state, known = str(State.QUEUED), ""
        return state

    order = list(zip(said, ids, strict=False))
    expected = run(order)
    assert run(order * 3) == expected or Delivery.DELIVERED not in said
    if Delivery.DELIVERED in said:
        assert run(order) == run(order[::-1]) == "delivered"


# -- the address


@pytest.fixture
def client(app, monkeypatch) -> FlaskClient:
    settings = replace(app.config["SETTINGS"], callback_token=TOKEN)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return app.test_client()


def call(client: FlaskClient, body: object, token: str = TOKEN, path: str = "notify"):
    return client.post(
        f"/callbacks/{path}", json=body, headers={"Authorization": f"Bearer {token}"}
    )


@pytest.mark.parametrize("path", ["notify", "gateway"])
def test_the_provider_is_known_by_its_token(client, helper, person, path) -> None:
    row = get_notice(send_one(helper, person))
    body = {"reference": row.reference, "id": f"theirs-{row.reference}", "status": "delivered"}
    for wrong in ("", "x", TOKEN[:-1], "é" * 40):
        assert call(client, body, wrong.encode().decode("latin-1"), path).status_code == 403
    assert client.post(f"/callbacks/{path}", json=body).status_code == 403
    assert get_notice(row.id).state == "sent"
    for _ in range(3):
        assert call(client, body, path=path).status_code == 200
    assert get_notice(row.id).state == "delivered"


def test_a_body_that_is_none_is_refused(client) -> None:
    for wrong in ([], "x", {"reference": 7}, {"reference": "N" * 500}, {"status": "a\x00b"}):
        assert call(client, wrong).status_code == 400


def test_without_a_token_nobody_is_listened_to(app) -> None:
    assert call(app.test_client(), {}, "").status_code == 403
