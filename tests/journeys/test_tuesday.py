"""A Tuesday of four people at a front desk: Priya and Sam help, Wyn manages, Owen decides.

Twelve wait in the queue, two ring up, one is visited with paper; a case goes to those who know
better, a refusal is challenged in time, somebody complains, and a death turns out to be a mistake.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from assistedaccess.applications.service_helping import make_record_of_help
from assistedaccess.kernel import clock
from tests.factories import casework
from tests.factories.people import reference_of

from .steps import cast, confirming
from .steps.agreeing import open_case
from .steps.cast import Town, register_yesterday
from .steps.finding import find_by_birth_date
from .steps.screen import Screen, Screens
from .steps.volunteering import find_who_was_drawn, release, today

SERVICE = "universal-credit"
QUEUE: tuple[str, ...] = (
    "Rhian Jenkins", "Mair Ellis", "Kwabena", "Teresa Novak", "Idris Hughes", "Anwen Rees",
    "José Peña", "李小龍", "Bronwen Pugh", "Otis Grant", "Siân Lloyd", "Ola Berg",
)  # fmt: skip
ON_THE_TELEPHONE = ("Gwen Tudor", "Ffion Mason")


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_at_the_town_hall(made, "sam", "Sam Okafor", "helper")
    cast.add_at_the_town_hall(made, "wyn", "Wyn Bowen", "manager")
    cast.add_adviser(made)
    for number, name in enumerate((*QUEUE, *ON_THE_TELEPHONE), start=1):
        made.people[name] = register_yesterday(
            made, "priya", name, birth_date=f"19{50 + number}-05-{number:02}", nation="england"
        )
    return made


@pytest.fixture
def team(browser: Browser, live_server: str, town: Town) -> Iterator[dict[str, Screen]]:
    """Each of the four at a screen of their own."""
    screens = Screens(browser, live_server)
    with ExitStack() as stack:
        made = {}
        for who in ("priya", "sam", "wyn", "owen"):
            made[who] = stack.enter_context(screens.sit_down(who))
            town[who].is_let_in(made[who])
        yield made


def test_a_tuesday(team: dict[str, Screen], town: Town) -> None:
    priya, sam, wyn, owen = (team[who] for who in ("priya", "sam", "wyn", "owen"))
    refused = begin_what_is_refused(town, "Mair Ellis")
    at_home = town.people["Idris Hughes"]
    confirming.ask_for_a_visit(priya, town["priya"], at_home)
    priya.press("Print the form for the visit", "Will you let somebody act for you?")

    for number, name in enumerate(QUEUE):
        come_in(sam if number % 2 else priya, town, name)
    sam.open("/", "Today")
    sam.reads("Rhian", "Mair", "More people wait.")

    case = casework.make_case(town["sam"].actor, town.people["Otis Grant"])
    sam.open(f"/people/{case.person_reference}", "A person’s page")
    record_death(sam)
    for name in QUEUE:
        helper = sam if name in ("Kwabena", "Teresa Novak", "Anwen Rees", "Ola Berg") else priya
        if name != "Otis Grant":
            call(helper, name)
        if name == "Mair Ellis":
            challenge_in_time(helper, refused)
        elif name == "Kwabena":
            hand_over(helper)
        elif name == "Otis Grant":
            undo_death(helper, owen, town, name)
        else:
            record_help(helper, "The person’s, who is here", asked=f"Ask the council, for {name}")
    priya.open("/", "Today")
    priya.reads("Nobody waits.")

    for name in ON_THE_TELEPHONE:
        ring(sam, town, name)
    come_back_from_the_visit(priya, owen, town, at_home)
    complain(priya, wyn)


def begin_what_is_refused(town: Town, name: str) -> str:
    """Sam helped with it three weeks ago; the case's reference."""
    actor, person_id = town["sam"].actor, town.people[name]
    with clock.set_clock(clock.now() - timedelta(hours=20)):
        case = casework.make_case(actor, person_id, service=SERVICE)
        make_record_of_help(
            actor=actor, person_id=person_id, case_id=case.id, service=SERVICE, asked="Pay less",
            word="here", said_yes=True, was_sent=True,
        )  # fmt: skip
    return case.reference


def come_in(helper: Screen, town: Town, name: str) -> None:
    helper.open("/", "Today")
    helper.type("First name or ticket number", name.split()[0])
    helper.type("Their reference, if they have it with them", reference_of(town.people[name]))
    helper.press("Add to the queue", "Today")


def call(helper: Screen, name: str) -> None:
    """Whoever has nothing open with them says first that they are here."""
    helper.open("/", "Today")
    with helper.page.expect_navigation():
        helper.press(f"Call {name.split()[0]}")
    if "/reason" in helper.page.url:
        helper.choose("The person is here")
        helper.press("Continue")
    helper.arrive("A person’s page")
    expect(helper.page.get_by_text(name).first).to_be_visible()


def record_help(helper: Screen, word: str, *, asked: str) -> None:
    helper.press("Record help on another website", "Record help on another website")
    helper.choose("Council Tax Reduction")
    helper.type("What did the person ask you to do?", asked)
    helper.choose(word, "The person said yes, after I told them this")
    helper.hit_enter("Record of help")


