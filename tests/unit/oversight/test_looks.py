"""What counts as a look: an auditor who asks who saw what must not miss a kind of paper."""

from __future__ import annotations

from assistedaccess.audit import Action
from assistedaccess.my_record.words import LOOKED, SENTENCES
from assistedaccess.oversight.rules import LOOKS

SEEING = {
    *("bundled", "compared", "event_opened", "exported", "letter_printed", "listed", "opened"),
    *("printed", "searched", "shown", "viewed", "duplicate_shown"),
}
BEGINNING = {
    *("appointee_route.opened", "case.opened", "finding.opened", "till.opened"),
}
"""What is opened so that something can be written in it: an act."""


def test_whatever_shows_something_is_a_look() -> None:
    shows = {str(each) for each in Action if each.partition(".")[2] in SEEING}
    assert shows - BEGINNING - set(LOOKS) == set()


def test_what_a_person_is_told_of_as_a_look_is_one_for_the_auditor_too() -> None:
    told = {str(action) for action, said in SENTENCES.items() if said.kind == LOOKED}
    assert told - set(LOOKS) == {"record_session.proven"}  # their own, online: no look at anybody


def test_looks_are_actions() -> None:
    assert set(LOOKS) <= {str(each) for each in Action}
