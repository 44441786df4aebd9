"""Registering: people as they are, once, and never merged by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from assistedaccess.audit.actions import Action
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.partial_date import PartialDate
from assistedaccess.kernel.text import UnfitText, clean_text
from assistedaccess.kernel.transactions import reading
from assistedaccess.people import queries, rules, service
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.rules_matching import Likeness
from tests.factories.people import (
    email,
    make_desk,
    make_helper,
    make_person,
    mobile,
    register,
    sign_in,
)


@pytest.fixture
def helper(app: Any) -> Actor:
    """Somebody at a desk."""
    return make_helper(make_desk())


def count_people() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def refusal_of(make: Callable[[], UUID]) -> InvalidInput | UUID:
    """What was made, or why it was not."""
    try:
        return make()
    except InvalidInput as error:
        return error


def list_actions(person_id: Any = None) -> list[str]:
    with reading() as session:
        query = select(AuditEvent.action).order_by(AuditEvent.id)
        if person_id is not None:
            query = query.where(AuditEvent.person_id == person_id)
        return list(session.scalars(query))


def test_a_name_alone_is_enough(helper: Actor) -> None:
    person_id = make_person(helper, "李")
    with reading():
        person = queries.get_person(person_id)
        assert queries.birth_date(person).is_unknown
        assert person.housing == "not_known"
        assert person.national_insurance_number is None
        assert queries.list_contact_points(person_id) == []
        assert queries.identity_level(person_id) == "none"


@settings(max_examples=40)
@given(name=st.text(max_size=220), known_as=st.none() | st.text(max_size=30))
def test_any_text_is_a_name_or_is_refused_with_words(
    helper: Actor, name: str, known_as: str | None
) -> None:
    made = refusal_of(lambda: make_person(helper, name, known_as=known_as))
    if isinstance(made, InvalidInput):
        assert made.field in ("name", "known_as")
        assert made.words
        return
    with reading():
        person = queries.get_person(made)
        assert person.name == clean_text(name)
        assert rules.name_fault(person.name) is None


@settings(max_examples=40)
@given(
    value=st.text(max_size=12)
    | st.dates().map(str)
    | st.from_regex(r"\d{4}(-\d\d)?", fullmatch=True)
)
def test_a_birth_date_is_kept_as_far_as_it_is_known(helper: Actor, value: str) -> None:
    made = refusal_of(lambda: make_person(helper, birth_date=value))
    if isinstance(made, InvalidInput):
        assert made.field == "birth_date"
        return
    with reading():
        kept = queries.birth_date(queries.get_person(made))
    assert kept == PartialDate.from_text(value)
    assert kept.year is None or kept.year >= 1880


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\ud800b", "\ufffe"])
def test_hostile_text_is_refused_at_each_field_on_both_databases(helper: Actor, text: str) -> None:
    with pytest.raises(UnfitText):
        clean_text(text)
    for field, value in (
        ("name", text),
        ("known_as", text),
        ("support_needs", text),
        ("best_times", text),
        ("safe_words", text),
        ("spoken_language", text),
        ("address", {"line_1": text, "town": "X"}),
        ("contact_points", [{"kind": "postal", "value": text}]),
    ):
        arguments: dict[str, Any] = {"name": "Ada", "housing": "address"}
        arguments["address"] = {"line_1": "1 High Street", "town": "X"}
        arguments[field] = value
        with pytest.raises(InvalidInput):
            service.register_person(actor=helper, request_key=new_request_key(), **arguments)
    assert count_people() == 0


def test_secrets_are_sealed_and_found_by_fingerprint(helper: Actor) -> None:
    person_id = make_person(
        helper,
        national_insurance_number="ab 12 34 56 c",
        housing="address",
        address={"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "ls14ap"},
        letters_are_safe=True,
        support_needs="Is easily tired",
        safe_words="Ask for Jo",
        contact_points=[mobile()],
    )
    with reading() as session:
        for table in ("person", "contact_point", "notice", "notice_entry", "audit_detail"):
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
            stored = repr([bytes(v) if isinstance(v, memoryview) else v for r in rows for v in r])
            for secret in (
                "AB123456C",
                "Mill Lane",
                "LS1 4AP",
                "easily tired",
                "Ask for Jo",
                "7700900123",
            ):
                assert secret not in stored, (table, secret)
        person = queries.get_person(person_id)
        assert person.nino_fingerprint == encryption.fingerprint(
            "national_insurance_number", "AB123456C"
        )
        view = queries.make_view(person, rules.IdentityLevel.NONE)
        assert view.shown_nino == "AB 12 34 56 C"
        assert view.address is not None
        assert view.address.postcode == "LS1 4AP"
        kinds = [p.kind for p in queries.list_contact_points(person_id)]
    assert kinds == ["mobile", "postal"]


def test_a_probable_duplicate_is_shown_and_nothing_is_made(helper: Actor) -> None:
    first = make_person(helper, birth_date="1942-03-27")
    again = register(helper, "ada  LOVELACE", birth_date="1942-03-27")
    assert again.person_id is None
    (shown,) = again.duplicates
    assert shown.person_id == first
    assert shown.reasons == (Likeness.SAME_NAME_AND_BIRTH_DATE,)
    assert count_people() == 1
    assert Action.PERSON_DUPLICATE_SHOWN in list_actions(first)


def test_two_people_may_have_one_name_and_birth_date(helper: Actor) -> None:
    first = make_person(helper, birth_date="1942-03-27")
    done = register(helper, birth_date="1942-03-27")
    other = register(
        helper,
        birth_date="1942-03-27",
        somebody_else=[duplicate.reference for duplicate in done.duplicates],
    )
    assert other.person_id not in (None, first)
    assert count_people() == 2


def test_who_is_somebody_else_than_one_may_still_be_another(helper: Actor) -> None:
    make_person(helper, birth_date="1942-03-27")
    first_shown = register(helper, birth_date="1942-03-27").duplicates[0].reference
    make_person(helper, birth_date="1942-03-27")
    done = register(helper, birth_date="1942-03-27", somebody_else=[first_shown])
    assert done.person_id is None
    assert len(done.duplicates) == 2


NINO = "national_insurance_number"
POINTS = "contact_points"


@pytest.mark.parametrize(
    ("existing", "new", "reason"),
    [
        ({NINO: "AB123456C"}, {NINO: "AB 12 34 56 C", "name": "Bo"}, Likeness.SAME_NINO),
        (
            {POINTS: [mobile()]},
            {POINTS: [mobile("+44 7700 900123")], "name": "Ada"},
            Likeness.SAME_CONTACT_AND_NEAR_NAME,
        ),
        (
            {POINTS: [email()]},
            {POINTS: [email("ADA@example.org")]},
            Likeness.SAME_CONTACT_AND_NEAR_NAME,
        ),
        (
            {"birth_date": "1942-03-27"},
            {"birth_date": "1942-03-27", "name": "Ada Lovelase"},
            Likeness.NEAR_NAME_AND_BIRTH_DATE,
        ),
        (
            {"birth_date": "1942"},
            {"birth_date": "1942-03-27"},
            Likeness.SAME_NAME_AND_BIRTH_DATE,
        ),
    ],
)
def test_why_a_record_is_shown(
    helper: Actor, existing: dict[str, Any], new: dict[str, Any], reason: Likeness
) -> None:
    make_person(helper, **existing)
    done = register(helper, **new)
    assert [duplicate.reasons for duplicate in done.duplicates] == [(reason,)]


def test_where_somebody_lives_in_hiding_is_not_given_away_by_a_likeness(helper: Actor) -> None:
    address = {"line_1": "14 Mill Lane", "postcode": "LS1 4AP"}
    make_person(helper, housing="address", address=address, hides_address=True)
    done = register(helper, housing="address", address=address)
    assert done.person_id is not None


def test_one_request_sent_twice_makes_one_person(helper: Actor) -> None:
    key = new_request_key()
    first = register(helper, request_key=key, birth_date="1942-03-27")
    second = register(helper, request_key=key, birth_date="1942-03-27")
    assert first.person_id == second.person_id
    assert count_people() == 1
    assert Action.REQUEST_REPEATED in list_actions(first.person_id)


def test_a_key_that_asked_back_can_go_on(helper: Actor) -> None:
    make_person(helper, birth_date="1942-03-27")
    key = new_request_key()
    asked = register(helper, request_key=key, birth_date="1942-03-27")
    others = [duplicate.reference for duplicate in asked.duplicates]
    made = register(helper, request_key=key, birth_date="1942-03-27", somebody_else=others)
    again = register(helper, request_key=key, birth_date="1942-03-27", somebody_else=others)
    assert made.person_id == again.person_id is not None


def test_a_key_is_bound_to_who_sent_it(helper: Actor) -> None:
    key = new_request_key()
    first = register(helper, request_key=key)
    other = register(make_helper(make_desk()), "Bo", request_key=key)
    assert first.person_id != other.person_id


@pytest.mark.parametrize("rounds", [10])
def test_a_double_click_makes_one_person(helper: Actor, rounds: int) -> None:
    for number in range(rounds):
        key, barrier, made = new_request_key(), threading.Barrier(2), []

        def click(
            key: str = key,
            barrier: threading.Barrier = barrier,
            made: list[Any] = made,
            name: str = f"Twice {number}",
        ) -> None:
            barrier.wait()
            made.append(register(helper, name, request_key=key).person_id)

        threads = [threading.Thread(target=click) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == 2
        assert len(set(made)) == 1
    assert count_people() == rounds


def test_the_page_registers_once_however_often_it_is_sent(app: Any, helper: Actor) -> None:
    client = app.test_client()
    sign_in(client, helper)
    page = client.get("/people/register").get_data(as_text=True)
    fields = {"name": "Ada", "language": "en", "housing": "not_known", "save": "yes"}
    fields |= {name: read_hidden(page, name) for name in ("csrf_token", "request_key")}
    answers = [client.post("/people/register", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count_people() == 1


def read_hidden(page: str, name: str) -> str:
    from bs4 import BeautifulSoup

    found = BeautifulSoup(page, "html.parser").select_one(f"main input[name={name}]")
    assert found is not None
    return str(found["value"])


def test_a_change_keeps_what_stood_there_and_needs_the_newest_version(helper: Actor) -> None:
    person_id = make_person(helper, birth_date="1942")
    service.change_person(
        actor=helper, person_id=person_id, version=1, name="Ada King", birth_date="1942-03-27"
    )
    with reading():
        person = queries.get_person(person_id)
        assert (person.name, person.version, person.birth_day) == ("Ada King", 2, 27)
    with pytest.raises(StaleVersion):
        service.change_person(actor=helper, person_id=person_id, version=1, name="Ada Byron")
    with pytest.raises(InvalidInput):
        service.change_person(
            actor=helper, person_id=person_id, version=2, name="Ada King", birth_date="1942-03-27"
        )
    assert Action.PERSON_CHANGED in list_actions(person_id)


def test_an_address_that_is_no_way_to_reach_them_makes_no_contact_point(helper: Actor) -> None:
    make_person(helper, housing="address", address={"line_1": "14 Mill Lane", "town": "X"})
    with reading():
        assert get_session().scalar(select(func.count()).select_from(ContactPoint)) == 0
