"""A silent call for help is never lost: refused, too late, online; and nothing gets past it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.approvals import service as approvals
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.casework import service_concerns, silent_help
from assistedaccess.casework.models_concerns import Concern
from assistedaccess.casework.service_concerns import add_concern_entry, open_concern
from assistedaccess.consent.models import Consent
from assistedaccess.consent.models_silent import SilentHelp
from assistedaccess.consent.rules import ConsentTooWeak
from assistedaccess.consent.silent import is_open, tell_calls
from assistedaccess.delegation import service as delegation
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.silent_help import settle_if_nothing_waits
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import Held, InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.my_record.models_online import RecordSession
from assistedaccess.people import service_contact
from assistedaccess.people.queries import get_person
from tests.factories import cards as make_card
from tests.factories import consent as make
from tests.factories import online, people, record, ways
from tests.factories.silent import (
    OVER,
    SAYS_IT,
    agree,
    blank,
    browse,
    count,
    find_pending,
    hold,
    say_yes,
)
from tests.support.pages import send
from tests.support.silent_scene import hand, lead, reviewer, scene

__all__ = ["hand", "lead", "reviewer", "scene"]


def say_below(scene: make.Scene, request_id: UUID, card: make_card.MadeCard) -> str:
    """The number below the one that is asked for, which is the sign."""
    asked = ways.ask_card(scene.helper, request_id, card)
    return card.number((card.numbers.index(asked) + 1) % 12 + 1)


@pytest.fixture
def card(scene: make.Scene) -> make_card.MadeCard:
    made = make_card.give_card(scene.colleague, scene.person_id)
    agree(scene.colleague, scene.person_id, "card", None)
    return made


# -- whatever becomes of the yes


def test_a_yes_that_is_too_weak_has_called_for_help_all_the_same(hand, scene, lead) -> None:
    """A number that this helper entered carries no money, and the card's number was the sign."""
    person_id = people.make_person(
        scene.helper, "Bo", contact_points=[people.mobile("07700 900777", whose="own")]
    )
    hand.move(days=1)
    card = make_card.give_card(scene.colleague, person_id)
    agree(scene.colleague, person_id, "card", None)
    request_id = ways.ready(scene.helper, person_id, channel="telephone", powers=["submit", "pay"])
    given = {
        "who_rang": "helper",
        "rang": str(make.list_phones(scene.helper, person_id)[0].id),
        "proof": "card",
        "number": say_below(scene, request_id, card),
    }
    with pytest.raises(ConsentTooWeak):
        ways.confirm(scene.helper, request_id, "telephone", **given)
    assert (count(Consent), count(Delegation)) == (0, 0)
    assert (count(Concern), count(SilentHelp)) == (1, 1)
    # The next yes, a minute later and strong enough, waits for the lead.
    pending = find_pending(hold(scene, say_yes(scene, person_id, {})).pending_reference)
    assert (pending.deciding_role, pending.drawn_account_id) == (
        "safeguarding_lead", lead.account_id,
    )  # fmt: skip


def test_a_number_that_came_too_late_has_called_for_help(scene, lead, card, hand) -> None:
    request_id = ways.ready(scene.helper, scene.person_id)
    number = say_below(scene, request_id, card)
    hand.move(minutes=11)
    assert "10 minutes" in ways.confirm(scene.helper, request_id, "card", number=number)
    assert (count(Concern), count(SilentHelp)) == (1, 1)


