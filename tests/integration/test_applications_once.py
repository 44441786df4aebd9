"""Sent once: whatever is clicked, in how many threads and processes, and wherever one is killed."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from assistedaccess.applications import service_sending
from assistedaccess.applications.models import Submission
from assistedaccess.applications.rules import (
    ApplicationClosed,
    State,
)
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from config import Settings
from tests.factories import applications as apps
from tests.factories import consent
from tests.support.processes import DONE, KILLED, kill_at_statement, run_in_processes
from tests.support.statements import counted_statements


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


@pytest.fixture
def ready(scene: apps.Scene) -> Any:
    return apps.make_ready(scene)


def list_submissions() -> list[Submission]:
    with reading() as session:
        rows = list(session.scalars(select(Submission)))
        session.expunge_all()
        return rows


def count_events(action: str) -> int:
    with reading() as session:
        query = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
        return int(session.scalar(query) or 0)


def open_body(row: Submission) -> tuple[bytes, bytes]:
    with reading():
        return (
            encryption.unseal_bytes(
                row.sealed_for, f"submission.body.{row.application_id}", row.body
            ),
            encryption.unseal_bytes(
                row.sealed_for, f"submission.salt.{row.application_id}", row.salt
            ),
        )


# -- once


def test_fault_04_back_button_after_sending_shows_where_it_stands(
    app: Flask, scene: apps.Scene, ready: Any
) -> None:
    client = apps.signed_in(app, scene.helper)
    base = f"/applications/{ready.reference}"
    pages = {
        tail: apps.soup_of(client.get(base + tail)) for tail in ("/declaration", "/pages/where")
    }
    agreed = {"declarer": "person", "agreed": "yes"}
    first = apps.post(client, f"{base}/declaration", agreed, pages["/declaration"])
    again = apps.post(client, f"{base}/declaration", agreed, pages["/declaration"])
    assert first.location == again.location == f"{base}/sent"
    for tail in ("/declaration", "/read-out", "/check-answers", "/pages/where", "/withdraw"):
        assert client.get(base + tail).location == base, tail
    assert "submitted on" in client.get(base).text
    late = apps.post(client, f"{base}/pages/where", {"q-council": "Late"}, pages["/pages/where"])
    assert late.status_code == 403
    assert "It cannot be changed" in late.text
    assert len(list_submissions()) == 1
    assert count_events("application.submitted") == 1


def test_fault_02_two_threads_send_once(scene: apps.Scene, ready: Any) -> None:
    results: list[Any] = []
    barrier = threading.Barrier(2)

    def send() -> None:
        barrier.wait()
        try:
            results.append(apps.submit(scene.helper, ready))
        except BaseException as error:
            results.append(error)

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [ready.id, ready.id]
    assert len(list_submissions()) == 1
    assert count_events("application.submitted") == 1
    assert count_events("request.repeated") == 1


def test_fault_02_two_processes_send_once(
    scene: apps.Scene, ready: Any, settings: Settings
) -> None:
    ended = run_in_processes(
        settings.database_url, *[lambda _: apps.submit(scene.helper, ready)] * 2
    )
    assert ended == [DONE, DONE]
    assert len(list_submissions()) == 1
    assert count_events("application.submitted") == 1


def test_fault_02_two_helpers_begin_one_draft(scene: apps.Scene) -> None:
    consent.assist(scene.colleague, scene.person_id)
    results: list[Any] = []
    barrier = threading.Barrier(2)

    def begin(actor: Actor) -> None:
        from dataclasses import replace

        barrier.wait()
        try:
            results.append(apps.start(replace(scene, helper=actor)))
        except BaseException as error:
            results.append(error)

    threads = [
        threading.Thread(target=begin, args=[actor]) for actor in (scene.helper, scene.colleague)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(each).__name__ for each in results) == ["InvalidInput", "str"]


def test_fault_01_killed_between_any_two_statements_leaves_none_or_one(
    scene: apps.Scene, ready: Any, settings: Settings, database: Database
) -> None:
    other = apps.make_scene()
    rehearsed = apps.make_ready(other)
    with counted_statements(database) as statements:
        apps.submit(other.helper, rehearsed)
    last = len(statements) + 1  # the commit

    def send_until(number: int, child: Database) -> None:
        kill_at_statement(child, number)
        apps.submit(scene.helper, ready)

    for number in range(1, last + 1):
        ended = run_in_processes(settings.database_url, lambda d, n=number: send_until(n, d))
        assert ended == [KILLED], number
        assert len(list_submissions()) == 1, number
        assert apps.get_draft(scene.helper, ready.reference).state is State.DRAFT
    assert count_events("application.submitted") == 1
    assert apps.submit(scene.helper, ready) == ready.id
    assert len(list_submissions()) == 2
    assert count_events("application.submitted") == 2


def test_sent_applications_refuse_everything_else(scene: apps.Scene, ready: Any) -> None:
    apps.submit(scene.helper, ready)
    with pytest.raises(ApplicationClosed):
        apps.read_back(scene.helper, ready)
    assert service_sending.submit_application(
        actor=scene.helper, application_id=ready.id, version=-1, declarer="nobody"
    ) == UUID(str(ready.id))


# -- the form as it was


def test_what_was_sent_reads_the_same_in_ten_years(app: Flask) -> None:
    scene = apps.make_scene("attendance-allowance")
    draft = apps.make_ready(scene, "attendance-allowance")
    apps.submit(scene.helper, draft)
    pages = [page.path for page in apps.get_draft(scene.helper, draft.reference).journey.pages]
    with clock.set_clock(lambda: clock._system_time().replace(year=2036)):
        later = apps.get_draft(scene.helper, draft.reference)
        assert [page.path for page in later.journey.pages] == pages
