"""A person confirms, by each of the ways: from the choice of one to what came of it."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.models import Notice
from assistedaccess.people.queries import get_person
from assistedaccess.people.service import state_reason

from .agreeing import ask_whether_somebody_may_act
from .cast import Worker
from .screen import Screen

SERVICE = "Council Tax Reduction"
LITTLE = ("Fill in forms", "Send forms")
SAID_YES = "The person said yes"


def ask(screen: Screen, worker: Worker, person_id: UUID, *powers: str, most: str = "") -> str:
    """From the person's page to the choice of ways; the person's reference."""
    state_reason(actor=worker.actor, person_id=person_id, reason="person_is_here")
    with reading():
        reference = get_person(person_id).reference
    screen.open(f"/people/{reference}", "A person’s page")
    ask_whether_somebody_may_act(
        screen, "Do my council tax form", SERVICE, *(powers or LITTLE), most=most
    )
    return reference


def _begin(screen: Screen, worker: Worker, person_id: UUID, where: str) -> None:
    """The list of what is asked; then the words are on the screen."""
    state_reason(actor=worker.actor, person_id=person_id, reason="person_is_here")
    with reading():
        reference = get_person(person_id).reference
    screen.open(f"/people/{reference}/delegations/ask", "Let somebody act for the person")
    screen.type("What does the person want done?", "Do my council tax form")
    screen.page.get_by_label("this helper").check()
    screen.choose(SERVICE, *LITTLE, where)
    screen.page.get_by_label("90 days, until").check()
    screen.press("Continue", "Read this to the person")


def read_and_say_back(screen: Screen) -> None:
    """From the words to the choice of ways."""
    screen.choose("I have read all of this aloud, or the person has read it")
    screen.press("Continue", "Ask the person to say it back")
    screen.type("What will be done for you?", "She fills in the form and sends it")
    screen.type("Until when?", "Until the end of winter")
    screen.type("How can you stop it?", "I ring up or come in")
    screen.type("Do you want this?", "Yes, please do")
    screen.choose("No")
    screen.press("Continue", "How does the person confirm it?")


def ask_by_telephone(screen: Screen, worker: Worker, person_id: UUID) -> None:
    """To the choice of ways, the person being on the telephone."""
    _begin(screen, worker, person_id, "On the telephone")
    read_and_say_back(screen)


def ask_for_a_visit(screen: Screen, worker: Worker, person_id: UUID) -> None:
    """To the words, which are to be printed for a visit."""
    _begin(screen, worker, person_id, "Here with me")


def read_letter(screen: Screen) -> str:
    """Whoever prints the letter sees its code once; after it is posted nobody does."""
    screen.open("/letters-to-print", "Letters to print")
    with reading() as session:
        letter = session.scalars(
            select(Notice.reference).where(Notice.kind == "consent_letter")
        ).one()
    screen.follow(f"Print {letter}", "Will you let somebody act for you?")
    screen.reads("Council Tax Reduction", "Send forms")
    found = re.search(r"\b(\d{3}) (\d{3})\b", screen.page.locator(".app-codes").inner_text())
    assert found is not None
    screen.press("Mark as posted")
    return found[1] + found[2]


def find_start(person_id: UUID) -> datetime:
    """When the person's newest delegation began."""
    with reading() as session:
        return session.scalars(
            select(Delegation.starts_at)
            .where(Delegation.person_id == person_id)
            .order_by(Delegation.id.desc())
        ).first()


def choose(screen: Screen, way: str, heading: str) -> None:
    """By that way."""
    screen.choose(way)
    screen.press("Continue", heading)


def begins(screen: Screen) -> None:
    """It has begun, and how strong the yes is, and why, can be read by anybody who opens it."""
    screen.arrive(SAID_YES)
    screen.reads("can act for the person from now on.")


def reads_how_it_is_proven(screen: Screen, strength: str, *reasons: str) -> None:
    """The yes itself, with its strength and the reasons."""
    screen.follow("See how the yes is proven", SAID_YES)
    screen.reads(strength, *reasons)


def find_position(screen: Screen) -> int:
    """Which number of the card is asked for."""
    found = re.search(r"number (\d+) of their card", screen.text)
    assert found is not None, screen.text
    return int(found[1])
