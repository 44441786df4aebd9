"""Sending: after the act, outside its transaction, once, however many senders run."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import rules
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import AccountMail, NoticeKind, Route
from assistedaccess.notices.senders import DeliveryFailed, Message, OutboxSender
from assistedaccess.notices.service import queue_account_mail, queue_notice, send_due_notices
from tests.factories.people import (
    days_later,
    email,
    make_desk,
    make_helper,
    make_person,
    mobile,
)

MOBILE = Route("text", None, "+447700900123", "en", True, name="Ada")


class Recorder:
    """A sender that keeps what it is given, and fails as it is told."""

    channels = frozenset({"text", "email"})

    def __init__(self, *failures: DeliveryFailed | None) -> None:
        self.sent: list[Message] = []
        self.failures = list(failures)
        self.lock = threading.Lock()

    def send(self, message: Message) -> str:
        with self.lock:
            failure = self.failures.pop(0) if self.failures else None
            if failure is None:
                self.sent.append(message)
        if failure is not None:
            raise failure
        return f"theirs-{message.reference}"


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


@pytest.fixture
def person(helper: Actor) -> UUID:
    """A person whose digest has been sent already."""
    person_id = make_person(helper)
    with clock.set_clock(days_later(1)):
        send_due_notices(sender=Recorder())
    return person_id


def queue(actor: Actor, person_id: UUID, route: Route = MOBILE, **more: Any) -> UUID:
    more.setdefault("kind", NoticeKind.DELEGATION_GRANTED)
    return run_transaction(
        lambda: queue_notice(
            actor=actor,
            person_id=person_id,
            route=route,
            organisation_id=actor.organisation_id,
            **more,
        )
    )


def get(notice_id: UUID) -> Any:
    with reading() as session:
        return session.execute(
            select(
                Notice.state,
                Notice.attempts,
                Notice.due_at,
                Notice.provider_reference,
                Notice.last_failure,
                Notice.channel,
                Notice.reference,
            ).where(Notice.id == notice_id)
        ).one()


def outcomes(notice_id: UUID) -> list[str]:
    with reading() as session:
        return list(
            session.scalars(
                select(AuditEvent.action)
                .where(AuditEvent.subject_id == notice_id)
                .order_by(AuditEvent.id)
            )
        )


def test_what_is_due_is_sent_once_and_journalled(helper: Actor, person: UUID) -> None:
    notice_id, sender = queue(helper, person), Recorder()
    assert send_due_notices(sender=sender).sent == 1
    assert send_due_notices(sender=sender).sent == 0
    (message,) = sender.sent
    assert message.to == "+447700900123"
    assert len(message.body) <= 160
    assert "Ada" not in message.body
    row = get(notice_id)
    assert (row.state, row.provider_reference) == ("sent", f"theirs-{row.reference}")
    assert outcomes(notice_id) == [Action.NOTICE_QUEUED, Action.NOTICE_SENT]


def test_what_is_not_due_waits(helper: Actor, person: UUID) -> None:
    queue(helper, person, kind=NoticeKind.CASE_OPENED)
    assert send_due_notices(sender=Recorder()).sent == 0
    with clock.set_clock(days_later(1)):
        assert send_due_notices(sender=Recorder()).sent == 1


def test_a_failure_is_tried_again_later_and_later(helper: Actor, person: UUID) -> None:
    notice_id = queue(helper, person)
    sender = Recorder(DeliveryFailed("http_503"), DeliveryFailed("unreachable"))
    assert send_due_notices(sender=sender).failed == 1
    row = get(notice_id)
    assert (row.state, row.last_failure) == ("retrying", "http_503")
    assert row.due_at > clock.now()
    assert send_due_notices(sender=sender) == send_due_notices(sender=sender)
    with clock.set_clock(days_later(0.01)):
        assert send_due_notices(sender=sender).failed == 1
    with clock.set_clock(days_later(0.1)):
        assert send_due_notices(sender=sender).sent == 1
    assert sender.sent[0].may_be_repeat
    assert outcomes(notice_id).count(Action.NOTICE_FAILED) == 2


def test_after_the_last_try_another_route_is_taken_then_it_waits_in_person(helper: Actor) -> None:
    with clock.set_clock(days_later(-60)):
        person_id = make_person(
            make_helper(make_desk()), contact_points=[mobile(), email("ada@example.org")]
        )
    from assistedaccess.people.routes import choose_route

    with clock.set_clock(days_later(-30)):
        send_due_notices(sender=Recorder())
    with reading():
        route = choose_route(person_id, helper)
    assert route.channel == "text"
    notice_id = queue(helper, person_id, route)
    gone = DeliveryFailed("http_400", is_final=True)
    sender = Recorder(gone, gone)
    send_due_notices(sender=sender)
    row = get(notice_id)
    assert (row.state, row.channel) == ("in_person", "in_person")
    assert outcomes(notice_id).count(Action.NOTICE_FAILED) == 2
    assert sender.sent == []


def test_tries_end(helper: Actor, person: UUID) -> None:
    notice_id = queue(helper, person)
    sender = Recorder(*[DeliveryFailed("unreachable")] * 99)
    for day in range(1, 20):
        with clock.set_clock(days_later(2 * day)):
            send_due_notices(sender=sender)
    assert get(notice_id).state == "in_person"
    assert len(sender.failures) == 99 - len(rules.RETRY_AFTER) - 1


def test_two_senders_at_once_send_each_notice_once(helper: Actor, person: UUID) -> None:
    for _ in range(12):
        queue(helper, person)
    sender, barrier, faults = Recorder(), threading.Barrier(3), []

    def run() -> None:
        barrier.wait()
        try:
            send_due_notices(sender=sender)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    counts = Counter(message.reference for message in sender.sent)
    assert len(counts) == 12
    assert set(counts.values()) == {1}


def test_a_sender_that_dies_leaves_a_claim_that_another_takes_over(
    helper: Actor, person: UUID
) -> None:
    notice_id = queue(helper, person)

    class Dying(Recorder):
        def send(self, message: Message) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due_notices(sender=Dying())
    assert get(notice_id).state == "sending"
    assert send_due_notices(sender=Recorder()).sent == 0
    after = clock.now() + rules.CLAIM
    sender = Recorder()
    with clock.set_clock(after):
        assert send_due_notices(sender=sender).sent == 1
    assert sender.sent[0].may_be_repeat


def test_a_claim_that_was_lost_changes_nothing(helper: Actor, person: UUID) -> None:
    notice_id = queue(helper, person)

    class Slow(Recorder):
        def send(self, message: Message) -> str:
            with clock.set_clock(clock.now() + rules.CLAIM):
                assert send_due_notices(sender=Recorder()).sent == 1
            raise DeliveryFailed("unreachable")

    send_due_notices(sender=Slow())
    assert get(notice_id).state == "sent"


def test_the_provider_is_called_outside_any_transaction(helper: Actor, person: UUID) -> None:
    queue(helper, person)

    class Looking(Recorder):
        def send(self, message: Message) -> str:
            from assistedaccess.kernel.transactions import find_transaction

            assert find_transaction() is None
            queue(helper, person)  # on SQLite this would hang if the lock were held
            return super().send(message)

    assert send_due_notices(sender=Looking(), limit=1).sent == 1


def test_who_was_erased_is_told_nothing(helper: Actor, person: UUID) -> None:
    notice_id = queue(helper, person)
    run_transaction(lambda: encryption.forget(person))
    sender = Recorder()
    send_due_notices(sender=sender)
    assert sender.sent == []
    assert get(notice_id).state == "not_sent"


def test_one_that_cannot_be_written_holds_nobody_up(
    helper: Actor, person: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistedaccess.notices import words

    good, bad = queue(helper, person), queue(helper, person)
    real = words.write_text

    def break_one(telling: Any) -> str:
        if telling.reference == get(bad).reference:
            raise RuntimeError("poison")
        return real(telling)

    monkeypatch.setattr(words, "write_text", break_one)
    send_due_notices(sender=Recorder())
    assert (get(good).state, get(bad).state) == ("sent", "retrying")


def test_mail_to_an_account(helper: Actor) -> None:
    run_transaction(
        lambda: queue_account_mail(
            actor=helper,
            account_id=helper.account_id,  # type: ignore[arg-type]
            kind=AccountMail.INVITATION,
            address="new@example.org",
            facts={"link": "https://example.org/i/abc"},
        )
    )
    sender = Recorder()
    send_due_notices(sender=sender)
    (message,) = sender.sent
    assert (message.to, message.channel) == ("new@example.org", "email")
    assert "https://example.org/i/abc" in message.body


def test_the_outbox_keeps_one_file_a_message(helper: Actor, person: UUID, app: Any) -> None:
    notice_id = queue(helper, person, Route("email", None, "ada@example.org", "en", True))
    with app.app_context():
        send_due_notices()
    folder: Path = app.config["SETTINGS"].data_dir / "outbox"
    written = json.loads((folder / f"{get(notice_id).reference}.json").read_text())
    assert written["to"] == "ada@example.org"
    assert "<h1>" in (folder / f"{get(notice_id).reference}.html").read_text()
    assert (folder / f"{get(notice_id).reference}.json").stat().st_mode & 0o077 == 0
    message = Message(reference="N-1", channel="text", to="x", body="y")
    outbox = OutboxSender(folder)
    outbox.send(message)
    outbox.send(message)
    assert len(list(folder.glob("N-1.*"))) == 1
