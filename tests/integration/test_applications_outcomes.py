"""What became of an application: heard, awaited, asked, chased; and challenged in time."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.applications import service_outcomes
from assistedaccess.applications.models_outcomes import AwaitedOutcome, Outcome
from assistedaccess.applications.service_outcomes import Contradiction
from assistedaccess.casework.models import Task
from assistedaccess.casework.queries import open_text
from assistedaccess.desk.service_team import view_team
from assistedaccess.installation import expire_everything
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.people.rules import RelativesRecord
from assistedaccess.people.service_death import record_death
from tests.factories import applications as apps
from tests.factories import casework, people
from tests.factories.consent import list_told
from tests.factories.outcomes import get, hear, send
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import last_event
from tests.support.pages import read_token
from tests.support.statements import counted_statements

__all__ = ["hand"]

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
LETTER = {"limit_from": "letter"}


@pytest.fixture
def scene(hand: Hand) -> apps.Scene:
    return apps.make_scene(
        "pension-credit", nation="scotland", contact_points=[people.mobile(whose="own")]
    )


@pytest.fixture
def client(app: Flask, scene: apps.Scene) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, scene.helper)
    return client


def told(scene: apps.Scene, kind: str) -> list[dict[str, str]]:
    return [facts for each, facts in list_told(scene.person_id) if each == kind]


def tasks(scene: apps.Scene) -> list[tuple[str, date]]:
    with reading() as session:
        rows = session.scalars(select(Task).where(Task.case_id == scene.case.id).order_by(Task.id))
        return [(open_text(row.person_id, "task.what", row.what), row.due_on) for row in rows]


def test_what_was_sent_is_awaited_and_what_was_not_is_not(scene: apps.Scene) -> None:
    sent = get(send(scene))
    assert (sent.standing, sent.sent_on) == (None, date(2026, 11, 23))
    assert sent.next_on == date(2027, 1, 18)  # eight weeks: the service names no number
    assert sent.chase_on == date(2027, 2, 23)
    not_sent = send(scene, was_sent=False)
    with reading() as session:
        assert session.get(AwaitedOutcome, not_sent) is None


def test_a_form_that_was_submitted_is_awaited(hand: Hand) -> None:
    scene = apps.make_scene()
    draft = apps.make_ready(scene)
    apps.submit(scene.helper, draft)
    assert get(draft.id).next_on == date(2027, 2, 15)  # a Blue Badge: twelve weeks


def test_a_refusal_has_a_last_day_a_task_and_a_way_to_challenge_it(
    scene: apps.Scene, client: FlaskClient, hand: Hand
) -> None:
    awaited = send(scene)
    casework.close_case(scene.helper, casework.get_case(scene.helper, scene.case.id))
    hand.move(days=40)  # 2 January 2027
    people.sign_in(client, scene.helper)
    hear(scene.helper, awaited, "refused", date(2026, 12, 30), words="Savings are too high")
    row = get(awaited)
    assert (row.standing, row.deadline_on, row.next_on) == ("refused", date(2027, 1, 30), None)
    assert not casework.get_case(scene.helper, scene.case.id).is_closed  # it opens for the work
    # 30 January 2027 is a Saturday: one acts by the Friday, and is reminded a week before.
    ((what, due_on),) = tasks(scene)
    assert "29 January 2027" in what
    assert "Refused" in what
    assert due_on == date(2027, 1, 22)
    (facts,) = told(scene, "outcome_heard")
    assert facts["kind"] == "refused"
    assert facts["until"] == "30 January 2027"
    assert "Savings" not in str(facts)
    page = client.get(f"/outcomes/{awaited}").text
    assert "mandatory reconsideration" in page
    assert "29 January 2027" in page
    assert "Savings are too high" in page
    assert f"/cases/{scene.case.reference}/letters/new?kind=challenge" in page
    assert last_event("outcome.opened").person_id == scene.person_id
    today = client.get("/today").text
    assert "Last days at risk" in today
    assert "30 January 2027" in today
    hand.move(seconds=1)
    hear(scene.helper, awaited, "challenged")
    assert get(awaited).deadline_on is None
    assert get(awaited).next_on is not None
    hand.move(seconds=1)
    hear(scene.helper, awaited, "refused")  # not a contradiction: they looked again
    assert "Appeal" in client.get(f"/outcomes/{awaited}").text
    assert get(awaited).deadline_on == date(2027, 2, 2)
    hand.move(days=60)
    people.sign_in(client, scene.helper)
    assert "Send it all the same" in client.get(f"/outcomes/{awaited}").text
    assert "Last days at risk" not in client.get("/today").text
    assert str(awaited) in client.get("/outcomes?which=passed").text


@ON_SQLITE
def test_the_earlier_of_the_letter_and_the_rule_counts(scene: apps.Scene, hand: Hand) -> None:
    hand.move(days=30)
    decided = clock.today() - timedelta(days=2)  # 21 December 2026: by the rule 21 January
    for given, last in (
        ({"limit_from": "rule"}, date(2027, 1, 21)),
        ({"limit_from": "not_said"}, date(2027, 1, 21)),
        ({**LETTER, "last_day": date(2027, 1, 4)}, date(2027, 1, 4)),
        ({**LETTER, "last_day": date(2027, 3, 1)}, date(2027, 1, 21)),
        ({"limit_from": "within", "limit_count": 14, "limit_unit": "days"}, date(2027, 1, 4)),
        # In Scotland 25 and 28 December, 1 and 4 January are holidays.
        (
            {"limit_from": "within", "limit_count": 10, "limit_unit": "working_days"},
            date(2027, 1, 8),
        ),
        ({"limit_from": "within", "limit_count": 2, "limit_unit": "months"}, date(2027, 1, 21)),
    ):
        hand.move(days=-30)
        awaited = send(scene)
        hand.move(days=30)
        hear(scene.helper, awaited, "refused", decided, **given)
        assert get(awaited).deadline_on == last, given


@ON_SQLITE
def test_what_they_ask_for_is_answered_in_time(
    scene: apps.Scene, client: FlaskClient, hand: Hand
) -> None:
    awaited = send(scene)
    for field, given in (
        ("words", {"words": ""}),
        ("last_day", {"words": "Bank statements", **LETTER}),
        ("last_day", {"words": "x", **LETTER, "last_day": date(2026, 11, 1)}),
        ("last_day", {"words": "x", **LETTER, "last_day": date(2062, 11, 1)}),
        ("limit_count", {"words": "x", "limit_from": "within", "limit_unit": "days"}),
        ("limit_unit", {"words": "x", "limit_from": "within", "limit_count": 3}),
        ("happened_on", {"words": "x", "happened_on": date(2026, 11, 22)}),
        ("happened_on", {"words": "x", "happened_on": date(2026, 11, 24)}),
    ):
        with pytest.raises(InvalidInput) as wrong:
            hear(scene.helper, awaited, "more_asked", **given)
        assert wrong.value.field == field
    for kind in ("answered", "challenged"):
        with pytest.raises(InvalidInput):
            hear(scene.helper, awaited, kind)
    hear(
        scene.helper,
        awaited,
        "more_asked",
        words="Bank statements",
        **LETTER,
        last_day=date(2026, 11, 30),
    )  # fmt: skip  (St Andrew: no working day in Scotland)
    assert "27 November 2026" in tasks(scene)[0][0]
    assert "is no working day there" in client.get(f"/outcomes/{awaited}").text
    hear(scene.helper, awaited, "answered")
    assert get(awaited).deadline_on is None


def test_what_contradicts_is_asked_about_and_nothing_is_lost(
    scene: apps.Scene, client: FlaskClient, hand: Hand
) -> None:
    awaited = send(scene)
    hear(scene.helper, awaited, "refused")
    hand.move(seconds=1)
    with pytest.raises(Contradiction) as asked:
        hear(scene.helper, awaited, "paid", weekly_pence=7_300)
    assert "Refused" in asked.value.words
    assert "23 November 2026" in asked.value.words
    asked_about = last_event("act.refused")
    assert (asked_about.reason_code, asked_about.subject_id) == ("contradicts_outcome", awaited)
    page = client.get(f"/outcomes/{awaited}/new/paid").text
    fields = {
        "csrf_token": read_token(client.get(f"/outcomes/{awaited}/new/paid")),
        "request_key": new_request_key(),
        "version": str(get(awaited).version),
        "happened_on-day": "23",
        "happened_on-month": "11",
        "happened_on-year": "2026",
        "weekly_pence": "73",
        "arrears_pence": "1,314",
        "words": "They found the letter",
        "save": "y",
    }
    assert "How does that go with" not in page
    shown = client.post(f"/outcomes/{awaited}/new/paid", data=fields)
    assert shown.status_code == 400
    assert "How does that go with" in shown.text
    assert "They found the letter" in shown.text
    saved = client.post(f"/outcomes/{awaited}/new/paid", data={**fields, "correction": "mistake"})
    assert saved.status_code == 303
    again = client.post(f"/outcomes/{awaited}/new/paid", data={**fields, "correction": "mistake"})
    assert again.status_code == 303  # a double click writes nothing twice
    other = {**fields, "correction": "mistake", "words": "They found both letters"}
    stale = client.post(
        f"/outcomes/{awaited}/new/paid", data=other, headers={"Origin": "http://localhost"}
    )
    assert stale.status_code == 409  # what was typed since is not passed over as said
    assert "They found both letters" in stale.text
    with reading() as session:
        first, second = session.scalars(select(Outcome).order_by(Outcome.id))
        assert (second.correction, second.corrects_id) == ("mistake", first.id)
        assert (second.weekly_pence, second.arrears_pence) == (7_300, 131_400)
        assert b"found" not in (second.words or b"")
    assert get(awaited).next_on is None  # paid: nothing more is awaited
    assert "Written down by mistake" in client.get(f"/outcomes/{awaited}").text
    story = client.get(f"/cases/{scene.case.reference}").text
    assert "What became of it: Pension Credit" in story
    assert "Paid" in story


def test_it_only_grows_and_of_two_who_write_one_wins(scene: apps.Scene, database: Database) -> None:
    awaited = send(scene)
    version = get(awaited).version
    barrier, ended = threading.Barrier(2), []

    def write(kind: str) -> None:
        with use_database(database):
            barrier.wait()
            try:
                hear(scene.helper, awaited, kind, version=version)
                ended.append("written")
            except StaleVersion as stale:
                ended.append(stale.words)

    threads = [threading.Thread(target=write, args=[kind]) for kind in ("refused", "decided")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended, key=len)[0] == "written"
    assert "Somebody else wrote down" in sorted(ended, key=len)[1]
    with (
        pytest.raises(Exception, match=r"only grows|permission"),
        database.writing.begin() as connection,
    ):
        connection.exec_driver_sql("UPDATE outcome SET kind = 'paid'")


def test_asking_is_one_click_and_silence_is_chased_after_a_quarter(
    scene: apps.Scene, client: FlaskClient, hand: Hand
) -> None:
    awaited = send(scene, in_case=False, service=None, other_service="Library fund")
    assert "Outcomes not heard" not in client.get("/today").text
    hand.move(days=57)
    people.sign_in(client, scene.helper)
    page = client.get("/today")
    assert "Outcomes not heard" in page.text
    assert "Another service" in page.text
    data = {"csrf_token": read_token(page), "return_to": "/today"}
    done = client.post(f"/outcomes/{awaited}/ask", data=data)
    assert done.headers["Location"] == "/today"
    client.post(f"/outcomes/{awaited}/ask", data=data)
    (facts,) = told(scene, "outcome_asked")
    assert facts["service"] == "Library fund"
    assert "Outcomes not heard" not in client.get("/today").text  # asked: give them four weeks
    hand.move(days=35)  # 23 February 2027: a quarter after it went
    people.sign_in(client, scene.helper)
    assert expire_everything()["people asked what became of a form"] == 1
    assert expire_everything()["people asked what became of a form"] == 0
    assert len(told(scene, "outcome_asked")) == 2
    assert "Outcomes not heard" in client.get("/today").text
    hand.move(days=95)
    people.sign_in(client, scene.helper)
    assert expire_everything()["people asked what became of a form"] == 1
    hear(scene.helper, awaited, "not_known")
    hand.move(days=400)
    people.sign_in(client, scene.helper)
    assert expire_everything()["people asked what became of a form"] == 0
    with pytest.raises(StaleVersion):
        service_outcomes.ask_for_outcome(actor=scene.helper, awaited_id=awaited)


@ON_SQLITE
def test_the_manager_sees_how_many_days_are_over_and_silent(scene: apps.Scene, hand: Hand) -> None:
    hear(scene.helper, send(scene), "refused")
    send(scene, in_case=False)
    hand.move(days=120)
    late = view_team(actor=people.make_helper(scene.desk, "manager")).late
    assert (late.last_days, late.unheard) == (1, 1)


def test_nobody_asks_the_dead(scene: apps.Scene, hand: Hand) -> None:
    awaited = send(scene)
    record_death(
        actor=scene.helper, person_id=scene.person_id, died_on=clock.today(), told_by="family"
    )
    hand.move(days=120)
    assert expire_everything()["people asked what became of a form"] == 0
    hear(scene.helper, awaited, "paid", arrears_pence=12_000)  # it goes to those they left


@ON_SQLITE
def test_others_see_nothing_of_it(scene: apps.Scene, client: FlaskClient, app: Flask) -> None:
    awaited = send(scene)
    stranger = people.make_helper(people.make_desk("Other Library"))
    with pytest.raises(NotFound):
        hear(stranger, awaited, "paid")
    other = app.test_client()
    people.sign_in(other, stranger)
    assert other.get(f"/outcomes/{awaited}").status_code == 404
    assert str(awaited) not in other.get("/outcomes?which=unheard&whose=all").text
    assert client.get(f"/outcomes/{awaited}/new/eaten").status_code == 404
    people.declare_relative(scene.colleague, people.reference_of(scene.person_id))
    with pytest.raises(RelativesRecord):
        hear(scene.colleague, awaited, "paid")


@ON_SQLITE
def test_lists_are_paged_and_their_statements_do_not_grow(
    scene: apps.Scene, client: FlaskClient, database: Database, hand: Hand
) -> None:
    awaited = send(scene)
    hear(scene.helper, awaited, "refused")
    _silent(scene)
    hand.move(days=1)
    people.sign_in(client, scene.helper)
    counts = []
    for _ in range(2):
        for path in ("/today", "/outcomes", "/outcomes?which=unheard"):
            client.get(path)
            with counted_statements(database) as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
        _multiply(scene, 30)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 12, statements
    first = client.get("/outcomes?which=unheard").text
    assert "Next page" in first


def _silent(scene: apps.Scene) -> UUID:
    """One whose answer was due yesterday."""
    made = send(scene)

    def write() -> None:
        get_session().get_one(AwaitedOutcome, made).next_on = clock.today() - timedelta(days=1)

    run_transaction(write)
    return made


def _multiply(scene: apps.Scene, count: int) -> None:
    for _ in range(count):
        _silent(scene)
