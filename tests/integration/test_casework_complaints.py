"""Complaints: by anybody, by any way, with clocks, an owner whom it is not about, and an answer."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError

from assistedaccess.access import PermissionMissing
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework import queries_complaints, service_complaint_steps, service_complaints
from assistedaccess.casework.models_complaints import Complaint, ComplaintEntry
from assistedaccess.casework.rules_complaints import (
    AlreadyAnswered,
    NoFurtherStage,
    NotAnswered,
    NotTheOwner,
)
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import PUBLIC, SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.organisations import service as organisations
from assistedaccess.organisations.queries import get_organisation_reference
from tests.factories.people import (
    Desk,
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    other_account,
    reference_of,
    rename,
    sign_in,
)
from tests.support.journal import list_events
from tests.support.pages import read_token, send

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def manager(desk: Desk) -> Actor:
    made = make_helper(desk, "manager")
    rename(made, "Mona Manager")
    return made


@pytest.fixture
def helper(desk: Desk) -> Actor:
    return make_helper(desk)


def audit(desk: Desk) -> Actor:
    """An auditor of the desk, from elsewhere."""
    auditor = make_helper(make_desk("Audit Office"), "auditor")
    organisations.add_audit_remit(
        actor=SYSTEM,
        auditing_organisation_id=auditor.organisation_id,
        audited_organisation_id=desk.organisation_id,
    )
    return auditor


def complain(desk: Desk | None = None, **given: object) -> Complaint:
    """Somebody complains on the public page."""
    with reading():
        place = get_organisation_reference(desk.organisation_id) if desk else None
    fields = {"kinds": ["service"], "words": "Nobody came", "network": "192.0.2.7", **given}
    return load(
        service_complaints.make_complaint(actor=PUBLIC, organisation_reference=place, **fields)  # type: ignore[arg-type]
    )


def take_down(actor: Actor, **given: object) -> Complaint:
    fields = {
        "kinds": ["helper"],
        "words": "She shouted at me",
        "way": "in_person",
        "received_on": clock.today(),
        **given,
    }
    return load(service_complaints.take_down_complaint(actor=actor, **fields))  # type: ignore[arg-type]


def load(complaint_id: object) -> Complaint:
    with reading() as session:
        return session.get_one(Complaint, complaint_id)


def answer(actor: Actor, row: Complaint, **given: str) -> object:
    fields = {
        "outcome": "upheld",
        "answer": "We are sorry",
        "learned": "Two of us open the desk",
        "how": "letter",
        **given,
    }
    return service_complaint_steps.answer_complaint(actor=actor, reference=row.reference, **fields)


def write(actor: Actor, row: Complaint, kind: str, **given: str) -> object:
    return service_complaint_steps.write_to_complaint(
        actor=actor, reference=row.reference, kind=kind, text="They rang", **given
    )


def test_from_the_public_page_to_the_answer_with_what_was_learned(
    desk: Desk, manager: Actor
) -> None:
    row = complain(desk, kinds=["data", "service"], name="Ada", reach="01632 960111")
    assert (row.owner_account_id, row.taken_by) == (manager.account_id, None)
    assert row.law_by == row.received_on + timedelta(days=30)
    shown = service_complaints.open_complaint(actor=manager, reference=row.reference)
    assert (shown.told.words, shown.told.name) == ("Nobody came", "Ada")
    assert shown.acknowledged_at is None
    write(manager, row, "acknowledged", how="telephone")
    assert load(row.id).acknowledged_at is not None
    answer(manager, row)
    shown = service_complaints.open_complaint(actor=manager, reference=row.reference)
    assert [entry.kind for entry in shown.entries] == ["answered", "acknowledged"]
    assert [one.name for one in shown.outside] == [
        "Local Government and Social Care Ombudsman",
        "Information Commissioner",
    ]
    with reading():
        (listed,) = queries_complaints.list_complaints(manager, answered=True).rows
        assert queries_complaints.list_complaints(manager).rows == []
    assert (listed.learned, listed.outcome) == ("Two of us open the desk", "upheld")
    with pytest.raises(AlreadyAnswered):
        answer(manager, row)
    for action in ("received", "owner_drawn", "viewed", "entry_added", "answered"):
        events = list_events(f"complaint.{action}")
        assert events, action
        assert {event.person_id for event in events} == {None}
    with reading() as session:
        mails = session.scalars(select(Notice.kind).where(Notice.person_id.is_(None)))
        assert list(mails) == ["account_complaint_owned"]


def test_a_letter_that_lay_a_week_is_late_in_the_list(manager: Actor, helper: Actor) -> None:
    row = take_down(helper, way="letter", received_on=clock.today() - timedelta(days=12))
    assert row.received_on == clock.today() - timedelta(days=12)
    with reading():
        (listed,) = queries_complaints.list_complaints(manager).rows
    assert listed.is_late
    for never in (clock.today() + timedelta(days=1), date(2020, 1, 1)):
        with pytest.raises(InvalidInput):
            take_down(helper, received_on=never)


def test_no_owner_is_who_may_be_meant_by_any_account(desk: Desk, manager: Actor) -> None:
    """The one manager is meant, also by another account of theirs: an auditor owns it."""
    auditor = audit(desk)
    second = replace(other_account(desk, manager), role="manager")
    row = complain(desk, kinds=["helper"], who="That Mrs MANAGER who runs the place")
    assert row.owner_account_id == auditor.account_id
    for account in (manager, second):
        with pytest.raises(NotFound):
            service_complaints.open_complaint(actor=account, reference=row.reference)
        with reading():
            assert queries_complaints.list_complaints(account).rows == []
            assert queries_complaints.find_progress(account, row.reference) is None
        with pytest.raises(NotFound):
            service_complaint_steps.take_over_complaint(actor=account, reference=row.reference)
    answer(auditor, row)


def test_an_owner_who_turns_out_to_be_meant_hands_it_on(desk: Desk, manager: Actor) -> None:
    row = complain(desk, kinds=["helper"], who="the tall one")
    auditor = audit(desk)
    with reading():
        shown = queries_complaints.load_details(manager, row)
    reference = next(key for key, name in shown.members if name == "Mona Manager")
    service_complaint_steps.name_complained_of(
        actor=manager, reference=row.reference, membership_reference=reference
    )
    assert load(row.id).owner_account_id == auditor.account_id
    with pytest.raises(NotFound):
        service_complaints.open_complaint(actor=manager, reference=row.reference)
    shown = service_complaints.open_complaint(actor=auditor, reference=row.reference)
    assert shown.complained_of == ["Mona Manager"]
    with pytest.raises(InvalidInput):  # of another organisation, or nobody's
        service_complaint_steps.name_complained_of(
            actor=auditor, reference=row.reference, membership_reference="M-0000-0000"
        )


def test_whoever_is_close_to_the_person_or_took_it_down_does_not_own_it(
    desk: Desk, manager: Actor, helper: Actor
) -> None:
    person = reference_of(make_person(helper))
    cousin = make_helper(desk, "manager")
    declare_relative(cousin, person)
    for _ in range(3):
        assert take_down(helper, about=person).owner_account_id == manager.account_id
    row = take_down(helper, about=person)
    with pytest.raises(NotFound):
        service_complaints.open_complaint(actor=cousin, reference=row.reference)
    other = make_helper(desk, "manager")
    taken = take_down(manager)
    assert taken.owner_account_id in (cousin.account_id, other.account_id)
    kept = take_down(helper, about="P-0000-0000", reach="at the shop")
    assert kept.person_id is None
    with reading():
        assert queries_complaints.open_told(kept).reach == "at the shop P-0000-0000"


def test_with_nobody_left_it_waits_for_whoever_may_take_it(desk: Desk, helper: Actor) -> None:
    row = complain(desk)
    assert row.owner_account_id is None
    late = make_helper(desk, "manager")
    with pytest.raises(NotTheOwner):
        answer(late, row)
    service_complaint_steps.take_over_complaint(actor=late, reference=row.reference)
    answer(late, row)
    with pytest.raises(AlreadyAnswered):
        service_complaint_steps.take_over_complaint(actor=late, reference=row.reference)


def test_of_a_place_that_nobody_knows_an_auditor_owns_it(desk: Desk, manager: Actor) -> None:
    auditor = audit(desk)
    row = complain()
    assert row.owner_account_id == auditor.account_id
    with pytest.raises(NotFound):
        service_complaints.open_complaint(actor=manager, reference=row.reference)
    shown = service_complaints.open_complaint(actor=auditor, reference=row.reference)
    assert len(shown.outside) == 4  # of each nation


def test_an_auditor_elsewhere_who_may_be_meant_neither_owns_it_nor_reads_it(desk: Desk) -> None:
    meant = make_helper(make_desk("Audit Office"), "auditor")
    rename(meant, "Olga Auditor")
    for place in (None, desk):  # nobody knows it; nobody audits it
        row = complain(place, who="a Mrs Olga somebody")
        assert row.owner_account_id is None
        with pytest.raises(NotFound):
            service_complaints.open_complaint(actor=meant, reference=row.reference)
    assert make_helper(desk, "auditor").account_id == complain(who="Olga").owner_account_id


def test_no_auditor_owns_what_is_about_their_own_place(desk: Desk) -> None:
    own = make_helper(desk, "auditor")
    row = complain(desk)
    assert row.owner_account_id is None
    with pytest.raises(NotFound):
        service_complaints.open_complaint(actor=own, reference=row.reference)


def test_asked_again_somebody_else_answers_and_then_somebody_outside(
    desk: Desk, manager: Actor
) -> None:
    auditor = audit(desk)
    row = complain(desk)
    with pytest.raises(NotAnswered):
        write(manager, row, "asked_again")
    answer(manager, row)
    write(manager, row, "asked_again")
    again = load(row.id)
    assert (again.stage, again.outcome) == (2, None)
    assert again.owner_account_id == auditor.account_id
    assert again.answer_by > row.answer_by
    for attempt in (
        lambda: answer(manager, row),
        lambda: service_complaint_steps.take_over_complaint(actor=manager, reference=row.reference),
    ):
        with pytest.raises(NotTheOwner):
            attempt()
    answer(auditor, row, outcome="partly")
    with pytest.raises(NoFurtherStage):
        write(auditor, row, "asked_again")


@pytest.mark.parametrize("role", ["helper", "reviewer", "safeguarding_lead", "administrator"])
def test_whoever_takes_one_down_cannot_read_it(desk: Desk, role: str) -> None:
    row = take_down(make_helper(desk, role))
    with pytest.raises(PermissionMissing):
        service_complaints.open_complaint(actor=make_helper(desk, role), reference=row.reference)


def test_to_another_organisations_manager_and_auditor_it_is_not_there(
    desk: Desk, manager: Actor
) -> None:
    row = complain(desk)
    elsewhere = make_desk("Elsewhere")
    for role in ("manager", "auditor"):
        with pytest.raises(NotFound):
            service_complaints.open_complaint(
                actor=make_helper(elsewhere, role), reference=row.reference
            )


def test_sent_twice_it_is_one_and_too_many_wait(desk: Desk, manager: Actor) -> None:
    key = "k" * 24
    assert complain(desk, request_key=key).id == complain(desk, request_key=key).id
    for _ in range(19):
        complain(desk)
    with pytest.raises(TooManyAttempts):
        complain(desk)
    complain(desk, network="192.0.2.8")


def test_what_is_written_only_grows_and_ends_with_the_persons_key(
    desk: Desk, manager: Actor, helper: Actor
) -> None:
    person_id = make_person(helper)
    row = take_down(helper, about=reference_of(person_id))
    answer(manager, row)
    with pytest.raises(DatabaseError):
        run_transaction(lambda: get_session().execute(delete(ComplaintEntry)))
    run_transaction(lambda: encryption.forget(person_id))
    shown = service_complaints.open_complaint(actor=manager, reference=row.reference)
    assert (shown.told.words, shown.entries[0].text) == ("", "")


def test_no_history_of_the_person_shows_it(
    desk: Desk, manager: Actor, helper: Actor, client: FlaskClient
) -> None:
    person = reference_of(make_person(helper))
    take_down(helper, about=person, words="canarywords")
    sign_in(client, helper)
    for path in ("", "/history"):
        page = client.get(f"/people/{person}{path}").get_data(as_text=True)
        assert "omplaint" not in page.partition("<main")[2].partition("</main")[0]
    with reading() as session:
        found = session.scalars(
            select(AuditEvent.person_id).where(AuditEvent.action.like("complaint.%"))
        )
        assert set(found) == {None}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_pages(desk: Desk, manager: Actor, helper: Actor, client: FlaskClient) -> None:
    page = client.get("/complain")
    assert 'href="/complain/new"' in page.text
    assert 'href="/something-is-wrong"' in page.text
    assert 'href="/complain/new"' in client.get("/something-is-wrong").text
    assert "Enter what went wrong" in send(client, "/complain/new").text
    with reading():
        place = get_organisation_reference(desk.organisation_id)
    done = send(
        client,
        "/complain/new",
        kinds=["service", "data"],
        words="Nobody <b>came</b>",
        organisation=place,
    )
    number = re.search(r"G-\w{4}-\w{4}", done.headers["Location"])
    assert number is not None
    kept = client.get(done.headers["Location"]).text
    assert f'<span class="app-unbroken">{number[0]}</span>' in kept  # on one line, to be copied
    sign_in(client, helper)
    assert 'href="/complaints/new"' in client.get("/complain").text
    assert "How far" in client.get("/complaints/ask").text
    told = send(client, "/complaints/ask", number=number[0].lower())
    assert "Answer due by" in told.text
    assert "Nobody" not in told.text
    assert "No complaint has this number" in send(client, "/complaints/ask", number="G-1").text
    assert "came" not in send(client, "/complaints/new", kinds=["helper"]).headers.get(
        "Location", ""
    )
    assert client.get("/complaints").status_code == 403
    sign_in(client, manager)
    assert number[0] in client.get("/complaints").text
    path = f"/complaints/{number[0]}"
    shown = client.get(path)
    assert "Nobody &lt;b&gt;came&lt;/b&gt;" in shown.text
    assert "section 164A" in shown.text
    assert "We have your complaint" in client.get(f"{path}/letter").text
    assert "Select how they were told" in send(client, path, kind="acknowledged", text="x").text
    assert send(client, path, kind="note", text="I rang them").status_code == 303
    assert "Select what you found" in send(client, f"{path}/answer").text
    saved = send(
        client,
        f"{path}/answer",
        outcome="upheld",
        answer="We are sorry",
        learned="Two of us open",
        how="letter",
    )
    assert saved.status_code == 303
    letter = client.get(f"{path}/letter").text
    assert "You are right." in letter
    assert "0300 061 0614" in letter
    assert "Two of us open" in client.get("/complaints?state=answered").text
    assert "Mona Manager" in client.get(f"{path}/about").text
    assert read_token(client.get(path))
