"""The auditor's pictures: each number opens to as many rows as it says, and to no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from assistedaccess.applications.service import start_application
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.service import release_pending_act
from assistedaccess.audit import Action, record
from assistedaccess.audit.sealing import seal_all, seal_batch
from assistedaccess.casework.service import assign_case, set_waiting
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.clock import set_clock
from assistedaccess.kernel.database import Database
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.transactions import reading, run_transaction
from assistedaccess.organisations.service_roles import grant_role
from assistedaccess.oversight.models_tally import JournalTally
from assistedaccess.people import service as people
from tests.factories import applications, consent
from tests.factories.casework import make_case
from tests.factories.organisations import enter, make_actor, make_member, make_site
from tests.factories.people import make_person, mobile
from tests.support.clocks import Hand
from tests.support.statements import counted_statements

from .test_oversight_flags import Setting
from .test_oversight_story import MOST_STATEMENTS, auditor, setting

__all__ = ["auditor", "setting"]

KEY = "council-crisis-support"
HOME = {"line_1": "2 Mill Lane", "town": "Millbrook", "postcode": "LS1 4ZZ"}


def pay_into(helper: Actor, number: int, name: str) -> str:
    """A claim of one of a family, paid into the account that they share; its reference."""
    person_id = make_person(
        helper,
        name,
        nation="england",
        housing="address",
        address=HOME,
        contact_points=[mobile(f"07700 90045{number}", whose="own")],
    )
    case = make_case(helper, person_id, service=KEY)
    consent.assist(helper, person_id, KEY)
    reference = applications.reference_of(
        start_application(actor=helper, case_id=case.id, service=KEY, mode="assisting")
    )
    account = {"sortCode": "089999", "accountNumber": "66374958", "rollNumber": None}
    wanted = {"how": "account", "accountName": "J Clarke", **account}
    draft = applications.answer_all(helper, reference, wanted)
    applications.read_back(helper, draft)
    applications.submit(helper, draft)
    return reference


def figures(page: str) -> list[tuple[str, int, str]]:
    """Each number of the page that leads somewhere: what it is of, the number, and where to."""
    links = BeautifulSoup(page, "html.parser").select("tbody td a")
    shown = [link.get_text(" ", strip=True).partition(" ") for link in links]
    return [
        (said, int(number), str(link["href"]))
        for link, (number, _, said) in zip(links, shown, strict=True)
    ]


def count_rows(auditor: FlaskClient, address: str | None) -> int:
    """Of all pages of a list that begins at ``address``."""
    rows = 0
    while address:
        page = BeautifulSoup(auditor.get(address).text, "html.parser")
        rows += len(page.select("table.app-table tbody tr"))
        after = page.select_one("a[rel=next]")
        address = after and str(after["href"])
    return rows


def test_each_number_opens_to_its_rows_and_to_no_others(
    setting: Setting, auditor: FlaskClient, database: Database
) -> None:
    hand = Hand()
    hand.now = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
    with set_clock(hand):
        site_id = make_site(setting.council, name="Hilltown Library")
        at_site = replace(setting.helper, site_id=site_id)
        setting.look()
        setting.look(reason="risk_to_life")
        people.open_person(actor=at_site, person_id=setting.person_id)
        with set_clock(datetime(2026, 10, 24, 23, 30, tzinfo=UTC)):  # the 25th, by summer time
            run_transaction(
                lambda: record(
                    Action.DOCUMENT_OPENED, actor=setting.helper, person_id=setting.person_id
                )
            )
        for opener, taker in (
            (setting.helper, setting.colleague),
            (setting.helper, setting.colleague),
            (setting.colleague, setting.helper),
        ):
            case = make_case(opener, setting.person_id)
            set_waiting(actor=opener, case_id=case.id, version=1, waits=True)
            assert taker.account_id is not None
            assign_case(actor=opener, case_id=case.id, version=2, account_id=taker.account_id)
        pay_into(setting.helper, 1, "Joan Clarke")
        pay_into(setting.helper, 2, "Jim Clarke")
        enter(auditor, setting.member, "auditor")
        assert "No account is shared by three people" in auditor.get("/journal/pictures").text
        pay_into(setting.colleague, 3, "Jack Clarke")
        release_after(setting, hand, 1, 24.5, 72, 200)
        enter(auditor, setting.member, "auditor")
        with counted_statements(database) as statements:
            page = auditor.get("/journal/pictures")
        assert len(statements) <= MOST_STATEMENTS
        pictures = BeautifulSoup(page.text, "html.parser").select("svg.app-chart")
        assert len(pictures) == len([one for one in pictures if one["aria-label"]]) == 5
        assert all(one.select("rect, line") for one in pictures)
        found = figures(page.text)
        opened = [(said, count_rows(auditor, address), address) for said, _, address in found]
        # The same once a part is sealed, and once all is; what comes then is added to it.
        seal_batch(10)
        assert figures(auditor.get("/journal/pictures").text) == found
        seal_all()
        with reading() as session:
            assert session.scalar(select(func.sum(JournalTally.acts)))
        with counted_statements(database) as statements:
            assert figures(auditor.get("/journal/pictures").text) == found
        assert len(statements) <= MOST_STATEMENTS
        people.open_person(actor=at_site, person_id=setting.person_id)
        more = {said: number for said, number, _ in figures(auditor.get("/journal/pictures").text)}
    assert opened == found
    assert more["Looks, explained, Hilltown Library"] == 2
    numbers = {said: number for said, number, _ in found}
    assert numbers["Within 3 days"] == 2
    assert numbers["Longer"] == 1
    assert numbers["Within an hour"] == 1
    assert "Within 4 hours" not in numbers  # of nothing there is nothing to open
    assert numbers["from Hal Helper to Cora Colleague"] == 2
    assert numbers["from Cora Colleague to Hal Helper"] == 1
    assert "66374958" not in page.text
    assert numbers["forms into account 1 by Hal Helper"] == 2
    assert numbers["forms into account 1 by Cora Colleague"] == 1
    assert numbers["Looks, explained, Hilltown Library"] == 1
    assert numbers["Looks, not explained, no site"] == 2
    assert numbers["Looks, no reason asked, no site"] == 1
    assert numbers["Looks, no reason asked, 25 October 2026"] == 1


def release_after(setting: Setting, hand: Hand, *waits: float) -> None:
    """Roles that a manager asks for, each given by the reviewer so many hours later."""
    manager = make_actor(setting.council, "manager")
    reviewer = make_actor(setting.council, "reviewer")
    for hours in waits:
        member = make_member(setting.council)
        with pytest.raises(Held) as held:
            grant_role(actor=manager, membership_id=member.membership_id, role="helper")
        hand.move(hours=hours)
        asked = select(PendingAct.id).filter_by(reference=held.value.pending_reference)
        with reading() as session:
            pending_id = session.scalars(asked).one()
        release_pending_act(actor=reviewer, pending_act_id=pending_id, reason="They are trained")
