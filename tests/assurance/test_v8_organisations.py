"""V8.2.2 and V8.4.1: what is another organisation's does not exist, at any URL, in any field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assistedaccess.kernel.ids import new_id, new_reference
from tests.factories.world import Side, World
from tests.support.contents import Contents, changed_tables
from tests.support.pages import read_token

from .crawl import Crawl
from .forms import Form, post, read_forms
from .probes import find_words, listed
from .role_route_matrix import ROLES, ROUTES, role_for
from .routes import Route, list_routes

# The same queries on both databases: the journeys of both packages run on both.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

SHARED = {"people", "contact_point_id", "evidence_id", "delegations"}
"""What every organisation reaches by its reference (design, section 4, rule 12)."""

SHARED_AT = {
    # Anybody may end a yes, or print its receipt, at the person's word.
    ("consent.withdraw_consent", "consents"),
    # Another record of the same person: people are shared.
    ("people.merge_records", "merge"),
    # Any desk goes from a message that somebody brings to whoever it was sent to, as by card.
    ("my_record.find_told", "notices"),
    # A page of a form that all organisations use.
    ("services.preview_page", "page"),
    # The frame of any case: nobody's.
    ("static", "filename"),
}
NOBODYS = {
    "feed_token",
    "filename",
    "heard",
    "key",
    "link",
    "path",
    "reader",
    "token",
    "version",
    "way",
    "what",
}
ALL_ORGANISATIONS = "organisation:create"
"""Whoever holds it sets up all of them."""

OWN_WORK = ("Need", "Basis", "Firsttask", "Note", "Sensitivenote", "Task", "Called", "Closedneed")
OWN_EVIDENCE = ("Saidwhat", "Saidstop", "Ownwords", "Present", "Witness", "Witnessrole")
OWN_ANSWERS = (
    "Whyrefused",
    "Cameplace",
    "Camewords",
    "Mayclaim",
    "Referabout",
    "Refermind",
    "Referneeds",
    "Referreturn",
    "Handmessage",
    "Handreturn",
    "Answercouncil",
    "Answername",
    "Asked",
    "Otherservice",
    "Helpnote",
    "Keptanswer",
)


def owned_arguments(route: Route) -> list[str]:
    """The arguments of this URL that belong to an organisation, a helper or an account."""
    return [
        name
        for name in route.arguments
        if name not in SHARED | NOBODYS
        and (route.endpoint, name) not in SHARED_AT
        and ROUTES[route.endpoint] != ALL_ORGANISATIONS
    ]


def foreign_values(route: Route, own: Side, other: dict[str, str], name: str) -> dict[str, str]:
    """The values of ``own``, with those of ``other`` under this one name."""
    values = dict(own.values)
    for key in (name, *(key for key in own.values if key.startswith(f"{route.endpoint}:"))):
        values.pop(key, None)
        if key in other:
            values[key] = other[key]
    return {**{k: v for k, v in own.values.items() if ":" not in k}, **values}


def missing_values(values: dict[str, str]) -> dict[str, str]:
    """References and keys of the same look that are nobody's."""
    return {
        name: str(new_id()) if re.fullmatch(r"[0-9a-f-]{36}", value) else _missing(value)
        for name, value in values.items()
    }


def _missing(value: str) -> str:
    prefix = value.partition("-")[0]
    return new_reference(prefix) if re.fullmatch(r"[A-Z]-\w{4}-\w{4}", value) else value


def words_of(answer: TestResponse, path: str) -> str:
    """The page without what differs between any two answers."""
    text = answer.get_data().decode(errors="replace").replace(path, "/…")
    text = re.sub(r"E-[0-9A-Z]{4}-[0-9A-Z]{4}", "E", text)
    text = re.sub(r'(name="csrf_token" value=|nonce=)"[^"]*"', r"\1", text)
    return text