def test_a_form_that_has_to_be_mended_has_called_for_help_once(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = make.ask(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput):
        make.read_and_say(scene.helper, request_id, **SAYS_IT, stop="My password is Sommer2024!x")
    assert count(Concern) == 1
    make.read_and_say(scene.helper, request_id, **SAYS_IT)
    assert (count(Concern), count(SilentHelp)) == (1, 1)


def test_a_call_that_cannot_be_told_holds_up_no_other(
    scene, lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Grace Hopper", "Amy Johnson"):
        person_id = people.make_person(scene.colleague, name)
        agree(scene.colleague, person_id)
        make.read_and_say(scene.helper, make.ask(scene.helper, person_id), **SAYS_IT)
    seal, faults = service_concerns.seal_told, [RuntimeError("the key is away")]

    def fail_once(*given: Any) -> bytes:
        if faults:
            raise faults.pop()
        return seal(*given)

    monkeypatch.setattr(silent_help, "seal_told", fail_once)
    assert [tell_calls() for _run in range(3)] == [1, 1, 0]
    assert count(Concern) == 2


def test_said_to_a_witness_form_that_is_refused_it_is_heard(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = ways.ready(scene.helper, scene.person_id)
    with pytest.raises(InvalidInput):
        make.confirm(scene.helper, request_id, witness_name="Lavender Lee", witness_paid="")
    assert (count(Concern), count(SilentHelp)) == (1, 1)


def test_another_helpers_request_is_not_heard_by_guessing(scene, lead) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = ways.ready(scene.helper, scene.person_id)
    with pytest.raises(NotFound):
        make.confirm(scene.colleague, request_id, witness_name="Lavender Lee")
    assert count(Concern) == 0


# -- online


def prove(card: make_card.MadeCard, *, sign: bool) -> tuple[str | None, str]:
    begun = online.begin(card.reference, "card")
    session = online.look(begun.token)
    assert session is not None
    assert session.position is not None
    place = session.position % 12 + 1 if sign else session.position
    return online.prove(begun, card.number(place)), begun.token


def test_the_sign_opens_the_record_online_and_tells_the_lead(scene, lead, card) -> None:
    token, _before = prove(card, sign=True)
    assert token is not None
    assert online.look(token) is not None
    tell_calls()
    with reading() as session:
        row = session.scalars(select(Concern)).one()
    assert (row.person_id, row.organisation_id) == (scene.person_id, scene.desk.organisation_id)
    told = open_concern(actor=lead, reference=row.reference).told.seen
    assert "online" in told
    assert "silent sign" in told
    # Whatever the person agrees to at that desk now waits for the lead.
    pending = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert pending.drawn_account_id == lead.account_id


def test_the_number_itself_tells_nobody(scene, lead, card) -> None:
    assert prove(card, sign=False)[0] is not None
    assert (count(Concern), count(SilentHelp)) == (0, 0)


def test_online_too_late_it_opens_nothing_and_tells_the_lead(scene, lead, card, hand) -> None:
    begun = online.begin(card.reference, "card")
    session = online.look(begun.token)
    assert session is not None
    assert session.position is not None
    hand.move(minutes=12)
    assert online.prove(begun, card.number(session.position % 12 + 1)) is None
    assert count(Concern) == 1


def test_online_each_page_and_each_notice_reads_as_with_the_number_itself(app, scene, lead) -> None:
    told, pages = [], []
    for name, sign in (("Grace Hopper", True), ("Amy Johnson", False)):
        person_id = people.make_person(
            scene.colleague, name, contact_points=[people.mobile(whose="own", is_safe=True)]
        )
        made = make_card.give_card(scene.colleague, person_id)
        agree(scene.colleague, person_id, "card", None)
        client = app.test_client()
        seen = [send(client, "/my-record", proof="card", reference=made.reference)]
        with reading() as session:
            position = session.scalars(
                select(RecordSession.position).where(RecordSession.person_id == person_id)
            ).one()
        place = position % 12 + 1 if sign else position
        seen.append(send(client, "/my-record/prove", code=made.number(place)))
        assert seen[-1].status_code == 303
        seen.append(client.get("/my-record/record"))
        pages.append([(page.status_code, blank(page.text)) for page in seen])
        told.append(blank(str(make.list_told(person_id))))
        pages[-1].append(
            [
                blank(f"{line.words} {line.why} {line.place}")
                for line in record.read(scene.helper, person_id).record.lines
            ]
        )
    assert pages[0] == pages[1]
    assert told[0] == told[1]
    assert count(Concern) == 1


# -- what waited before, and what is held after


def call_for_help(scene: make.Scene, *, is_told: bool = True) -> None:
    agree(scene.colleague, scene.person_id)
    request_id = make.ask(scene.helper, scene.person_id)
    make.read_and_say(scene.helper, request_id, **SAYS_IT)
    if is_told:
        tell_calls()


def test_what_waited_for_a_reviewer_is_the_leads_as_soon_as_help_is_asked(
    app, scene, lead, reviewer
) -> None:
    pending = find_pending(
        hold(scene, say_yes(scene, scene.person_id, {}, **OVER)).pending_reference
    )
    assert pending.drawn_account_id == reviewer.account_id
    open_review(actor=reviewer, reference=pending.reference)
    client = browse(app, scene.helper)
    path = f"/pending-acts/{pending.reference}"
    before = blank(client.get(path).text), list_mine(client, pending.reference)
    call_for_help(scene, is_told=False)
    for _time in ("before the lead knows", "and after"):
        with pytest.raises(NotFound):
            approvals.release_pending_act(
                actor=reviewer, pending_act_id=pending.id, reason="It looks right"
            )
        tell_calls()
    now = find_pending(pending.reference)
    assert (now.state, now.deciding_role, now.drawn_account_id, now.due_at) == (
        State.WAITING, "safeguarding_lead", lead.account_id, pending.due_at,
    )  # fmt: skip
    assert count(Delegation) == 0
    assert (blank(client.get(path).text), list_mine(client, pending.reference)) == before
    shown = open_review(actor=lead, reference=pending.reference).description.rows
    assert str(shown[0][0]) == "Call for help"
    done = approvals.release_pending_act(
        actor=lead, pending_act_id=pending.id, reason="I spoke with her"
    )
    assert done.state is State.RELEASED
    assert count(Delegation) == 1


def list_mine(client: FlaskClient, reference: str) -> list[str]:
    lines = re.findall(r"<tr.*?</tr>", client.get("/pending-acts").text, re.S)
    return [blank(line) for line in lines if reference in line]


def silence(scene: make.Scene) -> Held:
    """A hold that has nothing to do with any yes: the person is to be told less."""
    with reading():
        version = get_person(scene.person_id).version
    with pytest.raises(Held) as held:
        service_contact.set_safe_contact(
            actor=scene.helper,
            person_id=scene.person_id,
            version=version,
            contact_is_unsafe=True,
            person_was_alone=False,
            reason="Her son reads her messages",
            until_on=clock.today() + timedelta(days=30),
        )
    return held.value


def test_whatever_else_is_held_while_help_is_asked_is_the_leads_too(scene, lead, reviewer) -> None:
    make.assist(scene.helper, scene.person_id)
    call_for_help(scene)
    pending = find_pending(silence(scene).pending_reference)
    assert (pending.deciding_role, pending.drawn_account_id) == (
        "safeguarding_lead", lead.account_id,
    )  # fmt: skip
    with pytest.raises(NotFound):
        approvals.release_pending_act(actor=reviewer, pending_act_id=pending.id, reason="Fine")


def test_the_call_is_settled_once_the_lead_has_decided_on_all_that_waits(
    scene, lead, reviewer
) -> None:
    make.assist(scene.helper, scene.person_id)
    call_for_help(scene)
    first = find_pending(silence(scene).pending_reference)
    second = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    approvals.refuse_pending_act(actor=lead, pending_act_id=first.id, reason="Not now")
    third = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert third.deciding_role == "safeguarding_lead"
    for row in (second, third):
        approvals.refuse_pending_act(actor=lead, pending_act_id=row.id, reason="Not now")
    delegation.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, scene.person_id, {}))
    assert count(Delegation) == 1


def test_a_call_with_nothing_that_waits_is_settled_by_the_outcome_of_its_concern(
    scene, lead
) -> None:
    """The yes was broken off: there is nothing to decide on, and the lead has spoken with them."""
    call_for_help(scene)
    with reading() as session:
        row = session.scalars(select(Concern)).one()
    add_concern_entry(actor=lead, reference=row.reference, kind="note", text="I rang the surgery")
    first = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    add_concern_entry(actor=lead, reference=row.reference, kind="outcome", text="She is safe")
    second = find_pending(hold(scene, say_yes(scene, scene.person_id, {})).pending_reference)
    assert second.deciding_role == "safeguarding_lead"  # the first still waits for the lead
    for each in (first, second):
        approvals.refuse_pending_act(actor=lead, pending_act_id=each.id, reason="Not now")
    call_for_help(scene, is_told=False)
    run_transaction(lambda: settle_if_nothing_waits(scene.person_id, scene.desk.organisation_id))
    with reading():
        assert is_open(scene.person_id, scene.desk.organisation_id)  # no lead knows of it yet
    tell_calls()
    with reading() as session:
        again = session.scalars(select(Concern).where(Concern.closed_at.is_(None))).one()
    add_concern_entry(actor=lead, reference=again.reference, kind="outcome", text="Safe")
    delegation.grant_delegation(actor=scene.helper, consent_id=say_yes(scene, scene.person_id, {}))
    assert count(Delegation) == 1


def test_another_person_and_another_desk_wait_as_before(scene, lead, reviewer) -> None:
    other = people.make_person(scene.colleague, "Grace Hopper")
    waits = find_pending(hold(scene, say_yes(scene, other, {}, **OVER)).pending_reference)
    call_for_help(scene)
    now = find_pending(waits.reference)
    assert (now.deciding_role, now.drawn_account_id) == (None, waits.drawn_account_id)
