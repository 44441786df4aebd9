"""Who may not be safe at home: a moment alone, a silent sign, and a home that nobody is shown.

Rhian's husband sits beside her at the Town Hall. Sam asked him to wait outside a week ago; today
Priya takes the yes and knows nothing of it. Grace leads safeguarding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import func, select

from assistedaccess.consent.silent import tell_calls
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.transactions import reading
from assistedaccess.people.queries import get_person
from tests.factories import consent
from tests.factories.cards import give_card
from tests.factories.people import mobile

from .steps import cast, confirming
from .steps.agreeing import confirm_before_a_witness
from .steps.cast import Town, register_yesterday
from .steps.screen import Screen, Screens

HOME = {"line_1": "9 Orchard Close", "town": "Millbrook", "postcode": "LS1 4AP"}
WAITS = "A second person looks at it before it begins. Nobody can act on it until then."


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_at_the_town_hall(made, "sam", "Sam Okafor", "helper")
    cast.add_at_the_town_hall(made, "grace", "Grace Oduya", "safeguarding_lead")
    return made


@pytest.fixture
def screens(browser: Browser, live_server: str) -> Screens:
    return Screens(browser, live_server)


@pytest.fixture
def rhian(town: Town) -> UUID:
    made = register_yesterday(
        town,
        "sam",
        "Rhian Jenkins",
        birth_date="1958-05-03",
        housing="address",
        address=HOME,
        hides_address=True,
        contact_points=[mobile("07700 900123", whose="own", is_safe=True)],
    )
    for worker in ("sam", "priya"):  # she is helped by both, or the record would stay covered
        consent.assist(town[worker].actor, made)
    return made


@pytest.fixture
def priya(screens: Screens, town: Town) -> Iterator[Screen]:
    with screens.sit_down("priya") as screen:
        town["priya"].is_let_in(screen)
        yield screen


def speak_alone(screens: Screens, town: Town, person_id: UUID, *labels: str, word: str) -> None:
    """Sam speaks with Rhian while nobody else hears, and they agree a sign."""
    with screens.sit_down("sam") as sam:
        town["sam"].is_let_in(sam)
        sam.open(f"/people/{reference_of(person_id)}/private-moment", "A private moment")
        sam.press("Save", "A private moment")
        sam.reads("Speak with the person alone first")
        sam.choose("I spoke with the person alone. Nobody else could see or hear us", *labels)
        if word:
            sam.type("The word", word)
        sam.press("Save", "How to reach the person")
        sam.does_not_read(HOME["line_1"], word or "The number below")


def reference_of(person_id: UUID) -> str:
    with reading():
        return get_person(person_id).reference


def count_delegations() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Delegation)) or 0


def say_back(priya: Screen, answer: str, *, beside: str = "") -> None:
    """From the words to the choice of ways, with somebody beside the person or nobody."""
    priya.choose("I have read all of this aloud, or the person has read it")
    priya.press("Continue", "Ask the person to say it back")
    priya.type("What will be done for you?", "She fills in the form and sends it")
    priya.type("Until when?", "Until the end of winter")
    priya.type("How can you stop it?", "I ring up or come in")
    priya.type("Do you want this?", answer)
    priya.choose("Yes" if beside else "No")
    if beside:
        priya.type("Who, and who are they to the person?", beside)
    priya.press("Continue", "How does the person confirm it?")


def test_C13_a_silent_word_reads_as_any_yes_that_waits(
    screens: Screens, priya: Screen, town: Town, rhian: UUID
) -> None:
    speak_alone(screens, town, rhian, "A word", word="lavender")
    confirming.ask_for_a_visit(priya, town["priya"], rhian)
    say_back(priya, "Yes, please. It grows on you, like lavender", beside="Dai, her husband")
    confirm_before_a_witness(priya, "Bronwen Pugh", "A customer of the library")
    priya.arrive("The yes is recorded")
    priya.reads(WAITS)
    priya.does_not_read("safeguarding", "silent", HOME["line_1"])
    assert count_delegations() == 0

    tell_calls()  # as the timer does
    with screens.sit_down("grace") as grace:
        town["grace"].is_let_in(grace)
        grace.open("/", "Today")
        grace.page.get_by_role("link", name="Concerns", exact=True).click()
        grace.arrive("Open concerns")
        grace.page.get_by_role("link", name="W-").click()
        grace.arrive("A concern")
        grace.reads("silent sign", "Do not ask them", "Speak with the person alone")
        grace.does_not_read(HOME["line_1"])
        grace.open("/reviews", "Waiting for you")
        grace.page.locator("main").get_by_role("link", name="W-").first.click()
        grace.arrive("Let a helper act for a person")
        grace.reads("Call for help", "999", "emergency duty team")
        grace.choose("Refuse it")
        grace.type("Reason, or your question", "The form is better done at another visit.")
        grace.press("Confirm")

    priya.follow("See where it stands")
    priya.reads("The form is better done at another visit.")
    priya.does_not_read("Grace", "safeguarding", "silent")
    assert count_delegations() == 0
    # What the person is given to take home shows neither that, nor where they live.
    priya.open(f"/people/{reference_of(rhian)}", "A person’s page")
    priya.reads("kept out of sight")
    priya.does_not_read(HOME["line_1"], "silent", "lavender")


def test_C13_company_waits_for_a_moment_alone_that_a_colleague_had(
    screens: Screens, priya: Screen, town: Town, rhian: UUID
) -> None:
    confirming.ask_for_a_visit(priya, town["priya"], rhian)
    say_back(priya, "Yes, please do", beside="Dai, her husband")
    confirm_before_a_witness(priya, "Bronwen Pugh", "A customer of the library")
    priya.arrive("The yes is recorded")
    priya.reads(WAITS)
    assert count_delegations() == 0

    speak_alone(screens, town, rhian, "No, or it stays as it is", word="")
    confirming.ask_for_a_visit(priya, town["priya"], rhian)
    say_back(priya, "Yes, please do", beside="Dai, her husband")
    confirm_before_a_witness(priya, "Bronwen Pugh", "A customer of the library")
    confirming.begins(priya)
    assert count_delegations() == 1


def test_C13_the_number_below_opens_the_own_record_and_the_lead_knows(
    screens: Screens, town: Town, rhian: UUID
) -> None:
    card = give_card(town["sam"].actor, rhian)
    speak_alone(screens, town, rhian, "The number below", word="")
    with screens.sit_down("rhian") as online:
        online.open("/my-record", "See your record")
        online.choose("With my access card")
        online.type("Your number", card.reference)
        online.press("Go on", "Show that it is you")
        found = re.search(r"Type number (\d+)", online.text)
        assert found is not None, online.text
        online.type("The number", card.number(int(found[1]) % 12 + 1))
        online.press("Go on")
        online.reads("Rhian Jenkins")
        online.does_not_read(HOME["line_1"], "silent")
    tell_calls()  # as the timer does
    with screens.sit_down("grace") as grace:
        town["grace"].is_let_in(grace)
        grace.open("/concerns", "Open concerns")
        grace.page.get_by_role("link", name="W-").click()
        grace.arrive("A concern")
        grace.reads("opened their own record online", "Do not write or ring home")
