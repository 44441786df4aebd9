"""Who lifts a stop, and at whose word. Pure.

The person lifts it before any helper but the one who was stopped (design, section 4, rule 6).
"""

from __future__ import annotations

from flask_babel import gettext as _

from assistedaccess.consent.rules import HowSaid
from assistedaccess.kernel.errors import Refused


class OwnStop(Refused):
    """Nobody lifts the stop on their own acts."""

    reason_code = "own_stop"


class NotRungBack(Refused):
    """Nobody lifts a stop at the word of a caller."""

    reason_code = "lift_by_inbound_call"


def check_lifting(*, is_own: bool) -> None:
    """Raise OwnStop when the one whose acts are stopped would lift the stop."""
    if is_own:
        raise OwnStop(
            _("The stop is on what you or your organisation do, so you cannot lift it."),
            next_step=_("The person can lift it in front of a helper of another organisation."),
        )


def check_heard(how: HowSaid, *, has_number: bool) -> None:
    """Raise NotRungBack when the person is not there, and there is no number to ring them on.

    Whoever rings and knows a birth date is not therefore the person, and what is lifted is power
    (scenario A25). ``has_number``: one that neither who lifts it nor who was stopped has entered,
    and that is no newer than people.rules_routes.INDEPENDENT_AFTER.
    """
    if how is not HowSaid.IN_FRONT and not has_number:
        raise NotRungBack(
            _("There is no number in the record to ring the person on about this."),
            next_step=_("They can lift the stop in front of you, or at any other desk."),
        )
