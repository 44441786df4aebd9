"""Findings only grow, rest on evidence that is pinned, and are answered by the organisation."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from assistedaccess.audit.keys import rotate_key
from assistedaccess.audit.sealing import seal_all
from assistedaccess.audit.tree import leaf_hash
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.oversight import service_findings as service
from assistedaccess.oversight.models import Finding, FindingEntry
from assistedaccess.oversight.queries_findings import FindingView, get_reference
from assistedaccess.oversight.rules_findings import FindingClosed, NotConcluded, State
from assistedaccess.oversight.rules_flags import OwnAct
from tests.factories.organisations import enter, make_actor, make_member
from tests.support.journal import last_event
from tests.support.pages import read_token
from tests.support.sealing import write_events
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting


@pytest.fixture
def setting(app: Flask) -> Setting:
    return Setting()


@pytest.fixture
def event_id(setting: Setting) -> UUID:
    """A look at Ada that nothing explains, sealed."""
    setting.look()
    seal_all()
    return last_event("person.opened").id


def open_finding(setting: Setting, **more: object) -> str:
    finding_id = service.open_finding(
        actor=setting.auditor,
        organisation_id=setting.council.id,
        title="Cora looked at Ada",
        what="Nothing explains it",
        **more,  # type: ignore[arg-type]
    )
    with reading():
        return get_reference(finding_id)


def view(setting: Setting, reference: str) -> FindingView:
    return service.view_finding(actor=setting.auditor, reference=reference)


def add(setting: Setting, reference: str, kind: str, **more: object) -> None:
    service.add_to_finding(
        actor=setting.auditor,
        finding_id=view(setting, reference).id,
        kind=kind,
        text=f"The words of a {kind}",
        **more,  # type: ignore[arg-type]
    )


def test_evidence_is_pinned_by_its_index_and_the_hash_of_its_bytes(
    setting: Setting, event_id: UUID
) -> None:
    reference = open_finding(setting, event_id=event_id)
    evidence = view(setting, reference).entries[1]
    event = last_event("person.opened")
    assert evidence.event_id == event.id
    assert evidence.leaf_hash == leaf_hash(event.body)
    assert evidence.leaf_index is not None
    assert evidence.holds
    assert evidence.event is not None
    assert evidence.event.account_name == "Cora Colleague"


def test_the_life_of_a_finding(setting: Setting, event_id: UUID) -> None:
    today = clock.today()
    reference = open_finding(setting, due_on=today + timedelta(days=28))
    assert view(setting, reference).due_on == today + timedelta(days=28)
    with pytest.raises(NotConcluded):
        add(setting, reference, "conclusion")
    service.pin_evidence(
        actor=setting.auditor, finding_id=view(setting, reference).id, event_id=event_id, why="Seen"
    )
    add(setting, reference, "question", due_on=today + timedelta(days=5))
    asked = view(setting, reference)
    assert (asked.state, asked.due_on) == (State.ASKED, today + timedelta(days=5))
    manager = make_actor(setting.council, "manager")
    (question,) = service.list_questions_asked(actor=manager)
    assert question.question == "The words of a question"
    service.answer_finding(actor=manager, reference=reference, text="She had no reason")
    assert service.list_questions_asked(actor=manager) == []
    assert view(setting, reference).state is State.ANSWERED
    add(setting, reference, "conclusion")
    add(setting, reference, "referred", referred_to="ico")
    assert view(setting, reference).state is State.REFERRED
    add(setting, reference, "closed")
    closed = view(setting, reference)
    assert (closed.state, closed.due_on) == (State.CLOSED, None)
    for kind in ("note", "question", "closed"):
        with pytest.raises(FindingClosed):
            add(setting, reference, kind)
    with pytest.raises(FindingClosed):
        service.answer_finding(actor=manager, reference=reference, text="More")
    assert [entry.kind for entry in closed.entries] == [
        "what",
        "evidence",
        "question",
        "answer",
        "conclusion",
        "referred",
        "closed",
    ]
    listed = service.list_findings(actor=setting.auditor, closed=True).rows
    assert [(row.reference, row.state) for row in listed] == [(reference, State.CLOSED)]
    assert service.list_findings(actor=setting.auditor).rows == []


@pytest.mark.parametrize("table", [Finding, FindingEntry])
def test_nothing_of_a_finding_can_be_changed_or_deleted(
    setting: Setting, event_id: UUID, table: type
) -> None:
    open_finding(setting, event_id=event_id)
    for change in (update(table).values(id=event_id), delete(table)):
        with pytest.raises(DatabaseError):
            run_transaction(lambda change=change: get_session().execute(change))


def test_only_the_office_sees_it_within_its_remit(setting: Setting, event_id: UUID) -> None:
    reference = open_finding(setting)
    with pytest.raises(NotFound):
        service.view_finding(actor=setting.other_auditor, reference=reference)
    for organisation in (setting.elsewhere, setting.office):
        with pytest.raises(NotFound):
            service.open_finding(
                actor=setting.auditor, organisation_id=organisation.id, title="x", what="x"
            )


def test_an_event_outside_the_remit_is_no_evidence(setting: Setting) -> None:
    setting.look(make_actor(setting.elsewhere, "helper"))
    elsewhere = last_event("person.opened").id
    reference = open_finding(setting)
    with pytest.raises(NotFound):
        service.pin_evidence(
            actor=setting.auditor,
            finding_id=view(setting, reference).id,
            event_id=elsewhere,
        )


def test_nobody_answers_for_what_they_did_themself(setting: Setting) -> None:
    looker = make_member(setting.council, "helper", "manager")
    from tests.factories.organisations import actor_of

    setting.look(actor_of(looker, "helper"))
    reference = open_finding(setting, event_id=last_event("person.opened").id)
    add(setting, reference, "question")
    with pytest.raises(OwnAct):
        service.answer_finding(
            actor=actor_of(looker, "manager"), reference=reference, text="All is well"
        )
    elsewhere = make_actor(setting.elsewhere, "manager")
    with pytest.raises(NotFound):
        service.answer_finding(actor=elsewhere, reference=reference, text="x")


def test_a_double_click_opens_one_finding(setting: Setting) -> None:
    key = new_request_key()
    assert open_finding(setting, request_key=key) == open_finding(setting, request_key=key)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("evidence", {}),
        ("answer", {}),
        ("nonsense", {}),
        ("deadline", {}),
        ("referred", {"referred_to": "a friend"}),
    ],
)
def test_what_cannot_be_added(setting: Setting, kind: str, more: dict[str, str]) -> None:
    reference = open_finding(setting)
    with pytest.raises(InvalidInput):
        add(setting, reference, kind, **more)
    with pytest.raises(InvalidInput):
        add(setting, reference, "deadline", due_on=clock.today() - timedelta(days=1))


def test_the_pages_of_findings(
    setting: Setting, event_id: UUID, client: FlaskClient, database: Database
) -> None:
    enter(client, setting.member, "auditor")
    page = client.get(f"/journal/events/{event_id}")
    assert "Open a finding with this event" in page.text
    path = f"/journal/findings/new?event={event_id}&organisation={setting.council.id}"
    form = client.get(path)
    data = {
        "csrf_token": read_token(form),
        "request_key": new_request_key(),
        "organisation": str(setting.council.id),
        "title": "A look <svg/onload=x>",
        "what": "Nothing explains it",
    }
    answer = client.post(path, data=data)
    assert answer.status_code == 303, answer.text
    shown = client.get(answer.location)
    assert "A look &lt;svg" in shown.text
    assert "the event still has it" in shown.text
    lit = re.findall(r'aria-current="true">\s*(?:<strong[^>]*>)?\s*([^<]*?)\s*<', shown.text)
    assert lit == ["Findings", "English"]  # and not the journal, under whose address it stands too
    data = {"csrf_token": read_token(shown), "kind": "referred", "text": "To them"}
    assert client.post(answer.location, data=data).status_code == 400
    data |= {"referred_to": "police"}
    assert client.post(answer.location, data=data).status_code == 303
    printed = client.get(f"{answer.location}/print")
    assert "the police" in printed.text
    assert last_event("finding.printed").account_id == setting.member.account_id
    for more in (1, 40):
        for _ in range(more):
            add(setting, answer.location.rpartition("/")[2], "note")
        client.get(answer.location)
        with counted_statements(database) as statements:
            assert client.get(answer.location).status_code == 200
        assert len(statements) <= 12, statements
    client.get("/journal/findings")
    with counted_statements(database) as statements:
        assert client.get("/journal/findings").status_code == 200
    assert len(statements) <= 12, statements


def test_the_bundle_is_checked_by_a_stranger(
    setting: Setting, event_id: UUID, client: FlaskClient, tmp_path: Path, database: Database
) -> None:
    """By the commands of its own README, after a change of the journal's key as well."""
    setting.look(reason="other")
    looked = last_event("person.opened")
    assert looked.id != event_id
    reference = open_finding(setting, event_id=looked.id)
    body = looked.body
    run_transaction(rotate_key)
    write_events()
    seal_all()
    evil = make_member(setting.office, "auditor", name="=cmd|' /C calc'!A0")
    for member in (evil, setting.member):
        enter(client, member, "auditor")
        for page in ("", "/print"):
            assert client.get(f"/journal/findings/{reference}{page}").status_code == 200
    answer = client.get(f"/journal/findings/{reference}/bundle")
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as bundle:
        bundle.extractall(tmp_path)
    sums = (tmp_path / "sha256sums.txt").read_text().splitlines()
    named = {name: digest for digest, _, name in (line.partition("  ") for line in sums)}
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()} == {
        *named,
        "sha256sums.txt",
    }
    for name, digest in named.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    line = (tmp_path / "evidence.jsonl").read_bytes().split(b"\n")[0]
    assert line == body
    commands = "\n".join(
        line[4:]
        for line in (tmp_path / "README.txt").read_text().splitlines()
        if line.startswith("    ") and not line.startswith("     ")
    ).replace("python3", sys.executable)
    checked = subprocess.run(
        ["/bin/sh", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(hashlib.sha256(b"\0" + line).hexdigest()) == 2
    assert "Read finding.txt first" in (tmp_path / "README.txt").read_text()
    story = (tmp_path / "finding.txt").read_text()
    for said in ("Stated by who looked: in their own words", "Words: I saw her in town"):
        assert said in story
    with (tmp_path / "custody.csv").open(newline="") as file:
        custody = [(row["what"], row["who"]) for row in csv.DictReader(file)]
    handled = [
        ("Finding begun", "Nell Auditor"),
        *[("Something added to a finding", "Nell Auditor")] * 2,
    ]
    for who in ("'=cmd|' /C calc'!A0", "Nell Auditor"):
        handled += [("Finding looked at", who), ("Finding printed", who)]
    assert custody == [*handled, ("Finding bundled for a court", "Nell Auditor")]
    with counted_statements(database) as statements:
        client.get(f"/journal/findings/{reference}/bundle")
    assert len(statements) <= 16, statements


def test_the_page_of_a_managers_answer(setting: Setting, client: FlaskClient) -> None:
    reference = open_finding(setting)
    add(setting, reference, "question")
    enter(client, make_member(setting.council, "manager"), "manager")
    assert reference in client.get("/journal/asked").text
    page = client.get(f"/journal/asked/{reference}")
    assert "The words of a question" in page.text
    assert "Nothing explains it" not in page.text
    data = {"csrf_token": read_token(page), "text": "She had no reason"}
    assert client.post(f"/journal/asked/{reference}", data=data).status_code == 303
    assert "nothing of your organisation" in client.get("/journal/asked").text
