"""The access card: given, asked for, said, tried, lost; and who may never confirm by it."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from assistedaccess.access.policy import PermissionMissing
from assistedaccess.audit.models import AuditEvent
from assistedaccess.installation import expire_everything
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices import service_letters
from assistedaccess.notices.models import Notice
from assistedaccess.notices.rules import OwnWork
from assistedaccess.notices.service import send_due_notices
from assistedaccess.people import cards, service_cards
from assistedaccess.people.models import AccessCard, AccessCardNumber
from assistedaccess.people.queries import get_person
from assistedaccess.people.rules_cards import MOST_WASTED, NUMBER_TRIES, NumberState
from tests.factories import cards as make
from tests.factories import consent, people
from tests.factories.consent import list_told
from tests.support.client import PageCheckingClient
from tests.support.pages import read_token

HOME = {
    "housing": "address",
    "address": {"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
    "letters_are_safe": True,
}


@pytest.fixture
def desk(app: Any) -> people.Desk:
    return people.make_desk()


@pytest.fixture
def helper(desk: people.Desk) -> Actor:
    return people.make_helper(desk)


@pytest.fixture
def person_id(desk: people.Desk) -> UUID:
    """Somebody whom a colleague registered a month ago, with a letter box and no telephone."""
    with clock.set_clock(people.days_later(-40)):
        own = people.mobile(whose="own", is_safe=True)
        return people.make_person(people.make_helper(desk), **HOME, contact_points=[own])


def get_card(card_id: UUID) -> AccessCard:
    with reading() as session:
        return session.get_one(AccessCard, card_id)


def list_actions(person_id: UUID) -> list[str]:
    with reading() as session:
        query = select(AuditEvent.action).where(AuditEvent.person_id == person_id)
        return list(session.scalars(query.order_by(AuditEvent.id)))


def find(person_id: UUID, actor: Actor) -> cards.CardView | None:
    with reading():
        return cards.find_card(person_id, actor.human_id)


def test_a_number_is_asked_for_by_its_place_and_works_once(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    assert asked.card_reference == card.reference
    said = card.number(asked.position)
    checked = make.check(helper, person_id, what, said)
    assert checked.is_right
    assert make.check(helper, person_id, what, said).state is NumberState.VOID
    assert find(person_id, helper).left == 11
    again = make.ask(helper, person_id, what)
    assert again is not None
    assert again.position != asked.position
    assert "card_number.used" in list_actions(person_id)


def test_the_numbers_stand_nowhere_once_the_person_has_the_card(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    printed = service_cards.print_card(actor=helper, person_id=person_id)
    assert [number.replace(" ", "") for number in printed.numbers] == list(card.numbers)
    service_cards.put_card_away(actor=helper, person_id=person_id)
    assert get_card(card.id).sheet is None
    with pytest.raises(NotFound):
        service_cards.print_card(actor=helper, person_id=person_id)
    with reading() as session:
        kept = session.scalars(select(AccessCardNumber.number)).all()
    assert not any(number.encode() in stored for number in card.numbers for stored in kept)


def test_only_who_gave_it_prints_it_and_only_for_half_an_hour(helper, desk, person_id) -> None:
    card = make.give_card(helper, person_id)
    with pytest.raises(NotFound):
        service_cards.print_card(actor=people.make_helper(desk), person_id=person_id)
    with clock.set_clock(people.days_later(0.03)), pytest.raises(NotFound):
        service_cards.print_card(actor=helper, person_id=person_id)
    with clock.set_clock(people.days_later(0.03)):
        assert expire_everything()["printed numbers of cards erased"] == 1
    assert get_card(card.id).sheet is None


def test_who_handed_it_over_is_known_to_have_by_any_account(helper, desk, person_id) -> None:
    make.give_card(helper, person_id)
    assert find(person_id, helper).handled
    assert find(person_id, people.other_account(desk, helper)).handled
    assert not find(person_id, people.make_helper(desk)).handled


def test_a_wrong_number_is_counted_and_three_make_it_void(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    wrong = card.number(asked.position % 12 + 1)
    states = [make.check(helper, person_id, what, wrong).state for _try in range(NUMBER_TRIES)]
    assert states == [NumberState.WRONG, NumberState.WRONG, NumberState.VOID]
    right = card.number(asked.position)
    assert make.check(helper, person_id, what, right).state is NumberState.VOID


def test_four_numbers_gone_astray_stop_the_card_and_the_person_is_told(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    what = new_id()
    for _number in range(MOST_WASTED):
        asked = make.ask(helper, person_id, what)
        assert asked is not None
        wrong = card.number(asked.position % 12 + 1)
        for _try in range(NUMBER_TRIES):
            answer = make.check(helper, person_id, what, wrong)
    assert "new one" in answer.words
    assert get_card(card.id).end_reason == "wasted"
    assert make.ask(helper, person_id, what) is None
    assert "card_ended" in [kind for kind, _facts in list_told(person_id)]


def test_a_number_that_was_not_said_in_time_is_lost(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    with clock.set_clock(people.days_later(0.01)):
        answer = make.check(helper, person_id, what, card.number(asked.position))
        assert answer.state is NumberState.EXPIRED
        again = make.ask(helper, person_id, what)
    assert again is not None
    assert again.position != asked.position


def test_asking_again_or_for_something_else_never_gets_to_another_number(
    helper, desk, person_id
) -> None:
    card = make.give_card(helper, person_id)
    first, second = new_id(), new_id()
    asked = make.ask(helper, person_id, first)
    assert asked is not None
    places = {make.ask(helper, person_id, second).position for _again in range(5)}
    assert places == {asked.position}
    # What was asked first is off: its number would have confirmed two things.
    said = card.number(asked.position)
    assert make.check(helper, person_id, first, said).state is NumberState.VOID
    assert make.check(people.make_helper(desk), person_id, second, said).is_right


def test_one_number_said_twice_at_once_confirms_once(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    said, right = card.number(asked.position), []
    threads = [
        threading.Thread(
            target=lambda: right.append(make.check(helper, person_id, what, said).is_right)
        )
        for _each in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(right) == [False, False, False, True]


def test_a_lost_card_is_replaced_by_staff_and_told_by_letter(helper, desk, person_id) -> None:
    old = make.give_card(helper, person_id)
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    with pytest.raises(InvalidInput):
        make.give_card(helper, person_id)
    volunteer = people.make_helper(desk)
    people.make_kind(volunteer, "volunteer")
    with pytest.raises(service_cards.CardNotYours):
        make.give_card(volunteer, person_id, replaces="lost")
    new = make.give_card(helper, person_id, replaces="lost")
    assert get_card(old.id).end_reason == "lost"
    assert make.check(helper, person_id, what, old.number(asked.position)).state is NumberState.VOID
    assert find(person_id, helper).reference == new.reference
    with reading() as session:
        channels = set(
            session.scalars(select(Notice.channel).where(Notice.kind == "card_replaced"))
        )
    assert channels == {"text", "letter"}


def test_family_gives_no_cards_and_two_clicks_give_one(helper, desk, person_id) -> None:
    daughter = people.make_helper(desk)
    people.make_kind(daughter, "family")
    with pytest.raises(service_cards.CardNotYours):
        make.give_card(daughter, person_id)
    key = new_request_key()
    made = {
        service_cards.issue_card(actor=helper, person_id=person_id, request_key=key)
        for _click in range(2)
    }
    assert len(made) == 1


def test_a_card_by_post_is_printed_by_a_colleague_and_read_by_nobody_after(
    app, helper, desk, person_id
) -> None:
    with reading():
        (route,) = cards.list_letter_routes(person_id, helper)
    card_id = service_cards.issue_card(
        actor=helper,
        person_id=person_id,
        request_key=new_request_key(),
        contact_point_id=route.contact_point_id,
    )
    assert get_card(card_id).sheet is None
    assert not find(person_id, helper).handled
    with app.app_context():
        send_due_notices()
    notice_id = get_card(card_id).notice_id
    assert notice_id is not None
    manager = people.make_helper(desk, "manager")
    with pytest.raises(OwnWork):
        service_letters.open_letter(
            actor=people.make_helper(desk, "manager", human_id=helper.human_id),
            notice_id=notice_id,
        )
    letter = service_letters.open_letter(actor=manager, notice_id=notice_id).letter
    assert letter.heading == "Your access card"
    assert len(letter.codes) == 12
    assert find(person_id, manager).handled
    service_letters.mark_letter_posted(actor=manager, notice_id=notice_id)
    assert service_letters.open_letter(actor=manager, notice_id=notice_id).letter.codes == ()
    what = new_id()
    asked = make.ask(helper, person_id, what)
    assert asked is not None
    said = letter.codes[asked.position - 1].replace(" ", "")
    assert make.check(helper, person_id, what, said).is_right


def test_no_card_is_posted_to_an_address_of_this_helper(helper) -> None:
    person_id = people.make_person(helper, "Bo", **HOME)
    with reading():
        assert cards.list_letter_routes(person_id, helper) == []
    with pytest.raises(InvalidInput):
        make.give_card(helper, person_id, contact_point_id=new_id())


def test_any_desk_stops_a_card_and_who_is_no_helper_gives_none(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    elsewhere = people.make_helper(people.make_desk("Ash Vale"))
    service_cards.stop_card(actor=elsewhere, person_id=person_id)
    assert get_card(card.id).end_reason == "stopped"
    with pytest.raises(NotFound):
        service_cards.stop_card(actor=elsewhere, person_id=person_id)
    with pytest.raises(PermissionMissing):
        make.give_card(people.make_helper(people.make_desk("Third"), "reviewer"), person_id)


def test_a_card_is_found_by_its_reference_however_it_is_typed(helper, person_id) -> None:
    card = make.give_card(helper, person_id)
    with reading():
        assert cards.find_person_by_card(card.reference.lower().replace("-", " ")) == person_id
        assert cards.find_person_by_card("Y-0000-0000") is None
    service_cards.stop_card(actor=helper, person_id=person_id)
    with reading():
        assert cards.find_person_by_card(card.reference) is None


def test_the_pages_give_print_and_stop_a_card(app, helper, person_id) -> None:
    app.test_client_class = PageCheckingClient
    client = app.test_client()
    people.sign_in(client, helper)
    with reading():
        base = f"/people/{get_person(person_id).reference}"
    consent.assist(helper, person_id)  # so that a look is explained
    page = client.get(f"{base}/card")
    assert "no card that works" in page.text
    page = client.get(f"{base}/card/give")
    assert "14 Mill Lane" in page.text
    fields = {"csrf_token": read_token(page), "request_key": new_request_key()}
    assert client.post(f"{base}/card/give", data=fields).status_code == 400
    answer = client.post(f"{base}/card/give", data={**fields, "delivery": "handed_over"})
    sheet = client.get(answer.location)
    with reading() as session:
        card = make.read_card(session.scalars(select(AccessCard.id)).one())
    for number in card.numbers:
        assert f"{number[:3]} {number[3:]}" in sheet.text
    kept = client.post(f"{base}/card/handed-over", data=fields)
    assert kept.status_code == 303
    assert client.get(answer.location).status_code == 404
    shown = client.get(f"{base}/card")
    assert card.reference in shown.text
    assert card.number(1) not in shown.text.replace(" ", "")
    assert client.post(f"{base}/card/stop", data=fields).status_code == 303
    assert "no card that works" in client.get(f"{base}/card").text
