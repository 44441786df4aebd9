"""What a safeguarding lead's decision on a silent call for help settles."""

from __future__ import annotations

from assistedaccess.approvals.events import PendingActDecided
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.consent import silent
from assistedaccess.kernel.database import get_session

from .service import GRANT_COMMAND


def settle_silent_help(event: PendingActDecided) -> None:
    """Once the safeguarding lead has decided, what the person agrees to is as before.

    That whoever asked takes it back settles nothing: the next yes waits as well.
    """
    if event.command != GRANT_COMMAND:
        return
    row = get_session().get_one(PendingAct, event.pending_act_id)
    by_lead = row.deciding_role is not None and row.state != State.WITHDRAWN
    if by_lead and row.person_id is not None and row.organisation_id is not None:
        silent.settle(row.person_id, row.organisation_id)
