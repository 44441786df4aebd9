"""An auditor reads words, not codes: every action of the journal has its own."""

from assistedaccess.audit import Action
from assistedaccess.oversight.words import ACTIONS


def test_every_action_has_words_of_its_own() -> None:
    assert set(ACTIONS) == set(Action)
    said = [text._args[0] for text in ACTIONS.values()]
    assert len(said) == len(set(said))
