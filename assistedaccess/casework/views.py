"""Pages about a case: open, assign, let wait, close, reopen. Its story is desk's."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock, undo
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import Choice, Divider, HiddenField
from assistedaccess.people.queries import get_by_reference
from assistedaccess.people.reach import check_reason
from assistedaccess.people.service import open_person
from assistedaccess.services.queries import list_services

from . import queries, service
from .forms import AssignForm, CloseForm, OpenCaseForm, VersionForm

bp = Blueprint("casework", __name__)


class VersionedForm(Protocol):
    """A form that carries the version that its page showed."""

    version: HiddenField


def back_to_case(reference: str) -> ResponseReturnValue:
    """To the case's story."""
    return redirect(url_for("desk.view_case", reference=reference), code=303)


def read_version(form: VersionedForm) -> int:
    """The version that the page showed. A tampered one is no version that any case has."""
    return form.version.whole_number


@bp.route("/people/<reference>/cases/new", methods=["GET", "POST"])
@requires(Permission.CASE_OPEN)
def open_case(reference: str) -> ResponseReturnValue:
    """One page, and the case is open."""
    person_id = get_by_reference(reference)
    form = OpenCaseForm()
    form.service.choices = _service_choices()
    if form.validate_on_submit():
        check_reason(get_actor(), person_id)
        try:
            case_id = service.open_case(
                actor=get_actor(),
                person_id=person_id,
                need=form.need.data,
                why_help=form.why_help.data,
                first_contact_on=form.first_contact_on.data or clock.today(),
                first_contact_basis=form.first_contact_basis.data,
                service=form.service.data,
                first_task=form.first_task.data,
                first_task_due_on=form.first_task_due_on.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The case is open."), "success")
            return back_to_case(queries.get_case(get_actor(), case_id).reference)
    person = open_person(actor=get_actor(), person_id=person_id)
    return render_template("casework/open_case.html", form=form, person=person), form.status


def _service_choices() -> list[Choice | Divider]:
    language = str(get_locale() or "en")
    return [Choice(view.key, view.name(language)) for view in list_services()]


@bp.route("/cases/<reference>/assign", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def assign_case(reference: str) -> ResponseReturnValue:
    """Give a case to a colleague, or take it."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = AssignForm(version=str(case.version), assigned_to=str(case.assigned_to))
    form.assigned_to.choices = colleague_choices()
    if form.validate_on_submit():
        check_reason(actor, case.person_id)
        try:
            with undo.offering() as offered:
                service.assign_case(
                    actor=actor,
                    case_id=case.id,
                    version=read_version(form),
                    account_id=UUID(form.assigned_to.data),
                )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(offered.banner(_("The case has been assigned.")), "success")
            return back_to_case(case.reference)
    service.view_case(actor=get_actor(), reference=case.reference)  # a look, before it shows
    return render_template("casework/assign_case.html", form=form, case=case), form.status


def colleague_choices() -> list[Choice | Divider]:
    """The helpers of the organisation, oneself marked."""
    actor = get_actor()
    return [
        Choice(
            str(colleague.account_id),
            _("%(name)s (you)", name=colleague.name)
            if colleague.account_id == actor.account_id
            else colleague.name,
        )
        for colleague in queries.list_colleagues(actor)
    ]


@bp.post("/cases/<reference>/waiting")
@requires(Permission.CASE_CHANGE)
def set_waiting(reference: str) -> ResponseReturnValue:
    """Mark a case as waiting for somebody outside, or as open again."""
    actor = get_actor()
    form = VersionForm()
    waits = request.form.get("waits") == "yes"
    with undo.offering() as offered:
        service.set_waiting(
            actor=actor,
            case_id=queries.get_case_by_reference(actor, reference).id,
            version=read_version(form),
            waits=waits,
        )
    words = _("The case is marked as waiting.") if waits else _("The case is marked as open.")
    flash(offered.banner(words), "success")
    return back_to_case(reference)


@bp.route("/cases/<reference>/close", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def close_case(reference: str) -> ResponseReturnValue:
    """Close a case, with why."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = CloseForm(version=str(case.version))
    if form.validate_on_submit():
        try:
            with undo.offering() as offered:
                service.close_case(
                    actor=actor,
                    case_id=case.id,
                    version=read_version(form),
                    reason=form.reason.data,
                    counted={
                        "alone": form.alone.data or "",
                        "minutes": form.minutes.data or "",
                        "given": form.given.data or "",
                        "wants_skills": "yes" if form.wants_skills.data else "",
                    },
                )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            page = url_for("desk.view_case", reference=case.reference)
            flash(offered.banner(_("The case is closed."), page, page), "success")
            if form.wants_skills.data:
                return redirect(url_for(".show_digital_skills"), code=303)
            return back_to_case(case.reference)
    service.view_case(actor=get_actor(), reference=case.reference)  # a look, before it shows
    return render_template("casework/close_case.html", form=form, case=case), form.status


@bp.post("/cases/<reference>/reopen")
@requires(Permission.CASE_CHANGE)
def reopen_case(reference: str) -> ResponseReturnValue:
    """Open a closed case again."""
    actor = get_actor()
    form = VersionForm()
    case = queries.get_case_by_reference(actor, reference)
    check_reason(actor, case.person_id)
    service.reopen_case(
        actor=actor,
        case_id=case.id,
        version=read_version(form),
    )
    flash(_("The case is open again."), "success")
    return back_to_case(reference)


@bp.get("/digital-skills")
@requires(Permission.CASE_VIEW)
def show_digital_skills() -> ResponseReturnValue:
    """Where somebody learns to do it online, to be printed for them; it names nobody."""
    return render_template("casework/show_digital_skills.html")
