"""The way to an appointee: a case whose first contact is today, with its first step."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _

from assistedaccess.delegation.events import AppointeeNeeded
from assistedaccess.kernel import clock

from .rules import WhyHelp
from .service import open_case

FIRST_STEP_WITHIN = timedelta(days=3)


def open_appointee_case(event: AppointeeNeeded) -> None:
    """Open the case in the transaction in which it was found that nobody can decide or act.

    Its date of first contact protects the claim; who becomes appointee can then make it.
    """
    open_case(
        actor=event.actor,
        person_id=event.person_id,
        need=_("The person cannot decide today and nobody has legal authority: find an appointee"),
        why_help=[str(WhyHelp.OTHER)],
        first_contact_on=clock.today(),
        service=event.service,
        first_task=_("Ask the department to appoint somebody, and find out who it could be"),
        first_task_due_on=clock.today() + FIRST_STEP_WITHIN,
    )
