"""What was sent is awaited from that moment on; what nobody hears of for a quarter is chased."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update

from assistedaccess.audit import Action, record
from assistedaccess.casework.events import CaseHandedOver, CasesReassigned
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.routes import choose_route
from assistedaccess.people.rules import GoesOn
from assistedaccess.services.queries import find_service

from . import rules_outcomes
from .events import ApplicationSubmitted, RecordOfHelpMade
from .models import Application, RecordOfHelp
from .models_outcomes import AwaitedOutcome
from .rules_changes import Purpose
from .service_outcomes import SUBJECT, service_fact

AT_ONCE = 500
"""At most so many in one run; the next run goes on."""


def await_application(event: ApplicationSubmitted) -> None:
    """Await what becomes of a form. New payment details are in force, and await nothing."""
    row = get_session().get_one(Application, event.application_id)
    if row.purpose != Purpose.PAYMENT:
        _await(event.actor, row, application_id=row.id)


def await_help(event: RecordOfHelpMade) -> None:
    """Await what becomes of help elsewhere, where an application went off."""
    row = get_session().get_one(RecordOfHelp, event.record_id)
    if row.was_sent:
        _await(event.actor, row, record_of_help_id=row.id)


def _await(
    actor: Actor,
    row: Application | RecordOfHelp,
    *,
    application_id: UUID | None = None,
    record_of_help_id: UUID | None = None,
) -> None:
    view = find_service(row.service) if row.service else None
    today = clock.today()
    assert actor.account_id is not None  # noqa: S101  (authorise refused it)
    get_session().add(
        AwaitedOutcome(
            id=row.id,
            organisation_id=row.organisation_id,
            site_id=row.site_id,
            application_id=application_id,
            record_of_help_id=record_of_help_id,
            case_id=row.case_id,
            person_id=row.person_id,
            service=row.service,
            sent_on=today,
            account_id=actor.account_id,
            next_on=rules_outcomes.expect_on(today, view.entry.decision_weeks if view else None),
            chase_on=rules_outcomes.chase_on(today),
            version=1,
        )
    )
    get_session().flush()


def give_over(event: CasesReassigned) -> None:
    """What is awaited goes along with the case: it stands on the colleague's day from now on."""
    get_session().execute(
        update(AwaitedOutcome)
        .where(
            AwaitedOutcome.case_id.in_(event.case_ids), AwaitedOutcome.account_id == event.former
        )
        .values(account_id=event.account_id)
        .execution_options(synchronize_session=False)
    )


def hand_over(event: CaseHandedOver) -> None:
    """A last day that runs goes along with the case: who takes it has it on their day."""
    actor = event.actor
    get_session().execute(
        update(AwaitedOutcome)
        .where(
            AwaitedOutcome.case_id == event.case_id,
            or_(AwaitedOutcome.next_on.is_not(None), AwaitedOutcome.deadline_on.is_not(None)),
        )
        .values(
            case_id=event.new_case_id,
            organisation_id=actor.organisation_id,
            site_id=actor.site_id,
            account_id=actor.account_id,
        )
        .execution_options(synchronize_session=False)
    )


def chase_silence() -> int:
    """Ask people about what nobody has heard of for a quarter; returns how many. For `expire`.

    A second run on the same day finds nothing; after another quarter it is asked again. Who has
    died is asked nothing.
    """
    today = clock.today()
    rows = list(
        get_session().scalars(
            select(AwaitedOutcome)
            .join(Person, Person.id == AwaitedOutcome.person_id)
            .where(
                AwaitedOutcome.chase_on <= today,
                Person.died_on.is_(None),
                or_(Person.restricted.is_(None), Person.restricted != GoesOn.NOTHING),
            )
            .order_by(AwaitedOutcome.chase_on, AwaitedOutcome.id)
            .limit(AT_ONCE)
            .with_for_update(of=AwaitedOutcome, skip_locked=True)
        )
    )
    for row in rows:
        row.chase_on = rules_outcomes.chase_on(today)
        row.next_on = min(row.next_on or today, today - timedelta(days=1))  # on Today at once
        row.asked_on = today
        row.version += 1
        get_session().flush()
        record(
            Action.OUTCOME_ASKED,
            actor=SYSTEM,
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            subject=(SUBJECT, row.id),
            service=row.service,
            reason="silent",
        )
        queue_notice(
            actor=SYSTEM,
            person_id=row.person_id,
            kind=NoticeKind.OUTCOME_ASKED,
            route=choose_route(row.person_id, SYSTEM),
            organisation_id=row.organisation_id,
            facts=service_fact(row, get_person(row.person_id)),
        )
    return len(rows)
