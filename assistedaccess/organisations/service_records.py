"""Commands by which training and background checks are recorded: by a manager, not by oneself."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_word
from assistedaccess.kernel.working_days import add_months

from . import rules
from .inputs import read_name, read_past_day
from .models import BackgroundCheck, Training
from .queries import requirements_of
from .queries_members import CERTIFICATE
from .service_members import lock_membership, record_on_membership


@command("organisations.record_training")
def record_training(*, actor: Actor, membership_id: UUID, course: str, completed_on: date) -> UUID:
    """Record a completed course. How long it counts is the organisation's requirement."""
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, organisation = lock_membership(actor, membership_id)
    today = clock.today()
    word = read_word("course", course, rules.Course, _("Select the training"))
    read_past_day("completed_on", completed_on, today)
    months = requirements_of(organisation).training_valid_months
    expires_on = add_months(completed_on, months)
    if expires_on < today:
        raise InvalidInput(
            "completed_on",
            _("Training counts for %(months)s months here: this was longer ago", months=months),
        )
    training = Training(
        id=new_id(),
        organisation_id=row.organisation_id,
        membership_id=row.id,
        course=word,
        completed_on=completed_on,
        expires_on=expires_on,
        recorded_at=clock.now(),
        recorded_by=actor.account_id,
    )
    get_session().add(training)
    record_on_membership(
        Action.TRAINING_RECORDED,
        actor,
        row,
        {"course": word, "completed_on": completed_on.isoformat()},
    )
    return training.id


@command("organisations.record_check")
def record_check(
    *,
    actor: Actor,
    membership_id: UUID,
    level: str,
    checked_on: date,
    certificate: str | None = None,
) -> UUID:
    """Record that the actor has seen a criminal record check of that level.

    What stands on it is not kept. Of a family helper no more than a basic check can be asked: the
    law's higher ones are for work (rules).
    """
    require(actor, Permission.MEMBERSHIP_CHANGE)
    row, organisation = lock_membership(actor, membership_id)
    today = clock.today()
    word = read_word("level", level, rules.CheckLevel, _("Select the kind of check"))
    if row.kind == rules.MembershipKind.FAMILY and word is not rules.CheckLevel.BASIC:
        raise InvalidInput(
            "level", _("The law does not let anybody ask this check of a family helper")
        )
    read_past_day("checked_on", checked_on, today)
    months = requirements_of(organisation).check_valid_months
    expires_on = add_months(checked_on, months)
    if expires_on < today:
        raise InvalidInput(
            "checked_on",
            _("Checks count for %(months)s months here: this was longer ago", months=months),
        )
    number = read_name("certificate", certificate, "", most=60)
    check = BackgroundCheck(
        id=new_id(),
        organisation_id=row.organisation_id,
        membership_id=row.id,
        level=word,
        certificate=encryption.seal(row.account_id, CERTIFICATE, number) if number else None,
        checked_on=checked_on,
        expires_on=expires_on,
        seen_by=actor.account_id,
        recorded_at=clock.now(),
    )
    get_session().add(check)
    record_on_membership(
        Action.CHECK_RECORDED, actor, row, {"level": word, "checked_on": checked_on.isoformat()}
    )
    return check.id
