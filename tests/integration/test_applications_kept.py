"""What two helpers, a stop or a lost sign-in leave unsaved is kept, for its own account."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.accounts.models import SignIn
from assistedaccess.applications import kept
from assistedaccess.applications.models import AnswerPage, KeptText
from assistedaccess.consent.service import end_visit, withdraw_consent
from assistedaccess.delegation.rules import NoAuthority
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from tests.factories import applications as apps
from tests.factories import consent, delegation, people

FIRST = "/who-is-applying"
COUNCIL = {"q-nation": ["england"], "q-council": ["Milltown"]}


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


@pytest.fixture
def reference(scene: apps.Scene) -> str:
    return apps.start(scene)


# -- two helpers, two tabs


def test_fault_03_two_helpers_on_one_draft_see_both_texts_and_none_is_lost(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    consent.assist(scene.colleague, scene.person_id)
    mine, theirs = (apps.signed_in(app, actor) for actor in (scene.helper, scene.colleague))
    where = apps.address(reference, "/where")
    shown = apps.soup_of(mine.get(where))
    assert apps.post(theirs, where, {**COUNCIL, "q-council": ["Theirtown"]}).status_code == 303
    conflict = apps.post(mine, where, {**COUNCIL, "q-council": ["Minetown"]}, shown)
    assert conflict.status_code == 409
    assert "Harriet Helper" in conflict.text
    both = [each.get_text() for each in apps.soup_of(conflict).select(".govuk-summary-list")]
    assert [("Theirtown" in text, "Minetown" in text) for text in both] == [
        (True, False),
        (False, True),
    ]
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Theirtown"
    assert "Minetown" in mine.get(where).text  # kept, and filled in again
    assert "Minetown" not in theirs.get(where).text
    done = apps.post(mine, where, {}, apps.soup_of(conflict))
    assert done.status_code == 303
    draft = apps.get_draft(scene.helper, reference)
    assert draft.answers["council"] == "Minetown"
    assert draft.kept == []


def test_fault_10_a_paper_that_is_typed_in_after_the_record_has_moved_on(
    app: Flask, scene: apps.Scene
) -> None:
    """Filled in at a kitchen table days ago; meanwhile the same was answered at the desk. Both are
    shown, neither is lost, and what is sent says of which day the paper is."""
    delegation.grant(scene.helper, scene.person_id, services=[apps.SERVICE])
    reference = apps.start(scene, "representing")
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    desk, paper = (apps.signed_in(app, scene.helper) for _ in range(2))
    where = apps.address(reference, "/where")
    shown = apps.soup_of(paper.get(where))
    assert apps.post(desk, where, {**COUNCIL, "q-council": ["Saidtown"]}).status_code == 303
    conflict = apps.post(paper, where, {**COUNCIL, "q-council": ["Papertown"]}, shown)
    assert conflict.status_code == 409
    for text in ("Saidtown", "Papertown"):
        assert text in conflict.text
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Saidtown"
    assert apps.post(paper, where, {}, apps.soup_of(conflict)).status_code == 303
    draft = apps.answer_all(scene.helper, reference, apps.ROUTES[apps.SERVICE])
    assert draft.answers["council"] == "Papertown"
    apps.read_back(scene.helper, draft)
    day = clock.today() - timedelta(days=3)
    apps.submit(scene.helper, apps.get_draft(scene.helper, reference), written_on=day)
    assert "and typed in late" in desk.get(f"/applications/{reference}").text


def test_fault_03_what_is_saved_can_be_kept_and_one_s_own_given_up(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = apps.signed_in(app, scene.helper)
    where = apps.address(reference, "/where")
    shown = apps.soup_of(client.get(where))
    apps.save(scene.helper, reference, "/where", {**COUNCIL, "q-council": ["Theirtown"]})
    conflict = apps.soup_of(apps.post(client, where, {**COUNCIL, "q-council": ["Mine"]}, shown))
    drop = conflict.select_one("form[action$='/drop']")
    assert drop is not None
    token = {"csrf_token": drop.select_one("input")["value"]}
    assert client.post(drop["action"], data=token).status_code == 303
    assert apps.count(KeptText) == 0
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Theirtown"


def test_the_same_answers_from_an_old_page_are_no_conflict(
    scene: apps.Scene, reference: str
) -> None:
    for _ in range(2):
        apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]}, version=0)
    with pytest.raises(StaleVersion):
        apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["other"]}, version=0)


def test_v8_3_1_a_version_that_no_page_carried_overwrites_nothing(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    client = apps.signed_in(app, scene.helper)
    first = apps.address(reference, FIRST)
    assert apps.post(client, first, {"q-whoFor": "self", "version": "7"}).status_code == 303
    for version in ("", "0", "99", "-1", "x", "1" * 40):
        answer = apps.post(client, first, {"q-whoFor": "other", "version": version})
        assert answer.status_code == 409, version
    assert apps.get_draft(scene.helper, reference).answers["whoFor"] == "self"


def test_a_page_that_is_gone_back_to_and_changed_is_no_repeat(
    scene: apps.Scene, reference: str
) -> None:
    key = new_request_key()
    save = {"actor": scene.helper, "reference": reference, "path": FIRST, "request_key": key}
    apps.save(**save, posted={"q-whoFor": ["self"]})
    apps.save(**save, posted={"q-whoFor": ["other"]})
    assert apps.get_draft(scene.helper, reference).answers["whoFor"] == "other"


# -- authority


def test_fault_07_a_yes_taken_back_while_the_form_was_open(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = apps.signed_in(app, scene.helper)
    where = apps.address(reference, "/where")
    shown = apps.soup_of(client.get(where))
    elsewhere = people.make_helper(people.make_desk("Hilltown Council"))
    withdraw_consent(actor=elsewhere, consent_id=scene.consent_id, how="telephone")
    refused = apps.post(client, where, {**COUNCIL, "q-council": ["Canaryton"]}, shown)
    assert refused.status_code == 403
    assert "has not said yes to this help" in refused.text
    assert "Canaryton" in refused.text
    assert apps.count(AnswerPage) == 1
    assert [each for each in apps.list_actions(reference) if each[1] == "no_authority"] == [
        ("act.refused", "no_authority"),
        ("answers.kept", "no_authority"),
    ]
    again = client.get(where)
    assert "Canaryton" in again.text
    assert "Only you can see it" in again.text
    consent.assist(scene.colleague, scene.person_id)
    assert "Canaryton" not in apps.signed_in(app, scene.colleague).get(where).text
    consent.assist(scene.helper, scene.person_id)
    assert apps.post(client, where, {}, apps.soup_of(again)).status_code == 303
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Canaryton"
    assert apps.count(KeptText) == 0


def test_a_visit_that_has_ended_carries_nothing_any_more(scene: apps.Scene, reference: str) -> None:
    from assistedaccess.consent.models import Consent

    with reading() as session:
        visit_id = session.get_one(Consent, scene.consent_id).visit_id
    end_visit(actor=scene.helper, visit_id=visit_id)
    with pytest.raises(NoAuthority):
        apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})


def test_a_delegation_that_was_ended_carries_nothing_any_more(scene: apps.Scene) -> None:
    from assistedaccess.delegation.rules import DelegationEnded
    from assistedaccess.delegation.service_stops import end_delegation

    delegation_id = delegation.grant(scene.helper, scene.person_id)
    reference = apps.start(scene, mode="representing")
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    end_delegation(actor=scene.colleague, delegation_id=delegation_id, how="in_front")
    with pytest.raises(DelegationEnded):
        apps.save(scene.helper, reference, "/where", COUNCIL)
    assert apps.count(KeptText) == 1


def test_a_text_is_kept_for_twenty_times_and_no_more(scene: apps.Scene, reference: str) -> None:
    draft = apps.get_draft(scene.helper, reference)
    for number in range(25):
        posted = {"q-whoFor": [f"text {number}"]}
        kept.keep_text(actor=scene.helper, application_id=draft.id, path=FIRST, posted=posted)
    texts = apps.get_draft(scene.helper, reference).kept
    assert len(texts) == 20
    assert texts[0].posted == {"q-whoFor": ["text 24"]}


def test_another_s_kept_text_cannot_be_deleted(scene: apps.Scene, reference: str) -> None:
    draft = apps.get_draft(scene.helper, reference)
    kept.keep_text(actor=scene.colleague, application_id=draft.id, path=FIRST, posted={})
    (text,) = apps.get_draft(scene.colleague, reference).kept
    assert apps.get_draft(scene.helper, reference).kept == []  # whoever began it
    with pytest.raises(NotFound):
        kept.drop_kept_text(actor=scene.helper, kept_id=text.id)


def test_save_and_come_back_later_loses_nothing(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = apps.signed_in(app, scene.helper)
    half = {"q-council": ["Half typed"], "later": "yes"}
    answer = apps.post(client, apps.address(reference, "/where"), half)
    assert answer.location == f"/applications/{reference}"
    assert "not saved as an answer" in client.get(answer.location).text
    assert "Half typed" in client.get(apps.address(reference, "/where")).text
    whole = {**COUNCIL, "later": "yes"}
    answer = apps.post(client, apps.address(reference, "/where"), whole)
    assert answer.location == f"/applications/{reference}"
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Milltown"


def test_fault_06_a_long_text_survives_a_sign_in_that_ran_out(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = apps.signed_in(app, scene.helper)
    where = apps.address(reference, "/where")
    shown = apps.soup_of(client.get(where))

    def run_out() -> None:
        row = get_session().scalars(select(SignIn)).one()
        row.ended_at, row.end_reason = clock.now(), "idle"

    run_transaction(run_out)
    led = apps.post(client, where, {**COUNCIL, "q-council": ["Canaryton"]}, shown)
    assert led.status_code == 303
    assert apps.count(AnswerPage) == 1
    from urllib.parse import parse_qs, urlsplit

    (back,) = parse_qs(urlsplit(led.location).query)["next"]
    stranger = apps.signed_in(app, scene.colleague)
    assert "Canaryton" not in stranger.get(back).text
    people.sign_in(client, scene.helper)
    again = client.get(back)
    assert "Canaryton" in again.text
    assert apps.post(client, back, {}, apps.soup_of(again)).status_code == 303
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Canaryton"


def test_fault_08_a_helper_who_is_suspended_saves_nothing_more(
    scene: apps.Scene, reference: str
) -> None:
    from assistedaccess.kernel.actor import SYSTEM
    from assistedaccess.kernel.errors import Refused
    from assistedaccess.organisations.service import suspend_membership

    suspend_membership(
        actor=SYSTEM, membership_id=scene.helper.membership_id, reason="Asked to stop"
    )
    with pytest.raises(Refused):
        apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    assert apps.count(AnswerPage) == 0
