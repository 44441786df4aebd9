"""Which applications, and what hangs on them, are a relative's own (audit.explain.check_theirs)."""

from __future__ import annotations

from sqlalchemy import String, cast, exists, literal, or_

from assistedaccess.audit.explain import BY_THIS_ACCOUNT, register_theirs, theirs
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import OPENED_AND_KEPT
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.queries import IS_LIVE

from .models import Application, Evidence, RecordOfHelp
from .models_outcomes import AwaitedOutcome
from .models_payments import Payment


def register() -> None:
    """Applications of a case of theirs, or of a service for which the person lets them act; help,
    payments and outcomes that they began."""
    own = exists().where(Case.id == Application.case_id, OPENED_AND_KEPT)
    let = exists().where(
        Delegation.person_id == Application.person_id,
        Delegation.holder_account_id == BY_THIS_ACCOUNT,
        IS_LIVE,
        cast(Delegation.services, String).contains(literal('"') + Application.service + '"'),
    )
    register_theirs("application", theirs(Application.id, or_(own, let)))
    register_theirs(
        "evidence",
        theirs(Evidence.id, Application.id == Evidence.application_id, or_(own, let)),
    )
    register_theirs(
        "awaited_outcome", theirs(AwaitedOutcome.id, AwaitedOutcome.account_id == BY_THIS_ACCOUNT)
    )
    register_theirs(
        "record_of_help", theirs(RecordOfHelp.id, RecordOfHelp.made_by == BY_THIS_ACCOUNT)
    )
    register_theirs("payment", theirs(Payment.id, Payment.begun_by == BY_THIS_ACCOUNT))
