"""Searching and looking: with a reason, never by browsing, never one's own."""

from __future__ import annotations

import contextlib
import itertools
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.audit.actions import Action
from assistedaccess.audit.explain import ReasonNeeded
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound, TooManyAttempts
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.partial_date import UNKNOWN_DATE, PartialDate
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, rules, service, service_search
from assistedaccess.people.rules import OwnRecord, RelativesRecord
from assistedaccess.people.rules_matching import may_be_same_date, words_needed
from assistedaccess.people.service_search import MOST_SEARCHES, SearchOutcome
from tests.factories.casework import make_case
from tests.factories.people import (
    days_later,
    declare_relative,
    make_desk,
    make_helper,
    make_person,
    mobile,
    other_account,
    reference_of,
    sign_in,
)
from tests.support.statements import counted_statements


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


def search(actor: Actor, by: str, value: str, name: str | None = None, **why: Any) -> SearchOutcome:
    why.setdefault("why", "person_is_here")
    return service_search.search_people(actor=actor, by=by, value=value, name=name, **why)


def found(outcome: SearchOutcome) -> list[Any]:
    return [one.person_id for one in outcome.found]


def list_events(action: Action) -> list[Any]:
    with reading() as session:
        return list(
            session.execute(
                select(
                    AuditEvent.person_id,
                    AuditEvent.reason_code,
                    AuditEvent.commitment,
                    AuditEvent.body,
                )
                .filter_by(action=str(action))
                .order_by(AuditEvent.id)
            )
        )


def test_by_reference_however_it_is_said(helper: Actor) -> None:
    person_id = make_person(helper)
    with reading():
        reference = queries.get_person(person_id).reference
    for typed in (reference, reference.lower(), reference.replace("-", " "), reference[2:]):
        assert found(search(helper, "reference", typed)) == [person_id]
    with pytest.raises(InvalidInput):
        search(helper, "reference", reference[:-1])


@pytest.mark.parametrize(
    "name",
    ["Mary Jane Smith", "smith mary jane", "Smith Mary", "MARY SMITH", "Molly", "Mary Anne Smith"],
)
def test_by_name_and_birth_date_together(helper: Actor, name: str) -> None:
    person_id = make_person(helper, "Mary Jane Smith", known_as="Molly", birth_date="1942-03-27")
    make_person(helper, "Mary Jones", birth_date="1942-03-27")
    for value in ("1942-03-27", "1942-03", "1942", "--03-27"):
        assert found(search(helper, "birth_date", value, name)) == [person_id]
    for value in ("1942-03-28", "1943", "--04-27"):
        assert found(search(helper, "birth_date", value, name)) == []


@pytest.mark.parametrize("by", ["birth_date", "postcode", "phone", "nino"])
def test_a_fact_alone_or_a_name_alone_finds_nobody(helper: Actor, by: str) -> None:
    values = {
        "birth_date": "1942",
        "postcode": "LS1 4AP",
        "phone": "07700 900123",
        "nino": "AB123456C",
    }
    with pytest.raises(InvalidInput) as missing:
        search(helper, by, values[by], None)
    assert missing.value.field == "name"
    with pytest.raises(InvalidInput):
        search(helper, by, "", "Ada Lovelace")


def test_by_name_and_one_other_fact(helper: Actor) -> None:
    person_id = make_person(
        helper,
        "Ada Lovelace",
        national_insurance_number="AB123456C",
        housing="address",
        address={"line_1": "14 Mill Lane", "postcode": "LS1 4AP"},
        contact_points=[mobile()],
    )
    make_person(helper, "Bo Diddley", contact_points=[mobile(whose="shared")])
    for by, value in (("postcode", "ls14ap"), ("phone", "+447700900123"), ("nino", "ab 123456 c")):
        assert found(search(helper, by, value, "Lovelace")) == [person_id]
        assert found(search(helper, by, value, "Byron")) == []
    (one,) = search(helper, "phone", "07700900123", "Ada").found
    assert (one.birth_year, one.postcode_part) == (None, "LS1")


