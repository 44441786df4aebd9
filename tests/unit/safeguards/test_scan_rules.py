"""What the scan raises: the same words as the auditors' queue, by the signals of the measure."""

from __future__ import annotations

from assistedaccess.oversight import words
from assistedaccess.oversight.rules_flags import DUE_AFTER, FlagKind
from assistedaccess.rehearsing.reasons import list_reason_codes
from assistedaccess.safeguards.scan_rules import (
    FLAGS,
    NO_AUTHORITY,
    NO_DOUBT,
    TRIED,
    Suspicion,
    find_kinds,
    find_tried,
)
from assistedaccess.safeguards.signals import NAMES
from assistedaccess.safeguards.signals_seen import Seen, SeenLook


def test_its_words_are_those_of_the_queue() -> None:
    kinds = {str(kind) for kind in FlagKind}
    assert {str(kind) for kind in Suspicion} < kinds
    assert set(words.FOUND) == {FlagKind(str(kind)) for kind in Suspicion}
    assert set(words.FLAG_KINDS) == set(FlagKind) == set(DUE_AFTER)
    assert all(len(kind) <= 20 for kind in kinds)  # the column's width


def test_its_signals_are_those_of_the_measure() -> None:
    assert set(FLAGS) <= set(NAMES)


def test_each_kind_can_be_raised() -> None:
    assert set(FLAGS.values()) | set(TRIED.values()) | NO_DOUBT == set(Suspicion)


def test_reason_codes_are_those_of_refusals_and_holds_that_there_are() -> None:
    assert set(TRIED) <= set(list_reason_codes())
    assert not set(TRIED) & set(NO_AUTHORITY)


def test_what_a_landlord_and_a_library_do_raises_nothing() -> None:
    many = Seen(kind="change_payee", people_on_account=40, account_by_hand=0.05)
    assert find_kinds(many) == set()
    assert find_kinds(SeenLook(kind="search", searches_in_a_day=40, searches_opened=38)) == set()
    assert find_kinds(Seen(kind="apply", consent_state="expired", slips=1)) == set()
    assert find_tried("reason_needed") == set()


def test_what_the_scenarios_tell_does() -> None:
    own = Seen(kind="change_payee", people_on_account=6, account_by_hand=0.9)
    assert find_kinds(own) == {Suspicion.SHARED_ACCOUNT}
    again = Seen(kind="apply", consent_state="expired", slips=2)
    assert find_kinds(again) == {Suspicion.REFUSED_AGAIN}
    pair = Seen(kind="review", pair_reviews=3, pair_share=0.9, pair_quick=3)
    assert find_kinds(pair) == {Suspicion.REVIEW_PAIR}
    assert find_tried("identity_cluster") == {Suspicion.GHOSTS}
