"""Cases that were drawn for supervision."""

from __future__ import annotations

from uuid import UUID

from assistedaccess.accounts.models import Account
from assistedaccess.casework.models import Case
from assistedaccess.desk.models import SupervisionItem
from assistedaccess.desk.rules_supervision import month_before
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import run_transaction


def make_item(case_id: UUID) -> UUID:
    """The case, as if it had been drawn of last month's work of whoever looks after it."""

    def write() -> UUID:
        session = get_session()
        case = session.get_one(Case, case_id)
        item = SupervisionItem(
            id=new_id(),
            organisation_id=case.organisation_id,
            month=month_before(clock.today())[0],
            account_id=case.assigned_to,
            human_id=session.get_one(Account, case.assigned_to).human_id,
            case_id=case.id,
            person_id=case.person_id,
            checkpoint_size=1,
            drawn_at=clock.now(),
        )
        session.add(item)
        return item.id

    return run_transaction(write)
