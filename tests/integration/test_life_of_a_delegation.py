"""The whole life of one delegation, as the person's printed history and the auditor read it.

Granted on paper, used, amended, looked at, objected to, ended by telephone at another desk.
"""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.consent import service_papers
from assistedaccess.delegation import service as delegation
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
    assert "Hillside Advice Trust" in story
    assert told.may_act == []


def test_the_auditor_reads_it_as_one_story_from_its_first_number(life, client: FlaskClient) -> None:
    scene, _elsewhere, auditor, first = life
    enter(client, auditor, "auditor")
    answer = client.post(
        "/journal",
        data={
            "csrf_token": read_token(client.get("/journal")),
            "delegation": granted.get_delegation(first).reference,
        },
    )
    assert answer.status_code == 303
    in_order(AUDITOR_READS, read_events(client, answer.location))
    # With everything else that was done for the person, the look of the other desk is there too.
    whole = read_events(client, f"/journal?person={people.reference_of(scene.person_id)}")
    in_order(("Delegation granted", "Person’s record opened", "Delegation frozen"), whole)


def read_events(client: FlaskClient, address: str) -> str:
    """The rows of the journal at an address, oldest first, on all its pages."""
    rows: list[str] = []
    while address:
        page = BeautifulSoup(client.get(address).text, "html.parser")
        rows += [" ".join(row.get_text(" ").split()) for row in page.select("main tbody tr")]
        older = page.select_one("main a[rel=next]")
        address = str(older["href"]) if older else ""
    return "\n".join(reversed(rows))
