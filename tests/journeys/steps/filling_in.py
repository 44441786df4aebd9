"""Filling in a Blue Badge application, page by page, as somebody answers who cannot walk far."""

from __future__ import annotations

from .screen import Screen

SAVE = "Save and continue"
FROM_RECORD = "Fill it in, then ask the person whether it is right"
CONDITION = (
    "What are the conditions or disabilities, and how do they affect the person on a journey?"
)


def begin_beside_the_person(screen: Screen, service: str) -> None:
    """From the case: fill the form in here, with the person beside the helper."""
    screen.press("Start an application", "Help with a service")
    screen.choose(service, "Fill in the form here, with the person beside me")
    screen.press("Continue")


def say_where_and_for_whom(screen: Screen) -> None:
    """Before we begin."""
    screen.choose("For myself")
    screen.press(SAVE, "Where does the person who needs the badge live?")
    screen.choose("England")
    screen.type("Council that issues the badge", "Millbrook Town Council")
    screen.press(SAVE, "Does the person have a Blue Badge now, or have they had one before?")
    screen.choose("No")
    screen.press(SAVE, "Does the person get any of these?")


def say_what_the_need_is(screen: Screen) -> None:
    """No benefit that settles it, not registered blind: the main reason is walking."""
    screen.choose("None of these")
    screen.press(SAVE, "Is the person registered as severely sight impaired (blind)?")
    screen.choose("No")
    screen.press(SAVE, "What is the main reason a badge is needed?")
    screen.choose("Cannot walk, or finds walking very difficult")
    screen.press(SAVE, "The condition")
    screen.type(CONDITION, "Arthritis in both hips. On a bad day I hold on to the wall.")
    screen.choose("Yes")


def describe_walking(screen: Screen) -> None:
    """How far, what makes it hard, a walk they know."""
    screen.choose("1 to 5 minutes", "Pain", "Balance, coordination or posture")
    screen.type("A walk they know", "To the library: I sit down on the wall by the chapel.")
    screen.answer("Does the person use oxygen to walk?", "No")
    screen.answer("Has the person fallen in the last year while walking?", "Yes")
    screen.press(SAVE, "Does the person use anything to help them move about?")


def say_what_helps(screen: Screen) -> None:
    """A stick, no treatment, no medicine, and who knows the person."""
    screen.choose("Yes")
    screen.press(SAVE, "Aids")
    screen.type("Aid", "A stick")
    screen.choose("From the NHS or a professional")
    screen.type("When it is used", "Whenever I go out")
    screen.press("Add another", "Aids")
    screen.reads("A stick")
    screen.press(
        SAVE, "Has the person had treatment for this in the last 2 years, or is any planned?"
    )
    screen.choose("No")
    screen.press(SAVE, "Does the person take medicine for this?")
    screen.choose("No")
    screen.press(SAVE, "Who treats or knows the person?")
    screen.type("Name and job", "Dr Shah, general practitioner")
    screen.type("Where they work", "Chapel Street Surgery")
    screen.choose("Yes")
    screen.press(SAVE, "What is the person’s name?")


def say_who_the_person_is(screen: Screen) -> None:
    """What the record knows is filled in, and asked; the birth date is that of their papers."""
    screen.follow(FROM_RECORD, "What is the person’s name?")
    screen.reads("Ask the person whether each is right.")
    screen.choose("No")
    screen.press(SAVE, "Birth and National Insurance")
    screen.type_date("Date of birth", "1", "1", "1942")
    screen.type("Town and country of birth", "Kumasi, Ghana")
    screen.choose("Man or boy")
    screen.press(SAVE, "What is the person’s address?")
    screen.follow(FROM_RECORD, "What is the person’s address?")
    screen.press(SAVE, "How can the council reach the person?")
    screen.press(SAVE, "Vehicles used most often")
    screen.press(SAVE, "What proof will be sent?")


def say_what_proves_it(screen: Screen) -> None:
    """The last pages; then all the answers stand on one."""
    screen.answer("Proof of who the person is", "Passport")
    screen.answer("Proof of where the person lives", "A Council Tax bill")
    screen.press(SAVE, "Is there a recent photograph of the person?")
    screen.choose("Yes")
    screen.press(SAVE, "Check the answers")


def read_back_and_declare(screen: Screen) -> None:
    """The answers are read out, the person says that they are right, then that they are true."""
    screen.press("Go on to read them out", "Read the answers out")
    while "/read-out" in screen.page.url:
        screen.choose("Yes, all of it is right")
        screen.press(SAVE)
        screen.page.wait_for_load_state()
    screen.arrive("Declare and submit")
    screen.choose("The person, to me", "I read these words out, and they said that they are true")
