"""V2.3.1: whoever jumps ahead in a journey is sent back to the first step that is missing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.accounts import sign_ins
from assistedaccess.accounts.rules import Stage
from assistedaccess.consent import service_asking
from assistedaccess.consent.models import Consent, ConsentRequest
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading, run_transaction
from tests.factories import applications
from tests.factories.accounts import make_account
from tests.factories.world import World, soon
from tests.support.contents import Contents, changed_tables

from .forms import post

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

SIGN_IN = ("/sign-in/second-factor", "/sign-in/recovery-code", "/sign-in/lost-factor")
SETTING_UP = (
    "/account/second-factor",
    "/account/second-factor/app",
    "/account/second-factor/printed-codes",
    "/account/recovery-codes",
)


def csrf(client: FlaskClient) -> dict[str, str]:
    from tests.support.pages import read_token

    return {"csrf_token": read_token(client.get("/privacy"))}


@ON_SQLITE
@pytest.mark.parametrize("path", [*SIGN_IN, *SETTING_UP])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_v2_3_1_no_step_of_signing_in_comes_before_the_password(
    app: Flask, plain_client: FlaskClient, path: str, method: str
) -> None:
    data = csrf(plain_client) | {"code": "123456", "kind": "app"}
    answer = plain_client.open(path, method=method, data=data if method == "POST" else None)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert not answer.location.startswith(SIGN_IN)


@ON_SQLITE
@pytest.mark.parametrize("stage", [Stage.FACTOR, Stage.SETUP, Stage.NEW_FACTOR])
def test_v2_3_1_who_is_on_the_way_in_reaches_no_page(
    app: Flask, world: World, plain_client: FlaskClient, stage: Stage
) -> None:
    from .role_route_matrix import PUBLIC, ROUTES
    from .routes import list_routes

    account_id = make_account().account_id
    token = run_transaction(lambda: sign_ins.start(account_id, stage, "Test", None))
    plain_client.set_cookie("sign-in", token.token)
    expected = "/sign-in/second-factor" if stage is Stage.FACTOR else "/account/second-factor"
    for route in list_routes(app):
        if "GET" in route.methods and ROUTES[route.endpoint] != PUBLIC:
            answer = plain_client.get(route.path(world.a.values), buffered=True)
            assert (answer.status_code, answer.location) == (303, expected), route.endpoint


@pytest.fixture
def asked(world: World) -> str:
    """The reference of a request that was just begun: nothing read, nothing said."""
    request_id = service_asking.begin_request(
        actor=world.a.actors["helper"],
        person_id=world.a.ids["plain person"],
        request_key=new_request_key(),
        language="en",
        holder_kind="account",
        services=["attendance-allowance"],
        until_on=soon(30),
        purpose="Fill in the form",
        powers=["see"],
    )
    with reading() as session:
        return session.get_one(ConsentRequest, request_id).reference


@ON_SQLITE
def test_v2_3_1_no_yes_before_the_words_were_read_and_said_back(
    world: World, plain_client: FlaskClient, asked: str, contents: Contents
) -> None:
    world.a.sign_in(plain_client, "helper")
    witness = {
        "witness_name": "Walter",
        "witness_role": "a neighbour",
        "witness_family": "no",
        "witness_lives": "elsewhere",
        "witness_paid": "no",
        "heard": "yes",
        "confirm": "yes",
    }
    with reading() as session:
        terms = session.query(ConsentRequest).filter_by(reference=asked).one().terms_hash
    before = contents.read()
    for step, data in (
        ("said-back", {}),
        ("confirm", {"way": "witness"}),
        ("confirm/witness", witness),
        ("confirm/code", {"code": "123456"}),
        ("result", {}),
    ):
        path = f"/asking/{asked}/{step}"
        for answer in (
            plain_client.get(path),
            post(plain_client, path, {**csrf(plain_client), "terms_hash": terms, **data}),
        ):
            assert answer.status_code == 303, step
            assert answer.location == f"/asking/{asked}/statement", step
    assert changed_tables(before, contents.read()) == []
    with reading() as session:
        row = session.query(ConsentRequest).filter_by(reference=asked).one()
        assert session.get(Consent, row.id) is None
        assert session.query(Delegation).filter_by(consent_id=row.id).count() == 0


@ON_SQLITE
def test_v2_3_1_no_application_is_sent_before_it_is_answered_and_read_out(
    world: World, plain_client: FlaskClient
) -> None:
    """Of the other side, whose form has just been begun."""
    side = world.b
    side.sign_in(plain_client, "helper")
    reference = side.values["applications"]
    draft = applications.get_draft(side.actors["helper"], reference)
    assert draft.progress.unanswered
    first = f"/applications/{reference}/pages{draft.progress.unanswered}"
    data: dict[str, Any] = {"version": str(draft.version), "answer": "yes", "declarer": "person"}
    for step in ("check-answers", "read-out", "declaration", "sent"):
        answer = plain_client.get(f"/applications/{reference}/{step}")
        assert answer.status_code == 303, step
        assert answer.location in (first, f"/applications/{reference}"), step
    for step in ("read-out", "declaration"):
        path = f"/applications/{reference}/{step}"
        answer = post(plain_client, path, {**csrf(plain_client), **data})
        assert answer.status_code == 303, step
        assert answer.location != f"/applications/{reference}/sent"
    after = applications.get_draft(side.actors["helper"], reference)
    assert (after.state, after.submitted_at, after.read_back_at) == ("draft", None, None)
    last = list(draft.definition.pages)[-2]
    answer = plain_client.get(f"/applications/{reference}/pages{last}")
    assert answer.status_code == 303
    assert answer.location == first


@ON_SQLITE
def test_v2_3_1_an_invitation_is_set_up_from_its_link_alone(plain_client: FlaskClient) -> None:
    assert plain_client.get("/invitation").status_code == 410
    data = csrf(plain_client) | {"new_password": "seventeen quiet lanterns"}
    assert plain_client.post("/invitation", data=data).status_code == 410
