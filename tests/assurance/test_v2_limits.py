"""V2.4.1: searches, exports and codes in a loop are stopped; nobody else is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.world import World

from .forms import Form, post, read_forms

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
MOST = 401


def send_until_stopped(client: FlaskClient, path: str, data: dict[str, object]) -> int:
    """How many went through before the answer was 429 with a time to come back."""
    for number in range(MOST):
        answer = post(client, path, data)
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) > 0
            return number
        assert answer.status_code in (200, 303), answer.status_code
    raise AssertionError(f"{MOST} went through")


def find_form(client: FlaskClient, path: str, action: str) -> Form:
    """The form of the page at ``path`` that sends to ``action``."""
    forms = read_forms(client.get(path))
    return next(form for form in forms if form.action.partition("?")[0] == action)


@ON_SQLITE
@pytest.mark.parametrize(
    ("role", "other", "path", "action", "fields"),
    [
        (
            "helper",
            "colleague",
            "/people",
            "/people",
            {"by": "reference", "why": "person_is_here", "reference": "P-0000-0000"},
        ),
        ("auditor", None, "/journal", "/journal/export", {}),
    ],
)
def test_v2_4_1_a_loop_is_stopped_for_this_account_alone(
    app: Flask,
    world: World,
    plain_client: FlaskClient,
    role: str,
    other: str | None,
    path: str,
    action: str,
    fields: dict[str, str],
) -> None:
    world.a.sign_in(plain_client, role)
    if "reference" in fields:
        fields = {**fields, "reference": world.a.values["people"]}
    form = find_form(plain_client, path, action)
    went = send_until_stopped(plain_client, form.action, form.filled(**fields))
    assert went >= 5  # an ordinary day's work is not stopped
    side, who = (world.a, other) if other else (world.b, role)
    client = app.test_client()
    client.check_pages = False  # type: ignore[attr-defined]
    side.sign_in(client, who)
    form = find_form(client, path, action)
    assert post(client, form.action, form.filled(**fields)).status_code in (200, 303)


@ON_SQLITE
def test_v2_4_1_codes_to_one_phone(world: World, plain_client: FlaskClient) -> None:
    world.a.sign_in(plain_client, "helper")
    path = f"/asking/{world.a.values['asking']}/confirm/code"
    (form, *_) = [f for f in read_forms(plain_client.get(path)) if f.action.endswith("/send")]
    went = send_until_stopped(plain_client, form.action, form.filled())
    assert went <= 10
