"""The pages of applications: walked from the case to the submission, as a helper walks them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import applications as apps
from tests.factories import people

EACH_FORM = pytest.mark.parametrize(
    "key", ["blue-badge", "attendance-allowance", "council-tax-reduction"]
)


@pytest.fixture
def scene(app: Flask) -> apps.Scene:
    return apps.make_scene()


@pytest.fixture
def client(app: Flask, scene: apps.Scene) -> FlaskClient:
    client = app.test_client()
    people.sign_in(client, scene.helper)
    return client


def walk(client: FlaskClient, scene: apps.Scene, reference: str, wanted: Any) -> list[str]:
    """Answer page after page as the redirects lead; the addresses of the pages in their order."""
    address, seen = f"/applications/{reference}", []
    address = apps.soup_of(client.get(address)).select_one("a.govuk-button")["href"]
    while "/pages/" in address:
        seen.append(address)
        assert len(seen) < 200, seen[-5:]
        page = client.get(address)
        if page.status_code == 303:
            address = page.location
            continue
        assert page.status_code == 200, apps.errors_of(page)
        draft = apps.get_draft(scene.helper, reference)
        path = address.partition("/pages")[2].split("?")[0]
        typed = apps.posted_for(draft, draft.definition.pages[path], wanted)
        if draft.definition.pages[path].repeated and path in draft.pages:
            typed = {}
        done = apps.post(client, address, typed, apps.soup_of(page))
        assert done.status_code == 303, (address, apps.errors_of(done))
        address = done.location
    seen.append(address)
    return seen


@EACH_FORM
def test_a_form_is_walked_from_the_case_to_the_submission(app: Flask, key: str) -> None:
    scene = apps.make_scene(key)
    client = app.test_client()
    people.sign_in(client, scene.helper)
    begun = apps.post(
        client,
        f"/cases/{scene.case.reference}/applications/new",
        {"service": key, "way": "assisting"},
    )
    assert begun.status_code == 303, apps.errors_of(begun)
    reference = begun.location.rsplit("/", 1)[1]
    seen = walk(client, scene, reference, apps.ROUTES[key])
    assert seen[-1] == f"/applications/{reference}/check-answers"
    check = client.get(seen[-1])
    assert check.status_code == 200
    read_out = apps.soup_of(check).select_one("a.govuk-button")["href"]
    assert read_out == f"/applications/{reference}/read-out"
    assert apps.read_out(client, reference) > 5
    declaration = f"/applications/{reference}/declaration"
    sent = apps.post(client, declaration, {"declarer": "person", "agreed": "yes"})
    assert sent.status_code == 303, apps.errors_of(sent)
    done = client.get(sent.location)
    assert "Application submitted" in done.text
    assert reference in done.text
    for tail in ("", "/print"):
        assert client.get(f"/applications/{reference}{tail}").status_code == 200
