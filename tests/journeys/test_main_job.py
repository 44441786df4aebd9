"""The main job, from the volunteer's invitation to the auditor's last question: one story.

June is to help at the Central Library. Kwabena, who has one name, no telephone and only the year
of his birth, wants a Blue Badge. Rhian lets June fill in a form for her, and thinks better of it.
Mair lets Priya at the Town Hall pay for her, more than one helper may be trusted with alone.
Nadia, at the county, sees all of it. The person never touches the screen.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.factories.people import mobile

from .steps import cast
from .steps.agreeing import (
    ask_whether_somebody_may_act,
    confirm_before_a_witness,
    confirm_by_code,
    open_case,
    stop_by_number,
    tell_and_record_yes,
)
from .steps.auditing import ask_about, save_as_csv
from .steps.cast import Town, register_yesterday
from .steps.filling_in import (
    SAVE,
    begin_beside_the_person,
    describe_walking,
    read_back_and_declare,
    say_what_helps,
    say_what_proves_it,
    say_what_the_need_is,
    say_where_and_for_whom,
    say_who_the_person_is,
)
from .steps.finding import find_by_birth_date, live_at, register
from .steps.looking_behind import count_submissions, list_actions
from .steps.messages import read_code_on_phone, send_what_is_due
from .steps.screen import Screen, Screens
from .steps.signing_in import set_up_with_a_printed_sheet, sign_in, sign_in_with_an_app
from .steps.volunteering import (
    ask_for_role,
    find_who_was_drawn,
    invite_a_volunteer,
    record_check,
    record_training,
    release,
)

BOTH_MAIRS_BORN = ("1", "6", "1960")


@pytest.fixture
def town(app: Flask) -> Town:
    """The organisations and who works there; two people whom the Town Hall knows already."""
    made = cast.build_town()
    register_yesterday(
        made,
        "priya",
        "Rhian Jenkins",
        birth_date="1958-05-03",
        contact_points=[mobile("07700 900123", whose="own", is_safe=True)],
    )
    register_yesterday(made, "priya", "Mair Ellis", birth_date="1960-06-01", nation="england")
    return made


def test_the_main_job(app: Flask, browser: Browser, live_server: str, town: Town) -> None:
    screens = Screens(browser, live_server)

    with screens.sit_down("felix") as felix, screens.sit_down("june") as june:
        june_becomes_a_helper(town, screens, felix, june)
        june.press("Sign out", "You are signed out")
        sign_in(june, "june@example.org", june.sheet.cross_out(), home="Today")

        kwabena = somebody_new_is_registered(june)
        somebody_of_the_same_name_is_registered(june)
        kwabena_gets_his_form_sent(june, kwabena)
        kwabena_is_told_by_letter(app, felix, june, kwabena)

        rhian, receipt = rhian_lets_june_act(app, june)
        with screens.sit_down("priya") as priya:
            town["priya"].is_let_in(priya)
            rhian_says_stop_elsewhere(june, priya, receipt)
            mair = mair_lets_priya_pay(town, screens, priya)

    with screens.sit_down("nadia") as nadia:
        sign_in_with_an_app(nadia, town["nadia"].account, home="Journal")
        nadia_sees_it_all(nadia, kwabena, rhian, mair)


def june_becomes_a_helper(town: Town, screens: Screens, felix: Screen, june: Screen) -> None:
    """Invited, set up with a printed sheet, trained and checked; released by who was drawn."""
    sign_in_with_an_app(felix, town["felix"].account, home="Millbrook Libraries")
    invitation = invite_a_volunteer(felix, "June Whitlock", "june@example.org", "Central Library")
    june.sheet = set_up_with_a_printed_sheet(june, invitation)
    june.arrive("Your account")
    june.reads("You have no role at the moment. When one is asked for, a second person decides")

    felix.follow("Go to the member’s page", "June Whitlock")
    felix.reads("They cannot act until this is recorded:")
    record_training(felix, "June Whitlock", "Using this service")
    record_training(felix, "June Whitlock", "Consent and mental capacity")
    record_check(felix, "June Whitlock", "Basic check")
    felix.does_not_read("They cannot act until this is recorded:")
    waiting = ask_for_role(felix, "Helper")

    drawn = find_who_was_drawn(town, waiting)
    assert drawn is not town["felix"]
    with screens.sit_down("reviewer") as reviewer:
        drawn.is_let_in(reviewer)
        release(reviewer, waiting, "I rang the library: they know her.")


def somebody_new_is_registered(june: Screen) -> str:
    """Nobody is found; what was searched for is filled in already. One name is enough."""
    find_by_birth_date(june, "Kwabena", ("", "", "1942"), finds="Nobody was found")
    june.press("Register somebody new", "Register a person")
    expect(june.page.get_by_label("Name", exact=True)).to_have_value("Kwabena")
    expect(june.page.get_by_label("Year", exact=True)).to_have_value("1942")
    live_at(june, "3 Mill Lane", "Millbrook", "LS1 4AP")
    return register(june)


def somebody_of_the_same_name_is_registered(june: Screen) -> None:
    """Another Mair Ellis, born the same day: shown before a second record is made."""
    june.open("/", "Today")
    find_by_birth_date(june, "Mair Ellis", BOTH_MAIRS_BORN, finds="1 person found")
    june.press("Register somebody new", "Register a person")
    june.press("Register this person", "This person may be registered already")
    june.reads("the same name and birth date")
    june.press("It is somebody else: register them", "A person’s page")
    june.reads("Person registered.")


def kwabena_gets_his_form_sent(june: Screen, kwabena: str) -> None:
    """A case, one page of consent with its receipt, the form with a break in the middle, and a
    double click at the end, which makes one application."""
    june.open(f"/people/{kwabena}", "A person’s page")
    case = open_case(
        june,
        "I want a Blue Badge: I cannot walk far.",
        service="Blue Badge",
        why="No phone, tablet or computer that they can use",
    )
    begin_beside_the_person(june, "Blue Badge")
    june.arrive("Help somebody who is here")
    receipt = tell_and_record_yes(june, "Apply for a Blue Badge")
    june.follow("Print a receipt for the person", "What you agreed to")
    june.reads("Kwabena", receipt, "You can stop it at any time.", "01632 960200")
    june.follow("Back", "The person said yes")
    june.press("Continue", "Help with a service")
    june.press("Continue", "Blue Badge")

    june.press("Continue the application", "Who is the badge for?")
    say_where_and_for_whom(june)
    say_what_the_need_is(june)
    june.press("Save and come back later", "Blue Badge")
    june.reads("Saved. You can go on with it later.")
    application = june.find_reference("A")
    june.open("/", "Today")
    june.reads("Applications begun and not submitted")
    june.follow(application, "Blue Badge")
    june.press("Continue the application", "Walking")
    describe_walking(june)
    say_what_helps(june)
    say_who_the_person_is(june)
    say_what_proves_it(june)
    read_back_and_declare(june)
    june.page.get_by_role("button", name="Declare and submit", exact=True).dblclick()
    june.arrive("Application submitted")
    june.reads(application)
    assert count_submissions() == 1

    june.page.go_back()
    june.arrive("Blue Badge")
    june.reads("It cannot be changed any more.")
    june.open(f"/cases/{case}", f"Case {case}")
    june.reads("Application: Blue Badge", "The person said yes: Blue Badge")


def kwabena_is_told_by_letter(app: Flask, felix: Screen, june: Screen, kwabena: str) -> None:
    """The visit ends, so its digest is due: one letter, which the library prints and posts."""
    june.open(f"/people/{kwabena}", "A person’s page")
    june.follow("Blue Badge", "The person said yes")
    june.press("The visit has ended", "A person’s page")
    send_what_is_due(app)
    felix.follow("Letters to print", "Letters to print")
    felix.follow("Print N-", "What we did for you")
    felix.reads(
        "Dear Kwabena",
        "3 Mill Lane",
        "We made a record for you.",
        "You said yes to help with this: Blue Badge. June Whitlock helps you.",
        "We finished a form for you, and it goes off now: Blue Badge.",
    )
    felix.press("Mark as posted", "Letters to print")
    felix.reads("No letter waits.")


def rhian_lets_june_act(app: Flask, june: Screen) -> tuple[str, str]:
    """Rhian agrees by a code that comes to her own phone; her reference, and her receipt's."""
    june.open("/", "Today")
    find_by_birth_date(june, "Rhian Jenkins", ("3", "5", "1958"), finds="1 person found")
    rhian = june.find_reference("P")
    june.follow(rhian, "A person’s page")
    ask_whether_somebody_may_act(
        june, "Do my council tax form", "Council Tax Reduction", "Fill in forms", "Send forms"
    )
    confirm_by_code(june, "123", read_code=lambda: read_code_on_phone(app))
    june.reads("June Whitlock can act for the person from now on.")
    june.press("Print a receipt for the person", "What you agreed to")
    receipt = june.find_reference("K")
    june.follow("Back", "The person said yes")
    june.follow("Go to the person’s record", "A person’s page")

    open_case(
        june,
        "Help with the council tax bill",
        service="Council Tax Reduction",
        why="Not confident with doing things online",
    )
    june.press("Start an application", "Help with a service")
    june.choose("Council Tax Reduction", "Fill in the form here, for the person")
    june.press("Continue", "Council Tax Reduction")
    june.press("Continue the application", "Where do you live?")
    june.choose("England")
    june.type("Council that you pay Council Tax to", "Millbrook Town Council")
    return rhian, receipt


