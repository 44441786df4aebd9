"""V8.2.2 for a helper of the family: what their sponsor holds of others is none of theirs.

A council that sponsors a daughter lets her help her mother. It lets her see nobody else, act under
no power that was given to the council, and change nothing that its helpers have begun.
"""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistedaccess.access.policy import FAMILY_PERMISSIONS, ROLE_PERMISSIONS
from assistedaccess.kernel.actor import Actor
from tests.factories import delegation as granted
from tests.factories.organisations import actor_of, enter, make_member
from tests.factories.world import Side, World
from tests.support.contents import Contents, changed_tables
from tests.support.pages import read_token

from .forms import post, read_forms
from .probes import find_words, listed
from .role_route_matrix import FAMILY, PUBLIC, ROUTES
from .routes import list_routes
from .test_v8_organisations import OWN_ANSWERS, OWN_EVIDENCE, OWN_WORK, canaries

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

EVERYBODYS = {
    *("Organisation", "Site", "Partner", "County", "Street"),
    *("Place", "Placereach", "Placearea", "Placehours"),
}
"""What an organisation says of itself, and of where it sends people."""
BEGINNINGS = {
    "applications.make_record_of_help",
    "casework.open_case",
    "consent.assist_person",
    "delegation.ask_person",
}
"""With which anybody's help of somebody begins: the person's yes is asked for there."""
LOOKS_ALONE = {"audit_event", "audit_detail", "audit_lane", "flag", "look_reason", "sign_in"}
"""What is written where somebody looks, whatever they get to see."""


@pytest.fixture
def relative(world: World, plain_client: FlaskClient) -> tuple[Side, Actor, FlaskClient]:
    """Somebody whom the first organisation sponsors, signed in, and given nothing by anybody."""
    side = world.a
    member = make_member(side.organisation, "helper", kind="family", name="Fay Relative")
    enter(plain_client, member, "helper")
    return side, actor_of(member, "helper"), plain_client


def test_the_permissions_of_family_are_said_once_more() -> None:
    assert {str(permission) for permission in FAMILY_PERMISSIONS} == FAMILY
    assert ROLE_PERMISSIONS["helper"] > FAMILY_PERMISSIONS


@ON_SQLITE
def test_no_page_shows_a_relative_what_their_sponsor_holds(
    app: Flask, relative: tuple[Side, Actor, FlaskClient], contents: Contents
) -> None:
    side, _actor, client = relative
    wrong, refused, opened = [], 0, 0
    for route in list_routes(app):
        if "GET" not in route.methods or ROUTES[route.endpoint] == PUBLIC:
            continue
        path = route.path(side.values)
        answer = client.get(path, buffered=True)
        text = answer.get_data().decode(errors="replace")
        # What a list shows when it is asked for everybody's.
        text += client.get(f"{path}?whose=all&where=site", buffered=True).text
        asked = ROUTES[route.endpoint]
        if ":" in asked and asked not in FAMILY:
            refused += 1
            if answer.status_code != 403:
                wrong.append((route.endpoint, answer.status_code))
        opened += answer.status_code == 200
        words = canaries(side, {**side.secrets, **side.shown})
        words = {what: word for what, word in words.items() if what not in EVERYBODYS}
        if route.endpoint == "desk.list_cases":
            words["case"] = side.values["cases"]
        wrong += [(route.endpoint, what) for what in find_words(text, words)]
    assert not wrong, listed(wrong)
    assert refused > 50
    assert opened > 10


@ON_SQLITE
def test_a_yes_to_a_relative_opens_nothing_that_their_sponsor_wrote(
    app: Flask, relative: tuple[Side, Actor, FlaskClient]
) -> None:
    """Staff note what they see at home, too: whoever it is about does not read it."""
    side, actor, client = relative
    granted.grant(
        side.actors["helper"],
        side.ids["person"],
        {"in_private": True},
        holder_account_id=actor.account_id,
        powers=["see", "fill_in"],
        services=["voter-authority-certificate"],  # of which nothing is begun there
    )
    written = {what: side.word(what) for what in (*OWN_WORK, *OWN_EVIDENCE, *OWN_ANSWERS)}
    wrong, opened = [], 0
    for route in list_routes(app):
        if "GET" not in route.methods or ROUTES[route.endpoint] == PUBLIC:
            continue
        answer = client.get(route.path(side.values), buffered=True)
        text = answer.get_data().decode(errors="replace")
        opened += answer.status_code == 200 and side.word("Person") in text
        wrong += [(route.endpoint, what) for what in find_words(text, written)]
    assert not wrong, listed(wrong)
    assert opened  # the person is shown: they let this helper act


@ON_SQLITE
@pytest.mark.usefixtures("stopped")
def test_no_post_of_a_relative_changes_what_their_sponsor_holds(
    app: Flask, relative: tuple[Side, Actor, FlaskClient], contents: Contents
) -> None:
    """Each form that a helper of the sponsor can send, filled in, sent by the relative."""
    side, _actor, client = relative
    staff = app.test_client()
    side.sign_in(staff, "helper")
    forms = [
        form
        for route in list_routes(app)
        if "GET" in route.methods and set(route.arguments) & set(side.values)
        if route.endpoint not in BEGINNINGS
        for form in read_forms(staff.get(route.path(side.values), buffered=True))
    ]
    token = read_token(client.get("/account"))
    before = contents.read()
    for form in forms:
        post(client, form.action, form.filled(csrf_token=token))
    assert len(forms) > 60
    assert set(changed_tables(before, contents.read())) <= LOOKS_ALONE