def ring(helper: Screen, town: Town, name: str) -> None:
    number = [*QUEUE, *ON_THE_TELEPHONE].index(name) + 1
    helper.open("/", "Today")
    born = (str(number), "5", f"19{50 + number}")
    find_by_birth_date(helper, name, born, finds="1 person found")
    helper.follow(helper.find_reference("P"), "A person’s page")
    record_help(helper, "The person’s, on the telephone", asked="Say that I moved")


def challenge_in_time(helper: Screen, case: str) -> None:
    """The letter says no; the challenge goes out the same day, weeks before its last one."""
    helper.press("Record a yes to help today", "Help somebody who is here")
    helper.pick("What does the person need help with?", "Universal Credit")
    helper.type("What does the person want done?", "Tell them that they are wrong")
    helper.choose("The person said yes, after I told them this")
    helper.press("Record the yes and print the receipt", "What you agreed to")
    helper.open(f"/cases/{case}", f"Case {case}")
    helper.follow(helper.find_reference("R"), "Record of help")
    helper.follow("What became of it", "What became of it")
    became = helper.page.url
    helper.follow("Refused", "Refused")
    helper.type_date("On which day?", *today())
    helper.press("Save", "What became of it")
    helper.reads("It must go by", "If the person does not agree")
    helper.follow("Write the letter that asks them to look again", "Write a letter")
    helper.choose("Challenge a decision")
    helper.type("Whom is it to?", "The council")
    helper.type("What does the person want to say?", "I do live here.")
    helper.press("Write the letter", "Challenge a decision")
    helper.choose("I read it to them here")
    helper.press("They know what it says", "Challenge a decision")
    helper.choose("The person takes it")
    helper.press("It is sent", "Challenge a decision")
    helper.open(became, "What became of it")
    helper.follow("Challenged", "Challenged")
    helper.type_date("On which day?", *today())
    helper.press("Save", "What became of it")
    helper.does_not_read("It must go by")


def hand_over(helper: Screen) -> None:
    """Those who advise on debt go on with it, if they take it."""
    open_case(helper, "Three lenders ring every day", why="A disability or health condition")
    helper.press("Hand it over", "Hand the case over")
    helper.pick(
        "Which organisation goes on with it?", "Millbrook Advice (no data sharing agreement)"
    )
    helper.choose("They see it before they take it", "They are here")
    helper.choose("The person said yes, after I told them this")
    helper.press("Offer the case", "Hand-over")
    helper.reads("Waits to be taken", "Millbrook Advice")


def record_death(helper: Screen) -> None:
    """Of the wrong person: the certificate was of somebody with the same name."""
    helper.follow("Record that the person has died", "Record that the person has died")
    helper.type_date("When did the person die?", *today())
    helper.choose("Family or a friend told me")
    helper.press("Record the death", "A person’s page")
    helper.reads("This person died on")


def undo_death(helper: Screen, owen: Screen, town: Town, name: str) -> None:
    """He comes in. Two people let the record open again."""
    call(helper, name)
    helper.follow("The death was recorded by mistake", "The death was recorded by mistake")
    helper.type("How do you know that it was a mistake?", "He stands here, and I know him.")
    helper.press("Ask for it to be undone", "This waits for a second person")
    waiting = helper.find_reference("W")
    let_be_released(owen, town, waiting, "I have seen him too.")
    helper.open(f"/people/{reference_of(town.people[name])}", "A person’s page")
    helper.does_not_read("This person died on")
    record_help(helper, "The person’s, who is here", asked="Nothing was stopped, I hope?")


def let_be_released(owen: Screen, town: Town, waiting: str, reason: str) -> None:
    """By whom the system draws: Owen, or a colleague of the pool, who sits at his screen then."""
    find_who_was_drawn(town, waiting).is_let_in(owen)
    release(owen, waiting, reason)
    town["owen"].is_let_in(owen)


def come_back_from_the_visit(helper: Screen, owen: Screen, town: Town, person_id: UUID) -> None:
    """What was signed at the kitchen table is entered, and looked at by a second human."""
    helper.open("/asking", "Waiting for an answer")
    helper.follow("Enter the signed form", "Read this to the person")
    confirming.read_and_say_back(helper)
    confirming.choose(helper, "After a home visit: from the paper form", "Enter a home visit")
    helper.type_date("When did you visit the person?", *today())
    helper.choose("A mark of their own, such as a cross")
    helper.press("Enter it", "The yes is recorded")
    helper.follow("See where it stands", "Let a helper act for a person")
    let_be_released(owen, town, helper.find_reference("W"), "I rang: it is what they want.")
    assert confirming.find_start(person_id) <= clock.now()


def complain(helper: Screen, wyn: Screen) -> None:
    """About a helper: written down by a colleague, answered by the manager."""
    helper.open("/complaints/new", "Write down a complaint")
    helper.choose("How I was helped, or not helped")
    helper.type("What went wrong?", "I stood for an hour, and nobody said why.")
    helper.press("Save the complaint", "The complaint is received")
    number = helper.find_reference("G")
    wyn.open("/complaints", "Complaints")
    wyn.follow(number, "A complaint")
    if wyn.page.get_by_role("button", name="Take it over").count():
        wyn.press("Take it over", "A complaint")
    wyn.press("Answer it", "Answer a complaint")
    wyn.choose("They are right")
    wyn.type("The answer to them", "You are right. We are sorry: we say now how long it takes.")
    wyn.choose("In person")
    wyn.press("Save the answer", "A complaint")
    wyn.reads("They are right")
