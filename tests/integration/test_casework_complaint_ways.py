"""Whoever complained is told, by their own way or safe route, and nobody else learns of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from assistedaccess.audit.models import AuditEvent
from assistedaccess.casework.models_complaints import Complaint
from assistedaccess.casework.rules_complaints import AlreadyExtended, NotTheOwner
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.notices import queries as notices
from assistedaccess.notices import service_letters
from assistedaccess.notices.models import Notice
from assistedaccess.organisations.models import Organisation
from tests.factories.complaints import (
    MOBILE,
    add_mobile,
    answer,
    complain,
    load,
    make_unsafe,
    notices_of,
    open_it,
    send_all,
    take_down,
    write,
)
from tests.factories.people import Desk, make_helper, make_person, reference_of, rename, sign_in
from tests.support.clocks import Hand
from tests.support.desks import desk, hand, helper, manager
from tests.support.pages import send

__all__ = ["desk", "hand", "helper", "manager"]
pytestmark = pytest.mark.usefixtures("app")


def test_from_receipt_to_the_last_answer_each_step_is_told_once_in_fixed_sentences(
    desk: Desk, manager: Actor, hand: Hand
) -> None:
    row = complain(desk)
    assert row.acknowledged_at is None  # not before it has left
    first = [each for each in send_all().sent if each.channel == "text"]
    (text,) = first
    assert text.to == "+447700900123"
    assert row.reference in text.body
    assert "01632 960001" in text.body
    assert send_all().sent == []
    assert load(row.id).acknowledged_at is not None
    answer_by = load(row.id).answer_by
    hand.move(days=1)
    write(manager, row, "extended")
    assert load(row.id).answer_by > answer_by
    with pytest.raises(AlreadyExtended):
        write(manager, row, "extended")
    hand.move(days=1)
    answer(manager, row)
    bodies = [each.body for each in send_all().sent if each.channel == "text"]
    assert len(bodies) == 2
    assert "takes longer" in bodies[0]
    assert "There is an answer" in bodies[1]
    assert "0300 061 0614" in bodies[1]
    other = make_helper(desk, "manager")
    hand.move(days=1)
    write(manager, row, "asked_again")
    hand.move(days=1)
    answer(other, row)
    bodies += [each.body for each in send_all().sent if each.channel == "text"]
    assert [each.kind for each in notices_of(row)] == [
        "complaint_received",
        "complaint_extended",
        "complaint_answered",
        "complaint_asked_again",
        "complaint_answered",
    ]
    for body in [text.body, *bodies]:
        assert "canary" not in body
        assert "omplain" not in body
        assert "Millbrook" not in body
    with reading() as session:
        told = session.scalars(
            select(AuditEvent.person_id).where(AuditEvent.action.like("notice.%"))
        )
        assert set(told) == {None}


def test_it_takes_longer_only_by_its_owner_and_before_there_is_an_answer(
    desk: Desk, manager: Actor
) -> None:
    row = complain(desk)
    with pytest.raises(NotTheOwner):
        write(make_helper(desk, "manager"), row, "extended")
    assert len(notices_of(row)) == 1


def test_the_way_is_for_the_owner_alone_and_in_no_list_of_letters(
    desk: Desk, manager: Actor, helper: Actor, client: FlaskClient, hand: Hand
) -> None:
    """By letter: the owner prints it, with the answer in it, and ticks it off; nobody else can."""
    row = complain(desk, tell_by="letter", address="1 Canary Street\nAnytown")
    assert "letter" not in {each.channel for each in send_all().sent}  # no provider carries it
    (letter,) = notices_of(row)
    assert (letter.state, letter.organisation_id, letter.person_id) == ("to_print", None, None)
    with reading():
        assert notices.list_letters(manager) == []
        assert notices.find_letter_id(manager, letter.reference) is None
    with pytest.raises(NotFound):
        service_letters.open_letter(actor=manager, notice_id=letter.id)
    other = make_helper(desk, "manager")
    shown = open_it(other, row)
    assert shown.telling is None
    assert open_it(manager, row).telling.address == "1 Canary Street\nAnytown"
    place = f"/complaints/{row.reference}/letters/{letter.reference}"
    for who in (other, make_helper(desk, "administrator"), helper):
        sign_in(client, who)
        assert client.get(place).status_code in (403, 404)
        assert "Canary Street" not in client.get(f"/complaints/{row.reference}").text
        assert letter.reference not in client.get("/letters-to-print").text
        assert letter.reference not in client.get("/complaints").text
    sign_in(client, manager)
    assert place in client.get("/complaints").text
    paper = client.get(place).text
    assert "1 Canary Street" in paper
    assert "Ada Stranger" in paper
    assert "canary" not in paper
    assert load(row.id).acknowledged_at is None
    for _ in range(2):  # a double click
        assert (
            send(client, f"{place}/posted", page=f"/complaints/{row.reference}").status_code == 303
        )
    assert load(row.id).acknowledged_at is not None
    hand.move(minutes=1)
    run_transaction(lambda: get_session().execute(update(Organisation).values(nation="scotland")))
    answer(manager, row)
    send_all()
    last = notices_of(row)[-1]
    paper = client.get(f"/complaints/{row.reference}/letters/{last.reference}").text
    for words in ("canaryanswer", "canarylesson", "99 McDonald Road", "1 Canary Street"):
        assert words in paper
    (outside,) = open_it(manager, row).outside
    assert outside.name == "Scottish Public Services Ombudsman"
    page = client.get(f"/complaints/{row.reference}").text
    assert "That there is an answer" in page
    assert "Print and post it" in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"tell_by": "text", "mobile": MOBILE}, ("text", "+447700900123", "")),
        ({"tell_by": "other", "reach": "At her sister’s"}, ("", "", "At her sister’s")),
        ({"tell_by": "none"}, ("", "", "")),
    ],
)
def test_a_helper_writes_down_how_it_came_and_how_to_tell_them(
    helper: Actor,
    manager: Actor,
    client: FlaskClient,
    typed: dict[str, str],
    kept: tuple[str, str, str],
) -> None:
    sign_in(client, helper)
    day = clock.today()
    came = {"day": day.day, "month": day.month, "year": day.year}
    said = {"kinds": "helper", "words": "She shouted at me", "way": "letter", **typed}
    on = {f"received_on-{part}": str(number) for part, number in came.items()}
    taken = send(client, "/complaints/new", **said, **on)
    assert taken.status_code == 303, taken.text
    with reading() as session:
        row = session.scalars(select(Complaint)).one()
    assert (row.way, row.received_on) == ("letter", day)
    shown = open_it(manager, row)
    assert shown.telling is not None
    assert (shown.telling.tell_by, shown.telling.address, shown.told.reach) == kept


def test_a_person_of_ours_is_told_by_their_safe_route_which_nobody_complained_of_holds(
    desk: Desk, manager: Actor, helper: Actor, client: FlaskClient, hand: Hand
) -> None:
    """The helper whom it is about, and who sees the record, learns of it nowhere."""
    rename(helper, "Hector Helper")
    colleague = make_helper(desk)
    person_id = make_person(colleague)
    add_mobile(colleague, person_id, "07700 900456")
    hand.now += timedelta(days=2)
    row = take_down(colleague, who="Hector", about=reference_of(person_id), address="07700 900789")
    assert open_it(manager, row).told.reach == "+447700900789"  # typed, and not lost
    (text,) = [each for each in send_all().sent if each.reference == notices_of(row)[0].reference]
    assert (text.channel, text.to) == ("text", "+447700900456")
    sign_in(client, helper)
    person = reference_of(person_id)
    for path in (f"/people/{person}", f"/people/{person}/history", "/", "/letters-to-print"):
        page = client.get(path).get_data(as_text=True)
        assert notices_of(row)[0].reference not in page
        assert "omplaint" not in page.partition("<main")[2].partition("</main")[0]
    assert "No complaint" in send(client, "/complaints/ask", number=row.reference).text
    with reading() as session:
        told = session.scalars(
            select(AuditEvent.person_id).where(
                AuditEvent.subject_id.in_([each.id for each in notices_of(row)])
            )
        )
        assert set(told) == {None}


def test_a_route_that_whoever_is_complained_of_holds_is_none(
    desk: Desk, manager: Actor, helper: Actor
) -> None:
    rename(helper, "Hector Helper")
    person_id = make_person(helper)
    add_mobile(helper, person_id, "07700 900456")
    row = take_down(make_helper(desk), who="Mr Hector", about=reference_of(person_id))
    assert notices_of(row) == []


def test_a_way_that_becomes_unsafe_takes_back_what_has_not_left(
    desk: Desk, manager: Actor, helper: Actor, hand: Hand
) -> None:
    person_id = make_person(helper)
    add_mobile(helper, person_id, "07700 900456")
    hand.now += timedelta(days=2)
    row = take_down(make_helper(desk), about=reference_of(person_id))
    assert notices_of(row)[0].state == "queued"
    make_unsafe(helper, person_id)
    wire = send_all()
    assert "+447700900456" not in [each.to for each in wire.sent]
    assert notices_of(row)[0].state == "not_sent"
    assert load(row.id).acknowledged_at is None
    with reading() as session:
        mails = session.scalars(select(Notice.kind).where(Notice.account_id == manager.account_id))
        assert "account_complaint_untold" in set(mails)
