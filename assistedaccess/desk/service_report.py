"""The report to funders: a recorded look, as page or as file."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.organisations.models import Organisation

from . import queries_report
from .queries_report import Report
from .rules_report import MOST_AN_HOUR, By, list_quarters


@command("desk.view_report")
def view_report(*, actor: Actor, quarter: str, by: str, as_file: bool = False) -> Report:
    """The report of one quarter that is over, of the manager's own organisation.

    ``quarter`` as rules_report.Quarter writes itself. Raises InvalidInput for one that is not over,
    or for no way to lay it out.
    """
    require(actor, Permission.REPORT_VIEW)
    if actor.organisation_id is None:
        raise NotFound
    chosen = next((each for each in list_quarters(clock.today()) if str(each) == quarter), None)
    if chosen is None:
        raise InvalidInput("quarter", _("Select a quarter that is over"))
    if by not in set(By):
        raise InvalidInput("by", _("Select how it is laid out"))
    record(
        Action.REPORT_VIEWED,
        actor=actor,
        reason="file" if as_file else "page",
        details={"quarter": quarter, "by": by},
    )
    return queries_report.gather_report(actor.organisation_id, chosen, By(by))


@command("desk.set_hourly_cost")
def set_hourly_cost(*, actor: Actor, pence: int | None) -> UUID:
    """Keep what an hour of help costs the manager's organisation, or take it away."""
    require(actor, Permission.REPORT_VIEW)
    if actor.organisation_id is None:
        raise NotFound
    if pence is not None and not 0 < pence <= MOST_AN_HOUR:
        raise InvalidInput("hourly_cost", _("Enter an amount between 1p and £1,000"))
    row = get_session().get_one(Organisation, actor.organisation_id, with_for_update=True)
    row.hourly_cost_pence = pence
    record(
        Action.HOURLY_COST_SET,
        actor=actor,
        subject=("organisation", row.id),
        details={"pence": pence},
    )
    return row.id
