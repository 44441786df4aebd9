"""Data sharing agreements: when one counts. Pure.

Information Commissioner's Office, Data sharing: a code of practice (Data Protection Act 2018,
s.121): organisations that share data routinely have an agreement that says what is shared and why,
and look at it again at a set time.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from assistedaccess.kernel.errors import Refused

LONGEST_WORDS = 500
LONGEST_YEARS = 3
"""Nobody agrees for longer without looking at it again."""


class AgreementState(StrEnum):
    """How an agreement stands."""

    PROPOSED = "proposed"
    LIVE = "live"
    NOT_STARTED = "not_started"
    REVIEW_DUE = "review_due"
    ENDED = "ended"


class OwnProposal(Refused):
    """Whoever proposed an agreement does not confirm it for the other side."""

    reason_code = "own_proposal"


class AgreementOver(Refused):
    """It has been ended."""

    reason_code = "agreement_over"


def find_state(
    *, is_confirmed: bool, is_ended: bool, starts_on: date, review_on: date, today: date
) -> AgreementState:
    """How an agreement stands today; both days count."""
    if is_ended:
        return AgreementState.ENDED
    if not is_confirmed:
        return AgreementState.PROPOSED
    if today < starts_on:
        return AgreementState.NOT_STARTED
    return AgreementState.LIVE if today <= review_on else AgreementState.REVIEW_DUE
