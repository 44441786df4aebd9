"""Every form about people against hostile and merely strange input, and its cost in statements."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, service
from tests.factories.people import (
    days_later,
    email,
    make_desk,
    make_helper,
    make_person,
    mobile,
    sign_in,
)
from tests.support.statements import counted_statements

STRANGE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "",
            "a" * 3000,
            "\x00",
            "\u202egnirts",
            "<svg/onload=x>\"'",
            "{{7*7}}",
            "' OR '1'='1",
            "%",
            "yes",
            "other",
            "address",
            "mobile",
            "held_at_desk",
            "31",
            "13",
            "0",
            "-1",
            "9" * 30,
            "١٢",
            "1942",
        ]
    ),
)
PAGES = [
    "/people",
    "/people/register",
    "{}/reason",
    "{}/details",
    "{}/contact/add",
    "{}/address",
    "{}/safe-contact",
    "{}/identity",
    "{}/contact/{point}/change",
    "{}/contact/{point}/end",
]


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


@pytest.fixture
def person(helper: Actor) -> UUID:
    """A person who is here."""
    person_id = make_person(helper, contact_points=[mobile(), email()])
    service.state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    return person_id


def address_of(path: str, person_id: UUID) -> str:
    with reading():
        reference = queries.get_person(person_id).reference
        points = queries.list_contact_points(person_id)
    return path.replace("{point}", str(points[0].id)).replace("{}", f"/people/{reference}")


def read_form(page: str) -> tuple[list[str], dict[str, str]]:
    """The names of the main form's fields, and what is hidden in it."""
    form = BeautifulSoup(page, "html.parser").select_one("main form[method=post]:last-of-type")
    assert form is not None
    fields = form.select("input, select, textarea, button")
    hidden = {str(f["name"]): str(f["value"]) for f in form.select("input[type=hidden]")}
    names = {str(field["name"]) for field in fields if field.get("name")}
    return sorted(names - set(hidden)), hidden


@pytest.mark.parametrize("path", PAGES)
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_input_is_a_fault(
    app: Any, helper: Actor, person: UUID, path: str, data: st.DataObject
) -> None:
    client = app.test_client()
    sign_in(client, helper)
    address = address_of(path, person)
    got = client.get(address)
    if got.status_code == 404:  # an earlier example has changed it: the point is another one now
        return
    names, hidden = read_form(got.get_data(as_text=True))
    sent: dict[str, Any] = {name: data.draw(STRANGE, label=name) for name in names}
    for name in data.draw(st.sets(st.sampled_from(sorted(hidden)))):
        if name != "csrf_token":
            hidden[name] = data.draw(STRANGE, label=name)
    answer = client.post(address, data={**sent, **hidden})
    assert answer.status_code in (200, 303, 400, 409), answer.status_code
    if answer.status_code == 400:
        assert "There is a problem" in answer.get_data(as_text=True)


def test_what_was_typed_is_still_there_after_an_error(app: Any, helper: Actor) -> None:
    client = app.test_client()
    sign_in(client, helper)
    _, hidden = read_form(client.get("/people/register").get_data(as_text=True))
    typed = {"name": "", "safe_words": "Ask for Jo", "mobile": "07700 900123", "language": "cy"}
    page = client.post("/people/register", data={**hidden, **typed, "housing": "not_known"})
    assert page.status_code == 400
    text = page.get_data(as_text=True)
    assert "Enter the person’s name" in text
    assert "Ask for Jo" in text
    assert "07700 900123" in text
    assert hidden["request_key"] in text


def test_errors_stand_in_the_order_of_the_page(app: Any, helper: Actor) -> None:
    client = app.test_client()
    sign_in(client, helper)
    _, hidden = read_form(client.get("/people/register").get_data(as_text=True))
    wrong = {"birth_date-month": "13", "mobile": "1", "housing": "address", "name": ""}
    page = client.post("/people/register", data={**hidden, **wrong})
    summary = BeautifulSoup(page.data, "html.parser").select(".govuk-error-summary a")
    said = [link["href"].removeprefix("#") for link in summary]
    assert said == ["name", "birth_date-year", "mobile", "line_1", "language"]


