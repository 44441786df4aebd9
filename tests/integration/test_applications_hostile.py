"""Every field of every form meets strange and hostile input: words at the field, never a fault."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistedaccess.applications.models import AnswerPage
from assistedaccess.applications.queries_drafts import Draft
from assistedaccess.applications.rules import NotFit
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import reading
from assistedaccess.services.catalogue import load_catalogue
from assistedaccess.services.definition import Page
from tests.factories import applications as apps
from tests.factories import people
from tests.support.statements import BY_CONTROLS, MOST, counted_statements

FORMS = [entry.slug for entry in load_catalogue()]
STRANGE = [
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\x7f",
    "\ufffe",
    "\u202eevil",
    "\u200b",
    "\u2028",
    "<script>alert(1)</script>",
    "\"'><svg onload=x>",
    "{{7*7}}",
    "%(what)s %s {0}",
    "' OR 1=1 --",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "１２３",
    "٣",
    "-0",
    "1e309",
    "NaN",
    "9" * 400,
    "x" * 30_000,
    "\U0001f9d1\u200d\U0001f9bd",
    "e\u0301" * 50,
    "\n\n\n",
    "\t",
    " " * 50,
    "true",
    "null",
    "[]",
]


@pytest.fixture(params=FORMS)
def walked(app: Flask, request: pytest.FixtureRequest) -> tuple[FlaskClient, Draft]:
    """A client beside a draft of each form."""
    scene = apps.make_scene(request.param)
    reference = apps.start(scene, service_key=request.param)
    client = app.test_client()
    people.sign_in(client, scene.helper)
    client.check_pages = False  # type: ignore[attr-defined]
    return client, apps.get_draft(scene.helper, reference)


def list_controls(page: Page) -> list[str]:
    """The names under which the page's inputs send."""
    return [
        name
        for question in page.questions
        for each in (getattr(question, "inner", None) or question,)
        for cell in (*getattr(each, "cells", ()), each)
        for name in (cell.control, *(cell.part_control(part) for part in cell.parts))
    ]


def send(client: FlaskClient, draft: Draft, page: Page, data: dict[str, Any]) -> Any:
    address = f"/applications/{draft.reference}/pages{page.path}"
    return client.post(address, data={"version": "0", **data})


def test_fault_33_and_34_every_page_takes_every_strange_text(
    walked: tuple[FlaskClient, Draft],
) -> None:
    client, draft = walked
    token = apps.fields_of_token(client)
    pages = [page for page in draft.definition.pages.values() if page.questions]
    for number, page in enumerate(pages):
        # Three texts a page, another three on the next: all texts meet all kinds of fields.
        for shift in range(3):
            text = STRANGE[(3 * number + shift) % len(STRANGE)]
            data = dict.fromkeys(list_controls(page), text)
            answer = send(client, draft, page, {"csrf_token": token, **data})
            assert answer.status_code in (303, 400, 409), (page.path, text)
            if answer.status_code == 400:
                assert "There is a problem" in answer.text or "too large" in answer.text
                assert "<script>alert(1)</script>" not in answer.text
                assert "<svg onload" not in answer.text


