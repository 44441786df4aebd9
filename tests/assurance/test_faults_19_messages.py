"""Faults 19, 20 and 21: the provider of messages is down or slow, or repeats itself, out of order.

The queue's own rules are in tests/integration/test_notices_*.py. Here they are met through the
pages, the queue, real senders and the callback's address.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices import senders
from assistedaccess.notices.models import Notice
from assistedaccess.notices.senders_smtp import SmtpSender
from assistedaccess.notices.service import send_due_notices
from tests.factories import consent as make
from tests.factories import people
from tests.factories import ways as way
from tests.integration.test_notices_sending import Recorder
from tests.support.clocks import Hand
from tests.support.pages import read_token

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])  # nothing hangs on the database
TOKEN = "a provider's token of thirty-two characters"
NOBODY = "http://127.0.0.1:1/texts"
"""An address of this machine at which nobody listens."""


@pytest.fixture
def hand() -> Iterator[Hand]:
    made = Hand()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(app: Flask, hand: Hand) -> make.Scene:
    """Somebody whom a colleague registered yesterday, with a mobile, an e-mail and a home."""
    made = make.make_scene(
        contact_points=[people.mobile(whose="own", is_safe=True), people.email()],
        housing="address",
        address={"line_1": "1 High Street", "town": "Millbrook", "postcode": "SW1A 1AA"},
        letters_are_safe=True,
    )
    hand.move(days=1)
    send_due_notices(sender=Recorder())
    return made


@pytest.fixture
def asked(scene: make.Scene) -> UUID:
    return way.ready(scene.helper, scene.person_id)


@pytest.fixture
def client(app: Flask, scene: make.Scene) -> FlaskClient:
    made = app.test_client()
    people.sign_in(made, scene.helper)
    make.assist(scene.helper, scene.person_id, None)  # so that a look is explained
    return made


def ask_for_code(client: FlaskClient, scene: make.Scene, request_id: UUID) -> Any:
    """The helper presses *Send a code* on the page; the answer."""
    from assistedaccess.consent.models import ConsentRequest
    from assistedaccess.people.models import ContactPoint

    with reading() as session:
        reference = session.get_one(ConsentRequest, request_id).reference
        phone = session.scalars(
            select(ContactPoint.id).where(
                ContactPoint.person_id == scene.person_id, ContactPoint.kind == "mobile"
            )
        ).one()
    page = client.get(f"/asking/{reference}/confirm/code")
    assert page.status_code == 200
    return client.post(
        f"/asking/{reference}/confirm/code/send",
        data={
            "csrf_token": read_token(page),
            "phone": str(phone),
            "terms_hash": make.hash_of(request_id),
        },
    )


def list_codes(scene: make.Scene) -> list[Notice]:
    """The notices that carry a code, oldest first."""
    with reading() as session:
        rows = session.scalars(
            select(Notice)
            .where(Notice.person_id == scene.person_id, Notice.kind == "consent_code")
            .order_by(Notice.id)
        ).all()
        session.expunge_all()
        return list(rows)


def count_unsent(client: FlaskClient, scene: make.Scene) -> int:
    """How many messages the desk's page shows as not sent yet."""
    page = client.get(f"/people/{people.reference_of(scene.person_id)}/history")
    assert page.status_code == 200
    return page.text.count("Not sent yet")


# -- 19: down


def test_fault_19_the_provider_is_down(client, scene, asked, hand) -> None:
    """The act is saved, the desk sees that nothing has left, and it leaves later, once."""
    down = SmtpSender("smtp://127.0.0.1:1", NOBODY, "desk@example.org")
    before = count_unsent(client, scene)  # the day's digest, which waits for the evening
    assert ask_for_code(client, scene, asked).status_code == 303
    assert count_unsent(client, scene) == before + 1
    assert send_due_notices(sender=down).sent == 0
    (notice,) = list_codes(scene)
    assert (notice.state, notice.last_failure) == ("retrying", "unreachable")
    assert count_unsent(client, scene) == before + 1
    back = Recorder()
    hand.move(minutes=2)
    for _ in range(3):
        send_due_notices(sender=back)
    assert [each.reference for each in back.sent].count(notice.reference) == 1
    assert count_unsent(client, scene) == before