def rhian_says_stop_elsewhere(june: Screen, priya: Screen, receipt: str) -> None:
    """At the Town Hall, while June's page is still open: her next save is refused, with the
    reason, and what she typed is kept."""
    priya.open("/", "Today")
    stop_by_number(priya, receipt)
    june.press(SAVE, "This was not saved")
    june.reads("What was agreed was ended on", "That it was refused is recorded.")
    june.reads("England", "Millbrook Town Council")
    june.follow("Open the page again", "Where do you live?")
    typed = june.page.get_by_label("Council that you pay Council Tax to", exact=True)
    expect(typed).to_have_value("Millbrook Town Council")


def mair_lets_priya_pay(town: Town, screens: Screens, priya: Screen) -> str:
    """Before a witness; £600 is more than a helper may be given by one human alone."""
    priya.open("/", "Today")
    find_by_birth_date(priya, "Mair Ellis", BOTH_MAIRS_BORN, finds="2 people found")
    mair = priya.find_reference("P")
    priya.follow(mair, "A person’s page")
    ask_whether_somebody_may_act(
        priya, "Pay the council tax for me", "Council Tax Reduction", "Fill in forms", most="600"
    )
    confirm_before_a_witness(priya, "Walter Hughes", "Her neighbour")
    priya.arrive("The yes is recorded")
    priya.reads("A second person looks at it before it begins.")
    priya.follow("See where it stands", "Let a helper act for a person")
    waiting = priya.find_reference("W")
    drawn = find_who_was_drawn(town, waiting)
    assert drawn is not town["priya"]
    with screens.sit_down("reviewer") as reviewer:
        drawn.is_let_in(reviewer)
        release(reviewer, waiting, "I telephoned her: she wants this.")
    priya.open(f"/people/{mair}", "A person’s page")
    priya.reads("Priya Nair", "Pay, up to a limit")
    return mair


