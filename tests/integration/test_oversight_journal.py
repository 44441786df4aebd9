"""The auditor sees what was done, looked at and refused, in their remit alone."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import NotFound, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import list_hats
from assistedaccess.oversight import queries, rules_flags, service
from assistedaccess.oversight.rules import PAGE, Kind, Question
from assistedaccess.people.models import Person
from assistedaccess.people.service import open_person
from tests.factories.accounts import sign_in
from tests.factories.organisations import (
    MadeOrganisation,
    Member,
    actor_of,
    make_actor,
    make_member,
    make_organisation,
)
from tests.factories.people import make_person
from tests.support.statements import counted_statements

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Setting:
    """An auditor of two councils, who works at neither, and a third that nobody audits."""

    def __init__(self) -> None:
        self.office = make_organisation(name="Audit Office")
        self.council = make_organisation(name="Hilltown Council")
        self.library = make_organisation(name="Hilltown Library")
        self.elsewhere = make_organisation(name="Elsewhere Council")
        self.auditor: Member = make_member(self.office, "auditor", name="Nell Auditor")
        for audited in (self.council, self.library):
            organisations.add_audit_remit(
                actor=SYSTEM,
                auditing_organisation_id=self.office.id,
                audited_organisation_id=audited.id,
            )
        self.helper = make_actor(self.council, "helper", name="Hal Helper")
        self.other = make_actor(self.elsewhere, "helper", name="Elsa Helper")
        self.person_id = make_person(self.helper, "Ada Lovelace")

    @property
    def actor(self) -> Actor:
        return actor_of(self.auditor, "auditor")

    def reference(self) -> str:
        with reading() as session:
            return session.get_one(Person, self.person_id).reference


@pytest.fixture
def setting(app: Flask) -> Setting:
    return Setting()


@pytest.fixture
def auditor(setting: Setting, client: FlaskClient) -> FlaskClient:
    with reading():
        hat = list_hats(setting.auditor.account_id)[0]
    sign_in(client, setting.auditor.account_id, hat)
    return client


def note(
    actor: Actor, action: Action = Action.TODAY_VIEWED, count: int = 1, **more: object
) -> None:
    run_transaction(lambda: [record(action, actor=actor, **more) for _ in range(count)])


def ask(setting: Setting, **asked: object) -> list[str]:
    page = service.search_journal(actor=setting.actor, question=Question(**asked))
    return [entry.action for entry in page.entries]


def test_acts_looks_searches_and_refusals_are_all_there(setting: Setting) -> None:
    colleague = make_actor(setting.council, "helper", name="Hal Helper")  # not who registered her
    open_person(actor=colleague, person_id=setting.person_id, stated_reason="person_is_here")
    with pytest.raises(Refused):
        organisations.create_organisation(
            actor=setting.helper, name="Mine", kind="council", nation="england"
        )
    page = service.search_journal(
        actor=setting.actor, question=Question(organisation_id=setting.council.id)
    )
    entries = {entry.action: entry for entry in page.entries}
    look = entries["person.opened"]
    assert look.account_name == "Hal Helper"
    assert look.role == "helper"
    assert look.organisation_name == "Hilltown Council"
    assert look.person_reference == setting.reference()
    assert look.reason_code == "stated.person_is_here"
    refusal = entries["act.refused"]
    assert refusal.outcome == "refused"
    assert refusal.reason_code == "permission_missing"
    assert refusal.command == "organisations.create_organisation"


def test_only_the_remit_is_seen(setting: Setting) -> None:
    note(setting.other)
    note(make_actor(setting.office, "manager"))
    assert "today.viewed" not in ask(setting)
    note(setting.helper)
    assert "today.viewed" in ask(setting)
    assert ask(setting, organisation_id=setting.elsewhere.id) == []
    assert ask(setting, organisation_id=setting.office.id) == []


def test_nobody_audits_themself_under_another_account(setting: Setting) -> None:
    member = make_member(setting.council, "helper", human_id=setting.auditor.human_id)
    note(actor_of(member, "helper"))
    note(setting.helper)
    # While they belong there, nothing of that organisation is theirs to see.
    assert "today.viewed" not in ask(setting)
    assert ask(setting, organisation_id=setting.council.id) == []
    organisations.end_membership(actor=SYSTEM, membership_id=member.membership_id, reason="Left")
    # Afterwards all but what they did themself.
    assert ask(setting).count("today.viewed") == 1


def test_sign_ins_of_people_in_the_remit_are_seen(setting: Setting) -> None:
    for actor in (setting.helper, setting.other):
        bare = Actor(actor.kind, account_id=actor.account_id, human_id=actor.human_id)
        note(bare, Action.SIGN_IN_FAILED)
    page = service.search_journal(
        actor=setting.actor, question=Question(action=str(Action.SIGN_IN_FAILED))
    )
    assert [entry.account_name for entry in page.entries] == ["Hal Helper"]


def test_the_newest_of_each_organisation_are_the_newest_of_all(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A remit is read part by part, or, where it is large, as one: to the same pages."""
    bare = Actor(
        setting.helper.kind,
        account_id=setting.helper.account_id,
        human_id=setting.helper.human_id,
    )
    clerk = make_actor(setting.library, "helper")
    own = make_actor(setting.council, "helper", human_id=setting.auditor.human_id)
    for actor in (setting.helper, clerk, bare, own, setting.other, bare, clerk, setting.helper):
        note(actor, count=2)

    def read_pages() -> list[UUID]:
        with reading():
            questions = (Question(), Question(outcome="done"), Question(kind=Kind.ACTS))
            return [
                entry.id
                for question in questions
                for entry in queries.iterate_events(setting.actor, question, 1_000)
            ]

    whole = queries.list_events
    monkeypatch.setattr(
        queries, "list_events", lambda *args, size, **more: whole(*args, size=3, **more)
    )
    in_parts = read_pages()
    monkeypatch.setattr(queries, "MOST_PARTS", 0)
    assert in_parts == read_pages()
    assert len(in_parts) > 20


