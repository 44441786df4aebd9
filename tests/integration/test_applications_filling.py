"""Answers: saved on a live authority, by version, once; what cannot be saved is kept."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assistedaccess.accounts.models import SignIn
from assistedaccess.applications import kept, service, service_filling
from assistedaccess.applications.models import AnswerPage, Application, KeptText
from assistedaccess.applications.rules import ApplicationClosed, CaseIsClosed, NotFit
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.service import end_visit, withdraw_consent
from assistedaccess.delegation.rules import NoAuthority
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
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


def signed_in(app: Flask, actor: Actor) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, actor)
    return client


def address(reference: str, path: str) -> str:
    return f"/applications/{reference}/pages{path}"


def actions(reference: str) -> list[tuple[str, str | None]]:
    """What the journal says of an application: actions with their reasons."""
    with reading() as session:
        subject = select(Application.id).filter_by(reference=reference).scalar_subquery()
        rows = session.execute(
            select(AuditEvent.action, AuditEvent.reason_code)
            .where(AuditEvent.subject_id == subject)
            .order_by(AuditEvent.id)
        )
        return [(row.action, row.reason_code) for row in rows]


def count(model: type) -> int:
    with reading() as session:
        return int(session.scalar(select(func.count()).select_from(model)) or 0)


# -- beginning


def test_an_application_is_begun_once_for_one_click(scene: apps.Scene) -> None:
    key = new_request_key()
    begun = [
        service.start_application(
            actor=scene.helper,
            case_id=scene.case.id,
            service=apps.SERVICE,
            mode="assisting",
            request_key=key,
        )
        for _ in range(2)
    ]
    assert begun[0] == begun[1]
    assert count(Application) == 1


def test_a_case_has_one_draft_for_a_service(scene: apps.Scene, reference: str) -> None:
    with pytest.raises(InvalidInput, match=reference):
        apps.start(scene)
    consent.assist(scene.helper, scene.person_id, "attendance-allowance")
    assert apps.start(scene, service_key="attendance-allowance") != reference


def test_nothing_is_begun_without_a_yes_for_this_service(scene: apps.Scene) -> None:
    with pytest.raises(NoAuthority):
        apps.start(scene, service_key="attendance-allowance")
    with pytest.raises(NoAuthority):
        apps.start(scene, mode="representing")
    assert count(Application) == 0


def test_a_delegation_lets_its_holder_begin(scene: apps.Scene) -> None:
    delegation.grant(scene.helper, scene.person_id)
    draft = apps.get_draft(scene.helper, apps.start(scene, mode="representing"))
    assert draft.mode == "representing"
    with reading() as session:
        row = session.get_one(Application, draft.id)
        assert row.authority_kind == "delegation"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"service": "no-such-service"}, "service"),
        ({"mode": "pretending"}, "way"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_no_page_offers_is_refused(scene: apps.Scene, given: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as error:
        service.start_application(
            actor=scene.helper,
            case_id=scene.case.id,
            **{"service": apps.SERVICE, "mode": "assisting", **given},
        )
    assert error.value.field == field


def test_nothing_is_begun_in_a_closed_case(scene: apps.Scene) -> None:
    casework.close_case(scene.helper, scene.case)
    with pytest.raises(CaseIsClosed):
        apps.start(scene)


def test_another_organisation_s_case_and_application_are_not_there(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    with pytest.raises(NotFound):
        service.start_application(
            actor=stranger, case_id=scene.case.id, service=apps.SERVICE, mode="assisting"
        )
    draft = apps.get_draft(scene.helper, reference)
    with pytest.raises(NotFound):
        service_filling.save_page(
            actor=stranger, application_id=draft.id, path=FIRST, posted={}, version=0
        )
    client = signed_in(app, stranger)
    missing = apps.reference_like(reference)
    for tail in ("", f"/pages{FIRST}", "/check-answers", "/read-out", "/declaration", "/sent"):
        answers = [client.get(f"/applications/{each}{tail}") for each in (reference, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert apps.without_numbers(answers[0]) == apps.without_numbers(answers[1])


# -- saving


def test_a_page_says_who_saved_it_and_on_what(scene: apps.Scene, reference: str) -> None:
    saved = apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    assert saved.next_path == saved.unanswered == "/where"
    with reading() as session:
        row = session.scalars(select(AnswerPage)).one()
        assert (row.saved_by, row.authority_kind, row.authority_id, row.version) == (
            scene.helper.account_id,
            "assisting",
            scene.consent_id,
            1,
        )
        assert b"self" not in row.answers
    assert actions(reference)[-1] == ("answers.saved", None)


def test_no_answer_stands_in_the_clear(scene: apps.Scene, reference: str) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    apps.save(scene.helper, reference, "/where", {**COUNCIL, "q-council": ["Canaryton"]})
    with reading() as session:
        for row in session.scalars(select(AuditEvent)):
            assert b"Canaryton" not in row.body
    page = apps.get_draft(scene.helper, reference).pages["/where"]
    assert page.answers["council"] == "Canaryton"


def test_a_page_opens_nowhere_but_in_its_own_application(scene: apps.Scene, reference: str) -> None:
    from cryptography.exceptions import InvalidTag

    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    apps.save(scene.helper, reference, "/where", COUNCIL)
    draft = apps.get_draft(scene.helper, reference)

    def swap() -> None:
        rows = [get_session().get_one(AnswerPage, (draft.id, p)) for p in (FIRST, "/where")]
        rows[0].answers, rows[1].answers = rows[1].answers, rows[0].answers

    run_transaction(swap)
    with pytest.raises(InvalidTag):
        apps.get_draft(scene.helper, reference)


def test_what_a_page_does_not_take_is_not_stored(scene: apps.Scene, reference: str) -> None:
    for posted in ({}, {"q-whoFor": ["nobody"]}, {"whoFor": ["self"]}):
        with pytest.raises(NotFit):
            apps.save(scene.helper, reference, FIRST, posted)
    with pytest.raises(NotFound):
        apps.save(scene.helper, reference, "/no-such-page", {})
    assert count(AnswerPage) == 0


def test_a_password_is_no_answer(app: Flask, scene: apps.Scene, reference: str) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    posted = {**COUNCIL, "q-council": ["Milltown, my password is hunter2"]}
    with pytest.raises(NotFit):
        apps.save(scene.helper, reference, "/where", posted)
    client = signed_in(app, scene.helper)
    answer = apps.post(client, address(reference, "/where"), posted)
    assert answer.status_code == 400
    assert "Take out the password or PIN" in answer.text
    assert apps.soup_of(answer).select_one('a[href="#q-council"]') is not None


def test_fault_02_a_row_is_added_once_for_a_double_click(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    client = signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    soup = apps.soup_of(client.get(address(reference, path)))
    for _ in range(2):
        answer = apps.post(client, address(reference, path), {**posted, "add": "yes"}, soup)
        assert answer.location == address(reference, path)
    assert len(apps.get_draft(scene.helper, reference).answers["aidRows"]) == 1


def test_rows_are_added_and_removed_and_the_enter_key_removes_none(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    client = signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    for _ in range(2):
        apps.post(client, address(reference, path), {**posted, "add": "yes"})
    page = apps.soup_of(client.get(address(reference, path)))
    first = page.select("main form button")[0]
    assert first.get("name") is None
    assert [button["value"] for button in page.select("button[name=remove]")] == ["0", "1"]
    typed = {**posted, "q-aidRows-aid": ["Half typed"], "remove": "0"}
    apps.post(client, address(reference, path), typed)
    assert len(apps.get_draft(scene.helper, reference).answers["aidRows"]) == 1
    again = client.get(address(reference, path))
    assert "Half typed" in again.text  # nothing typed is lost


def walk_to(scene: apps.Scene, reference: str, path: str) -> Any:
    """Answer up to ``path``."""
    for _ in range(60):
        draft = apps.get_draft(scene.helper, reference)
        unanswered = draft.progress.unanswered
        if unanswered == path:
            return draft
        page = draft.definition.pages[unanswered]
        wanted = apps.ROUTES[apps.SERVICE]
        apps.save(scene.helper, reference, unanswered, apps.posted_for(draft, page, wanted))
    raise AssertionError(path)


def test_a_branch_that_is_left_keeps_its_answers_aside_until_it_is_taken_again(
    scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    apps.save(scene.helper, reference, "/where", COUNCIL)
    apps.save(scene.helper, reference, "/current-badge", {"q-hadBadge": ["yes"]})
    apps.save(scene.helper, reference, "/badge-details", {"q-badgeNumber": ["ABC123"]})
    apps.save(scene.helper, reference, "/current-badge", {"q-hadBadge": ["no"]})
    aside = apps.get_draft(scene.helper, reference).journey
    assert aside.kept_aside["badgeNumber"] == "ABC123"
    assert "badgeNumber" not in aside.answers
    apps.save(scene.helper, reference, "/current-badge", {"q-hadBadge": ["yes"]})
    assert apps.get_draft(scene.helper, reference).journey.answers["badgeNumber"] == "ABC123"


# -- two helpers, two tabs


def test_fault_03_two_helpers_on_one_draft_see_both_texts_and_none_is_lost(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    consent.assist(scene.colleague, scene.person_id)
    mine, theirs = (signed_in(app, actor) for actor in (scene.helper, scene.colleague))
    where = address(reference, "/where")
    shown = apps.soup_of(mine.get(where))
    assert apps.post(theirs, where, {**COUNCIL, "q-council": ["Theirtown"]}).status_code == 303
    conflict = apps.post(mine, where, {**COUNCIL, "q-council": ["Minetown"]}, shown)
    assert conflict.status_code == 409
    for text in ("Theirtown", "Minetown", "Harriet Helper"):
        assert text in conflict.text
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Theirtown"
    assert "Minetown" in mine.get(where).text  # kept, and filled in again
    assert "Minetown" not in theirs.get(where).text
    done = apps.post(mine, where, {}, apps.soup_of(conflict))
    assert done.status_code == 303
    draft = apps.get_draft(scene.helper, reference)
    assert draft.answers["council"] == "Minetown"
    assert draft.kept == []


def test_fault_03_what_is_saved_can_be_kept_and_one_s_own_given_up(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = signed_in(app, scene.helper)
    where = address(reference, "/where")
    shown = apps.soup_of(client.get(where))
    apps.save(scene.helper, reference, "/where", {**COUNCIL, "q-council": ["Theirtown"]})
    conflict = apps.soup_of(apps.post(client, where, {**COUNCIL, "q-council": ["Mine"]}, shown))
    drop = conflict.select_one("form[action$='/drop']")
    assert drop is not None
    token = {"csrf_token": drop.select_one("input")["value"]}
    assert client.post(drop["action"], data=token).status_code == 303
    assert count(KeptText) == 0
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
    client = signed_in(app, scene.helper)
    first = address(reference, FIRST)
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
    client = signed_in(app, scene.helper)
    where = address(reference, "/where")
    shown = apps.soup_of(client.get(where))
    elsewhere = people.make_helper(people.make_desk("Hilltown Council"))
    withdraw_consent(actor=elsewhere, consent_id=scene.consent_id, how="telephone")
    refused = apps.post(client, where, {**COUNCIL, "q-council": ["Canaryton"]}, shown)
    assert refused.status_code == 403
    assert "has not said yes to this help" in refused.text
    assert "Canaryton" in refused.text
    assert count(AnswerPage) == 1
    assert [
        each for each in actions(reference) if each[1] == "no_authority"
    ] == [("act.refused", "no_authority"), ("answers.kept", "no_authority")]
    again = client.get(where)
    assert "Canaryton" in again.text
    assert "Only you can see it" in again.text
    consent.assist(scene.colleague, scene.person_id)
    assert "Canaryton" not in signed_in(app, scene.colleague).get(where).text
    consent.assist(scene.helper, scene.person_id)
    assert apps.post(client, where, {}, apps.soup_of(again)).status_code == 303
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Canaryton"
    assert count(KeptText) == 0


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
    assert count(KeptText) == 1


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
    kept.keep_text(actor=scene.helper, application_id=draft.id, path=FIRST, posted={})
    (text,) = apps.get_draft(scene.helper, reference).kept
    with pytest.raises(NotFound):
        kept.drop_kept_text(actor=scene.colleague, kept_id=text.id)


def test_save_and_come_back_later_loses_nothing(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = signed_in(app, scene.helper)
    half = {"q-council": ["Half typed"], "later": "yes"}
    answer = apps.post(client, address(reference, "/where"), half)
    assert answer.location == f"/applications/{reference}"
    assert "not saved as an answer" in client.get(answer.location).text
    assert "Half typed" in client.get(address(reference, "/where")).text
    whole = {**COUNCIL, "later": "yes"}
    answer = apps.post(client, address(reference, "/where"), whole)
    assert answer.location == f"/applications/{reference}"
    assert apps.get_draft(scene.helper, reference).answers["council"] == "Milltown"


def test_fault_06_a_long_text_survives_a_sign_in_that_ran_out(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    from assistedaccess.kernel.database import get_session
    from assistedaccess.kernel.transactions import run_transaction

    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    client = signed_in(app, scene.helper)
    where = address(reference, "/where")
    shown = apps.soup_of(client.get(where))

    def run_out() -> None:
        row = get_session().scalars(select(SignIn)).one()
        row.ended_at, row.end_reason = clock.now(), "idle"

    run_transaction(run_out)
    led = apps.post(client, where, {**COUNCIL, "q-council": ["Canaryton"]}, shown)
    assert led.status_code == 303
    assert count(AnswerPage) == 1
    from urllib.parse import parse_qs, urlsplit

    (back,) = parse_qs(urlsplit(led.location).query)["next"]
    stranger = signed_in(app, scene.colleague)
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
    assert count(AnswerPage) == 0


# -- what the record knows


KNOWN = {
    "birth_date": "1940-03-27",
    "national_insurance_number": "AB 12 34 56 C",
    "housing": "address",
    "address": {"line_1": "1 High Street", "town": "Millbrook", "postcode": "LS1 4ZZ"},
}


@pytest.fixture
def known_scene(app: Flask) -> apps.Scene:
    return apps.make_scene("council-tax-reduction", **KNOWN)


def test_what_the_record_knows_is_offered_and_never_filled_in_silently(
    app: Flask, known_scene: apps.Scene
) -> None:
    helper = known_scene.helper
    reference = apps.start(known_scene, service_key="council-tax-reduction")
    apps.save(helper, reference, "/where", COUNCIL)
    apps.save(helper, reference, "/liable", {"q-liable": ["yes"]})
    client = signed_in(app, helper)
    name = address(reference, "/name")
    offered = apps.soup_of(client.get(name))
    assert "27 March 1940" in offered.get_text()
    assert "AB 12 34 56 C" in offered.get_text()
    assert not any(
        apps.fields_of(offered)[field][0]
        for field in apps.fields_of(offered)
        if field.startswith("q-")
    )
    filled = apps.soup_of(client.get(f"{name}?fill=record"))
    fields = apps.fields_of(filled)
    assert fields["q-fullName"] == ["Ada Lovelace"]
    assert fields["q-birthDate-year"] == ["1940"]
    assert "Ask the person whether each is right" in filled.get_text()
    assert "/name" not in apps.get_draft(helper, reference).pages
    apps.post(client, name, {"q-fullName": "Ada King"}, filled)
    saved = apps.get_draft(helper, reference).pages["/name"]
    assert saved.answers["fullName"] == "Ada King"
    assert saved.from_record == {"birthDate", "nino"}
    assert "The person’s record knows this" not in client.get(name).text
    looks = [each for each in actions(reference) if each[0] == "application.opened"]
    assert looks[-1][1] == "explained.open_case"


def test_an_address_that_is_hidden_is_not_offered(app: Flask) -> None:
    scene = apps.make_scene("council-tax-reduction", **KNOWN, hides_address=True)
    reference = apps.start(scene, service_key="council-tax-reduction")
    draft = apps.get_draft(scene.helper, reference)
    from assistedaccess.applications.known import find_known_facts, load_known_answers
    from assistedaccess.people.queries import get_person

    facts = find_known_facts(draft.definition, draft.definition.pages["/address"])
    assert facts == {"address": "address"}
    with reading():
        assert load_known_answers(get_person(scene.person_id), facts) == {}


# -- the way through the pages


def test_v2_3_1_the_last_address_leads_back_to_the_first_missing_step(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    client = signed_in(app, scene.helper)
    for tail in (
        "pages/medicine-list",
        "pages/check-answers",
        "check-answers",
        "read-out",
        "declaration",
    ):
        answer = client.get(f"/applications/{reference}/{tail}")
        assert answer.status_code == 303
        assert answer.location == address(reference, FIRST), tail
    assert client.get(f"/applications/{reference}/sent").location == f"/applications/{reference}"
    assert client.get(address(reference, "/no-such-page")).status_code == 404


def test_a_change_leads_back_to_the_check_or_to_what_it_asks_anew(
    app: Flask, scene: apps.Scene
) -> None:
    draft = apps.make_ready(scene)
    client = signed_in(app, scene.helper)
    change = f"{address(draft.reference, '/where')}?change=1"
    done = apps.post(client, change, {**COUNCIL, "q-council": ["Elsewhere"]})
    assert done.location == f"/applications/{draft.reference}/check-answers"
    change = f"{address(draft.reference, '/current-badge')}?change=1"
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
    client = signed_in(app, scene.helper)
    shown = client.get(address(reference, "/no-reason"))
    assert shown.status_code == 200
    assert "Save and continue" not in shown.text
    assert client.get(f"/applications/{reference}/check-answers").location == address(
        reference, "/no-reason"
    )


def test_withdrawing_needs_no_authority_and_tells_the_person(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    withdraw_consent(actor=scene.helper, consent_id=scene.consent_id, how="in_front")
    client = signed_in(app, scene.helper)
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
    assert count(KeptText) == 1


def test_somebody_who_was_erased_leaves_no_answers(scene: apps.Scene, reference: str) -> None:
    from assistedaccess.kernel.transactions import run_transaction

    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    run_transaction(lambda: encryption.forget(scene.person_id))
    draft = apps.get_draft(scene.helper, reference)
    assert draft.answers == {}
    assert draft.pages[FIRST].version == 1
