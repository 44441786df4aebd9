"""The paper pack: any form to write on, with the words of a yes; typed in later, marked late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from assistedaccess.applications import rules
from assistedaccess.applications.words import declaration_html
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.asking import start_asking
from assistedaccess.services.catalogue import DEFINITIONS
from assistedaccess.services.paper import lay_out
from assistedaccess.services.parsing import load_definition
from tests.factories import applications as apps
from tests.factories import delegation as granted
from tests.factories import people
from tests.support.journal import last_event

KEY = "council-tax-reduction"


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene(KEY)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("key", sorted(apps.ROUTES))
def test_any_service_prints_blank_with_every_question_and_the_words_of_a_yes(
    app: Flask, scene: apps.Scene, key: str
) -> None:
    with apps.signed_in(app, scene.helper) as client:
        page = apps.soup_of(client.get(f"/services/{key}/paper"))
        assert "Print a blank form" in client.get(f"/services/{key}").text
    text = page.get_text(" ")
    for words in ("The person’s yes", "Your signature or mark:", "Declaration", "Never write down"):
        assert words in text
    declared = declaration_html(load_definition(DEFINITIONS / f"{key}.json"), "en")
    assert (
        page.select_one(".app-definition").get_text()
        == BeautifulSoup(declared, "html.parser").get_text()
    )
    assert len(page.select("h2")) > 4
    assert "Lovelace" not in text


def test_every_question_of_a_form_is_on_its_paper(scene: apps.Scene) -> None:
    draft = apps.get_draft(scene.helper, apps.start(scene, service_key=KEY))
    asking = start_asking(draft.definition, "en", {}, clock.local(clock.now()))
    pages = lay_out(draft.definition, asking, {})
    labels = {question.label for page in pages for question in page.questions}
    for question in draft.definition.questions.values():
        for each in (question, *getattr(getattr(question, "each", question), "cells", ())):
            if not hasattr(question, "each") or each is not question:
                assert each.label(asking) in labels
    assert any(page.only_if for page in pages)


def test_a_page_that_follows_on_another_alone_has_the_conditions_of_that_one(app: Flask) -> None:
    scene = apps.make_scene("blue-badge")
    draft = apps.get_draft(scene.helper, apps.start(scene, service_key="blue-badge"))
    asking = start_asking(draft.definition, "en", {}, clock.local(clock.now()))
    only_if = {page.title: page.only_if for page in lay_out(draft.definition, asking, {})}
    assert only_if["Points for ‘planning and following journeys’"] == ("Gets PIP or ADP",)
    assert only_if["Details of that badge"] == ("Has or had a badge",)
    for always in ("What is the main reason a badge is needed?", "What is the person’s name?"):
        assert only_if[always] == ()


def test_no_title_and_no_answer_is_printed_twice(app: Flask) -> None:
    scene = apps.make_scene("blue-badge")
    reference = apps.start(scene, service_key="blue-badge")
    route = {**apps.ROUTES["blue-badge"], "usesAids": "yes"}
    draft = apps.answer_all(scene.helper, reference, route)
    asking = start_asking(draft.definition, "en", draft.answers, clock.local(clock.now()))
    pages = lay_out(draft.definition, asking, draft.answers)
    printed = [(each.label, each.answer) for page in pages for each in page.questions]
    repeated = [
        (each.label(asking), each.show(draft.answers[each.key], asking))
        for each in draft.definition.questions.values()
        if hasattr(each, "each") and draft.answers.get(each.key)
    ]
    assert repeated
    assert all(printed.count(rows) == 1 for rows in repeated)
    assert len([answer for _, answer in printed if answer == repeated[0][1]]) <= len(repeated)
    with apps.signed_in(app, scene.helper) as client:
        text = apps.soup_of(client.get(f"/applications/{reference}/paper")).get_text(" ")
    assert text.count("What is the main reason a badge is needed?") == 1


@pytest.mark.parametrize("wish", ["no_paper_at_home", "contact_is_unsafe"])
def test_whoever_wants_no_paper_is_asked_before_it_is_printed(app: Flask, wish: str) -> None:
    asked = "This person wants no paper at home. Ask them, alone, before you print."
    for is_unsafe in (True, False):
        scene = apps.make_scene(KEY, **{wish: is_unsafe})
        reference = apps.start(scene, service_key=KEY)
        with apps.signed_in(app, scene.helper) as client:
            for page in ("print", "paper"):
                shown = client.get(f"/applications/{reference}/{page}").text
                assert (asked in shown) is is_unsafe


def test_what_is_answered_stands_on_it_and_the_look_is_recorded(
    app: Flask, scene: apps.Scene
) -> None:
    reference = apps.start(scene, service_key=KEY)
    apps.answer_all(scene.helper, reference)
    with apps.signed_in(app, scene.helper) as client:
        text = apps.soup_of(client.get(f"/applications/{reference}/paper")).get_text(" ")
        assert "Ada Lovelace" in text
        assert last_event("application.printed").person_id == scene.person_id
    stranger = people.make_helper(people.make_desk("Elsewhere"))
    with apps.signed_in(app, stranger) as client:
        assert client.get(f"/applications/{reference}/paper").status_code == 404


def test_typed_in_late_it_says_so_to_everybody(app: Flask, scene: apps.Scene) -> None:
    granted.grant(scene.helper, scene.person_id, services=[KEY])
    draft = apps.make_ready(scene, KEY, mode="representing")
    day = clock.today() - timedelta(days=3)
    apps.submit(scene.helper, draft, written_on=day)
    event = last_event("application.declared")
    assert event.person_id == scene.person_id
    with apps.signed_in(app, scene.helper) as client:
        for page in ("", "/print"):
            text = client.get(f"/applications/{draft.reference}{page}").text
            assert "and typed in late" in text
        assert client.get(f"/applications/{draft.reference}/paper").status_code == 404


@pytest.mark.parametrize(
    ("ago", "fits"), [(-1, False), (0, False), (1, True), (28, True), (29, False)]
)
def test_paper_is_of_an_earlier_day_and_not_too_old(ago: int, fits: bool) -> None:
    today = clock.today()
    day = today - timedelta(days=ago)
    if fits:
        assert rules.check_written_on(day, today) == day
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_written_on(day, today)
    assert refused.value.field == "written_on"
