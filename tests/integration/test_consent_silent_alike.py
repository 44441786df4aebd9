"""Silent help, byte for byte: each page of it is that of an ordinary act that waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.service_review import open_review
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.consent import receipts, service_asking, service_ways
from assistedaccess.consent.models_silent import SilentHelp
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import get_database, reading
from assistedaccess.people.models import AccessCard, AccessCardNumber
from assistedaccess.people.queries import get_person
from tests.factories import cards as make_card
from tests.factories import consent as make
from tests.factories import people, record
from tests.factories import ways as way
from tests.factories.silent import (
    OVER,
    SAYS_IT,
    WORD,
    agree,
    blank,
    browse,
    count,
    find_pending,
    hold,
    say_yes,
)
from tests.support.journal import list_events
from tests.support.pages import read_token, send
from tests.support.silent_scene import hand, lead, reviewer, scene
from tests.support.statements import counted_statements

__all__ = ["hand", "lead", "reviewer", "scene"]


# -- two pages, byte for byte


@dataclass(frozen=True)
class Twin:
    """One of two people who differ in nothing but the sign."""

    person_id: UUID
    reference: str
    consent: str
    pending: str
    receipt: str


def make_twin(scene: make.Scene, *, asks_for_help: bool, terms: dict[str, Any]) -> Twin:
    """Both have agreed a sign: one gives it. Their answers differ by that one word."""
    person_id = people.make_person(
        scene.colleague,
        "Grace Hopper" if asks_for_help else "Amy Johnson",  # no two of one name are registered
        contact_points=[people.mobile(whose="own", is_safe=True)],
    )
    agree(scene.colleague, person_id)
    make.assist(scene.helper, person_id)
    word = "Lavender" if asks_for_help else "Primrose"
    consent_id = say_yes(scene, person_id, {"own_words": f"Yes. Like the {word}, grow"}, **terms)
    held = hold(scene, consent_id)
    with reading():
        reference = get_person(person_id).reference
    return Twin(
        person_id,
        reference,
        make.get_consent(consent_id).reference,
        held.pending_reference,
        receipts.spell_code(consent_id),
    )


PAGES = [
    "/people/{0.reference}",
    "/people/{0.reference}/history",
    "/people/{0.reference}/delegations",
    "/people/{0.reference}/contact",
    "/people/{0.reference}/private-moment",
    "/asking/{0.consent}/result",
    "/consents/{0.consent}",
    "/consents/{0.consent}/receipt",
    "/consents/{0.consent}/record.json",
    "/pending-acts/{0.pending}",
]


LISTS = ["/", "/cases", "/asking", "/pending-acts", "/today"]


@pytest.mark.parametrize("who_is_there", [(), ("reviewer",), ("safeguarding_lead",), "both"])
def test_every_page_reads_as_that_of_an_ordinary_act_that_waits(
    app: Flask, scene: make.Scene, who_is_there: Any
) -> None:
    """The ordinary one waits for its money limit: £500.01, as the silent one would by itself too.

    Whether the desk has reviewers, leads, both or neither: a wait for one reads as for the other.
    """
    there = ("reviewer", "safeguarding_lead") if who_is_there == "both" else who_is_there
    for role in there:
        people.make_helper(scene.desk, role)
    twins = [make_twin(scene, asks_for_help=asks, terms=OVER) for asks in (False, True)]
    manager = people.make_helper(scene.desk, "manager")
    for actor in (scene.helper, manager):
        client = browse(app, actor)
        for page in PAGES:
            answers = [client.get(page.format(twin)) for twin in twins]
            assert answers[0].status_code == answers[1].status_code, page
            assert blank(answers[0].text) == blank(answers[1].text), page
        lines = re.findall(r"<tr.*?</tr>", client.get("/pending-acts").text, re.S)
        waiting = {blank(line) for line in lines if any(t.pending in line for t in twins)}
        assert len(waiting) == 1
    everybody = app.test_client()
    checked = [send(everybody, "/check", receipt=twin.receipt) for twin in twins]
    assert blank(checked[0].text) == blank(checked[1].text)
    told = [make.list_told(twin.person_id) for twin in twins]
    ordinary, silent = (blank(str(each)) for each in told)
    assert ordinary == silent


def test_the_wait_of_a_small_sum_reads_as_that_of_a_large_one(app, scene, lead) -> None:
    """Words and code say nothing of why: only the sum itself differs."""
    small = {**OVER, "money_limit_pence": 1_000}
    agree(scene.colleague, scene.person_id)
    silent = hold(scene, say_yes(scene, scene.person_id, SAYS_IT, **small))
    other = people.make_person(scene.colleague, "Grace Hopper")
    ordinary = hold(scene, say_yes(scene, other, {}, **OVER))
    assert (silent.words, silent.reasons) == (ordinary.words, ordinary.reasons)
    rows = [find_pending(held.pending_reference) for held in (silent, ordinary)]
    assert rows[0].words == rows[1].words
    assert rows[0].reasons == rows[1].reasons
    waits = [row.due_at - row.asked_at for row in rows]
    assert abs(waits[0] - waits[1]).total_seconds() < 1
    held = list_events("act.held")
    assert {event.reason_code for event in held} == {"second_look"}


@pytest.mark.parametrize("ground", ["doubt", "visit"])
def test_a_wait_with_words_of_its_own_reads_the_same_with_the_sign(
    app, scene, lead, reviewer, ground: str
) -> None:
    """Deciding was hard, or it was signed at home: each waits with a sentence of its own."""
    held = []
    for name, word in (("Grace Hopper", "Lavender"), ("Amy Johnson", "Primrose")):
        person_id = people.make_person(scene.colleague, name)
        agree(scene.colleague, person_id)
        request_id = make.ask(scene.helper, person_id, powers=["see"])
        if ground == "doubt":
            way.doubt(scene.helper, request_id)
        make.read_and_say(scene.helper, request_id, own_words=f"Yes. Like the {word}, grow")
        given = {"sign": "mark", "visited_on": clock.today().isoformat()}
        if ground == "doubt":
            make.confirm(scene.helper, request_id)
        else:
            way.print_form(scene.helper, request_id)
            make.confirm(scene.helper, request_id, way="home_visit", **given)
        held.append(hold(scene, request_id))
    assert held[0].words == held[1].words
    assert held[0].reasons == held[1].reasons
    drawn = [find_pending(each.pending_reference).drawn_account_id for each in held]
    assert drawn == [lead.account_id, reviewer.account_id]


def read_page(client: FlaskClient, address: str) -> str:
    """Status, headers and page, without what differs between any two people."""
    answer = client.get(address)
    headers = sorted(f"{name}: {value}" for name, value in answer.headers if name not in VARIES)
    return blank("\n".join([str(answer.status_code), *headers, answer.text]))


VARIES = {"Content-Length", "Content-Security-Policy", "Set-Cookie", "Date"}
"""Names of two lengths, a nonce, a session's seal, the time."""


