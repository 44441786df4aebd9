"""Safeguarding concerns: raised by anybody, read by the leads of that organisation alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from assistedaccess.access import PermissionMissing
from assistedaccess.audit.explain import find_explanation
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.verify import open_detail
from assistedaccess.casework import queries_concerns, service_concerns
from assistedaccess.casework.models_concerns import Concern, ConcernEntry
from assistedaccess.casework.rules_concerns import ConcernKind
from assistedaccess.desk import service as desk_service
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.people.queries import get_person
from assistedaccess.people.rules import OwnRecord, RelativesRecord
from assistedaccess.people.service import open_person
from tests.factories.casework import make_case
from tests.factories.people import (
    Desk,
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    reference_of,
    sign_in,
)
from tests.support.journal import list_events

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def helper(desk: Desk) -> Actor:
    return make_helper(desk)


@pytest.fixture
def lead(desk: Desk) -> Actor:
    return make_helper(desk, "safeguarding_lead")


def raise_about(actor: Actor, about: str = "", **fields: object) -> str:
    """A concern; its reference."""
    given = {"kinds": ["money"], "seen": "Her son took the card", "is_urgent": False, **fields}
    concern_id = service_concerns.raise_concern(actor=actor, about=about, **given)  # type: ignore[arg-type]
    with reading() as session:
        return session.get_one(Concern, concern_id).reference


def test_the_lead_reads_what_was_told_and_the_look_is_recorded(helper: Actor, lead: Actor) -> None:
    person = make_person(helper)
    reference = raise_about(
        helper, reference_of(person), said="I am afraid", wishes="To be left alone", capacity="yes"
    )
    concern = service_concerns.open_concern(actor=lead, reference=reference)
    assert (concern.told.seen, concern.told.said) == ("Her son took the card", "I am afraid")
    assert concern.person_reference == reference_of(person)
    assert [duty.law for duty in concern.duties] == ["Care Act 2014, section 42"]
    assert len(list_events("concern.viewed")) == 1


def test_what_it_is_about_is_sealed_with_what_was_told(helper: Actor, lead: Actor) -> None:
    reference = raise_about(helper, kinds=["coercion", "child"])
    with reading() as session:
        assert session.scalars(select(Concern.kinds)).one() is None
        (row,) = queries_concerns.list_concerns(lead).rows
    assert row.kinds == (ConcernKind.COERCION, ConcernKind.CHILD)
    shown = service_concerns.open_concern(actor=lead, reference=reference)
    assert shown.duties[0].law == "Children Act 1989, section 47"


def test_an_older_concern_is_sealed_once_a_lead_opens_it(helper: Actor, lead: Actor) -> None:
    """Before revision 0023 what it is about stood beside what was told, in clear."""
    reference = raise_about(helper)

    def as_before() -> None:
        row = get_session().scalars(select(Concern)).one()
        told = replace(queries_concerns.open_told(row), kinds="")
        row.told = service_concerns.seal_told(row.sealed_for, row.id, told)
        row.kinds = "neglect,self_neglect"

    run_transaction(as_before)
    for _ in range(2):
        opened = service_concerns.open_concern(actor=lead, reference=reference)
        assert opened.kinds == (ConcernKind.NEGLECT, ConcernKind.SELF_NEGLECT)
    with reading() as session:
        assert session.scalars(select(Concern.kinds)).one() is None


@pytest.mark.parametrize("role", ["helper", "reviewer", "manager", "auditor", "administrator"])
def test_nobody_else_of_the_organisation_reads_it(desk: Desk, helper: Actor, role: str) -> None:
    reference = raise_about(helper)
    other = make_helper(desk, role)
    with pytest.raises(PermissionMissing):
        service_concerns.open_concern(actor=other, reference=reference)
    with pytest.raises(PermissionMissing):
        service_concerns.add_concern_entry(actor=other, reference=reference, kind="note", text="x")


def test_to_another_organisations_lead_it_is_not_there(helper: Actor) -> None:
    reference = raise_about(helper)
    stranger = make_helper(make_desk("Elsewhere"), "safeguarding_lead")
    with pytest.raises(NotFound):
        service_concerns.open_concern(actor=stranger, reference=reference)
    with reading():
        assert queries_concerns.list_concerns(stranger).rows == []


def test_a_lead_reads_nothing_about_a_relative_or_themself(
    desk: Desk, helper: Actor, lead: Actor
) -> None:
    person = make_person(helper)
    reference = raise_about(helper, reference_of(person))
    declare_relative(lead, reference_of(person))
    with pytest.raises(RelativesRecord):
        service_concerns.open_concern(actor=lead, reference=reference)

    def tie() -> None:
        get_person(person).human_id = lead.human_id

    run_transaction(tie)
    with pytest.raises(OwnRecord):
        service_concerns.open_concern(actor=lead, reference=reference)
    with reading():
        assert queries_concerns.list_concerns(lead).rows == []


def test_no_history_of_the_person_shows_it(helper: Actor, lead: Actor, client: FlaskClient) -> None:
    person = make_person(helper)
    make_case(helper, person)
    raise_about(helper, reference_of(person), seen="canaryseen")
    events = [*list_events("concern.raised")]
    assert [event.person_id for event in events] == [None]
    sign_in(client, helper)
    for path in ("", "/history"):
        page = client.get(f"/people/{reference_of(person)}{path}").get_data(as_text=True)
        assert "canaryseen" not in page
        assert "oncern" not in page.partition("<main")[2]
    story = desk_service.view_person(actor=helper, person_id=person)
    assert "oncern" not in repr(story)


def test_whom_it_is_about_is_committed_to_in_the_journal(helper: Actor) -> None:
    person = make_person(helper)
    raise_about(helper, reference_of(person))
    (event,) = list_events("concern.raised")
    with reading() as session:
        opened = open_detail(session.get_one(AuditDetail, event.id))
    assert opened is not None
    assert json.loads(opened[1]) == {"person": str(person)}


def test_the_look_that_follows_is_explained_as_any_task_is(helper: Actor, lead: Actor) -> None:
    person = make_person(helper)
    reference = raise_about(helper, reference_of(person))
    open_person(actor=lead, person_id=person)
    with reading() as session:
        event = session.scalars(
            select(AuditEvent).where(
                AuditEvent.action == "person.opened", AuditEvent.account_id == lead.account_id
            )
        ).one()
    assert event.reason_code == "explained.task"
    service_concerns.add_concern_entry(
        actor=lead, reference=reference, kind="outcome", text="Her daughter has the card now"
    )
    with reading():
        assert find_explanation(lead, person) is None


def test_leads_are_told_that_something_waits_without_a_word_of_it(
    helper: Actor, lead: Actor
) -> None:
    raise_about(helper, seen="canaryseen")
    with reading() as session:
        kinds = list(session.scalars(select(Notice.kind).where(Notice.person_id.is_(None))))
    assert kinds.count("account_concern_raised") == 1


def test_without_a_lead_the_managers_are_told(desk: Desk, helper: Actor) -> None:
    make_helper(desk, "manager")
    raise_about(helper)
    with reading() as session:
        kinds = list(session.scalars(select(Notice.kind).where(Notice.person_id.is_(None))))
        assert not service_concerns.has_lead(desk.organisation_id)
    assert kinds.count("account_concern_without_lead") == 1


def test_a_reference_of_nobody_is_kept_as_words(helper: Actor, lead: Actor) -> None:
    reference = raise_about(helper, "the old man at number 9")
    concern = service_concerns.open_concern(actor=lead, reference=reference)
    assert (concern.person_reference, concern.told.about) == ("", "the old man at number 9")


def test_an_outcome_closes_and_a_note_opens_again(helper: Actor, lead: Actor) -> None:
    reference = raise_about(helper)
    for kind, is_open in (("referral", True), ("outcome", False), ("note", True)):
        service_concerns.add_concern_entry(actor=lead, reference=reference, kind=kind, text="done")
        with reading():
            rows = queries_concerns.list_concerns(lead).rows
        assert bool(rows) is is_open, kind
    concern = service_concerns.open_concern(actor=lead, reference=reference)
    assert [str(entry.kind) for entry in concern.entries] == ["note", "outcome", "referral"]


@pytest.mark.parametrize("how", ["update", "delete"])
def test_the_database_itself_rewrites_no_entry(helper: Actor, lead: Actor, how: str) -> None:
    reference = raise_about(helper)
    service_concerns.add_concern_entry(actor=lead, reference=reference, kind="note", text="so")
    change = update(ConcernEntry).values(kind="note") if how == "update" else delete(ConcernEntry)
    with pytest.raises(DatabaseError):
        run_transaction(lambda: get_session().execute(change))


def test_a_double_click_raises_one(helper: Actor) -> None:
    key = new_request_key()
    assert raise_about(helper, request_key=key) == raise_about(helper, request_key=key)
    assert len(list_events("concern.raised")) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["gossip"]}, "kinds"),
        ({"seen": " "}, "seen"),
        ({"seen": "x" * 4_001}, "seen"),
        ({"capacity": "maybe"}, "capacity"),
        ({"home_is_safe": "maybe"}, "home_is_safe"),
        ({"said": "nul \x00"}, "said"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    helper: Actor, fields: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        raise_about(helper, **fields)
    assert refused.value.field == field


def test_two_clicks_from_any_page(helper: Actor, lead: Actor, client: FlaskClient) -> None:
    person = make_person(helper)
    make_case(helper, person)
    sign_in(client, helper)
    page = client.get(f"/people/{reference_of(person)}").get_data(as_text=True)
    assert f'href="/concerns/new?about={reference_of(person)}"' in page
    assert 'href="/concerns/new"' in client.get("/today").get_data(as_text=True)
    form = client.get(f"/concerns/new?about={reference_of(person)}").get_data(as_text=True)
    assert f'value="{reference_of(person)}"' in form