def test_somebody_in_hiding_is_found_by_no_postcode_and_shown_without_one(helper: Actor) -> None:
    address = {"line_1": "14 Mill Lane", "postcode": "LS1 4AP"}
    make_person(helper, birth_date="1942", housing="address", address=address, hides_address=True)
    assert found(search(helper, "postcode", "LS1 4AP", "Ada Lovelace")) == []
    (one,) = search(helper, "birth_date", "1942", "Ada Lovelace").found
    assert one.postcode_part == ""


@pytest.mark.parametrize(
    "name", ["%", "_", "*", "Ada%", "A_a", "' OR '1'='1", "Ada' --", "ada;", "?"]
)
def test_wildcards_are_letters_like_any_other(helper: Actor, name: str) -> None:
    person_id = make_person(helper, "Ada Lovelace", birth_date="1942")
    if not any(character.isalpha() for character in name):
        with pytest.raises(InvalidInput):
            search(helper, "birth_date", "1942", name)
        return
    is_ada = rules.name_tokens(name) == {"ada"}
    assert found(search(helper, "birth_date", "1942", name)) == ([person_id] if is_ada else [])


def test_more_than_five_are_not_shown(helper: Actor) -> None:
    for _ in range(5):
        make_person(helper, birth_date="1942")
    assert len(search(helper, "birth_date", "1942", "Ada Lovelace").found) == 5
    make_person(helper, birth_date="1942")
    outcome = search(helper, "birth_date", "1942", "Ada Lovelace")
    assert outcome.found == ()
    assert outcome.has_more


NAMES = ["ada", "ada lovelace", "lovelace ada", "ada king lovelace", "bo"]
DATES = [
    UNKNOWN_DATE,
    PartialDate(1942),
    PartialDate(1942, 3),
    PartialDate(1942, 3, 27),
    PartialDate(None, 3, 27),
    PartialDate(1943),
]


def test_the_search_agrees_with_the_rule_for_every_pair(helper: Actor) -> None:
    people = {}
    for name, day in itertools.product(NAMES[:4], DATES):
        people[make_person(helper, name, birth_date=str(day))] = (name, day)
    for name, day in itertools.product(NAMES, DATES[1:]):
        tokens = rules.name_tokens(name)
        expected = {
            person_id
            for person_id, (known, born) in people.items()
            if may_be_same_date(day, born)
            and len(tokens & rules.name_tokens(known)) >= words_needed(tokens)
        }
        with clock.set_clock(days_later(1 + len(list_events(Action.PERSON_SEARCHED)))):
            outcome = search(helper, "birth_date", str(day), name)
        if len(expected) > 5:
            assert outcome.has_more
        else:
            assert set(found(outcome)) == expected


@settings(max_examples=30)
@given(
    by=st.sampled_from(["reference", "birth_date", "postcode", "phone", "nino", "name", ""]),
    value=st.text(max_size=30),
    name=st.none() | st.text(max_size=30),
)
def test_no_input_breaks_a_search(helper: Actor, by: str, value: str, name: str | None) -> None:
    later = days_later(len(list_events(Action.PERSON_SEARCHED)))
    with clock.set_clock(later), contextlib.suppress(InvalidInput):
        search(helper, by, value, name)


def test_a_search_is_recorded_with_its_reason_and_never_in_clear(helper: Actor) -> None:
    person_id = make_person(helper, "Ada Lovelace", birth_date="1942")
    search(helper, "birth_date", "1942", "Ada Lovelace", why="other", why_words="Asked by the ward")
    search(helper, "birth_date", "1950", "Nobody")
    hit, miss = list_events(Action.PERSON_SEARCHED)
    assert (hit.reason_code, hit.person_id) == ("stated.other", person_id)
    assert (miss.reason_code, miss.person_id) == ("stated.person_is_here", None)
    assert hit.commitment
    for secret in (b"Lovelace", b"1942", b"ward"):
        assert secret not in hit.body
    with pytest.raises(InvalidInput):
        search(helper, "birth_date", "1942", "Ada", why="other")
    with pytest.raises(InvalidInput):
        search(helper, "birth_date", "1942", "Ada", why="curious")