def test_each_question_narrows(setting: Setting) -> None:
    yesterday = clock.now() - timedelta(days=1)
    with clock.set_clock(yesterday):
        note(setting.helper, Action.CASE_VIEWED, person_id=setting.person_id)
    note(setting.helper, Action.TASK_DONE)
    note(make_actor(setting.library, "helper"), Action.NOTE_ADDED)
    today = clock.today()
    assert ask(setting, person_id=new_id()) == []
    assert "case.viewed" in ask(setting, person_id=setting.person_id)
    assert "task.done" not in ask(setting, person_id=setting.person_id)
    assert ask(setting, action="task.done") == ["task.done"]
    assert "note.added" in ask(setting, organisation_id=setting.library.id)
    assert "task.done" not in ask(setting, organisation_id=setting.library.id)
    assert ask(setting, until_on=today - timedelta(days=1)) == ["case.viewed"]
    assert "case.viewed" not in ask(setting, from_on=today)
    shown = clock.local(yesterday)
    at = {"from_on": shown.date(), "until_on": shown.date()}
    before, after = (shown - timedelta(seconds=1)).time(), (shown + timedelta(seconds=1)).time()
    assert ask(setting, **at, from_at=before, until_at=after) == ["case.viewed"]
    assert ask(setting, **at, from_at=after) == []
    assert ask(setting, **at, until_at=before) == []
    assert "task.done" in ask(setting, account_ids=(setting.helper.account_id,))
    assert "note.added" not in ask(setting, account_ids=(setting.helper.account_id,))
    assert ask(setting, outcome="held") == []


