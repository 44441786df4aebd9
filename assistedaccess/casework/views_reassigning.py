"""The manager's page on which somebody's cases go to a colleague."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    RadiosField,
    SelectField,
    SubmitField,
)

from . import queries, service_reassigning
from .service_reassigning import WhyReassigned
from .views import bp

WHY = {
    WhyReassigned.LEAVE: _l("They are on leave"),
    WhyReassigned.ILLNESS: _l("They are ill"),
    WhyReassigned.LEAVING: _l("They leave, or have left"),
    WhyReassigned.WORKLOAD: _l("They have too much to do"),
}


class ReassignForm(BaseForm):
    """From whom, to whom, and why."""

    former = SelectField(
        _l("Whose cases?"),
        name_in_errors=_l("Whose cases they are"),
        empty=_l("Select a helper"),
        required=_l("Select whose cases are given to somebody else"),
    )
    account_id = SelectField(
        _l("Who looks after them from now on?"),
        name_in_errors=_l("Who looks after them"),
        empty=_l("Select a colleague"),
        required=_l("Select a colleague"),
    )
    reason = RadiosField(
        _l("Why?"),
        choices=[Choice(why, words) for why, words in WHY.items()],
        required=_l("Select why"),
    )
    save = SubmitField(_l("Give them over"))


@bp.route("/team/cases", methods=["GET", "POST"])
@requires(Permission.CASE_REASSIGN)
def reassign_cases() -> ResponseReturnValue:
    """Give all open cases of one helper to another; who is helped does not stand here."""
    actor = get_actor()
    in_hand = service_reassigning.view_in_hand(actor=actor)
    form = ReassignForm()
    form.former.choices = [
        Choice(str(row.account_id), f"{row.name} ({row.cases})") for row in in_hand if row.cases
    ]
    form.account_id.choices = [
        Choice(str(colleague.account_id), colleague.name)
        for colleague in queries.list_colleagues(actor)
    ]
    if form.validate_on_submit():
        try:
            count = service_reassigning.reassign_cases(
                actor=actor,
                former=UUID(form.former.data),
                account_id=UUID(form.account_id.data),
                reason=form.reason.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(
                ngettext(
                    "%(num)s case has been given over.",
                    "%(num)s cases have been given over.",
                    count,
                ),
                "success",
            )
            return redirect(url_for(".reassign_cases"), code=303)
    return render_template("casework/reassign_cases.html", form=form, in_hand=in_hand), form.status
