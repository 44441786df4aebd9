"""Stories: what every feature adds to a person's page and to a case, in one statement."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.consent.rules import Power
from assistedaccess.consent.words import POWERS
from assistedaccess.delegation import service as delegation_service
from assistedaccess.desk import sources
from assistedaccess.desk.story import Scope, read_story
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.people.queries import get_person
from assistedaccess.people.service import state_reason
from assistedaccess.web.filters import format_date
from tests.factories import applications, casework, consent, delegation, people
from tests.factories.applications import Scene
from tests.support.statements import counted_statements

MOST_STATEMENTS = 12  # issue 2, Speed


@pytest.fixture
def scene(app: Flask, client: FlaskClient) -> Scene:
    made = applications.make_scene()
    people.sign_in(client, made.helper)
    return made


def person_page(scene: Scene) -> str:
    with reading():
        return f"/people/{get_person(scene.person_id).reference}"


def text_of(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def help_elsewhere(scene: Scene, **more: object) -> None:
    make_record_of_help(
        actor=scene.helper,
        person_id=scene.person_id,
        case_id=scene.case.id,
        asked="Change the address on the badge",
        word="here",
        said_yes=True,
        **{"service": "blue-badge", **more},  # type: ignore[arg-type]
    )


def test_a_draft_waits_on_today_and_in_its_case(client: FlaskClient, scene: Scene) -> None:
    reference = applications.start(scene)
    for path in ("/today", f"/cases/{scene.case.reference}", person_page(scene)):
        page = text_of(client, path)
        assert f"/applications/{reference}" in page
        assert "Not submitted yet" in page
    story = text_of(client, f"/cases/{scene.case.reference}").split('id="story"')[1]
    assert "Application: Blue Badge" in story


def test_help_elsewhere_stands_in_the_story_with_what_was_asked(
    client: FlaskClient, scene: Scene
) -> None:
    help_elsewhere(scene)
    help_elsewhere(scene, service=None, other_service="Library card")
    for path in (f"/cases/{scene.case.reference}", person_page(scene)):
        page = text_of(client, path)
        assert "Help on another website: Blue Badge" in page
        assert "Change the address on the badge" in page
        assert "Library card: Change the address on the badge" in page


def test_a_claim_that_went_off_is_at_risk_no_more(client: FlaskClient, scene: Scene) -> None:
    case = casework.make_case(
        scene.helper,
        scene.person_id,
        service="attendance-allowance",
        first_contact_on=clock.today() - timedelta(days=40),
    )
    assert case.reference in text_of(client, "/claim-dates")
    make_record_of_help(
        actor=scene.helper,
        person_id=scene.person_id,
        case_id=case.id,
        service="attendance-allowance",
        asked="Send the claim",
        word="here",
        said_yes=True,
        was_sent=True,
    )
    assert case.reference not in text_of(client, "/claim-dates")
    assert "Claim sent" in text_of(client, f"/cases/{case.reference}")


def test_who_may_act_is_shown_to_every_organisation(client: FlaskClient, scene: Scene) -> None:
    last_day = clock.today() + timedelta(days=90)
    delegation_id = delegation.grant(scene.helper, scene.person_id, until_on=last_day)
    reference = delegation.get_delegation(delegation_id).reference
    other = people.make_helper(people.make_desk("Elsewhere"))
    casework.make_case(other, scene.person_id, need="Elsewhere")
    for actor in (scene.helper, other):
        people.sign_in(client, actor)
        page = text_of(client, person_page(scene))
        assert f"/delegations/{reference}" in page
        assert "Harriet Helper" in page
        assert str(POWERS[Power.SUBMIT]) in page
        assert format_date(last_day) in page
    assert "The person said yes: Blue Badge" not in page  # consents stay where they were given
    delegation_service.freeze(
        actor=other, person_id=scene.person_id, how="in_front", is_proven=True
    )
    assert "Stopped for now" in text_of(client, person_page(scene))
    delegation_service.end_all(actor=other, person_id=scene.person_id, how="in_front")
    assert f"/delegations/{reference}" not in text_of(client, person_page(scene))


def test_a_story_is_one_statement_and_goes_on_by_key(scene: Scene, database: Database) -> None:
    applications.start(scene)
    help_elsewhere(scene)
    casework.fill_story(scene.helper, scene.case, 30)
    scope = Scope(scene.helper, scene.person_id, scene.case.id)
    with reading(), counted_statements(database) as statements:
        first = read_story(scope, sources.CASE_STORY, limit=20)
    assert len(statements) == 1
    with reading():
        second = read_story(scope, sources.CASE_STORY, before=first.older, limit=20)
    keys = [entry.id for entry in first.entries + second.entries]
    assert keys == sorted(keys, reverse=True)
    assert len(first.entries) == 20
    assert second.older is None
    kinds = {entry.kind for entry in second.entries}
    assert {"note", "application", "help", "change"} <= kinds


def test_who_was_erased_leaves_a_story_without_words(client: FlaskClient, scene: Scene) -> None:
    help_elsewhere(scene)
    run_transaction(lambda: encryption.forget(scene.person_id))
    page = text_of(client, f"/cases/{scene.case.reference}")
    assert "Change the address" not in page
    assert "Help on another website: Blue Badge" in page


@pytest.mark.parametrize("page", ["today", "person", "case"])
def test_many_drafts_and_delegations_cost_no_more_statements(
    client: FlaskClient, scene: Scene, database: Database, page: str
) -> None:
    path = {
        "today": "/today",
        "person": person_page(scene),
        "case": f"/cases/{scene.case.reference}",
    }[page]
    counts = []
    for _round in range(2):
        for _number in range(4):
            case = casework.make_case(scene.helper, scene.person_id, service="blue-badge")
            more = Scene(**{**scene.__dict__, "case": case})
            applications.start(more)
            help_elsewhere(more)
            delegation.grant(scene.helper, scene.person_id)
        client.get(path)
        with counted_statements(database) as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= MOST_STATEMENTS, (counts, statements)


def test_buttons_lead_to_what_this_role_may_do(client: FlaskClient, scene: Scene) -> None:
    page = text_of(client, f"/cases/{scene.case.reference}")
    for words in ("Start an application", "Record help on another website", "Add a task"):
        assert words in page
    lead = people.make_helper(scene.desk, role="safeguarding_lead")
    people.sign_in(client, lead)
    state_reason(actor=lead, person_id=scene.person_id, reason="safeguarding")
    page = text_of(client, f"/cases/{scene.case.reference}")
    for words in ("Start an application", "Record help", "Add a task", "Write a note"):
        assert words not in page
    assert "Stop" in text_of(client, person_page(scene))


def test_what_was_agreed_today_stands_on_the_page_until_taken_back(
    client: FlaskClient, scene: Scene
) -> None:
    assert "Agreed today" in text_of(client, person_page(scene))
    with clock.set_clock(people.days_later(1)):
        people.sign_in(client, scene.helper)
        consent.assist(scene.helper, scene.person_id, "council-tax-reduction")
        page = text_of(client, person_page(scene))
        agreed = page.split('id="today"')[1].split("<h2")[0]
    assert "Council Tax Reduction" in agreed
    assert "Blue Badge" not in agreed