# -- 20: slow


@contextmanager
def silent_provider() -> Iterator[tuple[str, list[socket.socket]]]:
    """It takes calls, and says nothing for as long as anybody waits."""
    calls: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)

        def take() -> None:
            try:
                calls.append(listening.accept()[0])
            except OSError:
                pass  # nobody called

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/texts", calls
        finally:
            for call in calls:
                call.close()
            listening.close()
            thread.join(5)


@ON_SQLITE
def test_fault_20_a_page_calls_nobody(client, scene, asked, monkeypatch) -> None:
    """Whatever the provider does, no worker waits for it: pages only queue."""

    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("a page reached out")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(senders, "make_sender", no_network)
    assert ask_for_code(client, scene, asked).status_code == 303
    assert [each.state for each in list_codes(scene)] == ["queued"]
    with pytest.raises(AssertionError, match="reached out"):
        socket.create_connection(("127.0.0.1", 1))  # the guard does guard


def test_fault_20_pages_go_on_while_the_sender_waits(client, scene, asked, hand) -> None:
    """The queue holds no lock while its provider keeps it waiting: a page answers meanwhile."""
    ask_for_code(client, scene, asked)
    with silent_provider() as (address, calls):
        slow = SmtpSender("smtp://127.0.0.1:1", address, "desk@example.org")
        application = client.application

        def send() -> None:
            with application.app_context():
                send_due_notices(sender=slow, limit=1)

        sending = threading.Thread(target=send)
        sending.start()
        try:
            until = time.monotonic() + 20
            while not calls and time.monotonic() < until:
                time.sleep(0.01)
            assert calls, "the sender did not call"
            hand.move(seconds=1)
            began = time.monotonic()
            # The same person's row, the same queue: a new code, which voids the one that hangs.
            assert ask_for_code(client, scene, asked).status_code == 303
            took = time.monotonic() - began
            assert sending.is_alive(), "the provider was not waited for: this shows nothing"
        finally:
            for call in calls:
                call.close()
            sending.join(30)
    assert not sending.is_alive()
    assert took < 2 * 5, took  # two pages; 2 s each is promised, a busy machine gets five times it
    assert [each.state for each in list_codes(scene)] == ["retrying", "queued"]


# -- 21: twice, late, in disorder


def call_back(client: FlaskClient, notice: Notice, status: str, provider_id: str = "") -> None:
    settings = replace(client.application.config["SETTINGS"], callback_token=TOKEN)
    client.application.config["SETTINGS"] = settings
    answer = client.post(
        "/callbacks/gateway",
        json={
            "reference": notice.reference,
            "id": provider_id or f"theirs-{notice.reference}",
            "status": status,
        },
        headers={"Authorization": f"Bearer {TOKEN}"},
    )
    assert answer.status_code == 200


@pytest.fixture
def believed(app: Flask) -> Iterator[None]:
    """The settings are as they were afterwards."""
    before = app.config["SETTINGS"]
    yield
    app.config["SETTINGS"] = before


