"""V2.2.1, V2.2.2, V1.2.4 and faults 33 to 35: each field of each form meets what people send.

The form is sent as no browser would, whole and otherwise plausible, with a strange text in one
field or in all. A 500 is a fault; so is half of a form that was stored, and a text that is stored
otherwise than it was typed.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.factories.world import Side, World
from tests.support.contents import Contents, changed_tables

from .forms import Form, post, read_forms
from .probes import listed
from .role_route_matrix import PUBLIC, ROLES, ROUTES, role_for
from .routes import Route, list_routes

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])

STRANGE = {
    "NUL": "a\x00b",
    "control": "a\x01\x1b[31mb",
    "backspace": "a\x08\x7fb",
    "C1 control": "a\x85\x9bb",
    "lone high surrogate": "a\ud800b",
    "lone low surrogate": "\udfff",
    "swapped surrogates": "a\udc00\ud800b",
    "noncharacter": "a\ufffe\uffffb",
    "last plane": "a\U0010ffffb",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "שלום مرحبا",
    "override": "abc\u202eתוכ\u202c",
    "isolates": "\u2066abc\u2069\u200f",
    "zero width": "a\u200b\u200c\u200d\u2060b",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "ligature": "ﬁ ﷺ",
    "byte order mark": "\ufeffabc",
    "line separator": "a\u2028b\u2029c",
    "new lines": "a\r\nb\rc\nd",
    "tabs": "a\tb",
    "spaces": "   \u3000 \u00a0 ",
    "one letter": "Ø",
    "ten thousand letters": "x" * 10_000,
    "two hundred letters": "é" * 200,
    "quote": "O'Brien",
    "sql": "' OR '1'='1' --",
    "sql double": '"; DROP TABLE person; --',
    "percent": "%' or '1'='1",
    "markup": "<script>alert(1)</script>",
    "template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}",
    "format": "%s%n%x{0}{}",
    "path": "../../../../etc/passwd\\..\\x",
    "formula": "=cmd|' /C calc'!A0",
    "number": "1e309",
    "negative": "-9223372036854775809",
    "digits of another script": "١٢٣",
    "true": "true",
    "json": '{"$uuid": "x"}',
    "mail header": "a@b.example\r\nBcc: c@d.example",
    "long mail": "a" * 64 + "@" + "b" * 250 + ".example",
}
UNPRINTABLE = {
    "NUL", "control", "backspace", "C1 control", "noncharacter", "lone high surrogate",
    "lone low surrogate", "swapped surrogates",
}  # fmt: skip
SOAK = os.environ.get("SOAK", "") not in ("", "0")

Choose = Callable[[Form, int], Iterator[tuple[str, dict[str, str]]]]
"""What strange is sent in a form, the so-many-th: its name, and the fields that hold it."""


def forms_of(
    app: Flask, side: Side, client: FlaskClient, role: str
) -> Iterator[tuple[Route, Form]]:
    """The forms that this role meets first, each with the route whose page shows it."""
    for route in list_routes(app):
        is_public = ROUTES[route.endpoint] == PUBLIC
        if "GET" not in route.methods or is_public != (role == "nobody"):
            continue
        if not is_public and role_for(route.endpoint) != role:
            continue
        page = client.get(route.path(side.values), buffered=True)
        if page.status_code == 200:
            for form in read_forms(page):
                if form.typed:
                    yield route, form


def options_of(form: Form) -> Iterator[dict[str, Any]]:
    """What has to be chosen so that each field counts: those that a choice reveals, too."""
    for name in ("by", "kind", "housing", "until", "way", "is_accompanied", "answer", "why"):
        if name in form.choices:
            yield from ({name: option} for option in form.choices[name] if option)
            return
    yield {}


def sweep(
    app: Flask, world: World, contents: Contents, choices: Sequence[Choose]
) -> Iterator[tuple[str, Choose, str, TestResponse, list[str]]]:
    """Send what each of ``choices`` gives: endpoint, which, what it was, answer, changed tables."""
    number = 0
    for role in (*ROLES, "nobody"):
        client = app.test_client()
        client.check_pages = False  # type: ignore[attr-defined]
        if role != "nobody":
            world.a.sign_in(client, role)
        found = list(forms_of(app, world.a, client, role))
        before = contents.read()
        for route, form in found:
            for chosen, choose in product(options_of(form), choices):
                for what, fields in choose(form.choosing(chosen), number):
                    answer = post(client, form.action, form.filled(**{**chosen, **fields}))
                    after = contents.read()
                    yield route.endpoint, choose, what, answer, changed_tables(before, after)
                    if answer.status_code in (302, 303) and role != "nobody":
                        world.a.sign_in(client, role)  # it may have ended the sign-in
                        after = contents.read()
                        form = fresh(client, route, world.a, form)
                    before = after
            number += 1


def fresh(client: FlaskClient, route: Route, side: Side, form: Form) -> Form:
    """The same form as the page shows it now."""
    page = client.get(route.path(side.values), buffered=True)
    return next((each for each in read_forms(page) if each.action == form.action), form)


def all_fields(form: Form, number: int) -> Iterator[tuple[str, dict[str, str]]]:
    """A strange text in all fields at once; over many forms, all of them."""
    names = list(STRANGE) if form.text_fields else []
    for step in range(len(names) if SOAK else min(len(names), 1)):
        what = names[(number * 7 + step * 13) % len(names)]
        yield what, dict.fromkeys(form.text_fields, STRANGE[what])


def one_field(form: Form, number: int) -> Iterator[tuple[str, dict[str, str]]]:
    """A strange text in one field, all else plausible."""
    names = list(STRANGE)
    fields = form.text_fields
    at = number % max(len(fields), 1)
    for step, name in enumerate(fields if SOAK else fields[at : at + 1]):
        what = names[(number * 11 + step * 17) % len(names)]
        yield what, {name: STRANGE[what]}


CHOSEN: dict[str, tuple[Choose, ...]] = {
    "sqlite": (all_fields, one_field),
    "postgresql": (all_fields, one_field) if SOAK else (one_field,),
}


@pytest.mark.soak
def test_v2_2_1_and_v2_2_2_no_form_breaks_and_nothing_is_half_stored(
    app: Flask,
    world: World,
    contents: Contents,
    monkeypatch: pytest.MonkeyPatch,
    database_kind: str,
) -> None:
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    wrong = []
    taken, refused = set(), set()
    sent = kept = 0
    choices = CHOSEN[database_kind]
    for endpoint, choose, what, answer, changed in sweep(app, world, contents, choices):
        sent += 1
        kept += answer.status_code in (302, 303)
        stored = set(changed) - {"account", "sign_in", "look_reason", "pending_act_draw"}
        if answer.status_code >= 500:
            wrong.append((endpoint, what, answer.status_code))
        elif answer.status_code in (400, 403, 404, 409, 413, 429) and stored:
            wrong.append((endpoint, what, answer.status_code, stored))
        elif what in UNPRINTABLE and choose is all_fields and answer.status_code in (302, 303):
            taken.add((endpoint, what))
        elif what in UNPRINTABLE and choose is all_fields and answer.status_code == 400:
            refused.add((endpoint, what))
    # A field that only another choice asks for is passed over, whatever stands in it.
    wrong += [
        (endpoint, what, "was taken")
        for endpoint, what in sorted(taken - refused)
        if endpoint != "people.set_protection"  # who lifts it is asked for no words
    ]
    assert not wrong, listed(wrong)
    assert sent > 80 * len(choices)
    assert kept > 5 * len(choices)  # the strange that is lawful is taken


def test_fault_33_both_databases_refuse_the_same(
    app: Flask, world: World, plain_client: FlaskClient, contents: Contents
) -> None:
    """What PostgreSQL cannot store is refused at the door, with words, at the field."""
    world.a.sign_in(plain_client, "helper")
    (form,) = read_forms(plain_client.get("/people/register"))
    before = contents.read()
    for what in sorted(UNPRINTABLE):
        answer = post(plain_client, form.action, form.filled(name=STRANGE[what]))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 400, (what, answer.status_code)
        if not what.endswith(("surrogate", "surrogates")):  # these are no text at all
            assert 'href="#name"' in page, what
    assert changed_tables(before, contents.read()) == []


@pytest.mark.parametrize(
    "name",
    [
        "Ø",
        "x" * 200,
        "O'Brien-Smith",
        "Nguyễn Thị Ánh",
        "Mononym",
        "  Ann   Lee ",
        "李小龍",
        "عبد الرحمن",
        "𝓜𝓪𝓻𝔂",
        "Z͑ͫA̴̵̜ͫ",
        "abc\u200dd",
    ],
)
@ON_SQLITE
def test_faults_34_to_36_a_name_is_stored_as_it_is_given_and_shown_isolated(
    world: World, plain_client: FlaskClient, name: str
) -> None:
    from assistedaccess.people.models import Person
    from tests.factories import people

    helper = world.a.actors["helper"]
    person_id = people.make_person(helper, name)
    from assistedaccess.kernel.transactions import reading

    with reading() as session:
        person = session.get_one(Person, person_id)
        stored, reference = person.name, person.reference
    assert stored == unicodedata.normalize("NFC", name).strip()
    world.a.sign_in(plain_client, "helper")
    from assistedaccess.people.service import state_reason

    state_reason(actor=helper, person_id=person_id, reason="person_is_here")
    page = plain_client.get(f"/people/{reference}").get_data(as_text=True)
    from markupsafe import escape

    assert f"<bdi>{escape(stored)}</bdi>" in page


@ON_SQLITE
def test_fault_34_a_look_alike_is_said_to_be_one(world: World, plain_client: FlaskClient) -> None:
    """Search folds; the same name in other letters is shown as a likely duplicate."""
    from tests.factories import people

    helper = world.a.actors["helper"]
    people.make_person(helper, "José Peña", birth_date="1950-06-01")
    for spelt in ("JOSE PENA", "José  Peña", "Jose\u0301 Pen\u0303a"):
        done = people.register(helper, spelt, birth_date="1950-06-01")
        assert done.person_id is None, spelt
        assert done.duplicates


ARGUMENTS = ("after", "before", "person", "account", "organisation", "subject", "from_on")
QUOTES = ("'", "%' or '1'='1", "' OR 1=1 --", '" OR ""="', "\\' OR 1=1 --", "1; SELECT pg_sleep(9)")


def test_v1_2_4_a_quote_finds_what_a_nonsense_word_finds(
    app: Flask, world: World, plain_client: FlaskClient
) -> None:
    """Every argument and field that asks something of the database."""
    world.a.sign_in(plain_client, "helper")
    form = read_forms(plain_client.get("/people"))[0]
    for by in form.choices["by"]:
        nonsense = _count_found(plain_client, form, by, "qwxzj")
        for quote in QUOTES:
            text = f"qwxzj{quote}"
            assert _count_found(plain_client, form, by, text) == nonsense, (by, quote)
    wrong = []
    for number, route in enumerate(list_routes(app)):
        if "GET" not in route.methods or ROUTES[route.endpoint] == PUBLIC:
            continue
        world.a.sign_in(plain_client, role_for(route.endpoint))
        answers = [
            plain_client.get(
                route.path(world.a.values), query_string=dict.fromkeys(ARGUMENTS, text)
            ).status_code
            for text in ("qwxzj", QUOTES[number % len(QUOTES)])
        ]
        if answers[0] != answers[1] or max(answers) >= 500:
            wrong.append((route.endpoint, answers))
    assert not wrong, listed(wrong)


def _count_found(client: FlaskClient, form: Form, by: str, text: str) -> tuple[int, int]:
    fields = {name: text for name in form.text_fields if not name.startswith("birth_date")}
    answer = post(client, form.action, form.filled(by=by, why="person_is_here", **fields))
    if answer.status_code != 303:
        return answer.status_code, 0
    page = client.get(answer.location)
    return page.status_code, len(re.findall(r"P-\w{4}-\w{4}", page.get_data(as_text=True)))


# -- hypothesis, at the forms that strangers and helpers meet most


@pytest.mark.soak
@ON_SQLITE
def test_v2_2_1_anything_at_all(world: World, plain_client: FlaskClient) -> None:
    client = plain_client
    world.a.sign_in(client, "helper")
    pages = ["/people/register", "/people", f"/cases/{world.a.values['cases']}/notes/new"]
    forms = [read_forms(client.get(path))[0] for path in pages]
    anything = st.text(st.characters(exclude_categories=()), max_size=60)

    @settings(
        max_examples=400 if SOAK else 40,
        suppress_health_check=list(HealthCheck),
        derandomize=not SOAK,
    )
    @given(st.sampled_from(forms), st.data())
    def check(form: Form, data: st.DataObject) -> None:
        names = [*form.text_fields, *form.choices, *form.boxes, *(n for n, _ in form.hidden)]
        names.remove("csrf_token")
        fields = data.draw(st.dictionaries(st.sampled_from(names), anything, max_size=6))
        answer = post(client, form.action, form.filled(**fields))
        assert answer.status_code < 500

    check()
