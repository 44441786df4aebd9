"""A Blue Badge from the catalogue to sent and paid: the receipt, the till that two people count,
money back, the payment page, and a voucher at once. axe looks at every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from assistedaccess.applications.queries_links import use_account
from assistedaccess.kernel import clock
from assistedaccess.kernel.transactions import reading
from assistedaccess.organisations.models import Organisation
from tests.factories import applications as apps
from tests.factories import casework, consent, people
from tests.factories.payments import release
from tests.support.browser import NARROW
from tests.support.pay_provider import KEY, SECRET, PayStub

from .steps import cast
from .steps.agreeing import tell_and_record_yes
from .steps.answering import answer_the_form
from .steps.cast import Town
from .steps.filling_in import read_back_and_declare
from .steps.looking_behind import count_submissions
from .steps.screen import Screen, Screens

BESIDE = "Fill in the form here, with the person beside me"
BADGE = "blue-badge"


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_june(made)
    return made


@pytest.fixture
def stub(app: Flask, town: Town) -> Iterator[PayStub]:
    """The library has an account with the payment page."""
    made, before = PayStub(), app.config["SETTINGS"]
    with reading() as session:
        reference = session.get_one(Organisation, town.library.id).reference
    app.config["SETTINGS"] = replace(
        before,
        govuk_pay_api_key=KEY,
        govuk_pay_url=made.url,
        govuk_pay_organisation=reference,
        govuk_pay_webhook_secret=SECRET,
    )
    use_account(reference)
    yield made
    made.close()
    app.config["SETTINGS"] = before
    use_account("")


def till_heading() -> str:
    today = clock.today()
    return f"Till of {today.day} {today:%B %Y}"


def test_a_badge_is_sent_and_paid_in_cash_and_the_till_counted_by_two(
    browser: Browser, live_server: str, town: Town
) -> None:
    june = town["june"]
    person_id = people.make_person(june.actor, "Kwabena", nation="england")
    case = casework.make_case(june.actor, person_id)
    with Screens(browser, live_server).sit_down("june") as screen:
        june.is_let_in(screen)
        screen.open(f"/cases/{case.reference}", f"Case {case.reference}")
        screen.press("What does this person need?", "What does this person need?")
        screen.type("What does the person need?", "parking badge")
        screen.press("Search", "What does this person need?")
        screen.follow("Start Blue Badge", "Help with a service")
        screen.choose(BESIDE)
        screen.press("Continue", "Help somebody who is here")
        tell_and_record_yes(screen, "Apply for a Blue Badge")
        screen.press("Continue", "Help with a service")
        screen.press("Continue", "Blue Badge")
        reference = screen.find_reference("A")
        screen.reads("Pay the fee", "£10 to pay")
        screen.press("Continue the application")
        answer_the_form(screen, june.actor, reference, apps.ROUTES[BADGE])
        screen.arrive("Check the answers")
        read_back_and_declare(screen)
        screen.press("Declare and submit", "Application submitted")
        screen.reads("The fee: £10 to pay")  # nothing waited for it
        assert count_submissions() == 1
        screen.press("Pay the fee", "Pay the fee")
        screen.follow("Open the till", "Till")
        screen.press("Open the till", "Till")
        screen.reads("Enter how much change is in the till")
        screen.type("Change that is in the till now", "20")
        screen.press("Open the till", till_heading())
        screen.open(f"/applications/{reference}/fee", "Pay the fee")
        screen.press("Record the payment", "Pay the fee")
        screen.reads("Select who pays it", "Select how it is paid")
        screen.choose("The person pays it themself", "By card, at the card terminal")
        screen.type("Number on the terminal’s slip", "4111 1111 1111 1111")
        screen.press("Record the payment", "Pay the fee")
        screen.reads("This looks like the number of a bank card")
        assert "4111" not in screen.page.content()
        screen.choose("In cash")
        screen.press("Record the payment")
        payment = screen.find_reference("B")
        screen.arrive(f"Payment {payment}")
        screen.press("Print the receipt", "You paid £10.00")
        screen.page.set_viewport_size({"width": NARROW, "height": 900})
        assert screen.page.evaluate("document.documentElement.scrollWidth") <= NARROW
        screen.page.set_viewport_size({"width": 1280, "height": 900})
        code = screen.page.locator("strong").nth(4).inner_text()
        # The foot of each page leads to the receipts of consents, and from there to this one.
        screen.open("/check", "Check a receipt")
        screen.follow("Check a receipt for money", "Check a receipt for money")
        screen.type("Code on the receipt", code)
        screen.press("Check", "Check a receipt for money")
        screen.reads("This receipt is ours", "£10.00 was paid on")
        screen.open(f"/cases/{case.reference}", f"Case {case.reference}")
        screen.reads("Fee of £10: Blue Badge")
        screen.open("/tills", "Till")
        screen.press("The till of this desk", till_heading())
        screen.reads(payment)
        screen.press("Count the till", "Count the till")
        screen.type("Notes and coins", "30")
        screen.type("Cheques", "0")
        screen.press("This is what I counted", till_heading())
        screen.reads("Somebody else counts it again")
        screen.does_not_read("Should be there")
        ask_for_money_back(screen, payment)
    felix = town["felix"]
    with Screens(browser, live_server).sit_down("felix") as screen:
        felix.is_let_in(screen)
        screen.open("/tills", "Till")
        screen.reads("Count it again")
        screen.page.locator("main li a").first.click()
        screen.press("Count it again", "Count the till again")
        screen.type("Notes and coins", "29")
        screen.type("Cheques", "0")
        screen.press("This is what I counted", "Count the till again")
        screen.reads("Enter why")
        screen.type("Why is it not what it should be?", "A pound is missing. We looked for it.")
        screen.press("This is what I counted", till_heading())
        screen.reads("£1.00 less than there should be", "A pound is missing")
    release(town["dilys"].actor)  # who was drawn from the pool; reviewing has a journey of its own
    with Screens(browser, live_server).sit_down("june") as screen:
        june.is_let_in(screen)
        screen.open("/tills", "Till")
        screen.type("Change that is in the till now", "20")
        screen.press("Open the till", till_heading())
        screen.open(f"/payments/{payment}", f"Payment {payment}")
        screen.reads("To be handed over")
        screen.press("Hand it over", "Hand money over")
        screen.press("I have handed it over", f"Payment {payment}")
        screen.reads("Given back")


def ask_for_money_back(screen: Screen, payment: str) -> None:
    """It waits for a second human, and says so."""
    screen.open(f"/payments/{payment}", f"Payment {payment}")
    screen.follow("Give money back", "Give money back")
    screen.choose("Another reason")
    screen.press("Ask for it to go back", "Give money back")
    screen.reads("Enter why the money goes back")
    screen.type("The reason", "The council does not charge her")
    screen.press("Ask for it to go back")
    screen.reads("A second person looks at this before the money goes back")
    screen.find_reference("W")


def test_the_payment_page_a_waived_fee_and_a_voucher(
    browser: Browser, live_server: str, town: Town, stub: PayStub
) -> None:
    june = town["june"]
    person_id = people.make_person(june.actor, "Kwabena", nation="england")
    case = casework.make_case(june.actor, person_id, service=BADGE)
    consent.assist(june.actor, person_id, BADGE)
    from assistedaccess.applications import service

    made = service.start_application(
        actor=june.actor, case_id=case.id, service=BADGE, mode="assisting"
    )
    fee = f"/applications/{apps.reference_of(made)}/fee"
    with Screens(browser, live_server).sit_down("june") as screen:
        june.is_let_in(screen)
        screen.open(fee, "Pay the fee")
        screen.choose("The person pays it themself", "By card, on the payment page")
        screen.press("Record the payment")
        payment = screen.find_reference("B")
        screen.arrive(f"Payment {payment}")
        screen.reads(stub.url, "It works for 90 minutes")
        screen.follow("Print it for the person", "Pay £10.00 by card")
        screen.open(f"/payments/{payment}", f"Payment {payment}")
        screen.press("Stop this payment", f"Payment {payment}")
        screen.reads("Not paid", "It was stopped here")
        screen.open(fee, "Pay the fee")
        screen.follow("Do not ask for the fee", "Waive the fee of £10")
        screen.press("Waive the fee", "Waive the fee of £10")
        screen.choose("The person cannot pay it")
        screen.press("Waive the fee", "Pay the fee")
        screen.reads("The fee is waived")
        screen.open("/paid", "You can close this page")
        screen.open(f"/cases/{case.reference}", f"Case {case.reference}")
        screen.press("Give emergency help", "Give emergency help")
        screen.follow("Record their yes", "Help somebody who is here")
        tell_and_record_yes(screen, "Help from the fund")
        screen.press("Continue", "Give emergency help")
        screen.press("Give it", "Give emergency help")
        screen.reads("Select what is given")
        screen.choose("Food voucher")
        screen.type("How much is it worth?", "30")
        screen.type("What does the person need it for?", "No food in the house tonight")
        screen.press("Give it", "Give emergency help")
        screen.reads("Enter the number on the voucher")
        screen.type("Number on the voucher, where it is one", "FV-0815")
        screen.press("Give it")
        voucher = screen.find_reference("V")
        screen.arrive(f"Emergency help {voucher}")
        screen.press("Print it for the person", "What you got: £30.00")
        screen.open(f"/cases/{case.reference}", f"Case {case.reference}")
        screen.reads("Emergency help of £30: Food voucher")
