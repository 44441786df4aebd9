"""Silent help: a yes like any other, that lets nothing take effect and tells the leads alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.redraw import redraw_pending_acts
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.casework.service_concerns import open_concern
from assistedaccess.consent import receipts
from assistedaccess.consent.models_silent import SilentHelp
from assistedaccess.delegation import service
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices.models import Notice
from assistedaccess.organisations.models import Membership, RoleGrant
from assistedaccess.people import cards, private, service_private
from assistedaccess.people.models_private import PrivateMoment, SilentSign
from assistedaccess.people.queries import get_person
from assistedaccess.people.rules import OwnRecord
from tests.factories import cards as make_card
from tests.factories import consent as make
from tests.factories import people, record
from tests.support.client import PageCheckingClient
from tests.support.clocks import Hand
from tests.support.journal import list_events
from tests.support.pages import send

OVER = {"powers": ["submit", "pay"], "money_limit_pence": 50_001, "money_period": "term"}
WORD = "lavender"
SAYS_IT = {"own_words": "Yes. Like the Lavender, let it grow"}


class Ticking(Hand):
    """A clock that goes on by a millisecond at each look: what happened in order reads so."""

    def __call__(self) -> datetime:
        self.move(seconds=0.001)
        return super().__call__()


@pytest.fixture
def hand(app: Flask) -> Iterator[Hand]:
    made = Ticking()
    with clock.set_clock(made):
        yield made


@pytest.fixture
def scene(hand: Hand) -> make.Scene:
    return make.make_scene()


@pytest.fixture
def lead(scene: make.Scene) -> Actor:
    return people.make_helper(scene.desk, "safeguarding_lead")


@pytest.fixture
def reviewer(scene: make.Scene) -> Actor:
    return people.make_helper(scene.desk, "reviewer")


def agree(actor: Actor, person_id: UUID, sign: str = "word", word: str | None = WORD) -> UUID:
    """A private moment in which a sign is agreed."""
    return service_private.hold_private_moment(
        actor=actor,
        person_id=person_id,
        was_alone=True,
        request_key=new_request_key(),
        sign=sign,
        word=word,
    )


def say_yes(scene: make.Scene, person_id: UUID, said: dict[str, str], **terms: Any) -> UUID:
    """A yes before a witness, with these answers; not granted yet."""
    request_id = make.ask(scene.helper, person_id, **terms)
    make.read_and_say(scene.helper, request_id, **said)
    consent_id = make.confirm(scene.helper, request_id).consent_id
    assert consent_id is not None
    return consent_id


def hold(scene: make.Scene, consent_id: UUID) -> Held:
    with pytest.raises(Held) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    return raised.value


def ask_for_help(scene: make.Scene, **terms: Any) -> PendingAct:
    """A yes with the sign in it, which waits."""
    agree(scene.colleague, scene.person_id)
    held = hold(scene, say_yes(scene, scene.person_id, SAYS_IT, **terms))
    return find_pending(held.pending_reference)


def find_pending(reference: str) -> PendingAct:
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
        return row


def count(model: Any) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


# -- nothing takes effect, and the leads are told


def test_a_yes_with_the_word_in_it_waits_for_a_lead(scene, lead, reviewer) -> None:
    pending = ask_for_help(scene)
    assert count(Delegation) == 0
    assert (pending.deciding_role, pending.drawn_account_id) == (
        "safeguarding_lead", lead.account_id,
    )  # fmt: skip
    with pytest.raises(NotFound):
        approvals.release_pending_act(
            actor=reviewer, pending_act_id=pending.id, reason="It looks right"
        )
    with pytest.raises(NotFound):
        approvals.refuse_pending_act(actor=reviewer, pending_act_id=pending.id, reason="No")
    assert find_pending(pending.reference).state == State.WAITING


def test_the_leads_get_a_concern_that_names_nobody_in_the_room(scene, lead) -> None:
    ask_for_help(scene)
    with reading() as session:
        row = session.scalars(select(Concern)).one()
        mailed = list(session.scalars(select(Notice.account_id).where(Notice.person_id.is_(None))))
    assert (row.person_id, row.organisation_id) == (scene.person_id, scene.desk.organisation_id)
    assert (row.is_urgent, row.kinds, row.raised_by) == (True, "coercion", None)
    assert lead.account_id in mailed
    assert scene.helper.account_id not in mailed
    (event,) = list_events("concern.raised")
    assert (event.actor_kind, event.account_id, event.person_id) == ("system", None, None)
    told = open_concern(actor=lead, reference=row.reference).told.seen
    assert "silent sign" in told
    assert "Harriet" not in told


def test_said_and_then_broken_off_the_lead_knows_all_the_same(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id, stop="I ring up, under the lavender")
    assert count(Concern) == 1
    make.confirm(scene.helper, request_id)
    assert (count(Concern), count(SilentHelp)) == (1, 1)


def test_a_second_yes_of_the_same_day_waits_too(scene, lead, reviewer) -> None:
    first = ask_for_help(scene)
    approvals.withdraw_pending_act(actor=scene.helper, pending_act_id=first.id)
    again = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert (again.deciding_role, again.drawn_account_id) == ("safeguarding_lead", lead.account_id)
    assert count(Delegation) == 0


def test_what_the_lead_releases_begins_and_the_next_yes_is_as_before(scene, lead) -> None:
    pending = ask_for_help(scene)
    review = open_review(actor=lead, reference=pending.reference)
    shown = {str(label): str(value) for label, value in review.description.rows}
    assert "silent sign" in shown["Call for help"]
    assert "999" in shown["If it cannot wait"]
    assert "emergency duty team" in shown["If it cannot wait"]
    done = approvals.release_pending_act(
        actor=lead, pending_act_id=pending.id, reason="I spoke with her"
    )
    assert done.state is State.RELEASED
    assert count(Delegation) == 1
    service.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, scene.person_id, {}))
    assert count(Delegation) == 2


def test_what_the_lead_refuses_never_begins(scene, lead) -> None:
    pending = ask_for_help(scene)
    approvals.refuse_pending_act(actor=lead, pending_act_id=pending.id, reason="Not now")
    with reading() as session:
        consent_id = session.scalars(select(SilentHelp.request_id)).one()
    with pytest.raises(Refused) as raised:
        service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert raised.value.code == "grant_refused"
    assert count(Delegation) == 0


def test_without_a_lead_it_waits_and_no_reviewer_gets_it_by_time(scene, reviewer, hand) -> None:
    pending = ask_for_help(scene)
    assert pending.drawn_account_id is None
    hand.move(hours=200)
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id is None
    late = people.make_helper(scene.desk, "safeguarding_lead")
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id == late.account_id


def test_a_lead_who_leaves_is_followed_by_a_lead(scene, lead, reviewer) -> None:
    pending = ask_for_help(scene)
    other = people.make_helper(scene.desk, "safeguarding_lead")

    def leave() -> None:
        get_session().execute(
            update(RoleGrant)
            .where(
                RoleGrant.membership_id.in_(
                    select(Membership.id).where(Membership.account_id == lead.account_id)
                )
            )
            .values(ended_at=clock.now())
        )

    run_transaction(leave)
    run_transaction(lambda: redraw_pending_acts())
    assert find_pending(pending.reference).drawn_account_id == other.account_id


def test_nobody_elses_word_means_anything(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    other = people.make_person(scene.colleague, "Grace Hopper")
    service.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, other, SAYS_IT))
    assert (count(Delegation), count(Concern)) == (1, 0)


@pytest.mark.parametrize(("sign", "word"), [("remove", None), ("word", "marigold")])
def test_a_sign_that_was_taken_away_means_nothing(scene, lead, sign: str, word: Any) -> None:
    agree(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id, sign, word)
    consent_id = say_yes(scene, scene.person_id, SAYS_IT)
    service.grant_delegation(actor=scene.helper, consent_id=consent_id)
    assert (count(Delegation), count(Concern)) == (1, 0)


# -- the card


def test_the_number_below_looks_right_and_is_the_sign(scene) -> None:
    card = make_card.give_card(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id, "card", None)
    asked_for = new_id()
    asked = make_card.ask(scene.helper, scene.person_id, asked_for)
    assert asked is not None
    below = card.number(asked.position % 12 + 1)

    def check() -> tuple[cards.CheckedNumber, bool]:
        answer = cards.check_number(
            actor=scene.helper, person_id=scene.person_id, asked_for=asked_for, typed=below
        )
        return answer, private.was_given(scene.person_id, [])

    answer, given = run_transaction(check)
    assert (answer.is_right, given) == (True, True)
    with reading():
        left = cards.find_card(scene.person_id, scene.helper.human_id)
    assert left is not None
    assert left.left == 11
    # It was heard in the room, so it confirms nothing later.
    seen = set()
    for _time in range(3):
        again = make_card.ask(scene.helper, scene.person_id, new_id())
        assert again is not None
        seen.add(again.position)
    assert asked.position % 12 + 1 not in seen


def test_without_an_agreed_sign_the_number_below_is_wrong(scene) -> None:
    card = make_card.give_card(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id)
    asked_for = new_id()
    asked = make_card.ask(scene.helper, scene.person_id, asked_for)
    assert asked is not None
    below = card.number(asked.position % 12 + 1)
    assert not make_card.check(scene.helper, scene.person_id, asked_for, below).is_right


# -- the private moment


def test_a_private_moment_leaves_who_and_when_and_nothing_in_the_history(scene) -> None:
    moment_id = agree(scene.colleague, scene.person_id)
    with reading() as session:
        row = session.get_one(PrivateMoment, moment_id)
        assert row.human_id == scene.colleague.human_id
        assert row.held_at <= clock.now()
        sign = session.scalars(select(SilentSign)).one()
        assert WORD.encode() not in (sign.word or b"")
        named = session.scalars(
            select(AuditEvent.action).where(
                AuditEvent.person_id == scene.person_id, AuditEvent.action.like("private%")
            )
        )
        assert list(named) == []
    assert len(list_events("private_moment.held")) == 1


def test_sent_twice_it_is_one_moment(scene) -> None:
    key = new_request_key()
    made = [
        service_private.hold_private_moment(
            actor=scene.colleague, person_id=scene.person_id, was_alone=True, request_key=key
        )
        for _time in range(2)
    ]
    assert made[0] == made[1]
    assert count(PrivateMoment) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"was_alone": False}, "was_alone"),
        ({"sign": "word", "word": "yes"}, "word"),
        ({"sign": "word", "word": None}, "word"),
        ({"sign": "card"}, "sign"),
        ({"sign": "nonsense"}, "sign"),
    ],
)
def test_what_cannot_be_agreed_is_said_at_its_field(scene, given: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        service_private.hold_private_moment(
            actor=scene.colleague,
            person_id=scene.person_id,
            request_key=new_request_key(),
            **{"was_alone": True, **given},
        )
    assert raised.value.field == field
    assert count(PrivateMoment) == 0


def test_nobody_holds_one_with_themself_and_no_relative_does(scene) -> None:
    def become_family() -> None:
        get_session().execute(
            update(Membership)
            .where(Membership.id == scene.colleague.membership_id)
            .values(kind="family")
        )

    run_transaction(become_family)
    with pytest.raises(Refused) as raised:
        agree(scene.colleague, scene.person_id)
    assert raised.value.code == "private_moment_at_a_desk"
    own = people.make_helper(scene.desk)

    def link() -> None:
        from assistedaccess.people.models import Person

        get_session().get_one(Person, scene.person_id).human_id = own.human_id

    run_transaction(link)
    with pytest.raises(OwnRecord):
        agree(own, scene.person_id)


def test_the_page_shows_nothing_of_what_was_agreed_before(app, scene) -> None:
    client = browse(app, scene.colleague)
    make.assist(scene.colleague, scene.person_id)
    path = f"/people/{record.reference_of(scene.person_id)}/private-moment"
    before = blank(client.get(path).text)
    answer = send(client, path, was_alone="yes", sign="word", word="Lavender", request_key="k" * 22)
    assert answer.status_code == 303
    assert private_sign(scene.person_id) == "word"
    client.get(f"/people/{record.reference_of(scene.person_id)}/contact")
    assert blank(client.get(path).text) == before
    wrong = send(client, path, sign="word", word="rose", was_alone="yes", request_key="j" * 22)
    assert wrong.status_code == 400
    assert 'href="#word"' in wrong.text


def private_sign(person_id: UUID) -> str:
    with reading():
        sign = private.find_sign(person_id)
        return sign.kind if sign else ""


# -- two pages, byte for byte


def browse(app: Flask, actor: Actor) -> FlaskClient:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, actor)
    return client


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


def blank(page: str) -> str:
    """A page without what differs between any two people: references, keys, tokens."""
    page = re.sub(r"\b[A-Z]-[0-9A-Z]{4}-[0-9A-Z]{4}\b", "REFERENCE", page)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", page)
    page = re.sub(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", "RECEIPT", page)
    page = re.sub(r"Lavender|Primrose", "FLOWER", page)
    page = re.sub(r"Grace Hopper|Amy Johnson", "NAME", page)
    page = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+", "MOMENT", page)
    page = re.sub(r'nonce="[^"]*"', "nonce", page)
    page = re.sub(r'(name="(?:csrf_token|request_key)"[^>]*value=")[^"]*', r"\1", page)
    return re.sub(r'(<meta name="csrf-token" content=")[^"]*', r"\1", page)


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


def test_the_printed_history_reads_alike_before_and_after_the_decision(
    app, scene, lead, reviewer
) -> None:
    twins = [make_twin(scene, asks_for_help=asks, terms=OVER) for asks in (False, True)]

    def read_out() -> list[list[str]]:
        return [
            [
                blank(f"{line.words} {line.why} {line.place}")
                for line in record.read(scene.helper, twin.person_id).record.lines
            ]
            for twin in twins
        ]

    ordinary, silent = read_out()
    assert ordinary == silent
    for twin in twins:
        row = find_pending(twin.pending)
        deciding = lead if row.drawn_account_id == lead.account_id else reviewer
        open_review(actor=deciding, reference=twin.pending)
        approvals.refuse_pending_act(actor=deciding, pending_act_id=row.id, reason="Not yet")
    ordinary, silent = read_out()
    assert ordinary == silent
    client = browse(app, scene.helper)
    pages = [blank(client.get(f"/pending-acts/{twin.pending}").text) for twin in twins]
    assert pages[0] == pages[1]
