"""The catalogue in both languages: found by each thing that it says, and shown where approved."""

from __future__ import annotations

import pytest
from flask import Flask

from assistedaccess.kernel.transactions import get_database
from assistedaccess.services import queries
from tests.factories import applications as apps

FIELDS: dict[str, tuple[str, str]] = {  # what only Pension Credit or PIP says, field by field
    "name": ("pension credit", "credyd pensiwn"),
    "who runs it": ("Pension Service", "Gwasanaeth Pensiwn"),
    "who can get it": ("savings above own their home", "berchen ar eu cartref"),
    "what it is worth": ("tv licence dentist", "trwydded deledu deintydd"),
    "what it costs": ("free pension credit", "am ddim credyd pensiwn"),
    "evidence": ("savings and investments", "cynilion a buddsoddiadau"),
    "how long": ("several weeks", "sawl wythnos"),
    "who may declare": ("guardian controller", "gwarcheidwad reolwr"),
    "date of the claim": ("paid 3 months before", "dalu am 3 mis cyn"),
    "how it is challenged": ("mandatory reconsideration pension", "ailystyriaeth orfodol pensiwn"),
    "by when": ("up to 13 months pension", "hyd at 13 mis pensiwn"),
    "where to get help": ("welfare rights", "hawliau lles"),
    "search words": ("top up", "pensiwn isel"),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_service_is_found_by_each_thing_that_is_said_of_it_in_both_languages(
    app: Flask, field: str
) -> None:
    scene = apps.make_scene()
    helper, nobody = apps.signed_in(app, scene.helper), app.test_client()
    for client, path in (
        (nobody, "/where-to-get-help"),
        (helper, f"/cases/{scene.case.reference}/services"),
    ):
        for words in FIELDS[field]:
            page = client.get(path, query_string={"words": words})
            links = [a.get("href", "") for a in apps.soup_of(page).select("main a")]
            assert any("pension-credit" in link for link in links), (path, words)


def test_what_is_said_in_welsh_is_a_draft_that_a_demonstration_alone_shows(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = app.test_client()
    nobody.set_cookie("language", "cy")
    address = "/where-to-get-help/pension-credit"
    in_use = nobody.get(address).text
    assert "Letters about pensions and other income" in in_use
    assert "Llythyrau am bensiynau" not in in_use
    monkeypatch.setattr(queries, "shows_drafts", lambda: True)
    get_database().remembered.pop("services", None)
    in_a_demonstration = nobody.get(address).text
    for words in ("Llythyrau am bensiynau ac incwm arall", "sawl wythnos", "Gwasanaeth Pensiwn"):
        assert words in in_a_demonstration
    assert "Letters about pensions and other income" not in in_a_demonstration
    get_database().remembered.pop("services", None)