def nadia_sees_it_all(nadia: Screen, kwabena: str, rhian: str, mair: str) -> None:
    """Each act, each look, each refusal: by person and by act; one opened, all taken away."""
    for person, acts in (
        (
            kwabena,
            (
                "Person registered June Whitlock Helper Millbrook Libraries",
                "Case opened June Whitlock",
                "Consent recorded June Whitlock",
                "Receipt printed June Whitlock",
                "Answers saved June Whitlock",
                "Answers read back June Whitlock",
                "Application submitted June Whitlock",
                "Letter printed Felix Brandt Manager Millbrook Libraries",
            ),
        ),
        (
            rhian,
            (
                "Person searched for June Whitlock",
                "Person’s record opened June Whitlock",
                "Code sent to the person June Whitlock",
                "Wrong code given June Whitlock",
                "Consent confirmed June Whitlock",
                "Delegation granted June Whitlock",
                "Consent withdrawn Priya Nair Helper Millbrook Town Council",
                "An act was refused Refused June Whitlock",
            ),
        ),
        (
            mair,
            (
                "An act was held for a second human Held Priya Nair",
                "Pending act released",
                "Delegation granted Priya Nair",
            ),
        ),
    ):
        lines = ask_about(nadia, person=person)
        for act in acts:
            assert any(act in line for line in lines), f"{act}: not in\n" + "\n".join(lines)

    (refusal,) = ask_about(nadia, person=rhian, action="An act was refused", helper="June")
    assert "June Whitlock Helper Millbrook Libraries" in refusal
    nadia.follow("An act was refused", "An act was refused")
    nadia.reads("June Whitlock", "Millbrook Libraries", rhian, "Its place in the journal")
    assert any("Signed in June Whitlock" in line for line in ask_about(nadia, helper="June"))

    ask_about(nadia, person=kwabena)
    head, *rows, checkpoint = save_as_csv(nadia)
    assert len(checkpoint) == 1  # what the file stands on
    assert {row[head.index("for person")] for row in rows} == {kwabena}
    own = {"journal.searched", "journal.exported"}  # nobody audits themself
    assert {row[head.index("action")] for row in rows} == set(list_actions(kwabena)) - own
