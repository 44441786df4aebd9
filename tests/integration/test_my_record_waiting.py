"""What waits is told to the person; but nobody whom they fear learns of it by a message, or by the
record read aloud or online."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assistedaccess.approvals import describe
from assistedaccess.consent import service as consents
from assistedaccess.consent.rules import VisitChannel
from assistedaccess.delegation import service as delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.commands import list_commands
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.notices.queries import load_telling
from assistedaccess.notices.words import write_letter
from assistedaccess.people import service_address
from assistedaccess.people import service_contact as contact
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.service import state_reason
from assistedaccess.safeguards import control
from tests.factories import consent, people, record

HERE = {"line_1": "2 Mill Lane", "town": "Millbrook", "postcode": "LS1 4ZZ"}
AWAY = {"line_1": "9 Far Road", "town": "Hillside", "postcode": "M1 1AE"}


def hold(asks: Callable[..., Any], **asked: Any) -> None:
    with pytest.raises(Held):
        asks(**asked)


def read_page(app: Flask, actor: Any, person_id: Any) -> str:
    client = app.test_client()
    people.sign_in(client, actor)
    reading_id = record.begin(actor, person_id)
    return client.get(f"/people/{people.reference_of(person_id)}/record/{reading_id}").text


def told(person_id: Any) -> list[str]:
    """What the person was told waits, in the words of the letter."""
    with reading() as session:
        rows = session.scalars(
            select(Notice)
            .join(NoticeEntry, NoticeEntry.notice_id == Notice.id)
            .where(Notice.person_id == person_id, NoticeEntry.kind == "act_waits")
            .order_by(Notice.id)
        )
        return [write_letter(load_telling(row)[0]).lines[0] for row in rows]


def test_what_waits_is_told_but_never_to_whom_the_person_fears(app: Flask) -> None:
    with clock.set_clock(clock.now() - timedelta(days=40)):
        helper = people.make_helper(people.make_desk())
        person_id = people.make_person(
            helper, housing="address", address=HERE, contact_points=[people.mobile()]
        )
    consents.find_or_start_visit(
        actor=helper, person_id=person_id, channel=str(VisitChannel.TELEPHONE)
    )
    with reading() as session:
        point = session.scalars(select(ContactPoint.id)).one()
        version = session.get_one(Person, person_id).version
    of_point = {"actor": helper, "contact_point_id": point}
    of_person = {"actor": helper, "person_id": person_id, "version": version}
    moves = {**of_person, "housing": "address", "address": AWAY}
    new = {**of_point, "value": "07700 900555"}
    hold(contact.change_contact_point, **new, old_is_unsafe=True)
    hold(contact.change_contact_point, **new, is_safe=False)
    hold(contact.end_contact_point, **of_point, reason="gone", old_is_unsafe=True)
    hold(contact.mark_contact_point_unsafe, **of_point, person_was_alone=False)
    hold(service_address.change_address, **moves, hides_address=True)
    hold(service_address.change_address, **moves, old_is_unsafe=True)
    hold(
        contact.set_safe_contact,
        **of_person,
        contact_is_unsafe=True,
        reason="Her son reads it",
        until_on=clock.today() + timedelta(days=30),
    )
    worried = {"actor": helper, "reason": "safeguarding", "words": "I am worried"}
    for name in ("Bea Bell", "Cy Cole"):
        state_reason(**worried, person_id=people.make_person(helper, name))
    hold(state_reason, **worried, person_id=person_id)  # shown by no list of theirs
    assert told(person_id) == []
    elsewhere = people.make_helper(people.make_desk("Hillside Advice"))
    for asked in ({"how": "telephone"}, {"in_private": False}):
        assert record.read(elsewhere, person_id, **asked).record.waits == []
    waits = record.read(elsewhere, person_id).record.waits
    assert len(waits) == 7
    page = read_page(app, elsewhere, person_id)
    assert page.count("It has not happened yet.") == 7
    assert page.count("to change how we reach you") == 2
    assert "the person" not in " ".join(one.title for one in waits)  # said to themself
    assert not [one.title for one in waits if "." in one.title]  # in words, never a command

    hold(contact.change_contact_point, **new)
    hold(contact.change_contact_point, **new)  # asked again: told once
    hold(contact.end_contact_point, **of_point, reason="gone")
    hold(service_address.change_address, **moves)
    contacts, ended, address = told(person_id)
    assert contacts == ended
    assert "how we reach you. Nothing has changed yet." in contacts
    assert "the address in your record. Nothing has changed yet." in address
    assert len(record.read(elsewhere, person_id, how="telephone").record.waits) == 3


def test_a_grant_waits_until_its_yes_is_taken_back(app: Flask) -> None:
    scene = consent.make_scene()
    yes = consent.represent(scene.helper, scene.person_id, powers=["pay"], money_limit_pence=60_000)
    hold(delegation.grant_delegation, actor=scene.helper, consent_id=yes)
    told = record.read(scene.colleague, scene.person_id).record.waits
    assert [one.title for one in told] == ["to act for you"]
    delegation.freeze(
        actor=scene.colleague, person_id=scene.person_id, how="in_front", is_proven=True
    )
    assert record.read(scene.colleague, scene.person_id).record.waits == []


@pytest.mark.parametrize("database_kind", ["sqlite"])  # what a reviewer reads
def test_whoever_decides_reads_what_is_asked(app: Flask) -> None:
    with clock.set_clock(clock.now() - timedelta(days=40)):
        helper = people.make_helper(people.make_desk())
        point = [people.mobile()]
        person_id = people.make_person(
            helper, housing="address", address=HERE, contact_points=point
        )
    with reading() as session:
        point_id = session.scalars(select(ContactPoint.id)).one()

    def reads(command: str, **arguments: Any) -> str:
        with reading(), app.test_request_context():
            found = describe.describe(command, arguments)
        return "; ".join(f"{name}: {value}" for name, value in found.rows)

    of_point = {"contact_point_id": point_id, "value": "07700 900555"}
    changed = reads("people.change_contact_point", **of_point, old_is_unsafe=True)
    assert changed == (
        "Kind: Mobile number; Now: 07700 900123; New: 07700 900555; "
        "Whose is it?: The person’s own; Safe to use: Yes; "
        "Asked alone: not safe to tell the old one: Yes"
    )
    ended = reads("people.end_contact_point", contact_point_id=point_id, reason="gone")
    assert "It does not work, or is not theirs any more" in ended
    assert ended.endswith("not safe to tell the old one: No")
    of_person = {"person_id": person_id, "housing": "address", "address": AWAY}
    moved = reads("people.change_address", **of_person)
    assert "Now: 2 Mill Lane, Millbrook, LS1 4ZZ; New: 9 Far Road, Hillside, M1 1AE" in moved
    hidden = reads("people.change_address", **of_person, hides_address=True)
    assert "Lane" not in hidden
    assert "Road" not in hidden
    assert "07700 900123" in reads("people.register_person", name="Bea", contact_points=point)
    assert "bruise" in reads("people.state_reason", words="I saw a bruise")
    for rule in control.RULES:  # nobody reads the name of a command
        for command in rule.acts & {known.name for known in list_commands()}:
            assert str(describe.find_title(command)) != command, command
