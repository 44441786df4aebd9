"""Faults 22 and 49: after a restore nothing is sent a second time by itself, and what stood in
folders beside the database is made again from it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from assistedaccess.applications.delivering import make_destination, send_due_deliveries
from assistedaccess.data_protection import erasing
from assistedaccess.data_protection.service_requests import STANDARD
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import PUBLIC, SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import NoticeKind, Route
from assistedaccess.notices.senders import OutboxSender
from assistedaccess.notices.service import send_due_notices
from assistedaccess.notices.service_callbacks import note_delivery
from assistedaccess.notices.service_held import (
    PutAwayAs,
    list_held,
    put_held_away,
    release_held,
)
from assistedaccess.people.routes import call_back_unsent
from assistedaccess.web.status import list_lines
from config import Settings
from tests.factories import applications as apps
from tests.factories import people
from tests.integration.test_notices_sending import MOBILE, Recorder, get, outcomes, queue
from tests.support.databases import Sandbox
from tests.support.journal import list_events

from .test_faults_22_restore import Run, run, within

__all__ = ["run"]

LETTER = Route("letter", None, "1 High Street\nMillbrook\nSW1A 1AA", "en", True, name="Ada")


def reference_of(notice_id: UUID) -> str:
    return str(get(notice_id).reference)


def send_all() -> list[str]:
    """What leaves now, by reference."""
    sender = Recorder()
    send_due_notices(sender=sender)
    return [message.reference for message in sender.sent]


def test_fault_22_what_waited_when_the_backup_was_made_goes_by_nobodys_leave(
    sandbox: Sandbox, empty_settings: Settings, tmp_path: Path, run: Run
) -> None:
    """It went out after the backup; restored, it stays until somebody says what becomes of it."""
    assert sandbox.app
    helper = people.make_helper(people.make_desk())
    person = people.make_person(helper)
    with clock.set_clock(people.days_later(1)):
        send_all()
    codes, told, late, moved, stuck = (queue(helper, person) for _ in range(5))
    letter = queue(helper, person, LETTER)
    digest = queue(helper, person, kind=NoticeKind.CASE_OPENED)
    tomorrow = queue(helper, person)
    run_transaction(
        lambda: get_session().execute(
            update(Notice)
            .where(Notice.id == tomorrow)
            .values(due_at=clock.now() + timedelta(days=2), state="retrying", attempts=3)
        )
    )
    run_transaction(  # a sender has it in hand, and may be through
        lambda: get_session().execute(
            update(Notice)
            .where(Notice.id == stuck)
            .values(state="sending", attempts=1, claimed_until=clock.now() + timedelta(minutes=4))
        )
    )
    held = [codes, told, late, moved, stuck, letter, digest]
    references = {each: reference_of(each) for each in held}
    file = tmp_path / "last night"
    assert run(sandbox.settings, "backup", file).exit_code == 0
    assert set(send_all()) == {references[each] for each in (codes, told, late, moved)}  # and so on

    back = run(empty_settings, "restore", file, "--json")
    assert back.exit_code == 0, back.output
    done = json.loads(back.stdout)
    assert done["held"] == len(held)
    assert any("notices held" in words for words in done["warnings"])
    with within(empty_settings), clock.set_clock(clock.now() + timedelta(hours=1)):
        assert send_all() == []
        with sandbox.app.test_request_context(), reading():
            assert [each.reference for each in list_held()] == [references[each] for each in held]
            lines = {line.name: line for line in list_lines(empty_settings)}
            assert not lines["Messages"].is_well
            assert "notices held" in lines["Messages"].words
            assert erasing.Stays.ON_ITS_WAY in erasing.list_what_stays(person, STANDARD)
        assert {event.reason_code for event in list_events("notice.held")} == {
            "was_queued",
            "was_sending",
        }
        # What is done from now on is told in a message of its own, by itself.
        new = queue(helper, person, kind=NoticeKind.CASE_CLOSED)
        assert new not in held

        # The provider's late word settles one.
        note_delivery(
            actor=PUBLIC, reference=references[told], provider_id="theirs", status="delivered"
        )
        assert get(told).state == "delivered"
        # An address that is not safe any more: the other way, and still by nobody's leave.
        run_transaction(lambda: call_back_unsent(person, helper))
        assert get(moved).state == "held"
        assert send_all() == []

        assert release_held(actor=SYSTEM, references=[references[codes]]) == 1
        assert get(codes).attempts == 1  # the sender asks the provider for it first
        put_held_away(actor=SYSTEM, references=[references[letter]], put_away_as=PutAwayAs.SENT)
        put_held_away(actor=SYSTEM, references=[references[late]], put_away_as=PutAwayAs.STALE)
        assert [get(each).state for each in (letter, late)] == ["sent", "not_sent"]
        assert {"notice.held", "notice.withdrawn"} <= set(outcomes(late))
        for wrong in ([references[late]], [references[digest], references[late]], [], ["N-0"]):
            with pytest.raises(NotFound):
                release_held(actor=SYSTEM, references=wrong)
        assert get(digest).state == "held"  # all of them or none

    said = run(empty_settings, "notices", "held")
    assert said.exit_code == 0, said.output
    assert references[digest] in said.output
    assert "3 messages are held" in said.output
    assert run(empty_settings, "notices", "release").exit_code == 2
    assert run(empty_settings, "notices", "release", references[late]).exit_code == 2
    assert run(empty_settings, "notices", "put-away", references[stuck]).exit_code == 2
    assert (
        run(empty_settings, "notices", "put-away", references[stuck], "--as", "sent").exit_code == 0
    )
    assert "2 messages will be sent" in run(empty_settings, "notices", "release", "--all").output
    assert json.loads(run(empty_settings, "notices", "held", "--json").stdout) == {"held": []}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_fault_49_the_folders_beside_the_database_are_made_again_from_it(
    sandbox: Sandbox, run: Run
) -> None:
    """Their disk is gone, and the database came back to its last second."""
    settings = sandbox.settings
    assert sandbox.app
    outbox = settings.data_dir / "outbox"
    folder = OutboxSender(outbox)
    scene = apps.make_scene("council-crisis-support")
    draft = apps.make_ready(scene, "council-crisis-support")
    apps.submit(scene.helper, draft)
    with sandbox.app.app_context():
        with clock.set_clock(clock.now() - timedelta(days=3)):
            queue(scene.helper, draft.person_id, MOBILE)
            send_due_notices(sender=folder)
        before = {path.name for path in outbox.glob("*.json")}
        assert before
        told = queue(scene.helper, draft.person_id, MOBILE)
        assert send_due_deliveries(destination=make_destination(settings)) == (1, 0)
        send_due_notices(sender=folder)
    submissions = settings.data_dir / "submissions"
    assert (outbox / f"{reference_of(told)}.json").exists()
    kept = {
        path.name: path.read_bytes()
        for path in (*outbox.iterdir(), *submissions.iterdir())
        if path.name not in before and not path.name.endswith(".html")
    }
    assert f"{draft.reference}.json" in kept
    for path in (*outbox.iterdir(), *submissions.iterdir()):
        path.unlink()

    yesterday = clock.local(clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    said = run(settings, "refill", "--since", yesterday)
    assert said.exit_code == 0, said.output
    again = {
        path.name: path.read_bytes()
        for path in (*outbox.iterdir(), *submissions.iterdir())
        if not path.name.endswith(".html")
    }
    assert again.keys() == kept.keys()
    for name, content in kept.items():
        one, other = json.loads(content), json.loads(again[name])
        assert one | {"may_be_repeat": True} == other | {"may_be_repeat": True}, name
        if name.startswith("A-"):
            assert content == again[name]  # the same bytes: the other side knows them again
    assert "written_again" in {event.reason_code for event in list_events("notice.sent")}
    assert "written_again" in {event.reason_code for event in list_events("delivery.done")}
    twice = run(settings, "refill", "--since", yesterday)
    assert "outbox: 0 written again" in twice.output
    assert "submissions: 0 written again" in twice.output

    elsewhere = replace(
        settings,
        sender="smtp",
        smtp_url="smtp://127.0.0.1:1",
        submit_to="https://example.org/submissions",
    )
    assert "nothing to write again" in run(elsewhere, "refill", "--since", yesterday).output
    assert run(settings, "refill", "--since", "some day").exit_code == 2


def test_the_event_of_a_restore_says_what_it_held(
    sandbox: Sandbox, empty_settings: Settings, tmp_path: Path, run: Run
) -> None:
    """A restore of a place where nothing waits holds nothing, and says nothing of it."""
    assert sandbox.app
    file = tmp_path / "backup"
    assert run(sandbox.settings, "backup", file).exit_code == 0
    back = run(empty_settings, "restore", file)
    assert back.exit_code == 0, back.output
    assert "held" not in back.output
    with within(empty_settings), reading() as session:
        assert session.scalars(select(Notice.id).where(Notice.state == "held")).all() == []
