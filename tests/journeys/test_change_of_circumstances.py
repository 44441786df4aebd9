"""From what was sent to a change of it: the person lets a helper tell, hears it, and it is sent."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from assistedaccess.applications.service import start_application
from tests.factories import applications, casework, consent, delegation
from tests.factories.organisations import check

from .steps import cast
from .steps.agreeing import confirm_before_a_witness
from .steps.cast import Town, add_at_the_town_hall, register_yesterday
from .steps.filling_in import SAVE, read_back_and_declare
from .steps.screen import Screen, Screens
from .steps.volunteering import find_who_was_drawn, release


@pytest.fixture
def town(app: Flask) -> Town:
    return cast.build_town()


def send_badge(town: Town) -> str:
    """A Blue Badge application that Priya has sent with Kwabena; its reference."""
    priya = town["priya"].actor
    person_id = register_yesterday(town, "priya", "Kwabena Asante")
    case = casework.make_case(priya, person_id, service="blue-badge")
    consent.assist(priya, person_id, "blue-badge")
    made = start_application(actor=priya, case_id=case.id, service="blue-badge", mode="assisting")
    reference = applications.reference_of(made)
    draft = applications.answer_all(priya, reference, applications.ROUTES["blue-badge"])
    applications.read_back(priya, draft)
    applications.submit(priya, applications.get_draft(priya, reference))
    return reference


def let_her_tell_of_changes(screen: Screen) -> None:
    """The list is filled in as far as it is known; the person hears it and says yes."""
    screen.type("What does the person want done?", "Tell the council that I moved")
    screen.page.get_by_label("this helper").check()
    assert screen.page.get_by_label("Tell the service when something changes").is_checked()
    screen.page.get_by_label("90 days, until").check()
    screen.press("Continue", "Read this to the person")
    screen.choose("I have read all of this aloud, or the person has read it")
    screen.press("Continue", "Ask the person to say it back")
    screen.type("What will be done for you?", "She tells them that I moved")
    screen.type("Until when?", "Until the spring")
    screen.type("How can you stop it?", "I ring up or come in")
    screen.type("Do you want this?", "Yes, please do")
    screen.choose("No")
    screen.press("Continue", "How does the person confirm it?")
    confirm_before_a_witness(screen, "Walter Witness", "A neighbour")
    screen.arrive("The person said yes")


def test_a_change_goes_from_what_was_sent_to_the_other_side(
    browser: Browser, live_server: str, town: Town
) -> None:
    claim = send_badge(town)
    with Screens(browser, live_server).sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        priya.open(f"/applications/{claim}")
        priya.follow("Report a change", "Report a change")
        priya.reads("Help at a visit does not include this.")
        priya.press("Ask the person", "Let somebody act for the person")
        let_her_tell_of_changes(priya)

        priya.open(f"/applications/{claim}/change", "Report a change")
        priya.press("Save and continue", "Report a change")
        priya.reads("Enter what has changed", "Enter since when it is so")
        priya.type("What has changed?", "I have moved to Wales")
        priya.type_date("Since when?", "1", "3", "2026")
        priya.press("Save and continue")
        priya.reads("Change report", "I have moved to Wales")
        change = priya.page.url.rsplit("/", 1)[1]
        assert change != claim

        priya.press("Continue the application", "Check the answers")
        priya.reads("No answer is different from what was sent")
        priya.follow("Where does the person who needs the badge live?")
        priya.choose("Wales")
        asked = priya.page.url
        priya.press("Save and continue")
        expect(priya.page).not_to_have_url(asked)  # else the next line would overtake it
        priya.open(f"/applications/{change}/check-answers", "Check the answers")
        priya.reads("What is different from what was sent", "England", "Wales")
        priya.press("Go on to read them out", "Read the answers out")
        priya.reads("You told me that this has changed: I have moved to Wales", "Part 1 of 1")
        priya.choose("Yes, all of it is right")
        priya.press("Save and continue", "Declare and submit")
        priya.reads("England", "Wales")
        priya.choose(
            "The person, to me", "I read these words out, and they said that they are true"
        )
        priya.press("Declare and submit", "Application submitted")
        priya.press("Print the application")
        priya.reads("Before", "England", "Wales")
        priya.open(f"/applications/{claim}")
        priya.reads("Changes to it", change, "Submitted")
        priya.follow(f"Case {priya.find_reference('C')}")
        priya.reads("Change report:", "I have moved to Wales")


def begin_payee(town: Town) -> str:
    """Universal Credit that Priya has sent with Kwabena, who lets her tell of changes."""
    check(town["priya"].member)
    priya = town["priya"].actor
    person_id = register_yesterday(town, "priya", "Kwabena Asante")
    case = casework.make_case(priya, person_id, service="universal-credit")
    consent.assist(priya, person_id, "universal-credit")
    made = start_application(
        actor=priya, case_id=case.id, service="universal-credit", mode="assisting"
    )
    reference = applications.reference_of(made)
    wanted = {
        "ageGroup": "working",
        "hasAccount": "yes",
        "accountName": "Kwabena Asante",
        "sortCode": "089999",
        "accountNumber": "66374958",
        "rollNumber": None,
    }
    applications.read_back(priya, applications.answer_all(priya, reference, wanted))
    applications.submit(priya, applications.get_draft(priya, reference))
    delegation.grant(
        priya, person_id, services=["universal-credit"], powers=["see", "report_change"]
    )
    return reference


def test_where_money_is_paid_waits_for_the_persons_word_and_a_second_human(
    browser: Browser, live_server: str, town: Town
) -> None:
    add_at_the_town_hall(town, "hana", "Hana Osei", "helper")
    claim = begin_payee(town)
    screens = Screens(browser, live_server)
    with screens.sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        priya.open(f"/applications/{claim}")
        priya.follow("Change where the money is paid", "Change where the money is paid")
        priya.reads("You may tell of changes, so this can be done once.")
        priya.press("Change where the money is paid")
        priya.reads("Where the money is paid")
        change = priya.page.url.rsplit("/", 1)[1]
        priya.press("Continue the application", "How should it be paid?")
        priya.choose("There is no account that it can be paid into")
        priya.press(SAVE, "Being paid without an account")
        priya.reads("Payment Exception Service", "90 days")
        priya.follow("Back", "How should it be paid?")
        priya.choose("Into an account")
        priya.press(SAVE, "The account")
        priya.type("Name on the account", "K Asante")
        priya.type("Sort code", "08-99-99")
        priya.type("Account number", "66371958")
        priya.press(SAVE, "Whose account is it?")
        priya.choose("The person’s own")
        priya.press(SAVE, "Check the answers")
        priya.reads(
            "Account number: place 5 was 4 and is 1.",
            "Sort code: the same as before.",
            "It is close to the person’s name",
        )
        read_back_and_declare(priya)
        priya.press("Declare and submit")
        priya.reads("second person")
        priya.open(f"/applications/{change}")
        priya.reads("It waits for a second person", "Nothing has changed until then")
        waiting = priya.find_reference("W")
        priya.open(f"/applications/{change}/persons-word", "Ask the person without the helper")
        priya.choose("They were in front of me")
        priya.choose("Yes")
        priya.press("Record what they said")
        priya.reads("so somebody else asks the person.")

    with screens.sit_down("hana") as hana:
        town["hana"].is_let_in(hana)
        hana.open(f"/applications/{change}/persons-word", "Ask the person without the helper")
        hana.reads("There is none. Speak with the person face to face.")
        hana.choose("They were in front of me")
        hana.choose("Yes")
        hana.press("Record what they said")
        hana.reads("What the person said is recorded.")

    drawn = find_who_was_drawn(town, waiting)
    with screens.sit_down(drawn.account.email) as reviewer:
        drawn.is_let_in(reviewer)
        release(reviewer, waiting, "Hana has asked him, and I looked at her note.")
    with screens.sit_down("priya") as priya:
        town["priya"].is_let_in(priya)
        priya.open(f"/applications/{change}")
        priya.reads("Submitted", "Account number: place 5 was 4 and is 1.")
        priya.open(f"/applications/{claim}")
        priya.reads("Changes to it", change)