@pytest.mark.usefixtures("believed")
def test_fault_21_callbacks_thrice_and_shuffled_are_one_state(client, scene, asked, hand) -> None:
    """Of three codes the newest alone opens anything, whatever is said of the others, and when."""
    sender = Recorder()
    for _ in range(3):
        ask_for_code(client, scene, asked)
        send_due_notices(sender=sender)
        hand.move(seconds=1)
    codes = [_read_code(each.body) for each in sender.sent if "Your code is" in each.body]
    first, second, third = list_codes(scene)
    said = [(first, "delivered"), (second, "permanent-failure"), (third, "delivered")] * 3
    random.Random(21).shuffle(said)
    for notice, status in said:
        call_back(client, notice, status)
    assert [each.state for each in list_codes(scene)] == ["delivered", "failed", "delivered"]
    hand.move(minutes=1)
    assert send_due_notices(sender=sender).sent == 0  # nothing goes twice, nothing elsewhere
    assert len(codes) == 3
    for dead in {*codes[:2]} - {codes[2]}:
        assert way.confirm(scene.helper, asked, "code", code=dead).startswith(
            "That is not the code"
        )
    for notice, status in said:  # late: while the newest code is being typed
        call_back(client, notice, status)
    assert way.confirm(scene.helper, asked, "code", code=codes[2]) == "yes"


def _read_code(text: str) -> str:
    return text.partition("Your code is ")[2][:6]


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("kind", ["consent_code", "record_code", "consent_link"])
@ON_SQLITE
def test_fault_21_a_code_that_did_not_arrive_goes_to_no_other_address(client, scene, kind) -> None:
    """Sent elsewhere, it would prove that the person holds a phone that never rang."""
    notice = _send(client, scene, kind, channel="text")
    sender = Recorder()
    call_back(client, notice, "permanent-failure")
    send_due_notices(sender=sender)
    assert sender.sent == []
    assert _load(notice.id).state == "failed"


@pytest.mark.usefixtures("believed")
@pytest.mark.parametrize("kind", ["access_card", "consent_letter", "record_letter"])
@ON_SQLITE
def test_fault_21_nor_does_a_letter_for_one_reader(client, scene, kind) -> None:
    notice = _send(client, scene, kind, channel="letter")
    call_back(client, notice, "permanent-failure")
    sender = Recorder()
    send_due_notices(sender=sender)
    assert sender.sent == []
    assert _load(notice.id).state == "in_person"


class Posting(Recorder):
    """A provider that posts letters too."""

    channels = frozenset({"text", "email", "letter"})


def _send(client: FlaskClient, scene: make.Scene, kind: str, *, channel: str) -> Notice:
    from assistedaccess.kernel.transactions import run_transaction
    from assistedaccess.notices.rules import NoticeKind, Route
    from assistedaccess.notices.service import queue_notice

    notice_id = run_transaction(
        lambda: queue_notice(
            actor=scene.helper,
            person_id=scene.person_id,
            kind=NoticeKind(kind),
            route=Route(channel, None, "+447700900123", "en", True, name="Ada"),
            organisation_id=scene.desk.organisation_id,
            facts={"code": "123456"},
        )
    )
    send_due_notices(sender=Posting())
    assert _load(notice_id).state == "sent"
    return _load(notice_id)


def _load(notice_id: UUID) -> Notice:
    with reading() as session:
        row = session.get_one(Notice, notice_id)
        session.expunge(row)
        return row


@ON_SQLITE
def test_fault_21_nor_when_its_address_becomes_unsafe(client, scene) -> None:
    """Not yet gone, and the person says that the phone is not safe: it goes nowhere at all."""
    from assistedaccess.kernel.transactions import run_transaction
    from assistedaccess.notices.rules import FOR_ONE_ADDRESS, NoticeKind, Route
    from assistedaccess.notices.service import queue_notice
    from assistedaccess.people.routes import call_back_unsent

    def queue() -> list[UUID]:
        return [
            queue_notice(
                actor=scene.helper,
                person_id=scene.person_id,
                kind=NoticeKind(kind),
                route=Route("text", None, "+447700900199", "en", True, name="Ada"),
                organisation_id=scene.desk.organisation_id,
                facts={"code": "123456", "codes": "1111,2222"},
            )
            for kind in sorted(FOR_ONE_ADDRESS)
        ]

    made = run_transaction(queue)
    run_transaction(lambda: call_back_unsent(scene.person_id, scene.helper))
    sender = Posting()
    send_due_notices(sender=sender)
    assert sender.sent == []
    assert {_load(each).state for each in made} == {"not_sent"}
