"""What help a case took, counted when it is closed: in three clicks, never required."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.casework import service
from assistedaccess.casework.models_closings import CaseClosing
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.rules_closings import main_channel
from assistedaccess.consent import service as consents
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.transactions import reading
from tests.factories.casework import close_case, get_case, make_case
from tests.factories.people import make_desk, make_helper, make_person, sign_in
from tests.support.pages import send

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def helper(app: Flask) -> Actor:
    return make_helper(make_desk())


def load(case: CaseDetails) -> CaseClosing:
    with reading() as session:
        return session.get_one(CaseClosing, case.id)


def close(helper: Actor, case: CaseDetails, **counted: str) -> None:
    service.close_case(
        actor=helper, case_id=case.id, version=case.version, reason="done", counted=counted
    )


def test_nothing_has_to_be_said_and_visits_are_counted_by_themselves(helper: Actor) -> None:
    person = make_person(helper)
    case = make_case(helper, person)
    consents.find_or_start_visit(actor=helper, person_id=person, channel="telephone")
    close_case(helper, case)
    counts = load(case)
    assert (counts.visits, counts.channel) == (1, "telephone")
    assert (counts.alone, counts.minutes, counts.given) == (None, None, None)
    assert counts.wants_skills is False


def test_three_answers_are_kept_and_a_second_close_counts_anew(helper: Actor) -> None:
    case = make_case(helper, make_person(helper))
    close(helper, case, alone="with_practice", minutes="60", given="together", wants_skills="yes")
    counts = load(case)
    said = (counts.alone, counts.minutes, counts.given, counts.wants_skills)
    assert said == ("with_practice", 60, "together", True)
    closed = get_case(helper, case.id)
    service.reopen_case(actor=helper, case_id=case.id, version=closed.version)
    close(helper, get_case(helper, case.id), alone="yes")
    counts = load(case)
    assert (counts.alone, counts.minutes, counts.given) == ("yes", None, None)


@pytest.mark.parametrize(
    "wrong", [{"alone": "perhaps"}, {"minutes": "61"}, {"minutes": "-15"}, {"given": "magic"}]
)
def test_a_word_of_no_list_closes_nothing(helper: Actor, wrong: dict[str, str]) -> None:
    case = make_case(helper, make_person(helper))
    with pytest.raises(InvalidInput):
        close(helper, case, **wrong)
    assert not get_case(helper, case.id).is_closed


def test_of_two_channels_the_one_of_most_visits() -> None:
    assert main_channel(["telephone", "in_person", "telephone"]) == "telephone"
    assert main_channel(["telephone", "in_person"]) == "in_person"
    assert main_channel([]) is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_page_leads_on_to_learning_where_wished(helper: Actor, client: FlaskClient) -> None:
    person = make_person(helper)
    plain, wishing = make_case(helper, person), make_case(helper, person)
    sign_in(client, helper)
    page = f"/cases/{plain.reference}/close"
    done = send(client, page, version=str(plain.version), reason="done")  # two clicks, no more
    assert done.headers["Location"] == f"/cases/{plain.reference}"
    page = f"/cases/{wishing.reference}/close"
    done = send(
        client,
        page,
        version=str(wishing.version),
        reason="done",
        alone="no",
        minutes="30",
        given="for_them",
        wants_skills="yes",
    )
    assert done.headers["Location"] == "/digital-skills"
    assert "Your library" in client.get("/digital-skills").text
    assert load(wishing).wants_skills
