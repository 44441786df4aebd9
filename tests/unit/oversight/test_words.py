"""An auditor reads words, not codes: every action of the journal has its own."""

import re
from pathlib import Path

import assistedaccess
from assistedaccess.audit import Action
from assistedaccess.consent.rules import Power
from assistedaccess.consent.words import POWERS
from assistedaccess.my_record.words import WHY
from assistedaccess.notices.rules import Channel
from assistedaccess.notices.rules import State as NoticeState
from assistedaccess.oversight import words_why
from assistedaccess.oversight.words import ACTIONS, SUBJECTS
from assistedaccess.oversight.words_reasons import REASONS
from assistedaccess.people.rules import LookWhy
from assistedaccess.rehearsing.reasons import APART, list_reason_codes, list_refusals


def test_every_action_has_words_of_its_own() -> None:
    assert set(ACTIONS) == set(Action)
    said = [text._args[0] for text in ACTIONS.values()]
    assert len(said) == len(set(said))


def test_every_code_beside_an_event_has_words() -> None:
    """An auditor, and a court, read no key of ours where there is a name that people say."""
    assert {f"explained.{code}" for code in words_why.EXPLAINED_BY} == {
        code for code in WHY if code.startswith("explained.")
    }
    assert {*LookWhy} <= {*words_why.STATED}
    assert {*Channel} == {*words_why.CHANNELS}
    assert {*NoticeState} == {*words_why.NOTICE_STATES}
    assert {*Power} == {*POWERS}
    apart = {each.reason_code for each in list_refusals() if _is_apart(each.__module__)}
    assert not {*list_reason_codes()} - apart - {*REASONS}  # of each rule and control


def _is_apart(module: str) -> bool:
    """Whether it is of the rehearsals, the bench or a test: no auditor ever reads it."""
    package, _, rest = module.partition(".")
    return package != "assistedaccess" or rest.partition(".")[0] in APART


def test_every_kind_of_record_has_a_name() -> None:
    sources = Path(assistedaccess.__file__).parent.rglob("*.py")
    named = re.compile(r"(?:subject|authority)=\(\"([a-z_]+)\"")
    assert {kind for each in sources for kind in named.findall(each.read_text())} <= {*SUBJECTS}
