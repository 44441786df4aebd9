"""Answers: begun and saved page by page, on what the form takes, each branch kept."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.applications import service, service_filling
from assistedaccess.applications.known import find_known_facts, load_known_answers
from assistedaccess.applications.models import AnswerPage, Application
from assistedaccess.applications.rules import CaseIsClosed, NotFit
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.rules import NoAuthority
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.models import Person
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
    assert apps.count(Application) == 1


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
    assert apps.count(Application) == 0


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
    client = apps.signed_in(app, stranger)
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
    assert apps.list_actions(reference)[-1] == ("answers.saved", None)


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
    assert apps.count(AnswerPage) == 0


def test_a_password_is_no_answer(app: Flask, scene: apps.Scene, reference: str) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    posted = {**COUNCIL, "q-council": ["Milltown, my password is hunter2"]}
    with pytest.raises(NotFit):
        apps.save(scene.helper, reference, "/where", posted)
    client = apps.signed_in(app, scene.helper)
    answer = apps.post(client, apps.address(reference, "/where"), posted)
    assert answer.status_code == 400
    assert "Take out the password or PIN" in answer.text
    assert apps.soup_of(answer).select_one('a[href="#q-council"]') is not None


def test_a_card_s_number_is_no_answer(scene: apps.Scene, reference: str) -> None:
    apps.save(scene.helper, reference, FIRST, {"q-whoFor": ["self"]})
    with pytest.raises(NotFit, match="number of a bank card"):
        apps.save(
            scene.helper, reference, "/where", {**COUNCIL, "q-council": ["4111 1111 1111 1111"]}
        )


def test_fault_02_a_row_is_added_once_for_a_double_click(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    client = apps.signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    soup = apps.soup_of(client.get(apps.address(reference, path)))
    for _ in range(2):
        answer = apps.post(client, apps.address(reference, path), {**posted, "add": "yes"}, soup)
        assert answer.location == apps.address(reference, path)
    assert len(apps.get_draft(scene.helper, reference).answers["aidRows"]) == 1


def test_rows_are_added_and_removed_and_the_enter_key_removes_none(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    client = apps.signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    for _ in range(2):
        apps.post(client, apps.address(reference, path), {**posted, "add": "yes"})
    page = apps.soup_of(client.get(apps.address(reference, path)))
    first = page.select("main form button")[0]
    assert first.get("name") is None
    assert [button["value"] for button in page.select("button[name=remove]")] == ["0", "1"]
    typed = {**posted, "q-aidRows-aid": ["Half typed"], "remove": "0"}
    apps.post(client, apps.address(reference, path), typed)
    assert len(apps.get_draft(scene.helper, reference).answers["aidRows"]) == 1
    again = client.get(apps.address(reference, path))
    assert "Half typed" in again.text  # nothing typed is lost


def test_a_row_is_changed_without_a_script_and_its_neighbours_stay(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    address = apps.address(reference, path)
    client = apps.signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    for aid in ("Stick", "Frame"):
        apps.post(client, address, {**posted, "q-aidRows-aid": [aid], "add": "yes"})
    page = apps.soup_of(client.get(address))
    links = [link["href"] for link in page.select("table a")]
    assert links == ["?row=0", "?row=1"]
    changing = apps.soup_of(client.get(f"{address}?row=1"))
    assert changing.select_one("input[name=q-aidRows-aid]")["value"] == "Frame"
    assert not changing.select("button[name=add], button[name=later]")
    empty = apps.post(client, address, {"q-aidRows-aid": ""}, changing)
    assert empty.status_code == 400
    saved = apps.post(client, address, {"q-aidRows-aid": "Wheelchair"}, changing)
    assert saved.location == address  # back to the rows
    rows = apps.get_draft(scene.helper, reference).answers["aidRows"]
    assert [row["aid"] for row in rows] == ["Stick", "Wheelchair"]


def test_a_row_that_somebody_took_out_is_not_put_over_another(
    app: Flask, scene: apps.Scene, reference: str
) -> None:
    path = "/aid-list"
    address = apps.address(reference, path)
    client = apps.signed_in(app, scene.helper)
    draft = walk_to(scene, reference, path)
    posted = apps.posted_for(draft, draft.definition.pages[path])
    for aid in ("Stick", "Frame"):
        apps.post(client, address, {**posted, "q-aidRows-aid": [aid], "add": "yes"})
    for row, taken in (("0", 0), ("1", 0)):
        changing = apps.soup_of(client.get(f"{address}?row={row}"))
        before = apps.get_draft(scene.helper, reference).answers["aidRows"]
        apps.save(scene.helper, reference, path, {}, row_to_remove=taken)
        answer = apps.post(client, address, {"q-aidRows-aid": "Late"}, changing)
        assert answer.status_code == 409
        assert "Late" in answer.text
        left = apps.get_draft(scene.helper, reference).answers["aidRows"]
        assert left == [r for n, r in enumerate(before) if n != taken]
        apps.post(client, address, {**posted, "q-aidRows-aid": ["Frame"], "add": "yes"})


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
    client = apps.signed_in(app, helper)
    name = apps.address(reference, "/name")
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
    apps.post(client, name, {"q-fullName": "Ada Lovelace"}, apps.soup_of(client.get(name)))
    typed = apps.get_draft(helper, reference).pages["/name"]
    assert typed.answers["fullName"] == "Ada Lovelace"  # as the record, but typed
    assert typed.from_record == {"birthDate", "nino"}
    assert "The person’s record knows this" not in client.get(name).text
    looks = [each for each in apps.list_actions(reference) if each[0] == "application.opened"]
    assert looks[-1][1] == "explained.open_case"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("is_unsafe", [False, True])
def test_a_number_by_which_nobody_may_reach_them_is_not_offered(is_unsafe: bool) -> None:
    scene = apps.make_scene("council-tax-reduction", contact_points=[people.mobile()])
    with reading() as session:
        person = session.get_one(Person, scene.person_id)
        person.contact_is_unsafe = is_unsafe
        offered = load_known_answers(person, {"phone": "phone", "fullName": "name"})
        session.expunge(person)
    assert offered.pop("fullName") == "Ada Lovelace"
    assert offered == ({} if is_unsafe else {"phone": "07700 900123"})


def test_an_address_that_is_hidden_is_not_offered(app: Flask) -> None:
    scene = apps.make_scene("council-tax-reduction", **KNOWN, hides_address=True)
    reference = apps.start(scene, service_key="council-tax-reduction")
    draft = apps.get_draft(scene.helper, reference)
    from assistedaccess.people.queries import get_person

    facts = find_known_facts(draft.definition, draft.definition.pages["/address"])
    assert facts == {"address": "address"}
    with reading():
        assert load_known_answers(get_person(scene.person_id), facts) == {}
