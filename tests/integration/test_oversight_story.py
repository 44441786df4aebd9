"""The story around an event, its proof, who saw what, and questions that find one in a million."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.applications.service import start_application
from assistedaccess.audit import Action, record
from assistedaccess.audit.proofs import check_proof
from assistedaccess.audit.sealing import seal_all
from assistedaccess.audit.tree import leaf_hash
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.oversight import service
from assistedaccess.oversight.rules import PAGE, Explained, Kind, Question
from assistedaccess.people import service as people
from assistedaccess.people import service_contact
from assistedaccess.people.models import Person
from tests.factories import applications, consent, delegation
from tests.factories.casework import make_case
from tests.factories.consent import end_day
from tests.factories.organisations import enter
from tests.factories.people import make_person, mobile, reference_of
from tests.support.journal import last_event
from tests.support.pages import read_token
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting

MOST_STATEMENTS = 12


@pytest.fixture
def setting(app: Flask) -> Setting:
    return Setting()


@pytest.fixture
def auditor(setting: Setting, client: FlaskClient) -> FlaskClient:
    enter(client, setting.member, "auditor")
    return client


def ask(setting: Setting, **asked: object) -> list[str]:
    page = service.search_journal(actor=setting.auditor, question=Question(**asked))  # type: ignore[arg-type]
    return [entry.action for entry in page.entries]


def test_looks_acts_and_what_explains_them(setting: Setting) -> None:
    setting.look()
    setting.look(reason="risk_to_life")
    people.open_person(actor=setting.helper, person_id=setting.person_id)
    person_id = setting.person_id
    assert "person.registered" not in ask(setting, kind=Kind.LOOKS)
    assert "person.opened" not in ask(setting, kind=Kind.ACTS)
    counts = {
        how: ask(setting, person_id=person_id, kind=Kind.LOOKS, explained=how).count(
            "person.opened"
        )
        for how in Explained
    }
    assert counts == {
        Explained.BY_RECORDS: 1,
        Explained.STATED: 1,
        Explained.BROKE_GLASS: 1,
        Explained.NOT: 2,
        Explained.NOT_ASKED: 0,
    }


def test_by_site_sign_in_service_and_authority(setting: Setting) -> None:
    from dataclasses import replace

    from assistedaccess.kernel.ids import new_id

    keys = {name: new_id() for name in ("site", "sign_in", "authority")}
    actor = replace(setting.helper, site_id=None, sign_in_id=keys["sign_in"])
    run_transaction(
        lambda: record(
            Action.TASK_DONE,
            actor=actor,
            service="blue-badge",
            authority=("delegation", keys["authority"]),
        )
    )
    assert ask(setting, sign_in_id=keys["sign_in"]) == ["task.done"]
    assert ask(setting, authority_ids=(keys["authority"],)) == ["task.done"]
    assert "task.done" in ask(setting, service="blue-badge")
    assert ask(setting, site_id=keys["site"]) == []


def test_a_number_finds_who_wrote_it_down_and_is_kept_nowhere(
    setting: Setting, auditor: FlaskClient
) -> None:
    make_person(setting.helper, "Grace Hopper", contact_points=[mobile("07700 900777")])
    person_id = make_person(setting.helper, "Joan Clarke")
    service_contact.add_contact_point(
        actor=setting.helper, person_id=person_id, **mobile("07700 900777")
    )
    token = read_token(auditor.get("/journal"))
    answer = auditor.post("/journal", data={"csrf_token": token, "contact": "+44 7700 900777"})
    assert answer.status_code == 303
    assert "900777" not in answer.location
    shown = auditor.get(answer.location).text
    assert "Contact point added" in shown
    assert reference_of(person_id) in shown
    answer = auditor.post("/journal", data={"csrf_token": token, "contact": "07700 900778"})
    assert answer.status_code == 400
    assert "Nobody has given this number" in answer.text


def test_an_account_finds_whom_it_pays_and_who_declared_it_as_their_own(
    setting: Setting, auditor: FlaskClient
) -> None:
    """By sort code, number and roll number together, in whatever way they are typed."""
    claimed = pay_into(setting)
    token = read_token(auditor.get("/journal"))
    for typed in ("08-99-99 66374958 A/12", "089999, 66374958, a/12"):
        answer = auditor.post("/journal", data={"csrf_token": token, "payee": typed})
        assert answer.status_code == 303, typed
        assert "66374958" not in answer.location
        shown = auditor.get(answer.location).text
        assert "Application submitted" in shown
        assert reference_of(claimed) in shown
    for typed in ("08-99-99 66374958", "08-99-99 66374959 A/12"):
        answer = auditor.post("/journal", data={"csrf_token": token, "payee": typed})
        assert answer.status_code == 400
        assert "No money goes to this account" in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("payee", "nonsense", "Enter the sort code"),
        ("payee", "66374958 08-99-99", "Enter the sort code"),
        ("contact", "nonsense", "Enter a telephone number or an e-mail address"),
        ("contact", "joan@", "Enter a telephone number or an e-mail address"),
    ],
)
def test_what_cannot_be_read_is_not_said_to_be_nowhere(
    auditor: FlaskClient, field: str, typed: str, words: str
) -> None:
    token = read_token(auditor.get("/journal"))
    answer = auditor.post("/journal", data={"csrf_token": token, field: typed})
    assert answer.status_code == 400
    assert words in answer.text
    assert "No money goes" not in answer.text
    assert "Nobody has given" not in answer.text


def pay_into(setting: Setting) -> UUID:
    """A claim of a person of this council, paid into an account with a roll number."""
    helper, key = setting.helper, "universal-credit"
    reachable = [mobile("07700 900444", whose="own")]  # else what they are paid waits
    person_id = make_person(helper, "Joan Clarke", nation="england", contact_points=reachable)
    case = make_case(helper, person_id, service=key)
    consent.assist(helper, person_id, key)
    reference = applications.reference_of(
        start_application(actor=helper, case_id=case.id, service=key, mode="assisting")
    )
    account = {"sortCode": "089999", "accountNumber": "66374958", "rollNumber": "A/12"}
    wanted = {"ageGroup": "working", "hasAccount": "yes", "accountName": "Joan Clarke", **account}
    draft = applications.answer_all(helper, reference, wanted)
    applications.read_back(helper, draft)
    applications.submit(helper, draft)
    return person_id


def test_a_delegation_is_asked_for_by_its_reference(setting: Setting, auditor: FlaskClient) -> None:
    token = read_token(auditor.get("/journal"))
    answer = auditor.post("/journal", data={"csrf_token": token, "delegation": "D-0000-0000"})
    assert "No delegation has this reference" in answer.text


def test_the_story_has_authority_evidence_notices_and_the_change(
    setting: Setting, auditor: FlaskClient
) -> None:
    helper = setting.helper
    delegation_id = delegation.grant(helper, setting.person_id)
    event = last_event("delegation.granted")
    story = service.open_event(actor=setting.auditor, event_id=event.id)
    assert story.delegation is not None
    assert story.delegation.last_on == end_day()  # as the person was told, not the day after
    assert story.consent is not None
    assert len(story.consent.statement_hash) == 64
    assert story.consent.recorded_by == "Hal Helper"
    assert delegation_id
    shown = auditor.get(f"/journal/events/{event.id}").text
    assert "The person’s yes" in shown
    assert story.consent.reference in shown


def test_before_and_after_are_shown_and_private_values_covered(setting: Setting) -> None:
    with reading() as session:
        person = session.get_one(Person, setting.person_id)
        version = person.version
    people.change_person(
        actor=setting.helper,
        person_id=setting.person_id,
        version=version,
        name="Ada King",
        national_insurance_number="QQ 12 34 56 C",
    )
    event = last_event("person.changed")
    changes = service.open_event(actor=setting.auditor, event_id=event.id).changes
    assert ("name", "Ada Lovelace", "Ada King") in changes
    assert "QQ123456C" not in repr(changes)


def test_the_proof_leads_to_a_checkpoint_without_us(setting: Setting, auditor: FlaskClient) -> None:
    setting.look()
    event = last_event("person.opened")
    with pytest.raises(NotFound):
        service.take_proof(actor=setting.auditor, event_id=event.id)
    assert "not sealed yet" in auditor.get(f"/journal/events/{event.id}").text
    seal_all()
    page = auditor.get(f"/journal/events/{event.id}").text
    assert "Take the proof away" in page
    answer = auditor.get(f"/journal/events/{event.id}/proof")
    assert answer.status_code == 200
    with reading():
        checked = check_proof(answer.get_data(as_text=True), leaf_hash(event.body))
    story = service.open_event(actor=setting.auditor, event_id=event.id)
    assert checked.index == story.leaf_index
    assert last_event("journal.exported").reason_code == "proof"


def test_a_row_that_was_altered_is_said_to_be(setting: Setting) -> None:
    from assistedaccess.oversight.story import list_altered

    setting.look()
    event = last_event("person.opened")
    assert list_altered(event) == []
    event.reason_code = "explained.open_case"
    assert list_altered(event) == ["reason_code"]


def test_the_page_of_an_event_takes_as_many_statements_for_more_around_it(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    delegation.grant(setting.helper, setting.person_id)
    seal_all()
    event = last_event("delegation.granted")
    address = f"/journal/events/{event.id}"
    counts = []
    for more in (1, 25):
        for _ in range(more):
            run_transaction(
                lambda: record(
                    Action.DELEGATION_VIEWED,
                    actor=setting.helper,
                    subject=("delegation", event.subject_id),
                )
            )
        taken = []
        for _ in range(4):  # one look of an auditor in twenty is drawn, and writes a flag besides
            with counted_statements(database) as statements:
                assert auditor.get(address).status_code == 200
            taken.append(len(statements))
        counts.append(min(taken))
    assert counts[0] == counts[1], statements
    assert counts[1] <= MOST_STATEMENTS, "\n".join(statements)


def test_a_question_is_kept_and_dropped_by_its_owner_alone(
    setting: Setting, auditor: FlaskClient
) -> None:
    page = auditor.get("/journal?kind=looks&explained=not")
    data = {
        "csrf_token": read_token(page),
        "request_key": new_request_key(),
        "name": "Looks without a reason",
        "kind": "looks",
        "explained": "not",
    }
    for _ in range(2):
        assert auditor.post("/journal/questions", data=data).status_code == 303
    shown = auditor.get("/journal").text
    assert "Looks without a reason" in shown
    assert "kind=looks&amp;explained=not" in shown
    with reading() as session:
        from assistedaccess.oversight.models import SavedQuestion

        (saved,) = session.query(SavedQuestion).all()
    with pytest.raises(NotFound):
        service.drop_question(actor=setting.other_auditor, question_id=saved.id)
    service.drop_question(actor=setting.auditor, question_id=saved.id)
    assert "Looks without a reason" not in auditor.get("/journal").text
    with pytest.raises(InvalidInput):
        service.save_question(actor=setting.auditor, name=" ", asked=[])


def test_an_export_names_the_checkpoint_it_stands_on(
    setting: Setting, auditor: FlaskClient
) -> None:
    setting.look()
    checkpoint = seal_all()
    assert checkpoint is not None
    data = {"csrf_token": read_token(auditor.get("/journal")), "action": "person.opened"}
    text = auditor.post("/journal/export", data=data).get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert checkpoint.root.hex() in rows[-1][0]
    lines = auditor.post("/journal/export", data={**data, "as": "jsonl"}).text.splitlines()
    first, *events = map(json.loads, lines)
    assert first["checkpoint"] == checkpoint.note
    assert [event["action"] for event in events] == ["person.opened"]


@pytest.mark.parametrize("database_kind", ["sqlite"])  # PostgreSQL plans by what is in the table
def test_the_list_of_unexplained_looks_uses_its_own_index(setting: Setting) -> None:
    from sqlalchemy import text

    from assistedaccess.audit.models import UNEXPLAINED

    with reading() as session:
        plan = session.execute(
            text(
                f"EXPLAIN QUERY PLAN SELECT id FROM audit_event WHERE {UNEXPLAINED.text} "  # noqa: S608
                "ORDER BY id DESC LIMIT 51"
            )
        ).all()
    assert "ix_audit_event_unexplained" in str(plan)


def test_pages_of_the_desk_are_never_longer_than_a_page(
    setting: Setting, auditor: FlaskClient
) -> None:
    run_transaction(
        lambda: [record(Action.TODAY_VIEWED, actor=setting.helper) for _ in range(PAGE + 5)]
    )
    page = service.search_journal(
        actor=setting.auditor, question=Question(action=str(Action.TODAY_VIEWED))
    )
    assert len(page.entries) == PAGE
    assert page.after is not None
