"""Faults 36 to 38: people with one name, no known birth date, no address, phone, number or mail."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.queries import list_letters
from assistedaccess.people.models import Person
from tests.factories.world import World
from tests.support.contents import Contents

from .forms import post, read_forms

NOTHING = {"housing": "no_fixed_address"}


def register(client: FlaskClient, **fields: Any) -> str:
    """Through the page, with these fields alone; the person's reference."""
    (form,) = read_forms(client.get("/people/register"))
    empty: dict[str, Any] = dict.fromkeys(form.text_fields, "")
    empty |= {name: [] for name in form.boxes}
    answer = post(client, form.action, form.filled(**{**empty, **NOTHING, **fields}))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.location.rpartition("/")[2]


def find(client: FlaskClient, **fields: Any) -> str:
    """The page of results of a search."""
    form = read_forms(client.get("/people"))[0]
    empty: dict[str, Any] = dict.fromkeys(form.text_fields, "")
    wanted = {**empty, "why": "person_is_here", **fields}
    answer = post(client, form.action, form.filled(**wanted))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client.get(answer.location).get_data(as_text=True)


def stored(reference: str) -> Person:
    with reading() as session:
        row = session.query(Person).filter_by(reference=reference).one()
        session.expunge(row)
        return row


def test_fault_36_one_name_is_a_name(world: World, plain_client: FlaskClient) -> None:
    world.a.sign_in(plain_client, "helper")
    reference = register(plain_client, name="Sukarno", **{"birth_date-year": "1931"})
    assert stored(reference).name == "Sukarno"
    page = find(plain_client, by="birth_date", name="sukarno", **{"birth_date-year": "1931"})
    assert reference in page
    shown = plain_client.get(f"/people/{reference}").get_data(as_text=True)
    assert "<bdi>Sukarno</bdi>" in shown


@pytest.mark.parametrize(
    ("parts", "expected", "spoken"),
    [
        ({}, (None, None, None), "not known"),
        ({"birth_date-year": "1942"}, (1942, None, None), "1942"),
        ({"birth_date-month": "3", "birth_date-year": "1942"}, (1942, 3, None), "March 1942"),
    ],
)
def test_fault_37_a_birth_date_is_kept_as_far_as_it_is_known(
    world: World,
    plain_client: FlaskClient,
    parts: dict[str, str],
    expected: tuple[int | None, ...],
    spoken: str,
) -> None:
    world.a.sign_in(plain_client, "helper")
    reference = register(plain_client, name="Unsure Of It", **parts)
    row = stored(reference)
    assert (row.birth_year, row.birth_month, row.birth_day) == expected
    page = plain_client.get(f"/people/{reference}").get_data(as_text=True)
    assert spoken in page
    assert "1 January" not in page
    assert "1900" not in page


def test_fault_38_somebody_with_nothing_is_recorded_found_and_told(
    world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    world.a.sign_in(plain_client, "helper")
    reference = register(plain_client, name="Nobody Knows")
    row = stored(reference)
    assert (row.address, row.national_insurance_number) == (None, None)
    assert row.housing == "no_fixed_address"
    assert reference in find(plain_client, by="reference", reference=reference)
    for path in ("", "/contact", "/details", "/history", "/identity", "/delegations", "/help"):
        answer = plain_client.get(f"/people/{reference}{path}")
        assert answer.status_code == 200, path
    # They are told in person: a notice stands in the queue, and goes nowhere by itself.
    place = contents.columns["notice"].index("channel")
    whose = contents.columns["notice"].index("person_id")
    rows = contents.read()["notice"]
    theirs = [each for each in rows if str(each[whose]).replace("-", "") == row.id.hex]
    assert [each[place] for each in theirs] == ["in_person"]
    with reading():
        assert list_letters(world.a.actors["manager"])


def test_fault_38_and_helped_like_anybody_else(world: World, plain_client: FlaskClient) -> None:
    """A case, a yes, an application: nothing asks for what they do not have."""
    world.a.sign_in(plain_client, "helper")
    reference = register(plain_client, name="Nobody Knows")
    (form,) = read_forms(plain_client.get(f"/people/{reference}/cases/new"))
    optional = {name: "" for name in form.text_fields if name != "need"}
    answer = post(plain_client, form.action, form.filled(**{**optional, "first_contact": "today"}))
    assert answer.status_code == 303
    (form,) = read_forms(plain_client.get(f"/people/{reference}/help"))
    answer = post(plain_client, form.action, form.filled(said_yes="yes"))
    assert answer.status_code == 303
    assert answer.location.startswith(("/consents/", "/cases/", "/people/"))