@ON_SQLITE
def test_v8_2_2_another_organisations_record_is_a_missing_one(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    a, b = world.sides
    missing = missing_values(b.values)
    clients = sign_in_all(app, a)
    before = contents.read()
    wrong = []
    asked = set()
    for role in ROLES:
        client = clients[role]
        token = read_token(client.get("/privacy"))
        for route in list_routes(app):
            if role_for(route.endpoint) != role:
                continue
            for name in owned_arguments(route):
                foreign = route.path(foreign_values(route, a, b.values, name))
                nowhere = route.path(foreign_values(route, a, missing, name))
                assert foreign != route.path(a.values) != nowhere
                for method in sorted(route.methods):
                    data = {"csrf_token": token} if method == "POST" else None
                    theirs, none = (
                        client.open(path, method=method, data=data, buffered=True)
                        for path in (foreign, nowhere)
                    )
                    asked.add(route.endpoint)
                    if (theirs.status_code, none.status_code) != (404, 404):
                        statuses = theirs.status_code, none.status_code
                        wrong.append((route.endpoint, name, method, *statuses))
                    elif words_of(theirs, foreign) != words_of(none, nowhere):
                        wrong.append((route.endpoint, name, method, "other words"))
    assert not wrong, listed(wrong)
    assert len(asked) > 40
    assert changed_tables(before, contents.read()) == []


def sign_in_all(app: Flask, side: Side) -> dict[str, FlaskClient]:
    """A browser for each role, and for who was drawn to decide."""
    clients = {}
    for role in (*ROLES, "drawn"):
        clients[role] = app.test_client()
        clients[role].check_pages = False  # type: ignore[attr-defined]
        side.sign_in(clients[role], role)
    return clients


@ON_SQLITE
def test_v8_4_1_no_page_shows_a_word_of_another_organisation(world: World, crawled: Crawl) -> None:
    b = world.b
    wrong = [
        (str(seen), what)
        for seen in crawled.seen
        for what in find_words(seen.text, canaries(b, b.secrets))
    ]
    assert not wrong, listed(wrong)
    named = [
        (seen.route.endpoint, what)
        for seen in crawled.seen
        for what in find_words(seen.text, canaries(b, b.shown))
        if not may_name(seen.route.endpoint, seen.visitor)
    ]
    assert not named, listed(named)


def canaries(side: Side, words: dict[str, str]) -> dict[str, str]:
    """Those that are of this side alone (a password of the factory is everybody's)."""
    return {
        what: word
        for what, word in words.items()
        if not what.startswith(("password of", "factor of", "sign-in"))
    }


def may_name(endpoint: str, visitor: str) -> bool:
    """Who names another organisation and its helpers: auditors of a remit, administrators; and the
    door at which anybody says where something is wrong."""
    # Who answers an objection is from elsewhere: an auditor, or a reviewer who was drawn.
    if endpoint == "my_record.answer_objection" and visitor in ("auditor", "drawn", "reviewer"):
        return True
    # Whoever hands a case over or refers somebody chooses among the places, without helpers' names.
    if endpoint in ("casework.offer_hand_over", "casework.make_referral"):
        return True
    # The door at which anybody complains names each place; an auditor sees what their remit says.
    # So does the list of whom one may share data with.
    if endpoint in ("casework.make_complaint", "organisations.propose_agreement") or (
        endpoint == "casework.list_complaints" and visitor == "auditor"
    ):
        return True
    return endpoint.startswith(("oversight.", "tips.")) or (
        # They set up all organisations, vouch for anybody, and may be drawn to decide on a role.
        visitor in ("administrator", "drawn")
        and endpoint.startswith(("organisations.", "accounts.", "approvals."))
    )


@ON_SQLITE
def test_v8_4_1_of_a_shared_person_nobody_sees_what_another_organisation_holds(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    a, b = world.sides
    from assistedaccess.people.service import state_reason

    state_reason(actor=a.actors["helper"], person_id=b.ids["person"], reason="risk_to_life")
    own = {what: b.word(what) for what in (*OWN_WORK, *OWN_EVIDENCE, *OWN_ANSWERS)}
    assert set(own) <= set(b.secrets)
    own |= {"case": b.values["cases"], "application": b.values["applications"]}
    a.sign_in(plain_client, "helper")
    wrong, opened = [], 0
    for route in list_routes(app):
        is_shared = route.arguments and set(route.arguments) <= SHARED
        if is_shared and "GET" in route.methods:
            answer = plain_client.get(route.path(b.values), buffered=True)
            text = answer.get_data().decode(errors="replace")
            opened += answer.status_code == 200 and b.word("Person") in text
            wrong += [(route.endpoint, what) for what in find_words(text, own)]
    assert not wrong, listed(wrong)
    assert opened > 10  # the person is reached, and shown


# -- what a field carries


def foreign_fields(form: Form, own: Side, other: Side) -> Iterator[tuple[str, str]]:
    """Each field of the form that carries something of ``own``, with that of ``other`` instead."""
    there = {value: other.values.get(name, "") for name, value in own.values.items()}
    offered = {
        **{name: [value] for name, value in form.hidden},
        **form.choices,
        **form.boxes,
        **{name: [value] for name, value in form.typed},
    }
    for name, values in offered.items():
        for value in values:
            if there.get(value):
                yield name, there[value]


@ON_SQLITE
@pytest.mark.usefixtures("stopped")
def test_v8_2_2_and_v8_3_1_no_field_takes_what_is_another_organisations(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    a, b = world.sides
    wrong: list[Any] = []
    tried = set()
    clients = sign_in_all(app, a)
    before = contents.read()
    for role, client in clients.items():
        held = ROLES["reviewer" if role == "drawn" else role]
        for route in list_routes(app):
            if "GET" not in route.methods or ROUTES[route.endpoint] not in held:
                continue
            page = client.get(route.path(a.values), buffered=True)
            for form in read_forms(page):
                for name, theirs in foreign_fields(form, a, b):
                    answer = post(client, form.action, form.filled(**{name: theirs}))
                    tried.add((route.endpoint, name))
                    is_told_all_the_same = route.endpoint == "casework.raise_concern"
                    is_refused = 400 <= answer.status_code < 500 and answer.status_code != 429
                    if not (is_told_all_the_same or is_refused):
                        wrong.append((route.endpoint, name, answer.status_code))
    changed = changed_tables(before, contents.read())
    assert not wrong, listed(wrong)
    # That the reviewer opened it; that looks which nothing explains wait for an auditor; that a
    # receipt was printed; that what a person was told is read where their record is opened for
    # them; and that whoever is worried may say about whom, without being answered.
    assert set(changed) <= {"concern", "flag", "notice", "pending_act_draw", "receipt_code"}
    assert {name for _endpoint, name in tried} >= {"assigned_to", "sites"}, listed(tried)