def test_pages_follow_one_another_without_a_gap_or_a_repeat(setting: Setting) -> None:
    note(setting.helper, count=2 * PAGE + 7)
    seen: list[UUID] = []
    after: UUID | None = None
    question = Question(action=str(Action.TODAY_VIEWED))
    while True:
        page = service.search_journal(actor=setting.actor, question=question, after=after)
        seen += [entry.id for entry in page.entries]
        after = page.after
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 2 * PAGE + 7
    assert seen == sorted(seen, reverse=True)


def test_an_auditors_looks_are_in_the_journal(setting: Setting) -> None:
    ask(setting, person_id=setting.person_id)
    with reading() as session:
        newest = session.query(AuditEvent).order_by(AuditEvent.id.desc()).first()
        assert newest is not None
        assert newest.action == "journal.searched"
        assert newest.person_id == setting.person_id
        assert newest.account_id == setting.auditor.account_id


def test_an_event_opens_with_its_details_and_what_is_around_it(setting: Setting) -> None:
    subject = new_id()
    run_transaction(
        lambda: [
            record(
                Action.CASE_OPENED,
                actor=setting.helper,
                person_id=setting.person_id,
                subject=("case", subject),
                details={"why": "no device"},
            )
        ]
    )
    note(setting.helper, Action.CASE_CLOSED, subject=("case", subject))
    page = service.search_journal(actor=setting.actor, question=Question(action="case.opened"))
    story = service.open_event(actor=setting.actor, event_id=page.entries[0].id)
    assert story.details == {"why": "no device"}
    assert story.holds
    assert [entry.action for entry in story.around] == ["case.closed"]


def test_an_event_elsewhere_is_as_if_it_were_not_there(setting: Setting) -> None:
    note(setting.other)
    with reading() as session:
        event = session.query(AuditEvent).filter_by(account_id=setting.other.account_id).first()
        assert event is not None
    for event_id in (event.id, new_id()):
        with pytest.raises(NotFound):
            service.open_event(actor=setting.actor, event_id=event_id)


def test_an_export_is_recorded_first_and_no_cell_is_run(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    evil = make_actor(setting.council, "helper", name="=cmd|'/c calc'!A0")
    note(evil, Action.TASK_ADDED, count=3)
    token = TOKEN.search(auditor.get("/journal").get_data(as_text=True))
    assert token
    answer = auditor.post("/journal/export", data={"csrf_token": token[1], "action": "task.added"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8-sig")
    *rows, last = csv.DictReader(io.StringIO(text, newline=""))
    assert "checkpoint" in last["event"]
    assert len(rows) == 3
    assert {row["name"] for row in rows} == {"'=cmd|'/c calc'!A0"}
    assert {row["action"] for row in rows} == {"task.added"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    with reading() as session:
        newest = session.query(AuditEvent).order_by(AuditEvent.id.desc()).limit(3)
        assert "journal.exported" in [event.action for event in newest]


def test_a_helper_may_not_open_the_journal(setting: Setting, client: FlaskClient) -> None:
    assert setting.helper.account_id is not None
    with reading():
        hat = list_hats(setting.helper.account_id)[0]
    sign_in(client, setting.helper.account_id, hat)
    assert client.get("/journal").status_code == 403


def test_the_list_takes_as_many_statements_for_a_thousand_events(
    setting: Setting, auditor: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_flags, "is_drawn", lambda _: False)  # one look in twenty is flagged
    counts = []
    for more in (10, 1_000):
        note(setting.helper, count=more)
        asked = f"/journal?account={setting.helper.account_id}&from_on=2026-01-01"
        auditor.get(asked)
        with counted_statements(database) as statements:
            assert auditor.get(asked).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12, counts


def test_an_organisation_that_nobody_audits_shows_nothing(app: Flask, client: FlaskClient) -> None:
    lonely: MadeOrganisation = make_organisation()
    member = make_member(lonely, "auditor")
    with reading():
        hat = list_hats(member.account_id)[0]
    sign_in(client, member.account_id, hat)
    shown = client.get("/journal")
    assert shown.status_code == 200
    assert "Nothing like this has happened" in shown.get_data(as_text=True)
