"""Reads are acts: no page shows whose it is without an event in the journal (design, 4.4)."""

from __future__ import annotations

from tests.factories.world import World

from .crawl import Crawl
from .probes import listed
from .test_v14_privacy import private

RESULTS_OF_A_SEARCH = "people.list_results"
"""The search itself was recorded, with how many and whom it showed, before it led here."""

WAITING_ROOM = "casework.show_waiting_room"
"""A first name or a number on a wall, which its bearer chose to be called by."""

ABOUT_HELPERS = {
    "certificate",
    "Relative",
    "bank",
    "helper's phone",
    "email of invited",
    "Suspension",
    "Kept",
    "Tillreason",  # why a till did not hold what it should
}
"""Secrets of the world that are a helper's own, or about one: no look at a person."""


def test_every_page_that_shows_a_person_has_written_an_event(world: World, crawled: Crawl) -> None:
    words = [word for what, word in private(world.a).items() if what not in ABOUT_HELPERS]
    naming = [seen for seen in crawled.pages if any(word in seen.text for word in words)]
    assert len(naming) > 10
    silent = [
        str(seen)
        for seen in naming
        if seen.route.endpoint not in (RESULTS_OF_A_SEARCH, WAITING_ROOM)
        and not seen.route.endpoint.startswith("accounts.")  # one's own account
        and not any("INTO audit_event" in statement for statement in seen.statements)
    ]
    assert not silent, listed(silent)
