"""Records of help: one page, on somebody's word, once, with its receipt; no answers."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assistedaccess.applications import service_helping
from assistedaccess.applications.models import RecordOfHelp
from assistedaccess.applications.queries import list_help_for_case, list_help_for_person
from assistedaccess.applications.rules import CaseIsClosed
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models import Case
from assistedaccess.consent.models import Consent
from assistedaccess.delegation.rules import NoAuthority, OutOfScope
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from tests.factories import applications as apps
from tests.factories import casework, consent, delegation, people

CTR = "council-tax-reduction"
PAPER = "This person wants no paper at home."


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    """The person has said yes to help with a Blue Badge, and to nothing else."""
    return apps.make_scene()


@pytest.fixture
def client(app: Flask, scene: apps.Scene) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, scene.helper)
    return client


def make(scene: apps.Scene, **given: Any) -> service_helping.HelpRecorded:
    fields = {"service": apps.SERVICE, "asked": "Renew my badge", "word": "here", **given}
    fields.setdefault("actor", scene.helper)
    return service_helping.make_record_of_help(person_id=scene.person_id, **fields)


def count(model: type) -> int:
    with reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_help_rests_on_the_yes_of_this_visit(scene: apps.Scene) -> None:
    made = make(scene, case_id=scene.case.id, their_reference="BB-77", note="Photo is missing")
    with reading() as session:
        row = session.get_one(RecordOfHelp, made.id)
        assert (row.authority_kind, row.authority_id) == ("assisting", scene.consent_id)
        assert row.mode == "assisting"
        for secret in (b"Renew", b"BB-77", b"Photo"):
            assert secret not in row.facts
    assert count(Consent) == 1


def test_a_yes_is_recorded_with_the_help_in_one(scene: apps.Scene) -> None:
    with pytest.raises(InvalidInput) as missing:
        make(scene, service=CTR)
    assert missing.value.field == "said_yes"
    made = make(scene, service=CTR, said_yes=True, word="telephone")
    with reading() as session:
        row = session.get_one(RecordOfHelp, made.id)
        given = session.get_one(Consent, row.authority_id)
        assert given.services == [CTR]
    told = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert told.count("record_of_help_made") == 1
    assert told.count("consent_recorded") == 1  # of the Blue Badge: the help itself tells the rest


def test_a_service_that_nobody_listed_is_asked_for_each_time(scene: apps.Scene) -> None:
    other = {"service": None, "other_service": "Library card", "said_yes": True}
    first, second = make(scene, **other), make(scene, **other)
    with reading() as session:
        rows = [session.get_one(RecordOfHelp, made.id) for made in (first, second)]
        assert rows[0].authority_id != rows[1].authority_id
        assert rows[0].service is None
    for wrong in ({"other_service": " "}, {"said_yes": False}):
        with pytest.raises(InvalidInput):
            make(scene, **{**other, **wrong})


def test_help_under_a_delegation(scene: apps.Scene) -> None:
    with pytest.raises(NoAuthority):
        make(scene, word="delegation")
    delegation_id = delegation.grant(scene.helper, scene.person_id)
    made = make(scene, word="delegation")
    with reading() as session:
        row = session.get_one(RecordOfHelp, made.id)
        assert (row.mode, row.authority_id) == ("representing", delegation_id)
    with pytest.raises(OutOfScope):
        make(scene, word="delegation", service=CTR, said_yes=True)
    with pytest.raises(OutOfScope):
        make(scene, word="delegation", service=None, other_service="Anything", said_yes=True)
    assert count(RecordOfHelp) == 1


def test_fault_02_one_click_makes_one_record(scene: apps.Scene) -> None:
    key = new_request_key()
    assert make(scene, request_key=key) == make(scene, request_key=key)
    changed = make(scene, request_key=key, note="The page was gone back to")
    assert changed.id != make(scene, request_key=new_request_key()).id
    assert count(RecordOfHelp) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"word": "rumour"}, "word"),
        ({"service": "no-such-service"}, "service"),
        ({"asked": "  "}, "asked"),
        ({"asked": "x" * 501}, "asked"),
        ({"asked": "my password is hunter2"}, "asked"),
        ({"note": "PIN: 1234"}, "note"),
        ({"note": "\x00"}, "note"),
        ({"their_reference": "x" * 61}, "their_reference"),
    ],
)
def test_what_cannot_be_recorded_is_said_at_its_field(
    scene: apps.Scene, given: Any, field: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        make(scene, **given)
    assert error.value.field == field
    assert count(RecordOfHelp) == 0


def test_a_claim_that_went_off_keeps_its_date(app: Flask) -> None:
    scene = apps.make_scene(CTR)
    make(scene, service=CTR, case_id=scene.case.id)
    with reading() as session:
        assert session.get_one(Case, scene.case.id).claim_sent_on is None
    make(scene, service=CTR, case_id=scene.case.id, was_sent=True)
    with reading() as session:
        assert session.get_one(Case, scene.case.id).claim_sent_on == clock.today()


def test_a_case_of_somebody_else_or_a_closed_one_takes_no_help(scene: apps.Scene) -> None:
    other = people.make_person(scene.colleague, "Grace Hopper")
    with pytest.raises(NotFound):
        make(scene, case_id=casework.make_case(scene.helper, other).id)
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with pytest.raises(NotFound):
        make(scene, actor=stranger, case_id=scene.case.id)
    casework.close_case(scene.helper, scene.case)
    with pytest.raises(CaseIsClosed):
        make(scene, case_id=scene.case.id)


def test_nobody_records_help_to_themself_or_a_relative(scene: apps.Scene) -> None:
    people.declare_relative(scene.helper, scene.case.person_reference)
    with pytest.raises(Refused):
        make(scene)


def test_lists_hold_no_words(scene: apps.Scene) -> None:
    made = make(scene, case_id=scene.case.id)
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with reading():
        (row,) = list_help_for_case(scene.case.id)
        assert (row.reference, row.service) == (made.reference, apps.SERVICE)
        assert list_help_for_person(scene.helper, scene.person_id) == [row]
        assert list_help_for_person(stranger, scene.person_id) == []
        assert list_help_for_person(scene.helper, scene.person_id, before=row.id) == []


def test_the_page_records_and_gives_a_receipt(client: FlaskClient, scene: apps.Scene) -> None:
    address = f"/cases/{scene.case.reference}/records-of-help/new"
    bare = apps.post(client, address, {"asked": "", "word": ""})
    assert apps.errors_of(bare) == [
        "400",
        "Enter what the person asked you to do",
        "Select on whose word you helped",
    ]
    typed = {
        "service": "other",
        "other_service": "Pension Credit",
        "asked": "Ring and ask",
        "word": "here",
        "said_yes": "yes",
        "their_reference": "PC/1234",
    }
    unsaid = apps.post(client, address, {**typed, "said_yes": ""})
    assert apps.errors_of(unsaid)[1:] == ["Tell the person the words, and tick when they say yes"]
    assert "Ring and ask" in unsaid.text
    done = apps.post(client, address, typed)
    assert done.status_code == 303
    page = client.get(done.location)
    for text in ("Pension Credit", "Ring and ask", "PC/1234", "The person, who was there"):
        assert text in page.text
    receipt = client.get(f"{done.location}/receipt")
    assert "What we did for you" in receipt.text
    assert "You told us what to do." in receipt.text
    assert "PC/1234" in receipt.text
    assert PAPER not in receipt.text
    with reading() as session:
        looked = [
            event.action
            for event in session.scalars(select(AuditEvent).order_by(AuditEvent.id))
            if event.subject_kind == "record_of_help"
        ]
    assert looked == ["record_of_help.made", "record_of_help.viewed", "receipt.printed"]
    for last in (CTR, apps.SERVICE):  # what they had help with last stands first
        apps.post(client, address, {**typed, "service": last})
        services = apps.soup_of(client.get(address)).select("input[name=service]")
        assert services[0]["value"] == last


def test_a_receipt_is_not_for_who_may_be_read_over_the_shoulder(app: Flask) -> None:
    """The helper's note stays here; who wants no paper at home is asked before it is made."""
    client = app.test_client()
    for wish in ("no_paper_at_home", "contact_is_unsafe"):
        scene = apps.make_scene(**{wish: True})
        people.sign_in(client, scene.helper)
        made = make(scene, note="Her husband keeps the bank card")
        assert "Her husband" in client.get(f"/records-of-help/{made.reference}").text
        receipt = client.get(f"/records-of-help/{made.reference}/receipt")
        assert PAPER in receipt.text
        assert "Her husband" not in receipt.text