def test_searching_without_end_is_stopped_for_that_account_alone(helper: Actor) -> None:
    for _ in range(MOST_SEARCHES):
        search(helper, "birth_date", "1942", "Nobody")
    with pytest.raises(TooManyAttempts) as stopped:
        search(helper, "birth_date", "1942", "Nobody")
    assert 0 < stopped.value.retry_after <= 600
    search(make_helper(make_desk()), "birth_date", "1942", "Nobody")
    with clock.set_clock(days_later(0.01)):
        search(helper, "birth_date", "1942", "Nobody")


def test_the_reason_of_a_search_explains_opening_what_it_found(helper: Actor) -> None:
    person_id = make_person(make_helper(make_desk()), birth_date="1942")
    with pytest.raises(ReasonNeeded):
        service.open_person(actor=helper, person_id=person_id)
    search(helper, "birth_date", "1942", "Ada Lovelace", why="other", why_words="Asked by the ward")
    service.open_person(actor=helper, person_id=person_id)
    (opened,) = list_events(Action.PERSON_OPENED)
    assert opened.reason_code == "stated.other"
    assert opened.commitment
    with pytest.raises(ReasonNeeded):
        service.open_person(actor=make_helper(make_desk()), person_id=person_id)
    with clock.set_clock(days_later(0.05)), pytest.raises(ReasonNeeded):
        service.open_person(actor=helper, person_id=person_id)


def test_who_registered_somebody_is_not_asked_why_for_an_hour(helper: Actor) -> None:
    person_id = make_person(helper)
    service.open_person(actor=helper, person_id=person_id)
    (opened,) = list_events(Action.PERSON_OPENED)
    assert opened.reason_code == "explained.registered"
    with clock.set_clock(days_later(0.05)), pytest.raises(ReasonNeeded):
        service.open_person(actor=helper, person_id=person_id)
    with pytest.raises(InvalidInput):
        service.state_reason(actor=helper, person_id=person_id, reason="registered")


def test_what_was_searched_for_is_filled_in_when_nobody_was_found(app: Any, helper: Actor) -> None:
    outcome = search(helper, "birth_date", "1942-03", "Kwabena")
    address = f"/people/register?search={outcome.search_id}"
    client = app.test_client()
    sign_in(client, helper)
    page = soup(client.get(address))
    assert page.select_one("#name")["value"] == "Kwabena"
    typed = [page.select_one(f"#birth_date-{part}").get("value") for part in ("month", "year")]
    assert typed == ["3", "1942"]
    other = app.test_client()
    sign_in(other, make_helper(make_desk()))
    assert not soup(other.get(address)).select_one("#name").get("value")


def test_nobody_opens_their_own_or_a_relatives_record(helper: Actor) -> None:
    desk = make_desk()
    manager, twin = make_helper(desk, role="manager"), other_account(desk, helper)
    own, mothers = make_person(helper, "Own Self"), make_person(helper, "Mother Dear")
    assert twin.membership_id is not None
    with reading():
        reference = queries.get_person(own).reference
    service.link_human(actor=manager, membership_id=twin.membership_id, person_reference=reference)
    with reading():
        declare_relative(helper, queries.get_person(mothers).reference)
    for actor in (helper, twin):
        with pytest.raises(OwnRecord):
            service.open_person(actor=actor, person_id=own, stated_reason="open_matter")
        with pytest.raises(OwnRecord):
            service.change_person(actor=actor, person_id=own, version=2, name="Other")
        with pytest.raises(RelativesRecord):
            service.open_person(actor=actor, person_id=mothers, stated_reason="open_matter")
    assert {e.reason_code for e in list_events(Action.ACT_REFUSED)} == {
        "own_record",
        "relatives_record",
    }
    assert {e.person_id for e in list_events(Action.ACT_REFUSED)} == {own, mothers}
    service.open_person(actor=make_helper(make_desk()), person_id=own, stated_reason="open_matter")