@pytest.mark.parametrize("decision", ["refused", "released"])
def test_all_reads_alike_before_and_after_the_decision(
    app, scene, lead, reviewer, decision: str
) -> None:
    """For who took the yes, a colleague, and whoever holds the printed history."""
    twins = [make_twin(scene, asks_for_help=asks, terms=OVER) for asks in (False, True)]

    def read_out() -> list[list[str]]:
        return [
            [
                blank(f"{line.words} {line.why} {line.place}")
                for line in record.read(scene.helper, twin.person_id).record.lines
            ]
            for twin in twins
        ]

    def compare() -> None:
        ordinary, silent = read_out()
        assert ordinary == silent
        for actor in (scene.helper, scene.colleague):
            client = browse(app, actor)
            for page in PAGES:
                one, other = (read_page(client, page.format(twin)) for twin in twins)
                assert one == other, page
            for listed in LISTS:  # where both stand in one list, each line is the other's
                found = re.findall(r"<(?:tr|li)\b.*?</(?:tr|li)>", client.get(listed).text, re.S)
                lines = {twin: [] for twin in twins}
                for line in found:
                    for twin in twins:
                        if any(number in line for number in (twin.reference, twin.pending)):
                            lines[twin].append(re.sub(r"G.\sH|A.\sJ", "NAME", blank(line)))
                ordinary_lines, silent_lines = lines.values()
                assert ordinary_lines == silent_lines, listed
        told = [blank(str(make.list_told(twin.person_id))) for twin in twins]
        assert told[0] == told[1]

    compare()
    for twin in twins:
        row = find_pending(twin.pending)
        deciding = lead if row.drawn_account_id == lead.account_id else reviewer
        open_review(actor=deciding, reference=twin.pending)
        decide = {
            "refused": approvals.refuse_pending_act,
            "released": approvals.release_pending_act,
        }[decision]
        decide(actor=deciding, pending_act_id=row.id, reason="Not yet")
    assert {find_pending(twin.pending).state for twin in twins} == {decision}
    compare()


