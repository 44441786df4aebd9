"""What ties a helper to one application, or to what hangs on it (audit.explain.Tie).

A reason to see the person is none to read every form that anybody here filled in for them: a day's
yes to a bus pass is none to her disability benefit (A20).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, not_, or_, select
from sqlalchemy import bindparam as given
from sqlalchemy.orm import aliased

from assistedaccess.audit.explain import BY_THIS_ACCOUNT, Tie
from assistedaccess.casework.models import Case, Task
from assistedaccess.casework.models_appointments import Appointment
from assistedaccess.casework.queries_appointments import BOOKED_BY_COLLEAGUE
from assistedaccess.casework.queries_reasons import (
    TASK_FROM_COLLEAGUE,
    WAITS_HERE,
    at_site_of,
    has_taken,
)
from assistedaccess.consent.models import Consent
from assistedaccess.consent.service_viewing import SAID_TODAY
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.queries_reasons import IS_HELD

from .models import AnswerPage, Application, Evidence, RecordOfHelp, Submission
from .models_outcomes import AwaitedOutcome

LEFT_OUT = or_(
    exists().where(SAID_TODAY),
    exists().where(IS_HELD, Delegation.holder_account_id == BY_THIS_ACCOUNT),
)
"""The person has said to this very helper what they may do: what a colleague began at the same
desk is theirs to read once the person says so too."""


def _names(services: Any, service: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = cast(services, String).contains(literal('"') + service + '"')
    return found


def is_tied(own: ColumnElement[bool], service: Any, case_id: Any) -> ColumnElement[bool]:
    """Whether the helper's own work ties them, or the person's yes to this service, or the case
    that it is in: theirs, or one in which a colleague gave them something to do; and, where they
    have no yes of their own, of their site, or the queue in which the person waits there. Of what
    names no service no yes can leave it out. A colleague's case that they took themself is theirs
    where no yes leaves it out: else it would be a way round asking the person."""
    given_to_them = and_(
        Case.assigned_to == BY_THIS_ACCOUNT,
        or_(Case.opened_by == BY_THIS_ACCOUNT, not_(has_taken(case_id))),
    )
    return or_(
        own,
        exists().where(SAID_TODAY, _names(Consent.services, service)),
        exists().where(IS_HELD, _names(Delegation.services, service)),
        exists().where(Case.id == case_id, given_to_them),
        exists().where(Task.case_id == case_id, TASK_FROM_COLLEAGUE),
        exists().where(Appointment.case_id == case_id, BOOKED_BY_COLLEAGUE),
        and_(
            or_(not_(LEFT_OUT), service.is_(None)),
            or_(
                exists().where(
                    Case.id == case_id, or_(Case.assigned_to == BY_THIS_ACCOUNT, at_site_of(Case))
                ),
                exists().where(WAITS_HERE),
            ),
        ),
    )


_FILLED_IN = or_(
    Application.started_by == BY_THIS_ACCOUNT,
    Application.changed_by == BY_THIS_ACCOUNT,
    exists().where(
        AnswerPage.application_id == Application.id, AnswerPage.saved_by == BY_THIS_ACCOUNT
    ),
    exists().where(
        Submission.application_id == Application.id, Submission.submitted_by == BY_THIS_ACCOUNT
    ),
)
_claim = aliased(Application)
_CLAIMED = func.coalesce(
    select(_claim.service).where(_claim.id == Application.changes_id).scalar_subquery(),
    Application.service,
)
"""The service of an application; of a change report, that of the claim: a yes names no other."""
_OF_APPLICATION = is_tied(_FILLED_IN, _CLAIMED, Application.case_id)

APPLICATION = Tie(exists().where(Application.id == given("subject_id"), _OF_APPLICATION), LEFT_OUT)
EVIDENCE = Tie(
    exists().where(
        Evidence.id == given("subject_id"),
        Application.id == Evidence.application_id,
        _OF_APPLICATION,
    ),
    LEFT_OUT,
)
RECORD_OF_HELP = Tie(
    exists().where(
        RecordOfHelp.id == given("subject_id"),
        is_tied(
            RecordOfHelp.made_by == BY_THIS_ACCOUNT, RecordOfHelp.service, RecordOfHelp.case_id
        ),
    ),
    LEFT_OUT,
)
AWAITED_OUTCOME = Tie(
    exists().where(
        AwaitedOutcome.id == given("subject_id"),
        is_tied(
            AwaitedOutcome.account_id == BY_THIS_ACCOUNT,
            AwaitedOutcome.service,
            AwaitedOutcome.case_id,
        ),
    ),
    LEFT_OUT,
)
