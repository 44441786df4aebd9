"""The pages of a yes, as a browser meets them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from assistedaccess.consent.models import Consent, Visit
from assistedaccess.kernel.transactions import reading
from tests.factories import consent as make
from tests.factories import people
from tests.factories.people import reference_of
from tests.support.client import PageCheckingClient
from tests.support.journal import list_events
from tests.support.pages import read_token
from tests.support.statements import counted_statements

YES = {
    "service": make.SERVICE,
    "purpose": "Renew my badge",
    "channel": "in_person",
    "said_yes": "yes",
}


@pytest.fixture
def scene(app):
    return make.make_scene(nation="england")


@pytest.fixture
def client(app, scene) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    made = app.test_client()
    people.sign_in(made, scene.helper)
    make.assist(scene.helper, scene.person_id, None)  # so that a look is explained
    return made


def hidden_fields(page: TestResponse) -> dict[str, str]:
    """What the page's form sends along by itself."""
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', page.text)
    pairs = [
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found
    ]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    page = client.get(path)
    assert page.status_code == 200, page.status
    return client.post(path, data={**hidden_fields(page), "csrf_token": read_token(page), **fields})


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def newest() -> Consent:
    with reading() as session:
        row = session.scalars(select(Consent).order_by(Consent.id.desc()).limit(1)).one()
        session.expunge(row)
        return row


def test_one_page_records_a_yes_to_help(client, scene, database) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    page = client.get(path)
    assert "I will send nothing until you tell me to." in page.text
    answer = post(client, path, **YES)
    assert answer.status_code == 303
    row = newest()
    assert answer.location == f"/consents/{row.reference}"
    assert row.services == [make.SERVICE]
    shown = client.get(answer.location)
    assert "Renew my badge" in shown.text
    assert row.statement_hash[:16] in shown.text


def test_sent_twice_one_yes_is_recorded(client, scene) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    page = client.get(path)
    fields = {**hidden_fields(page), **YES}
    before = count(Consent)
    first, second = client.post(path, data=fields), client.post(path, data=fields)
    assert first.location == second.location
    assert count(Consent) == before + 1


@pytest.mark.parametrize("missing", ["service", "purpose", "said_yes"])
def test_what_is_missing_is_asked_for_at_its_field(client, scene, missing: str) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    before = count(Consent)
    answer = post(client, path, **{**YES, missing: ""})
    assert answer.status_code == 400
    assert f'href="#{missing}' in answer.text
    if missing != "purpose":
        assert "Renew my badge" in answer.text
    assert count(Consent) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("service", "nonsense"),
        ("channel", "pigeon"),
        ("language", "xx"),
        ("language", "cy"),
        ("request_key", "short"),
        ("purpose", "x" * 501),
        ("purpose", "a\x00b"),
        ("purpose", "\ud800"),
    ],
)
def test_hostile_values_are_answered_with_words(client, scene, field: str, value: str) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    before = count(Consent)
    sent = value.encode("utf-8", "surrogatepass").decode("latin-1") if "\ud800" in value else value
    answer = post(client, path, **{**YES, field: sent})
    assert answer.status_code in (303, 400)
    if answer.status_code == 303:  # a lone surrogate arrives as other letters
        assert "\ud800" in value
    else:
        assert count(Consent) == before


def test_what_is_typed_is_shown_as_text(client, scene) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    answer = post(client, path, **{**YES, "purpose": "<svg/onload=x>\"' {{7*7}} ‮abc"})
    for page in (client.get(answer.location), client.get(f"{answer.location}/receipt")):
        assert "<svg" not in page.text
        assert "&lt;svg/onload=x&gt;" in page.text
        assert "{{7*7}}" in page.text


def test_the_look_at_the_person_is_recorded_before_the_page_is_shown(client, scene) -> None:
    before = len(list_events("person.opened"))
    client.get(f"/people/{reference_of(scene.person_id)}/help")
    assert len(list_events("person.opened")) == before + 1


def test_without_a_reason_the_reason_is_asked_first(app, scene) -> None:
    app.test_client_class = PageCheckingClient
    stranger = people.make_helper(people.make_desk("Hillside Advice"))
    client = app.test_client()
    people.sign_in(client, stranger)
    answer = client.get(f"/people/{reference_of(scene.person_id)}/help")
    assert answer.status_code == 303
    assert "/reason?" in answer.location