def test_who_is_not_there_is_not_found(helper: Actor) -> None:
    with pytest.raises(NotFound):
        service.open_person(actor=helper, person_id=new_id(), stated_reason="open_matter")


def test_the_pages_ask_why_and_lead_on(app: Any, helper: Actor) -> None:
    client = app.test_client()
    sign_in(client, helper)
    person_id = make_person(make_helper(make_desk()), "<svg/onload=x>\"' Ada", birth_date="1942")
    reference = reference_of(person_id)
    asked = client.get(f"/people/{reference}/contact")
    assert asked.status_code == 303
    assert asked.location.startswith(f"/people/{reference}/reason?next=")
    page = client.get(asked.location)
    assert "svg/onload" not in page.get_data(as_text=True)
    token = read_token(page.get_data(as_text=True))
    answer = client.post(
        asked.location, data={"csrf_token": token, "why": "on_the_telephone", "save": "yes"}
    )
    assert answer.location == f"/people/{reference}/contact"
    assert client.get(answer.location).status_code == 403  # stated: the details stay covered
    make_case(helper, person_id)
    shown = client.get(answer.location)
    assert shown.status_code == 200
    assert "<svg" not in shown.get_data(as_text=True).split("<main")[1].split("</main>")[0]
    assert "svg" not in shown.get_data(as_text=True).split("</title>")[0]


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def read_token(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").select_one("main input[name=csrf_token]")
    assert found is not None
    return str(found["value"])


def test_a_search_by_page_shows_the_least_and_puts_nothing_into_addresses(
    app: Any, helper: Actor
) -> None:
    client = app.test_client()
    sign_in(client, helper)
    make_person(
        helper, "Ada Lovelace", birth_date="1942-03-27", national_insurance_number="AB123456C"
    )
    token = read_token(client.get("/people").get_data(as_text=True))
    data = {
        "csrf_token": token,
        "why": "person_is_here",
        "by": "birth_date",
        "name": "Ada Lovelace",
        "birth_date-year": "1942",
        "save": "yes",
    }
    answer = client.post("/people", data=data)
    assert answer.status_code == 303
    assert "Ada" not in answer.location
    results = client.get(answer.location).get_data(as_text=True)
    assert "Ada Lovelace" in results
    assert "1942" in results
    for hidden in ("27 March", "AB 12", "AB12"):
        assert hidden not in results
    assert client.get("/people?name=Ada&by=birth_date").status_code == 200
    stranger = app.test_client()
    sign_in(stranger, make_helper(make_desk()))
    assert stranger.get(answer.location).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/people",
        "/people/register",
        "{}/details",
        "{}/contact",
        "{}/contact/add",
        "{}/address",
        "{}/safe-contact",
        "{}/identity",
    ],
)
def test_no_page_asks_more_than_twelve_statements(
    app: Any, database: Any, helper: Actor, path: str
) -> None:
    client = app.test_client()
    sign_in(client, helper)
    person_id = make_person(helper, contact_points=[mobile()], support_needs="Time")
    service.state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    with reading():
        reference = queries.get_person(person_id).reference
    address = path.format(f"/people/{reference}")
    client.get(address)
    with counted_statements(database) as statements:
        assert client.get(address).status_code == 200
    assert len(statements) <= 12, statements


def test_birth_dates_of_today_and_the_future(helper: Actor) -> None:
    today = clock.today()
    make_person(helper, "New Born", birth_date=str(PartialDate.of(today)))
    with pytest.raises(InvalidInput):
        make_person(helper, "Not Born", birth_date=str(date(today.year + 1, 1, 1)))
