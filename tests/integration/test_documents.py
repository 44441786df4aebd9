"""Documents with what they prove; letters that come where that is allowed; letters that go out."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.audit.explain import NotIncluded
from assistedaccess.casework import service_concerns
from assistedaccess.casework.queries import CaseDetails
from assistedaccess.casework.queries_entries import list_open_tasks
from assistedaccess.delegation import service as delegation
from assistedaccess.desk import service as desk_service
from assistedaccess.documents import service, service_letters
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import InvalidInput, NotFound, Refused, StaleVersion
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from tests.factories import documents, files
from tests.factories.casework import close_case, get_case, make_case
from tests.factories.consent import OTHER_SERVICE, SERVICE, Scene, assist, list_told, make_scene
from tests.factories.delegation import grant
from tests.factories.people import make_desk, make_helper, reference_of, sign_in, without_site
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import read_token, send
from tests.support.reading_age import reading_age
from tests.support.statements import counted_statements

OLDEST_READER = 9
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def scene(app: Flask):
    with clock.set_clock(Hand()):
        yield make_scene()


@pytest.fixture
def case(scene: Scene) -> CaseDetails:
    return make_case(scene.helper, scene.person_id, service=SERVICE)


def told(scene: Scene, kind: str) -> int:
    return [found for found, _facts in list_told(scene.person_id)].count(kind)


def test_a_document_is_kept_with_what_it_proves_on_the_persons_yes(
    scene: Scene, case: CaseDetails
) -> None:
    until = clock.today() + timedelta(days=20)
    with pytest.raises(Refused):
        documents.keep(scene.helper, case)
    consent_id = assist(scene.helper, scene.person_id)
    for fields, field in (
        ({"title": ""}, "title"),
        ({"proves": ["magic"]}, "proves"),
        ({"text": None}, "text"),
        ({"text": "my password is hunter22"}, "text"),
        ({"valid_until": clock.today().replace(year=2100)}, "valid_until"),
    ):
        with pytest.raises(InvalidInput) as refused:
            documents.keep(scene.helper, case, **fields)
        assert refused.value.field == field
    key = new_request_key()
    made = documents.keep(scene.helper, case, valid_until=until, request_key=key)
    assert made == documents.keep(scene.helper, case, valid_until=until, request_key=key)
    found = documents.get(scene.helper, made)
    assert (found.row.title, found.row.proves, found.row.valid_until, found.row.validity) == (
        "Tenancy agreement", ("rent",), until, "ends_soon",
    )  # fmt: skip
    (event,) = list_events("document.added")
    assert (event.authority_kind, event.authority_id) == ("assisting", consent_id)
    story = desk_service.view_case(actor=scene.helper, reference=case.reference)
    assert [e.words for e in story.entries if e.entry.kind == "document"] == ["Tenancy agreement"]
    close_case(scene.helper, get_case(scene.helper, case.id))
    with pytest.raises(StaleVersion):
        documents.keep(scene.helper, case)


def test_a_letter_comes_in_only_where_that_power_lives(scene: Scene, case: CaseDetails) -> None:
    assist(scene.helper, scene.person_id)  # to help somebody who is here is not to get their post
    with pytest.raises(Refused):
        documents.receive(scene.helper, case)
    grant(scene.helper, scene.person_id, powers=["see", "submit"])
    with pytest.raises(Refused):
        documents.receive(scene.helper, case)
    granted = grant(scene.helper, scene.person_id, powers=["see", "submit", "receive_messages"])
    answer_by = clock.today() + timedelta(days=14)
    made = documents.receive(scene.helper, case, answer_by=answer_by)
    assert told(scene, "letter_received") == 1
    (event,) = list_events("letter.received")
    assert event.authority_id == granted
    with reading():
        (task,) = list_open_tasks(case)
    assert task.due_on == answer_by
    with pytest.raises(StaleVersion):  # not before the person knows what it says
        service.note_answered(actor=scene.helper, document_id=made, version=1, answer="not_needed")
    service.note_read(actor=scene.helper, document_id=made, version=1, how="aloud")
    with pytest.raises(StaleVersion):
        service.note_read(actor=scene.helper, document_id=made, version=1, how="aloud")
    with pytest.raises(StaleVersion):
        service.file_letter(actor=scene.helper, document_id=made, version=2)
    service.note_answered(actor=scene.helper, document_id=made, version=2, answer="otherwise")
    with reading():
        assert list_open_tasks(case) == []
    service.file_letter(actor=scene.helper, document_id=made, version=3)
    assert documents.get(scene.helper, made).row.step == "nothing"
    delegation.end_delegation(actor=scene.helper, delegation_id=granted, how="in_front")
    with pytest.raises(Refused):
        documents.receive(scene.helper, case)


def test_a_letter_goes_out_once_the_person_has_heard_these_very_words(
    scene: Scene, case: CaseDetails
) -> None:
    helper = scene.helper
    with pytest.raises(InvalidInput) as refused:
        documents.write(helper, case, why=" ")
    assert refused.value.field == "why"
    written = documents.write(helper, case, decided_on=clock.today(), their_reference="BB 12")
    found = documents.find(helper, written.reference)
    for words in (
        found.person_name, "The Council\nMillbrook", "Please look again", "23 November 2026",
        "Your number for me: BB 12", "I do live here.", written.reference,
    ):  # fmt: skip
        assert words in found.text

    def leave(version: int, how: str = "posted") -> None:
        service_letters.send_letter(
            actor=helper, reference=written.reference, version=version, how=how
        )

    with pytest.raises(StaleVersion, match="not heard"):
        leave(1)
    check = {"actor": helper, "reference": written.reference, "how": "aloud"}
    service_letters.check_letter(**check, version=1)
    service_letters.change_letter(
        actor=helper, reference=written.reference, version=2, text="Other words"
    )
    with pytest.raises(StaleVersion, match="not heard"):
        leave(3)
    service_letters.check_letter(**check, version=3)
    with pytest.raises(Refused):  # nothing lets them yet
        leave(4)
    assist(helper, scene.person_id)
    leave(4)
    assert told(scene, "letter_sent") == 1
    with pytest.raises(StaleVersion):
        leave(5)
    with pytest.raises(StaleVersion):
        service_letters.change_letter(
            actor=helper, reference=written.reference, version=5, text="Anything else"
        )
    assert documents.find(helper, written.reference).text == "Other words"
    story = desk_service.view_case(actor=helper, reference=case.reference)
    assert "letter" in [each.entry.kind for each in story.entries]


def test_word_of_a_new_address_needs_the_person_or_that_power(
    scene: Scene, case: CaseDetails
) -> None:
    helper = scene.helper
    fields = {"kind": "address", "new_address": "9 New Road", "why": None}
    with pytest.raises(InvalidInput):
        documents.write(helper, case, **{**fields, "new_address": " "})
    grant(helper, scene.person_id, powers=["see", "submit"])
    written = documents.write(helper, case, **fields)
    service_letters.check_letter(
        actor=helper, reference=written.reference, version=1, how="telephone"
    )
    leave = {"actor": helper, "reference": written.reference, "version": 2, "how": "posted"}
    with pytest.raises(Refused):
        service_letters.send_letter(**leave)
    assist(helper, scene.person_id)
    service_letters.send_letter(**leave)
    assert told(scene, "address_letter_sent") >= 1


def test_that_no_yes_stands_is_said_before_a_word_is_written(
    client: FlaskClient, database: Database, scene: Scene, case: CaseDetails
) -> None:
    sign_in(client, scene.helper)
    said, here = "This letter could not be sent now.", f"/cases/{case.reference}/letters/new"
    with counted_statements(database) as sent:
        page = client.get(f"{here}?kind=challenge").text
    assert len(sent) <= 12, sent
    assert said in page
    assert f"/people/{case.person_reference}/help?case={case.reference}" in page
    assert "next=/cases/" in page.replace("%2F", "/")
    written = documents.write(scene.helper, case)  # it may be written all the same
    letter = f"/letters/{written.reference}"
    with counted_statements(database) as sent:
        assert said in client.get(letter).text
    assert len(sent) <= 12, sent
    # Somebody who may not send it anyway, and paper, are not told.
    assert said not in client.get(f"{letter}/print").text
    assist(scene.helper, scene.person_id)
    assert said not in client.get(here).text
    assert said not in client.get(letter).text
    assert list_events("act.refused") == []
    # Word of a new address needs another power, where the person is not here.
    gone = make_scene()
    away = make_case(gone.helper, gone.person_id, service=SERVICE)
    grant(gone.helper, gone.person_id, powers=["submit"])
    sign_in(client, gone.helper)
    page = f"/cases/{away.reference}/letters/new?kind="
    assert [said in client.get(page + kind).text for kind in ("challenge", "address")] == [
        False, True,
    ]  # fmt: skip


def test_the_letter_that_is_answered_is_answered(scene: Scene, case: CaseDetails) -> None:
    helper = scene.helper
    grant(helper, scene.person_id, powers=["submit", "receive_messages"])
    came = documents.receive(helper, case)
    service.note_read(actor=helper, document_id=came, version=1, how="themself")
    other = make_case(helper, scene.person_id, service=SERVICE)
    with pytest.raises(NotFound):
        documents.write(helper, other, answers_id=came)
    written = documents.write(helper, case, kind="reasons", why=None, answers_id=came)
    service_letters.check_letter(actor=helper, reference=written.reference, version=1, how="aloud")
    service_letters.send_letter(actor=helper, reference=written.reference, version=2, how="given")
    assert str(documents.get(helper, came).answer) == "letter"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_template_is_plain_and_says_nothing_of_a_hidden_address(app: Flask) -> None:
    home = {"line_1": "7 Canary Row", "town": "Millbrook", "postcode": "LS1 4AP"}
    with clock.set_clock(Hand()):
        open_scene = make_scene(housing="address", address=home)
        open_case = make_case(open_scene.helper, open_scene.person_id, service=SERVICE)
        for kind in ("challenge", "reasons", "subject_access", "address"):
            written = documents.write(
                open_scene.helper, open_case, kind=kind, new_address="9 New Road",
                decided_on=clock.today(), moved_on=clock.today(),
            )  # fmt: skip
            text = documents.find(open_scene.helper, written.reference).text
            assert "7 Canary Row" in text
            plain = text.split("To whoever reads this,")[1].split("Yours faithfully")[0]
            assert reading_age(plain) <= OLDEST_READER, (kind, reading_age(plain), plain)
        hidden = make_scene(housing="address", address=home, hides_address=True)
        shut_case = make_case(hidden.helper, hidden.person_id, service=SERVICE)
        written = documents.write(hidden.helper, shut_case)
        assert "Canary Row" not in documents.find(hidden.helper, written.reference).text


def test_another_organisation_finds_nothing(scene: Scene, case: CaseDetails) -> None:
    assist(scene.helper, scene.person_id)
    made = documents.keep(scene.helper, case)
    written = documents.write(scene.helper, case)
    stranger = make_helper(make_desk())
    for do in (
        lambda: service.open_document(actor=stranger, document_id=made),
        lambda: service.open_file(actor=stranger, document_id=made),
        lambda: service.note_read(actor=stranger, document_id=made, version=1, how="aloud"),
        lambda: service_letters.open_letter(actor=stranger, reference=written.reference),
        lambda: service_letters.check_letter(
            actor=stranger, reference=written.reference, version=1, how="aloud"
        ),
        lambda: documents.write(stranger, case),
        lambda: documents.keep(stranger, case),
    ):
        with pytest.raises(NotFound):
            do()
    with pytest.raises(NotFound):  # what was brought is no letter
        service.note_read(actor=scene.helper, document_id=made, version=1, how="aloud")


def test_the_pages_keep_receive_and_send(
    client: FlaskClient, database: Database, scene: Scene, case: CaseDetails
) -> None:
    sign_in(client, scene.helper)
    assist(scene.helper, scene.person_id)
    grant(scene.helper, scene.person_id, powers=["submit", "receive_messages"])
    listed = f"/cases/{case.reference}/documents"
    assert "Nothing is kept yet" in client.get(listed).text

    form = client.get(f"{listed}/new")
    bad = {"csrf_token": read_token(form), "title": "Passport", "request_key": new_request_key()}
    answer = client.post(f"{listed}/new", data=bad)
    assert "Type in what it says, or select the file" in answer.text
    virus = {**bad, "file": (io.BytesIO(files.EICAR), "x.pdf")}
    answer = client.post(f"{listed}/new", data=virus, content_type="multipart/form-data")
    assert "The selected file contains a virus" in answer.text
    good = {
        **bad, "proves": "identity", "valid_until-day": "29", "valid_until-month": "2",
        "valid_until-year": "2028", "file": (io.BytesIO(files.picture()), "../<b>scan.jpg"),
    }  # fmt: skip
    kept = client.post(f"{listed}/new", data=good, content_type="multipart/form-data").location
    page = client.get(kept).text
    assert "29 February 2028" in page
    assert "Who they are" in page
    file = client.get(f"{kept}/file")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.data.startswith(b"\xff\xd8\xff")

    came = send(
        client, f"{listed}/received", title="The council", text="No.", request_key="k" * 22
    ).location
    assert "They know what it says" in client.get(came).text
    assert "Select how the person heard it" in send(client, f"{came}/read", page=came).text
    assert send(client, f"{came}/read", page=came, how="aloud", version="1").status_code == 303
    answers = f"/cases/{case.reference}/letters/new?answers={came.rsplit('/', 1)[1]}&kind=reasons"
    letter = send(
        client, answers, kind="reasons", recipient="The council", request_key="l" * 22,
        answers_id=came.rsplit("/", 1)[1],
    ).location  # fmt: skip
    assert "To be checked with them" in client.get(letter).text
    assert "Do not send it" in client.get(f"{letter}/print").text
    assert "Enter the letter" in send(client, f"{letter}/text", page=letter, version="1").text
    unsaid = send(client, f"{letter}/checked", page=letter, version="1").text
    assert "Select how the person heard it" in unsaid
    assert "Yours faithfully" in unsaid.split("<textarea")[1]  # still there, to be changed
    send(client, f"{letter}/text", page=letter, version="1", text="Why, please?")
    send(client, f"{letter}/checked", page=letter, version="2", how="aloud")
    printed = client.get(f"{letter}/print").text
    assert "Why, please?" in printed
    assert "Do not send it" not in printed
    assert send(client, f"{letter}/sent", page=letter, version="3", how="given").status_code == 303
    assert "By letter" in client.get(came).text
    assert send(client, f"{came}/filed", page=came, version="3").status_code == 303
    for address in (listed, kept, came, letter, f"/cases/{case.reference}",
                    f"/people/{reference_of(scene.person_id)}"):  # fmt: skip
        with counted_statements(database) as sent:
            assert client.get(address).status_code == 200
        assert len(sent) <= 12, (address, sent)


def test_a_yes_to_something_else_opens_no_document_of_a_case_that_a_colleague_has(
    scene: Scene, case: CaseDetails
) -> None:
    assist(scene.helper, scene.person_id)
    document_id = documents.keep(scene.helper, case)
    letter = documents.write(scene.helper, case).reference
    reader = make_helper(scene.desk)
    assist(reader, scene.person_id, OTHER_SERVICE)
    for look in (
        lambda: service.open_document(actor=reader, document_id=document_id),
        lambda: service_letters.open_letter(actor=reader, reference=letter),
    ):
        with pytest.raises(NotIncluded):
            look()
    assist(reader, scene.person_id)
    assert service.open_document(actor=reader, document_id=document_id)
    assert service_letters.open_letter(actor=reader, reference=letter)
    lead = without_site(make_helper(scene.desk, "safeguarding_lead"))
    service_concerns.raise_concern(
        actor=scene.helper,
        about=reference_of(scene.person_id),
        kinds=["money"],
        seen="Her son took the card",
        is_urgent=False,
    )
    assert service.open_document(actor=lead, document_id=document_id)
