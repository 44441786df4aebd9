"""How a step ends that nobody thought of."""

from __future__ import annotations

from assistedaccess.kernel.controls import Finding, Verdict, hold
from assistedaccess.rehearsing.play import attempt


def _divide() -> None:
    1 / 0  # noqa: B018


def _hold() -> None:
    raise hold(
        [
            Finding(Verdict.HOLD, "first", "Somebody looks.", "Ask a colleague."),
            Finding(Verdict.HOLD, "second", "Somebody else looks.", "Ask a colleague."),
            Finding(Verdict.HOLD, "third", "Somebody looks again.", "Ring the person."),
        ]
    )


def test_a_fault_of_the_application_ends_its_step_and_no_more() -> None:
    outcome = attempt(_divide)
    assert (outcome.verdict, "ZeroDivisionError" in outcome.words) == ("broken", True)


def test_a_hold_says_everything_that_would_speed_it_up() -> None:
    outcome = attempt(_hold)
    assert outcome.codes == ("first", "second", "third")
    assert outcome.words == "Somebody looks. Ask a colleague. Ring the person."