def test_the_page_without_a_case(client: FlaskClient, scene: apps.Scene) -> None:
    address = f"/people/{scene.case.person_reference}/records-of-help/new"
    typed = {"service": apps.SERVICE, "asked": "Ring and ask", "word": "here"}
    done = apps.post(client, address, typed)
    assert done.status_code == 303
    assert client.get(done.location).status_code == 200


def test_another_organisation_s_record_is_not_there(app: Flask, scene: apps.Scene) -> None:
    made = make(scene)
    stranger = app.test_client()
    people.sign_in(stranger, people.make_helper(people.make_desk("Hilltown Council")))
    for tail in ("", "/receipt"):
        answers = [
            stranger.get(f"/records-of-help/{reference}{tail}")
            for reference in (made.reference, apps.reference_like(made.reference))
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert apps.without_numbers(answers[0]) == apps.without_numbers(answers[1])


def test_the_start_page_leads_to_each_way(
    app: Flask, client: FlaskClient, scene: apps.Scene
) -> None:
    address = f"/cases/{scene.case.reference}/applications/new"
    record = apps.post(client, address, {"service": apps.SERVICE, "way": "record"})
    assert record.location.endswith(f"/records-of-help/new?service={apps.SERVICE}")
    assert 'value="blue-badge" checked' in client.get(record.location).text
    formless = apps.post(client, address, {"service": "other", "way": "assisting"})
    assert formless.status_code == 400
    assert "Record help on its own website" in formless.text
    unasked = apps.post(client, address, {"service": CTR, "way": "assisting"})
    assert f"/people/{scene.case.person_reference}/help" in unasked.location
    asked = client.get(unasked.location)
    assert asked.status_code == 200
    begun = apps.post(client, address, {"service": apps.SERVICE, "way": "assisting"})
    reference = begun.location.rsplit("/", 1)[1]
    twice = apps.post(client, address, {"service": apps.SERVICE, "way": "assisting"})
    assert twice.status_code == 400
    assert reference in twice.text
    refused = apps.post(client, address, {"service": apps.SERVICE, "way": "representing"})
    assert refused.status_code == 403
