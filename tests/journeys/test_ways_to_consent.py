"""The ways to say yes, each as somebody meets it: one journey a way.

Priya works at the Town Hall, and so does Sam; Dilys is of the shared pool, Felix prints the
letters. The person never touches the screen but to sign on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from assistedaccess.kernel import clock
from assistedaccess.people.service_identity import add_identity_evidence
from tests.factories.cards import MadeCard, give_card
from tests.factories.people import mobile

from .steps import cast, confirming
from .steps.agreeing import confirm_by_code, sign_with_the_pen
from .steps.cast import Town, register_yesterday
from .steps.confirming import LITTLE, begins, choose, reads_how_it_is_proven
from .steps.messages import read_code_on_phone, send_what_is_due
from .steps.screen import Screen, Screens
from .steps.volunteering import find_who_was_drawn, release

YOUR_WORD = "Your word is asked for"
HOME = {
    "housing": "address",
    "address": {"line_1": "14 Mill Lane", "town": "Millbrook", "postcode": "LS1 4AP"},
    "letters_are_safe": True,
}


@pytest.fixture
def town(app: Flask) -> Town:
    made = cast.build_town()
    cast.add_at_the_town_hall(made, "sam", "Sam Okafor", "helper")
    cast.add_at_the_town_hall(made, "wyn", "Wyn Bowen", "manager")
    return made


@pytest.fixture
def screens(browser: Browser, live_server: str) -> Screens:
    return Screens(browser, live_server)


@pytest.fixture
def priya(screens: Screens, town: Town) -> Iterator[Screen]:
    with screens.sit_down("priya") as screen:
        town["priya"].is_let_in(screen)
        yield screen


def somebody(town: Town, **fields: Any) -> UUID:
    """Rhian, whom Sam registered a month ago."""
    fields["birth_date"] = "1958-05-03"
    return register_yesterday(town, "sam", "Rhian Jenkins", days=30, **fields)


def has_card(town: Town, person_id: UUID) -> MadeCard:
    """A card that Sam gave, who has also seen the passport."""
    add_identity_evidence(
        actor=town["sam"].actor, person_id=person_id, kind="passport", level="high"
    )
    return give_card(town["sam"].actor, person_id)


def photograph(folder: Path, *, slant: int = 0) -> Path:
    """A photograph of a signed form."""
    image = Image.new("RGB", (800, 1100), "white")
    ImageDraw.Draw(image).line([(100, 900), (400, 850 + slant), (600, 930)], fill="navy", width=5)
    file = folder / f"form-{slant}.jpg"
    image.save(file)
    return file


def test_c01_a_code_by_text_to_their_own_phone(app: Flask, priya: Screen, town: Town) -> None:
    rhian = somebody(town, contact_points=[mobile("07700 900123", whose="own", is_safe=True)])
    confirming.ask(priya, town["priya"], rhian)
    confirm_by_code(priya, "123", read_code=lambda: read_code_on_phone(app))
    begins(priya)
    reads_how_it_is_proven(
        priya, "Standard", "A code came to the person’s own phone", "ending in 123"
    )


def test_c02_a_signature_on_the_screen(priya: Screen, town: Town) -> None:
    rhian = somebody(town)
    confirming.ask(priya, town["priya"], rhian)
    choose(priya, "Their signature on the screen", "Confirm by a signature")
    priya.choose("With a finger, a pen or the mouse")
    priya.press("Confirm", "Confirm by a signature")
    priya.reads("Ask the person to sign in the box")
    priya.choose("With a finger, a pen or the mouse")
    sign_with_the_pen(priya)
    strokes = priya.page.locator('input[name="strokes"]').input_value()
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Standard", "The person signed these very words by hand")
    with priya.page.expect_download() as saved:
        priya.follow("Save the picture")
    assert saved.value.suggested_filename.endswith(".png")

    # The very same strokes are a copy, whoever's they are said to be; the keyboard is always there.
    mair = register_yesterday(town, "sam", "Mair Ellis")
    confirming.ask(priya, town["priya"], mair)
    choose(priya, "Their signature on the screen", "Confirm by a signature")
    priya.choose("With a finger, a pen or the mouse")
    priya.page.locator('input[name="strokes"]').evaluate(
        "(field, strokes) => { field.value = strokes }", strokes
    )
    priya.press("Confirm", "Confirm by a signature")
    priya.reads("This very picture was used before.")
    priya.choose("They type their name with the keyboard")
    priya.type("Name, typed by the person", "Mair Ellis")
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Basic", "The person typed their name")


def test_c03_a_signature_on_paper(priya: Screen, town: Town, tmp_path: Path) -> None:
    rhian = somebody(town)
    confirming.ask(priya, town["priya"], rhian, *LITTLE, most="40")
    choose(priya, "Their signature on a printed form", "Confirm on paper")
    priya.press("Print the form", "Will you let somebody act for you?")
    number = priya.find_reference("K")
    priya.reads("Your signature or mark:", "Fingerprint of the words and the list:")
    priya.follow("Back", "How does the person confirm it?")
    choose(priya, "Their signature on a printed form", "Confirm on paper")
    priya.choose("Their signature")
    priya.press("The person has signed", "The person said yes")
    priya.reads("Photograph the signed form by")
    reads_how_it_is_proven(priya, "Basic", "The signed paper has not been photographed yet")

    priya.press("Add the photograph of the signed form", "Add the signed form")
    script = tmp_path / "scan.jpg"
    script.write_text("<script>alert('yes')</script>")
    priya.page.locator("input[type=file]").set_input_files(script)
    priya.press("Add the photograph", "Add the signed form")
    priya.reads("This is not a photograph.")
    priya.page.locator("input[type=file]").set_input_files(photograph(tmp_path))
    priya.press("Add the photograph", "The person said yes")
    assert priya.find_reference("K") == number
    priya.reads("Standard", "The person signed these very words on paper")


def test_c04_a_mark_before_a_witness(screens: Screens, priya: Screen, town: Town) -> None:
    rhian = somebody(town)
    confirming.ask(priya, town["priya"], rhian)
    choose(priya, "The spoken word before a witness", "Confirm before a witness")
    priya.choose("By a mark, a nod or another sign of theirs")
    priya.choose("On the telephone, from the shared pool")
    priya.type("Name of the witness", "Dilys Parry")
    priya.type("Who are they?", "Adviser of the pool")
    priya.answer("Is the witness family, or the partner, of the person?", "No")
    priya.choose("Not with the person, with me, or with who is to act")
    priya.answer("Does the witness get any of the money that this is about?", "No")
    priya.choose("Nothing", "The witness heard or saw the person say yes to the words and the list")
    priya.press("Confirm", "Confirm before a witness")
    priya.reads("By telephone, the witness must be from the shared pool.")
    priya.choose("Their own word: they sign in to this service themself")
    priya.type("The e-mail address with which they sign in here", "dilys@example.org")
    priya.press("Confirm")
    begins(priya)
    priya.reads("Whoever you named is asked in their own sign-in whether it was so.")
    with screens.sit_down("dilys") as dilys:
        town["dilys"].is_let_in(dilys)
        dilys.open("/asking/words", "Your word is asked for")
        dilys.follow("Say whether it was so", "Was it so?")
        dilys.reads("wrote that you were the witness", "R. J.")
        dilys.choose("Yes, it was so")
        dilys.press("Save my answer", "Was it so?")
        dilys.reads("You have said that it was so.")
    reads_how_it_is_proven(priya, "Standard", "Dilys Parry", "By a mark of their own")


def test_c05_no_phone_and_no_id(screens: Screens, priya: Screen, town: Town) -> None:
    rhian = somebody(town)
    confirming.ask(priya, town["priya"], rhian, *LITTLE, most="40")
    choose(
        priya,
        "Somebody who knows the person, or a colleague who has seen them",
        "Confirm without phone or ID",
    )
    priya.type("E-mail address of your colleague", "sam@example.org")
    priya.press("Ask this colleague", "Confirm without phone or ID")
    priya.reads("Your colleague is asked.")
    priya.choose("Both")
    priya.type("Name of who vouches", "Nora Nurse")
    priya.choose("As a nurse, a doctor or a carer")
    priya.type("Since when, and from where?", "Her nurse for three years")
    priya.answer("Where do they live?", "Not with the person, with me, or with who is to act")
    priya.answer("Do they get any of the money that this is about?", "No")
    priya.press("Confirm", "Confirm without phone or ID")
    priya.reads("No colleague has confirmed yet that they have seen the person")
    with screens.sit_down("sam") as sam:
        town["sam"].is_let_in(sam)
        sam.open("/", "Today")
        sam.follow("Your word is asked for: were you there when a person said yes?", YOUR_WORD)
        sam.follow("Speak to the person, then say whether they agree", "Have you seen this person?")
        sam.reads("Do my council tax form")
        sam.choose("Yes, I have seen them, and they told me yes")
        sam.press("Save my answer", "Have you seen this person?")
        sam.reads("You have confirmed it.")
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Standard", "Nora Nurse", "Sam Okafor")


def test_c06_a_number_of_their_access_card(screens: Screens, priya: Screen, town: Town) -> None:
    rhian = somebody(town)
    card = has_card(town, rhian)
    confirming.ask(priya, town["priya"], rhian)
    choose(priya, "A number from the person’s access card", "Confirm by the access card")
    priya.press("Ask for a number", "Confirm by the access card")
    position = confirming.find_position(priya)
    priya.type("Number from the card", card.number(position % 12 + 1))
    priya.press("Confirm", "Confirm by the access card")
    priya.reads("That is not the number. There are 2 tries left")
    priya.type("Number from the card", card.number(position))
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Strong", "A number from the person’s own card was right")

    # Who handed the card over cannot use it.
    with screens.sit_down("sam") as sam:
        town["sam"].is_let_in(sam)
        confirming.ask(sam, town["sam"], rhian)
        sam.reads("You printed the person’s card or handed it over.")


def test_c07_by_telephone_on_the_number_on_record(app: Flask, priya: Screen, town: Town) -> None:
    rhian = somebody(town, contact_points=[mobile("07700 900123", whose="own", is_safe=True)])
    card = has_card(town, rhian)
    confirming.ask_by_telephone(priya, town["priya"], rhian)
    choose(priya, "By telephone: I ring the person", "Confirm by telephone")
    priya.press("Ask for a number of the card", "Confirm by telephone")
    position = confirming.find_position(priya)
    priya.choose("Somebody rang me", "07700 900123", "A number from their access card")
    priya.type("Number from the card", card.number(position))
    priya.press("Confirm", "Confirm by telephone")
    priya.reads("End this call. Then ring the person on a number from this list")
    priya.choose("I rang the person, on a number from this list")
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Standard", "The helper rang the person’s own number on record")


def test_c08_through_an_interpreter(priya: Screen, town: Town) -> None:
    rhian = somebody(town, spoken_language="pl", needs_interpreter=True)
    confirming.ask(priya, town["priya"], rhian)
    choose(
        priya,
        "Through an interpreter, a text relay or sign-language video",
        "Confirm through an interpreter",
    )
    priya.choose("By sign-language video")
    priya.type("Name of the interpreter, or number of the operator", "Iwona Int")
    priya.choose("A professional interpreter or operator")
    priya.pick("Which language do they use with the person?", "British Sign Language")
    priya.answer(
        "Ask the interpreter: where do you live?",
        "Not with the person, with me, or with who is to act",
    )
    priya.answer("Ask the interpreter: do you get any of the money that this is about?", "Yes")
    priya.choose("The person said yes to the words and the list, through the interpreter")
    priya.press("Confirm", "Confirm through an interpreter")
    priya.reads("This must be somebody who gets none of the money")
    priya.answer("Ask the interpreter: do you get any of the money that this is about?", "No")
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Standard", "Iwona Int", "British Sign Language")


def test_c09_a_letter_with_a_code(app: Flask, screens: Screens, priya: Screen, town: Town) -> None:
    rhian = somebody(town, **HOME)
    confirming.ask(priya, town["priya"], rhian)
    choose(priya, "By post: a letter with a code", "Confirm by post")
    priya.press("Send a letter to: 14 Mill Lane, Millbrook, LS1 4AP", "Confirm by post")
    priya.reads("A letter with a code was made on")
    send_what_is_due(app)
    with screens.sit_down("wyn") as wyn:
        town["wyn"].is_let_in(wyn)
        code = confirming.read_letter(wyn)

    priya.follow("Waiting for an answer", "Waiting for an answer")
    priya.follow("Enter the code of letter", "Confirm by post")
    priya.type("Code", f"{(int(code) + 1) % 1_000_000:06}")
    priya.choose("The person rang")
    priya.press("Confirm", "Confirm by post")
    priya.reads("That is not the code.")
    priya.type("Code", code)
    priya.press("Confirm")
    begins(priya)
    reads_how_it_is_proven(priya, "Standard", "The code in the letter came back")


def test_c10_a_home_visit_with_no_network(screens: Screens, priya: Screen, town: Town) -> None:
    rhian = somebody(town)
    confirming.ask_for_a_visit(priya, town["priya"], rhian)
    priya.press("Print the form for the visit", "Will you let somebody act for you?")
    visited_on = clock.today()
    with clock.set_clock(clock.now() + timedelta(days=2)):
        town["priya"].is_let_in(priya)
        priya.open("/asking", "Waiting for an answer")
        priya.follow("Enter the signed form", "Read this to the person")
        confirming.read_and_say_back(priya)
        choose(priya, "After a home visit: from the paper form", "Enter a home visit")
        priya.type_date(
            "When did you visit the person?",
            str(visited_on.day),
            str(visited_on.month),
            str(visited_on.year),
        )
        priya.choose("A mark of their own, such as a cross")
        priya.press("Enter it", "The yes is recorded")
        priya.reads("It was entered after a visit. A second person has to look at it first.")
        priya.follow("See where it stands", "Let a helper act for a person")
        waiting = priya.find_reference("W")
        drawn = find_who_was_drawn(town, waiting)
        assert drawn is not town["priya"]
        with screens.sit_down("reviewer") as reviewer:
            drawn.is_let_in(reviewer)
            release(reviewer, waiting, "I rang Rhian: she signed it, and she wants it.")
        assert confirming.find_start(rhian) >= clock.now() - timedelta(hours=1)
