"""A manager says what they found out about a sign of a break-in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound

from . import alarms, service_alarms, words
from .forms_alarms import SettleAlarmForm
from .views import bp


@bp.route("/team/alarms/<uuid:alarm_id>", methods=["GET", "POST"])
@requires(Permission.TEAM_SUPERVISE)
def settle_alarm(alarm_id: UUID) -> ResponseReturnValue:
    """What it is, and the form; one that is put away already leads back to the team."""
    actor = get_actor()
    form = SettleAlarmForm()
    if form.validate_on_submit():
        try:
            service_alarms.settle_alarm(
                actor=actor,
                alarm_id=alarm_id,
                found=form.found.data or "",
                words=form.words.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Put away. What you found is in the journal."), "success")
            return redirect(url_for("desk.view_team"), code=303)
    assert actor.organisation_id is not None  # noqa: S101  (the permission is a member's)
    alarm = alarms.find_alarm(actor.organisation_id, alarm_id)
    if alarm is None:
        raise NotFound
    if alarms.is_settled(alarm_id):
        return redirect(url_for("desk.view_team"), code=303)
    return render_template(
        "organisations/settle_alarm.html",
        alarm=alarm,
        form=form,
        is_own=service_alarms.is_own(actor, alarm),
        words=words,
    ), form.status
