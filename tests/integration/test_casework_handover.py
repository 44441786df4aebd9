"""A case is handed over with the person's yes: seen by two organisations, lost by none."""

from __future__ import annotations

import threading
from datetime import time
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.applications.models import RecordOfHelp
from assistedaccess.audit.explain import find_explanation
from assistedaccess.casework import service_entries, service_handover
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.models_handover import HandOver
from assistedaccess.casework.queries import open_text
from assistedaccess.consent.models import Consent
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.organisations.events import OrganisationStopped
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.rules import RelativesRecord
from tests.factories import applications as apps
from tests.factories import appointments, casework, people
from tests.factories.complaints import make_unsafe
from tests.factories.consent import list_told
from tests.factories.outcomes import get, hear, send
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import last_event
from tests.support.pages import read_token

__all__ = ["hand"]

INITIALS = "A.\N{NO-BREAK SPACE}L."
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def scene(hand: Hand) -> apps.Scene:
    """A case with notes, one of them sensitive, and a task."""
    made = apps.make_scene("pension-credit", contact_points=[people.mobile(whose="own")])
    for text, is_sensitive in (("Came with her sister", False), ("Afraid of him", True)):
        service_entries.add_note(
            actor=made.helper, case_id=made.case.id, text=text, is_sensitive=is_sensitive
        )
    casework.add_task(made.helper, made.case, what="Ring the fund")
    return made


@pytest.fixture
def other(scene: apps.Scene) -> Actor:
    return people.make_helper(people.make_desk("Hillside Advice"))


def offer(scene: apps.Scene, to: Actor, **fields: Any) -> UUID:
    given = {
        "parts": ["notes", "tasks"],
        "is_warm": True,
        "said_yes": True,
        "how_said": "here",
        "message": "Knows the tribunal well",
        **fields,
    }
    return service_handover.offer_hand_over(
        actor=scene.helper,
        case_id=scene.case.id,
        to_organisation_id=to.organisation_id,
        **given,
    )


def told(scene: apps.Scene) -> list[str]:
    kinds = [kind for kind, _ in list_told(scene.person_id)]
    return sorted(kind for kind in kinds if kind.startswith("hand_over"))  # the clock stands


