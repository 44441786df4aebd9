"""Finding a person, never by browsing; registering them as they are when nobody is found."""

from __future__ import annotations

from .screen import Screen

BirthDate = tuple[str, str, str]
"""Day, month and year as they are typed; empty where they are not known."""


def find_by_birth_date(screen: Screen, name: str, born: BirthDate, *, finds: str) -> None:
    """Say that the person is here, and search; ``finds`` is the heading of what is found."""
    screen.press("Help somebody", "Find a person")
    screen.choose("The person is here")
    screen.type("Name", name)
    screen.choose("Their name and birth date")
    screen.type_date("Birth date", *born)
    screen.hit_enter(finds)


def register(screen: Screen) -> str:
    """Register what was filled in; the person's reference."""
    screen.press("Register this person", "A person’s page")
    screen.reads("Person registered. Their reference is")
    return screen.find_reference("P")


def live_at(screen: Screen, line: str, town: str, postcode: str) -> None:
    """Where they live, and that letters may go there."""
    screen.choose("At a UK address")
    screen.type("Address line 1", line)
    screen.type("Town or city", town)
    screen.type("Postcode", postcode)
    screen.choose("It is safe to send letters there")
