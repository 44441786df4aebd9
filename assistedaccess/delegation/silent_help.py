"""What a silent call for help holds, who decides on it, and what their decision settles."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Role
from assistedaccess.approvals import reserved
from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.reserved import Reservation
from assistedaccess.approvals.rules import State
from assistedaccess.consent import silent
from assistedaccess.consent.events import SilentHelpAsked
from assistedaccess.kernel.database import get_session
from assistedaccess.people.queries_merging import list_records
from assistedaccess.people.rules_merging import BY_TWO


def list_words() -> list[tuple[object, object]]:
    """What the safeguarding lead, who alone is drawn then, has to know before all else."""
    return [
        (
            _("Call for help"),
            _(
                "The person gave their silent sign, with this or with something else that day. "
                "Nobody but the leads was told, the helper neither. To everybody it is an act "
                "that waits. Read the urgent concern first."
            ),
        ),
        (
            _("What to do"),
            _(
                "Speak with the person alone, at their safe contact or at their next visit. "
                "Release it only if they tell you that they want it. The reason that you write is "
                "read by who asked: write what you would write of any other."
            ),
        ),
        (
            _("If it cannot wait"),
            _(
                "Danger now: ring 999; if it is not safe to speak, press 55. At night and at "
                "weekends: ring the council’s emergency duty team; in Northern Ireland, the "
                "emergency social work service."
            ),
        ),
    ]


RESERVATION = Reservation(role=Role.SAFEGUARDING_LEAD, is_reserved=silent.is_open, words=list_words)
"""While a call for help is open, whatever is held for this person there is the lead's to decide."""


def reserve_what_waits(event: SilentHelpAsked) -> None:
    """No reviewer lets an earlier act begin of somebody who has asked for help since, under
    whichever of their records it waits."""
    for one in list_records(event.person_id):
        reserved.reserve_waiting(one, event.organisation_id, RESERVATION.role)


def settle_silent_help(event: PendingActDecided) -> None:
    """Once the lead has decided on all that waits for them, what the person agrees to is as before.

    That whoever asked takes it back settles nothing: the next yes waits as well.
    """
    row = get_session().get_one(PendingAct, event.pending_act_id)
    if row.person_id is None or row.organisation_id is None:
        return
    if row.deciding_role != RESERVATION.role or row.state == State.WITHDRAWN:
        return
    if row.command in BY_TWO:  # whose record it is answers no call for help
        return
    settle_if_nothing_waits(row.person_id, row.organisation_id)


def settle_if_nothing_waits(person_id: UUID, organisation_id: UUID) -> None:
    """Settle a call for help, unless something waits on which the lead has still to decide,
    under whichever of their records."""
    if not any(
        reserved.has_waiting(one, organisation_id, RESERVATION.role)
        for one in list_records(person_id)
    ):
        silent.settle(person_id, organisation_id)