def test_likely_records_keep_what_was_typed(app: Any, helper: Actor) -> None:
    make_person(helper, "Ada Lovelace", birth_date="1942-03-27")
    client = app.test_client()
    sign_in(client, helper)
    _, hidden = read_form(client.get("/people/register").get_data(as_text=True))
    typed = {
        "name": "Ada Lovelace",
        "birth_date-year": "1942",
        "formats": ["braille", "audio"],
        "safe_words": "Ask for Jo",
        "language": "en",
        "housing": "no_fixed_address",
    }
    asked = client.post("/people/register", data={**hidden, **typed})
    assert asked.status_code == 200
    page = BeautifulSoup(asked.get_data(as_text=True), "html.parser")
    carried = [
        (str(f["name"]), str(f["value"])) for f in page.select("main form input[type=hidden]")
    ]
    from werkzeug.datastructures import MultiDict

    back = client.post("/people/register", data=MultiDict([*carried, ("edit", "yes")]))
    assert back.status_code == 200
    assert "Ask for Jo" in back.get_data(as_text=True)
    made = client.post("/people/register", data=MultiDict([*carried, ("save", "yes")]))
    assert made.status_code == 303
    reference = made.location.split("/")[2]
    with reading():
        person_id = queries.get_by_reference(reference)
        person = queries.get_person(person_id)
        assert (person.formats, person.housing) == ("braille,audio", "no_fixed_address")


def test_a_stale_page_is_told_so(app: Any, helper: Actor, person: UUID) -> None:
    client = app.test_client()
    sign_in(client, helper)
    address = address_of("{}/details", person)
    _, hidden = read_form(client.get(address).get_data(as_text=True))
    data = {**hidden, "name": "Ada King", "language": "en", "spoken_language": "en"}
    assert client.post(address, data=data).status_code == 303
    assert client.post(address, data={**data, "name": "Ada Byron"}).status_code == 409


FORMS: dict[str, dict[str, str]] = {
    "/people": {
        "why": "person_is_here",
        "by": "birth_date",
        "name": "Ada Lovelace",
        "birth_date-year": "1942",
    },
    "/people/register": {
        "name": "Bo Diddley",
        "language": "en",
        "housing": "not_known",
        "mobile": "07700 900777",
    },
    "{}/details": {"name": "Ada King", "language": "en"},
    "{}/contact/add": {
        "kind": "mobile",
        "mobile": "07700 900555",
        "whose": "own",
        "is_safe": "yes",
        "there": "yes",
    },
    "{}/address": {
        "there": "yes",
        "housing": "address",
        "line_1": "2 New Road",
        "town": "Ash Vale",
    },
    "{}/safe-contact": {"contact_is_unsafe": "yes", "person_was_alone": "yes"},
    "{}/identity": {"kind": "passport", "level": "high"},
    "{}/contact/{point}/change": {
        "mobile": "07700 900555",
        "whose": "own",
        "is_safe": "yes",
        "there": "yes",
    },
    "{}/contact/{point}/end": {"reason": "gone", "there": "yes"},
}


@pytest.mark.parametrize("path", FORMS)
def test_no_form_takes_more_than_thirty_statements(
    app: Any, database: Any, helper: Actor, person: UUID, path: str
) -> None:
    client = app.test_client()
    sign_in(client, helper)
    address = address_of(path, person)
    _, hidden = read_form(client.get(address).get_data(as_text=True))
    with counted_statements(database) as statements:
        assert client.post(address, data={**hidden, **FORMS[path]}).status_code == 303
    assert len(statements) <= 30, "\n".join(statements)


def test_a_hidden_address_stands_on_no_page_but_its_own(app: Any, helper: Actor) -> None:
    with clock.set_clock(days_later(0)):
        person_id = make_person(
            helper,
            housing="address",
            address={"line_1": "Secret House", "postcode": "LS1 4AP"},
            hides_address=True,
        )
    service.state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    client = app.test_client()
    sign_in(client, helper)
    for path in ("{}", "{}/contact", "{}/details", "{}/identity"):
        with reading():
            reference = queries.get_person(person_id).reference
        page = client.get(path.format(f"/people/{reference}")).get_data(as_text=True)
        assert "Secret House" not in page
        assert "LS1" not in page
