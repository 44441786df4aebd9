"""Pages about lone-worker warnings. They are read on the page of a home visit, nowhere else."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput

from . import queries, service, service_warnings
from .forms_warnings import EndWarningForm, WarningForm
from .views import back_to_case, bp


@bp.route("/cases/<reference>/lone-worker-warnings/new", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def add_lone_worker_warning(reference: str) -> ResponseReturnValue:
    """Write what a visitor must mind. What is there already is not shown here."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = WarningForm()
    if form.validate_on_submit():
        try:
            service_warnings.add_lone_worker_warning(
                actor=actor,
                case_id=case.id,
                words=form.words.data,
                basis=form.basis.data,
                expires_on=form.expires_on.data,
                not_told_why=form.not_told_why.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The warning is saved. It is shown before a home visit."), "success")
            return back_to_case(case.reference)
    service.view_case(actor=actor, reference=case.reference)  # a look, before it shows
    return (
        render_template("casework/add_lone_worker_warning.html", form=form, case=case),
        form.status,
    )


@bp.route(
    "/appointments/<uuid:appointment_id>/lone-worker-warnings/<uuid:lone_worker_warning_id>/end",
    methods=["GET", "POST"],
)
@requires(Permission.SITE_WORK)
def end_lone_worker_warning(
    appointment_id: UUID, lone_worker_warning_id: UUID
) -> ResponseReturnValue:
    """Say why a warning is not so any more; its words stand on the page."""
    actor = get_actor()
    back = url_for(".view_appointment", appointment_id=appointment_id)
    form = EndWarningForm()
    if form.validate_on_submit():
        try:
            service_warnings.end_lone_worker_warning(
                actor=actor,
                lone_worker_warning_id=lone_worker_warning_id,
                reason=form.reason.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The warning has ended."), "success")
            return redirect(back, code=303)
    opened = service_warnings.open_appointment(actor=actor, appointment_id=appointment_id)
    chosen = [row for row in opened.warnings or [] if row.id == lone_worker_warning_id]
    if not chosen:
        return redirect(back, code=303)
    return (
        render_template(
            "casework/end_lone_worker_warning.html", form=form, warnings=chosen, back=back
        ),
        form.status,
    )
