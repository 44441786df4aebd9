"""The way through the pages: where an address, a change or an ending leads."""

from __future__ import annotations

import pytest
from flask import Flask

from assistedaccess.applications import service
from assistedaccess.applications.models import KeptText
from assistedaccess.applications.rules import ApplicationClosed, Step
from assistedaccess.consent.service import withdraw_consent
from assistedaccess.delegation.service_stops import end_delegation
from assistedaccess.kernel import encryption
from assistedaccess.people.service import state_reason
from tests.factories import applications as apps
from tests.factories import casework, consent, delegation, people

FIRST = "/who-is-applying"
COUNCIL = {"q-nation": ["england"], "q-council": ["Milltown"]}


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


@pytest.fixture
def reference(scene: apps.Scene) -> str:
    return apps.start(scene)


# -- the way through the pages


def test_v2_3_1_the_last_address_leads_back_to_the_first_missing_step(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    client = apps.signed_in(app, scene.helper)
    for tail in (
        "pages/medicine-list",
        "pages/check-answers",
        "check-answers",
        "read-out",
        "declaration",
    ):
        answer = client.get(f"/applications/{reference}/{tail}")
        assert answer.status_code == 303
        assert answer.location == apps.address(reference, FIRST), tail
    assert client.get(f"/applications/{reference}/sent").location == f"/applications/{reference}"
    assert client.get(apps.address(reference, "/no-such-page")).status_code == 404


def test_a_change_leads_back_to_the_check_or_to_what_it_asks_anew(
    app: Flask, scene: apps.Scene
) -> None:
    draft = apps.make_ready(scene)
    client = apps.signed_in(app, scene.helper)
    change = f"{apps.address(draft.reference, '/where')}?change=1"
    done = apps.post(client, change, {**COUNCIL, "q-council": ["Elsewhere"]})
    assert done.location == f"/applications/{draft.reference}/check-answers"
    change = f"{apps.address(draft.reference, '/current-badge')}?change=1"
    answers = apps.get_draft(scene.helper, draft.reference).answers
    other = "no" if answers["hadBadge"] == "yes" else "yes"
    done = apps.post(client, change, {"q-hadBadge": other})
    assert done.status_code == 303


def test_a_page_that_says_why_not_ends_the_way(app: Flask, scene: apps.Scene) -> None:
    wanted = {"benefits": ["none"], "reason": "none", "blind": "no"}
    reference = apps.start(scene)
    for _ in range(20):
        draft = apps.get_draft(scene.helper, reference)
        path = draft.progress.unanswered
        if path == "/no-reason":
            break
        page = draft.definition.pages[path]
        apps.save(scene.helper, reference, path, apps.posted_for(draft, page, wanted))
    client = apps.signed_in(app, scene.helper)
    shown = client.get(apps.address(reference, "/no-reason"))
    assert shown.status_code == 200
    assert "Save and continue" not in shown.text
    assert client.get(f"/applications/{reference}/check-answers").location == apps.address(
        reference, "/no-reason"
    )


def test_withdrawing_needs_no_authority_and_tells_the_person(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    withdraw_consent(actor=scene.helper, consent_id=scene.consent_id, how="in_front")
    client = apps.signed_in(app, scene.helper)
    done = apps.post(client, f"/applications/{reference}/withdraw", {"reason": "not_wanted"})
    assert done.status_code == 303
    assert "It was not submitted" in client.get(done.location).text
    assert ("application_withdrawn") in [kind for kind, _ in consent.list_told(scene.person_id)]
    draft = apps.get_draft(scene.helper, reference)
    for _ in range(2):
        service.withdraw_application(
            actor=scene.helper, application_id=draft.id, reason="not_wanted"
        )
    told = [kind for kind, _ in consent.list_told(scene.person_id)]
    assert told.count("application_withdrawn") == 1
    with pytest.raises(ApplicationClosed):
        apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    assert apps.count(KeptText) == 1


def test_somebody_who_was_erased_leaves_no_answers(scene: apps.Scene, reference: str) -> None:
    from assistedaccess.kernel.transactions import run_transaction

    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    run_transaction(lambda: encryption.forget(scene.person_id))
    draft = apps.get_draft(scene.helper, reference)
    assert draft.answers == {}
    assert draft.pages[FIRST].version == 1


def test_a_draft_goes_on_in_the_other_way_and_nothing_typed_is_lost(
    app: Flask, scene: apps.Scene
) -> None:
    delegation_id = delegation.grant(scene.helper, scene.person_id)
    reference = apps.start(scene, mode="representing")
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    apps.read_back(scene.helper, draft, "not_here")
    end_delegation(actor=scene.colleague, delegation_id=delegation_id, how="in_front")
    client = apps.signed_in(app, scene.helper)
    way = f"/applications/{reference}/way"
    assert apps.post(client, way, {"way": "assisting"}).location == f"/applications/{reference}"
    changed = apps.get_draft(scene.helper, reference)
    assert (changed.mode, changed.answers) == ("assisting", draft.answers)
    assert changed.next_step is Step.READ_BACK  # nobody read it to the person yet
    assert apps.post(client, way, {"way": "representing"}).status_code == 403
    withdraw_consent(actor=scene.helper, consent_id=scene.consent_id, how="in_front")
    led = apps.post(client, way, {"way": "assisting"})
    assert led.location.startswith(f"/people/{scene.case.person_reference}/help?")
    assert apps.post(client, way, {"way": "neither"}).status_code == 400
    assert ("application.changed", "assisting") in apps.list_actions(reference)
    withdraw = f"/applications/{reference}/withdraw"
    apps.post(client, withdraw, {"reason": "mistake"})
    assert client.get(way).location == f"/applications/{reference}"


def test_an_application_in_a_closed_case_is_covered_until_a_case_is_taken(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    casework.close_case(scene.helper, scene.case)
    reader = people.make_helper(scene.desk)
    client = apps.signed_in(app, reader)
    shown = f"/applications/{reference}"
    asked = client.get(shown)
    assert asked.status_code == 303
    assert "/reason?" in asked.location
    state_reason(actor=reader, person_id=scene.person_id, reason="person_is_here")
    assert client.get(shown).status_code == 403
    casework.make_case(reader, scene.person_id)
    assert client.get(shown).status_code == 200
    assert apps.list_actions(reference)[-1] == ("application.opened", "explained.open_case")


def test_nobody_opens_what_is_filled_in_for_a_relative(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    client = apps.signed_in(app, scene.helper)
    where = apps.address(reference, FIRST)
    soup = apps.soup_of(client.get(where))
    people.declare_relative(scene.helper, scene.case.person_reference)
    for answer in (
        client.get(f"/applications/{reference}"),
        client.get(where),
        apps.post(client, where, {"q-whoFor": "self"}, soup),
        apps.post(client, where, {"q-whoFor": ""}, soup),
    ):
        assert answer.status_code == 403
        assert "Ada Lovelace" not in answer.text
