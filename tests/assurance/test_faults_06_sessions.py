"""Faults 6, 7 and 8 at every form and page: a sign-in that runs out, a yes or a role that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from assistedaccess.accounts import service as accounts
from assistedaccess.accounts.models import SignIn
from assistedaccess.delegation import service as delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.organisations import service as organisations
from tests.factories import applications
from tests.factories.world import Side, World
from tests.support.contents import Contents, changed_tables
from tests.support.databases import Sandbox
from tests.support.journal import list_events

from .forms import Form, post, read_forms
from .probes import listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, role_for
from .routes import Route, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
TEXT = "A long letter to the council that took an hour"
SECRET = ("password", "code")


def forms_of(
    app: Flask, side: Side, client: FlaskClient, role: str
) -> Iterator[tuple[Route, Form]]:
    for route in list_routes(app):
        is_shown = "GET" in route.methods and ROUTES[route.endpoint] != PUBLIC
        if is_shown and role_for(route.endpoint) == role:
            for form in read_forms(client.get(route.path(side.values), buffered=True)):
                yield route, form


def let_run_out(sandbox: Sandbox) -> None:
    """Half an hour without a click, for whoever is signed in now."""
    with sandbox.database.writing.begin() as connection:
        long_ago = clock.now() - timedelta(minutes=31)
        connection.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(seen_at=long_ago))


@ON_SQLITE
def test_fault_06_what_was_typed_into_any_form_survives_a_sign_in_that_ran_out(
    app: Flask, world: World, sandbox: Sandbox, plain_client: FlaskClient
) -> None:
    side = world.a
    wrong, tried = [], set()
    for role in ROLES:
        side.sign_in(plain_client, role)
        for route, form in list(forms_of(app, side, plain_client, role)):
            fields = [n for n in form.text_fields if not any(s in n for s in SECRET)]
            prose = [n for n in fields if n in PROSE]
            if not prose:
                continue
            side.sign_in(plain_client, role)
            page = plain_client.get(route.path(side.values), buffered=True)
            form = next(each for each in read_forms(page) if each.action == form.action)
            let_run_out(sandbox)
            answer = post(
                plain_client,
                form.action,
                form.filled(**{prose[0]: TEXT}),
                headers={"Referer": f"http://localhost{route.path(side.values)}"},
            )
            tried.add(route.endpoint)
            if answer.status_code != 303 or not answer.location.startswith("/sign-in"):
                wrong.append((route.endpoint, "not led to the sign-in", answer.status_code))
                continue
            back = _next_of(answer.location)
            side.sign_in(plain_client, role)
            if TEXT not in plain_client.get(back, buffered=True).get_data(as_text=True):
                wrong.append((route.endpoint, "is lost", back))
            stranger = app.test_client()
            stranger.check_pages = False  # type: ignore[attr-defined]
            world.b.sign_in(stranger, role)
            if TEXT in stranger.get(back, buffered=True).get_data(as_text=True):
                wrong.append((route.endpoint, "is shown to somebody else", back))
    assert not wrong, listed(wrong)
    assert len(tried) > 15, listed(sorted(tried))


PROSE = {
    "name", "need", "text", "what", "reason", "support_needs", "purpose", "safe_words",
    "what_was_seen", "why_words", "own_words", "called", "asked", "note", "witness_name",
    "address", "line_1",
}  # fmt: skip


def _next_of(location: str) -> str:
    from urllib.parse import parse_qs

    return parse_qs(urlsplit(location).query)["next"][0]


# -- a role, a membership, an account that ends while its holder is signed in

Ending = Callable[[Side], object]
ENDINGS: dict[str, Ending] = {
    "suspended": lambda side: organisations.suspend_membership(
        actor=side.actors["manager"],
        membership_id=side.members["helper"].membership_id,
        reason="Look into it",
    ),
    "membership ended": lambda side: organisations.end_membership(
        actor=side.actors["manager"],
        membership_id=side.members["helper"].membership_id,
        reason="Has left",
    ),
    "role ended": lambda side: organisations.end_role(
        actor=side.actors["manager"],
        role_grant_id=side.members["helper"].role_grants["helper"],
    ),
    "organisation closed": lambda side: organisations.close_organisation(
        actor=SYSTEM, organisation_id=side.organisation.id, reason="Merged"
    ),
    "account disabled": lambda side: accounts.disable_account(
        actor=SYSTEM, account_id=side.accounts["helper"].account_id
    ),
    "signed out by a manager": lambda side: accounts.end_sign_ins(
        actor=SYSTEM, account_id=side.accounts["helper"].account_id
    ),
}


@ON_SQLITE
@pytest.mark.parametrize("ending", ENDINGS)
def test_fault_08_whose_role_ends_reaches_no_page_with_the_next_request(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents, ending: str
) -> None:
    side = world.a
    side.sign_in(plain_client, "helper")
    routes = [
        route
        for route in list_routes(app)
        if role_for(route.endpoint) == "helper" and ":" in ROUTES[route.endpoint]
    ]
    path = next(r.path(side.values) for r in routes if r.endpoint == "people.register_person")
    (form,) = read_forms(plain_client.get(path))
    ENDINGS[ending](side)
    before = contents.read()
    wrong = []
    for route in routes:
        for method in sorted(route.methods):
            token = dict(form.hidden)["csrf_token"]
            data = {"csrf_token": token} if method == "POST" else None
            answer = plain_client.open(
                route.path(side.values), method=method, data=data, buffered=True
            )
            text = answer.get_data(as_text=True)
            shown = [what for what in ("Person", "Need") if side.word(what) in text]
            if answer.status_code not in (303, 403) or shown:
                wrong.append((route.endpoint, method, answer.status_code, shown))
    answer = post(plain_client, form.action, form.filled(name="After the end"))
    assert answer.status_code in (303, 403)
    assert not wrong, listed(wrong)
    assert changed_tables(before, contents.read()) == []


# -- the yes is taken back while a form is open


@ON_SQLITE
@pytest.mark.parametrize("how", ["consent withdrawn", "visit ended"])
def test_fault_07_a_page_saved_after_the_yes_was_taken_back_is_refused_and_kept(
    world: World, plain_client: FlaskClient, contents: Contents, how: str
) -> None:
    from assistedaccess.consent import service as consent
    from assistedaccess.consent.models import Consent, Visit
    from assistedaccess.kernel.transactions import reading

    side = world.b  # whose form is half filled in
    helper = side.actors["helper"]
    side.sign_in(plain_client, "helper")
    reference = side.values["applications"]
    draft = applications.get_draft(helper, reference)
    path = f"/applications/{reference}/pages{draft.progress.unanswered}"
    form = read_forms(plain_client.get(path))[0]
    with reading() as session:
        rows = (
            session.query(Consent)
            .join(Visit, Visit.id == Consent.visit_id)
            .filter(Consent.person_id == side.ids["person"], Consent.mode == "assisting")
            .filter(Visit.account_id == helper.account_id)
        )
        standing = [(row.id, row.visit_id) for row in rows]
    for consent_id, visit_id in standing:
        if how == "visit ended":
            consent.end_visit(actor=helper, visit_id=visit_id)
        else:
            consent.withdraw_consent(actor=helper, consent_id=consent_id, how="in_front")
    delegation.end_all(actor=helper, person_id=side.ids["person"], how="in_front")
    before = contents.read()
    typed: dict[str, Any] = dict.fromkeys(form.text_fields, TEXT)
    answer = post(plain_client, form.action, form.filled(**typed))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "has not said yes" in page
    assert changed_tables(before, contents.read()) == []
    refused = list_events("act.refused")[-1]
    assert (refused.reason_code, refused.person_id) == ("no_authority", side.ids["person"])
    if form.text_fields:
        kept = plain_client.get(f"/applications/{reference}").get_data(as_text=True)
        assert "not saved as an answer" in kept
