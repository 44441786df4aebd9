"""Reads with a reason: what explains a look, what stays covered, and what breaks the glass."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.audit.explain import DetailsCovered, LookUnexplained, ReasonNeeded
from assistedaccess.casework import service as casework
from assistedaccess.casework import service_queue
from assistedaccess.delegation import service_viewing as delegations
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.controls import Act, Finding, Verdict
from assistedaccess.kernel.errors import Held, InvalidInput, Refused
from assistedaccess.kernel.ids import new_id
from assistedaccess.people import service, service_search
from assistedaccess.people.queries import PersonView
from tests.factories import delegation, referrals
from tests.factories.people import (
    Desk,
    make_desk,
    make_helper,
    make_person,
    mobile,
    reference_of,
    sign_in,
)
from tests.support.journal import last_event
from tests.support.pages import read_token

SECRETS = ("14 Mill Lane", "LS1 4AP", "07700", "900123", "27 March 1942", "Bad hip", "red door")


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk()


@pytest.fixture
def person_id(desk: Desk) -> UUID:
    return make_person(
        make_helper(desk),
        "Ada Lovelace",
        birth_date="1942-03-27",
        housing="address",
        address={"line_1": "14 Mill Lane", "postcode": "LS1 4AP"},
        contact_points=[mobile()],
        support_needs="Bad hip",
        safe_words="Knock at the red door",
    )


@pytest.fixture
def helper(desk: Desk) -> Actor:
    """Not who registered the person."""
    return make_helper(desk)


def state(actor: Actor, person_id: UUID, reason: str = "person_is_here", **more: Any) -> None:
    service.state_reason(actor=actor, person_id=person_id, reason=reason, **more)


def look(actor: Actor, person_id: UUID) -> PersonView:
    return service.open_person(actor=actor, person_id=person_id)


def open_case(actor: Actor, person_id: UUID) -> UUID:
    return casework.open_case(
        actor=actor,
        person_id=person_id,
        need="Blue Badge",
        why_help=["no_device"],
        first_contact_on=clock.today(),
    )


def test_a_stated_reason_opens_the_record_with_its_details_covered(
    helper: Actor, person_id: UUID
) -> None:
    state(helper, person_id)
    shown = look(helper, person_id)
    assert shown.is_covered
    assert shown.name == "Ada Lovelace"
    text = repr(shown)
    assert not [secret for secret in SECRETS if secret in text]
    assert (shown.birth_date.month, shown.birth_date.day) == (None, None)
    assert last_event("person.opened").reason_code == "stated.person_is_here"


def test_taking_a_case_uncovers_it(helper: Actor, person_id: UUID) -> None:
    state(helper, person_id)
    open_case(helper, person_id)
    shown = look(helper, person_id)
    assert not shown.is_covered
    assert shown.address is not None
    assert last_event("person.opened").reason_code == "explained.open_case"


@pytest.mark.parametrize("reason", ["risk_to_life", "safeguarding"])
def test_breaking_the_glass_opens_everything_at_once(
    helper: Actor, person_id: UUID, reason: str
) -> None:
    state(helper, person_id, reason, words="She said that he is coming")
    shown = look(helper, person_id)
    assert not shown.is_covered
    assert shown.address is not None
    assert last_event("person.opened").reason_code == f"break_glass.{reason}"
    an_hour_later = clock.now() + timedelta(minutes=61)
    with clock.set_clock(an_hour_later), pytest.raises(ReasonNeeded):
        look(helper, person_id)


def test_glass_is_broken_without_a_word_and_a_control_holds_no_risk_to_life(
    helper: Actor, person_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def third_in_a_week(act: Act) -> list[Finding]:
        if act.name != "people.break_glass":
            return []
        return [Finding(Verdict.HOLD, "third_in_a_week", "A second human looks first.")]

    monkeypatch.setattr("assistedaccess.kernel.controls._controls", [third_in_a_week])
    with pytest.raises(Held):
        state(helper, person_id, "safeguarding")
    state(helper, person_id, "risk_to_life")
    assert not look(helper, person_id).is_covered


def test_looks_without_an_explanation_are_told_to_whoever_keeps_the_queue(
    helper: Actor, person_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[LookUnexplained] = []
    monkeypatch.setattr("assistedaccess.kernel.events._handlers", _only(told.append))
    state(helper, person_id)
    look(helper, person_id)
    state(helper, person_id, "risk_to_life")
    look(helper, person_id)
    open_case(helper, person_id)
    look(helper, person_id)
    assert [(one.look.reason, one.broke_glass) for one in told] == [
        ("stated.person_is_here", False),
        ("break_glass.risk_to_life", True),
    ]


def _only(handler: Any) -> Any:
    from collections import defaultdict

    handlers: Any = defaultdict(list)
    handlers[LookUnexplained].append(handler)
    return handlers


def test_who_registered_somebody_goes_on_for_an_hour(desk: Desk) -> None:
    helper = make_helper(desk)
    person_id = make_person(helper, "Grace Hopper")
    assert not look(helper, person_id).is_covered
    assert last_event("person.opened").reason_code == "explained.registered"
    with clock.set_clock(clock.now() + timedelta(minutes=61)):
        state(helper, person_id)
        assert look(helper, person_id).is_covered


def test_nobody_states_that_they_registered_somebody(helper: Actor, person_id: UUID) -> None:
    with pytest.raises(InvalidInput):
        state(helper, person_id, "registered")


def test_a_place_in_the_queue_explains_to_a_colleague_today(
    desk: Desk, helper: Actor, person_id: UUID
) -> None:
    waiting = service_queue.add_waiting_person(
        actor=make_helper(desk), called="Ada", person_reference=reference_of(person_id)
    )
    assert not look(helper, person_id).is_covered
    assert last_event("person.opened").reason_code == "explained.queue"
    for away in (make_helper(make_desk("Elsewhere")), replace(helper, site_id=new_id())):
        with pytest.raises(ReasonNeeded):
            look(away, person_id)
    state(make_helper(make_desk("Elsewhere")), person_id)
    with clock.set_clock(clock.now() + timedelta(days=1)):
        state(helper, person_id)
        assert look(helper, person_id).is_covered
    colleague = make_helper(desk)
    assert not look(colleague, person_id).is_covered
    service_queue.note_person_left(actor=helper, waiting_person_id=waiting)
    with pytest.raises(ReasonNeeded):
        look(colleague, person_id)


def test_a_place_in_the_queue_that_one_gave_oneself_explains_nothing(
    helper: Actor, person_id: UUID
) -> None:
    service_queue.add_waiting_person(
        actor=helper, called="Ada", person_reference=reference_of(person_id)
    )
    state(helper, person_id)
    assert look(helper, person_id).is_covered


def test_calling_somebody_leads_to_their_record(
    app: Flask, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    reference = reference_of(person_id)
    waiting = service_queue.add_waiting_person(
        actor=make_helper(desk), called="Ada", person_reference=reference
    )
    client = app.test_client()
    sign_in(client, helper)
    token = read_token(client.get("/today"))
    answer = client.post(f"/waiting/{waiting}/take", data={"csrf_token": token})
    assert answer.location == f"/people/{reference}"
    with pytest.raises(InvalidInput):
        service_queue.add_waiting_person(actor=helper, called="Ada", person_reference="P-0000-0000")


DETAILED = ("details", "contact", "contact/add", "address", "safe-contact", "identity", "history")


@pytest.mark.parametrize("path", DETAILED)
def test_no_page_shows_what_is_covered(
    app: Flask, helper: Actor, person_id: UUID, path: str
) -> None:
    client, reference = app.test_client(), reference_of(person_id)
    sign_in(client, helper)
    state(helper, person_id)
    answer = client.get(f"/people/{reference}/{path}")
    assert answer.status_code == 403
    assert "Open a case" in answer.text
    assert not [secret for secret in SECRETS if secret in answer.text]
    assert last_event("act.refused").person_id == person_id


def test_the_covered_page_shows_who_it_is_and_how_to_uncover_it(
    app: Flask, helper: Actor, person_id: UUID
) -> None:
    client, reference = app.test_client(), reference_of(person_id)
    sign_in(client, helper)
    state(helper, person_id)
    page = client.get(f"/people/{reference}").text
    assert "Ada Lovelace" in page
    assert "1942" in page
    for words in ("Open a case", "Record a yes to help today", "Stop", "life is at risk"):
        assert words in page
    assert not [secret for secret in SECRETS if secret in page]
    open_case(helper, person_id)
    page = client.get(f"/people/{reference}").text
    assert "14 Mill Lane" in page


def test_delegations_are_covered_too_but_never_stop(helper: Actor, person_id: UUID) -> None:
    state(helper, person_id)
    with pytest.raises(DetailsCovered):
        delegations.open_delegations(actor=helper, person_id=person_id)
    delegations.open_to_stop(actor=helper, person_id=person_id)


def test_breaking_the_glass_from_the_page(app: Flask, helper: Actor, person_id: UUID) -> None:
    client, reference = app.test_client(), reference_of(person_id)
    sign_in(client, helper)
    asked = client.get(f"/people/{reference}")
    assert asked.status_code == 303
    page = client.get(asked.location)
    answer = client.post(
        asked.location, data={"csrf_token": read_token(page), "why": "risk_to_life"}
    )
    assert answer.status_code == 303
    assert "14 Mill Lane" in client.get(answer.location).text


# -- records that show nothing in lists


def search(actor: Actor, name: str = "Ada Lovelace") -> service_search.SearchOutcome:
    return service_search.search_people(
        actor=actor, why="person_is_here", by="birth_date", value="1942-03-27", name=name
    )


def protect(desk: Desk, person_id: UUID) -> None:
    lead = make_helper(desk, role="safeguarding_lead")
    service.set_protection(actor=lead, person_id=person_id, protect=True, words="On the news")


def hide_address(_desk: Desk, person_id: UUID) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction
    from assistedaccess.people.models import Person

    def write() -> None:
        get_session().get_one(Person, person_id).hides_address = True

    run_transaction(write)


def make_staff(desk: Desk, person_id: UUID) -> None:
    somebody = make_helper(desk)
    assert somebody.membership_id is not None
    service.link_human(
        actor=make_helper(desk, role="manager"),
        membership_id=somebody.membership_id,
        person_reference=reference_of(person_id),
    )


@pytest.mark.parametrize("make_sensitive", [protect, hide_address, make_staff])
def test_a_sensitive_record_shows_nothing_in_lists(
    app: Flask, desk: Desk, helper: Actor, person_id: UUID, make_sensitive: Any
) -> None:
    reference = reference_of(person_id)
    open_case(make_helper(desk), person_id)
    make_sensitive(desk, person_id)
    found = search(helper).found[0]
    assert (found.reference, found.name, found.birth_year, found.postcode_part) == (
        reference,
        "",
        None,
        "",
    )
    client = app.test_client()
    sign_in(client, helper)
    for path in (f"/people/results/{search(helper).search_id}", "/cases?whose=all", "/today"):
        page = client.get(path).text
        assert "Lovelace" not in page
        assert "A.\N{NO-BREAK SPACE}L." not in page
    again = service.register_person(
        actor=helper, name="Ada Lovelace", birth_date="1942-03-27", request_key="k" * 32
    )
    assert [(one.reference, one.name) for one in again.duplicates] == [(reference, "")]


@pytest.mark.parametrize(
    ("make", "is_watched"), [(protect, True), (make_staff, True), (hide_address, False)]
)
def test_what_stands_at_a_desk_is_no_reason_for_all_there_to_see_whom_many_would(
    desk: Desk, helper: Actor, person_id: UUID, make: Any, is_watched: bool
) -> None:
    owner, caller = make_helper(desk), make_helper(desk)
    state(owner, person_id)
    referrals.refer(owner, open_case(owner, person_id))
    delegation.grant(owner, person_id, holder_kind="organisation")
    waiting = service_queue.add_waiting_person(
        actor=owner, called="Ada", person_reference=reference_of(person_id)
    )
    assert not look(helper, person_id).is_covered
    make(desk, person_id)
    if is_watched:
        with pytest.raises(ReasonNeeded):
            look(helper, person_id)
    else:
        assert not look(helper, person_id).is_covered
    service_queue.take_waiting_person(actor=caller, waiting_person_id=waiting)
    for own in (owner, caller):
        assert not look(own, person_id).is_covered


def test_only_the_safeguarding_lead_protects_and_says_why(
    client: FlaskClient, desk: Desk, helper: Actor, person_id: UUID
) -> None:
    with pytest.raises(Refused):
        service.set_protection(actor=helper, person_id=person_id, protect=True, words="x")
    lead = make_helper(desk, role="safeguarding_lead")
    with pytest.raises(InvalidInput):
        service.set_protection(actor=lead, person_id=person_id, protect=True, words=" ")
    sign_in(client, lead)
    state(lead, person_id)
    path = f"/people/{reference_of(person_id)}/protection"
    page = client.get(path)
    assert page.status_code == 200
    data = {"csrf_token": read_token(page), "words": "On the news", "protect": "yes"}
    assert client.post(path, data=data).status_code == 303
    assert last_event("person.protected").person_id == person_id
    page = client.get(path)
    data = {"csrf_token": read_token(page), "words": "Forgotten", "unprotect": "yes"}
    assert client.post(path, data=data).status_code == 303
    assert last_event("person.unprotected").person_id == person_id
    assert search(helper).found[0].name == "Ada Lovelace"