# -- and its clock


def list_statements(client: FlaskClient, path: str, **fields: str) -> list[str]:
    """What an answer sends to the database; the page was opened before."""
    token = read_token(client.get(path))
    with counted_statements(get_database()) as statements:
        answer = client.post(path, data={"csrf_token": token, **fields})
    assert answer.status_code == 303, (path, answer.text)
    with counted_statements(get_database()) as shown:
        client.get(answer.location)
        client.get("/pending-acts")
    return [*statements, "then", *shown]


def choose_number(card: make_card.MadeCard, *, sign: bool) -> str:
    """The number that was asked for last, or the one below."""
    with reading() as session:
        number = session.scalars(
            select(AccessCardNumber)
            .join(AccessCard, AccessCard.id == AccessCardNumber.card_id)
            .where(AccessCard.reference == card.reference, AccessCardNumber.asked_at.is_not(None))
            .order_by(AccessCardNumber.asked_at.desc())
        ).first()
    assert number is not None
    return card.number(number.position % 12 + 1 if sign else number.position)


def answer_each(app: Flask, scene: make.Scene, kind: str, *, sign: bool) -> dict[str, list[str]]:
    """The statements of each answer of somebody who has agreed a sign, and gives it or not."""
    person_id = people.make_person(
        scene.colleague,
        "Grace Hopper" if sign else "Amy Johnson",
        contact_points=[people.mobile(whose="own", is_safe=True)],
    )
    card = make_card.give_card(scene.colleague, person_id)
    agree(scene.colleague, person_id, kind, WORD if kind == "word" else None)
    client, word = browse(app, scene.helper), "lavender" if kind == "word" and sign else "primrose"
    sent = {}
    help_page = f"/people/{people.reference_of(person_id)}/help"
    make.assist(scene.helper, person_id, make.OTHER_SERVICE)
    asked_for = {"service": make.SERVICE, "said_yes": "yes", "channel": "in_person"}
    request_id = make.ask(scene.helper, person_id, **OVER)
    base = f"/asking/{make.get_consent_reference(request_id)}"
    service_asking.show_statement(actor=scene.helper, request_id=request_id)
    hashed = {"terms_hash": make.hash_of(request_id)}
    service_asking.end_reading(actor=scene.helper, request_id=request_id, **hashed)
    said = {**make.SAID, "own_words": f"Yes, like {word}", "is_accompanied": "no"}
    sent["said"] = list_statements(client, f"{base}/said-back", **hashed, **said)
    service_ways.ask_for_number(actor=scene.helper, request_id=request_id, **hashed)
    number = choose_number(card, sign=sign and kind == "card")
    sent["yes"] = list_statements(client, f"{base}/confirm/card", **hashed, number=number)
    sent["help"] = list_statements(
        client, help_page, purpose=f"A badge, like {word}", language="en", **asked_for
    )
    online = app.test_client()
    assert send(online, "/my-record", proof="card", reference=card.reference).status_code == 303
    number = choose_number(card, sign=sign and kind == "card")
    sent["online"] = list_statements(online, "/my-record/prove", code=number)
    return sent


@pytest.mark.parametrize("kind", ["word", "card"])
def test_the_same_statements_are_sent_with_the_sign_and_without(
    app: Flask, scene: make.Scene, lead, reviewer, kind: str
) -> None:
    """So that whoever sits beside it sees nothing by how long an answer takes."""
    ordinary, silent = (answer_each(app, scene, kind, sign=sign) for sign in (False, True))
    assert (count(SilentHelp), count(Concern)) == (2, 2)  # of the yes, and the visit or the record
    for answer, statements in ordinary.items():
        assert statements == silent[answer], answer
