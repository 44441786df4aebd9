"""The person says yes, as light or as weighty as the risk; and stop."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from .screen import Screen

_hands = itertools.cycle(range(6))
"""No two sign alike, and one picture is taken once."""


def open_case(screen: Screen, need: str, *, service: str = "", why: str) -> str:
    """One step, from the person's page; the case's reference."""
    screen.press("Open a case", "Open a case")
    screen.type("What needs to be done?", need)
    if service:
        screen.pick("Which service is it about? (optional)", service)
    screen.choose(why)
    screen.press("Open the case")
    reference = screen.find_reference("C")
    screen.arrive(f"Case {reference}")
    return reference


def tell_and_record_yes(screen: Screen, purpose: str) -> str:
    """The short words are told, the person says yes; the consent's reference."""
    screen.type("What does the person want done?", purpose)
    screen.choose("The person said yes, after I told them this")
    screen.press("Record the yes", "The person said yes")
    return screen.find_reference("K")


def ask_whether_somebody_may_act(
    screen: Screen, purpose: str, service: str, *powers: str, most: str = ""
) -> None:
    """From the person’s page: the list of what is asked, the words, three points said back."""
    screen.press("Let somebody act for them", "Let somebody act for the person")
    screen.type("What does the person want done?", purpose)
    screen.page.get_by_label("this helper").check()
    screen.choose(service, *powers)
    if most:
        screen.choose("Pay, up to a limit")
        screen.type("The most they may pay", most)
        screen.choose("In all")
    screen.page.get_by_label("90 days, until").check()
    screen.press("Continue", "Read this to the person")
    screen.choose("I have read all of this aloud, or the person has read it")
    screen.press("Continue", "Ask the person to say it back")
    screen.type("What will be done for you?", "She fills in the form and sends it")
    screen.type("Until when?", "Until the end of winter")
    screen.type("How can you stop it?", "I ring up or come in")
    screen.type("Do you want this?", "Yes, please do")
    screen.choose("No")
    screen.press("Continue", "How does the person confirm it?")


def confirm_before_a_witness(screen: Screen, witness: str, who: str) -> None:
    """The person says yes out loud, and somebody who is not the helper hears it."""
    screen.choose("The spoken word before a witness")
    screen.press("Continue", "Confirm before a witness")
    screen.type("Name of the witness", witness)
    screen.type("Who are they?", who)
    screen.answer("Is the witness family, or the partner, of the person?", "No")
    screen.choose("Not with the person, with me, or with who is to act")
    screen.answer("Does the witness get any of the money that this is about?", "No")
    let_the_witness_sign(screen)
    screen.choose("The witness heard or saw the person say yes to the words and the list")
    screen.press("Confirm")


def sign_with_the_pen(screen: Screen, *, slant: int = 0) -> None:
    """Strokes with a pointer in the box."""
    box = screen.page.locator("canvas").bounding_box()
    assert box is not None
    mouse = screen.page.mouse
    for begin, end in (
        ((0.1, 0.7), (0.3, 0.2)),
        ((0.3, 0.2), (0.5, 0.8)),
        ((0.6, 0.4), (0.9, 0.5)),
    ):
        mouse.move(box["x"] + box["width"] * begin[0], box["y"] + box["height"] * begin[1] + slant)
        mouse.down()
        mouse.move(box["x"] + box["width"] * end[0], box["y"] + box["height"] * end[1], steps=30)
        mouse.up()


def let_the_witness_sign(screen: Screen) -> None:
    """With the pen, on the screen; where no script draws the box, nothing of their own is left."""
    if screen.page.locator("canvas").count() == 0:
        screen.choose("Nothing")
        return
    screen.choose("Their signature or mark, here on the screen")
    sign_with_the_pen(screen, slant=7 * next(_hands))


def confirm_by_code(screen: Screen, number_ends: str, read_code: Callable[[], str]) -> None:
    """A code goes to the person's own phone; they read it out. A wrong one does nothing."""
    screen.choose("A code sent to the person’s own phone")
    screen.press("Continue", "Confirm by a code")
    screen.press(f"Send a code to the number ending in {number_ends}", "Confirm by a code")
    right = read_code()
    screen.type("Code", f"{(int(right) + 1) % 1_000_000:06}")
    screen.press("Confirm", "Confirm by a code")
    screen.reads("That is not the code.")
    screen.type("Code", right)
    screen.press("Confirm", "The person said yes")


def stop_by_number(screen: Screen, number: str) -> None:
    """Somebody comes in with their receipt and says stop: any helper, any organisation."""
    screen.follow("Stop", "Somebody says stop")
    screen.type("Number on the receipt", number.lower().replace("-", " "))
    screen.press("Continue", "Take a yes back")
    screen.choose("In person, face to face")
    screen.press("Take the yes back now", "Take a yes back")
    screen.reads("The yes is taken back. Nothing more can be done on it.")
