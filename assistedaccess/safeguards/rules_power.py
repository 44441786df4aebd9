"""The family of people in power: who decides does not prepare what they decide on. Pure.

Own grants, own reviews, own organisations and single-handed rules are refused or held where they
are done (organisations.service_roles, approvals.service, consent.service_policy, oversight).
"""

from __future__ import annotations

from flask_babel import gettext as _

from assistedaccess.kernel.controls import Verdict

from . import acts
from .facts import Facts
from .reasons import Reason
from .rule import Rule
from .settings import Settings


def does_reviewer_change_contact(facts: Facts, settings: Settings) -> bool:
    """Whether who is to decide on something about the person changes how they are reached.

    Source: scenario A44: a reviewer who turns off the letters before approving. The same human in
    whichever role; somebody else of the desk can do it for the person at once.
    """
    return facts.person is not None and facts.person.is_reviewed_by_actor


RULES = (
    Rule(
        Reason.REVIEWER_CHANGES_CONTACT,
        1,
        Verdict.REFUSE,
        acts.CONTACT | {acts.SILENCE},
        does_reviewer_change_contact,
        lambda: _(
            "You are to decide on something about this person, so somebody else changes how they "
            "are reached."
        ),
        twin="L02",
        next_step=lambda: _(
            "Ask a colleague to record what the person wants. Or hand the decision back first."
        ),
    ),
)
