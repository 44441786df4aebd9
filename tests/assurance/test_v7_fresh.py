"""V7.5.1: roles, payees, exports and the sign-in itself ask for a sign-in of a moment ago."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.world import World
from tests.support.worlds import Ticking

from .forms import post, read_forms
from .routes import list_routes

NEEDS_FRESH = {
    "accounts.add_passkey": "helper",
    "accounts.ask_for_new_passkey": "helper",
    "accounts.change_email": "helper",
    "accounts.issue_recovery_codes": "helper",
    "accounts.remove_passkey": "helper",
    "applications.confirm_payment_details": "helper",
    "organisations.grant_role": "manager",
    "oversight.bundle_finding": "auditor",
    "oversight.export_events": "auditor",
    "oversight.export_looks": "auditor",
    "oversight.take_sample_away": "auditor",
    "people.change_address": "helper",
    "people.change_contact_point": "helper",
    "people.end_contact_point": "helper",
    "people.set_safe_contact": "helper",
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_v7_5_1_a_sign_in_of_a_while_ago_is_asked_again(
    app: Flask, world: World, ticking: Ticking
) -> None:
    routes = {route.endpoint: route for route in list_routes(app)}
    clients = {}
    for role in sorted(set(NEEDS_FRESH.values())):
        clients[role] = app.test_client()
        clients[role].check_pages = False  # type: ignore[attr-defined]
        world.a.sign_in(clients[role], role)

    def ask(endpoint: str) -> str:
        route = routes[endpoint]
        client, path = clients[NEEDS_FRESH[endpoint]], route.path(world.a.values)
        if "GET" in route.methods:
            return client.get(path).headers.get("Location", "")
        form = read_forms(client.get("/account"))[0]  # its token is good for any other
        return post(client, path, form.filled()).headers.get("Location", "")

    fresh = {endpoint: ask(endpoint) for endpoint in NEEDS_FRESH}
    assert [endpoint for endpoint, to in fresh.items() if "sign-in/again" in to] == []
    ticking.move(minutes=11)
    stale = {endpoint: ask(endpoint) for endpoint in NEEDS_FRESH}
    assert [endpoint for endpoint, to in stale.items() if "sign-in/again" not in to] == []
