"""The whole life of one delegation, as the person's printed history and the auditor read it.

Granted on paper, used, amended, looked at, objected to, ended by telephone at another desk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.consent import service_papers
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.service_viewing import open_delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.my_record import service_objections
from assistedaccess.organisations import service as organisations
from assistedaccess.people.service import open_person
from tests.factories import applications as apps
from tests.factories import delegation as granted
from tests.factories import people, record, ways
from tests.factories.organisations import enter, make_member, make_organisation
from tests.factories.silent import Ticking
from tests.support.pages import read_token

PERSON_READS = (
    "said yes to what",
    "From now on",
    "added the form that you signed",
    "began a form for you",
    "sent a form for you",
    "said yes to what",
    "You changed what",
    "From now on",
    "looked at your record.  They said that you were on the phone",
    "You put a stop on it",
    "You said that you did not agree to something",
    "You ended it.",
)
AUDITOR_READS = (
    "Consent statement read",
    "Three points said back",
    "Consent form printed",
    "Consent confirmed",
    "Delegation granted",
    "Picture of a consent kept",
    "Application begun",
    "Application submitted",
    "Consent confirmed",
    "Delegation ended",
    "Superseded",
    "Delegation granted",
    "Delegation frozen",
    "The person said that they did not agree",
    "Delegation ended",
    "Telephone",
)
AUDITOR_READS_PARTS = (
    "The person agreed, and it began",
    "It was used",
    "The person agreed to something else, which took its place",
    "Somebody looked",
    "It was stopped",
    "The person did not agree",
    "It ended",
)


@pytest.fixture
def life(app: Flask):
    """Who lived it: the scene, the desk elsewhere, an auditor of both, and the first edition."""
    with clock.set_clock(Ticking()):
        scene = apps.make_scene()
        far = people.make_desk("Hillside Advice")
        elsewhere = people.make_helper(far)
        people.make_helper(far, "reviewer")
        office = make_organisation(name="Audit Office")
        for desk in (scene.desk, far):
            organisations.add_audit_remit(
                actor=SYSTEM,
                auditing_organisation_id=office.id,
                audited_organisation_id=desk.organisation_id,
            )
        first = grant_on_paper(scene)
        apps.submit(
            scene.helper,
            apps.make_ready(scene, mode="representing"),
            declarer="helper_under_delegation",
        )
        second = granted.amend(scene.helper, first, powers=["see", "submit"])
        open_person(actor=elsewhere, person_id=scene.person_id, stated_reason="on_the_telephone")
        colleague = people.make_helper(scene.desk)  # who has the case open explains it
        open_delegation(actor=colleague, reference=granted.get_delegation(second).reference)
        service_objections.raise_objection(
            actor=elsewhere,
            reading_id=record.begin(elsewhere, scene.person_id, how="telephone"),
            delegation_ids=[second],
            event_ids=[],
            words="I did not want the second one",
            is_proven=True,
            request_key=new_request_key(),
        )
        delegation.end_delegation(actor=elsewhere, delegation_id=second, how="telephone")
        yield scene, elsewhere, make_member(office, "auditor", name="Nell Auditor"), first


def grant_on_paper(scene: apps.Scene):
    """The form is printed and signed; its photograph comes in the same hour."""
    request_id = ways.ready(scene.helper, scene.person_id, powers=["see", "fill_in", "submit"])
    ways.print_form(scene.helper, request_id)
    assert ways.confirm(scene.helper, request_id, "paper", sign="signature") == "yes"
    service_papers.add_scan(actor=scene.helper, consent_id=request_id, picture=ways.photograph())
    found = ways.find_delegation(request_id)
    assert found is not None
    return found.id


def in_order(steps: tuple[str, ...], story: str) -> None:
    """Each step is told, after the one before it."""
    at = 0
    for step in steps:
        found = story.find(step, at)
        assert found >= 0, f"{step!r} is not told after what comes before it, in:\n{story}"
        at = found + len(step)


def test_the_person_reads_it_as_one_story(life) -> None:
    scene, elsewhere, _auditor, _first = life
    told = record.read(elsewhere, scene.person_id).record
    lines = [f"{line.words} {line.service} {line.why} {line.place}" for line in told.lines]
    story = re.sub(r"</?bdi>", "", "\n".join(lines))
    in_order(PERSON_READS, story)
    assert "You said so by phone" in story
    assert [chapter.heading for chapter in told.chapters] == [
        "What you said, and what was done",
        "Who looked",
        "What you said, and what was done",  # the record, read out by phone
        "What was stopped",
        "What you said, and what was done",
    ]
    assert "Hillside Advice Trust" in story
    assert told.objections[0].about == "Harriet Helper (Blue Badge)"
    assert told.may_act == []


def test_the_auditor_reads_it_as_one_story_from_its_first_number(life, client: FlaskClient) -> None:
    scene, _elsewhere, auditor, first = life
    enter(client, auditor, "auditor")
    (page,) = read_pages(client, ask_life(client, first))
    named = page.select_one("h1").get_text(strip=True)
    assert page.select_one("title").get_text().startswith(named)
    # Printed, it says of what and of whom it is: by each edition's number.
    about = page.select_one("main h1 + p").get_text(" ")
    assert granted.get_delegation(first).reference in about
    assert people.reference_of(scene.person_id) in about
    assert len(re.findall(r"\bD-\w{4}-\w{4}\b", about)) == 2
    in_order(AUDITOR_READS, "\n".join(list_rows(page)))
    headings = [heading.get_text() for heading in page.select("main h2[id^=part-]")]
    assert headings == list(AUDITOR_READS_PARTS)
    # What came of it is read at a glance: the parts stand on top, each with who and how.
    assert [link.get_text() for link in page.select('main a[href^="#part-"]')] == headings
    (ended,) = page.select(f"#part-{len(headings)} + p")
    assert "Delegation ended, Harriet Helper, Hillside Advice Trust" in ended.get_text()
    assert "Telephone" in ended.get_text()
    # With everything else that was done for the person, the look of the other desk is there too.
    (other,) = page.select('main a[href^="/journal?person="]')[:1]
    whole = [row for page in read_pages(client, str(other["href"])) for row in list_rows(page)]
    in_order(
        ("Delegation granted", "Person’s record opened", "Delegation frozen"),
        "\n".join(reversed(whole)),
    )


def ask_life(client: FlaskClient, delegation_id: UUID) -> str:
    """Where the auditor reads what became of a delegation, once they have typed its number."""
    asked = {"delegation": granted.get_delegation(delegation_id).reference}
    answer = client.post(
        "/journal", data={"csrf_token": read_token(client.get("/journal")), **asked}
    )
    assert answer.status_code == 303
    return answer.location


def read_pages(client: FlaskClient, address: str) -> Iterator[BeautifulSoup]:
    """The journal at an address, page by page."""
    while address:
        page = BeautifulSoup(client.get(address).text, "html.parser")
        yield page
        following = page.select_one("main a[rel=next]")
        address = str(following["href"]) if following else ""


def list_rows(page: BeautifulSoup) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.select("main tbody tr")]


def test_what_the_same_hand_did_in_a_row_is_one_line_and_each_can_be_opened(
    life, client: FlaskClient
) -> None:
    _scene, _elsewhere, auditor, first = life
    enter(client, auditor, "auditor")
    (page,) = read_pages(client, ask_life(client, first))
    (saved,) = [row for row in page.select("main tbody tr") if "Answers saved" in row.get_text()]
    times = len(saved.select("details a"))
    assert f"and {times} more times" in saved.get_text()
    assert times > 20
    opened = page.select('main tbody a[href^="/journal/events/"]')
    assert len({link["href"] for link in opened}) == len(opened) == len(list_rows(page)) + times
