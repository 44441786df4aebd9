"""Referrals: the person's yes, what goes along and what never does, and whether they arrived."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.audit.explain import find_explanation
from assistedaccess.casework import service_referral_steps as steps
from assistedaccess.casework.models import Task
from assistedaccess.casework.models_referrals import Referral
from assistedaccess.casework.queries import open_text
from assistedaccess.casework.queries_referrals import open_facts
from assistedaccess.consent.models import Consent
from assistedaccess.consent.service import withdraw_consent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import Database, get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction, use_database
from assistedaccess.organisations.events import OrganisationStopped
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.rules import RelativesRecord
from tests.factories import applications as apps
from tests.factories import casework, people
from tests.factories.applications import signed_in as client_of
from tests.factories.consent import list_told
from tests.factories.referrals import get, refer
from tests.support.clocks import Hand
from tests.support.desks import hand
from tests.support.journal import last_event
from tests.support.pages import read_token, send
from tests.support.statements import counted_statements

__all__ = ["hand"]

INITIALS = "A.\N{NO-BREAK SPACE}L."
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def scene(hand: Hand) -> apps.Scene:
    return apps.make_scene("pension-credit", contact_points=[people.mobile(whose="own")])


@pytest.fixture
def other(scene: apps.Scene) -> Actor:
    return people.make_helper(people.make_desk("Hillside Advice"))


def list_tasks(scene: apps.Scene) -> dict[str, Task]:
    with reading() as session:
        rows = session.scalars(select(Task).where(Task.case_id == scene.case.id).order_by(Task.id))
        return {open_text(row.person_id, "task.what", row.what): row for row in rows}


def test_a_place_inside_sees_what_was_chosen_and_nothing_before_the_yes(
    scene: apps.Scene, other: Actor, app: Flask, database: Database
) -> None:
    for wrong, field in (
        ({"said_yes": False}, "said_yes"),
        ({"shared": []}, "shared"),
        ({"shared": ["address"]}, "shared"),
        ({"kind": "shop"}, "kind"),
        ({"contact": str(scene.case.id)}, "contact"),
        ({"about": ""}, "about"),
        ({"other_place": "Pantry", "to_organisation_id": other.organisation_id}, "place"),
        ({"to_organisation_id": scene.helper.organisation_id}, "place"),
    ):
        with pytest.raises(InvalidInput) as refused:
            refer(scene.helper, scene.case.id, **wrong)
        assert refused.value.field == field
    shared = ["name", "needs"]
    with counted_statements(database) as statements:
        made = refer(
            scene.helper,
            scene.case.id,
            to_organisation_id=other.organisation_id,
            shared=shared,
            kind="debt",
        )
    assert len(statements) <= 30
    row = get(made)
    with reading() as session:
        facts = open_facts(row.person_id, row.facts)
        # What was typed and not chosen is not kept.
        assert facts == {
            "kind": "debt",
            "place": "Hillside Advice Trust",
            "needs": "Food for a week",
        }
        given = session.get_one(Consent, row.consent_id)
        purpose = open_text(given.person_id, "consent.purpose", given.purpose)
        assert purpose == "Hillside Advice Trust gets to know: your name, what help you need."
        # A referral explains the look at itself, not one at the record or the contact points.
        assert find_explanation(other, scene.person_id) is None
    assert [kind for kind, _ in list_told(scene.person_id)].count("referral_made") == 1
    theirs = client_of(app, other)
    for place in ("/today", "/referrals"):
        with counted_statements(database) as statements:
            listed = theirs.get(place).text
        assert len(statements) <= 12
        assert INITIALS in listed
        assert "Ada" not in listed
    with counted_statements(database) as statements:
        page = theirs.get(f"/referrals/{made}")
    assert len(statements) <= 12
    for word in ("Ada Lovelace", "Food for a week", "Debt or money advice", "Millbrook"):
        assert word in page.text
    for word in ("Wages came late", "Mornings alone", scene.case.reference, "07700"):
        assert word not in page.text
    seen = last_event("referral.opened")
    assert (seen.organisation_id, seen.reason_code) == (other.organisation_id, "referred")
    third = client_of(app, people.make_helper(people.make_desk("Third Place")))
    assert third.get(f"/referrals/{made}").status_code == 404
    token = {"csrf_token": read_token(page)}
    assert theirs.post(f"/referrals/{made}/accept", data=token).status_code == 303
    assert theirs.post(f"/referrals/{made}/accept", data=token).status_code == 409
    assert theirs.post(f"/referrals/{made}/withdraw", data=token).status_code == 404
    # Both say whether they arrived; the last word counts, and the task is done with the first.
    said = {**token, "arrival": "arrived"}
    assert theirs.post(f"/referrals/{made}/arrived", data=said).status_code == 303
    task = list_tasks(scene)["Referral: ask the person, alone, whether they arrived there"]
    assert task.done_at is not None
    assert task.done_by is None  # nobody of the other place stands in our lists
    ours = client_of(app, scene.helper)
    story = ours.get(f"/cases/{scene.case.reference}").text
    assert "Hillside Advice Trust" in story
    assert "Arrived" in story
    steps.say_arrived(actor=scene.helper, referral_id=made, arrival="not_known")
    assert get(made).arrival == "not_known"


def test_it_comes_back_with_a_reason_and_a_task_and_is_seen_there_no_more(
    scene: apps.Scene, other: Actor, app: Flask
) -> None:
    made = refer(scene.helper, scene.case.id, to_organisation_id=other.organisation_id)
    for reason, field in (("closed", "reason"), ("x", "reason"), ("other", "words")):
        with pytest.raises(InvalidInput) as wrong:
            steps.return_referral(actor=other, referral_id=made, reason=reason)
        assert wrong.value.field == field
    with pytest.raises(NotFound):
        steps.return_referral(actor=scene.helper, referral_id=made, reason="no_room")
    theirs = client_of(app, other)
    done = send(theirs, f"/referrals/{made}/return", reason="other", words="Only for Hillside")
    assert done.status_code == 303
    assert theirs.get(f"/referrals/{made}").status_code == 404
    ours = client_of(app, scene.helper)
    assert "Only for Hillside" in ours.get(f"/referrals/{made}").text
    assert "Sent back" in ours.get(f"/cases/{scene.case.reference}").text
    tasks = list_tasks(scene)
    assert tasks["A referral came back: see why, and tell the person"].done_at is None
    with pytest.raises(StaleVersion):
        steps.say_arrived(actor=scene.helper, referral_id=made, arrival="arrived")
    with pytest.raises(StaleVersion):
        steps.withdraw_referral(actor=scene.helper, referral_id=made)


def test_two_weeks_later_somebody_is_asked_whether_they_arrived(
    scene: apps.Scene, app: Flask, hand: Hand
) -> None:
    made = refer(scene.helper, scene.case.id)
    task = list_tasks(scene)["Referral: ask the person, alone, whether they arrived there"]
    assert (task.due_on - clock.today()).days == 14
    ours = client_of(app, scene.helper)
    assert "Nothing to ask" in ours.get("/referrals").text
    hand.move(days=14)
    ours = client_of(app, scene.helper)
    listed = ours.get("/referrals").text
    assert "Nothing to ask" not in listed
    assert "Pantry at Saint Anne" in listed
    assert "Referral: ask the person" in ours.get("/today").text
    casework.close_case(scene.helper, casework.get_case(scene.helper, scene.case.id))
    assert "Nothing to ask" not in ours.get("/referrals").text  # a closed case is asked about too
    with reading():  # and explains a look there, though at no other site
        found = find_explanation(scene.helper, scene.person_id)
        assert found is not None
        assert found.code == "referral"
        elsewhere = replace(scene.helper, account_id=new_id(), site_id=new_id())
        assert find_explanation(elsewhere, scene.person_id) is None
    page = ours.get(f"/referrals/{made}")
    assert "nobody is to blame" in page.text
    empty = ours.post(f"/referrals/{made}/arrived", data={"csrf_token": read_token(page)})
    assert empty.status_code == 400
    send(ours, f"/referrals/{made}/arrived", page=f"/referrals/{made}", arrival="not_arrived")
    assert "Not arrived" in ours.get("/referrals").text
    assert last_event("referral.followed_up").account_id == scene.helper.account_id


def test_the_person_takes_it_back_and_a_closing_place_gives_it_back(
    scene: apps.Scene, other: Actor
) -> None:
    first = refer(scene.helper, scene.case.id, to_organisation_id=other.organisation_id)
    second = refer(scene.helper, scene.case.id, to_organisation_id=other.organisation_id)
    withdraw_consent(actor=other, consent_id=get(first).consent_id, how="in_front")
    assert get(first).state == "withdrawn"
    with pytest.raises(NotFound):
        steps.accept_referral(actor=other, referral_id=first)

    def close() -> None:
        get_session().get_one(Organisation, other.organisation_id).closed_on = clock.today()
        get_session().flush()
        publish(OrganisationStopped(other.organisation_id))  # type: ignore[arg-type]

    run_transaction(close)
    assert (get(second).state, get(second).return_reason) == ("returned", "closed")
    assert last_event("referral.returned").actor_kind == "system"
    with pytest.raises(InvalidInput) as closed:
        refer(scene.helper, scene.case.id, to_organisation_id=other.organisation_id)
    assert "has closed" in closed.value.words


def test_of_two_who_answer_one_referral_one_has_answered(
    scene: apps.Scene, other: Actor, database: Database
) -> None:
    made = refer(scene.helper, scene.case.id, to_organisation_id=other.organisation_id)
    barrier, ended = threading.Barrier(2), []

    def answer(accepts: bool) -> None:
        with use_database(database):
            barrier.wait()
            try:
                if accepts:
                    steps.accept_referral(actor=other, referral_id=made)
                else:
                    steps.return_referral(actor=other, referral_id=made, reason="no_room")
                ended.append("done")
            except (StaleVersion, NotFound):  # accepted meanwhile, or gone from here
                ended.append("late")

    threads = [threading.Thread(target=answer, args=[accepts]) for accepts in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "late"]


@ON_SQLITE
def test_a_relative_sees_none_and_a_double_click_makes_one(
    scene: apps.Scene, other: Actor, app: Flask, database: Database
) -> None:
    ours = client_of(app, scene.helper)
    page = f"/cases/{scene.case.reference}/referrals/new"
    with counted_statements(database) as statements:
        shown = ours.get(page)
    assert len(statements) <= 12
    assert "Hillside Advice Trust (no data sharing agreement)" in shown.text
    assert "covers this one referral" in shown.text
    data = {
        "csrf_token": read_token(shown),
        "request_key": new_request_key(),
        "kind": "food_bank",
        "place": f"in.{other.organisation_id}",
        "shared": ["name"],
        "way": "told",
        "how_said": "telephone",
    }
    refused = ours.post(page, data=data)
    assert refused.status_code == 400
    assert "tick when they say yes" in refused.text
    lacking = ours.post(page, data={**data, "place": "other", "said_yes": "yes"})
    assert "Enter the name of the place" in lacking.text
    places = [
        ours.post(page, data={**data, "said_yes": "yes"}).headers["Location"] for _ in range(2)
    ]
    assert places[0] == places[1]
    with reading() as session:
        made = session.scalars(select(Referral.id)).one()
    # Gone back to and changed it is another one: what was typed there is not lost.
    more = {**data, "said_yes": "yes", "shared": ["name", "needs"], "needs": "Food for a week"}
    assert ours.post(page, data=more).headers["Location"] != places[0]
    people.declare_relative(other, people.reference_of(scene.person_id))
    with pytest.raises(RelativesRecord):
        steps.accept_referral(actor=other, referral_id=made)
    assert "Ada" not in client_of(app, other).get(f"/referrals/{made}").text
