"""Messages about a complaint: what fails, whom they may not reach, and when they end."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from assistedaccess.casework import service_complaint_letters
from assistedaccess.casework.models_complaints import Complaint, ComplaintWay
from assistedaccess.data_protection.rules import Kept
from assistedaccess.data_protection.rules_retention import read_periods
from assistedaccess.data_protection.service_retention import carry_out_retention
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices import queries as notices
from assistedaccess.notices.models import Notice
from assistedaccess.notices.sending import send_due_notices
from assistedaccess.organisations.queries import get_organisation_reference
from tests.factories.complaints import (
    Wire,
    answer,
    complain,
    load,
    notices_of,
    open_it,
    report_failure,
    send_all,
    write,
)
from tests.factories.people import Desk, rename, sign_in
from tests.support.clocks import Hand
from tests.support.desks import desk, hand, helper, manager
from tests.support.pages import send

__all__ = ["desk", "hand", "helper", "manager"]
pytestmark = pytest.mark.usefixtures("app")


def test_what_fails_is_no_acknowledgement_and_the_owner_is_told(desk: Desk, manager: Actor) -> None:
    row = complain(desk)
    send_due_notices(sender=Wire(broken=True))
    assert notices_of(row)[0].state == "failed"
    assert load(row.id).acknowledged_at is None
    late = complain(desk, address="07700 900124", network="192.0.2.8")
    (sent,) = notices_of(late)
    send_all()
    assert load(late.id).acknowledged_at is not None
    for _ in range(2):
        report_failure(sent)
    assert load(late.id).acknowledged_at is None
    with reading() as session:
        mails = session.scalars(select(Notice.id).where(Notice.kind == "account_complaint_untold"))
        assert len(list(mails)) == 2
    # What the owner did by hand stands, whatever the provider says of a message.
    third = complain(desk, address="07700 900125", network="192.0.2.9")
    send_all()
    write(manager, third, "acknowledged", how="telephone")
    report_failure(notices_of(third)[0])
    assert load(third.id).acknowledged_at is not None


def test_a_strangers_number_gets_three_messages_a_day_and_no_word_that_was_typed(
    desk: Desk, manager: Actor
) -> None:
    rows = [
        complain(desk, words=f"canary {number}", network=f"192.0.2.{number}", name="Buy my pills")
        for number in range(5)
    ]
    assert [len(notices_of(row)) for row in rows] == [1, 1, 1, 0, 0]
    for message in send_all().sent:
        if message.channel == "text":
            assert "canary" not in message.body
            assert "pills" not in message.body
    with reading() as session:
        assert len(list(session.scalars(select(ComplaintWay)))) == 5  # the way itself is kept


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("tell_by", "address", "field"),
    [
        ("text", "01632 960111", "mobile"),
        ("text", "+1 900 555 0100", "mobile"),
        ("email", "ada", "email"),
        ("letter", " ", "postal"),
        ("pigeon", "the roof", "tell_by"),
    ],
)
def test_a_way_that_is_none_is_refused_before_anything_is_kept(
    desk: Desk, tell_by: str, address: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        complain(desk, tell_by=tell_by, address=address)
    assert refused.value.field == field
    with reading() as session:
        assert session.scalar(select(Complaint.id)) is None


def test_no_more_messages_at_the_word_of_who_holds_the_number(
    desk: Desk, manager: Actor, helper: Actor, client: FlaskClient
) -> None:
    row = complain(desk)
    sign_in(client, helper)
    asked = send(client, "/complaints/ask", number=row.reference)
    assert "Send no more messages" in asked.text
    done = send(
        client, "/complaints/no-more-messages", page="/complaints/ask", number=row.reference
    )
    assert done.status_code == 303
    assert "text" not in {each.channel for each in send_all().sent}
    assert notices_of(row)[0].state == "not_sent"
    answer(manager, row)
    assert len(notices_of(row)) == 1
    assert open_it(manager, row).telling.is_ended
    assert "Send no more messages" not in send(client, "/complaints/ask", number=row.reference).text
    rename(helper, "Hector Helper")
    about = complain(desk, who="Hector", address="07700 900125", network="192.0.2.9")
    with pytest.raises(NotFound):
        service_complaint_letters.end_complaint_messages(actor=helper, number=about.reference)


def test_when_the_time_is_over_the_way_is_forgotten_and_later_the_complaint(
    desk: Desk, manager: Actor, hand: Hand
) -> None:
    row, waiting = complain(desk), complain(desk, address="07700 900124", network="192.0.2.8")
    answer(manager, row)
    send_all()
    periods = read_periods("")

    def run() -> dict[str, int]:
        return carry_out_retention(actor=SYSTEM, periods=periods)

    assert (run()["complaint"], run()["complaint_way"]) == (0, 0)
    hand.now += periods[Kept.COMPLAINT_WAY] + timedelta(days=1)
    assert carry_out_retention(actor=SYSTEM, periods=periods, only_count=True)["complaint_way"] == 1
    assert [run()["complaint_way"], run()["complaint_way"]] == [1, 0]
    shown = open_it(manager, row)
    assert (shown.telling.address, shown.telling.is_ended) == ("", True)
    assert shown.told.words == "canarywords"
    for notice in notices_of(row):
        with pytest.raises(encryption.KeyForgotten), reading():
            notices.load_telling(notice)
    assert open_it(manager, waiting).telling.address == "+447700900124"  # it is not answered
    hand.now += periods[Kept.COMPLAINT]
    assert run()["complaint"] == 1
    assert run()["complaint"] == 0
    shown = open_it(manager, row)
    assert (shown.told.words, shown.entries[0].text) == ("", "")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_public_page_asks_how_and_says_where_it_is_wrong(
    app: Flask, desk: Desk, manager: Actor, client: FlaskClient
) -> None:
    with reading():
        place = get_organisation_reference(desk.organisation_id)
    given = {"kinds": ["service"], "words": "Nobody came", "organisation": place}
    assert "Not at all: I ask with the number I get" in client.get("/complain/new").text
    for typed, said in (
        ({"tell_by": "text"}, "Enter a mobile number"),
        ({"tell_by": "text", "mobile": "01632 960111"}, "Enter a mobile number. Put other"),
        ({"tell_by": "email", "email": "ada"}, "Enter an email address in the correct format"),
        ({"tell_by": "letter", "postal": ""}, "Enter the address"),
        ({"tell_by": "other"}, "Enter how we can reach you"),
    ):
        page = send(client, "/complain/new", **given, **typed)
        assert page.status_code == 400
        assert said in page.text
    # What stands in a way that was not chosen counts for nothing.
    done = send(
        client, "/complain/new", **given, tell_by="email", email="ada@example.com", mobile="x"
    )
    assert done.status_code == 303
    with reading() as session:
        (notice,) = session.scalars(select(Notice).where(Notice.complaint_id.is_not(None)))
        address = json.loads(encryption.unseal(notice.sealed_for, "notice.address", notice.address))
    assert (notice.channel, address["to"]) == ("email", "ada@example.com")
    assert 'href="/privacy/complainants"' in client.get("/complain/new").text
    assert "400 days after the answer" in client.get("/privacy/complainants").text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_page_that_writes_one_down_keeps_the_way_too(
    helper: Actor, client: FlaskClient
) -> None:
    sign_in(client, helper)
    done = send(
        client,
        "/complaints/new",
        kinds=["service"],
        words="Nobody came",
        way="telephone",
        tell_by="text",
        mobile="07700 900123",
        **{"received_on-day": "23", "received_on-month": "11", "received_on-year": "2026"},
    )
    assert done.status_code == 303
    with reading() as session:
        (row,) = session.scalars(select(Complaint))
        (given,) = session.scalars(select(ComplaintWay))
    assert (row.way, given.kind) == ("telephone", "text")