def test_another_organisation_meets_a_yes_as_if_it_were_not_there(app, scene) -> None:
    app.test_client_class = PageCheckingClient
    reference = make.get_consent(make.assist(scene.helper, scene.person_id)).reference
    client = app.test_client()
    people.sign_in(client, people.make_helper(people.make_desk("Hillside Advice")))
    for end in ("", "/receipt"):
        theirs = client.get(f"/consents/{reference}{end}")
        nobodys = client.get(f"/consents/K-7K3M-9QTR{end}")
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        chance = r"\bE-[\w-]+|nonce=\"[^\"]+\"|name=\"csrf_token\" value=\"[^\"]+\""
        masked = [re.sub(chance, "", page.text) for page in (theirs, nobodys)]
        assert masked[0].replace(reference, "K") == masked[1].replace("K-7K3M-9QTR", "K")
    # But any desk can take it back, at the person's word, seeing no more than that needs.
    page = client.get(f"/consents/{reference}/withdraw")
    assert page.status_code == 200
    assert "Ada" not in page.text
    assert "A new badge" not in page.text
    assert post(client, f"/consents/{reference}/withdraw", how="telephone").status_code == 303
    assert "was taken back" in client.get(f"/consents/{reference}/withdraw").text


def test_the_receipt_is_in_the_persons_language_and_printing_is_recorded(app, scene) -> None:
    app.test_client_class = PageCheckingClient
    person_id = people.make_person(scene.colleague, "Dilys Davies", language="cy")
    reference = make.get_consent(make.assist(scene.helper, person_id)).reference
    client = app.test_client()
    people.sign_in(client, scene.helper)
    page = client.get(f"/consents/{reference}/receipt")
    assert '<div lang="cy"' in page.text
    assert "01632 960001" in page.text
    assert reference in page.text
    (event,) = list_events("receipt.printed")
    assert event.person_id == person_id


@pytest.mark.parametrize("wish", ["no_paper_at_home", "contact_is_unsafe"])
def test_before_paper_is_made_for_who_wants_none_the_helper_is_told(app, scene, wish) -> None:
    client = app.test_client()
    people.sign_in(client, scene.helper)
    warning = "This person wants no paper at home."
    for wishes in ({wish: True}, {}):
        person_id = people.make_person(scene.colleague, "Ama Osei", **wishes)
        reference = make.get_consent(make.assist(scene.helper, person_id)).reference
        page = client.get(f"/consents/{reference}/receipt")
        assert (warning in page.text) is bool(wishes)


def test_the_visit_is_ended_from_its_page(client, scene) -> None:
    consent_id = make.assist(scene.helper, scene.person_id)
    row = make.get_consent(consent_id)
    page = client.get(f"/consents/{row.reference}")
    path = f"/visits/{row.visit_id}/end"
    assert path in page.text
    answer = client.post(path, data={"csrf_token": read_token(page), "next": "//evil.example"})
    assert (answer.status_code, answer.location) == (303, "/")
    with reading() as session:
        assert session.get_one(Visit, row.visit_id).ended_at is not None
    assert path not in client.get(f"/consents/{row.reference}").text


def test_a_case_of_another_person_or_organisation_is_no_case(client, scene) -> None:
    path = f"/people/{reference_of(scene.person_id)}/help"
    assert client.get(f"{path}?case=C-7K3M-9QTR").status_code == 404


def test_no_page_asks_more_than_it_may(client, scene, database) -> None:
    person = reference_of(scene.person_id)
    row = make.get_consent(make.assist(scene.helper, scene.person_id))
    for path in (
        f"/people/{person}/help",
        f"/consents/{row.reference}",
        f"/consents/{row.reference}/receipt",
        f"/consents/{row.reference}/withdraw",
    ):
        client.get(path)
        with counted_statements(database) as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, f"{path}: {len(statements)}\n" + "\n".join(statements)
    page = client.get(f"/people/{person}/help")
    with counted_statements(database) as statements:
        answer = client.post(f"/people/{person}/help", data={**hidden_fields(page), **YES})
    assert answer.status_code == 303
    assert len(statements) <= 30, f"{len(statements)}\n" + "\n".join(statements)
