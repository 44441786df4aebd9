"""What is on its way to people, for tests in which years go by."""

from __future__ import annotations

from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit import Action, journal
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.notices.models import Notice


def settle_messages() -> None:
    """Every message has been tried, and failed; what waited for a second human was taken back."""

    def write() -> None:
        get_session().query(Notice).update({"state": "failed"})
        get_session().query(PendingAct).filter_by(state="waiting").update(
            {"state": "withdrawn", "decided_at": clock.now()}
        )
        journal.record(Action.NOTICE_FAILED, actor=SYSTEM)

    run_transaction(write)
