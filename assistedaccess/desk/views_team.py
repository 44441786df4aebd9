"""The manager's view of the team, and supervision by sample."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.kernel.ids import read_key
from assistedaccess.kernel.partial_date import PartialDate
from assistedaccess.organisations.words import ALARMS

from . import forms_supervision, service_supervision, service_team, words
from .forms import TeamForm
from .rules_supervision import CASES_A_MONTH, Question
from .views import bp


@bp.get("/team")
@requires(Permission.TEAM_VIEW)
def view_team() -> ResponseReturnValue:
    """How long people wait, who carries what, what is late or lapses soon: of a site, or of all."""
    site_id = read_key(request.args.get("site"))
    team = service_team.view_team(actor=get_actor(), site_id=site_id)
    form = TeamForm(site=str(site_id) if site_id else "")
    form.site.choices = [Choice(str(site.id), site.name) for site in team.sites]
    return render_template("desk/view_team.html", team=team, form=form, alarms=ALARMS)


@bp.route("/team/supervision", methods=["GET", "POST"])
@requires(Permission.TEAM_SUPERVISE)
def list_supervision() -> ResponseReturnValue:
    """What was drawn of last month; or the button that draws it. One's own work is not there."""
    actor = get_actor()
    form = forms_supervision.DrawForm()
    if form.validate_on_submit():
        service_supervision.draw_supervision(actor=actor)
        return redirect(url_for(".list_supervision"), 303)
    found = service_supervision.list_supervision(actor=actor)
    return render_template(
        "desk/list_supervision.html",
        found=found,
        month=PartialDate(found.month.year, found.month.month, None),
        form=form,
        words=forms_supervision,
        cases_a_month=CASES_A_MONTH,
    ), form.status


@bp.route("/team/supervision/<uuid:item_id>", methods=["GET", "POST"])
@requires(Permission.TEAM_SUPERVISE)
def supervise_case(item_id: UUID) -> ResponseReturnValue:
    """One case that was drawn, and its short form."""
    actor = get_actor()
    form = forms_supervision.SupervisionFormForm()
    if form.validate_on_submit():
        try:
            service_supervision.write_supervision_form(
                actor=actor,
                item_id=item_id,
                answers={question: form[question].data for question in Question},
                outcome=form.outcome.data,
                words=form.words.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is saved."), "success")
            return redirect(url_for(".list_supervision"), 303)
    found = service_supervision.open_supervised_case(actor=actor, item_id=item_id)
    return render_template(
        "desk/supervise_case.html", found=found, form=form, words=words, asked=forms_supervision
    ), form.status
