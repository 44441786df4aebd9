"""Evidence on a form's page: taken once, shown by name, sealed, handed out and taken off."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from assistedaccess.applications import service_evidence
from assistedaccess.applications.models import Evidence, EvidenceContent, KeptText
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.consent.service import withdraw_consent
from assistedaccess.kernel import encryption
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import applications as apps
from tests.factories import files, people

SERVICE = "older-persons-bus-pass"
PAGE = "/photo-file"
CONTROL = "q-photo"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene() -> apps.Scene:
    return apps.make_scene(SERVICE)


@pytest.fixture
def draft(scene: apps.Scene) -> Draft:
    """A draft that has come to the photograph."""
    reference = apps.start(scene, service_key=SERVICE)
    for _ in range(20):
        found = apps.get_draft(scene.helper, reference)
        path = found.progress.unanswered
        if path == PAGE:
            return found
        wanted = {**apps.ROUTES[SERVICE], "photoHow": "file"}
        posted = apps.posted_for(found, found.definition.pages[path], wanted)
        apps.save(scene.helper, reference, path, posted)
    raise AssertionError(path)


@pytest.fixture
def client(app: Flask, scene: apps.Scene) -> FlaskClient:
    return apps.signed_in(app, scene.helper)


def send(
    client: FlaskClient, draft: Draft, content: bytes, name: str = "me.jpg", **more: Any
) -> Any:
    """Send the page with a file in it, as a browser without scripts does."""
    address = apps.address(draft.reference, PAGE)
    fields = apps.fields_of(apps.soup_of(client.get(address)))
    data = {**fields, CONTROL: [*fields.get(CONTROL, ()), (io.BytesIO(content), name)], **more}
    data[CONTROL] = [value for value in data[CONTROL] if value]
    return client.post(address, data=data, content_type="multipart/form-data")


def stored() -> list[Evidence]:
    with reading() as session:
        return list(session.scalars(select(Evidence).order_by(Evidence.id)))


def test_a_file_travels_with_its_page(client: FlaskClient, draft: Draft) -> None:
    answer = send(client, draft, files.picture())
    assert answer.status_code == 303, apps.errors_of(answer)
    (row,) = stored()
    assert (row.question, row.kind, row.scan) == ("photo", "image/jpeg", "not_checked")
    page = client.get(apps.address(draft.reference, PAGE)).get_data(as_text=True)
    assert "me.jpg" in page
    assert "Not checked for viruses" in page
    summary = client.get(f"/applications/{draft.reference}/print")
    assert "me.jpg" in summary.get_data(as_text=True)
    assert str(row.id) not in summary.get_data(as_text=True)
    assert apps.list_actions(draft.reference)[-2:]  # the page's own


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html>", "must be a JPEG, PNG, HEIC, PDF or DOCX"),
        (files.ACTIVE_PDFS["script"], "holds something that runs"),
        (files.ACTIVE_DOCX["macro"], "holds something that runs"),
        (files.ACTIVE_DOCX["entity"], "holds something that runs"),
        (files.EICAR, "contains a virus"),
        (files.picture()[:100], "is damaged"),
        (b"", "is empty"),
    ],
    ids=["html", "script", "macro", "xxe", "eicar", "half", "empty"],
)
def test_fault_43_what_will_not_do_is_said_at_the_field_and_nothing_is_kept(
    client: FlaskClient, draft: Draft, content: bytes, words: str
) -> None:
    answer = send(client, draft, content)
    assert answer.status_code == 400
    assert words in apps.errors_of(answer)[1]
    assert apps.soup_of(answer).select_one(f'a[href="#{CONTROL}"]') is not None
    assert stored() == []


def test_a_page_that_is_not_fit_keeps_the_file_that_came_with_it(
    client: FlaskClient, scene: apps.Scene, draft: Draft
) -> None:
    apps.save(scene.helper, draft.reference, PAGE, {CONTROL: [apps.add_file(draft, "photo")]})
    address = apps.address(draft.reference, "/age-proof")
    fields = apps.fields_of(apps.soup_of(client.get(address)))
    data = {**fields, "q-proofFiles": (io.BytesIO(files.pdf()), "bill.pdf")}
    answer = client.post(address, data=data, content_type="multipart/form-data")
    assert answer.status_code == 400  # what shows age and address was not chosen
    assert "bill.pdf" in answer.get_data(as_text=True)
    assert "bill.pdf" in client.get(address).get_data(as_text=True)  # and after coming back


def test_a_second_try_of_the_same_file_is_the_same_file(client: FlaskClient, draft: Draft) -> None:
    address = f"/applications/{draft.reference}/evidence"
    token = apps.fields_of_token(client)
    answers = []
    for _ in range(2):
        data = {"csrf_token": token, "question": "photo"}
        data["file"] = (io.BytesIO(files.picture()), "me.jpg")  # type: ignore[assignment]
        answers.append(client.post(address, data=data, content_type="multipart/form-data").json)
    assert answers[0] == answers[1]
    assert answers[0]["name"] == "me.jpg"
    assert len(stored()) == 1


def test_a_file_on_its_own_is_refused_in_words(client: FlaskClient, draft: Draft) -> None:
    address = f"/applications/{draft.reference}/evidence"
    token = apps.fields_of_token(client)

    def post(question: str, content: bytes | None) -> Any:
        data: dict[str, Any] = {"csrf_token": token, "question": question}
        if content is not None:
            data["file"] = (io.BytesIO(content), "x.pdf")
        return client.post(address, data=data, content_type="multipart/form-data")

    assert post("photo", None).status_code == 400
    refused = post("photo", b"<html>")
    assert (refused.status_code, "HEIC" in refused.json["error"]) == (422, True)
    assert post("fullName", files.picture()).status_code == 404
    assert post("no-such", files.picture()).status_code == 404
    assert stored() == []


def test_a_file_that_is_taken_off_is_gone_once_the_page_is_saved(
    client: FlaskClient, scene: apps.Scene, draft: Draft
) -> None:
    first, second = apps.add_file(draft, "photo"), apps.add_file(draft, "photo", files.picture())
    address = apps.address(draft.reference, PAGE)
    page = apps.soup_of(client.get(address))
    buttons = page.select("button[name=drop]")
    assert [button["value"] for button in buttons] == [first, second]
    assert page.select("main form button")[0].get("name") is None  # what the Enter key presses
    fields = apps.fields_of(page) | {CONTROL: [first, second]}
    dropped = apps.soup_of(client.post(address, data={**fields, "drop": first}))
    assert [field["value"] for field in dropped.select(f"input[name={CONTROL}][value]")] == [second]
    assert len([row for row in stored() if row.removed_at is None]) == 2  # until it is saved
    done = client.post(address, data=apps.fields_of(dropped) | {CONTROL: second})
    assert done.status_code == 303
    gone, left = stored()
    assert (gone.removed_at is None, gone.name, left.removed_at) == (False, None, None)
    with reading() as session:
        assert [str(i) for i in session.scalars(select(EvidenceContent.evidence_id))] == [second]
    assert client.get(f"/applications/{draft.reference}/evidence/{first}").status_code == 404


def test_v8_2_2_only_one_s_own_files_answer_a_question(scene: apps.Scene, draft: Draft) -> None:
    other = apps.make_scene(SERVICE)
    foreign = apps.get_draft(other.helper, apps.start(other, service_key=SERVICE))
    theirs = apps.add_file(foreign, "photo")
    elsewhere = apps.add_file(draft, "proofFiles")
    from assistedaccess.applications.rules import NotFit

    for wrong in (theirs, elsewhere, "sample-1", "0" * 8):
        with pytest.raises(NotFit):
            apps.save(scene.helper, draft.reference, PAGE, {CONTROL: [wrong]})


def test_v3_2_1_and_v5_4_1_a_file_is_handed_out_to_be_saved(
    app: Flask, client: FlaskClient, scene: apps.Scene, draft: Draft
) -> None:
    made = apps.add_file(draft, "photo", name='../Ŵyn"\r\nX-Evil: 1.html')
    address = f"/applications/{draft.reference}/evidence/{made}"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    given = answer.headers["Content-Disposition"]
    assert given.startswith("attachment; filename=")
    assert "\n" not in given
    assert "X-Evil" not in answer.headers
    assert given.endswith(".png")
    assert files.open_picture(answer.data).size == (60, 40)
    with reading() as session:
        seen = session.execute(
            text("SELECT count(*) FROM audit_event WHERE action = 'evidence.opened'")
        ).scalar()
    assert seen == 1
    stranger = people.make_helper(people.make_desk("Hilltown Council"))
    assert apps.signed_in(app, stranger).get(address).status_code == 404
    with pytest.raises(NotFound):
        service_evidence.open_evidence(
            actor=stranger, reference=draft.reference, evidence_id=stored()[0].id
        )


def test_a_file_is_sealed_and_gone_with_the_person_s_key(
    client: FlaskClient, scene: apps.Scene, draft: Draft
) -> None:
    content = files.pdf(pages=7)
    made = apps.add_file(draft, "photo", content, name="CanaryName.pdf")
    with reading() as session:
        body = session.scalars(select(EvidenceContent.body)).one()
        name = session.scalars(select(Evidence.name)).one()
    assert b"%PDF" not in body
    assert b"Canary" not in (name or b"")
    run_transaction(lambda: encryption.forget(scene.person_id))
    address = f"/applications/{draft.reference}/evidence/{made}"
    assert client.get(address).status_code in (403, 404)


def test_a_yes_that_is_taken_back_stops_files_too_and_keeps_what_was_typed(
    client: FlaskClient, scene: apps.Scene, draft: Draft
) -> None:
    address = apps.address(draft.reference, "/age-proof")
    apps.save(scene.helper, draft.reference, PAGE, {CONTROL: [apps.add_file(draft, "photo")]})
    fields = apps.fields_of(apps.soup_of(client.get(address)))
    withdraw_consent(actor=scene.helper, consent_id=scene.consent_id, how="in_front")
    typed = {"q-ageProof": "passport", "q-addressProof": "bill"}
    data = {**fields, **typed, "q-proofFiles": (io.BytesIO(files.pdf()), "bill.pdf")}
    answer = client.post(address, data=data, content_type="multipart/form-data")
    assert answer.status_code == 403
    assert len(stored()) == 1
    assert apps.count(KeptText) == 1


def test_v5_2_1_more_than_a_file_may_have_is_refused(client: FlaskClient, draft: Draft) -> None:
    address = f"/applications/{draft.reference}/evidence"
    token = apps.fields_of_token(client)

    def post(size: int) -> Any:
        part = b'--edge\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
        body = part % (b"csrf_token", b"", token.encode()) + part % (b"question", b"", b"photo")
        body += part % (b"file", b'; filename="x.jpg"', b"\xff\xd8\xff" + b"x" * size)
        kind = "multipart/form-data; boundary=edge"
        return client.post(address, data=body + b"--edge--\r\n", content_type=kind, buffered=True)

    assert post(21_500_000).status_code == 413
    nearly = post(20_000_000)
    assert nearly.status_code == 422
    assert "smaller than 20 MB" in nearly.json["error"]


def test_a_form_that_is_typed_may_not_be_as_large_as_a_file(
    client: FlaskClient, draft: Draft
) -> None:
    address = apps.address(draft.reference, PAGE)
    answer = client.post(address, data={"csrf_token": "x", "q-photo": "x" * 1_500_000})
    assert answer.status_code == 413
