"""The ways to a lawful beginning where a plain yes is not to be had: one test each.

Edith's daughter holds a lasting power of attorney, and Priya has seen it. Idris finds it hard to
decide this morning, and in the afternoon he can; Gwen cannot, and nobody has authority for her.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from assistedaccess.casework.models import Case
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from tests.factories import consent as make
from tests.factories.people import mobile

from .steps import cast
from .steps.agreeing import confirm_before_a_witness
from .steps.cast import Town, register_yesterday
from .steps.screen import Screen, Screens
from .steps.volunteering import find_who_was_drawn, release, today


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_daughter(made)
    for name in ("Edith Ward", "Idris Bevan", "Gwen Morris"):
        person_id = register_yesterday(
            made,
            "priya",
            name,
            nation="england",
            contact_points=[mobile(f"07700 9001{len(name):02}", whose="own", is_safe=True)],
        )
        made.people[name] = person_id
        make.assist(made["priya"].actor, person_id)
    return made


def reference_of(town: Town, name: str) -> str:
    from assistedaccess.people.queries import get_person

    with reading():
        return get_person(town.people[name]).reference


def list_delegations(town: Town, name: str) -> list[Delegation]:
    with reading() as session:
        rows = list(
            session.scalars(select(Delegation).where(Delegation.person_id == town.people[name]))
        )
        session.expunge_all()
        return rows


def kinds_told(town: Town, name: str) -> list[str]:
    return [kind for kind, _ in make.list_told(town.people[name])]


def enter_instrument(screen: Screen, *, until: tuple[str, str, str]) -> None:
    screen.page.get_by_label("Attorney for money").check()
    screen.type("Its number or reference", "7000-1234-5678")
    screen.type("Whom does it name?", "Amal Ward")
    screen.type("What does it cover?", "All property and financial affairs, jointly and severally")
    screen.type_date("From which day does it hold?", "1", "3", "2021")
    last = clock.today() + timedelta(days=60)
    screen.type_date("Its last day (optional)", str(last.day), str(last.month), str(last.year))
    screen.choose("The original, or an official letter")
    screen.choose("A family helper, or another helper here")
    screen.type("Their email address", "amal@example.org")
    screen.choose("Council Tax Reduction", "Fill in forms", "Send forms")
    screen.type_date("Until when may they act here?", *until)


def test_C11_somebody_acts_by_legal_authority_that_two_people_have_seen(
    app: Flask, browser: Browser, live_server: str, town: Town
) -> None:
    screens = Screens(browser, live_server)
    edith = reference_of(town, "Edith Ward")
    with screens.sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        priya.open(f"/people/{edith}/delegations", "Who may act for this person")
        priya.press("Record legal authority", "Record legal authority")
        too_long = clock.today() + timedelta(days=61)
        enter_instrument(priya, until=(str(too_long.day), str(too_long.month), str(too_long.year)))
        priya.press("Ask a second person to check it", "Record legal authority")
        priya.reads("Nobody can act longer than the authority itself says")
        last = clock.today() + timedelta(days=60)
        priya.type_date(
            "Until when may they act here?", str(last.day), str(last.month), str(last.year)
        )
        priya.press("Ask a second person to check it")
        waiting = priya.find_reference("W")
        assert list_delegations(town, "Edith Ward") == []
        with screens.sit_down("reviewer") as reviewer:
            find_who_was_drawn(town, waiting).is_let_in(reviewer)
            release(reviewer, waiting, "I have the document before me.")
        (row,) = list_delegations(town, "Edith Ward")
        assert row.consent_id is None
        assert row.holder_account_id == town["amal"].account.account_id
        assert "legal_authority_recorded" in kinds_told(town, "Edith Ward")
        priya.open(f"/delegations/{row.reference}", "Who may act, and in what")
        priya.reads("7000-1234-5678", "Amal Ward", "Seen by", "Priya Nair", "Checked by")


def ask(screen: Screen, person: str) -> None:
    screen.open(f"/people/{person}", "A person’s page")
    screen.press("Let somebody act for them", "Let somebody act for the person")
    screen.type("What does the person want done?", "Look after the council tax")
    screen.page.get_by_label("this helper").check()
    screen.choose("Council Tax Reduction", "Fill in forms")
    screen.page.get_by_label("90 days, until").check()
    screen.press("Continue", "Read this to the person")


def doubt(screen: Screen, *, outcome: str) -> None:
    screen.follow("Deciding is hard for the person today", "Deciding is hard today")
    screen.press("Record it", "Deciding is hard today")
    screen.reads("Enter what you did to help them decide")
    screen.type("Which decision is hard for the person today?", "Whether Priya sends the form")
    screen.type("What did you see or hear?", "Lost the thread twice before lunch")
    screen.type("What did you do to help them decide?", "Pictures, short words, again after lunch")
    screen.type("Who looked at whether they can decide this?", "Nurse Ifan Rees")
    screen.type("What is their role?", "Community nurse")
    screen.type_date("On which day?", *today())
    screen.choose(outcome)


def test_C14_deciding_is_hard_today_and_two_people_look_at_the_yes(
    app: Flask, browser: Browser, live_server: str, town: Town
) -> None:
    screens = Screens(browser, live_server)
    idris = reference_of(town, "Idris Bevan")
    with screens.sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        ask(priya, idris)
        doubt(priya, outcome="They can decide this, with that help")
        priya.press("Record it", "Read this to the person")
        priya.choose("I have read all of this aloud, or the person has read it")
        priya.press("Continue", "Ask the person to say it back")
        priya.type("What will be done for you?", "She sends the council tax form")
        priya.type("Until when?", "Till spring")
        priya.type("How can you stop it?", "I ring")
        priya.type("Do you want this?", "Yes, I do")
        priya.choose("No")
        priya.press("Continue", "How does the person confirm it?")
        confirm_before_a_witness(priya, "Walter Hughes", "His neighbour")
        priya.arrive("The yes is recorded")
        assert list_delegations(town, "Idris Bevan") == []
        priya.follow("See where it stands", "Let a helper act for a person")
        waiting = priya.find_reference("W")
        with screens.sit_down("reviewer") as reviewer:
            find_who_was_drawn(town, waiting).is_let_in(reviewer)
            release(reviewer, waiting, "I spoke to him, and he wants it.")
        assert len(list_delegations(town, "Idris Bevan")) == 1


def test_C14_who_cannot_decide_today_says_no_yes_and_the_claim_keeps_its_date(
    app: Flask, browser: Browser, live_server: str, town: Town
) -> None:
    screens = Screens(browser, live_server)
    gwen = reference_of(town, "Gwen Morris")
    with screens.sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        ask(priya, gwen)
        doubt(priya, outcome="They cannot decide this today")
        priya.press("Record it", "What can be done today")
        priya.press("Open the way to an appointee for Council Tax Reduction", "A person’s page")
        priya.reads("A case is open, with today as the day")
    assert list_delegations(town, "Gwen Morris") == []
    with reading() as session:
        case = session.scalars(
            select(Case).where(Case.person_id == town.people["Gwen Morris"])
        ).one()
        assert case.first_contact_on == clock.today()
        assert case.service == "council-tax-reduction"
