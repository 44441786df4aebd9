"""The pages on which a record is given, as a browser meets them; and the tagged PDF."""

from __future__ import annotations

import io
import re

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from assistedaccess.delegation import service
from assistedaccess.delegation.service_life import suspend_holder
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.my_record import pdf, service_objections
from tests.conftest import do_without
from tests.factories import consent, people, record
from tests.factories import delegation as granted
from tests.support.client import PageCheckingClient
from tests.support.pages import send

ORDINARY = "council-tax-reduction"
ASKED = {"how": "in_front", "in_private": "yes", "style": "ordinary", "language": "en"}


@pytest.fixture
def scene(app):
    return consent.make_scene(nation="england", formats=["easy_read"])


@pytest.fixture
def client(app, scene) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, people.make_helper(people.make_desk("Hillside Advice")))
    return client


@pytest.fixture
def path(scene) -> str:
    return f"/people/{people.reference_of(scene.person_id)}/record"


def main_of(text: str) -> str:
    main = BeautifulSoup(text, "html.parser").find("main")
    assert main is not None
    return re.sub(r"\s+", " ", main.get_text(" "))


def test_the_question_begins_with_how_the_person_reads(client, path) -> None:
    page = BeautifulSoup(client.get(path).text, "html.parser")
    checked = page.select_one("input[name=style][checked]")
    assert checked is not None
    assert checked["value"] == "easy_read"


def test_what_is_missing_is_asked_for(client, path) -> None:
    for missing in ("how", "in_private"):
        answer = send(client, path, **{**ASKED, missing: ""})
        assert answer.status_code == 400
    assert send(client, path, **{**ASKED, "style": "nonsense"}).status_code == 400
    answer = send(client, path, **{**ASKED, "language": "cy"})
    assert 'lang="cy"' not in client.get(answer.location).text


@pytest.mark.parametrize("style", ["ordinary", "large_print", "easy_read", "audio"])
def test_each_form_says_who_may_act_what_was_done_and_how_to_stop(
    client, scene, path, style
) -> None:
    granted.grant(scene.helper, scene.person_id, services=[ORDINARY])
    answer = send(client, path, **{**ASKED, "style": style})
    assert answer.status_code == 303
    page = client.get(answer.location)
    said = main_of(page.text)
    for words in ("Harriet Helper", "Council Tax Reduction", "They may fill in forms.", "stop"):
        assert words in said
    assert "I did not agree" in said or "Did you not agree?" in said
    # What happened stands in the same parts, by day and kind, in whichever form it is read.
    parts = re.findall(r"<h3[^>]*>(?:(?!</h3>).)*What you said, and what was done", page.text)
    assert len(parts) == 1
    assert ("<svg class" in page.text) is (style == "easy_read")
    assert ("app-letter--large" in page.text) is (style in ("large_print", "easy_read"))
    assert "<table" not in page.text
    assert client.get("/people/P-0000-0000/record").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])  # words on a page: the same on both
def test_a_stop_and_a_rest_say_how_long_and_an_objection_what_it_is_about(
    client, scene, path
) -> None:
    named = granted.grant(scene.helper, scene.person_id, services=[ORDINARY])

    def read(style: str = "ordinary") -> str:
        return main_of(client.get(send(client, path, **{**ASKED, "style": style}).location).text)

    stop = {"actor": scene.colleague, "person_id": scene.person_id, "how": "in_front"}
    service.freeze(is_proven=False, **stop)
    assert "There is a stop on this until" in read()
    service.freeze(is_proven=True, **stop)
    said = read()
    assert "There is a stop on this until" not in said
    assert "You can do that at any desk" in said
    service.lift(**stop)
    service_objections.raise_objection(
        actor=scene.colleague,
        reading_id=record.begin(scene.colleague, scene.person_id),
        delegation_ids=[named],
        event_ids=[],
        words="",
        is_proven=True,
        request_key=new_request_key(),
    )
    service.lift(**stop)
    run_transaction(
        lambda: suspend_holder(
            scene.helper.account_id, scene.helper.organisation_id, ("delegation", named)
        )
    )
    for style in ("ordinary", "easy_read", "audio"):
        said = read(style)
        assert "Harriet Helper (Council Tax Reduction)" in said
        assert "They may not act for you for now." in said


@pytest.mark.parametrize("style", ["ordinary", "easy_read", "audio"])
def test_the_pdf_is_tagged(client, scene, path, style) -> None:
    """PDF/UA-1 (ISO 14289-1): marked, with a language, a title that is shown, and a structure."""
    if not pdf.is_there():
        do_without("WeasyPrint and Pango", "REQUIRE_PDF", OSError("the extra pdf is not there"))
    import pikepdf

    granted.grant(scene.helper, scene.person_id, services=[ORDINARY])
    answer = send(client, path, **{**ASKED, "style": style})
    made = client.get(f"{answer.location}/pdf")
    assert made.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(made.data)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Your record" in metadata["dc:title"]
        kinds = list_kinds(root.StructTreeRoot)
        assert "H1" in kinds and "H2" in kinds and "P" in kinds  # noqa: PT018
        assert all("/StructParents" in page for page in document.pages)


def list_kinds(node) -> set[str]:
    """The kinds of elements in the structure below ``node``."""
    import pikepdf

    found: set[str] = set()
    if isinstance(node, pikepdf.Array):
        for each in node:
            found |= list_kinds(each)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.add(str(node.S).lstrip("/"))
        if "/K" in node:
            found |= list_kinds(node.K)
    return found


def test_without_the_extra_everything_else_works(client, scene, path, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "is_there", lambda: False)
    answer = send(client, path, **ASKED)
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "PDF" not in page.text
    assert client.get(f"{answer.location}/pdf").status_code == 404


def test_a_pdf_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="nothing is fetched"):
        pdf._refuse("https://example.org/x.png")
