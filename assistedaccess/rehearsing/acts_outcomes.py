"""What becomes of what was sent: heard from the other side."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from assistedaccess.applications.models_outcomes import AwaitedOutcome
from assistedaccess.applications.rules_outcomes import Correction, LimitFrom, OutcomeKind
from assistedaccess.applications.service_outcomes import hear_outcome as hear
from assistedaccess.kernel import clock
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading

from .acts_applications import APPLICATIONS, OfApplication
from .kinds import ByAccount, Day, Money, OfPerson, Text, choice
from .register import act
from .stage import Stage


def _version(awaited_id: UUID) -> int:
    with reading() as session:
        awaited = session.get(AwaitedOutcome, awaited_id)
    if awaited is None:
        raise LookupError("This was not sent, so nothing is to be heard of it.")
    return awaited.version


@act(APPLICATIONS)
def hear_outcome(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    outcome: Annotated[str, choice(OutcomeKind)],
    happened: Day | None = None,
    weekly: Money | None = None,
    arrears: Money | None = None,
    words: Text = "",
    limit_from: Annotated[str, choice(LimitFrom)] = "rule",
    correction: Annotated[str | None, choice(Correction)] = None,
    application: OfApplication = None,
) -> None:
    """Write down what was heard of an application: that it came, was decided, paid or refused."""
    awaited_id = stage.find("application", application, person)
    has_limit = outcome in (OutcomeKind.DECIDED, OutcomeKind.REFUSED, OutcomeKind.MORE_ASKED)
    hear(
        actor=stage.actor(by, "helper"),
        awaited_id=awaited_id,
        version=_version(awaited_id),
        kind=outcome,
        happened_on=stage.day(happened) or clock.today(),
        weekly_pence=weekly,
        arrears_pence=arrears,
        words=words or None,
        limit_from=limit_from if has_limit else None,
        correction=correction,
        request_key=new_request_key(),
    )