@settings(max_examples=25)
@given(
    st.integers(0, 10_000),
    st.dictionaries(
        st.sampled_from(["version", "request_key", "remove", "add", "later", "from_record", "q-x"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    ),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=6),
)
def test_whatever_is_posted_is_answered_with_words(
    walked: tuple[FlaskClient, Draft], place: int, extra: dict[str, str], texts: list[str]
) -> None:
    client, draft = walked
    pages = list(draft.definition.pages.values())
    page = pages[place % len(pages)]
    controls = list_controls(page)
    data = {control: texts[i % len(texts)] for i, control in enumerate(controls) if texts}
    answer = send(
        client, draft, page, {"csrf_token": apps.fields_of_token(client), **data, **extra}
    )
    assert answer.status_code in (303, 400, 403, 409), page.path


def test_v2_2_2_a_form_sent_without_its_browser_meets_the_same_rules(
    walked: tuple[FlaskClient, Draft],
) -> None:
    client, draft = walked
    token = apps.fields_of_token(client)
    for page in draft.definition.pages.values():
        required = [question for question in page.questions if question.required]
        answer = send(client, draft, page, {"csrf_token": token})
        if required and not page.repeated:
            assert answer.status_code == 400, page.path
            errors = apps.errors_of(answer)
            assert len(errors) > 1
        else:
            assert answer.status_code in (303, 400), page.path
    with reading() as session:
        for row in session.scalars(select(AnswerPage.path)):
            assert not any(q.required for q in draft.definition.pages[row].questions)


def test_fault_32_ten_megabytes_get_a_page_and_not_a_fault(
    walked: tuple[FlaskClient, Draft],
) -> None:
    client, draft = walked
    page = next(page for page in draft.definition.pages.values() if page.questions)
    data = {"csrf_token": apps.fields_of_token(client), list_controls(page)[0]: "x" * 10_000_000}
    assert send(client, draft, page, data).status_code == 413


# -- as quick for a long form as for a short one


def test_statements_do_not_grow_with_the_answers(app: Flask, database: Database) -> None:
    key = "attendance-allowance"
    scene = apps.make_scene(key)
    reference = apps.start(scene, service_key=key)
    client = app.test_client()
    people.sign_in(client, scene.helper)

    def measure(tail: str) -> int:
        with counted_statements(database) as statements:
            answer = client.get(f"/applications/{reference}{tail}")
        assert answer.status_code == 200, tail
        assert len(statements) <= 12, (tail, statements)
        return len(statements)

    def measure_post(tail: str, typed: dict[str, Any]) -> int:
        soup = apps.soup_of(client.get(f"/applications/{reference}{tail}"))
        fields = {**apps.fields_of(soup), **typed}
        with counted_statements(database) as statements:
            answer = client.post(f"/applications/{reference}{tail}", data=fields)
        assert answer.status_code == 303, apps.errors_of(answer)
        assert len(statements) <= MOST["POST"] + BY_CONTROLS, (tail, statements)
        return len(statements)

    draft = apps.get_draft(scene.helper, reference)
    first = draft.progress.unanswered
    typed = apps.posted_for(draft, draft.definition.pages[first])
    measure(f"/pages{first}")
    begun = {tail: measure(tail) for tail in ("", f"/pages{first}", "/print")}
    saved = measure_post(f"/pages{first}", typed)
    draft = apps.answer_all(scene.helper, reference)
    assert len(draft.answers) > 60
    assert begun == {tail: measure(tail) for tail in begun}
    assert measure_post(f"/pages{first}", typed) <= saved
    for tail in ("/check-answers", "/read-out"):
        measure(tail)
    measure_post("/read-out", {"answer": "yes"})
    apps.read_out(client, reference)
    measure("/declaration")
    measure_post("/declaration", {"declarer": "person", "agreed": "yes"})
    measure("/sent")


def test_the_record_of_help_is_one_light_page(app: Flask, database: Database) -> None:
    scene = apps.make_scene()
    client = app.test_client()
    people.sign_in(client, scene.helper)
    address = f"/cases/{scene.case.reference}/records-of-help/new"
    client.get(address)
    with counted_statements(database) as statements:
        soup = apps.soup_of(client.get(address))
    assert len(statements) <= 12
    typed = {"service": "attendance-allowance", "asked": "x", "word": "here", "said_yes": "yes"}
    fields = {**apps.fields_of(soup), **typed}
    with counted_statements(database) as statements:
        assert client.post(address, data=fields).status_code == 303
    assert len(statements) <= MOST["POST"] + BY_CONTROLS, statements


def test_a_hostile_answer_is_shown_as_text(app: Flask) -> None:
    scene = apps.make_scene()
    reference = apps.start(scene)
    apps.save(scene.helper, reference, "/who-is-applying", {"q-whoFor": ["self"]})
    hostile = "<b>x</b> {{7*7}} \u202e"
    posted = {"q-nation": ["england"], "q-council": [hostile]}
    apps.save(scene.helper, reference, "/where", posted)
    client = app.test_client()
    people.sign_in(client, scene.helper)
    page = client.get(f"/applications/{reference}/print")
    assert "&lt;b&gt;x&lt;/b&gt; {{7*7}}" in page.text
    assert "<bdi>" in page.text
    with pytest.raises(NotFit):
        apps.save(scene.helper, reference, "/where", {**posted, "q-council": ["a\x00"]})