def client_of(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def test_nothing_is_seen_before_the_yes_and_all_that_was_agreed_after_it(
    scene: apps.Scene, other: Actor, app: Flask
) -> None:
    theirs = client_of(app, other)
    with pytest.raises(InvalidInput) as missing:
        offer(scene, other, said_yes=False)
    assert missing.value.field == "said_yes"
    assert theirs.get(f"/cases/{scene.case.reference}").status_code == 404
    made = offer(scene, other)
    with reading() as session:
        row = session.get_one(HandOver, made)
        given = session.get_one(Consent, row.consent_id)
        assert (given.services, given.case_id) == ([], scene.case.id)
        purpose = open_text(given.person_id, "consent.purpose", given.purpose)
        assert "Hillside Advice" in purpose
        assert "our notes" in purpose
        # It explains the look at itself: what was not agreed to be shared stays with the giver.
        assert find_explanation(other, scene.person_id) is None
    today = theirs.get("/today").text
    assert "Cases offered to us" in today
    assert "Ada" not in today
    for place in ("/today", "/hand-overs"):
        assert INITIALS in theirs.get(place).text
    page = theirs.get(f"/hand-overs/{made}").text
    for word in ("Ada Lovelace", "Came with her sister", "Ring the fund", "tribunal"):
        assert word in page
    assert "Afraid of him" not in page
    looked = last_event("hand_over.opened")
    assert looked.organisation_id == other.organisation_id
    assert (looked.reason_code, looked.authority_id) == ("explained.hand_over", made)
    record = theirs.get(f"/people/{people.reference_of(scene.person_id)}", follow_redirects=True)
    assert "Why do you need this record?" in record.text
    assert theirs.get(f"/cases/{scene.case.reference}").status_code == 404
    third = client_of(app, people.make_helper(people.make_desk("Third Place")))
    assert third.get(f"/hand-overs/{made}").status_code == 404
    assert told(scene) == ["hand_over_offered"]


def test_a_cold_one_shows_the_service_and_the_dates_until_it_is_taken(
    scene: apps.Scene, other: Actor, app: Flask, hand: Hand
) -> None:
    hand.move(days=3)
    booked = appointments.book(scene.helper, scene.case, at=time(9))
    awaited = send(scene)
    hear(scene.helper, awaited, "refused")
    made = offer(scene, other, is_warm=False)
    theirs = client_of(app, other)
    for place in ("/today", "/hand-overs"):  # not by initials either
        listed = theirs.get(place).text
        assert str(made) in listed
        assert INITIALS not in listed
    page = theirs.get(f"/hand-overs/{made}")
    for word in ("Ada Lovelace", "Came with her sister", "Ring the fund"):
        assert word not in page.text
    assert "tribunal" in page.text
    assert "Pension Credit" in page.text
    assert "Claim keeps its date until" in page.text or "Claim sent" in page.text
    token = {"csrf_token": read_token(page)}
    done = theirs.post(f"/hand-overs/{made}/take", data=token)
    assert "The case is yours. The person is told." in theirs.get(done.location).text
    assert theirs.post(f"/hand-overs/{made}/take", data=token).status_code == 409
    with reading() as session:
        row = session.get_one(HandOver, made)
        old = session.get_one(Case, row.case_id)
        new = session.get_one(Case, row.new_case_id)
        assert (old.state, old.close_reason) == ("closed", "done_elsewhere")
        assert (new.organisation_id, new.assigned_to) == (other.organisation_id, other.account_id)
        assert (new.first_contact_on, new.keep_date_by) == (old.first_contact_on, old.keep_date_by)
        assert (new.service, new.claim_sent_on) == (old.service, old.claim_sent_on)
    assert str(appointments.get(scene.helper, booked).row.state) == "cancelled"
    with reading() as session:  # by whom it was kept: they know of no time with those who take it
        cancelled = select(Notice).join(NoticeEntry, NoticeEntry.notice_id == Notice.id)
        kind = NoticeEntry.kind == "appointment_cancelled"
        notice = session.scalars(cancelled.where(kind)).one()
        assert notice.organisation_id == scene.helper.organisation_id
        facts = encryption.unseal(scene.person_id, "notice.facts", notice.facts)
        assert "Millbrook" in facts
    # A last day that runs goes along: it stands on their Today, and not on ours any more.
    assert get(awaited).organisation_id == other.organisation_id
    assert "Last days at risk" in theirs.get("/today").text
    assert (
        "by the organisation that handed the case over" in theirs.get(f"/outcomes/{awaited}").text
    )
    page = theirs.get(f"/hand-overs/{made}").text
    assert "Came with her sister" in page
    hand.move(minutes=1)
    service_entries.add_note(actor=scene.helper, case_id=scene.case.id, text="Written afterwards")
    assert "Written afterwards" not in theirs.get(f"/hand-overs/{made}").text
    ours = client_of(app, scene.helper)
    assert "Last days at risk" not in ours.get("/today").text
    with reading() as session:
        helped = session.get_one(RecordOfHelp, awaited).reference
    page = ours.get(f"/records-of-help/{helped}")
    assert page.status_code == 200
    assert "What became of it" not in page.text  # theirs now: no link that leads nowhere
    assert "Taken" in ours.get("/hand-overs").text
    assert told(scene) == ["hand_over_offered", "hand_over_taken"]


def test_it_comes_back_with_a_reason_and_a_task_and_nothing_is_seen_any_more(
    scene: apps.Scene, other: Actor, app: Flask
) -> None:
    made = offer(scene, other)
    with pytest.raises(StaleVersion):
        casework.close_case(scene.helper, scene.case)  # an offer is out
    with pytest.raises(StaleVersion):
        offer(scene, other)
    for reason, field in (("closed", "reason"), ("x", "reason"), ("other", "words")):
        with pytest.raises(InvalidInput) as wrong:
            service_handover.return_hand_over(actor=other, hand_over_id=made, reason=reason)
        assert wrong.value.field == field
    theirs = client_of(app, other)
    page = theirs.get(f"/hand-overs/{made}/return")
    data = {"csrf_token": read_token(page), "reason": "other", "words": "Only for Hillside people"}
    assert theirs.post(f"/hand-overs/{made}/return", data=data).status_code == 303
    assert theirs.get(f"/hand-overs/{made}").status_code == 404
    with reading() as session:
        assert find_explanation(other, scene.person_id) is None
        task = session.scalars(select(Task).order_by(Task.added_at.desc(), Task.id.desc())).first()
        assert task is not None
        assert task.organisation_id == scene.helper.organisation_id
        assert "Hillside Advice Trust does not take" in {
            open_text(row.person_id, "task.what", row.what)[:35]
            for row in session.scalars(select(Task))
        }
    ours = client_of(app, scene.helper)
    assert "Only for Hillside people" in ours.get(f"/hand-overs/{made}").text
    assert "Returned by the other organisation" in ours.get(f"/cases/{scene.case.reference}").text
    assert told(scene) == ["hand_over_offered", "hand_over_returned"]
    again = offer(scene, other)  # it may be offered anew
    make_unsafe(scene.helper, scene.person_id)
    token = {"csrf_token": read_token(ours.get(f"/hand-overs/{again}"))}
    ours.post(f"/hand-overs/{again}/withdraw", data=token)
    assert "No message goes to the person: tell them" in ours.get(f"/hand-overs/{again}").text
    with pytest.raises(NotFound):
        service_handover.take_hand_over(actor=other, hand_over_id=again)
    casework.close_case(scene.helper, casework.get_case(scene.helper, scene.case.id))


def test_an_organisation_that_closes_gives_back_what_waits_and_is_offered_nothing(
    scene: apps.Scene, other: Actor
) -> None:
    made = offer(scene, other)

    def close() -> None:
        session = get_session()
        session.get_one(Organisation, other.organisation_id).closed_on = clock.today()
        session.flush()
        publish(OrganisationStopped(other.organisation_id))  # type: ignore[arg-type]

    run_transaction(close)
    with reading() as session:
        row = session.get_one(HandOver, made)
        assert (row.state, row.return_reason, row.decided_by) == ("returned", "closed", None)
    assert told(scene) == ["hand_over_offered", "hand_over_returned"]
    assert last_event("hand_over.returned").actor_kind == "system"
    with pytest.raises(InvalidInput) as closed:
        offer(scene, other)
    assert "has closed" in closed.value.words
    assert last_event("act.refused").reason_code == "other_has_closed"


def test_of_two_who_take_one_case_one_has_it(
    scene: apps.Scene, other: Actor, database: Database
) -> None:
    made = offer(scene, other)
    colleague = people.other_account(
        people.Desk(other.organisation_id, other.site_id, "Hillside Advice"),
        other,  # type: ignore[arg-type]
    )
    barrier, ended = threading.Barrier(2), []

    def take(actor: Actor) -> None:
        with use_database(database):
            barrier.wait()
            try:
                service_handover.take_hand_over(actor=actor, hand_over_id=made)
                ended.append("taken")
            except StaleVersion as stale:
                ended.append(stale.words)

    threads = [threading.Thread(target=take, args=[actor]) for actor in (other, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended, key=len) == ["taken", "Somebody has answered this already."]
    with reading() as session:
        theirs = select(Case).where(Case.organisation_id == other.organisation_id)
        assert len(session.scalars(theirs).all()) == 1


@ON_SQLITE
def test_a_relative_takes_nothing_and_a_double_click_offers_once(
    scene: apps.Scene, other: Actor, app: Flask
) -> None:
    ours = client_of(app, scene.helper)
    page = ours.get(f"/cases/{scene.case.reference}/hand-over")
    data = {
        "csrf_token": read_token(page),
        "request_key": new_request_key(),
        "to_organisation_id": str(other.organisation_id),
        "how_said": "telephone",
        "message": "m",
    }
    refused = ours.post(f"/cases/{scene.case.reference}/hand-over", data=data)
    assert refused.status_code == 400
    assert "tick when they say yes" in refused.text
    places = []
    for _ in range(2):
        done = ours.post(
            f"/cases/{scene.case.reference}/hand-over", data={**data, "said_yes": "yes"}
        )
        places.append(done.headers["Location"])
    assert places[0] == places[1]
    assert "Waits to be taken" in ours.get("/hand-overs").text
    people.declare_relative(other, people.reference_of(scene.person_id))
    with reading() as session:
        made = session.scalars(select(HandOver.id)).one()
    with pytest.raises(RelativesRecord):
        service_handover.take_hand_over(actor=other, hand_over_id=made)
